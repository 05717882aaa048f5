"""Rows that lost their label, told by their place among the rows that kept it and by the form's own sums."""

from __future__ import annotations

from collections.abc import Sequence

from archive.reading import forms
from archive.reading.cells import read_cell
from archive.reading.figures.matching import Match

_WIDTH = len(forms.APPLICANTS)


def match_by_order(matches: list[Match], form: str | None) -> bool:
    """Name the rows of section 三 whose label fell apart, where nothing is left open; whether any were named.

    All of this must hold: the form is known; the rows that have their label are in the form's order; between any two
    of them stand as many whole rows of values without a label as the form has rows there; every row adds up to its
    total, and the rows of every column add up to 三（七）总计.
    """
    items = [item for item in forms.APPLICATIONS if form in item.forms]
    position = {item.name: number for number, item in enumerate(items)}
    rows = [match for match in matches if match.row.filled and not _stray(match)]
    if not form or not rows or any(match.item is not None and match.item.name not in position for match in rows):
        return False
    if rows[0].item is None or rows[-1].item is None:
        return False
    places: list[int] = []
    for match in rows:
        if match.item is not None:
            places.append(position[match.item.name])
        elif len(match.row.filled) == _WIDTH == len(match.row.values) and not match.row.label_cells:
            places.append(places[-1] + 1)
        else:
            return False
    if all(match.item for match in rows) or places != list(range(places[0], places[0] + len(rows))):
        return False
    if places[-1] >= len(items):
        return False
    if not _adds_up({items[place].name: match for place, match in zip(places, rows, strict=True)}):
        return False
    named = {items[place].name for place, match in zip(places, rows, strict=True) if match.item is None}
    for place, match in zip(places, rows, strict=True):
        if match.item is None:
            match.item = items[place]
    # Labels without values that were taken for rows of their own belong to the rows just named.
    matches[:] = [
        match
        for match in matches
        if any(match is row for row in rows) or match.item is None or match.item.name not in named | {"other_handling"}
    ]
    return True


def _stray(match: Match) -> bool:
    """A number alone on its line among labels: it may belong to any row."""
    return match.row.table < 0 and len(match.row.filled) < _WIDTH


def _adds_up(rows: dict[str, Match]) -> bool:
    values = {name: _numbers(match) for name, match in rows.items()}
    terms = [item.name for item in forms.APPLICATIONS if item.group and item.group != forms.TOTAL and item.name in rows]
    total = values.get("handled_total")
    if total is None or any(values[name] is None for name in terms):
        return False
    numbers = [row for name in terms if (row := values[name]) is not None]
    return all(sum(row[:-1]) == row[-1] for row in (*numbers, total)) and [
        sum(row[column] for row in numbers) for column in range(_WIDTH)
    ] == list(total)


def _numbers(match: Match) -> Sequence[int | float] | None:
    cells = match.row.filled
    read = [read_cell(cell.text, "new", "total").number for cell in cells]
    numbers = [number for number in read if number is not None]
    return numbers if len(numbers) == len(cells) == _WIDTH else None
