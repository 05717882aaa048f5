"""Captures in the archive: the answers as served, and what is known of each when it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from archive import schema
from archive.connection import members, now
from archive.documents import Documents
from archive.file_names import file_name
from archive.opening import ArchiveError
from archive.payloads import PayloadError, Payloads
from archive.pictures import addresses
from archive.reading import READER_VERSION, Source, unread


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


class Captures(Documents):
    """The captures of an archive, and the bytes behind them."""

    def __init__(self, path: Path, db: Database) -> None:
        super().__init__(path, db)
        self.payloads = Payloads(db)

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
            return StoredCapture(self._insert("captures", members(capture)), new=True)

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

    def store_error(self, capture: int, message: str) -> None:
        """Record why a capture could not be read, under the agency and year its link names; the capture stays."""
        with self.transaction():
            self.store_reading(capture, unread(self._known_of(capture), message), READER_VERSION)
            self.db.execute("update captures set error = ? where id = ?", (message, capture))
