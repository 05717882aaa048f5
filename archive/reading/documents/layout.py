"""Sheets to blocks: ruled tables with their spans, tables set in columns only, and the paragraphs between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from archive.reading import forms
from archive.reading.blocks import MAXIMUM_CELLS, Block, Cell, Grid, Paragraph
from archive.reading.documents.columns import column_tables
from archive.reading.documents.labels import is_column_label
from archive.reading.documents.lines import PrintedLine, lines_of
from archive.reading.documents.ruled import RuledTable, align, continues, cuts_row, grid_of, table_of, tidy
from archive.reading.documents.sheet import Glyph, Lattice, Sheet, lattices

# A line that ends short of the right margin by more than this share of the width ends its paragraph.
_SHORT_LINE = 0.12
_SAME_SIZE = 0.5
_EDGE_OF_PAGE = (0.1, 0.85)
_RUNNING_EDGE = 0.07
_MOST_BETWEEN = 6
_MOST_OVERFLOW = 4.0
_LEADING = 0.3
_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第?\s*\d{1,3}\s*页?(?:\s*[/共]\s*\d{1,3}\s*页?)?)[-—–\s]*")
_OWN_LINE = re.compile(r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[)）])")


@dataclass(slots=True)
class _Line:
    """A line of running text on its way to a paragraph."""

    text: str
    recognised: bool
    full: bool = False
    """Whether it reaches the right margin, so that its paragraph may go on."""
    changed: bool = False
    """Whether it is set in another size than the line above: a heading."""


_Thing = PrintedLine | RuledTable | Grid
_Part = _Line | RuledTable | Grid


def blocks_of(sheets: list[Sheet]) -> list[Block]:
    """The blocks of a document in reading order; a table that page breaks cut is one table."""
    repeated = _running_heads(sheets)
    things = [(number, thing) for number, sheet in enumerate(sheets) for thing in _things_of(sheet, repeated)]
    parts = _over_breaks(_running_text(_with_column_tables(things, sheets), sheets))
    blocks: list[Block | _Line] = []
    for is_table, group in groupby(parts, key=lambda part: isinstance(part, RuledTable)):
        if is_table:
            blocks.extend(_grids([part for part in group if isinstance(part, RuledTable)]))
        else:
            blocks.extend(part for part in group if not isinstance(part, RuledTable))
    return _joined(blocks)


def _with_column_tables(things: Sequence[tuple[int, _Thing]], sheets: list[Sheet]) -> list[tuple[int, _Thing]]:
    """The things on all pages, each with the number of its page, the tables without rulings found among the lines."""
    found: list[tuple[int, _Thing]] = []
    for is_text, group in groupby(
        things, key=lambda entry: isinstance(entry[1], PrintedLine) and not sheets[entry[0]].recognised
    ):
        own = list(group)
        if not is_text:
            found.extend(own)
            continue
        pages = {id(thing): number for number, thing in own}
        lines = [thing for _, thing in own if isinstance(thing, PrintedLine)]
        for before, line in pairwise(lines):
            line.shift = before.shift
            if pages[id(before)] != pages[id(line)]:
                # A table goes on over the page break as if there were none.
                line.shift += before.bottom + _LEADING * line.size - line.top
        first = own[0][0]
        found.extend((pages.get(id(thing), first), thing) for thing in column_tables(lines))
    return found


def _over_breaks(parts: list[tuple[int, _Part]]) -> list[_Part]:
    """The parts in order, with nothing between the halves of a ruled table that a page break cut through a row."""
    ordered: list[_Part] = []
    above: tuple[int, RuledTable] | None = None
    between = 0
    for number, part in parts:
        if not isinstance(part, RuledTable):
            ordered.append(part)
            between = between + 1 if isinstance(part, _Line) else _MOST_BETWEEN + 1
            continue
        if above is not None and above[0] < number and between <= _MOST_BETWEEN:
            align(above[1], part)
            # A row that is cut goes on whatever is printed between: a footnote, a running head.
            if between and cuts_row(above[1], part):
                ordered.append(ordered.pop(-1 - between))
        ordered.append(part)
        above, between = (number, part), 0
    return ordered


def _running_heads(sheets: list[Sheet]) -> set[str]:
    """Lines at the edge of most pages, their page numbers aside: they would stand between the parts of a table."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        low, high = sheet.height * _RUNNING_EDGE, sheet.height * (1 - _RUNNING_EDGE)
        edge = [glyph for glyph in sheet.glyphs if glyph.bottom < low or glyph.top > high]
        seen.update({_fold(tidy(line.text)) for line in lines_of(edge)})
    return {text for text, count in seen.items() if count > max(2, len(sheets) / 2)}


def _fold(text: str) -> str:
    return re.sub(r"\d+", "0", text)


# --- the parts of a page ------------------------------------------------------------------------------------------


def _things_of(sheet: Sheet, repeated: set[str]) -> list[PrintedLine | RuledTable]:
    """The ruled tables of a page and the lines around them, top to bottom, page numbers and running heads left out."""
    placed: list[tuple[float, PrintedLine | RuledTable]] = []
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
        outside = _without_overflow(table, texts, outside)
        ruled = table_of(table, texts)
        if len(table.xs) > 2 and not ruled.is_blank:
            placed.append((table.ys[0], ruled))
        else:
            # A frame around the text is no table; what stands in it is read as text.
            outside.extend(glyph for own in texts for glyph in own)
    lines = lines_of(outside)
    top, low = (share * sheet.height for share in _EDGE_OF_PAGE)
    for number, line in enumerate(lines):
        text = tidy(line.text)
        edge = number in (0, len(lines) - 1) and not top < line.top < low
        if text and not (edge and _PAGE_NUMBER.fullmatch(text)) and _fold(text) not in repeated:
            placed.append((line.top, line))
    return [thing for _, thing in sorted(placed, key=lambda entry: entry[0])]


def _without_overflow(table: Lattice, texts: list[list[Glyph]], outside: list[Glyph]) -> list[Glyph]:
    """Move the rest of heads into the cells that a page break cut: it is printed below them, outside the rulings."""
    for box, own in zip(table.boxes, texts, strict=True):
        if box.bottom < len(table.ys) - 2 or not own or is_column_label(_word(own)):
            continue
        left, right, reach = table.xs[box.left], table.xs[box.right + 1], _MOST_OVERFLOW * own[0].size
        over = [
            glyph
            for glyph in outside
            if left <= (glyph.x0 + glyph.x1) / 2 <= right and 0 <= glyph.bottom - table.ys[-1] <= reach
        ]
        if over and is_column_label(_word([*own, *over])):
            own += over
            outside = [glyph for glyph in outside if not any(glyph is other for other in over)]
    return outside


def _word(glyphs: list[Glyph]) -> str:
    return tidy("".join(line.text for line in lines_of(glyphs)))


def _running_text(things: list[tuple[int, _Thing]], sheets: list[Sheet]) -> list[tuple[int, _Part]]:
    """Lines of text by how they lie on their page: whether they reach its right margin, and their size changes."""
    edges: dict[int, tuple[float, float]] = {}
    for number, thing in things:
        if isinstance(thing, PrintedLine):
            left, right = edges.get(number, (thing.x0, thing.x1))
            edges[number] = min(left, thing.x0), max(right, thing.x1)
    parts: list[tuple[int, _Part]] = []
    size, page = 0.0, -1
    for number, thing in things:
        if not isinstance(thing, PrintedLine):
            parts.append((number, thing))
            continue
        recognised = sheets[number].recognised
        size = size if number == page else 0.0
        changed = abs(thing.size - size) > _SAME_SIZE and not recognised
        size, page = thing.size, number
        left, right = edges[number]
        full = right - thing.x1 < max(right - left, 1.0) * _SHORT_LINE
        parts.append((number, _Line(tidy(thing.text), recognised, full, changed)))
    return parts


# --- tables over page breaks --------------------------------------------------------------------------------------


def _grids(tables: list[RuledTable]) -> list[Block | _Line]:
    """Tables that follow one another with nothing between them; those of the same width are one."""
    blocks: list[Block | _Line] = []
    while tables:
        run = [tables.pop(0)]
        while tables and continues(run[-1], tables[0]):
            run.append(tables.pop(0))
        grid = grid_of(run)
        if sum(len(row) for row in grid.rows) <= MAXIMUM_CELLS:
            blocks.extend(_without_prose(grid))
    return blocks


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
