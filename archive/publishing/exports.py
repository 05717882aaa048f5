"""The rows of a query as CSV, exact or safe for a spreadsheet, and as typed Parquet."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from archive.publishing.resources import FieldType, Resource

# What spreadsheets take for the start of a formula; the full-width signs too, in their East Asian editions.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NEEDS_QUOTES = frozenset('",\r\n')
_BATCH = 5000
_ARROW: dict[FieldType, pyarrow.DataType] = {
    "string": pyarrow.string(),
    "integer": pyarrow.int64(),
    # Amounts have decimals, and one column has one type whichever figures are in it.
    "number": pyarrow.float64(),
    "date": pyarrow.date32(),
    "datetime": pyarrow.timestamp("s", tz="UTC"),
}


def write_table(database: sqlite3.Connection, resource: Resource, *, csv: Path, spreadsheet: Path, typed: Path) -> int:
    """Write the rows of a resource in three formats, in one pass; returns their number.

    `csv` is exact: UTF-8, null an empty cell, an empty text `""`. `spreadsheet` is what a spreadsheet shows and does
    not run: a text that begins like a formula gets an apostrophe before it, and a byte order mark tells that the file
    is UTF-8. `typed` is Parquet with the types declared. Raises ValueError or TypeError where a value is not of its
    type.
    """
    number = 0
    with (
        open(csv, "w", encoding="utf-8", newline="") as exact,
        open(spreadsheet, "w", encoding="utf-8-sig", newline="") as harmless,
        parquet.ParquetWriter(typed, schema := _schema(resource), compression="zstd") as writer,
    ):
        heads = [_exact(field.name) for field in resource.fields]
        exact.write(",".join(heads) + "\n")
        harmless.write(",".join(heads) + "\r\n")
        for rows in _batches(database, resource):
            columns = list(zip(*rows, strict=True))
            cells = [list(map(_exact, values)) for values in columns]
            lines = list(map(",".join, zip(*cells, strict=True)))
            exact.write("\n".join(lines) + "\n")
            if formulas := [place for place, values in enumerate(columns) if _has_formula(values)]:
                for place in formulas:
                    cells[place] = list(map(_harmless, columns[place]))
                lines = list(map(",".join, zip(*cells, strict=True)))
            harmless.write("\r\n".join(lines) + "\r\n")
            arrays = [
                pyarrow.array(_typed(values, field.type), _ARROW[field.type])
                for field, values in zip(resource.fields, columns, strict=True)
            ]
            writer.write_table(pyarrow.table(arrays, schema=schema))
            number += len(rows)
    return number


def _schema(resource: Resource) -> pyarrow.Schema:
    return pyarrow.schema(
        [
            pyarrow.field(field.name, _ARROW[field.type], metadata={"description": field.description})
            for field in resource.fields
        ]
    )


def spreadsheet_safe(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _batches(database: sqlite3.Connection, resource: Resource) -> Iterator[Sequence[tuple[Any, ...]]]:
    cursor = database.execute(resource.sql)
    names = [column[0] for column in cursor.description]
    if names != [field.name for field in resource.fields]:
        raise ValueError(f"{resource.name}: the query gives {names}, which are not the columns declared")
    while rows := cursor.fetchmany(_BATCH):
        yield rows


# Figures repeat the same few texts and numbers by the million. Typed: 0 and 0.0 are not written alike.
@lru_cache(maxsize=1 << 11, typed=True)
def _exact(value: Any) -> str:
    # The csv module cannot tell null and an empty text apart before Python 3.12; here they are not the same: a cell
    # that could not be placed, and one that was printed empty.
    if value is None:
        return ""
    text = str(value)
    if text and not _NEEDS_QUOTES.intersection(text):
        return text
    return '"' + text.replace('"', '""') + '"'


@lru_cache(maxsize=1 << 11, typed=True)
def _harmless(value: Any) -> str:
    return _exact(spreadsheet_safe(value) if isinstance(value, str) else value)


def _has_formula(values: Sequence[Any]) -> bool:
    """Whether any of the values is a text that begins like a formula."""
    return any(text[0] in _FORMULA for text in set(values) if isinstance(text, str) and text)


def _typed(values: Sequence[Any], kind: FieldType) -> Sequence[Any]:
    if kind == "date":
        return [None if value is None else datetime.date.fromisoformat(value) for value in values]
    if kind == "datetime":
        return [None if value is None else datetime.datetime.fromisoformat(value) for value in values]
    return values
