"""Captures out of other people's WARC files: what a crawl would have kept, and nothing else."""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.publishing.integrity import check_archive
from archive.schema import PageKind
from archive.store import Archive
from crawler.cli import main
from crawler.ingest import Ingested, ingest
from crawler.outcome import ExitCode
from crawler.page import Page

REPORTS = Path(__file__).parent / "pages" / "reports"
PAGE = (REPORTS / "columns_reordered.html").read_bytes()
HOST = "http://www.longgang.example.cn"
URL = f"{HOST}/art/2026/1/9/art_1_2.html"
HTML = ("Content-Type", "text/html; charset=utf-8")
DATE = "2026-02-01T10:20:30Z"


class Warc:
    """Writes a WARC file record by record."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._buffer = io.BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=True)

    def response(
        self,
        url: str,
        body: bytes,
        *headers: tuple[str, str],
        status: str = "200 OK",
        date: str = DATE,
        **warc: str,
    ) -> str:
        """A response record; returns its payload digest."""
        record = self._writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, list(headers or (HTML,)), protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": date, **{name.replace("_", "-"): value for name, value in warc.items()}},
        )
        self._write(record)
        return str(record.rec_headers.get_header("WARC-Payload-Digest"))

    def revisit(self, url: str, digest: str, date: str, refers: tuple[str, str]) -> None:
        headers = StatusAndHeaders("200 OK", [HTML], protocol="HTTP/1.1")
        record = self._writer.create_revisit_record(
            url, digest, *refers, http_headers=headers, warc_headers_dict={"WARC-Date": date}
        )
        self._write(record)

    def other(self, kind: str, url: str, body: bytes, content_type: str) -> None:
        record = self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), length=len(body), warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": DATE},
        )  # fmt: skip
        self._write(record)

    def _write(self, record: Any) -> None:
        self._writer.write_record(record)
        self.path.write_bytes(self._buffer.getvalue())


@pytest.fixture
def warc(tmp_path: Path) -> Warc:
    return Warc(tmp_path / "foreign.warc.gz")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as opened:
        yield opened


def take(archive: Archive, warc: Warc, **options: Any) -> Ingested:
    result = ingest(archive, [warc.path], **options)
    assert [finding for finding in check_archive(archive) if finding.kind != "identity"] == []
    return result


def kinds(archive: Archive) -> dict[str, str]:
    return {row["url"].removeprefix(HOST): row["kind"] for row in archive.rows("select url, kind from captures")}


def run(archive: Archive, *arguments: Any) -> Result:
    return CliRunner().invoke(main, ["ingest", *map(str, arguments), "--archive", str(archive.path), "--workers", "1"])


def test_a_report_is_taken_and_read(archive: Archive, warc: Warc) -> None:
    archive.register_site(HOST, "龙岗区人民政府", "440307", None, None)
    warc.response(URL, PAGE)
    warc.response(f"{HOST}/news/1.html", "<html><title>街道新闻</title><p>天气很好</p></html>".encode())
    result = run(archive, warc.path)
    assert result.exit_code == ExitCode.OK, result.output
    assert "2 captures new, 0 known; 1 reports of 1 read" in result.stdout
    report = archive.rows("select agency, year, url, fetched_at from annual_reports")
    assert report == [{"agency": "龙岗街道办事处", "year": 2025, "url": URL, "fetched_at": "2026-02-01T10:20:30+00:00"}]
    assert kinds(archive) == {"/art/2026/1/9/art_1_2.html": "report", "/news/1.html": "list"}


def test_it_is_the_same_page_to_a_crawl(archive: Archive, warc: Warc) -> None:
    warc.response(URL, PAGE)
    take(archive, warc)
    key = Page(URL, HOST, PageKind.REPORT).key
    last = archive.last_capture(key)
    assert last is not None
    again = archive.store_capture(url=URL, key=key, body=PAGE, status=200, headers=[], kind="report")
    assert (again.id, again.new) == (last.id, False)


def test_again_adds_nothing_and_older_captures_find_their_place(archive: Archive, warc: Warc, tmp_path: Path) -> None:
    warc.response(URL, PAGE + b" ", date="2026-02-03T00:00:00Z")
    assert take(archive, warc).new == 1
    older = Warc(tmp_path / "older.warc.gz")
    older.response(URL, PAGE, date="2026-02-01T00:00:00.123456Z")
    older.response(URL, PAGE, date="2026-02-02T00:00:00Z")
    assert take(archive, older).new == 1
    for files in ([warc], [older], [older, warc]):
        for file in files:
            assert take(archive, file).new == 0
    moments = archive.rows("select fetched_at from captures order by fetched_at")
    assert [row["fetched_at"] for row in moments] == ["2026-02-01T00:00:00+00:00", "2026-02-03T00:00:00+00:00"]


def test_links_say_what_an_attachment_is(archive: Archive, warc: Warc) -> None:
    anchors = "".join(
        f'<a href="/files/{year}.pdf#top" title="龙岗街道{year}年政府信息公开工作年度报告">龙岗街道{year}年政府…</a>'
        for year in (2021, 2022, 2023)
    )
    warc.response(f"{HOST}/files/2022.pdf", b"%PDF-1.4 broken", ("Content-Type", "application/pdf"))
    warc.response(f"{HOST}/files/else.pdf", b"%PDF-1.4 map of parks", ("Content-Type", "application/pdf"))
    warc.response(f"{HOST}/list.html", f"<html><title>政府信息公开年报</title>{anchors}</html>".encode())
    assert take(archive, warc).reports == 1
    assert kinds(archive) == {"/files/2022.pdf": "report", "/files/else.pdf": "list", "/list.html": "list"}
    text = archive.rows("select link_text from captures where kind = 'report'")
    assert text == [{"link_text": "龙岗街道2022年政府信息公开工作年度报告"}]


def test_what_a_crawl_would_not_keep_is_left_out(archive: Archive, warc: Warc) -> None:
    warc.response(f"{HOST}/moved", b"", ("Location", "/x"), status="301 Moved")
    warc.response(f"{HOST}/gone", b"no", status="404 Not Found")
    warc.response(f"{HOST}/wall", b"<html>blocked</html>", status="403 Forbidden")
    warc.response(f"{HOST}/cut.html", PAGE[:900], WARC_Truncated="length")
    warc.response(f"{HOST}/lie.html", b"not gzip", HTML, ("Content-Encoding", "gzip"))
    warc.response("ftp://files.example.cn/a", b"x")
    warc.other("conversion", URL, b"text", "text/plain")
    warc.other("resource", f"{HOST}/shot.png", b"\x89PNG", "image/png")
    result = take(archive, warc)
    assert (result.new, result.reports) == (0, 0)
    assert archive.rows("select * from captures") == []
    assert result.left_out == Counter(
        {
            "redirected": 1,
            "gone": 1,
            "blocked": 1,
            "truncated": 1,
            "the body cannot be decoded (BodyUndecodableError)": 1,
            "a resource that no server sent": 1,
        }
    )


def test_encodings_are_undone_and_kept(archive: Archive, warc: Warc) -> None:
    encoded = gzip.compress(PAGE, mtime=0)
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (encoded[:99], encoded[99:])) + b"0\r\n\r\n"
    warc.response(URL, chunked, HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))
    warc.response(f"{HOST}/b.html", PAGE, HTML, ("Transfer-Encoding", "chunked"))
    take(archive, warc)
    rows = archive.rows("select payload, transferred from captures order by url")
    assert {archive.payload(row["payload"]) for row in rows} == {PAGE}
    assert [row["transferred"] and archive.payload(row["transferred"]) for row in rows] == [encoded, None]


def test_revisits_get_their_bytes(archive: Archive, warc: Warc) -> None:
    digest = warc.response(URL, PAGE)
    warc.revisit(f"{HOST}/copy.html", digest, "2026-02-05T00:00:00Z", (URL, DATE))
    result = take(archive, warc)
    assert (result.new, result.reports, result.problems) == (2, 2, [])
    assert len(archive.rows("select * from payloads")) == 1


def test_revisits_of_nothing_are_told(archive: Archive, warc: Warc) -> None:
    warc.revisit(URL, "sha1:AAAA", "2026-02-05T00:00:00Z", (f"{HOST}/x", DATE))
    result = run(archive, warc.path)
    assert result.exit_code == ExitCode.ATTENTION
    assert "give those files too" in result.stderr


def test_a_damaged_file_gives_what_can_be_read(archive: Archive, warc: Warc, tmp_path: Path) -> None:
    warc.response(URL, PAGE)
    whole = len(warc.path.read_bytes())
    warc.response(f"{HOST}/second.html", PAGE + b" " * 500)
    both = warc.path.read_bytes()
    broken = tmp_path / "broken.warc.gz"
    for cut in range(whole + 20, len(both) - 8, 301):
        broken.write_bytes(both[:cut])
        result = ingest(archive, [broken])
        assert result.new + result.known == 1, cut
        assert result.problems, cut
    text = tmp_path / "text.warc.gz"
    text.write_text("hello", "utf-8")
    said = run(archive, text, warc.path)
    assert said.exit_code == ExitCode.ATTENTION
    assert "text.warc.gz: cannot be read to its end" in said.stderr
    assert "1 captures new, 1 known" in said.stdout
    assert "Traceback" not in said.output


def test_a_registry_limits_and_gives_context(archive: Archive, warc: Warc, tmp_path: Path) -> None:
    sites = tmp_path / "sites.csv"
    sites.write_text(f"url,name,division\n{HOST.replace('www.', '')}/,龙岗区人民政府,440307\n", "utf-8")
    warc.response(URL, PAGE)
    warc.response("http://elsewhere.example.cn/report.html", PAGE)
    result = run(archive, warc.path, "--sites", sites)
    assert result.exit_code == ExitCode.OK, result.output
    assert "left out 1: not a host of the registry" in result.stdout
    assert archive.rows("select division, url from annual_reports") == [{"division": "440307016", "url": URL}]


def test_common_crawl_pairs_the_other_way_round(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "cc.warc.gz"
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    request = writer.create_warc_record(
        URL, "request", payload=io.BytesIO(b""), length=0,
        http_headers=StatusAndHeaders("GET /art HTTP/1.1", [("User-Agent", "CCBot")], is_http_request=True),
        warc_headers_dict={"WARC-Date": DATE},
    )  # fmt: skip
    writer.write_record(request)
    response = writer.create_warc_record(
        URL, "response", payload=io.BytesIO(PAGE), length=len(PAGE),
        http_headers=StatusAndHeaders("200 OK", [HTML, ("X-Crawl-Content-Encoding", "gzip")], protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": DATE, "WARC-Concurrent-To": request.rec_headers.get_header("WARC-Record-ID")},
    )  # fmt: skip
    writer.write_record(response)
    path.write_bytes(buffer.getvalue())
    ingest(archive, [path])
    assert "CCBot" in archive.rows("select request from captures")[0]["request"]


def test_forged_metadata_is_no_metadata(archive: Archive, warc: Warc) -> None:
    for about in (b"{", b'{"table": "sites", "row": {"url": "x"}}', b'{"table": "payloads", "row": {}}', b"[1]"):
        warc.other("metadata", "urn:nianbao:archive", about, "application/x-ndjson")
    for said in (b"nonsense", b'{"key": 1}', b'{"key": "k", "site": null, "kind": "boss", "link_text": null}'):
        warc.other("metadata", URL, said, "application/json")
    warc.response(URL, PAGE)
    assert take(archive, warc).new == 1
    assert archive.rows("select * from sites") == []
