"""Rows and columns that an Excel file hides, by the XML of its sheets: last year's column often stands in one.

Source of the element names: ISO/IEC 29500-1, SpreadsheetML (18.3.1).
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from archive.reading.blocks import MAXIMUM_COLUMNS, MAXIMUM_ROWS

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN = ("1", "true")


@dataclass(slots=True)
class Hidden:
    """What a sheet hides, counted from 0."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def hidden_cells(package: zipfile.ZipFile) -> dict[str, Hidden]:
    """The hidden rows and columns of every sheet, by its name; raises the errors of zipfile and lxml."""
    names = {name.lstrip("/"): name for name in package.namelist()}

    def load(path: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(package.read(names[path]), parser)

    book = "xl/workbook.xml"
    related = "xl/_rels/workbook.xml.rels"
    if book not in names or related not in names:
        return {}
    targets = {entry.get("Id"): entry.get("Target", "") for entry in load(related).iterfind("{*}Relationship")}
    found: dict[str, Hidden] = {}
    for sheet in load(book).iterfind("{*}sheets/{*}sheet"):
        path = posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(_RELATION), ""))).lstrip("/")
        if path in names:
            found[sheet.get("name", "")] = _of_sheet(load(path))
    return found


def _of_sheet(sheet: Any) -> Hidden:
    hidden = Hidden()
    for entry in sheet.iterfind("{*}cols/{*}col"):
        if _is_hidden(entry, "width"):
            first, last = int(entry.get("min", "1")), int(entry.get("max", "1"))
            hidden.columns.update(range(first - 1, min(last, MAXIMUM_COLUMNS)))
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r", "0")) - 1
        if 0 <= number < MAXIMUM_ROWS and _is_hidden(row, "ht"):
            hidden.rows.add(number)
    return hidden


def _is_hidden(element: Any, size: str) -> bool:
    return element.get("hidden") in _HIDDEN or element.get(size) == "0"
