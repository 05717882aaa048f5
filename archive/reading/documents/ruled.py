"""Ruled tables to grids: the text of each cell, and the tables that page breaks cut put together."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from archive.reading.blocks import Cell, Grid
from archive.reading.cells import looks_like_value
from archive.reading.documents.labels import is_column_label, is_label
from archive.reading.documents.lines import PrintedLine, lines_of
from archive.reading.documents.sheet import Glyph, Lattice

# Tables that go on over a page break have the same outer edges.
_SAME_EDGE = 4.0
_MOST_VERTICAL_COLUMNS = 3
_ROUNDING = 0.3
_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_PART_OF_NUMBER = re.compile(r"[0-9０-９,，.]+")


def unify(text: str) -> str:
    """Replace the compatibility ideographs and radicals that PDF fonts produce by the characters they stand for."""
    return "".join(
        unicodedata.normalize("NFKC", character)
        if "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff"
        else character
        for character in text
    )


def tidy(text: str) -> str:
    """A line's text with its characters unified, and without blanks between Chinese characters."""
    return _BETWEEN_HAN.sub("", unify(text)).strip()


@dataclass(slots=True)
class RuledTable:
    """A ruled table of one page, whose columns are numbered once it is known which pages it goes on over."""

    lattice: Lattice
    lines: list[list[PrintedLine]]
    """The lines printed in each box of the lattice."""
    inset: float
    """How near to the edges of its cell the table's text stands at the least."""

    @property
    def is_blank(self) -> bool:
        return not any(self.lines)

    def goes_on(self, box: int, below: list[PrintedLine]) -> bool:
        """Whether a number printed in a box is broken there since nothing more went into the line."""
        lines = [*self.lines[box], *below]
        return all(self._is_broken(line, after, box) for line, after in pairwise(lines))

    def _is_broken(self, line: PrintedLine, after: PrintedLine, box: int) -> bool:
        place = self.lattice.boxes[box]
        room = self.lattice.xs[place.right + 1] - self.lattice.xs[place.left] - 2 * self.inset
        first = after.glyphs[0]
        needed = line.x1 - line.x0 + (first.x1 - first.x0) / max(len(first.text), 1)
        return needed > room - _ROUNDING

    def text(self, box: int) -> str:
        """The text of a box; a number broken over lines that are full is one number."""
        lines = self.lines[box]
        texts = [line.text.strip() for line in lines]
        if len(lines) > 1 and all(_PART_OF_NUMBER.fullmatch(text) for text in texts):
            return ("" if self.goes_on(box, []) else " ").join(texts)
        text = tidy(" ".join(texts))
        if len(lines) > 2 and not is_label(text) and (turned := _read_downwards(lines)):
            return turned
        return text

    def cells(self) -> list[Cell]:
        """The cells in the order of the lattice's boxes, with rows and columns of the lattice."""
        found = []
        for number, (lines, box) in enumerate(zip(self.lines, self.lattice.boxes, strict=True)):
            sure = [glyph.confidence for line in lines for glyph in line.glyphs if glyph.confidence is not None]
            found.append(Cell(self.text(number), box.left, box.right, box.top, min(sure, default=None)))
        return found


def table_of(lattice: Lattice, glyphs: list[list[Glyph]]) -> RuledTable:
    """A ruled table from the characters in each of its boxes."""
    lines = [lines_of(own) for own in glyphs]
    tracking = _tracking(lines)
    if tracking:
        for line in (line for own in lines for line in own):
            line.tracking = tracking
    insets = [
        min(line.x0 - lattice.xs[box.left], lattice.xs[box.right + 1] - line.x1)
        for own, box in zip(lines, lattice.boxes, strict=True)
        for line in own
    ]
    return RuledTable(lattice, lines, max(min(insets, default=0.0), 0.0))


def _tracking(lines: list[list[PrintedLine]]) -> float:
    """By how much of the type's size the characters of a table are set apart as a rule."""
    gaps = [
        (second.x0 - first.x1) / first.size
        for own in lines
        for line in own
        for first, second in pairwise(line.glyphs)
        if first.size and not first.text.isspace() and not second.text.isspace()
    ]
    return max(median(gaps), 0.0) if gaps else 0.0


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
        text = tidy("".join(glyph.text for glyph in downwards))
        if is_label(text):
            return text
    return None


# --- tables over page breaks --------------------------------------------------------------------------------------


def align(above: RuledTable, below: RuledTable) -> None:
    """Move the edges of a table by the fraction that two pages of one table differ."""
    if not continues(above, below):
        return
    xs = below.lattice.xs
    for number, edge in enumerate(xs):
        near = min(above.lattice.xs, key=lambda other: abs(other - edge))
        if abs(near - edge) <= _SAME_EDGE:
            xs[number] = near


def continues(above: RuledTable, below: RuledTable) -> bool:
    """Whether a table may go on with another: the table of a landscape page next to a portrait one is another."""
    first, second = above.lattice.xs, below.lattice.xs
    return abs(first[0] - second[0]) <= _SAME_EDGE and abs(first[-1] - second[-1]) <= _SAME_EDGE


def grid_of(run: list[RuledTable]) -> Grid:
    """One grid of the parts of a table, the rows that page breaks cut put together."""
    edges = sorted({edge for table in run for edge in table.lattice.xs})
    head = _texts_by_row(run[0])
    for above, below in pairwise(run):
        _mend(above, below, _rows_again(head, _texts_by_row(below)))
    rows: list[list[Cell]] = []
    for table in run:
        places = [edges.index(edge) for edge in table.lattice.xs]
        start = len(rows)
        rows.extend([] for _ in range(len(table.lattice.ys) - 1))
        for cell, box in zip(table.cells(), table.lattice.boxes, strict=True):
            cell.first, cell.last, cell.row = places[box.left], places[box.right + 1] - 1, start + box.top
            for covered in rows[start + box.top : start + box.bottom + 1]:
                covered.append(cell)
    for row in rows:
        row.sort(key=lambda cell: cell.first)
    return Grid(rows, exact=True)


def _texts_by_row(table: RuledTable) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(len(table.lattice.ys) - 1)]
    for number, box in enumerate(table.lattice.boxes):
        rows[box.top].append(table.text(number))
    return rows


def _rows_again(head: list[list[str]], rows: list[list[str]]) -> int:
    """How many rows of a table's head stand again at the top of a page."""
    count = 0
    for first, second in zip(head, rows, strict=False):
        if first != second or any(looks_like_value(text) for text in first):
            break
        count += 1
    return count if any(text for row in rows[:count] for text in row) else 0


def cuts_row(above: RuledTable, below: RuledTable) -> bool:
    """Whether a row that a table ends with goes on in the first row of another."""
    heads = _rows_again(_texts_by_row(above), _texts_by_row(below))
    return continues(above, below) and bool(_cut_cells(above, below, heads)[1])


def _mend(above: RuledTable, below: RuledTable, heads: int) -> None:
    """Put the row together that a page break cut: what stands on the second page is moved up into its cells."""
    pairs, _ = _cut_cells(above, below, heads)
    for upper, lower in pairs:
        above.lines[upper] = above.lines[upper] + below.lines[lower]
        below.lines[lower] = []


def _cut_cells(above: RuledTable, below: RuledTable, heads: int) -> tuple[list[tuple[int, int]], bool]:
    """The boxes that a page break cut in two, and whether a whole row is cut; `heads` rows stand again below it."""
    last, first = len(above.lattice.ys) - 2, heads
    over = [number for number, box in enumerate(above.lattice.boxes) if box.top <= last <= box.bottom]
    under = [number for number, box in enumerate(below.lattice.boxes) if box.top <= first <= box.bottom]
    pairs = [(a, b) for a in over for b in under if _spans(above, a) == _spans(below, b)]
    whole = [(a, b) for a, b in pairs if _is_one_label(above.text(a), below.text(b))]
    is_cut = _is_cut(above, below, under, pairs, cut_label=any(not _spans_rows(below, b) for _, b in whole))
    return (pairs if is_cut else whole), is_cut


def _is_one_label(upper: str, lower: str) -> bool:
    joined = upper + lower
    if not upper or not lower:
        return False
    return any(known(joined) and not known(upper) and not known(lower) for known in (is_label, is_column_label))


def _is_cut(
    above: RuledTable, below: RuledTable, under: list[int], pairs: list[tuple[int, int]], *, cut_label: bool
) -> bool:
    """Whether a row goes on below a page break: its label does, or only numbers whose lines are full above.

    Where there is no label below, what stands there can be no row of its own.
    """
    if cut_label:
        return True
    numbers = [(a, b) for a, b in pairs if _PART_OF_NUMBER.fullmatch(below.text(b))]
    if not numbers or not any(_PART_OF_NUMBER.fullmatch(above.text(a)) for a, _ in numbers):
        return False
    own = [below.text(b) for b in under if not _spans_rows(below, b)]
    labels = [text for text in own if text and not looks_like_value(text)]
    if any(is_label(label) or is_column_label(label) for label in labels):
        return False
    go_on = all(_PART_OF_NUMBER.fullmatch(above.text(a)) and above.goes_on(a, below.lines[b]) for a, b in numbers)
    return go_on or not labels


def _spans(table: RuledTable, box: int) -> tuple[float, float]:
    place = table.lattice.boxes[box]
    return table.lattice.xs[place.left], table.lattice.xs[place.right + 1]


def _spans_rows(table: RuledTable, box: int) -> bool:
    place = table.lattice.boxes[box]
    return place.bottom > place.top
