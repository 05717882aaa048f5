"""What the tests of documents share: the frozen documents with what is printed in them, and files made for a test."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest

from archive.reading import Reading, Source, read
from archive.reading.blocks import Paragraph
from archive.reading.documents import convert, recogniser
from tests.paper import TITLE, Figures, tables

PAGES = Path(__file__).parent / "pages" / "documents"
EXPECTED: dict[str, dict[str, dict[str, dict[str, int | float]]]] = json.loads(
    (PAGES / "expected.json").read_text("utf-8")
)
needs_ocr = pytest.mark.skipif(not recogniser.available(), reason="needs the extra `ocr`")
needs_libreoffice = pytest.mark.skipif(convert.soffice() is None, reason="needs LibreOffice")


def expected_of(name: str) -> Figures:
    return {
        (section, item, category): value
        for section, items in EXPECTED[name].items()
        for item, categories in items.items()
        for category, value in categories.items()
    }


def document(name: str) -> Reading:
    return read((PAGES / name).read_bytes(), Source(file_name=name))


def values_of(reading: Reading) -> dict[Any, Any]:
    return {(figure.section, figure.item, figure.category): figure.value for figure in reading.figures}


def wrong(reading: Reading, expected: Figures) -> dict[Any, Any]:
    return {key: value for key, value in values_of(reading).items() if value is not None and value != expected[key]}


def texts(blocks: list[Any]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def saved(made: Any) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def add_table(made: Any, rows: Any) -> None:
    width = sum(cell.right for cell in rows[0])
    table = made.add_table(len(rows), width)
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            last = table.cell(number + cell.down - 1, column + cell.right - 1)
            merged = table.cell(number, column).merge(last) if cell.down * cell.right > 1 else last
            merged.text = cell.text
            taken |= {(number + a, column + b) for a in range(cell.down) for b in range(cell.right)}


def word_report(figures: Figures) -> Any:
    made = docx.Document()
    made.add_heading(TITLE)
    made.add_paragraph("现公布江宁镇人民政府2023年政府信息公开工作年度报告。")
    for rows in tables(figures):
        add_table(made, rows)
        made.add_paragraph("")
    return made
