"""What becomes of tables on real sites: liberties that leave every figure in its place, and damage that does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy

from archive.reading import forms
from tests.rendering.tables import Cell, Filled, Rows

Tables = dict[str, Rows]
Change = Callable[[Tables, random.Random], None]


def with_sums(filled: Filled) -> Filled:
    """The same form with every total the sum of its row, as a well-filled report has it."""
    for (section, item, category), text in list(filled.printed.items()):
        if category == "total" and section in ("applications", "review"):
            names = forms.APPLICANT_NAMES if section == "applications" else forms.REVIEW_NAMES
            total = sum(int(filled.values[section, item, name] or 0) for name in names if name != "total")
            key = (section, item, category)
            filled.printed[key], filled.values[key] = (str(total), total) if text.strip() else (text, None)
    return filled


def _values(row: list[Cell]) -> list[int]:
    return [place for place, cell in enumerate(row) if cell.kind == "value"]


def _body(rows: Rows) -> int:
    """Where the rows with figures begin."""
    return next(number for number, row in enumerate(rows) if _values(row))


# --- liberties: all figures can be read ---------------------------------------------------------------------------


def organisations_too_narrow(tables: Tables, draw: random.Random) -> None:
    _organisations(tables, -1)


def organisations_too_wide(tables: Tables, draw: random.Random) -> None:
    _organisations(tables, 1)


def organisations_without_span(tables: Tables, draw: random.Random) -> None:
    _organisations(tables, -4)


def _organisations(tables: Tables, more: int) -> None:
    for cell in tables["applications"][1]:
        if cell.text == "法人或其他组织":
            cell.columns += more


def corner_too_wide(tables: Tables, draw: random.Random) -> None:
    tables["applications"][0][0].columns = 5


def labels_without_spans(tables: Tables, draw: random.Random) -> None:
    for row in tables["applications"]:
        for cell in row:
            if cell.kind == "label":
                cell.columns = 1


def padded_with_blanks(tables: Tables, draw: random.Random) -> None:
    """行政许可 | 97 | | where the head spans three columns."""
    for row in tables["disclosure"]:
        if _values(row) and row[-1].columns > 1:
            padding = row[-1].columns - 1
            row[-1].columns = 1
            row.extend(Cell(draw.choice(["", "/"]), kind="value") for _ in range(padding))


def spans_written_out(tables: Tables, draw: random.Random) -> None:
    """Every column that a cell of section 二 covers holds its text again."""
    for row in tables["disclosure"]:
        for place in reversed(range(len(row))):
            cell = row[place]
            row[place : place + 1] = [Cell(cell.text, cell.rows, 1, cell.kind) for _ in range(cell.columns)]


def last_year_beside(tables: Tables, draw: random.Random) -> None:
    rows = tables["applications"]
    start = _body(rows)
    rows[0].append(Cell("上年度合计", start, 1, "head"))
    for row in rows[start:]:
        row.append(Cell(str(draw.randint(0, 99)), kind="value"))
    for row in tables["disclosure"]:
        if _values(row):
            row.append(Cell(str(draw.randint(0, 99)), kind="value"))
        elif len(row) > 1:
            row.append(Cell("上年数", kind="head"))
        else:
            row[0].columns += 1


def review_in_rows(tables: Tables, draw: random.Random) -> None:
    """One row for each kind of proceedings, named before it."""
    head, values = tables["review"][1][:5], tables["review"][-1]
    rows: Rows = [[Cell("类别", kind="head"), *(Cell(cell.text, kind="head") for cell in head)]]
    for number, label in enumerate(("行政复议", "未经复议直接起诉", "复议后起诉")):
        rows.append([Cell(label), *values[number * 5 : number * 5 + 5]])
    tables["review"] = rows


def review_in_parts(tables: Tables, draw: random.Random) -> None:
    """行政复议 with its numbers, and 行政诉讼 below."""
    rows = tables["review"]
    heads = [Cell(cell.text, kind="head") for cell in rows[1][:5]]
    suits = [Cell("未经复议直接起诉", 1, 5, "head"), Cell("复议后起诉", 1, 5, "head")]
    tables["review"] = [
        [Cell("行政复议", 1, 5, "head")],
        heads,
        rows[-1][:5],
        [Cell("行政诉讼", 1, 10, "head")],
        suits,
        deepcopy(heads * 2),
        rows[-1][5:],
    ]


def unseen_characters(tables: Tables, draw: random.Random) -> None:
    for rows in tables.values():
        for row in rows:
            for cell in row:
                at = draw.randint(0, len(cell.text))
                cell.text = cell.text[:at] + draw.choice(["\u200b", "\ufeff", "\u00ad", ""]) + cell.text[at:]


def group_and_label_in_one_cell(tables: Tables, draw: random.Random) -> None:
    """（三）不予公开1.属于国家秘密."""
    for row in tables["applications"]:
        labels = [cell for cell in row if cell.kind == "label"]
        if len(labels) >= 2 and labels[-2].text.startswith("（"):
            labels[-1].text = labels[-2].text + labels[-1].text
            labels[-2].text = ""


LIBERTIES: tuple[Change, ...] = (
    organisations_too_narrow,
    organisations_too_wide,
    organisations_without_span,
    corner_too_wide,
    labels_without_spans,
    padded_with_blanks,
    spans_written_out,
    last_year_beside,
    review_in_rows,
    review_in_parts,
    unseen_characters,
    group_and_label_in_one_cell,
)

# --- damage: what cannot be told apart is null --------------------------------------------------------------------


def _some_rows(tables: Tables, draw: random.Random) -> list[tuple[Rows, int]]:
    """One to three rows with two figures or more."""
    places = [(rows, at) for rows in tables.values() for at, row in enumerate(rows) if len(_values(row)) > 1]
    return draw.sample(places, draw.randint(1, 3))


def cell_lost(tables: Tables, draw: random.Random) -> None:
    for rows, at in _some_rows(tables, draw):
        del rows[at][draw.choice(_values(rows[at]))]


def cell_twice(tables: Tables, draw: random.Random) -> None:
    for rows, at in _some_rows(tables, draw):
        place = draw.choice(_values(rows[at]))
        rows[at].insert(place, deepcopy(rows[at][place]))


def number_too_many(tables: Tables, draw: random.Random) -> None:
    for rows, at in _some_rows(tables, draw):
        rows[at].insert(draw.choice(_values(rows[at])), Cell(str(draw.randint(0, 9000)), kind="value"))


def blank_too_many(tables: Tables, draw: random.Random) -> None:
    for rows, at in _some_rows(tables, draw):
        rows[at].insert(_values(rows[at])[0], Cell(""))


def cells_joined(tables: Tables, draw: random.Random) -> None:
    """Two figures in one cell, set apart by a blank or by nothing."""
    for rows, at in _some_rows(tables, draw):
        place = draw.choice(_values(rows[at])[:-1])
        first, second = rows[at][place : place + 2]
        first.text = f"{first.text.strip()}{draw.choice(['', ' '])}{second.text.strip()}"
        first.columns += second.columns if draw.random() < 0.5 else 0
        del rows[at][place + 1]


def cell_over_two_rows(tables: Tables, draw: random.Random) -> None:
    for rows, at in _some_rows(tables, draw):
        rows[at][draw.choice(_values(rows[at]))].rows = 2


def rows_joined(tables: Tables, draw: random.Random) -> None:
    """The cells of two rows in those of one."""
    rows = tables["applications"]
    at = draw.choice([at for at in range(_body(rows), len(rows) - 1)])
    for place, other in zip(_values(rows[at]), _values(rows[at + 1]), strict=True):
        rows[at][place].text = f"{rows[at][place].text.strip() or '/'} {rows[at + 1][other].text.strip() or '/'}"
    del rows[at + 1]


def label_lost(tables: Tables, draw: random.Random) -> None:
    for rows, at in _some_rows(tables, draw):
        labels = [cell for cell in rows[at] if cell.kind == "label"]
        if labels:
            labels[-1].text = ""


def head_lost_a_cell(tables: Tables, draw: random.Random) -> None:
    for rows in tables.values():
        places = [(row, at) for row in rows for at, cell in enumerate(row) if cell.kind == "head"]
        row, at = draw.choice(places)
        del row[at]


DAMAGE: tuple[Change, ...] = (
    cell_lost,
    cell_twice,
    number_too_many,
    blank_too_many,
    cells_joined,
    cell_over_two_rows,
    rows_joined,
    label_lost,
    head_lost_a_cell,
)
