"""Readings in the archive: documents with their figures, the agencies that issued them, the best of each year."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import cast

from archive import schema, search
from archive.agreement import check_again
from archive.connection import Connection, members, now
from archive.gazetteer import Agency, AgencyLevel, gazetteer
from archive.reading import Reading


class Documents(Connection):
    """The documents of an archive."""

    def _keep_agency(self, agency: Agency, identifier: str) -> str:
        parents = gazetteer().parents(agency.division) if agency.division else None
        row = schema.Agency(
            identifier,
            agency.name,
            agency.level,
            agency.division,
            parents.province if parents else None,
            parents.city if parents else None,
            parents.district if parents else None,
        )
        self._insert("agencies", members(row), how="insert or ignore")
        # Of several names one agency is printed under the shortest stays, whichever report was read first.
        self.db.execute(
            "update agencies set name = :name where id = :id and (length(name), name) > (length(:name), :name)",
            {"id": identifier, "name": agency.name},
        )
        return identifier

    def is_read(self, capture: int) -> bool:
        """Whether there is a reading of a capture, and not only the reason why there is none."""
        return bool(
            self.rows(
                """select 1 from documents join captures on captures.id = documents.capture
                   where captures.id = ? and captures.error is null""",
                (capture,),
            )
        )

    def store_reading(self, capture: int, reading: Reading, reader_version: str) -> int:
        """Store the reading of a capture in place of an earlier one; returns the document's identifier."""
        with self.transaction():
            self.forget_document(capture)
            identifier = None
            if reading.agency and reading.agency_id:
                agency = Agency(reading.agency, cast(AgencyLevel, reading.level or "other"), reading.division)
                identifier = self._keep_agency(agency, reading.agency_id)
            document = schema.Document(
                capture,
                capture,
                identifier,
                reading.year,
                int(reading.is_report),
                reading.title,
                reading.published,
                reading.form,
                reading.host_state,
                reading.media_type,
                reading.charset,
                reading.text,
                json.dumps([asdict(warning) for warning in reading.warnings], ensure_ascii=False),
                reader_version,
                now(),
            )
            self._insert("documents", members(document))
            self._insert_parts(capture, reading)
            self.index_document(capture, reading.title, reading.text)
            self.db.execute("update captures set error = null where id = ?", (capture,))
            if reading.is_report and identifier and reading.year:
                self.choose_best(identifier, reading.year)
        return capture

    def index_document(self, document: int, title: str | None, text: str) -> None:
        """Make a document's title and text searchable."""
        self.db.execute(
            "insert into documents_search(rowid, title, text) values (?, ?, ?)",
            (document, search.bigrams(title or ""), search.bigrams(text)),
        )

    def _insert_parts(self, document: int, reading: Reading) -> None:
        grids = (
            schema.GridRow(document, ordinal, json.dumps(cells, ensure_ascii=False))
            for ordinal, cells in enumerate(reading.grids)
        )
        removals = (
            schema.RemovalRow(document, it.text, it.kind, json.dumps(it.where), it.count, it.rule, it.suggestion)
            for it in reading.removals
        )
        self._insert_rows("figures", schema.FigureRow, document, reading.figures)
        self._insert_rows("grids", schema.GridRow, document, grids)
        self._insert_rows("removals", schema.RemovalRow, document, removals)
        self._insert_rows("checks", schema.CheckRow, document, reading.checks)

    def forget_document(self, capture: int) -> None:
        """Take the reading of a capture out, and choose the best of the others."""
        rows = self.rows("select id, agency_id, year, title, text from documents where capture = ?", (capture,))
        if not rows:
            return
        document = rows[0]
        self.db.execute(
            "insert into documents_search(documents_search, rowid, title, text) values ('delete', ?, ?, ?)",
            (document["id"], search.bigrams(document["title"] or ""), search.bigrams(document["text"])),
        )
        self.db.execute("delete from reports where document = ?", (document["id"],))
        for table in ("figures", "grids", "removals", "checks"):
            self.db.execute(f"delete from {table} where document = ?", (document["id"],))
        self.db.execute("delete from documents where id = ?", (document["id"],))
        if document["agency_id"] and document["year"]:
            self.choose_best(document["agency_id"], document["year"])

    def choose_best(self, agency: str, year: int) -> None:
        """Point the agency-year at its best document: most figures, fewest broken checks, then the latest capture.

        The rules that take several documents are no reason to choose one: they are tried on the one chosen.
        """
        # Identifiers do not decide: merged archives choose alike, whichever was merged into which.
        best = self.rows(
            """select documents.id from documents join captures on captures.id = documents.capture
               where agency_id = ? and year = ? and is_report and host_state is not 'clone'
               order by (select count(value) from figures where document = documents.id) desc,
                        (select count(*) from checks where document = documents.id and not holds
                         and rule not in ('applications.carried_over', 'report.documents_agree')),
                        captures.fetched_at desc, captures.url, captures.key, captures.id desc limit 1""",
            (agency, year),
        )
        self.db.execute("delete from reports where agency_id = ? and year = ?", (agency, year))
        if best:
            self._insert("reports", {"agency_id": agency, "year": year, "document": best[0]["id"]})
        check_again(self.db, agency, year)
