"""The archive file: bytes are stored before they are read, and everything about a page in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from archive import schema, search
from archive.agreement import check_again
from archive.file_names import file_name
from archive.gazetteer import Agency, AgencyLevel, agency_id, gazetteer
from archive.opening import ArchiveError, open_database
from archive.payloads import PayloadError, Payloads
from archive.pictures import addresses
from archive.reading import READER_VERSION, Reading, Source, unread

__all__ = ["Archive", "ArchiveError", "LastCapture", "StoredCapture", "now"]


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A stored response: its identifier, whether its bytes are new for that page, whether they mend damaged ones."""

    id: int
    new: bool
    mended: bool = False


@dataclass(frozen=True, slots=True)
class LastCapture:
    """The last stored answer to a page."""

    id: int
    kind: str
    payload: str
    headers: list[tuple[str, str]]


def now() -> str:
    """The present time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Archive:
    """One SQLite file with everything: sites, frontier, captures, documents, figures."""

    def __init__(self, path: str | Path, *, create: bool = False, read_only: bool = False) -> None:
        """Open the archive, or create it with `create`; raises ArchiveError when that cannot be."""
        self.path = Path(path)
        self.db = open_database(self.path, create=create, read_only=read_only)
        self.payloads = Payloads(self.db)

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is kept together or not at all."""
        if not self.db.conn.in_transaction:
            # The write lock is taken at the start: one that is asked for half-way can only fail, not wait.
            self.db.conn.execute("begin immediate")
            try:
                yield
            except BaseException:
                self.db.conn.rollback()
                raise
            self.db.conn.commit()
            return
        with self.db.atomic():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside is of one moment, whatever others write meanwhile."""
        self.db.conn.execute("begin")
        try:
            yield
        finally:
            self.db.conn.rollback()

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        return list(self.db.query(sql, values))

    # --- runs and sites ---------------------------------------------------------------------------------------

    def start_run(self) -> int:
        """Record that a crawl begins; returns its identifier."""
        run = self.db.table("runs").insert(_values(schema.Run(None, now(), None, None, None), without="id"))
        return cast(int, run.last_pk)

    def end_run(self, run: int, outcome: str, counts: dict[str, int]) -> None:
        """Record how a crawl ended: finished, stopped or failed."""
        self.db.table("runs").update(
            run, {"ended": now(), "outcome": outcome, "counts": json.dumps(counts, sort_keys=True)}
        )

    def register_site(self, url: str, name: str, division: str | None, family: str | None, since: int | None) -> None:
        """Keep a row of the registry, and its owner as an agency."""
        owner = gazetteer().resolve(name, within=division)
        with self.transaction():
            identifier = self._keep_agency(owner, agency_id(owner, division))
            known = self.rows("select family, last_working, address from sites where url = ?", (url,))
            site = schema.Site(
                url,
                name,
                identifier,
                division or owner.division,
                family or (known[0]["family"] if known else None),
                since,
                known[0]["last_working"] if known else None,
                known[0]["address"] if known else None,
            )
            self.db.table("sites").upsert(asdict(site), pk="url")

    def note_site(
        self, url: str, *, family: str | None = None, working: bool = False, address: str | None = None
    ) -> None:
        """Record the family detected for a site, or that its entry page answered, and from which IP address."""
        changes: dict[str, Any] = {}
        if family:
            changes["family"] = family
        if working:
            changes["last_working"] = now()
        if address:
            changes["address"] = address
        if changes:
            self.db.table("sites").update(url, changes)

    def site_addresses(self) -> list[tuple[str, str]]:
        """The sites that have answered, each with its URL and the IP address it was at."""
        return [(row["url"], row["address"]) for row in self.rows("select url, address from sites where address > ''")]

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
        self._insert("agencies", _members(row), how="insert or ignore")
        # Of several names one agency is printed under the shortest stays, whichever report was read first.
        self.db.execute(
            "update agencies set name = :name where id = :id and (length(name), name) > (length(:name), :name)",
            {"id": identifier, "name": agency.name},
        )
        return identifier

    # --- captures ---------------------------------------------------------------------------------------------

    def store_capture(
        self,
        *,
        url: str,
        body: bytes,
        status: int,
        headers: list[tuple[str, str]],
        kind: str,
        key: str | None = None,
        site: str | None = None,
        link_text: str | None = None,
        link_date: str | None = None,
        link_agency: str | None = None,
        rendered: bool = False,
        run: int | None = None,
        transferred: bytes | None = None,
        request: str | None = None,
        fetched_at: str | None = None,
        status_line: str | None = None,
        address: str | None = None,
    ) -> StoredCapture:
        """Store one response; bytes equal to the capture of the page before it make no new capture.

        `key` is the page's fingerprint, the URL where nothing else tells two pages apart; `transferred` are the bytes
        of the answer where a content encoding makes them others than `body`; `request` is JSON of what was sent;
        `fetched_at` is given for an answer of an earlier time (UTC, ISO 8601, to the second); `status_line` is the
        answer's first line, `address` the IP address that gave it.
        """
        digest = hashlib.sha256(body).hexdigest()
        key = key or url
        moment = fetched_at or now()
        with self.transaction():
            last = self.last_capture(key, until=moment)
            if last and last.payload == digest:
                return StoredCapture(last.id, new=False, mended=self.mend(digest, lambda _: body))
            self.payloads.keep(body)
            capture = schema.Capture(
                id=None,
                key=key,
                url=url,
                site=site,
                kind=kind,
                link_text=link_text,
                link_date=link_date,
                link_agency=link_agency,
                fetched_at=moment,
                status=status,
                status_line=status_line,
                headers=json.dumps(headers, ensure_ascii=False),
                payload=digest,
                transferred=self.payloads.keep(transferred) if transferred is not None else None,
                request=request,
                address=address,
                rendered=int(rendered),
                run=run,
                error=None,
            )
            return StoredCapture(self._insert("captures", _members(capture)), new=True)

    def mend(self, sha256: str, copy: Callable[[str], bytes]) -> bool:
        """Put a copy in the place of bytes that are damaged or missing; returns whether they were.

        What could not be read of them is to be read again.
        """
        with self.transaction():
            mended = self.payloads.mend(sha256, copy)
            if mended:
                for row in self.rows("select id from captures where payload = ? and error is not null", (sha256,)):
                    self.forget_document(row["id"])
        return mended

    def payload(self, sha256: str) -> bytes:
        """The bytes with that SHA-256; raises ArchiveError when they are missing or damaged."""
        try:
            return self.payloads.get(sha256)
        except PayloadError as error:
            raise ArchiveError(f"{self.path}: {error}") from error

    def last_capture(self, key: str, *, until: str | None = None) -> LastCapture | None:
        """The last capture of a page, by the page's fingerprint, or the last one up to a moment."""
        # Not by identifier: captures that were merged or ingested may be older than those before them.
        rows = self.rows(
            """select id, kind, payload, headers from captures where key = :key
               and (:until is null or fetched_at <= :until) order by fetched_at desc, id desc limit 1""",
            {"key": key, "until": until},
        )
        if not rows:
            return None
        headers = [(name, value) for name, value in json.loads(rows[0]["headers"])]
        return LastCapture(rows[0]["id"], rows[0]["kind"], rows[0]["payload"], headers)

    def last_report(self, url: str | None) -> int | None:
        """The last capture of a report page at an address."""
        rows = self.rows(
            "select id from captures where url = ? and kind = 'report' order by fetched_at desc, id desc limit 1",
            (url,),
        )
        return int(rows[0]["id"]) if rows else None

    def take_as_report(self, capture: int, link_text: str | None, link_agency: str | None) -> bool:
        """Have a captured page read as a report although it was fetched as a column; False when it is one already."""
        taken = self.db.execute(
            """update captures set kind = 'report', link_text = ?, link_agency = ?
               where id = ? and kind not in ('report', 'attachment')""",
            (link_text, link_agency, capture),
        )
        return taken.rowcount == 1

    def captures_to_read(self, *, again: bool) -> list[int]:
        """Captures of reports and attachments: all of them, or those without a document."""
        condition = "" if again else "and id not in (select capture from documents)"
        return [
            row["id"]
            for row in self.rows(
                f"select id from captures where kind in ('report', 'attachment') {condition} order by id"
            )
        ]

    def source(self, capture: int) -> tuple[bytes, Source]:
        """The bytes of a capture and what is known besides them: all that reading it needs."""
        payload = self.rows("select payload from captures where id = ?", (capture,))[0]["payload"]
        body, known = self.payload(payload), self._known_of(capture)
        return body, replace(known, pictures=self._pictures(body, known.url))

    def _pictures(self, body: bytes, url: str | None) -> tuple[tuple[str, bytes], ...]:
        """The pictures of a page that were captured, each under the address that the page's reading gives it."""
        found: list[tuple[str, bytes]] = []
        for address, asked in addresses(body, url or "").items():
            for row in self.rows(
                """select payload from captures where url = ? and kind = 'picture'
                   order by fetched_at desc, id desc limit 1""",
                (asked,),
            ):
                # A damaged picture is missing from the page; the page is read all the same.
                with suppress(ArchiveError):
                    found.append((address, self.payload(row["payload"])))
        return tuple(found)

    def _known_of(self, capture: int) -> Source:
        row = self.rows(
            """select captures.*, sites.division as division from captures
               left join sites on sites.url = captures.site where captures.id = ?""",
            (capture,),
        )[0]
        headers = {name.lower(): value for name, value in json.loads(row["headers"])}
        return Source(
            url=row["url"],
            content_type="text/html; charset=utf-8" if row["rendered"] else headers.get("content-type"),
            file_name=file_name(headers.get("content-disposition")),
            division=row["division"],
            link_text=row["link_text"],
            link_date=row["link_date"],
            link_agency=row["link_agency"],
            site=row["site"],
        )

    # --- documents --------------------------------------------------------------------------------------------

    def store_error(self, capture: int, message: str) -> None:
        """Record why a capture could not be read, under the agency and year its link names; the capture stays."""
        with self.transaction():
            self.store_reading(capture, unread(self._known_of(capture), message), READER_VERSION)
            self.db.execute("update captures set error = ? where id = ?", (message, capture))

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
            self._insert("documents", _members(document))
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
        self._insert_rows(schema.FigureRow, "figures", document, (_members(figure) for figure in reading.figures))
        self._insert_rows(
            schema.GridRow,
            "grids",
            document,
            (
                {"ordinal": ordinal, "cells": json.dumps(cells, ensure_ascii=False)}
                for ordinal, cells in enumerate(reading.grids)
            ),
        )
        self._insert_rows(
            schema.RemovalRow,
            "removals",
            document,
            ({**_members(removal), "where": json.dumps(removal.where)} for removal in reading.removals),
        )
        self._insert_rows(schema.CheckRow, "checks", document, (_members(check) for check in reading.checks))

    def _insert(self, table: str, values: dict[str, Any], how: str = "insert") -> int:
        # Written out for what every page needs: sqlite-utils looks the table up in the schema each time.
        columns, places = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
        return self.db.execute(f"{how} into {table} ({columns}) values ({places})", values).lastrowid or 0

    def _insert_rows(self, row: type, table: str, document: int, values: Iterable[dict[str, Any]]) -> None:
        # A reading has 200 figures: prepared once, they are kept in a tenth of the time.
        names = [field.name for field in fields(row)]
        columns, places = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
        self.db.conn.executemany(
            f"insert into {table} ({columns}) values ({places})", ({"document": document, **it} for it in values)
        )

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


def _members(row: Any) -> dict[str, Any]:
    """A flat dataclass as a dictionary; `asdict` copies every value."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _values(row: Any, *, without: str) -> dict[str, Any]:
    values: dict[str, Any] = asdict(row)
    del values[without]
    return values
