"""Two halves of a list printed side by side (统计指标 | 统计数 | 统计指标 | 统计数), one below the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from archive.reading.cells import looks_like_value
from archive.reading.figures.labels import items_named
from archive.reading.figures.lines import Line

# Fewer labels than these in a column are no list of their own.
_FEWEST_LABELS = 3
# Tables of the document are numbered from 0; the other halves get numbers of their own.
_OTHER_HALVES = 1_000_000


def one_below_the_other(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines in reading order; of the annex in two halves the left one first."""
    for table, group in groupby(lines, key=lambda line: line.table):
        rows = list(group)
        middle = _middle(rows) if table >= 0 else None
        if middle is None:
            yield from rows
            continue
        yield from (part for line in rows if (part := _part(line, line.table, 0, middle)))
        yield from (part for line in rows if (part := _part(line, line.table + _OTHER_HALVES, middle, line.right + 1)))


def _part(line: Line, table: int, start: int, end: int) -> Line | None:
    cells = [cell for cell in line.cells if start <= cell.first < end]
    return replace(line, cells=cells, table=table, right=min(line.right, end - 1)) if cells else None


def _middle(rows: list[Line]) -> int | None:
    """The column that the right half begins in, or None where there are not two halves."""
    labels = [[cell for cell in line.cells if _is_label(cell.text)] for line in rows]
    counts = Counter(cell.first for line in labels for cell in line)
    columns = sorted(column for column, count in counts.items() if count >= _FEWEST_LABELS)
    if len(columns) != 2:
        return None
    left, right = columns
    both = [line for line, found in zip(rows, labels, strict=True) if {left, right} <= {cell.first for cell in found}]
    between = [
        line for line in both if any(left < cell.first < right and looks_like_value(cell.text) for cell in line.cells)
    ]
    if len(between) < _FEWEST_LABELS or len(between) * 2 < len(both):
        return None
    # What stands before the labels of one half (序号) stands before those of the other.
    before = left - min(cell.first for line in rows for cell in line.cells)
    return right - before


def _is_label(text: str) -> bool:
    return not looks_like_value(text) and bool(items_named("annex", text))
