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


def write_csv(database: sqlite3.Connection, resource: Resource, path: Path) -> int:
    """Write the rows of a resource exactly, in UTF-8; returns their number.

    Null is an empty cell, an empty text is `""`.
    """
    return _write(database, resource, path, [_exact, _exact], "\n", "utf-8")


def write_spreadsheet_csv(database: sqlite3.Connection, resource: Resource, path: Path) -> int:
    """Write the rows so that a spreadsheet shows them and runs nothing; returns their number.

    A text that begins like a formula gets an apostrophe before it. The byte order mark tells spreadsheets that the file
    is UTF-8.
    """
    return _write(database, resource, path, [_exact, _harmless], "\r\n", "utf-8-sig")


def write_parquet(database: sqlite3.Connection, resource: Resource, path: Path) -> int:
    """Write the rows as Parquet with the types declared; returns their number."""
    schema = pyarrow.schema(
        [
            pyarrow.field(field.name, _ARROW[field.type], metadata={"description": field.description})
            for field in resource.fields
        ]
    )
    number = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _batches(database, resource):
            columns = [
                pyarrow.array(_typed(values, field.type), _ARROW[field.type])
                for field, values in zip(resource.fields, zip(*rows, strict=True), strict=True)
            ]
            writer.write_table(pyarrow.table(columns, schema=schema))
            number += len(rows)
    return number


def spreadsheet_safe(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(
    database: sqlite3.Connection, resource: Resource, path: Path, cells: list[Any], line_end: str, encoding: str
) -> int:
    head, cell = cells
    number = 0
    with open(path, "w", encoding=encoding, newline="") as file:
        file.write(",".join(head(field.name) for field in resource.fields) + line_end)
        for rows in _batches(database, resource):
            file.writelines(",".join(map(cell, row)) + line_end for row in rows)
            number += len(rows)
    return number


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


def _typed(values: Sequence[Any], kind: FieldType) -> Sequence[Any]:
    if kind == "date":
        return [None if value is None else datetime.date.fromisoformat(value) for value in values]
    if kind == "datetime":
        return [None if value is None else datetime.datetime.fromisoformat(value) for value in values]
    return values
