"""What a crawl leaves behind: every URL in one state, nothing kept twice, no port, no secret (FAULTS 4, 16, 20, 21)."""

from __future__ import annotations

import importlib.metadata
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from archive.publishing.integrity import check_archive
from archive.store import Archive
from crawler.outcome import ExitCode
from crawler.rendering import find_browser
from tests.crawling import Answer, many, page, wait_for
from tests.faults.hostile import HONEST_REPORTS, MARK, Arena, arena, honest

__all__ = ["arena", "honest"]

BROWSER = find_browser()
LISTENING = "0A"
CONTENTS = (
    "select url, payload, kind from captures order by id",
    "select capture, title, text from documents order by id",
    "select document, section, item, category, value from figures order by 1, 2, 3, 4",
)


def test_a_run_over_an_unchanged_site_changes_nothing(arena: Arena) -> None:
    assert arena.run(REVISIT_DAYS=0) == (ExitCode.OK, "")
    before = [arena.rows(sql) for sql in CONTENTS]
    assert arena.run(REVISIT_DAYS=0) == (ExitCode.OK, "")
    assert [arena.rows(sql) for sql in CONTENTS] == before
    changed = arena.honest.answers["/r7.html"]
    changed.body = changed.body.replace(b"report 7", b"report 7, corrected")
    assert arena.run(REVISIT_DAYS=0) == (ExitCode.OK, "")
    after = [arena.rows(sql) for sql in CONTENTS]
    assert len(after[0]) == len(before[0]) + 1 and len(after[1]) == len(before[1]) + 1
    assert after[0][: len(before[0])] == before[0], "the earlier version is kept"
    assert "corrected" in after[1][-1][2]
    arena.assert_whole()


def test_every_url_discovered_is_accounted_for(arena: Arena) -> None:
    links = [
        ("report", "/good.html", "a"),
        ("report", "/gone.html", "b"),
        ("report", "/moved.html", "c"),
        ("report", "http://elsewhere.example/x", "d"),
        ("report", "/error.html", "e"),
        ("report", "/large.html", "f"),
        ("report", "/private/x.html", "g"),
        ("report", "/denied.html", "h"),
        ("decoy", "/decoy.html", "i"),
        ("trap", "/trap.html", "j"),
        ("report", "/drawn.html", "draw"),
        ("list", "/search", "form"),
    ]
    arena.honest.answers |= {
        "/": page(*(("list", f"/list-{number}.html", "") for number in range(HONEST_REPORTS // 10)), *links),
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /private/\n"),
        "/good.html": page(text="good"),
        "/moved.html": Answer(302, headers={"Location": "http://elsewhere.example/moved"}),
        "/error.html": Answer(500),
        "/large.html": Answer(body=b"x" * 200_000),
        "/denied.html": Answer(403),
    }
    code, said = arena.run()
    assert code == ExitCode.OK, said
    arena.assert_whole()
    states = dict(arena.rows("select state, count(*) from frontier group by state"))
    discovered = 1 + len(links) + 1 + HONEST_REPORTS // 10 + HONEST_REPORTS
    assert sum(states.values()) == discovered, "each once, the target of the redirect included"
    assert states == {
        "stored": 2 + HONEST_REPORTS // 10 + HONEST_REPORTS,
        "gone": 2,
        "redirected": 1,
        "offsite": 2,
        "failed": 2,
        "too_big": 1,
        "robots": 1,
        "blocked": 1,
        "not_wanted": 1,
        "trap": 1,
    }


def test_damaged_bytes_cost_their_own_reading_and_are_mended_by_the_next_answer(arena: Arena) -> None:
    assert arena.run() == (ExitCode.OK, "")
    of_a_report = f"""select captures.id, payload from captures where url = '{arena.honest.url}/r3.html'"""
    ((capture, payload),) = arena.rows(of_a_report)
    with closing(sqlite3.connect(arena.archive)) as connection, connection:
        connection.execute("delete from documents where capture = ?", (capture,))
        (body,) = connection.execute("select body from payloads where sha256 = ?", (payload,)).fetchone()
        flipped = body[:-3] + bytes([body[-3] ^ 1]) + body[-2:]
        connection.execute("update payloads set body = ? where sha256 = ?", (flipped, payload))
    code, said = arena.run()
    assert code == ExitCode.ATTENTION and payload in said and "Traceback" not in said, said
    assert "damaged" in arena.rows(f"select error from captures where id = {capture}")[0][0]
    with Archive(arena.archive) as archive:
        assert [finding.kind for finding in check_archive(archive) if payload in finding.what] == ["payload"]
    arena.assert_unharmed()
    # It is named once; the page is asked for again when it is due, and brings the bytes back.
    assert arena.run() == (ExitCode.OK, "")
    arena.make_due()
    assert arena.run() == (ExitCode.OK, "")
    assert arena.rows(f"select error from captures where id = {capture}") == [(None,)]
    assert "report 3" in arena.rows(f"select text from documents where capture = {capture}")[0][0]
    with Archive(arena.archive) as archive:
        assert check_archive(archive) == []


def listening_sockets(arena: Arena) -> list[str]:
    """Local addresses on which a process of the crawl accepts connections."""
    mark = f"{MARK}={arena.folder}".encode()
    inodes = set()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                inodes |= {os.readlink(file) for file in (folder / "fd").iterdir()}
        except OSError:
            continue  # ended meanwhile
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for lines in tables for line in lines]
    return [row[1] for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in inodes]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no /proc on this system")
def test_the_crawl_opens_no_port_and_keeps_its_file_to_itself(arena: Arena) -> None:
    arena.honest.answers = many(HONEST_REPORTS, wait=0.2)
    if BROWSER:
        arena.honest.answers["/"].body += b'<a class="list" href="/drawn.html">draw</a>'
        arena.honest.answers["/drawn.html"] = Answer(
            body=b"<title>t</title><script>fetch('/drawing')</script>", headers={"Content-Type": "text/html"}
        )
        arena.honest.answers["/drawing"] = Answer(body=b"x", wait=2)
    process = arena.start(browser=str(BROWSER) if BROWSER else "none", DOWNLOAD_TIMEOUT=20)
    wait_for(arena, 2)
    found = []
    while process.poll() is None:
        found += listening_sockets(arena)
    process.communicate()
    assert process.returncode == ExitCode.OK
    assert found == []
    for file in arena.folder.glob("archive.db*"):
        assert stat.S_IMODE(file.stat().st_mode) & 0o027 == 0, file
    arena.assert_unharmed()


def test_the_log_holds_no_page(arena: Arena) -> None:
    secret = "bank-account-4711"
    arena.honest.answers |= {
        "/": page(*(("list", f"/list-{number}.html", "") for number in range(HONEST_REPORTS // 10)), text=secret),
        "/r0.html": Answer(500, secret.encode()),
        "/r1.html": Answer(body=f"<title>{secret}</title>".encode(), claims=10_000),
        "/r2.html": page(text=f"raises {secret}"),
        "/r3.html": Answer(403, secret.encode(), headers={"Set-Cookie": f"token={secret}"}),
    }
    code, said = arena.run(LOG_LEVEL="DEBUG")
    assert code == ExitCode.ATTENTION
    assert "/r0.html" in said and secret not in said


def test_the_libraries_underneath_are_sound() -> None:
    # pywb brings brotlipy, whose module takes the place of brotli: every page in that encoding would fail.
    assert brotli.Decompressor().process(brotli.compress(b"x")) == b"x"
    installed = {each.metadata["Name"].lower() for each in importlib.metadata.distributions()}
    assert not installed & {"brotlipy", "pywb"}
    version = tuple(int(part) for part in importlib.metadata.version("scrapy").split(".")[:2])
    assert version >= (2, 17), "earlier ones execute or leak what a server sends"
    if "pdfminer.six" in installed:
        assert int(importlib.metadata.version("pdfminer.six").partition(".")[0]) >= 20260107, "GHSA-f83h-ghpp-7wcc"
