"""Tables without rulings: neighbouring lines whose numbers stand below one another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archive.reading.blocks import Cell, Grid
from archive.reading.cells import looks_like_value
from archive.reading.documents.labels import is_column_label, is_label, is_row_label
from archive.reading.documents.lines import PrintedLine, text_of
from archive.reading.documents.sheet import Glyph

# Words of one cell stand closer than this share of the type's size, cells of a table farther apart.
_CELL_GAP = 0.55
_WORD_GAP = 0.2
# Fewer columns of numbers are a list, and fewer rows may be chance.
_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 2
# A row alone is a table where its heads say so, and it has the columns of one.
_FEWEST_HEADED = 10
_MOST_LONE_LINES = 3
_LONGEST_LINE = 60
_MOST_HEAD_LINES = 8
_LONGEST_HEAD = 40
_HEADING = re.compile(r"^[一二三四五六七八]、")


@dataclass(slots=True)
class _Piece:
    """What stands together on a line."""

    text: str
    x0: float
    x1: float
    parts: list[_Piece] = field(default_factory=list)
    """Its words, where they stand a little apart."""

    @property
    def is_value(self) -> bool:
        return looks_like_value(self.text)


_Line = list[_Piece]


def column_tables(lines: list[PrintedLine]) -> tuple[list[PrintedLine], list[tuple[float, Grid]]]:
    """Take the tables set in columns out of the lines; returns the lines left, and each table with its top."""
    rows = [_pieces(line) for line in lines]
    left: list[PrintedLine] = []
    grids: list[tuple[float, Grid]] = []
    number = 0
    while number < len(lines):
        end = _end_of_table(rows, number)
        if end is None:
            left.append(lines[number])
            number += 1
            continue
        start = number
        for _ in range(_lines_of_head(rows, number, end)):
            if not left or left[-1] is not lines[start - 1]:
                break
            start -= 1
            left.pop()
        grids.append((lines[start].top, _grid(_with_whole_labels(rows[start:end]))))
        number = end
    return left, grids


def _lines_of_head(rows: list[_Line], start: int, end: int) -> int:
    """How many lines above a table are of its head: few words each, the first of them over its columns."""
    columns = _columns(rows[start:end])
    above = 0
    for number in range(start - 1, max(start - 1 - _MOST_HEAD_LINES, -1), -1):
        line = rows[number]
        if any(len(piece.text) > _LONGEST_HEAD or piece.is_value or _HEADING.match(piece.text) for piece in line):
            break
        if any(piece.x1 > columns[0][0] for piece in line):
            above = start - number
    return above


def _pieces(line: PrintedLine) -> _Line:
    pieces: list[list[Glyph]] = []
    for glyph in line.glyphs:
        if pieces and glyph.x0 - pieces[-1][-1].x1 <= _CELL_GAP * glyph.size:
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    found = [_Piece(text_of(piece).strip(), piece[0].x0, piece[-1].x1, _words(piece)) for piece in pieces]
    return [piece for piece in found if piece.text]


def _words(glyphs: list[Glyph]) -> list[_Piece]:
    words: list[list[Glyph]] = []
    for glyph in glyphs:
        if words and glyph.x0 - words[-1][-1].x1 <= _WORD_GAP * glyph.size:
            words[-1].append(glyph)
        else:
            words.append([glyph])
    return [_Piece(text_of(word).strip(), word[0].x0, word[-1].x1) for word in words]


def _is_row(line: _Line) -> bool:
    return sum(piece.is_value for piece in line) >= _FEWEST_COLUMNS


def _end_of_table(rows: list[_Line], start: int) -> int | None:
    """Where a table that begins at a line ends: its head and the wrapped parts of its labels have several pieces."""
    if len(rows[start]) < _FEWEST_COLUMNS:
        return None
    found = lone = 0
    last_row = start
    for end in range(start, len(rows)):
        line = rows[end]
        if _is_row(line):
            found, lone, last_row = found + 1, 0, end
        elif len(line) == 1 or sum(len(piece.text) for piece in line) > _LONGEST_LINE:
            heading = len(line) == 1 and _HEADING.match(line[0].text) and not is_row_label(line[0].text)
            lone += 1
            if lone > _MOST_LONE_LINES or not found or heading:
                break
    if found >= _FEWEST_ROWS or (found and _is_headed(rows[start : last_row + 1])):
        return last_row + 1
    return None


def _is_headed(rows: list[_Line]) -> bool:
    """Whether a single row of numbers stands under the heads of the form, word for word, one over each number."""
    columns = _columns(rows)
    head = [_cells(row, columns) for row in rows if not _is_row(row)]
    words: dict[int, str] = {}
    for cell in (cell for line in head for cell in line if cell.first == cell.last and not is_label(cell.text)):
        words[cell.first] = words.get(cell.first, "") + cell.text
    whole = [cell.first for line in head for cell in line if cell.first == cell.last and is_column_label(cell.text)]
    named = {column for column, word in words.items() if is_column_label(word)} | set(whole)
    return len(columns) >= _FEWEST_HEADED and all(3 * number + 2 in named for number in range(len(columns)))


def _with_whole_labels(rows: list[_Line]) -> list[_Line]:
    """Put labels that are broken over lines together, where one way alone makes a label of the form."""
    values = [number for number, row in enumerate(rows) if _is_row(row)]
    for place, number in enumerate(values):
        row = rows[number]
        first = next(n for n, piece in enumerate(row) if piece.is_value)
        own = row[first - 1].text if first else ""
        if own and is_label(own):
            continue
        before = values[place - 1] + 1 if place else 0
        after = values[place + 1] if place + 1 < len(values) else len(rows)
        above = [line for line in rows[before:number] if line]
        below = [line for line in rows[number + 1 : after] if line]
        ways = [
            (up, down)
            for up in range(len(above) + 1)
            for down in range(len(below) + 1)
            if up + down and is_label(_joined(above, own, below, up, down))
        ]
        if len(ways) != 1:
            continue
        up, down = ways[0]
        parts = [*above[len(above) - up :], *below[:down]]
        label = _Piece(_joined(above, own, below, up, down), parts[0][-1].x0, parts[0][-1].x1)
        if first:
            row[first - 1] = label
        else:
            row.insert(0, label)
        for line in parts:
            line.pop()
    return [row for row in rows if row]


def _joined(above: list[_Line], own: str, below: list[_Line], up: int, down: int) -> str:
    parts = [line[-1].text for line in above[len(above) - up :]], [line[-1].text for line in below[:down]]
    return "".join((*parts[0], own, *parts[1]))


def _grid(rows: list[_Line]) -> Grid:
    """Columns are where numbers stand; a text covers the columns it stands over, and one of its own beside them."""
    columns = _columns(rows)
    cells = [_cells(row, columns) for row in rows]
    head = next((number for number, row in enumerate(rows) if _is_row(row)), 0)
    cells[:head] = _head(cells[:head])
    for number, line in enumerate(cells):
        for cell in line:
            cell.row = number
    return Grid(cells, exact=False)


def _columns(rows: list[_Line]) -> list[tuple[float, float]]:
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((piece.x0, piece.x1) for row in rows if _is_row(row) for piece in row if piece.is_value):
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _head(lines: list[list[Cell]]) -> list[list[Cell]]:
    """Put the words of a head that are broken over lines together, column by column; what spans columns stays."""
    words: dict[int, Cell] = {}
    spanning: list[list[Cell]] = []
    for line in lines:
        # 行政复议 stands over one column, and heads five.
        wide = [cell for cell in line if not _is_over_one(cell) or _is_only_a_label(cell.text)]
        if wide:
            spanning.append(wide)
        for cell in line:
            if not any(cell is other for other in wide):
                above = words.get(cell.first)
                words[cell.first] = Cell(above.text + cell.text if above else cell.text, cell.first, cell.last, 0)
    if not all(is_column_label(cell.text) for cell in words.values()):
        return lines
    return [*spanning, [words[column] for column in sorted(words)]]


def _is_over_one(cell: Cell) -> bool:
    """Whether a cell stands over one column of numbers; those of text lie between (see `_cells`)."""
    return cell.first == cell.last and cell.first % 3 == 2


def _is_only_a_label(text: str) -> bool:
    """Whether a text is a label and no head of a column: 总计 is both."""
    return is_label(text) and not is_column_label(text)


def _by_column(row: _Line, columns: list[tuple[float, float]]) -> _Line:
    """Part the heads of columns that stand close together, where each part stands over a column of its own."""
    pieces: _Line = []
    for piece in row:
        over = [[n for n, (x0, x1) in enumerate(columns) if part.x0 < x1 and x0 < part.x1] for part in piece.parts]
        apart = (
            len(over) > 1 and all(len(one) == 1 for one in over) and len({one[0] for one in over if one}) == len(over)
        )
        pieces.extend(piece.parts if apart else [piece])
    return pieces


def _cells(row: _Line, columns: list[tuple[float, float]]) -> list[Cell]:
    """Before each column of numbers there are two of text: for a label, and for the group it stands under."""
    cells: list[Cell] = []
    for piece in _by_column(row, columns):
        over = [n for n, (x0, x1) in enumerate(columns) if piece.x0 < x1 and x0 < piece.x1]
        before = 3 * sum(1 for _, x1 in columns if x1 <= piece.x0)
        first, last = (3 * over[0] + 2, 3 * over[-1] + 2) if over else (before + 1, before + 1)
        if cells and first <= cells[-1].last:
            above = cells[-1]
            if not over and above.first == first and (len(cells) == 1 or cells[-2].last < first - 1):
                above.first = above.last = first - 1
            else:
                above.text, above.last = f"{above.text} {piece.text}", max(last, above.last)
                continue
        cells.append(Cell(piece.text, first, last, 0))
    return cells
