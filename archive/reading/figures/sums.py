"""The sums of a row as evidence for where its cells belong."""

from __future__ import annotations

from collections.abc import Sequence

from archive.reading.blocks import Cell
from archive.reading.cells import read_cell
from archive.reading.figures.heads import Key


def adds_up(cells: Sequence[Cell], keys: Sequence[Key]) -> bool:
    """Whether every total among the cells, read in the order of `keys`, is the sum of the cells beside it.

    A blank counts as none; a cell that is no number adds up to nothing. False where there is no total to say so.
    """
    numbers = {key: _number(cell) for key, cell in zip(keys, cells, strict=True)}
    if any(number is None for number in numbers.values()):
        return False
    totals = [key for key in keys if key[1] == "total"]
    return bool(totals) and all(
        numbers[total] == sum(number or 0 for key, number in numbers.items() if key[0] == total[0] and key != total)
        for total in totals
    )


def _number(cell: Cell) -> int | float | None:
    if not cell.text.strip():
        return 0
    value = read_cell(cell.text, "", "")
    return value.number if value.number is not None or not value.readable else 0
