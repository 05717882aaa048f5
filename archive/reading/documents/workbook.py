"""Excel files (.xlsx, .xls, .et) to blocks: every sheet that is shown as a table, merged cells as spans."""

from __future__ import annotations

import datetime
import io
from typing import Any

from archive.reading.blocks import MAXIMUM_COLUMNS, MAXIMUM_ROWS, Block, Content, Grid, GridBuilder, Paragraph
from archive.reading.documents import binary_cells
from archive.reading.documents.hidden_cells import Hidden, hidden_cells
from archive.reading.documents.package import open_package
from archive.reading.model import UnreadableError

_NEEDS = "reading Office files needs the extra `documents`: pip install 'nianbao[documents]'"
_MOST_SHEETS = 100
_Range = tuple[tuple[int, int], tuple[int, int]]


def from_workbook(body: bytes) -> Content:
    """Read an Excel file; rows of one text alone, above the tables, are its headings."""
    try:
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
    except ImportError as error:
        raise UnreadableError(_NEEDS) from error
    blocks: list[Block] = []
    hidden: dict[str, Hidden] = {}
    try:
        if body.startswith(b"PK"):
            with open_package(body) as package:
                hidden = hidden_cells(package)
        else:
            hidden = binary_cells.hidden_cells(body)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        # A hidden sheet often holds last year's table.
        shown = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        for name in shown[:_MOST_SHEETS]:
            sheet = workbook.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False, nrows=MAXIMUM_ROWS)
            texts = [[_printed(value) for value in row[:MAXIMUM_COLUMNS]] for row in rows]
            blocks.extend(_blocks(*_shown(texts, sheet.merged_cell_ranges or [], hidden.get(name) or Hidden())))
    except UnreadableError:
        raise
    # python_calamine raises its own and Rust-side errors for broken workbooks.
    except Exception as error:
        if "password" in str(error).lower():
            raise UnreadableError("the Excel file is locked with a password") from error
        raise UnreadableError(f"the Excel file is damaged ({type(error).__name__}: {error})"[:300]) from error
    return Content(blocks)


def _shown(texts: list[list[str]], merged: list[_Range], hidden: Hidden) -> tuple[list[list[str]], list[_Range]]:
    """The cells of a sheet without its hidden rows and columns, and the merged ones where they are then."""
    if not hidden.rows and not hidden.columns:
        return texts, merged
    rows = [row for row in range(len(texts)) if row not in hidden.rows]
    columns = [column for column in range(max(map(len, texts), default=0)) if column not in hidden.columns]
    kept: list[_Range] = []
    for (top, left), (bottom, right) in merged:
        down = [place for place, row in enumerate(rows) if top <= row <= bottom]
        beside = [place for place, column in enumerate(columns) if left <= column <= right]
        if down and beside:
            # What a merged cell says stands in its first, which may be hidden.
            texts[rows[down[0]]][columns[beside[0]]] = texts[top][left]
            kept.append(((down[0], beside[0]), (down[-1], beside[-1])))
    return [[texts[row][column] for column in columns if column < len(texts[row])] for row in rows], kept


def _blocks(texts: list[list[str]], merged: list[_Range]) -> list[Block]:
    spans = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in merged}
    covered = {
        (row, column)
        for (top, left), (bottom, right) in merged
        for row in range(top, min(bottom, MAXIMUM_ROWS) + 1)
        for column in range(left, min(right, MAXIMUM_COLUMNS) + 1)
        if (row, column) != (top, left)
    }
    used = {column for row in texts for column, text in enumerate(row) if text}
    blocks: list[Block] = []
    builder: GridBuilder | None = None
    for number, row in enumerate(texts):
        filled = [column for column, text in enumerate(row) if text]
        below = any((number, column) in covered for column in range(len(row)))
        if not filled and not below:
            continue
        alone = len(filled) == 1 and not below and filled[0] == min(used) and not row[filled[0]][-1].isdigit()
        width = spans.get((number, filled[0]), (1, 1))[1] if filled else 0
        if alone and (builder is None or width == 1 or width >= len(used)):
            # A heading between two tables of a sheet; the number of a row stands in a column of its own.
            if builder is not None:
                blocks.append(builder.grid())
                builder = None
            blocks.append(Paragraph(row[filled[0]]))
            continue
        builder = builder or GridBuilder()
        if not builder.start_row():
            break
        for column in range(min(used), max(used) + 1):
            if (number, column) not in covered:
                builder.add(row[column] if column < len(row) else "", *spans.get((number, column), (1, 1)))
    if builder is not None:
        blocks.append(builder.grid())
    return [block for block in blocks if not isinstance(block, Grid) or any(block.texts())]


def _printed(value: Any) -> str:
    """A value as the sheet most likely shows it: Excel keeps every number as a float."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()
