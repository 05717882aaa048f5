"""Injected text out of a document's titles, metadata, paragraphs and cells."""

from __future__ import annotations

from archive.reading import spam
from archive.reading.blocks import Block, Cell, Content, Grid, Paragraph
from archive.reading.documents.text import from_text
from archive.reading.metadata import without_site_name
from archive.reading.model import Reading, Warning


def take_out_spam(content: Content, reading: Reading, *, agency: str | None = None) -> bool:
    """Take injected text out of every part of the content alike, weighing the evidence over the whole page.

    `agency` is the name that the page's owner is known by. What was taken out, and a warning where words of the page
    were lost, stand in the reading then. Returns whether the page can be had back (False: marked as not repairable).
    """
    parts: list[Paragraph | Cell] = [block for block in content.blocks if isinstance(block, Paragraph)]
    parts += _cells(content.blocks)
    body = [part.text for part in parts] if content.text is None else content.text.split("\n")
    texts, labels = [], []
    for label, strings in (
        ("title", content.titles),
        ("metadata", content.metadata),
        ("attribute", content.attributes),
        ("body", body),
    ):
        texts += strings
        labels += [label] * len(strings)
    cleaned = spam.clean(texts, labels, agency=agency)
    reading.removals = content.removals + cleaned.removals
    if cleaned.tampered:
        detail = "injected text was taken out" if cleaned.repairable else "the text cannot be restored"
        reading.warnings.append(Warning("tampered", detail))
    content.titles = without_site_name([title.strip() for title in cleaned.texts[: len(content.titles)]])
    if content.source in content.metadata:
        content.source = cleaned.texts[texts.index(content.source, labels.index("metadata"))].strip() or None
    body = cleaned.texts[len(texts) - len(body) :]
    if content.text is not None:
        content.text = "\n".join(body)
        content.blocks = list(from_text(content.text).blocks)
        return cleaned.repairable
    for part, text in zip(parts, body, strict=True):
        part.text = text
    content.blocks = [block for block in content.blocks if isinstance(block, Grid) or block.text.strip()]
    return cleaned.repairable


def _cells(blocks: list[Block]) -> list[Cell]:
    return [
        cell
        for block in blocks
        if isinstance(block, Grid)
        for number, row in enumerate(block.rows)
        for cell in row
        if cell.row == number
    ]
