"""Rows of section 三 that lost a cell: the form's sums over the rows tell which one, where all other rows are read."""

from __future__ import annotations

from collections.abc import Mapping

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.cells import read_cell
from archive.reading.figures.sums import Numbers, expected_row
from archive.reading.model import Figure


def cells_by_sums(
    item: forms.Item, cells: list[Cell], figures: Mapping[tuple[str, str], Figure], form: str | None
) -> dict[str, Cell]:
    """The cells of a row with one too few by column, as far as the sums of every column leave no other place for them.

    Empty where the sums cannot be taken or do not agree with each other and with every number that is there.
    """
    rows = {
        other.name: numbers
        for other in forms.APPLICATIONS
        if other is not item and (numbers := _numbers(other.name, figures)) is not None
    }
    expected = expected_row(item, rows, form)
    printed = [read_cell(cell.text, item.name, "").number for cell in cells]
    if expected is None or len(cells) != len(expected) - 1:
        return {}
    lost = [place for place in range(len(expected)) if [*expected[:place], *expected[place + 1 :]] == printed]
    if not lost:
        return {}
    # Of neighbours with the same number it cannot be said which is lost: all of them stay open.
    placed = [*cells[: lost[0]], *[None] * (lost[-1] - lost[0] + 1), *cells[lost[-1] :]]
    return {name: cell for name, cell in zip(forms.APPLICANT_NAMES, placed, strict=True) if cell is not None}


def _numbers(name: str, figures: Mapping[tuple[str, str], Figure]) -> Numbers | None:
    row = [figures.get((name, category)) for category in forms.APPLICANT_NAMES]
    numbers = [figure.value for figure in row if figure is not None and figure.value is not None]
    return tuple(numbers) if len(numbers) == len(row) else None
