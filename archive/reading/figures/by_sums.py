"""Rows of section 三 that lost a cell: the form's sums over the rows tell which one, where all other rows are read."""

from __future__ import annotations

from collections.abc import Mapping

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.cells import read_cell
from archive.reading.model import Figure

_BALANCE = {"new": 1, "carried_in": 1, "handled_total": -1, "carried_over": -1}
_Row = tuple[int | float, ...]


def cells_by_sums(
    item: forms.Item, cells: list[Cell], figures: Mapping[tuple[str, str], Figure], form: str | None
) -> dict[str, Cell]:
    """The cells of a row with one too few by column, as far as the sums of every column leave no other place for them.

    Empty where the sums cannot be taken or do not agree with each other and with every number that is there.
    """
    expected = _expected(item, figures, form)
    numbers = [read_cell(cell.text, item.name, "").number for cell in cells]
    if expected is None or len(cells) != len(expected) - 1:
        return {}
    lost = [place for place in range(len(expected)) if [*expected[:place], *expected[place + 1 :]] == numbers]
    if not lost:
        return {}
    # Of neighbours with the same number it cannot be said which is lost: all of them stay open.
    placed = [*cells[: lost[0]], *[None] * (lost[-1] - lost[0] + 1), *cells[lost[-1] :]]
    return {name: cell for name, cell in zip(forms.APPLICANT_NAMES, placed, strict=True) if cell is not None}


def _expected(item: forms.Item, figures: Mapping[tuple[str, str], Figure], form: str | None) -> _Row | None:
    """The row that the others leave for it, by both identities where the row is in both."""
    found: list[_Row] = []
    items = [other for other in forms.APPLICATIONS if form in other.forms]
    terms = [other.name for other in items if other.group and other.group != forms.TOTAL]
    for signs in (_BALANCE, {"handled_total": -1} | dict.fromkeys(terms, 1)):
        if item.name not in signs or len(signs) == 1:
            continue
        rows = {name: _numbers(name, figures) for name in signs if name != item.name}
        known = {name: row for name, row in rows.items() if row is not None}
        if len(known) == len(rows):
            sums = (
                sum(signs[name] * row[at] for name, row in known.items()) for at in range(len(forms.APPLICANT_NAMES))
            )
            found.append(tuple(-signs[item.name] * number for number in sums))
    agreed = bool(found) and all(row == found[0] for row in found) and sum(found[0][:-1]) == found[0][-1]
    return found[0] if agreed and min(found[0]) >= 0 else None


def _numbers(name: str, figures: Mapping[tuple[str, str], Figure]) -> _Row | None:
    row = [figures.get((name, category)) for category in forms.APPLICANT_NAMES]
    numbers = [figure.value for figure in row if figure is not None and figure.value is not None]
    return tuple(numbers) if len(numbers) == len(row) else None
