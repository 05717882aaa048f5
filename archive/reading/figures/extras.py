"""Cells in columns that hold no figures of the form (备注, 小计, 序号, last year's), set apart from a row."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from archive.reading.blocks import Cell
from archive.reading.figures.heads import Header
from archive.reading.figures.lines import Line, first_value


def set_apart(line: Line, header: Header, section: str) -> tuple[Line, list[Cell], bool]:
    """A line without the cells of such columns, those cells, and whether it could be said which they are.

    A line of the document's own table that is out of line with its head has them where it has just as many values as
    the head has columns.
    """
    if not header.extra:
        return line, [], True
    if line.piped and line.right not in (header.right, header.edge):
        # Cells in text that lost its spans are in no line with the head.
        return line, [], False
    if line.exact and line.right not in (header.right, header.edge):
        beside = _by_count(line, header, section)
    else:
        beside = [cell for cell in line.cells if any(a <= cell.first and cell.last <= b for a, b in header.extra)]
    if beside is None:
        return line, [], False
    kept = [cell for cell in line.cells if not any(cell is other for other in beside)]
    return replace(line, cells=kept), beside, True


def _by_count(line: Line, header: Header, section: str) -> list[Cell] | None:
    left = min((first for first, _ in header.columns.values()), default=-1)
    spans = sorted(span for span in [*header.columns.values(), *header.extra] if span[0] >= left)
    start = first_value(line.cells, section)
    overlapping = any(one[1] >= other[0] for one, other in pairwise(spans))
    if not header.columns or header.out_of_line or not start or overlapping:
        return None
    values = line.cells[start:]
    if len(values) != len(spans):
        return None
    # Row numbers stand before the labels.
    numbers = line.cells[: sum(1 for _, last in header.extra if last < left)]
    return [*numbers, *(cell for cell, span in zip(values, spans, strict=True) if span in header.extra)]
