"""Captures out of WARC files: stored and judged as if they had been fetched now, with the date they have there."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from archive.publishing import merge, warc
from archive.schema import TABLES, PageKind
from archive.store import Archive, ArchiveError
from crawler.candidates import Candidates
from crawler.decoding import BodyBrokenOffError, BodyTooBigError, BodyUndecodableError, decode
from crawler.page import Page
from crawler.settings import DOWNLOAD_MAXSIZE
from crawler.verdict import header_list, judge

_HTTP = ("http", "https")
_COLUMNS = {
    table.name: {column.name: not column.nullable for column in table.columns()}
    for table in TABLES
    if table.name in warc.ABOUT_TABLES
}
"""Columns of the tables that a WARC tells of, and whether each has to be there."""
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_UNDECODABLE = (BodyBrokenOffError, BodyTooBigError, BodyUndecodableError)

Progress = Callable[[int, int], None]
"""Told how many bytes of the files are read, and of how many."""


@dataclass(slots=True)
class Ingested:
    """What came of WARC files: how many captures were new, known, or not kept (by reason), and what needs a look."""

    new: int = 0
    known: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    """New captures that are read as reports."""
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Around:
    """Of one file, what stands in other records than a capture's own: by the identifiers they refer to."""

    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    about: list[dict[str, Any]] = field(default_factory=list)


def ingest(
    archive: Archive, files: list[Path], *, within: bool = False, progress: Progress = lambda done, total: None
) -> Ingested:
    """Take the captures of WARC files into an archive; with `within`, only those of the hosts of its sites.

    Files of `nianbao warc` bring all that the archive they were written from holds. In others, pages that look like
    reports are taken as such, by what they say and by what links to them says. A file that is damaged gives what can
    be read of it and a problem.
    """
    task = _Ingestion(archive, within)
    total, done = sum(path.stat().st_size for path in files), 0
    for path in files:
        with task.file(path):
            _check_compression(path)
        with archive.transaction(), task.file(path):
            task.around = _Around()
            for record in _records(path, lambda offset, done=done: progress(done + offset, total)):  # type: ignore[misc]
                task.look_around(record)
            task.keep_about()
        with archive.transaction(), task.file(path):
            for record in _records(path, lambda offset, done=done: progress(done + offset, total)):  # type: ignore[misc]
                task.keep(record)
        done += path.stat().st_size
    with archive.transaction():
        task.settle()
    progress(total, total)
    return task.result


def _records(path: Path, tell: Callable[[int], None]) -> Iterator[ArcWarcRecord]:
    with open(path, "rb") as file:
        iterator = ArchiveIterator(file, arc2warc=True)
        while True:
            try:
                record = next(iterator)
            except StopIteration:
                return
            except AttributeError as error:
                # What warcio makes of a record whose headers break off.
                raise ArchiveLoadFailed("a record breaks off in its headers") from error
            yield record
            tell(file.tell())


def _check_compression(path: Path) -> None:
    """Raise zlib.error for a gzip file that is damaged or not whole, which reads like a shorter one."""
    with open(path, "rb") as file:
        if file.read(2) != _GZIP:
            return
        file.seek(0)
        member = zlib.decompressobj(31)
        while data := file.read(_CHUNK):
            while data:
                if member.eof:
                    member = zlib.decompressobj(31)
                # In bounds: what a member expands to is of no interest here.
                member.decompress(data, _CHUNK)
                data = member.unconsumed_tail or member.unused_data
        if not member.eof:
            raise zlib.error("the file is not whole")


class _Ingestion:
    def __init__(self, archive: Archive, within: bool) -> None:
        self._archive = archive
        self._within = within
        self._sites = [row["url"] for row in archive.rows("select url from sites order by length(url) desc, url")]
        self._runs: dict[int, int] = {}
        self._bodies: dict[tuple[str, str], tuple[str, list[tuple[str, str]]]] = {}
        """SHA-256 of the bytes transferred, and the headers, by digest and by URL and date: what revisits refer to."""
        self._candidates = Candidates()
        self.around = _Around()
        self.result = Ingested()

    @contextmanager
    def file(self, path: Path) -> Iterator[None]:
        """What breaks off a file is a problem of that file; what was read of it stays."""
        try:
            yield
        except (ArchiveLoadFailed, EOFError, zlib.error, UnicodeError) as error:
            problem = f"{path}: cannot be read to its end ({error})"
            if problem not in self.result.problems:
                self.result.problems.append(problem)

    # --- around the captures --------------------------------------------------------------------------------------

    def look_around(self, record: ArcWarcRecord) -> None:
        """Take in requests and metadata, which may stand before or after their response."""
        headers = record.rec_headers
        if record.rec_type == "request" and record.http_headers:
            body = record.raw_stream.read(DOWNLOAD_MAXSIZE)
            request = {
                "method": record.http_headers.protocol,
                "headers": record.http_headers.headers,
                "body": body.decode("utf-8", "replace"),
            }
            for name in ("WARC-Record-ID", "WARC-Concurrent-To"):
                if identifier := headers.get_header(name):
                    self.around.requests[identifier] = request
        elif record.rec_type == "metadata" and headers.get_header("WARC-Target-URI") == warc.ABOUT:
            self.around.about += [line for text in record.raw_stream.read().splitlines() if (line := _row(text))]
        elif (
            record.rec_type == "metadata"
            and record.content_type == warc.METADATA_TYPE
            and (said := _said(record.raw_stream.read(DOWNLOAD_MAXSIZE)))
        ):
            self.around.metadata[headers.get_header("WARC-Refers-To")] = said

    def keep_about(self) -> None:
        """Keep the sites, runs and URLs of the archive the file was written from."""
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in warc.ABOUT_TABLES}
        for line in self.around.about:
            rows[line["table"]].append(line["row"])
        for site in rows["sites"]:
            # The agency behind it is made from its name, as when it was registered.
            self._archive.register_site(*(site[name] for name in ("url", "name", "division", "family", "since")))
        merge.merge_sites(self._archive, rows["sites"])
        self._runs = merge.merge_runs(self._archive, rows["runs"], Counter())
        merge.merge_frontier(self._archive, rows["frontier"])
        known = set(self._sites)
        self._sites += [site["url"] for site in rows["sites"] if site["url"] not in known]

    # --- captures -------------------------------------------------------------------------------------------------

    def keep(self, record: ArcWarcRecord) -> None:
        """Store the capture of a response, resource or revisit record."""
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        said = self.around.metadata.get(record.rec_headers.get_header("WARC-Record-ID"))
        if record.rec_type not in ("response", "resource", "revisit") or urlsplit(url).scheme not in _HTTP:
            return
        if record.rec_type == "resource" and said is None:
            return self._leave_out("a resource that no server sent")
        if record.rec_headers.get_header("WARC-Refers-To") in self.around.metadata:
            # A later visit to a page of ours that had not changed: no capture was made of it there either.
            return
        if self._within and self._site(url) is None:
            return self._leave_out("not a host of the registry")
        if record.rec_headers.get_header("WARC-Truncated"):
            return self._leave_out("truncated")
        if (served := self._served(record, url)) is None:
            return
        transferred, headers = served
        encodings = [value for name, value in headers if name.lower() == "content-encoding"]
        try:
            body = decode(transferred, ",".join(encodings).split(","), DOWNLOAD_MAXSIZE) if encodings else transferred
        except _UNDECODABLE as error:
            return self._leave_out(f"the body cannot be decoded ({type(error).__name__})")
        encoded = transferred if encodings else None
        if said is not None:
            self._own(record, url, said, headers, body, encoded)
        else:
            self._foreign(record, url, headers, body, encoded)

    def _served(self, record: ArcWarcRecord, url: str) -> tuple[bytes, list[tuple[str, str]]] | None:
        """The bytes of a record, without the chunks they came in, and its headers; a revisit has them elsewhere."""
        digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
        headers = list(record.http_headers.headers) if record.http_headers else []
        if record.rec_type == "revisit":
            refers = record.rec_headers.get_header("WARC-Refers-To-Target-URI") or url
            date = record.rec_headers.get_header("WARC-Refers-To-Date") or ""
            stands = self._bodies.get(("digest", digest)) or self._bodies.get((refers, date))
            if stands is None:
                self._leave_out("a revisit of a capture that is in none of the files")
                self._problem("revisits refer to captures that are in none of the files; give those files too")
                return None
            status = record.http_headers.get_statuscode() if record.http_headers else "304"
            # An answer without a body says that the page is as it was; the headers of a page are those it came with.
            return self._archive.payload(stands[0]), headers if headers and status != "304" else stands[1]
        if record.length and record.length > DOWNLOAD_MAXSIZE:
            self._leave_out("larger than DOWNLOAD_MAXSIZE")
            return None
        body = record.raw_stream.read()
        if record.raw_stream.limit > 0:
            # The stream gives what is there of a record, as if it were the whole.
            raise ArchiveLoadFailed(f"the record of {url} breaks off")
        if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
            # Some crawlers keep the chunks, others their header alone; the reader takes both.
            body = ChunkedDataReader(io.BytesIO(body)).read(DOWNLOAD_MAXSIZE)
            headers = [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]
        if record.rec_type == "response":
            stored = hashlib.sha256(body).hexdigest()
            for key in (("digest", digest), (url, _date(record))):
                self._bodies.setdefault(key, (stored, headers))
        return body, headers

    def _own(
        self,
        record: ArcWarcRecord,
        url: str,
        said: dict[str, Any],
        headers: list[tuple[str, str]],
        body: bytes,
        encoded: bytes | None,
    ) -> None:
        """A capture of another archive of this project, as it was there."""
        bodies = {hashlib.sha256(part).hexdigest(): part for part in (body, encoded) if part is not None}
        payload, *transferred = bodies
        request = self._request(record)
        values = {
            **{name: said[name] for name in warc.CAPTURE_FIELDS},
            "run": self._runs.get(said["run"]),
            "url": url,
            "fetched_at": _moment(record),
            "status": said["status"],
            "status_line": said.get("status_line"),
            "address": record.rec_headers.get_header("WARC-IP-Address"),
            "headers": json.dumps(said.get("headers") or headers, ensure_ascii=False),
            "payload": payload,
            "transferred": transferred[0] if transferred else None,
            "request": json.dumps(request, ensure_ascii=False) if request else None,
            "rendered": int(record.rec_type == "resource"),
            "error": None,
        }
        _, new = merge.add_capture(self._archive, values, bodies.__getitem__)
        self._count(new, report=said["kind"] in (PageKind.REPORT, PageKind.ATTACHMENT))

    def _foreign(
        self, record: ArcWarcRecord, url: str, headers: list[tuple[str, str]], body: bytes, encoded: bytes | None
    ) -> None:
        """A capture of somebody else: kept when a crawl would have kept the answer."""
        request = self._request(record)
        status = int(record.http_headers.get_statuscode()) if record.http_headers else 200
        plain = Headers([(name, value) for name, value in headers if name.lower() != "content-encoding"])
        method, sent = (request["method"], request["body"]) if request else ("GET", "")
        if method not in ("GET", "POST"):
            return self._leave_out(f"an answer to {method}")
        page = Page(url, self._site(url) or "", PageKind.LIST, method=method, body=sent or None)
        response: Response = responsetypes.from_args(headers=plain, url=url, body=body)(
            url, status=status, headers=plain, body=body, request=Request(url)
        )
        if verdict := judge(response, 0):
            return self._leave_out(verdict.state.value)
        stored = self._archive.store_capture(
            key=page.key,
            url=url,
            body=body,
            status=status,
            headers=headers or header_list(response),
            kind=page.kind.value,
            site=page.site or None,
            transferred=encoded,
            request=json.dumps(request, ensure_ascii=False) if request else None,
            fetched_at=_moment(record),
            status_line=_first_line(record),
            address=record.rec_headers.get_header("WARC-IP-Address"),
        )
        self._candidates.look(stored.id, response)
        self._count(stored.new, report=False)

    def settle(self) -> None:
        """Have the pages that look like reports read as such, now that every link to them is known."""
        for capture, link_text in self._candidates.chosen():
            if self._archive.take_as_report(capture, link_text, None):
                self.result.reports += 1

    def _request(self, record: ArcWarcRecord) -> dict[str, Any] | None:
        for name in ("WARC-Record-ID", "WARC-Concurrent-To"):
            if request := self.around.requests.get(record.rec_headers.get_header(name)):
                return request
        return None

    def _site(self, url: str) -> str | None:
        """The site of the registry that a URL belongs to: on its host, the one whose address is most like it."""
        host = _host(url)
        sites = [site for site in self._sites if _host(site) == host]
        return next((site for site in sites if url.startswith(site)), sites[-1] if sites else None)

    def _count(self, new: bool, *, report: bool) -> None:
        self.result.new += new
        self.result.known += not new
        self.result.reports += new and report

    def _leave_out(self, reason: str) -> None:
        self.result.left_out[reason] += 1

    def _problem(self, problem: str) -> None:
        if problem not in self.result.problems:
            self.result.problems.append(problem)


def _row(text: bytes) -> dict[str, Any] | None:
    """A line of the record about an archive: a table and a row of it; None for anything else.

    Columns that may be null and are not there are of a later version than the archive it was written from.
    """
    line = _json(text)
    table, row = line.get("table"), line.get("row")
    if table not in warc.ABOUT_TABLES or not isinstance(row, dict):
        return None
    columns = _COLUMNS[table]
    if not {name for name, required in columns.items() if required} <= set(row) <= set(columns):
        return None
    row = dict.fromkeys(columns) | row
    return {"table": table, "row": row} if all(it is None or isinstance(it, str | int) for it in row.values()) else None


def _said(text: bytes) -> dict[str, Any] | None:
    """What a metadata record of ours says of its capture; None for any other."""
    said = _json(text)
    texts = (said.get(name) for name in (*warc.CAPTURE_FIELDS, "status_line") if name != "run")
    if not set(warc.CAPTURE_FIELDS) <= set(said) or not all(value is None or isinstance(value, str) for value in texts):
        return None
    fits = said["key"] and said["kind"] in list(PageKind) and isinstance(said.get("status"), int)
    return said if fits and isinstance(said.get("headers", []), list) else None


def _json(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        # The metadata of somebody else, in a form of their own.
        return {}
    return value if isinstance(value, dict) else {}


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _first_line(record: ArcWarcRecord) -> str | None:
    head = record.http_headers
    return f"{head.protocol} {head.statusline}" if head else None


def _date(record: ArcWarcRecord) -> str:
    return str(record.rec_headers.get_header("WARC-Date") or "")


def _moment(record: ArcWarcRecord) -> str:
    """The date of a record as the archive writes it; WARC 1.1 allows fractions of a second."""
    try:
        moment = datetime.fromisoformat(_date(record))
    except ValueError as error:
        raise ArchiveLoadFailed(f"a record with the date {_date(record)!r}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")


__all__ = ["ArchiveError", "Ingested", "ingest"]
