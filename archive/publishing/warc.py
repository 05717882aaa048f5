"""Captures as WARC 1.1 (ISO 28500:2017), for replay and for other archives; a WACZ is the same with an index.

A capture is a response record with the bytes as transferred, the request behind it, and a metadata record with what the
archive knows besides. Bytes that stand in the file already become a revisit record. A page drawn by a browser is a
resource record: no server sent it. The same archive gives the same bytes.
"""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.headers import header_bytes
from archive.opening import sync_folder
from archive.store import Archive, ArchiveError

ABOUT = "urn:nianbao:archive"
"""Target of the metadata record with the rows that belong to no capture."""
CAPTURE = "urn:nianbao:capture:"
"""Begins the target of metadata of a capture: under the page's own URL, replay would show it for the page."""
ABOUT_TABLES = ("sites", "runs", "frontier")
METADATA_TYPE = "application/json"
CAPTURE_FIELDS = ("key", "site", "kind", "link_text", "link_date", "link_agency", "run")
_ORIGINAL = "X-Archive-Orig-"
# Undone before the bytes were kept.
_UNDONE = ("transfer-encoding",)
_BREAK = re.compile(r"[\r\n\0]+")
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

Row = dict[str, Any]
Progress = Callable[[int, int], None]
"""Told how many captures are written, and of how many."""


def write_warc(archive: Archive, target: Path, progress: Progress = lambda done, total: None) -> int:
    """Write every capture of an archive to a gzipped WARC file, or to a WACZ where it is named so.

    Returns the number of captures. The file is there whole or not at all. Raises ArchiveError where bytes are damaged,
    where there is no capture, or where the extra `export` is missing for a WACZ.
    """
    if not archive.rows("select 1 from captures limit 1"):
        raise ArchiveError(f"{archive.path}: holds no captures, so there is nothing to write")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        partial = Path(folder) / "data.warc.gz"
        with open(partial, "wb") as file:
            number = _Writer(archive, file).write(progress)
            file.flush()
            os.fsync(file.fileno())
        if target.suffix == ".wacz":
            partial = _wacz(archive, partial)
        partial.replace(target)
    sync_folder(target.parent)
    return number


class _Writer:
    def __init__(self, archive: Archive, file: IO[bytes]) -> None:
        self._archive = archive
        self._writer = WARCWriter(file, gzip=True, warc_version="1.1")
        self._written: dict[str, tuple[str, str, str]] = {}
        """Of every body in the file: its digest, URL and date."""
        self._identifiers: dict[str, str] = {}
        """Of every body in the file: the record it stands in."""

    def write(self, progress: Progress) -> int:
        """Write all records, in the order the captures were made."""
        with self._archive.reading():
            captures = self._archive.rows("select id from captures order by fetched_at, key, payload, id")
            self._about()
            for number, row in enumerate(captures):
                progress(number, len(captures))
                self._capture(self._archive.rows("select * from captures where id = ?", (row["id"],))[0])
            self._unchanged()
        progress(len(captures), len(captures))
        return len(captures)

    def _about(self) -> None:
        moment = self._archive.rows("select max(fetched_at) as moment from captures")[0]["moment"]
        info = b"software: nianbao\r\nformat: WARC File Format 1.1\r\n"
        self._record("", "warcinfo", moment, "info", info, content_type="application/warc-fields")
        lines = [
            json.dumps({"table": table, "row": row}, ensure_ascii=False, sort_keys=True)
            for table in ABOUT_TABLES
            for row in self._archive.rows(f"select * from {table} order by rowid")
        ]
        self._record(ABOUT, "metadata", moment, "about", "\n".join(lines).encode(), content_type="application/x-ndjson")

    def _capture(self, capture: Row) -> None:
        name, moment, url = f"{capture['key']} {capture['payload']}", capture["fetched_at"], capture["url"]
        body = self._archive.payload(capture["transferred"] or capture["payload"])
        if capture["rendered"]:
            identifier = self._record(url, "resource", moment, name, body, content_type="text/html; charset=utf-8")
        else:
            identifier = self._response(capture, name, body)
            if capture["request"]:
                self._request(capture, name, identifier)
        said = {field: capture[field] for field in (*CAPTURE_FIELDS, "status", "status_line")}
        headers = json.loads(capture["headers"])
        served = [list(header) for header in served_headers(capture)]
        if capture["rendered"] or served != headers or not capture["headers"].isascii():
            # Those of the response are not these, or are not read alike by everyone.
            said["headers"] = headers
        self._record(
            CAPTURE + identifier.strip("<>").rpartition(":")[2],
            "metadata",
            moment,
            f"metadata {name}",
            json.dumps(said, ensure_ascii=False, sort_keys=True).encode(),
            content_type=METADATA_TYPE,
            warc_headers={"WARC-Refers-To": identifier, "WARC-Concurrent-To": identifier},
        )

    def _response(self, capture: Row, name: str, body: bytes) -> str:
        headers = _Head(capture["status_line"] or _status_line(capture["status"]), served_headers(capture))
        url, moment = capture["url"], capture["fetched_at"]
        digest = capture["transferred"] or capture["payload"]
        if digest in self._written:
            return self._revisit(url, moment, name, self._written[digest], headers, _address(capture))
        record = self._make(url, "response", moment, name, body, http_headers=headers, warc_headers=_address(capture))
        self._writer.write_record(record)
        self._written[digest] = (record.rec_headers.get_header("WARC-Payload-Digest"), url, _date(moment))
        self._identifiers[digest] = str(record.rec_headers.get_header("WARC-Record-ID"))
        return self._identifiers[digest]

    def _request(self, capture: Row, name: str, response: str) -> None:
        request = json.loads(capture["request"])
        parts = urlsplit(capture["url"])
        headers = [(str(field), str(value)) for field, value in request["headers"]]
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = _Head(f"{request['method']} {path} HTTP/1.1", headers)
        self._record(
            capture["url"], "request", capture["fetched_at"], f"request {name}", request["body"].encode(),
            http_headers=line, warc_headers={"WARC-Concurrent-To": response} | _address(capture),
        )  # fmt: skip

    def _revisit(
        self,
        url: str,
        moment: str,
        name: str,
        stands: tuple[str, str, str],
        headers: StatusAndHeaders,
        address: dict[str, str],
    ) -> str:
        record = self._writer.create_revisit_record(
            url, *stands, http_headers=headers, warc_headers_dict=_warc_headers(moment, f"revisit {name}") | address
        )
        self._writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def _unchanged(self) -> None:
        """The last visit of each page that had not changed since its capture."""
        visits = self._archive.rows(
            """select frontier.key, frontier.url, frontier.fetched, frontier.reason, captures.payload,
                      coalesce(captures.transferred, captures.payload) as digest, max(captures.fetched_at)
               from frontier join captures on captures.key = frontier.key and not captures.rendered
               where frontier.state = 'unchanged' and frontier.fetched > captures.fetched_at
               group by frontier.key order by frontier.fetched, frontier.key"""
        )
        for visit in visits:
            if stands := self._written.get(visit["digest"]):
                record = self._writer.create_revisit_record(
                    visit["url"], *stands, warc_headers_dict=_warc_headers(visit["fetched"], f"visit {visit['key']}")
                )
                record.rec_headers.add_header("WARC-Refers-To", self._identifiers[visit["digest"]])
                if visit["reason"] == "HTTP 304":
                    record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
                self._writer.write_record(record)

    def _record(self, url: str, kind: str, moment: str, name: str, body: bytes, **more: Any) -> str:
        record = self._make(url, kind, moment, name, body, **more)
        self._writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def _make(
        self,
        url: str,
        kind: str,
        moment: str,
        name: str,
        body: bytes,
        *,
        http_headers: StatusAndHeaders | None = None,
        content_type: str = "",
        warc_headers: dict[str, str] | None = None,
    ) -> ArcWarcRecord:
        return self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http_headers,
            warc_content_type=content_type,
            warc_headers_dict=_warc_headers(moment, f"{kind} {url} {name}") | (warc_headers or {}),
        )


def served_headers(capture: Row) -> list[tuple[str, str]]:
    """The response's headers as they go with the bytes kept: what names an encoding that was undone is set aside."""
    undone = _UNDONE if capture["transferred"] else (*_UNDONE, "content-encoding")
    kept = []
    for name, value in json.loads(capture["headers"]):
        name, value = _BREAK.sub(" ", str(name)), _BREAK.sub(" ", str(value))
        kept.append((f"{_ORIGINAL}{name}" if name.lower() in undone else name, value))
    return kept


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """The first line and the headers of a message, written in the bytes they came in; warcio would escape some."""

    def __init__(self, first_line: str, headers: list[tuple[str, str]]) -> None:
        protocol, _, rest = first_line.partition(" ")
        super().__init__(rest, headers, protocol=protocol)
        self._lines = [_BREAK.sub(" ", first_line), *(f"{name}: {value}" for name, value in headers)]

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = b"".join(header_bytes(line) + b"\r\n" for line in (*self._lines, ""))


def _status_line(status: int) -> str:
    """A status line where the archive has the number alone."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        # A status line needs a phrase.
        reason = "Unknown"
    return f"HTTP/1.1 {status} {reason}"


def _address(capture: Row) -> dict[str, str]:
    return {"WARC-IP-Address": capture["address"]} if capture["address"] else {}


def _warc_headers(moment: str, name: str) -> dict[str, str]:
    # The identifier is made from what the record is of, so that the same archive gives the same file.
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{moment} {name}")
    return {"WARC-Record-ID": f"<urn:uuid:{identifier}>", "WARC-Date": _date(moment)}


def _date(moment: str) -> str:
    return moment.replace("+00:00", "Z")


# --- WACZ -------------------------------------------------------------------------------------------------------------


def _wacz(archive: Archive, warc: Path) -> Path:
    try:
        from wacz.main import main as wacz
    except ImportError as error:
        raise ArchiveError("writing a WACZ needs the extra export: pip install 'nianbao[export]'") from error
    pages = warc.with_name("pages.jsonl")
    lines = [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Annual reports"}), *_pages(archive)]
    pages.write_text("\n".join(lines) + "\n", "utf-8")
    target = warc.with_suffix(".wacz")
    if wacz(["create", str(warc), "--output", str(target), "--pages", str(pages)]) not in (0, None):
        raise ArchiveError(f"{target}: the WACZ could not be made")
    return target


def _pages(archive: Archive) -> Iterator[str]:
    rows = archive.rows("select url, fetched_at, title from annual_reports order by url, fetched_at")
    for number, row in enumerate(rows):
        page = {
            "id": str(number),
            "url": row["url"],
            "ts": _date(row["fetched_at"]),
            "title": row["title"] or row["url"],
        }
        yield json.dumps(page, ensure_ascii=False)
