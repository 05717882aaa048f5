"""Word files (.docx) to blocks: the text as it stands with every change accepted, merged cells as spans.

Source of the element names: ISO/IEC 29500-1, WordprocessingML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from archive.reading.blocks import Block, Content, Grid, GridBuilder, Paragraph
from archive.reading.decode import decode
from archive.reading.documents import html, media
from archive.reading.documents.numbering import Numbering
from archive.reading.documents.package import open_package
from archive.reading.documents.text import from_text
from archive.reading.model import UnreadableError

_NEEDS = "reading Office files needs the extra `documents`: pip install 'nianbao[documents]'"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted and moved-away text, field codes, what a newer program draws a second time for an older one, and text boxes
# (read as blocks of their own).
_LEFT_OUT = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "txbxContent", "rPr", "pPr")} | {_FALLBACK}
)
# Containers whose content stands in the flow: content controls, inserted and moved-here parts, smart tags.
_WRAPPERS = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml"))
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DEEPEST = 40
_DEEPEST_CHUNK = 3
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"


def from_docx(body: bytes) -> Content:
    """Read a Word file; headers, footers, deleted and hidden text are left out."""
    try:
        import docx
    except ImportError as error:
        raise UnreadableError(_NEEDS) from error
    open_package(body).close()
    try:
        document = docx.Document(io.BytesIO(_transitional(body)))
        blocks = list(_Walker(Numbering(document), document.part).blocks(document.element.body, 0))
        title = document.core_properties.title
    # python-docx raises KeyError, ValueError, lxml and zipfile errors for broken packages.
    except Exception as error:
        raise UnreadableError(f"the Word file is damaged ({type(error).__name__}: {error})"[:300]) from error
    content = Content(blocks)
    if title:
        content.titles = [title]
    pictures = list(document.element.body.iter("{*}blip", "{*}imagedata"))
    content.pictures = len(pictures)
    content.images = [held for picture in pictures if (held := _picture(document.part, picture))]
    return content


def _transitional(body: bytes) -> bytes:
    """A file saved as "Strict Open XML" (ISO/IEC 29500-1) with the namespaces of the usual kind (29500-4)."""
    with open_package(body) as package:
        if not any(_STRICT.search(package.read(name)) for name in package.namelist() if name.endswith(".rels")):
            return body
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
            for name in package.namelist():
                part = package.read(name)
                made.writestr(name, _STRICT.sub(_TRANSITIONAL, part) if name.endswith((".xml", ".rels")) else part)
    return stream.getvalue()


def _picture(part: Any, element: Any) -> bytes | None:
    """The bytes of a picture that the file holds; None for one that is linked to, or drawn twice for older programs."""
    name = element.get(f"{_R}embed") or element.get(f"{_R}id")
    if any(above.tag == _FALLBACK for above in element.iterancestors()) or name not in part.related_parts:
        return None
    return bytes(part.related_parts[name].blob)


def _chunk(part: Any, depth: int) -> list[Block]:
    """The blocks of a document of another kind that Word shows in its place (17.17.2.1); none for one it cannot."""
    body = bytes(part.blob)
    kind = media.media_type(body)
    if kind == media.DOCX and depth < _DEEPEST_CHUNK:
        import docx

        document = docx.Document(io.BytesIO(_transitional(body)))
        return list(_Walker(Numbering(document), document.part, depth + 1).blocks(document.element.body, 0))
    if kind == media.MHTML:
        body, _ = media.html_of(body)
        kind = media.HTML
    if kind == media.HTML:
        return html.blocks_of(html.parse(decode(body).text))
    return list(from_text(decode(body).text).blocks) if kind == media.TEXT else []


class _Walker:
    def __init__(self, numbering: Numbering, part: Any, chunks: int = 0) -> None:
        self._numbering = numbering
        self._part = part
        self._chunks = chunks

    def blocks(self, parent: Any, depth: int) -> Iterator[Block]:
        """Paragraphs and tables in reading order; a table that holds tables only lays the page out."""
        if depth > _DEEPEST:
            return
        for child in parent:
            if child.tag == f"{_W}p":
                text = self._numbering.mark(child) + _text(child)
                yield from (Paragraph(line.strip()) for line in text.split("\n") if line.strip())
                for box in _boxes(child):
                    yield from self.blocks(box, depth + 1)
            elif child.tag == f"{_W}tbl":
                if not _lays_out(child):
                    yield self._grid(child)
                    continue
                for cell in _own(child, "tc"):
                    yield from self.blocks(cell, depth + 1)
            elif child.tag == f"{_W}altChunk":
                if (part := self._part.related_parts.get(child.get(f"{_R}id"))) is not None:
                    yield from _chunk(part, self._chunks)
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child, depth + 1)

    def _grid(self, table: Any) -> Grid:
        """Cells by their grid span (17.4.17) and vertical merge (17.4.84)."""
        rows = [_row(row) for row in _own(table, "tr") if row.find(f"{_W}trPr/{_W}del") is None]
        builder = GridBuilder()
        for number, row in enumerate(rows):
            if not builder.start_row():
                break
            for column, (cell, span, goes_on) in sorted(row.items()):
                # A cell that goes on where none began above is a cell of its own.
                if goes_on and number and _place(rows[number - 1], column)[0] == span:
                    continue
                down = 1
                while number + down < len(rows) and _place(rows[number + down], column) == (span, True):
                    down += 1
                builder.add(self._cell_text(cell), down, span)
        return builder.grid()

    def _cell_text(self, cell: Any) -> str:
        if cell is None or cell.find(f"{_W}tcPr/{_W}cellDel") is not None:
            return ""
        texts = [self._numbering.mark(one) + _text(one) for one in cell.iter(f"{_W}p")]
        return " ".join(" ".join(text.split()) for text in texts if text.strip())


def _lays_out(table: Any) -> bool:
    """Whether a table holds tables: those of one cell are but the frame of a number."""
    return any(sum(1 for _ in _own(inner, "tc")) > 1 for inner in table.iterfind(f"{_W}tr//{_W}tbl"))


def _own(table: Any, name: str, within: Any = None) -> list[Any]:
    """The rows or cells of a table, those of tables within it left out."""
    found = (table if within is None else within).iter(f"{_W}{name}")
    return [one for one in found if next(one.iterancestors(f"{_W}tbl")) is table]


def _row(row: Any) -> dict[int, tuple[Any, int, bool]]:
    """The cells of a row by the column they begin in: the cell, how many columns it spans, whether it goes on."""
    cells: dict[int, tuple[Any, int, bool]] = {}
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    column = _number(before, 0)
    if column:
        cells[0] = (None, column, False)
    for cell in _own(next(row.iterancestors(f"{_W}tbl")), "tc", row):
        span = max(1, _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1))
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        cells[column] = (cell, span, merge is not None and merge.get(f"{_W}val", "continue") == "continue")
        column += span
    return cells


def _place(row: dict[int, tuple[Any, int, bool]], column: int) -> tuple[int, bool]:
    """How many columns the cell of a row spans that begins in a column (0 for none), and whether it goes on."""
    _, span, goes_on = row.get(column, (None, 0, False))
    return span, goes_on


def _number(element: Any, default: int) -> int:
    value = element.get(f"{_W}val", "") if element is not None else ""
    return min(int(value), 200) if value.isdigit() else default


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        above = list(box.iterancestors())
        inside = above[: above.index(paragraph)]
        if not any(one.tag == _FALLBACK or one.tag == f"{_W}txbxContent" for one in inside):
            yield box


def _text(element: Any) -> str:
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or node.tag in _LEFT_OUT:
            continue
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif node.tag == f"{_W}tab":
            parts.append("\t")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif node.tag == f"{_W}r":
            parts.append(_run(node))
        else:
            stack.extend(reversed(node))
    return "".join(parts)


def _run(run: Any) -> str:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    if vanish is not None and vanish.get(f"{_W}val", "true") not in ("0", "false", "off"):
        return ""
    text = "".join(_text(child) for child in run)
    raised = run.find(f"{_W}rPr/{_W}vertAlign")
    # The mark of a footnote is no digit of the number before it.
    return text.translate(_SUPERSCRIPT) if raised is not None and raised.get(f"{_W}val") == "superscript" else text
