"""Tables printed the other way round, with the form's rows as columns, laid out upright."""

from __future__ import annotations

from archive.reading import forms
from archive.reading.blocks import Cell, Grid
from archive.reading.cells import looks_like_value
from archive.reading.figures.heads import REVIEW_GROUPS, fold_head
from archive.reading.figures.labels import items_named

_HEAD_ROWS = 3
_REVIEW_HEAD = 2
# Rows of section 三 that stand side by side in a head; one label in a head may be anything.
_FEWEST_ROWS = 5
_FEWEST_COLUMNS = 4


def upright(grid: Grid) -> Grid | None:
    """The grid with rows and columns exchanged where its head names rows of the form and its labels columns."""
    if not grid.exact:
        return None
    head = [cell for row in grid.rows[:_HEAD_ROWS] for cell in row]
    labels = [row[at] for row in grid.rows for at in (0, 1) if at < len(row) and not looks_like_value(row[at].text)]
    for section in ("applications", "review"):
        columns = forms.categories_by_label(section)
        named = {columns[label] for cell in labels if (label := fold_head(cell.text)) in columns}
        if section == "review":
            kinds = [{fold_head(cell.text) for cell in row} & set(REVIEW_GROUPS) for row in grid.rows]
            rows = len(set().union(*kinds[:_REVIEW_HEAD])) if not any(kinds[_REVIEW_HEAD:]) else 0
        else:
            rows = len({cell.text for cell in head if cell.row < _HEAD_ROWS and items_named(section, cell.text)})
        if len(named) >= _FEWEST_COLUMNS and rows >= (2 if section == "review" else _FEWEST_ROWS):
            return _turn(grid)
    return None


def _turn(grid: Grid) -> Grid:
    lasts: dict[int, int] = {}
    for number, row in enumerate(grid.rows):
        for cell in row:
            lasts[id(cell)] = number
    width = max((cell.last for row in grid.rows for cell in row), default=-1) + 1
    rows: list[list[Cell]] = [[] for _ in range(width)]
    for number, row in enumerate(grid.rows):
        for cell in row:
            if cell.row == number:
                turned = Cell(cell.text, number, lasts[id(cell)], cell.first, cell.confidence)
                for column in range(cell.first, cell.last + 1):
                    rows[column].append(turned)
    return Grid([sorted(row, key=lambda cell: cell.first) for row in rows], grid.exact)
