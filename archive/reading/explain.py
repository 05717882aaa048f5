"""How every figure came to be: the printed cell, the place in its table, and the labels it was matched by."""

from __future__ import annotations

from collections.abc import Iterator

from archive.reading import forms
from archive.reading.cells import looks_like_value
from archive.reading.model import Figure, Reading
from archive.reading.spam import explain_removals

_ITEMS = {(item.section, item.name): item for item in forms.ITEMS}
_CATEGORIES = {
    (section, category.name): category.labels[0]
    for section, declared in (
        ("disclosure", forms.DISCLOSURE_CATEGORIES),
        ("applications", forms.APPLICANTS),
        ("review", forms.RESULTS_OF_REVIEW),
    )
    for category in declared
}
_LABELS_SHOWN = 4
_WIDEST_LABEL = 60

Grid = list[list[str | None]]


def explain(reading: Reading, wanted: str | None = None) -> str:
    """The way of every figure, or of those that `wanted` names, then what was taken out of the text, and the warnings.

    `wanted` is an item (`new`), a section and an item (`applications.new`), or one figure
    (`applications.new.total`).
    """
    figures = [figure for figure in reading.figures if wanted is None or _is_named(figure, wanted)]
    lines = [line for figure in figures for line in _figure(figure, reading)]
    if wanted is not None:
        lines += [
            f"warning {warning.code}: {warning.detail}"
            for warning in reading.warnings
            if wanted in warning.detail or any(figure.item in warning.detail for figure in figures)
        ]
        return "\n".join(lines or [f"no figure is named {wanted}"])
    if removed := explain_removals(reading.removals):
        lines.append(removed)
    lines += [f"warning {warning.code}: {warning.detail}" for warning in reading.warnings]
    return "\n".join(lines or ["no figures: not an annual report, or one without tables"])


def _is_named(figure: Figure, wanted: str) -> bool:
    names = (figure.section, figure.item, figure.category)
    return wanted in (figure.section, figure.item, ".".join(names[:2]), ".".join(names[1:]), ".".join(names))


def _figure(figure: Figure, reading: Reading) -> Iterator[str]:
    name = f"{figure.section}.{figure.item}.{figure.category}"
    value = "null" if figure.value is None else f"{figure.value}{figure.unit or ''}"
    yield f"{name} = {value}"
    if figure.printed is None:
        yield "  not placed: the warnings name its row"
        return
    note = f", note {figure.note!r}" if figure.note else ""
    method = f", read by {figure.method} ({figure.confidence:.2f})" if figure.method and figure.confidence else ""
    yield f"  printed  {figure.printed!r}{note}{method}"
    grid = reading.grids[figure.grid] if figure.grid is not None and figure.grid < len(reading.grids) else None
    if grid is None or figure.row is None or figure.column is None:
        line = _line(reading.text, figure.line)
        yield f"  line     {figure.line}" + (f": {line}" if line else "")
    else:
        yield f"  grid     {figure.grid}, row {figure.row}, column {figure.column} (from 0)"
        yield f"  row      {' > '.join(_row_labels(grid, figure.row, figure.column)) or '(no label)'}"
        yield f"  column   {' > '.join(_heads(grid, figure.row, figure.column)) or '(no head)'}"
    item = _ITEMS[figure.section, figure.item]
    category = _CATEGORIES.get((figure.section, figure.category), figure.category)
    group = f"{item.group} > " if item.group and item.group != item.label else ""
    yield f"  matches  {group}{item.label} / {category}"


def _line(text: str, number: int | None) -> str:
    lines = text.split("\n")
    return lines[number - 1].strip()[:_WIDEST_LABEL] if number is not None and 0 < number <= len(lines) else ""


def _row_labels(grid: Grid, row: int, column: int) -> list[str]:
    """Labels left of a cell, those of cells that come down from rows above among them."""
    labels: list[str] = []
    for left in range(column):
        cells = (above[left] for above in reversed(grid[: row + 1]) if left < len(above))
        text = next((text for text in cells if text is not None), None)
        if text and text.strip() and not looks_like_value(text) and text[:_WIDEST_LABEL] not in labels:
            labels.append(text[:_WIDEST_LABEL])
    return labels[-_LABELS_SHOWN:]


def _heads(grid: Grid, row: int, column: int) -> list[str]:
    """Heads over a cell: texts in its column, or in the wider cell that covers it, that are no figures."""
    heads: list[str] = []
    for above in grid[:row]:
        cells = above[: column + 1]
        text = next((text for text in reversed(cells) if text is not None), None)
        covered = len(above) > column and (above[column] is not None or text is not None)
        if covered and text and text.strip() and not looks_like_value(text):
            heads.append(text[:_WIDEST_LABEL])
    known = forms.IGNORED_LABELS | {forms.plain(label) for label in _CATEGORIES.values()}
    shown = [head for head in heads if forms.plain(head) in known or len(heads) <= _LABELS_SHOWN]
    return list(dict.fromkeys(shown))[-_LABELS_SHOWN:]
