"""WARC and WACZ: what other tools accept, replay, and bring back."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from archive.publishing.warc import write_warc
from archive.reading import READER_VERSION, read
from archive.store import Archive, ArchiveError
from crawler.cli import main
from crawler.ingest import ingest
from crawler.outcome import ExitCode
from crawler.readers import reread
from tests.crawling import Answer, Crawls, Site, crawls, page, site
from tests.faults.hostile import Hostile
from tests.fingerprint import contents

__all__ = ["crawls", "site"]

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "tests" / "pages" / "reports" / "columns_reordered.html").read_bytes()
SITE = "http://127.0.0.1:1/"
URL = SITE + "art/2026/1/9/art_1_2.html?kind=%E5%B9%B4"
ZIPPED = gzip.compress(PAGE, mtime=0)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A page twice, one that came gzipped, one drawn by a browser, one posted for, and one not changed since."""
    with Archive(tmp_path / "a.db", create=True) as opened:
        opened.register_site(SITE, "龙岗区人民政府", "440307", "trs", 2019)
        run = opened.start_run()
        html = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
        put(opened, URL, PAGE, 1, headers=html, run=run, link_text="龙岗街道 年报", link_date="2026-01-09")
        put(opened, SITE + "same.html", PAGE, 2, headers=html, run=run)
        put(
            opened,
            SITE + "zipped.html",
            PAGE + b" ",
            3,
            headers=[*html, ("Content-Encoding", "gzip")],
            transferred=gzip.compress(PAGE + b" ", mtime=0),
        )
        put(opened, SITE + "drawn.html", PAGE + b"  ", 4, headers=html, rendered=True, key="drawn")
        post = {
            "method": "POST",
            "headers": [["Host", "127.0.0.1:1"], ["User-Agent", "nianbao"]],
            "body": "page=1&q=年",
        }
        put(
            opened,
            SITE + "list",
            b"<rows/>",
            5,
            kind="list",
            key="posted",
            request=json.dumps(post, ensure_ascii=False),
        )
        odd = [
            ("transfer-ENCODING", "chunked"),
            ("X-Odd", "年报".encode("gbk").decode("latin-1")),
            *html,
            ("X-Odd", "é"),
        ]
        put(opened, URL, PAGE + b"   ", 6, headers=odd, run=run, status_line="HTTP/1.0 200", address="10.0.0.9")
        opened.db.execute(
            """insert into frontier (key, url, site, kind, depth, priority, state, reason, attempts, request,
               discovered, fetched) values
               (?, ?, ?, 'report', 1, 0, 'unchanged', 'HTTP 304', 1, '{}', '2026-01-01', ?)""",
            (URL, URL, SITE, "2026-03-01T00:00:00+00:00"),
        )
        opened.end_run(run, "finished", {"captures": 6})
        yield opened


def put(archive: Archive, url: str, body: bytes, day: int, *, kind: str = "report", **more: Any) -> None:
    moment = f"2026-02-{day:02}T00:00:00+00:00"
    more.setdefault("headers", [("Content-Type", "text/html")])
    stored = archive.store_capture(url=url, body=body, status=200, kind=kind, site=SITE, fetched_at=moment, **more)
    if kind == "report":
        archive.store_reading(stored.id, read(*archive.source(stored.id)), READER_VERSION)


def records(path: Path) -> list[dict[str, Any]]:
    found = []
    with open(path, "rb") as file:
        for record in ArchiveIterator(file):
            found.append(
                {
                    "type": record.rec_type,
                    "url": record.rec_headers.get_header("WARC-Target-URI"),
                    "date": record.rec_headers.get_header("WARC-Date"),
                    "profile": record.rec_headers.get_header("WARC-Profile"),
                    "refers": record.rec_headers.get_header("WARC-Refers-To-Target-URI"),
                    "headers": record.http_headers.headers if record.http_headers else None,
                    "method": record.http_headers.protocol if record.http_headers else None,
                    "body": record.raw_stream.read(),
                }
            )
    return found


def checked(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_records_are_as_served(archive: Archive, tmp_path: Path) -> None:
    assert write_warc(archive, tmp_path / "a.warc.gz") == 6
    assert "digest failed" not in checked(tmp_path / "a.warc.gz")
    found = records(tmp_path / "a.warc.gz")
    assert Counter(record["type"] for record in found) == {
        "warcinfo": 1, "metadata": 7, "response": 4, "request": 1, "resource": 1, "revisit": 2,
    }  # fmt: skip
    first = next(record for record in found if record["type"] == "response")
    assert first["url"] == URL and first["body"] == PAGE
    assert [value for name, value in first["headers"] if name == "Set-Cookie"] == ["a=1", "b=2"]
    zipped = next(record for record in found if record["type"] == "response" and "zipped" in record["url"])
    assert gzip.decompress(zipped["body"]) == PAGE + b" "
    assert ("Content-Encoding", "gzip") in zipped["headers"]
    request = next(record for record in found if record["type"] == "request")
    assert (request["method"], request["body"].decode()) == ("POST", "page=1&q=年")
    assert ("User-Agent", "nianbao") in request["headers"]
    same, visit = (record for record in found if record["type"] == "revisit")
    assert (same["refers"], visit["date"]) == (URL, "2026-03-01T00:00:00Z")
    assert "identical-payload-digest" in same["profile"] and "server-not-modified" in visit["profile"]


def test_same_archive_same_file(archive: Archive, tmp_path: Path) -> None:
    digests = set()
    for name in ("a.warc.gz", "b.warc.gz"):
        write_warc(archive, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_our_own_warc_gives_the_same_archive(archive: Archive, tmp_path: Path) -> None:
    write_warc(archive, tmp_path / "a.warc.gz")
    with Archive(tmp_path / "b.db", create=True) as other:
        result = ingest(other, [tmp_path / "a.warc.gz"])
        assert (result.new, result.problems, result.left_out) == (6, [], Counter())
        reread(other, again=False, workers=1)
        assert contents(other) == contents(archive)
        again = ingest(other, [tmp_path / "a.warc.gz"])
        assert (again.new, again.known) == (0, 6)
        assert contents(other) == contents(archive)
        write_warc(other, tmp_path / "b.warc.gz")
    assert (tmp_path / "b.warc.gz").read_bytes() == (tmp_path / "a.warc.gz").read_bytes()


def test_a_crawl_keeps_the_bytes_transferred(crawls: Crawls, site: Site, tmp_path: Path) -> None:
    body = page(text="报告" * 500).body
    encoded = gzip.compress(body, mtime=0)
    site.answers["/"] = page(("report", "/zipped.html", "一"), ("report", "/plain.html", "二"))
    site.answers["/zipped.html"] = Answer(body=encoded, headers={"Content-Encoding": "gzip", "X-Odd": "1"})
    site.answers["/plain.html"] = Answer(body=body)
    crawls.run()
    target = tmp_path / "c.warc.gz"
    with Archive(crawls.archive) as archive:
        write_warc(archive, target)
    checked(target)
    found = {
        (record["type"], record["url"].removeprefix(site.url)): record for record in records(target) if record["url"]
    }
    assert found["response", "/zipped.html"]["body"] == encoded
    assert found["response", "/plain.html"]["body"] == body
    assert "gzip" in [
        value for name, value in found["response", "/zipped.html"]["headers"] if name == "Content-Encoding"
    ]
    sent = dict(found["request", "/plain.html"]["headers"])
    assert sent["User-Agent"].startswith("nianbao/")
    assert sent["Host"] == site.url.removeprefix("http://")


def test_heads_are_written_as_they_came_and_went(crawls: Crawls, tmp_path: Path) -> None:
    name = "attachment; filename=年报.html".encode("gbk")
    head = (
        b"HTTP/1.0 200 Alles gut\r\nserver: a\r\nX-odd_CASE:1\r\nSet-Cookie: b=2; Path=/\r\nDate: today\r\n"
        b"set-cookie: a=1\r\nContent-Disposition: "
        + name
        + b"\r\nX-Utf: \xe5\xb9\xb4\xe6\x8a\xa5\r\nX-Latin: \xc3\xa9\r\n"
        b"X-Empty:\r\nX-Odd-CASE: 2\r\n\r\n"
    )
    body = b"<html><title>t</title><body>x</body></html>"
    server = Hostile()
    server.answers["/"] = lambda send: send(head + body)
    crawls.sites.write_text(f"url,name,division\n{server.url}/,西工区人民政府,410303\n", encoding="utf-8")
    assert crawls.run() == (ExitCode.OK, "")
    server.close()
    target = tmp_path / "c.warc.gz"
    with Archive(crawls.archive) as archive, Archive(tmp_path / "d.db", create=True) as other:
        write_warc(archive, target)
        assert ingest(other, [target]).problems == []
        assert contents(other) == contents(archive)
    checked(target)
    written = gzip.decompress(target.read_bytes())
    assert head.replace(b"X-odd_CASE:1", b"X-odd_CASE: 1").replace(b"X-Empty:", b"X-Empty: ") + body in written
    assert b"WARC-IP-Address: 127.0.0.1\r\n" in written
    assert server.heads and server.heads[-1] in written, "the request too"


def test_nothing_to_write_is_told(tmp_path: Path) -> None:
    with Archive(tmp_path / "e.db", create=True) as archive, pytest.raises(ArchiveError, match="no captures"):
        write_warc(archive, tmp_path / "e.warc.gz")
    assert not (tmp_path / "e.warc.gz").exists()


def test_damaged_bytes_leave_the_old_file(archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "a.warc.gz"
    write_warc(archive, target)
    before = target.read_bytes()
    archive.db.execute("update payloads set body = cast(substr(body, 1, 30) as blob)")
    result = CliRunner().invoke(main, ["warc", str(target), "--archive", str(archive.path)])
    assert result.exit_code == ExitCode.USAGE
    assert "damaged" in result.stderr
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_file_names_are_checked(archive: Archive, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["warc", str(tmp_path / "a.zip"), "--archive", str(archive.path)])
    assert (result.exit_code, "name it" in result.stderr) == (ExitCode.USAGE, True)


def test_wacz_is_valid(archive: Archive, tmp_path: Path) -> None:
    pytest.importorskip("wacz", reason="the extra export is not installed")
    target = tmp_path / "a.wacz"
    result = CliRunner().invoke(main, ["warc", str(target), "--archive", str(archive.path)])
    assert result.exit_code == ExitCode.OK, result.output
    tool = Path(sys.executable).with_name("wacz")
    done = subprocess.run([tool, "validate", "-f", str(target)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Validation succeeded" in done.stdout, done.stdout + done.stderr
    with zipfile.ZipFile(target) as file:
        pages = [json.loads(line) for line in file.read("pages/pages.jsonl").splitlines()]
    assert URL in {entry.get("url") for entry in pages}


# --- replay -----------------------------------------------------------------------------------------------------------


def _pywb() -> Path | None:
    """The `bin` of an environment with pywb: its brotlipy would break brotli in ours."""
    folder = Path(os.environ.get("NIANBAO_PYWB") or ROOT / ".venv-pywb") / "bin"
    return folder if (folder / "wayback").exists() and (folder / "wb-manager").exists() else None


@pytest.fixture
def replay(archive: Archive, tmp_path: Path) -> Iterator[str]:
    tools = _pywb()
    if tools is None:
        pytest.skip("pywb is not installed in .venv-pywb (or in the folder that NIANBAO_PYWB names)")
    write_warc(archive, tmp_path / "a.warc.gz")
    for command in (["init", "reports"], ["add", "reports", "a.warc.gz"]):
        subprocess.run([tools / "wb-manager", *command], cwd=tmp_path, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(tools / "wayback"), "--bind", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/reports"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(tmp_path / "collections", ignore_errors=True)


def test_pywb_replays_every_page(replay: str) -> None:
    from urllib.parse import quote

    for moment, url, body in (
        ("20260201000000", URL, PAGE),
        ("20260202000000", SITE + "same.html", PAGE),
        ("20260203000000", SITE + "zipped.html", PAGE + b" "),
        ("20260204000000", SITE + "drawn.html", PAGE + b"  "),
        ("20260206000000", URL, PAGE + b"   "),
        ("20260301000000", URL, PAGE + b"   "),
    ):
        address = f"{replay}/{moment}id_/{quote(url, safe=':/?=&%')}"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                served = answer.read()
                if answer.headers.get("Content-Encoding") == "gzip":
                    served = gzip.decompress(served)
        except urllib.error.HTTPError as error:
            pytest.fail(f"{address}: {error}")
        assert served == body, address
