"""Tables without rulings: neighbouring lines whose numbers stand below one another, read by the columns they make."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from archive.reading.blocks import Cell, Grid
from archive.reading.cells import looks_like_value
from archive.reading.documents.labels import begins_label, is_column_label, is_group_label, is_label, is_row_label
from archive.reading.documents.lines import PrintedLine, text_of
from archive.reading.documents.row_labels import Fragment, Label, labels_of
from archive.reading.documents.sheet import Glyph

# Words of one cell stand closer than this share of the type's size, cells of a table farther apart.
_CELL_GAP = 0.55
_WORD_GAP = 0.18
# Fewer columns of numbers are a list, and fewer rows may be chance.
_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 2
# A row alone is a table where its heads say so, and it has the columns of one.
_FEWEST_HEADED = 10
_MOST_LINES_BETWEEN = 40
_MOST_HEAD_LINES = 14
_LONGEST_LINE = 60
_LONGEST_HEAD = 40
# Lines of one cell follow one another at this many times their size at the most.
_NEXT_LINE = 2.2
_ROW_REACH = 0.8
_HEADING = re.compile(r"^[一二三四五六七八]、")
# Before the columns of numbers stands the column of labels, one that heads and remarks need not keep to.
_LABELS = 2


@dataclass(slots=True)
class _Run:
    """Characters of a line that stand close together."""

    glyphs: list[Glyph]

    @property
    def text(self) -> str:
        return text_of(self.glyphs).strip()

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return self.glyphs[-1].x1


@dataclass(slots=True)
class _Line:
    """A line, taken apart into the pieces that may be cells."""

    middle: float
    size: float
    pieces: list[_Run]

    @property
    def values(self) -> list[_Run]:
        return [piece for piece in self.pieces if looks_like_value(piece.text)]

    @property
    def is_row(self) -> bool:
        return len(self.values) >= _FEWEST_COLUMNS

    @property
    def is_heading(self) -> bool:
        first = self.pieces[0].text if self.pieces else ""
        return bool(_HEADING.match(first)) and not begins_label(first)


@dataclass(slots=True)
class _Row:
    """The lines of numbers of one row, and its label."""

    lines: list[_Line]
    label: str = ""

    @property
    def middle(self) -> float:
        return sum(line.middle for line in self.lines) / len(self.lines)


def column_tables(lines: list[PrintedLine]) -> list[PrintedLine | Grid]:
    """Take the tables set in columns out of the lines; returns the lines left and the tables, in reading order."""
    parts = [_taken_apart(line) for line in lines]
    found: list[PrintedLine | Grid] = []
    number = 0
    while number < len(lines):
        end = _end_of_rows(parts, number) if parts[number].is_row else None
        if end is None:
            found.append(lines[number])
            number += 1
            continue
        first = number
        # The first line of a number that is broken over lines may stand above its row's.
        while first and found[-1:] == [lines[first - 1]] and _is_above(parts[first - 1], parts[first], parts[number]):
            first -= 1
            found.pop()
        start = _start_of_head(parts, first, end)
        # Lines of the table before are its own.
        while found[len(found) - (first - start) :] != lines[start:first]:
            start += 1
        table = _Table(parts[start:first], parts[first:end])
        if not table.is_told:
            found.extend(lines[first : number + 1])
            number += 1
            continue
        del found[len(found) - (first - start) :]
        below = _lines_below(parts, end, table)
        found.extend(table.blocks(parts[end : end + below]))
        number = end + below
    return found


def _taken_apart(line: PrintedLine) -> _Line:
    pieces = [part for run in _runs(line.glyphs, _CELL_GAP) if run.text for part in _numbers_apart(run)]
    middle = sum(glyph.top + glyph.bottom for glyph in line.glyphs) / 2 / len(line.glyphs)
    return _Line(middle + line.shift, line.size, pieces)


def _numbers_apart(run: _Run) -> list[_Run]:
    """Numbers of neighbouring columns, which stand as close as words do where the columns are narrow."""
    parts = [
        part for part in _runs([glyph for glyph in run.glyphs if not glyph.text.isspace()], _WORD_GAP) if part.text
    ]
    numbers = all(looks_like_value(part.text) and part.text[-1:].isdigit() for part in parts)
    return parts if len(parts) > 1 and numbers else [run]


def _runs(glyphs: list[Glyph], gap: float) -> list[_Run]:
    runs: list[_Run] = []
    for glyph in glyphs:
        if runs and glyph.x0 - runs[-1].x1 <= gap * glyph.size:
            runs[-1].glyphs.append(glyph)
        else:
            runs.append(_Run([glyph]))
    return runs


def _end_of_rows(parts: list[_Line], start: int) -> int:
    """Behind which line the last row of a table stands; between rows there are only parts of labels and of numbers."""
    left = parts[start].values[0].x0
    last = start
    for number in range(start + 1, len(parts)):
        line = parts[number]
        if line.is_heading or number - last > _MOST_LINES_BETWEEN:
            break
        if line.is_row:
            last, left = number, min(left, line.values[0].x0)
            continue
        if any(piece.x1 > left and not looks_like_value(piece.text) for piece in line.pieces):
            # Prose runs across; what stands over the columns is the head of another table.
            break
        labels = [piece for piece in line.pieces if piece.x1 <= left]
        near = line.middle - parts[last].middle <= _NEXT_LINE * line.size
        if line.values and (any(is_row_label(piece.text) for piece in labels) or (not labels and near)):
            last = number
    return last + 1


def _is_above(line: _Line, below: _Line, row: _Line) -> bool:
    near = below.middle - line.middle <= _NEXT_LINE * row.size
    left = row.values[0].x0
    return near and bool(line.values) and all(run.x1 <= left or run in line.values for run in line.pieces)


def _start_of_head(parts: list[_Line], start: int, end: int) -> int:
    """With which line the head of a table begins: few words each, the first of them over its columns."""
    left = min(line.values[0].x0 for line in parts[start:end] if line.is_row)
    first = start
    for number in range(start - 1, max(start - 1 - _MOST_HEAD_LINES, -1), -1):
        line = parts[number]
        if line.is_heading or sum(len(piece.text) for piece in line.pieces) > _LONGEST_LINE + _LONGEST_HEAD:
            break
        if any(len(piece.text) > _LONGEST_HEAD or looks_like_value(piece.text) for piece in line.pieces):
            break
        if any(piece.x1 > left for piece in line.pieces):
            first = number
    return first


def _lines_below(parts: list[_Line], end: int, table: _Table) -> int:
    """How many lines below the last row hold the rest of its label or of its numbers."""
    count = 0
    before = table.rows[-1].lines[-1]
    while end + count < len(parts):
        line = parts[end + count]
        near = line.middle - before.middle <= _NEXT_LINE * before.size
        beyond = any(piece.x1 > table.edges[0] and not looks_like_value(piece.text) for piece in line.pieces)
        if not near or line.is_heading or beyond:
            break
        before, count = line, count + 1
    return count if count and table.takes(parts[end : end + count]) else 0


class _Table:
    """The lines of a head and of rows of numbers, brought into columns."""

    def __init__(self, head: list[_Line], body: list[_Line]) -> None:
        self.head = head
        self.body = body
        self.columns = _columns(body)
        self.edges = self._edges()
        self.words, self.over = self._heads()
        self.rows: list[_Row] = []
        self.groups: list[Label] = []
        self.spare: list[Fragment] = []
        self._read_rows(body)

    @property
    def is_told(self) -> bool:
        """Whether it is a table: of several rows, or of one under the heads of the form, a word over each number."""
        if len(self.columns) < _FEWEST_COLUMNS or not self.rows:
            return False
        if sum(1 for line in self.body if line.is_row) >= _FEWEST_ROWS and len(self.rows) >= _FEWEST_ROWS:
            return True
        return len(self.columns) >= _FEWEST_HEADED and all(is_column_label(word) for word in self.words)

    # --- columns --------------------------------------------------------------------------------------------------

    def _edges(self) -> list[float]:
        """Where each column begins: in the gap before its numbers, where the fewest words of the table stand."""
        every = [run for line in [*self.head, *self.body] for run in _all_runs(line)]
        runs = [(run.x0, run.x1) for run in every if not self._spans_columns(run)]
        firsts = [line.values[0].x0 for line in self.body if line.is_row]
        labels = [run.x1 for line in self.body for run in line.pieces if run.x1 <= min(firsts)]
        edges = []
        before = max(labels, default=min((x0 for x0, _ in runs), default=self.columns[0][0]) - 1.0)
        for x0, x1 in self.columns:
            edges.append(_clearest(before, x0, runs))
            before = x1
        return edges

    def _spans_columns(self, run: _Run) -> bool:
        """Whether a run stands over several columns: 法人或其他组织 does, also where it is narrower than two."""
        over = sum(1 for x0, x1 in self.columns if run.x0 < x1 and x0 < run.x1)
        return over > 1 or (is_label(run.text) and not is_column_label(run.text))

    def column_of(self, x: float) -> int:
        """Which column of numbers a place is in; -1 for the labels."""
        return bisect_right(self.edges, x) - 1

    def _covers(self, run: _Run) -> tuple[int, int]:
        first, last = run.glyphs[0], run.glyphs[-1]
        return self.column_of((first.x0 + first.x1) / 2), self.column_of((last.x0 + last.x1) / 2)

    # --- heads ----------------------------------------------------------------------------------------------------

    def _heads(self) -> tuple[list[str], list[list[Cell]]]:
        """The word over each column, put together from its lines, and the lines of what spans columns."""
        stacks: list[list[tuple[int, str]]] = [[] for _ in self.columns]
        over: list[list[Cell]] = [[] for _ in self.head]
        doubtful: set[int] = set()
        for number, line in enumerate(self.head):
            for run in _all_runs(line):
                first, last = self._covers(run)
                if first == last >= 0:
                    if stacks[first] and stacks[first][-1][0] == number:
                        doubtful.add(first)
                    stacks[first].append((number, run.text))
                elif last >= 0:
                    over[number].append(Cell(run.text, max(first, 0) + _LABELS, last + _LABELS, 0))
        words = []
        for column, stack in enumerate(stacks):
            start, end = (0, 0) if column in doubtful else _word_in([text for _, text in stack])
            words.append("".join(text for _, text in stack[start:end]))
            for number, text in [*stack[:start], *stack[end:]]:
                over[number].append(Cell(text, column + _LABELS, column + _LABELS, 0))
        return words, [_joined_cells(line) for line in over if line]

    # --- rows -----------------------------------------------------------------------------------------------------

    def _read_rows(self, lines: list[_Line]) -> None:
        fragments = [
            Fragment(run.text, run.x0, run.x1, line.middle, line.size, run.glyphs)
            for line in [*self.head, *lines]
            for run in _all_runs(line)
            if self._covers(run)[1] < 0
        ]
        numbers = [line for line in lines if any(self._covers(run)[0] >= 0 for run in line.values)]
        labels, self.spare = labels_of(fragments)
        self.rows = []
        for line in numbers:
            reach = _ROW_REACH * line.size
            near = [one for one in labels if one.top - reach <= line.middle <= one.bottom + reach]
            own = [one for one in near if is_row_label(one.text)]
            # Of labels beside one another the last is the row's; those before it are of its group.
            label = max(own, key=lambda one: one.x0, default=None)
            if label is not None and self.rows and self.rows[-1].label is label.text:
                self.rows[-1].lines.append(line)
            else:
                self.rows.append(_Row([line], label.text if label else ""))
        self.groups = [
            one for one in labels if is_group_label(one.text) and not any(row.label is one.text for row in self.rows)
        ]
        told = [one for one in labels if one in self.groups or any(row.label is one.text for row in self.rows)]
        used = {id(part) for one in told for part in one.parts}
        self.spare = [part for part in fragments if id(part) not in used]
        self._join_loose()

    def _join_loose(self) -> None:
        """Numbers with no label beside them, as near to a row as its next line, are the rest of its numbers."""
        joined: list[_Row] = []
        for row in self.rows:
            before = joined[-1] if joined else None
            near = before and row.lines[0].middle - before.lines[-1].middle <= _NEXT_LINE * row.lines[0].size
            if before and near and self._is_loose(row) and (not before.label or self._is_part(row)):
                before.lines += row.lines
            elif before and near and row.label and self._is_loose(before) and self._is_part(before):
                before.lines, before.label = before.lines + row.lines, row.label
            else:
                joined.append(row)
        self.rows = joined

    def _is_loose(self, row: _Row) -> bool:
        return not row.label and not any(self._covers(run)[0] < 0 for line in row.lines for run in line.pieces)

    def _is_part(self, row: _Row) -> bool:
        return len(row.lines[0].values) < len(self.columns)

    def takes(self, lines: list[_Line]) -> bool:
        """Whether lines below the last row are the rest of it."""
        longer = _Table(self.head, [*self.body, *lines])
        if any(line.values for line in lines):
            # A digit more changes the number.
            return True
        return len(longer.spare) <= len(self.spare) and longer.rows[-1].label != self.rows[-1].label

    # --- the table ------------------------------------------------------------------------------------------------

    def blocks(self, below: list[_Line]) -> list[PrintedLine | Grid]:
        """The table as a grid, with what stands in its columns of labels and is no label before and behind it."""
        if below:
            return _Table(self.head, [*self.body, *below]).blocks([])
        rows = list(self.over)
        if any(self.words):
            rows.append([Cell(word, n + _LABELS, n + _LABELS, 0) for n, word in enumerate(self.words) if word])
        placed = [(row.middle, self._cells(row)) for row in self.rows]
        placed += [(one.top, [Cell(one.text, 0, _LABELS - 1, 0)]) for one in self.groups]
        rows += [row for _, row in sorted(placed, key=lambda entry: entry[0])]
        for number, row in enumerate(rows):
            for cell in row:
                cell.row = number
        # Under a word of the form over every column, what stands in it is as sure as between rulings.
        grid = Grid(rows, exact=all(is_column_label(word) for word in self.words))
        first = self.body[0].middle - self.body[0].size
        alone = [part for part in self.spare if not any(self._stands_in(part, row) for row in self.rows)]
        before = [PrintedLine(part.glyphs) for part in alone if part.middle < first]
        return [*before, grid, *(PrintedLine(part.glyphs) for part in alone if part.middle >= first)]

    def _stands_in(self, part: Fragment, row: _Row) -> bool:
        return not row.label and any(abs(part.middle - line.middle) < line.size * 0.4 for line in row.lines)

    def _cells(self, row: _Row) -> list[Cell]:
        label = row.label or " ".join(part.text for part in self.spare if self._stands_in(part, row))
        texts: list[list[str]] = [[] for _ in self.columns]
        for line in row.lines:
            for run in line.pieces:
                if (column := self._covers(run)[0]) >= 0:
                    texts[column].append(run.text)
        cells = [Cell(label, 0, _LABELS - 1, 0)] if label else []
        return cells + [Cell(" ".join(own), n + _LABELS, n + _LABELS, 0) for n, own in enumerate(texts)]


def _all_runs(line: _Line) -> Iterator[_Run]:
    for piece in line.pieces:
        yield from (run for run in _runs(piece.glyphs, _WORD_GAP) if run.text)


def _columns(rows: list[_Line]) -> list[tuple[float, float]]:
    """Where numbers stand, left to right."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((run.x0, run.x1) for row in rows if row.is_row for run in row.values):
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _clearest(start: float, end: float, runs: list[tuple[float, float]]) -> float:
    """The middle of the widest part between two places that the fewest runs of characters cover."""
    places = sorted({start, end, *(x for run in runs for x in run if start < x < end)})
    best = (len(runs) + 1, 0.0, (start + end) / 2)
    for left, right in pairwise(places):
        middle = (left + right) / 2
        covered = sum(1 for x0, x1 in runs if x0 < middle < x1)
        best = min(best, (covered, left - right, middle))
    return best[2]


def _word_in(texts: list[str]) -> tuple[int, int]:
    """Which of the texts below one another make the head of a column; all of them where none do."""
    ways = [(end - start, start, end) for start in range(len(texts)) for end in range(start + 1, len(texts) + 1)]
    known = [way for way in ways if is_column_label("".join(texts[way[1] : way[2]]))]
    return max(known)[1:] if known else (0, len(texts))


def _joined_cells(cells: list[Cell]) -> list[Cell]:
    """Cells left to right, those over the same columns as one."""
    joined: list[Cell] = []
    for cell in sorted(cells, key=lambda one: (one.first, one.last)):
        if joined and cell.first <= joined[-1].last:
            joined[-1].text += cell.text
            joined[-1].last = max(joined[-1].last, cell.last)
        else:
            joined.append(cell)
    return joined
