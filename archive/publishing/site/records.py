"""The rows that the pages show, read with queries that touch no long text they do not need."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from archive.publishing.site.printed import Printed
from archive.publishing.site.statutory import Figures, Placed

Row = dict[str, Any]


def rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
    """The rows of a query as dictionaries."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def agency(connection: sqlite3.Connection, identifier: str) -> Row | None:
    """One agency, or None."""
    found = rows(connection, "select * from agencies where id = ?", (identifier,))
    return found[0] if found else None


def document(connection: sqlite3.Connection, identifier: int) -> Row | None:
    """One document with its capture, warnings and headers decoded; None where there is no such document."""
    found = rows(
        connection,
        """select documents.*, captures.url, captures.fetched_at, captures.status, captures.headers, captures.payload,
             captures.kind, captures.rendered, captures.error, payloads.size
           from documents join captures on captures.id = documents.capture
           left join payloads on payloads.sha256 = captures.payload
           where documents.id = ?""",
        (identifier,),
    )
    if not found:
        return None
    row = found[0]
    row["warnings"] = json.loads(row["warnings"])
    row["headers"] = json.loads(row["headers"])
    return row


def versions(connection: sqlite3.Connection, agency_id: str | None, year: int | None) -> list[Row]:
    """Every document of an agency (all years where `year` is None), newest capture first, without its text."""
    if agency_id is None:
        return []
    return rows(
        connection,
        """select documents.id, documents.year, documents.title, documents.published, documents.form,
             documents.is_report, captures.url, captures.fetched_at, captures.error,
             reports.document is not null as chosen
           from documents join captures on captures.id = documents.capture
           left join reports on reports.document = documents.id
           where documents.agency_id = :agency and (:year is null or documents.year = :year)
           order by documents.year desc, captures.fetched_at desc, documents.id desc""",
        {"agency": agency_id, "year": year},
    )


def figures(connection: sqlite3.Connection, document_id: int, printed: Printed | None = None) -> Figures:
    """The figures of a document; with its printed text, each with the anchor of the cell or line it stands in."""
    found: Figures = {}
    for row in rows(connection, "select * from figures where document = ?", (document_id,)):
        place = (row.get(name) for name in ("grid", "row", "column", "line"))
        found[row["section"], row["item"], row["category"]] = Placed(
            row["value"],
            row["unit"],
            row["printed"],
            row.get("note"),
            row.get("method"),
            printed.anchor(*place) if printed else None,
        )
    return found


def grids(connection: sqlite3.Connection, document_id: int) -> list[list[list[str | None]]]:
    """The tables of a document as parsed, in order."""
    found = connection.execute("select cells from grids where document = ? order by ordinal", (document_id,))
    return [json.loads(cells) for (cells,) in found]


def totals(connection: sqlite3.Connection, agency_id: str) -> dict[int, dict[tuple[str, str], int | float | None]]:
    """Of each year's report of an agency: the totals of sections 三 and 四, by section and item.

    A cell that could not be placed is None; a blank one is not there.
    """
    found: dict[int, dict[tuple[str, str], int | float | None]] = {}
    for row in rows(
        connection,
        """select reports.year, section, item, value, printed from reports join figures using (document)
           where agency_id = ? and section in ('applications', 'review') and category = 'total'""",
        (agency_id,),
    ):
        known = found.setdefault(row["year"], {})
        if row["value"] is not None or row["printed"] is None:
            known[row["section"], row["item"]] = row["value"]
    return found
