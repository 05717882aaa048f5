"""Cells to columns: by the columns a head covers, or in the head's order; what cannot be told apart is not placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.figures.heads import Header, Key, fold_head
from archive.reading.figures.rows import Row

_EXTRA_WORDS = frozenset({"小计", "备注", "序号", "说明", "上年", "去年", "同比"})


def place(row: Row, keys: Sequence[Key], *, by_header: bool = True, by_count: bool = True) -> list[Cell] | None:
    """A row's cells in the order of `keys`, or None where they cannot be told apart.

    Two ways that must not contradict each other: by the columns the header covers, and in the header's order where
    there are exactly as many cells as columns.
    """
    if any(key in row.header.doubtful for key in keys):
        return None
    if row.table >= 0 and any(a <= cell.last and cell.first <= b for cell in row.values for a, b in row.header.extra):
        # One cell over a column of the form and one beside it (小计 and 总计) is of neither.
        return None
    by_column = _by_column(row, keys) if by_header else None
    in_order = _in_order(row, keys, by_header=by_header) if by_count else None
    if by_column is not None and in_order is not None:
        return by_column if _same(by_column, in_order) else None
    return by_column if by_column is not None else in_order


def _same(one: list[Cell], other: list[Cell]) -> bool:
    return all(first is second for first, second in zip(one, other, strict=True))


def _by_column(row: Row, keys: Sequence[Key]) -> list[Cell] | None:
    columns = row.header.columns
    if not row.values or row.table < 0 or not row.extras_apart or any(key not in columns for key in keys):
        return None
    spans = [columns[key] for key in keys]
    if row.exact and not _aligned(row, keys):
        return None
    used: list[Cell] = []
    for first, last in spans:
        over = [cell for cell in row.values if cell.first <= last and cell.last >= first]
        if len(over) != 1 or any(over[0] is cell for cell in used):
            return None
        used.append(over[0])
    if any(not any(cell is other for other in used) for cell in row.filled):
        return None
    return used


def _aligned(row: Row, keys: Sequence[Key]) -> bool:
    """Whether a row begins and ends with its head: one that lost a cell, or has one too many, does not."""
    left = min(row.header.columns[key][0] for key in keys)
    # In section 二 a row has fewer columns than the table, the last of them wider.
    return row.right in (row.header.right, row.header.edge) and not any(
        cell.text.strip() and cell.last >= left for cell in row.label_cells
    )


def _in_order(row: Row, keys: Sequence[Key], *, by_header: bool) -> list[Cell] | None:
    """The row's cells one after another, where none is blank: a lost cell cannot be told from padding.

    The cells of a table of the document's own are all there, so that blanks count as cells.
    """
    if row.header.extra and not (row.extras_apart and row.table >= 0 and by_header):
        return None
    order = _order(row, keys)
    if order is None:
        return None
    cells = row.filled
    if row.exact:
        cells = _whole(row, keys)
    if len(cells) != len(keys):
        return None
    by_key = dict(zip(order, cells, strict=True))
    return [by_key[key] for key in keys]


def _whole(row: Row, keys: Sequence[Key]) -> list[Cell]:
    """The cells of a row of the document's own table, blank ones too; none where they are more or fewer than keys."""
    if len(row.values) == len(keys):
        return row.values
    if not row.filled:
        return row.values[: len(keys)]
    if row.table < 0 and row.values[: len(keys)] == row.filled:
        # In text the blanks behind are what is left of columns spanned.
        return row.filled
    return []


def _order(row: Row, keys: Sequence[Key]) -> list[Key] | None:
    """The order of the columns, as the header names them; the form's where there is none; None where they disagree."""
    if len(keys) == 1:
        return list(keys)
    columns = row.header.columns
    known, apart = _known(row.header, keys)
    if row.table >= 0 and len(known) == len(keys) and apart:
        return known
    if row.table >= 0 and known and row.exact and apart:
        return _order_of_words(row.header, keys) if known == [key for key in keys if key in columns] else None
    return _order_of_words(row.header, keys)


def _known(header: Header, keys: Sequence[Key]) -> tuple[list[Key], bool]:
    """The columns that the head names, left to right, and whether each of them stands behind the one before."""
    columns = header.columns
    known = sorted((key for key in keys if key in columns), key=lambda key: columns[key][0])
    # Heads may overlap by a cell where spans are drawn by hand, and still stand one after another.
    apart = all(
        columns[one][0] < columns[other][0] and columns[one][1] < columns[other][1] for one, other in pairwise(known)
    )
    return known, apart


def _order_of_words(header: Header, keys: Sequence[Key]) -> list[Key] | None:
    """The order of columns where the head fell apart into words, read line by line.

    A head of two lines gives 自然人, 法人或其他组织, 总计 before the columns under 法人或其他组织: the total is
    the last column all the same, unless it comes before 自然人.
    """
    words = [fold_head(part) for word in header.words for part in (word, *word.split())]
    if any(word in _EXTRA_WORDS for word in words):
        return None
    labels = {
        label: category for section in _SECTIONS for label, category in forms.categories_by_label(section).items()
    }
    if any(owner for owner, _ in keys):
        return list(keys) if _total_is_last(words, "结果维持") else None
    categories = [category for _, category in keys]
    read = list(dict.fromkeys(labels[word] for word in words if labels.get(word) in categories))
    if len(read) != len(categories):
        return list(keys)
    if "natural_person" in categories and read.index("total") > read.index("natural_person"):
        read.remove("total")
        read.append("total")
    return [("", category) for category in read]


_SECTIONS = ("disclosure", "applications")


def _total_is_last(words: list[str], first: str) -> bool:
    totals = [index for index, word in enumerate(words) if word in ("总计", "合计")]
    return first not in words or not totals or totals[0] > words.index(first)


def ragged_tables(rows: Iterable[Row]) -> set[int]:
    """Text tables in which a row is out of line with its header: no row's blanks can be trusted there.

    A label under a column of figures or a value beside them shows that spans were lost when the table became text.
    """
    ragged: set[int] = set()
    label_columns: dict[tuple[int, str], int] = {}
    for row in rows:
        if row.exact or row.table < 0:
            continue
        if _out_of_line(row):
            ragged.add(row.table)
        for cell in row.label_cells:
            if kind := _kind_of_number(cell.text):
                column = label_columns.setdefault((row.table, kind), cell.first)
                if column != cell.first:
                    ragged.add(row.table)
    return ragged


def crowded(rows: Iterable[Row], width: int) -> bool:
    """Whether there are rows of more values than the form has columns: another column (序号, 备注, 上年) is there.

    A row of just as many values may then have lost one and hold one too many. A page number beside a row or two is no
    such column.
    """
    rows = [row for row in rows if row.filled]
    more = sum(1 for row in rows if len(row.filled) > width)
    return more >= _FEWEST_CROWDED and more * 10 > len(rows)


_FEWEST_CROWDED = 3


def _kind_of_number(text: str) -> str:
    """How a label is numbered: labels of one kind (一、 or （一） or 1.) stand in one column."""
    number = forms.enumerator(text)
    if not number:
        return ""
    return "1" if number.isdigit() else "（一）" if text.lstrip().startswith(("（", "(")) else "一、"


def _out_of_line(row: Row) -> bool:
    columns = row.header.columns.values()
    if any(
        first <= cell.last and cell.first <= last
        for cell in row.label_cells
        if cell.text.strip()
        for first, last in columns
    ):
        return True
    covered = [*columns, *row.header.extra]
    return any(
        cell.text.strip() and not any(first <= cell.first and cell.last <= last for first, last in covered)
        for cell in row.values
    )
