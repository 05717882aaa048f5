"""Tables built without `table`: rows of boxes (display: table, flex, lists, dl) that hold a statutory table."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from archive.reading import forms

_ROW_TAGS = frozenset({"div", "li", "ul", "ol", "dl", "section"})
_CELL_TAGS = frozenset({"div", "li", "dt", "dd", "p"})
_INLINE_TAGS = frozenset({"span", "b", "strong", "em", "i", "label", "font"})
# What makes a box of an inline element: runs of text (Word's, say) have none of it.
_BOXED = re.compile(r"display\s*:\s*(?:inline-block|table-cell|block)|width\s*:|flex|float\s*:", re.IGNORECASE)
_IGNORED = frozenset({"script", "style", "br", "hr"})
_FEWEST_ROWS = 3
_LONGEST_CELL = 120
_KNOWN = frozenset(
    core
    for section in ("disclosure", "applications", "review", "annex")
    for core in (*forms.items_by_core(section), *(forms.categories_by_label(section) if section != "annex" else ()))
)

Boxes = list[list[HtmlElement]]


def rows_of_boxes(element: HtmlElement) -> Boxes | None:
    """The rows of an element whose children are rows of boxes and hold labels of the forms; None where it is none."""
    rows = _definitions(element) if element.tag == "dl" else _children_as_rows(element)
    if rows is None or len(rows) < _FEWEST_ROWS:
        return None
    labels = sum(1 for row in rows for cell in row if forms.core(str(cell.text_content())) in _KNOWN)
    return rows if labels >= _FEWEST_ROWS else None


def _elements(element: HtmlElement) -> list[HtmlElement]:
    return [child for child in element if isinstance(child.tag, str) and child.tag not in _IGNORED]


def _children_as_rows(element: HtmlElement) -> Boxes | None:
    children = _elements(element)
    if len(children) < _FEWEST_ROWS or _own_text(element):
        return None
    rows: Boxes = []
    for child in children:
        cells = _cells(child)
        if cells is None:
            return None
        rows.append(cells)
    return rows if any(len(row) > 1 for row in rows) else None


def _cells(row: HtmlElement) -> list[HtmlElement] | None:
    """The cells of a row; a box with text of its own is a row of one cell (a heading across the table)."""
    if row.tag not in _ROW_TAGS:
        return None
    cells = _elements(row)
    if not cells:
        return [row] if len(str(row.text_content())) <= _LONGEST_CELL else None
    if _own_text(row) or not all(_is_cell(cell) for cell in cells):
        return None
    return cells


def _is_cell(cell: HtmlElement) -> bool:
    if cell.tag in _INLINE_TAGS:
        boxed = cell.get("class") or _BOXED.search(cell.get("style") or "")
        return bool(boxed) and len(str(cell.text_content())) <= _LONGEST_CELL
    if cell.tag not in _CELL_TAGS or len(str(cell.text_content())) > _LONGEST_CELL:
        return False
    # A box that holds several boxes is no cell: rows within rows are not told apart.
    return sum(1 for inner in cell.iterdescendants() if inner.tag in _CELL_TAGS) <= 1


def _definitions(element: HtmlElement) -> Boxes | None:
    """A dl whose every dt begins a row."""
    rows: Boxes = []
    for child in _elements(element):
        if child.tag == "dt":
            rows.append([child])
        elif child.tag == "dd" and rows:
            rows[-1].append(child)
        else:
            return None
    return rows if any(len(row) > 1 for row in rows) else None


def _own_text(element: HtmlElement) -> bool:
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))
