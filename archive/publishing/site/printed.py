"""A document's cleaned text with its tables laid out, every cell and line with an anchor that figures link to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell of a table as parsed: its text, its anchor, and the rows and columns it covers."""

    text: str
    anchor: str
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the text with its anchor, or a table."""

    anchor: str
    text: str = ""
    table: list[list[PrintedCell]] | None = None


class Printed:
    """The parts of a document in reading order; tables that do not stand in the text as lines come after it."""

    def __init__(self, text: str, grids: Sequence[Rows]) -> None:
        lines = text.split("\n")
        self.parts: list[Part] = []
        self.apart: list[Part] = []
        self._covers = [_lay(ordinal, rows) for ordinal, rows in enumerate(grids)]
        tables = [
            _rows_of(ordinal, rows, covers)
            for (ordinal, rows), covers in zip(enumerate(grids), self._covers, strict=True)
        ]
        at = 0
        for ordinal, rows in enumerate(grids):
            start, end = _find(lines, _lines_of(rows), at)
            part = Part(f"table-{ordinal}", table=tables[ordinal])
            if start < 0:
                self.apart.append(part)
                continue
            self.parts += _plain(lines, at, start)
            self.parts.append(part)
            at = end
        self.parts += _plain(lines, at, len(lines))

    def anchor(self, grid: int | None, row: int | None, column: int | None, line: int | None) -> str | None:
        """The anchor of the cell that covers a place of a table, or of a line; None where neither is known."""
        if grid is None or row is None or column is None:
            return None if line is None else f"line-{line}"
        if 0 <= grid < len(self._covers):
            return self._covers[grid].get((row, column))
        return None


def _lines_of(rows: Rows) -> list[str]:
    """The lines a table makes in the text (archive.reading.blocks.Grid.lines)."""
    texts = [[text for text in row if text is not None] for row in rows]
    return [" | ".join(row) for row in texts if any(row)]


def _find(lines: list[str], wanted: list[str], start: int) -> tuple[int, int]:
    if wanted:
        for place in range(start, len(lines) - len(wanted) + 1):
            if lines[place] == wanted[0] and lines[place : place + len(wanted)] == wanted:
                return place, place + len(wanted)
    return -1, -1


def _plain(lines: list[str], start: int, end: int) -> list[Part]:
    return [Part(f"line-{number + 1}", lines[number]) for number in range(start, end) if lines[number].strip()]


def _lay(ordinal: int, rows: Rows) -> dict[tuple[int, int], str]:
    """Which cell covers each place, by anchor; what continues a cell is empty, so its owner is found by its shape."""
    covers: dict[tuple[int, int], str] = {}
    width = max((len(row) for row in rows), default=0)
    for number, row in enumerate(rows):
        for column in range(width):
            text = row[column] if column < len(row) else None
            if text is not None:
                covers[number, column] = _anchor(ordinal, number, column)
                continue
            left = covers.get((number, column - 1)) if column else None
            above = covers.get((number - 1, column)) if number else None
            begun_here = left is not None and left.split("-")[2] == str(number)
            # A head over two rows at the end of a row whose first cell comes from above as well (总计).
            beside = left == _anchor(ordinal, number, column - 1) and column == width - 1
            from_above = above is not None and (not begun_here or (beside and row[0] is None))
            owner = above if from_above else left
            if owner is not None and column < len(row):
                covers[number, column] = owner
    return covers


def _anchor(ordinal: int, row: int, column: int) -> str:
    return f"cell-{ordinal}-{row}-{column}"


def _rows_of(ordinal: int, rows: Rows, covers: dict[tuple[int, int], str]) -> list[list[PrintedCell]]:
    places: dict[str, list[tuple[int, int]]] = {}
    for place, anchor in covers.items():
        places.setdefault(anchor, []).append(place)
    laid: list[list[PrintedCell]] = []
    for number, row in enumerate(rows):
        line: list[PrintedCell] = []
        for column, text in enumerate(row):
            if text is None:
                continue
            anchor = _anchor(ordinal, number, column)
            covered = places[anchor]
            columns = 1
            while (number, column + columns) in covered:
                columns += 1
            height = 1
            while all((number + height, column + step) in covered for step in range(columns)):
                height += 1
            line.append(PrintedCell(text, anchor, columns, height))
        laid.append(line)
    return laid
