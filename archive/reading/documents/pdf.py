"""PDF to blocks: ruled tables with their spans, and the lines of text between them."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

from archive.reading import forms
from archive.reading.blocks import Block, Cell, Content, Grid, Paragraph
from archive.reading.model import UnreadableError

MAXIMUM_PAGES = 200
# Coordinates of one ruling differ by fractions of a point between cells.
_SNAP_POINTS = 2.0
# A line that ends short of the right margin by more than this share of the width ends its paragraph.
_SHORT_LINE = 0.12
_SAME_SIZE_POINTS = 0.5
_BREAK = "\n"
_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第?\s*\d{1,3}\s*页?(?:\s*[/共]\s*\d{1,3}\s*页?)?)[-—–\s]*")
_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_OWN_LINE = re.compile(r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[)）])")


def from_pdf(body: bytes) -> Content:
    """Read a PDF; raises UnreadableError for a damaged, truncated or locked file, and where there is no text in it."""
    try:
        import pdfplumber
        from pdfminer.pdfdocument import PDFPasswordIncorrect
    except ImportError as error:
        raise UnreadableError("reading PDF needs the extra `documents`: pip install 'nianbao[documents]'") from error
    blocks: list[Block] = []
    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            if not document.pages:
                raise UnreadableError("the PDF has no readable page: it is damaged or truncated")
            for page in document.pages[:MAXIMUM_PAGES]:
                blocks.extend(_page(page))
                page.close()
    except UnreadableError:
        raise
    except PDFPasswordIncorrect as error:
        raise UnreadableError("the PDF is locked with a password") from error
    # pdfminer raises whatever a broken object makes it trip over: TypeError, KeyError, struct.error, its own errors.
    except Exception as error:
        raise UnreadableError(f"the PDF is damaged or truncated ({type(error).__name__}: {error})"[:300]) from error
    if not blocks:
        raise UnreadableError("the PDF holds no text: it is a scan, and reading those needs the extra `ocr`")
    return Content(_joined(blocks))


def unify(text: str) -> str:
    """Replace the compatibility ideographs and radicals that PDF fonts produce by the characters they stand for."""
    return "".join(
        unicodedata.normalize("NFKC", character)
        if "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff"
        else character
        for character in text
    )


def _page(page: Any) -> list[Block]:
    placed: list[tuple[float, Block]] = []
    boxes: list[tuple[float, float, float, float]] = []
    for table in page.find_tables():
        grid = _grid(table)
        # A frame around the text is no table; what stands in it is read as text.
        if grid is not None:
            placed.extend((table.bbox[1], block) for block in _without_prose(grid))
            boxes.append(table.bbox)

    def outside(item: dict[str, Any]) -> bool:
        if item.get("object_type") != "char":
            return True
        middle_x, middle_y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
        return not any(x0 <= middle_x <= x1 and top <= middle_y <= bottom for x0, top, x1, bottom in boxes)

    lines = page.filter(outside).extract_text_lines(return_chars=True)
    right = max((line["x1"] for line in lines), default=0.0)
    width = max(right - min((line["x0"] for line in lines), default=0.0), 1.0)
    size = 0.0
    for number, line in enumerate(lines):
        text = unify(line["text"]).strip()
        edge = number in (0, len(lines) - 1) and (line["top"] < page.height * 0.1 or line["top"] > page.height * 0.85)
        if not text or (edge and _PAGE_NUMBER.fullmatch(text)):
            continue
        # A break in front ends the paragraph above (a heading is set in another size); one behind means that the line
        # is full and the paragraph goes on. Both are taken off again when paragraphs are joined.
        changed = abs(line["chars"][0]["size"] - size) > _SAME_SIZE_POINTS
        size = line["chars"][0]["size"]
        full = right - line["x1"] < width * _SHORT_LINE
        text = _BETWEEN_HAN.sub("", text)
        placed.append((line["top"], Paragraph(f"{_BREAK if changed else ''}{text}{_BREAK if full else ''}")))
    return [block for _, block in sorted(placed, key=lambda entry: entry[0])]


def _grid(table: Any) -> Grid | None:
    texts = table.extract()
    rows = table.rows
    edges = _edges(cell[0] for row in rows for cell in row.cells if cell)
    tops = [min(cell[1] for cell in row.cells if cell) for row in rows if any(row.cells)]
    if len(edges) < 2 or len(rows) < 1:
        return None
    grid: list[list[Cell]] = [[] for _ in rows]
    for number, row in enumerate(rows):
        for box, text in zip(row.cells, texts[number], strict=True):
            if box is None:
                continue
            first = sum(1 for edge in edges if edge < box[0] - _SNAP_POINTS)
            last = max(first, sum(1 for edge in edges if edge < box[2] - _SNAP_POINTS) - 1)
            cell = Cell(_cell_text(text or ""), first, last, number)
            bottom = max(number, sum(1 for top in tops if top < box[3] - _SNAP_POINTS) - 1)
            for covered in range(number, min(bottom, len(rows) - 1) + 1):
                grid[covered].append(cell)
    return Grid([sorted(row, key=lambda cell: cell.first) for row in grid], exact=True)


def _without_prose(grid: Grid) -> list[Block]:
    """Take lines of prose out of a table: paper ruled line by line reads as rows of one cell each."""
    width = max(cell.last for row in grid.rows for cell in row)
    prose = [_is_prose(row, number, width) for number, row in enumerate(grid.rows)]
    longest = max((len(row[0].text) for row, lone in zip(grid.rows, prose, strict=True) if lone), default=0)
    blocks: list[Block] = []
    for number, (row, lone) in enumerate(zip(grid.rows, prose, strict=True)):
        if lone:
            text = row[0].text
            blocks.append(Paragraph(text + (_BREAK if len(text) > longest * (1 - _SHORT_LINE) else "")))
            continue
        if not blocks or not isinstance(blocks[-1], Grid):
            blocks.append(Grid([], exact=True))
        table = blocks[-1]
        if isinstance(table, Grid):
            for cell in row:
                if cell.row == number:
                    cell.row = len(table.rows)
            table.rows.append(row)
    return [block for block in blocks if isinstance(block, Grid) or block.text]


def _is_prose(row: list[Cell], number: int, width: int) -> bool:
    return (
        len(row) == 1
        and row[0].row == number
        and (row[0].first, row[0].last) == (0, width)
        and forms.plain(row[0].text) not in forms.IGNORED_LABELS
    )


def _edges(values: Any) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP_POINTS:
            found.append(value)
    return found


def _cell_text(text: str) -> str:
    return _BETWEEN_HAN.sub("", unify(text).replace("\n", " ")).strip()


def _joined(blocks: list[Block]) -> list[Block]:
    """Join the lines of a paragraph, also over a page break; headings keep a line of their own."""
    joined: list[Block] = []
    open_paragraph: Paragraph | None = None
    for block in blocks:
        if isinstance(block, Grid):
            open_paragraph = None
            joined.append(block)
            continue
        full, changed = block.text.endswith(_BREAK), block.text.startswith(_BREAK)
        text = block.text.strip(_BREAK)
        if open_paragraph is not None and not changed and not _OWN_LINE.match(text):
            open_paragraph.text += text
        else:
            open_paragraph = Paragraph(text)
            joined.append(open_paragraph)
        ended = text.endswith(("。", "：", ":")) or (_OWN_LINE.match(open_paragraph.text) and not full)
        if not full or ended:
            open_paragraph = None
    return joined
