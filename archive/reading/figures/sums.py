"""The form's own sums, over a row and over the rows, as evidence for where cells belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.cells import read_cell
from archive.reading.figures.heads import Key

_BALANCE = {"new": 1, "carried_in": 1, "handled_total": -1, "carried_over": -1}
Numbers = tuple[int | float, ...]


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


def expected_row(item: forms.Item, rows: Mapping[str, Numbers], form: str | None) -> Numbers | None:
    """The row of section 三 that the others leave for an item, by both identities where it is in both.

    None where a row is missing, the identities disagree, or the row they leave does not add up.
    """
    found: list[Numbers] = []
    items = [other for other in forms.APPLICATIONS if form in other.forms]
    terms = [other.name for other in items if other.group and other.group != forms.TOTAL]
    for signs in (_BALANCE, {"handled_total": -1} | dict.fromkeys(terms, 1)):
        if item.name not in signs or len(signs) == 1:
            continue
        others = [name for name in signs if name != item.name]
        if all(name in rows for name in others):
            sums = (sum(signs[name] * rows[name][at] for name in others) for at in range(len(forms.APPLICANT_NAMES)))
            found.append(tuple(-signs[item.name] * number for number in sums))
    agreed = bool(found) and all(row == found[0] for row in found) and sum(found[0][:-1]) == found[0][-1]
    return found[0] if agreed and min(found[0]) >= 0 else None
