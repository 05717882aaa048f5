"""Word (.docx) and Excel (.xlsx, .xls) files to blocks."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from archive.reading.blocks import Block, Content, GridBuilder, Paragraph, grid_of_rows
from archive.reading.model import UnreadableError

MAXIMUM_UNPACKED_BYTES = 200 << 20
_NEEDS = "reading Office files needs the extra `documents`: pip install 'nianbao[documents]'"


def _refuse_bomb(body: bytes) -> None:
    """Sizes are in the archive's directory, so that a bomb is refused before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAXIMUM_UNPACKED_BYTES:
        raise UnreadableError(f"the file would unpack to {unpacked >> 20} MiB, more than any report")


def from_docx(body: bytes) -> Content:
    """Read a Word file: paragraphs and tables in order, merged cells as spans."""
    try:
        import docx
        from docx.table import Table
        from docx.text.paragraph import Paragraph as WordParagraph
    except ImportError as error:
        raise UnreadableError(_NEEDS) from error
    try:
        _refuse_bomb(body)
        document = docx.Document(io.BytesIO(body))
        blocks: list[Block] = []
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                blocks.append(_word_grid(part))
            elif isinstance(part, WordParagraph):
                blocks.extend(Paragraph(line.strip()) for line in part.text.split("\n") if line.strip())
    except UnreadableError:
        raise
    # python-docx raises KeyError, ValueError, lxml and zipfile errors for broken packages.
    except Exception as error:
        raise UnreadableError(f"the Word file is damaged ({type(error).__name__}: {error})"[:300]) from error
    content = Content(blocks)
    if document.core_properties.title:
        content.titles = [document.core_properties.title]
    return content


def _word_grid(table: Any) -> Any:
    """Cells by their grid span (w:gridSpan) and vertical merge (w:vMerge), ISO/IEC 29500-1, 17.4."""
    rows = [list(row._tr.tc_lst) for row in table.rows]
    starts: list[list[int]] = []
    for row in table.rows:
        column = row.grid_cols_before
        positions = []
        for element in row._tr.tc_lst:
            positions.append(column)
            column += element.grid_span
        starts.append(positions)
    builder = GridBuilder()
    for number, row in enumerate(rows):
        if not builder.start_row():
            break
        for position, element in zip(starts[number], row, strict=True):
            if element.vMerge == "continue":
                continue
            builder.add(_cell_text(element), _rows_down(rows, starts, number, position), element.grid_span)
    return builder.grid()


def _rows_down(rows: list[list[Any]], starts: list[list[int]], number: int, position: int) -> int:
    down = 1
    while number + down < len(rows):
        below = [
            element
            for start, element in zip(starts[number + down], rows[number + down], strict=True)
            if start == position and element.vMerge == "continue"
        ]
        if not below:
            break
        down += 1
    return down


def _cell_text(element: Any) -> str:
    texts = [
        "".join(node.text or "" for node in paragraph.iter() if node.tag.endswith("}t")) for paragraph in element.p_lst
    ]
    return " ".join(text.strip() for text in texts if text.strip())


def from_workbook(body: bytes) -> Content:
    """Read an Excel file: every sheet as a table, empty rows and columns at the edges left out."""
    try:
        from python_calamine import CalamineWorkbook
    except ImportError as error:
        raise UnreadableError(_NEEDS) from error
    try:
        if body.startswith(b"PK"):
            _refuse_bomb(body)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        blocks: list[Block] = []
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            texts = [[_number_as_text(value) for value in row] for row in rows]
            alone = [row for row in texts if sum(bool(text) for text in row) == 1]
            blocks.extend(Paragraph(next(text for text in row if text)) for row in alone[:3])
            blocks.append(grid_of_rows(texts, exact=True))
    except UnreadableError:
        raise
    # python_calamine raises its own and Rust-side errors for broken workbooks.
    except Exception as error:
        raise UnreadableError(f"the Excel file is damaged ({type(error).__name__}: {error})"[:300]) from error
    return Content(blocks)


def _number_as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
