"""Which placed rows can be believed: figures that run into each other, or are padded, leave sums that do not hold.

An agency's own mistake leaves such sums too. Where the table is whole, its figures stand in their columns and are kept
as printed; where it is not, or the row holds a blank that may be padding, what the row says cannot be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.cells import COUNTERS, fold, is_amount, is_nothing, read_cell
from archive.reading.figures.heads import Key, names_all
from archive.reading.figures.rows import Row
from archive.reading.figures.sums import Numbers, adds_up, expected_row

DOUBT = "its figures do not add up, and some may have run together or moved"
# Of what numbers are written with; where that cannot be read (07, 12 3, 6-3), it is several numbers.
_NUMERIC = re.compile(rf"[-+0-9,.增减加降升\s{COUNTERS}]*[0-9][-+0-9,.增减加降升\s{COUNTERS}]*")


# Damage of this many rows and of most of them leaves no table to place figures by.
_MANY_ROWS = 8


@dataclass(slots=True)
class Placed:
    """The cells of a row under the columns of the form, in the order of `keys`; None where they cannot be told."""

    row: Row
    item: forms.Item | None
    """None for a row that holds several items of section 四."""
    keys: tuple[Key, ...]
    cells: list[Cell] | None
    reason: str = ""
    """Why there are no cells."""


@dataclass(slots=True)
class _Table:
    """What the rows of a table say of each other."""

    known: Mapping[str, Numbers]
    """The rows that add up, by item."""
    whole: bool
    """Whether the cells of every row stand in their columns, with nothing run together and no padding."""
    adds_up: bool
    """Whether most rows add up, and one that does not stands out."""
    never_adds_up: bool
    """Whether so many rows do not that their sums say nothing of damage."""
    ends: bool
    """Whether its rows reach its last column; where none does, nothing moved out of it."""


def withdraw_doubtful(placed: Iterable[Placed], form: str | None) -> None:
    """Take away the cells of rows that cannot be believed."""
    tables: dict[int, list[Placed]] = {}
    for one in placed:
        tables.setdefault(one.row.occurrence, []).append(one)
    for rows in tables.values():
        table = _table(rows)
        doubtful = [one for one in rows if one.cells and _is_doubtful(one, one.cells, table, form)]
        for one in doubtful:
            one.cells, one.reason = None, DOUBT


def _is_doubtful(one: Placed, cells: list[Cell], table: _Table, form: str | None) -> bool:
    if not any(cell.text.strip() for cell in cells):
        return False
    exact, keys = one.row.exact, one.keys
    if _has_run(cells) and (_has_hole(cells) or not exact):
        return True
    if not any(category == "total" for _, category in keys):
        # Nothing adds up here. Padding stands behind what is there.
        filled = [cell.text.strip() for cell in cells if cell.text.strip()]
        return not exact and len(cells) > 1 and not cells[-1].text.strip() and len("".join(filled)) > 1
    numbers = _numbers(cells)
    if numbers is None:
        return False
    expected = expected_row(one.item, table.known, form) if one.item and one.row.section == "applications" else None
    if expected == numbers:
        return False
    if adds_up(cells, keys):
        # What moved aside may add up all the same, and is then out of line with the other rows.
        return not exact and expected is not None and _is_padded(cells)
    if not exact and not table.adds_up and not names_all(one.row.header, keys):
        # Neither the head nor the sums say that the columns are in the form's order.
        return True
    if not exact and table.never_adds_up:
        return False
    if not exact:
        return _is_padded(cells) or not table.whole or bool(one.row.header.extra) or _may_have_run(cells, keys)
    moved = table.adds_up and table.ends and _may_have_moved(cells, keys)
    return _has_hole(cells) and (moved or _may_have_run(cells, keys, beside=True))


def _table(rows: Sequence[Placed]) -> _Table:
    known: dict[str, Numbers] = {}
    kept = kept_with_figures = broken = ends = 0
    whole = True
    for one in rows:
        if one.cells is None:
            whole = False
            continue
        numbers = _numbers(one.cells)
        ends += bool(_in_place(one.cells)[-1].text.strip())
        whole = whole and not _has_run(one.cells)
        if numbers is not None and adds_up(one.cells, one.keys):
            kept += 1
            kept_with_figures += any(numbers)
            if one.item is not None:
                known[one.item.name] = numbers
        elif numbers is not None:
            broken += 1
            whole = whole and not _is_padded(one.cells)
    never = broken >= _MANY_ROWS and broken > kept
    return _Table(known, whole, kept_with_figures > broken, never, ends > 1)


def _numbers(cells: Sequence[Cell]) -> Numbers | None:
    """The numbers of cells, a blank or a stroke as none; None where one of them is no number."""
    read = [0 if is_nothing(cell.text) else read_cell(cell.text, "", "").number for cell in cells]
    numbers = tuple(number for number in read if number is not None)
    return numbers if len(numbers) == len(read) else None


def _has_hole(cells: Iterable[Cell]) -> bool:
    return any(not cell.text.strip() for cell in cells)


def _has_run(cells: Iterable[Cell]) -> bool:
    return any(_is_run(cell.text) for cell in cells)


def _is_run(text: str) -> bool:
    return not read_cell(text, "", "change").readable and not is_amount(text) and bool(_NUMERIC.fullmatch(fold(text)))


def _in_place(cells: Sequence[Cell]) -> list[Cell]:
    """Cells in the order they are printed in."""
    return sorted(cells, key=lambda cell: (cell.row, cell.first))


def _is_padded(cells: Sequence[Cell]) -> bool:
    """Whether a row begins or ends with a blank, as one does that was filled up to the width of its table."""
    ordered = _in_place(cells)
    return not ordered[0].text.strip() or not ordered[-1].text.strip()


def _may_have_moved(cells: Sequence[Cell], keys: Sequence[Key]) -> bool:
    """Whether a row that ends in a blank adds up with one number more, which moved those behind it up."""
    ordered = _in_place(cells)
    if ordered[-1].text.strip():
        return False
    numbers = [read_cell(cell.text, "", "").number or 0 for cell in ordered]
    first_total = next(cell for cell, key in zip(cells, keys, strict=True) if key[1] == "total")
    if first_total is ordered[0]:
        return numbers[0] > sum(numbers[1:])
    return 0 < numbers[-2] >= sum(numbers[:-2])


def _may_have_run(cells: Sequence[Cell], keys: Sequence[Key], *, beside: bool = False) -> bool:
    """Whether the row adds up with one of its numbers parted in two, and without a blank or, in text, a number.

    `beside`: the blank is at an end of the row or beside that number; elsewhere nothing can have left it.
    """
    ordered = _in_place(cells)
    texts = [cell.text.strip() for cell in ordered]
    ordered_keys = [next(key for key, cell in zip(keys, cells, strict=True) if cell is one) for one in ordered]
    holes = [at for at, text in enumerate(texts) if not text] or range(len(texts))
    for hole in holes:
        without = [*texts[:hole], *texts[hole + 1 :]]
        for at, text in enumerate(without):
            if beside and hole not in (0, len(texts) - 1, at, at + 1):
                continue
            for cut in range(1, len(text)):
                first, second = text[:cut], text[cut:]
                if _is_run(first) or _is_run(second):
                    continue
                parted = [*without[:at], first, second, *without[at + 1 :]]
                if adds_up([Cell(part, 0, 0, 0) for part in parted], ordered_keys):
                    return True
    return False
