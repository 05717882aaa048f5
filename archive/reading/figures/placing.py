"""Cells to columns: by the columns a head covers, or in the head's order; what cannot be told apart is not placed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.cells import is_nothing, read_cell
from archive.reading.figures.heads import Header, Key, fold_head, head_parts
from archive.reading.figures.rows import Row
from archive.reading.figures.sums import adds_up

_EXTRA_WORDS = frozenset({"小计", "序号", "上年", "去年", "同比"})
_SUBTOTAL = "小计"


def place(
    row: Row,
    keys: Sequence[Key],
    *,
    by_header: bool = True,
    by_count: bool = True,
    strays: bool = False,
    padded: bool = False,
) -> list[Cell] | None:
    """A row's cells in the order of `keys`, or None where they cannot be told apart.

    Two ways that must not contradict each other: by the columns the header covers, and in the header's order where
    there are exactly as many cells as columns. Where nothing but their count speaks for the second (`strays`: numbers
    that are of no row stand among the lines), the row's sums must. `padded`: rows of the table end in blanks, so that
    no blank at the edge of another is to be trusted.
    """
    if row.header.uneven or any(key in row.header.doubtful for key in keys):
        return None
    if not row.exact and (cells := _beside_subtotal(row, keys)):
        return cells
    in_line = row.right in (row.header.right, row.header.edge) if row.exact else row.extras_apart
    if (
        row.table >= 0
        and in_line
        and any(a <= cell.last and cell.first <= b for cell in row.values for a, b in row.header.extra)
    ):
        # One cell over a column of the form and one beside it (小计 and 总计) is of neither.
        return None
    if row.table >= 0 and row.header.out_of_line:
        return _in_told_order(row, keys) if by_count else None
    if row.table < 0 and by_count and len(row.filled) == len(keys) + 1:
        return _without_page_number(row, keys)
    by_column = _by_column(row, keys) if by_header else None
    in_order = _in_order(row, keys, by_header=by_header, padded=padded) if by_count else None
    if by_column is not None and in_order is not None:
        return by_column if _same(by_column, in_order) else None
    if by_column is not None or in_order is None:
        return by_column
    loose = row.table < 0 and not row.exact and not row.whole_line
    doubtful = strays and loose and any(category == "total" for _, category in keys)
    return None if doubtful and not adds_up(in_order, keys) else in_order


def _without_page_number(row: Row, keys: Sequence[Key]) -> list[Cell] | None:
    """A row of text with one number too many, where it adds up without exactly one of them that could be a page's."""
    order = _order(row, keys)
    found: list[list[Cell]] = []
    for stray in row.filled if order else []:
        if not _PAGE.fullmatch(stray.text.strip()):
            continue
        cells = [cell for cell in row.filled if cell is not stray]
        by_key = dict(zip(order or (), cells, strict=True))
        placed = [by_key[key] for key in keys]
        if adds_up(placed, keys) and not any(_alike(placed, other) for other in found):
            found.append(placed)
    return found[0] if len(found) == 1 else None


def _beside_subtotal(row: Row, keys: Sequence[Key]) -> list[Cell] | None:
    """The cells of a row of text whose head names one column more, 小计, where the row has it and its sums hold."""
    words = _words(row)
    if row.section != "applications" or words.count(_SUBTOTAL) != 1 or _EXTRA_WORDS & set(words) != {_SUBTOTAL}:
        return None
    labels = forms.categories_by_label(row.section) | {_SUBTOTAL: _SUBTOTAL}
    order = list(dict.fromkeys(labels[word] for word in words if word in labels))
    cells = row.values if row.piped and len(row.values) == len(order) else row.filled
    if len(order) != len(keys) + 1 or len(cells) != len(order):
        return None
    if order.index("total") > order.index("natural_person"):
        order.remove("total")
        order.append("total")
    by_category = dict(zip(order, cells, strict=True))
    placed = [by_category[category] for _, category in keys]
    parts = [by_category[category] for _, category in keys if category not in ("natural_person", "total")]
    subtotal = [*parts, by_category[_SUBTOTAL]]
    sums = [("", f"{number}") for number in range(len(parts))]
    return placed if adds_up(placed, keys) and adds_up(subtotal, [*sums, ("", "total")]) else None


def is_stray(row: Row) -> bool:
    """Whether a number of no row stands among the lines of a text, as page numbers do: alone, or within a whole row."""
    if row.table >= 0 or row.exact or row.section == "annex":
        return False
    if len(row.filled) == 1:
        return not row.labels
    keys = [("", category) for category in forms.APPLICANT_NAMES]
    return len(row.filled) == len(keys) + 1 and _without_page_number(row, keys) is not None


_PAGE = re.compile(r"[1-9][0-9]?")


def settle_orders(rows: Iterable[Row]) -> None:
    """Where a head is out of line, let the sums of its rows say whether its columns or its words give the order."""
    keys = [("", category) for category in forms.APPLICANT_NAMES]
    votes: dict[int, tuple[Header, list[int]]] = {}
    for row in rows:
        if row.section == "applications" and row.table >= 0 and row.header.out_of_line:
            _, counts = votes.setdefault(id(row.header), (row.header, [0, 0]))
            sums = [placed is not None and adds_up(placed, keys) for placed in _both_orders(row, keys)]
            if sums[0] != sums[1]:
                counts[sums.index(True)] += 1
    for header, counts in votes.values():
        most = max(counts)
        header.order_told = counts.index(most) if most >= _FEWEST_VOTES and min(counts) * 5 <= most else None


_FEWEST_VOTES = 2


def _in_told_order(row: Row, keys: Sequence[Key]) -> list[Cell] | None:
    """The cells of a row under a head out of line, in the order that the sums tell; not where its own say otherwise."""
    placed = _both_orders(row, keys)
    if placed[0] and placed[1] and _alike(placed[0], placed[1]):
        return placed[0]
    told = row.header.order_told
    if told is None or (own := placed[told]) is None:
        return None
    other = placed[1 - told]
    return None if other is not None and adds_up(other, keys) and not adds_up(own, keys) else own


def _both_orders(row: Row, keys: Sequence[Key]) -> tuple[list[Cell] | None, list[Cell] | None]:
    """The cells of a row in the order of the head's columns, and in that of its words; None where they do not fit."""
    cells = _whole(row, keys) if row.exact else row.filled
    known, _ = _known(row.header, keys)
    if len(known) == len(keys) - 1 and ("", "total") not in known:
        known = [("", "total"), *known]

    def ordered(order: list[Key] | None) -> list[Cell] | None:
        if row.header.extra or order is None or not len(order) == len(cells) == len(keys):
            return None
        by_key = dict(zip(order, cells, strict=True))
        return [by_key[key] for key in keys]

    return ordered(known), ordered(_order_of_words(row, keys))


def _alike(one: list[Cell], other: list[Cell]) -> bool:
    return [cell.text for cell in one] == [cell.text for cell in other]


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
    padding: list[Cell] = []
    for first, last in spans:
        over = [cell for cell in row.values if cell.first <= last and cell.last >= first]
        told = _one_told(over)
        if len(told) != 1 or any(told[0] is cell for cell in used):
            return None
        used.append(told[0])
        padding.extend(cell for cell in over if cell is not told[0])
    if any(not any(cell is other for other in (*used, *padding)) for cell in row.filled):
        return None
    return None if not row.exact and _moved_up(row, used, keys) else used


def _moved_up(row: Row, placed: Sequence[Cell], keys: Sequence[Key]) -> bool:
    """Whether a row of text that ends in a blank may have lost a cell: what then stands last is the total."""
    total = dict(zip(keys, placed, strict=True)).get(("", "total"))
    last = max(placed, key=lambda cell: cell.first)
    if total is None or last.text.strip():
        return False
    if total is not last:
        # Before the others the total stays where it is, and holds whichever cell is lost.
        return bool(total.text.strip())
    numbers = [read_cell(cell.text, "", "").number or 0 for cell in row.filled]
    return len(numbers) > 1 and 0 < numbers[-1] >= sum(numbers[:-1])


def _one_told(over: list[Cell]) -> list[Cell]:
    """Of several cells below one wide head the one that is no padding (blank, stroke) or written out again."""
    if len(over) < 2:
        return over
    told = [cell for cell in over if not is_nothing(cell.text)]
    return told[:1] if len({cell.text for cell in told}) == 1 else told or over[:1]


def _aligned(row: Row, keys: Sequence[Key]) -> bool:
    """Whether a row begins and ends with its head: one that lost a cell, or has one too many, does not."""
    left = min(row.header.columns[key][0] for key in keys)
    # In section 二 a row has fewer columns than the table, the last of them wider.
    return row.right in (row.header.right, row.header.edge) and not any(
        cell.text.strip() and cell.last >= left for cell in row.label_cells
    )


def _in_order(row: Row, keys: Sequence[Key], *, by_header: bool, padded: bool) -> list[Cell] | None:
    """The row's cells one after another, where none is blank: a lost cell cannot be told from padding.

    The cells of a table of the document's own are all there, so that blanks count as cells.
    """
    # In text that lost its spans remarks are words behind the numbers, where they are not left blank.
    remarks = row.piped and not row.extras_apart and all(span in row.header.remarks for span in row.header.extra)
    if row.header.extra and not remarks and not (row.extras_apart and row.table >= 0 and by_header):
        return None
    order = _order(row, keys)
    if order is None:
        return None
    cells = row.filled
    if row.exact:
        cells = _whole(row, keys)
    elif row.piped and len(row.values) == len(keys) and not row.header.extra:
        # Pipes and tabs set blank cells apart too, but those at the edge may be padding.
        by_place = dict(zip(order, row.values, strict=True))
        placed = [by_place[key] for key in keys]
        inner = row.values[-1].text.strip() and (row.values[0].text.strip() or not padded)
        confirmed = adds_up(placed, keys) and any(read_cell(cell.text, "", "").number for cell in placed)
        cells = row.values if inner or (confirmed and not _moved_up(row, placed, keys)) else row.filled
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
        return _order_of_words(row, keys) if known == [key for key in keys if key in columns] else None
    return _order_of_words(row, keys)


def _known(header: Header, keys: Sequence[Key]) -> tuple[list[Key], bool]:
    """The columns that the head names, left to right, and whether each of them stands behind the one before."""
    columns = header.columns
    known = sorted((key for key in keys if key in columns), key=lambda key: columns[key][0])
    # Heads may overlap by a cell where spans are drawn by hand, and still stand one after another.
    apart = all(
        columns[one][0] < columns[other][0] and columns[one][1] < columns[other][1] for one, other in pairwise(known)
    )
    return known, apart


def _order_of_words(row: Row, keys: Sequence[Key]) -> list[Key] | None:
    """The order of columns where the head fell apart into words, read line by line.

    A head of two lines gives 自然人, 法人或其他组织, 总计 before the columns under 法人或其他组织: the total is
    the last column all the same, unless it comes before 自然人.
    """
    words = _words(row)
    if any(word in _EXTRA_WORDS for word in words):
        return None
    labels = {
        label: category for section in _SECTIONS for label, category in forms.categories_by_label(section).items()
    }
    # Section 四: the columns of every kind of proceedings are in the order of the first one.
    categories = list(dict.fromkeys(category for _, category in keys))
    read = list(dict.fromkeys(labels[word] for word in words if labels.get(word) in categories))
    if len(read) != len(categories):
        # Some of the names are lost: the form's order holds only where the others are in it.
        named = [category for category in read if category != "total"]
        told = named == [category for category in categories if category in named]
        return list(keys) if told and not (read[:1] == ["total"] and categories[0] in read) else None
    if "natural_person" in categories and read.index("total") > read.index("natural_person"):
        read.remove("total")
        read.append("total")
    return [(owner, category) for owner in dict.fromkeys(owner for owner, _ in keys) for category in read]


_SECTIONS = ("disclosure", "applications", "review")


def _words(row: Row) -> list[str]:
    """The words of a row's head in the order read."""
    words = [fold_head(part) for word in row.header.words for part in dict.fromkeys((word, *head_parts(word)))]
    if row.exact and words and words[0] == "序号":
        # The rows' numbers stand before their labels, and are none of their values.
        words = [word for word in words if word != "序号"]
    return words


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

    A row of just as many values may then have lost one and hold one too many. Page numbers within rows are no such
    column.
    """
    rows = [row for row in rows if row.filled]
    more = sum(1 for row in rows if len(row.filled) > width and not is_stray(row))
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
