"""Sheets to blocks: ruled tables with their spans, tables set in columns only, and the paragraphs between them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

from archive.reading import forms
from archive.reading.blocks import MAXIMUM_CELLS, Block, Cell, Grid, Paragraph
from archive.reading.documents.columns import column_tables
from archive.reading.documents.labels import is_column_label, is_label
from archive.reading.documents.lines import PrintedLine, lines_of
from archive.reading.documents.sheet import Glyph, Lattice, Sheet, lattices

# Tables that go on over a page break have the same outer edges.
_SAME_EDGE = 4.0
# A line that ends short of the right margin by more than this share of the width ends its paragraph.
_SHORT_LINE = 0.12
_SAME_SIZE = 0.5
_EDGE_OF_PAGE = (0.1, 0.85)
_RUNNING_EDGE = 0.07
_MOST_VERTICAL_COLUMNS = 3
_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第?\s*\d{1,3}\s*页?(?:\s*[/共]\s*\d{1,3}\s*页?)?)[-—–\s]*")
_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_OWN_LINE = re.compile(r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[)）])")


def unify(text: str) -> str:
    """Replace the compatibility ideographs and radicals that PDF fonts produce by the characters they stand for."""
    return "".join(
        unicodedata.normalize("NFKC", character)
        if "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff"
        else character
        for character in text
    )


@dataclass(slots=True)
class _Line:
    """A line of running text on its way to a paragraph."""

    text: str
    recognised: bool
    full: bool = False
    """Whether it reaches the right margin, so that its paragraph may go on."""
    changed: bool = False
    """Whether it is set in another size than the line above: a heading."""


@dataclass(slots=True)
class _Table:
    """A ruled table of one page, whose columns are numbered once it is known which pages it goes on over."""

    lattice: Lattice
    cells: list[Cell] = field(default_factory=list)


_Part = _Line | _Table | Grid


def blocks_of(sheets: list[Sheet]) -> list[Block]:
    """The blocks of a document in reading order; a table that page breaks cut is one table."""
    parts: list[_Part] = []
    repeated = _running_heads(sheets)
    for sheet in sheets:
        own = [part for part in _parts_of(sheet) if not (isinstance(part, _Line) and _fold(part.text) in repeated)]
        before = parts[-1] if parts else None
        # The table of a landscape page next to one of a portrait page is another table: its edges differ.
        if own and isinstance(own[0], _Table) and isinstance(before, _Table):
            _align(before, own[0])
        parts.extend(own)
    blocks: list[Block | _Line] = []
    for is_table, group in groupby(parts, key=lambda part: isinstance(part, _Table)):
        if is_table:
            blocks.extend(_grids([part for part in group if isinstance(part, _Table)]))
        else:
            blocks.extend(part for part in group if not isinstance(part, _Table))
    return _joined(blocks)


def _running_heads(sheets: list[Sheet]) -> set[str]:
    """Lines at the edge of most pages, their page numbers aside: they would stand between the parts of a table."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        low, high = sheet.height * _RUNNING_EDGE, sheet.height * (1 - _RUNNING_EDGE)
        edge = [glyph for glyph in sheet.glyphs if glyph.bottom < low or glyph.top > high]
        seen.update({_fold(_tidy(line.text)) for line in lines_of(edge)})
    return {text for text, count in seen.items() if count > max(2, len(sheets) / 2)}


def _fold(text: str) -> str:
    return re.sub(r"\d+", "0", text)


# --- the parts of a page ------------------------------------------------------------------------------------------


def _parts_of(sheet: Sheet) -> list[_Part]:
    placed: list[tuple[float, _Part]] = []
    tables = lattices(sheet.across, sheet.down)
    inside: list[list[list[Glyph]]] = [[[] for _ in table.boxes] for table in tables]
    outside: list[Glyph] = []
    for glyph in sheet.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        for number, table in enumerate(tables):
            if (box := table.box_at(x, y)) is not None:
                inside[number][box].append(glyph)
                break
        else:
            outside.append(glyph)
    for table, texts in zip(tables, inside, strict=True):
        cells = [_cell(own, box.left, box.right, box.top) for own, box in zip(texts, table.boxes, strict=True)]
        if len(table.xs) > 2 and any(cell.text for cell in cells):
            placed.append((table.ys[0], _Table(table, cells)))
        else:
            # A frame around the text is no table; what stands in it is read as text.
            outside.extend(glyph for own in texts for glyph in own)
    lines = lines_of(outside)
    loose, grids = column_tables(lines) if not sheet.recognised else (lines, [])
    placed.extend(grids)
    placed.extend(_running_text(loose, sheet))
    return [part for _, part in sorted(placed, key=lambda entry: entry[0])]


def _running_text(lines: list[PrintedLine], sheet: Sheet) -> list[tuple[float, _Part]]:
    right = max((line.x1 for line in lines), default=0.0)
    width = max(right - min((line.x0 for line in lines), default=0.0), 1.0)
    placed: list[tuple[float, _Part]] = []
    size = 0.0
    for number, line in enumerate(lines):
        text = _tidy(line.text)
        top, low = _EDGE_OF_PAGE
        edge = number in (0, len(lines) - 1) and not sheet.height * top < line.top < sheet.height * low
        if not text or (edge and _PAGE_NUMBER.fullmatch(text)):
            continue
        changed = abs(line.size - size) > _SAME_SIZE and not sheet.recognised
        size = line.size
        full = right - line.x1 < width * _SHORT_LINE
        placed.append((line.top, _Line(text, sheet.recognised, full, changed)))
    return placed


def _cell(glyphs: list[Glyph], first: int, last: int, row: int) -> Cell:
    confidences = [glyph.confidence for glyph in glyphs if glyph.confidence is not None]
    lines = lines_of(glyphs)
    text = _tidy(" ".join(line.text for line in lines))
    if len(lines) > 2 and not is_label(text) and (turned := _read_downwards(lines)):
        text = turned
    return Cell(text, first, last, row, min(confidences, default=None))


def _read_downwards(lines: list[PrintedLine]) -> str | None:
    """A label set in two vertical columns, read so only where that makes a label of the form."""
    if any(len(line.glyphs) > _MOST_VERTICAL_COLUMNS for line in lines):
        return None
    columns: list[list[Glyph]] = []
    for glyph in sorted((glyph for line in lines for glyph in line.glyphs), key=lambda one: one.x0):
        if columns and glyph.x0 - columns[-1][0].x0 < glyph.size / 2:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    for order in (columns, columns[::-1]):
        downwards = (glyph for column in order for glyph in sorted(column, key=lambda one: one.top))
        text = _tidy("".join(glyph.text for glyph in downwards))
        if is_label(text):
            return text
    return None


def _tidy(text: str) -> str:
    return _BETWEEN_HAN.sub("", unify(text)).strip()


# --- tables over page breaks --------------------------------------------------------------------------------------


def _align(above: _Table, below: _Table) -> None:
    """Move the edges of a table by the fraction that two pages of one table differ."""
    if not _continues(above, below):
        return
    xs = below.lattice.xs
    for number, edge in enumerate(xs):
        near = min(above.lattice.xs, key=lambda other: abs(other - edge))
        if abs(near - edge) <= _SAME_EDGE:
            xs[number] = near


def _continues(above: _Table, below: _Table) -> bool:
    first, second = above.lattice.xs, below.lattice.xs
    return abs(first[0] - second[0]) <= _SAME_EDGE and abs(first[-1] - second[-1]) <= _SAME_EDGE


def _grids(tables: list[_Table]) -> list[Block | _Line]:
    """Tables that follow one another with nothing between them; those of the same width are one."""
    blocks: list[Block | _Line] = []
    while tables:
        run = [tables.pop(0)]
        while tables and _continues(run[-1], tables[0]):
            run.append(tables.pop(0))
        edges = sorted({edge for table in run for edge in table.lattice.xs})
        rows: list[list[Cell]] = []
        for table in run:
            places = [edges.index(edge) for edge in table.lattice.xs]
            start = len(rows)
            last = list(rows[-1]) if rows else []
            rows.extend([] for _ in range(len(table.lattice.ys) - 1))
            for cell, box in zip(table.cells, table.lattice.boxes, strict=True):
                cell.first, cell.last, cell.row = places[box.left], places[box.right + 1] - 1, start + box.top
                for covered in rows[start + box.top : start + box.bottom + 1]:
                    covered.append(cell)
            _mend_heads(last, rows[start])
        for row in rows:
            row.sort(key=lambda cell: cell.first)
        if sum(len(row) for row in rows) <= MAXIMUM_CELLS:
            blocks.extend(_without_prose(Grid(rows, exact=True)))
    return blocks


def _mend_heads(above: list[Cell], below: list[Cell]) -> None:
    """Put the head of a column together that a page break cut; a row's label is put together where it is matched."""
    for upper in above:
        for lower in below:
            if (upper.first, upper.last) != (lower.first, lower.last) or not (upper.text and lower.text):
                continue
            joined = upper.text + lower.text
            if is_column_label(joined) and not is_column_label(upper.text) and not is_column_label(lower.text):
                upper.text, lower.text = joined, ""


def _without_prose(grid: Grid) -> list[Block | _Line]:
    """Take lines of prose out of a table: paper ruled line by line reads as rows of one cell each."""
    width = max((cell.last for row in grid.rows for cell in row), default=0)
    prose = [_is_prose(row, number, width) for number, row in enumerate(grid.rows)]
    longest = max((len(row[0].text) for row, lone in zip(grid.rows, prose, strict=True) if lone), default=0)
    blocks: list[Block | _Line] = []
    for number, (row, lone) in enumerate(zip(grid.rows, prose, strict=True)):
        if lone:
            text = row[0].text
            full = len(text) > longest * (1 - _SHORT_LINE)
            if text:
                blocks.append(_Line(text, row[0].confidence is not None, full))
            continue
        if not blocks or not isinstance(blocks[-1], Grid):
            blocks.append(Grid([], exact=grid.exact))
        table = blocks[-1]
        if isinstance(table, Grid):
            for cell in row:
                if cell.row == number:
                    cell.row = len(table.rows)
            table.rows.append(row)
    return blocks


def _is_prose(row: list[Cell], number: int, width: int) -> bool:
    return (
        len(row) == 1
        and row[0].row == number
        and (row[0].first, row[0].last) == (0, width)
        and forms.plain(row[0].text) not in forms.IGNORED_LABELS
    )


# --- paragraphs ---------------------------------------------------------------------------------------------------


def _joined(parts: list[Block | _Line]) -> list[Block]:
    """Join the lines of a paragraph, also over a page break; headings keep a line of their own."""
    joined: list[Block] = []
    open_paragraph: Paragraph | None = None
    for part in parts:
        if not isinstance(part, _Line):
            open_paragraph = None
            joined.append(part)
            continue
        if open_paragraph is not None and not part.changed and not _OWN_LINE.match(part.text):
            open_paragraph.text += part.text
        else:
            open_paragraph = Paragraph(part.text, part.recognised)
            joined.append(open_paragraph)
        ended = part.text.endswith(("。", "：", ":")) or (_OWN_LINE.match(open_paragraph.text) and not part.full)
        if not part.full or ended:
            open_paragraph = None
    return joined
