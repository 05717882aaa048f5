"""Plain text and Markdown: content already, taken line by line."""

from __future__ import annotations

from archive.reading.blocks import Content, Paragraph


def from_text(text: str) -> Content:
    """Read text; the text itself is kept as it is, and every line that is not blank is a paragraph."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    content = Content([Paragraph(line, line=number) for number, line in enumerate(text.split("\n"), 1) if line.strip()])
    content.text = text
    return content
