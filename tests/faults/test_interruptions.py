"""Killed, stopped, started twice, without room or memory: nothing is lost, nothing kept twice (FAULTS 1, 2, 3, 14)."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from crawler.outcome import ExitCode
from crawler.rendering import find_browser
from tests.crawling import Answer, Site, many, page, wait_for
from tests.faults.hostile import HONEST_REPORTS, MARK, Arena, arena, honest

__all__ = ["arena", "honest"]

BROWSER = find_browser()
STOPS_WITHIN = 30


def processes_of(arena: Arena) -> list[str]:
    """Command names of the living processes of a crawl; a browser leaves the group and the session it is started in."""
    mark = f"{MARK}={arena.folder}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        # One that ended meanwhile is not there any more; one that waits to be seen dead has no environment.
        with suppress(OSError):
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "comm").read_text().strip())
    return found


def wait_until_gone(arena: Arena) -> None:
    for _ in range(100):
        if not processes_of(arena):
            return
        time.sleep(0.1)
    raise AssertionError(processes_of(arena))


def assert_complete(arena: Arena, reports: int) -> None:
    arena.assert_whole()
    captured = [url for (url,) in arena.rows("select url from captures where kind = 'report'")]
    assert len(captured) == len(set(captured)) == reports
    assert arena.rows("select count(*) from documents") == [(reports,)]


def test_killed_at_any_moment_the_crawl_loses_nothing(arena: Arena) -> None:
    arena.honest.answers = many(100, wait=0.05)
    for reports in (5, 40):
        process = arena.start()
        wait_for(arena, reports)
        process.kill()
        # Its workers hold these pipes too: they end with it, or this would wait for ever.
        process.communicate(timeout=30)
        assert process.returncode == -signal.SIGKILL
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, 100)
    # Seen dead, then finished: three runs, the first two without an end.
    assert [ended is None for (ended,) in arena.rows("select ended from runs order by id")] == [True, True, False]


def test_killed_between_storing_and_reading_the_reading_is_made_up(arena: Arena) -> None:
    assert arena.run() == (ExitCode.OK, "")
    with closing(sqlite3.connect(arena.archive)) as connection:
        connection.execute("delete from documents where id in (select max(id) from documents)")
        connection.commit()
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, HONEST_REPORTS)
    assert max(arena.honest.asked[f"/r{number}.html"] for number in range(HONEST_REPORTS)) == 1


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal_the_crawl_says_so_and_goes_on_later(arena: Arena, stop: signal.Signals) -> None:
    arena.honest.answers = many(100, wait=0.1)
    process = arena.start()
    wait_for(arena, 5)
    # As a terminal and a service manager do it: to the workers too, which are only just starting.
    os.killpg(process.pid, stop)
    _, said = process.communicate(timeout=STOPS_WITHIN)
    assert process.returncode == ExitCode.STOPPED, said
    assert said.count("\n") == 1 and "start again to go on" in said
    assert arena.rows("select outcome from runs") == [("stopped",)]
    assert arena.rows("select count(*) from frontier where state = 'in_flight'") == [(0,)]
    assert arena.rows("select count(*) from captures where error is not null") == [(0,)]
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, 100)
    assert arena.rows("select count(*) from documents where reader_version = 'tiny-1'") == [(100,)]
    assert max(arena.honest.asked[f"/r{number}.html"] for number in range(100)) == 1


def hang(arena: Arena) -> subprocess.Popen[str]:
    """A crawl of whose pages eight are asked for and will not be answered for long."""
    arena.honest.answers = many(100, wait=0.1)
    process = arena.start(DOWNLOAD_TIMEOUT=120, LONGEST_STOP=3)
    wait_for(arena, 1)
    for answer in arena.honest.answers.values():
        answer.wait = 60
    before = sum(arena.honest.asked.values())
    while sum(arena.honest.asked.values()) < before + 8:
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("signals", [1, 2])
def test_pages_that_do_not_end_are_left_to_the_next_run(arena: Arena, signals: int) -> None:
    process = hang(arena)
    process.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert process.poll() is None, "the first signal lets the pages in flight end"
    if signals == 2:
        process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=STOPS_WITHIN)
    assert process.returncode == ExitCode.STOPPED and "Traceback" not in said, said
    if signals == 1:
        assert "start again to go on" in said
        assert arena.rows("select outcome from runs") == [("stopped",)]
    assert arena.rows("pragma integrity_check") == [("ok",)]
    wait_until_gone(arena)
    for answer in arena.honest.answers.values():
        answer.wait = 0
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, 100)


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
@pytest.mark.parametrize("how", ["SIGTERM", "SIGTERM twice", "SIGKILL"])
def test_no_browser_outlives_the_crawl(arena: Arena, honest: Site, how: str) -> None:
    honest.answers["/"] = page(("list", "/drawn.html", "draw"))
    honest.answers["/drawn.html"] = Answer(
        body=b"<html><title>t</title><script>fetch('/started');for(;;);</script></html>",
        headers={"Content-Type": "text/html"},
    )
    process = arena.start(browser=str(BROWSER), LONGEST_STOP=1)
    while not any("chrom" in name for name in processes_of(arena)):
        assert process.poll() is None
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGKILL if how == "SIGKILL" else signal.SIGTERM)
    if how == "SIGTERM twice":
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=STOPS_WITHIN)
    assert process.returncode == (-signal.SIGKILL if how == "SIGKILL" else ExitCode.STOPPED)
    wait_until_gone(arena)
    assert arena.rows("pragma integrity_check") == [("ok",)]


def test_a_second_crawl_of_an_archive_is_held(arena: Arena) -> None:
    arena.honest.answers = many(100, wait=0.1)
    first = arena.start()
    wait_for(arena, 1)
    code, said = arena.run()
    assert code == ExitCode.HELD
    assert "another run holds it" in said and "Traceback" not in said
    # Readers are not held up by a run.
    assert arena.rows("select count(*) from captures where kind = 'report'")[0][0] >= 1
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    assert first.returncode == ExitCode.STOPPED
    assert arena.rows("select count(*) from runs") == [(1,)], "the run that was held has left nothing"


FULL = """
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
"""


@pytest.mark.parametrize("limit", [20_000, 900_000])
def test_an_archive_that_cannot_grow_stops_the_run_and_stays_whole(arena: Arena, limit: int) -> None:
    for number, answer in enumerate(arena.honest.answers.values()):
        answer.body += os.urandom(60_000) if number else b""
    arena.prepare(FULL.format(limit=limit))
    code, said = arena.run()
    # Without room for the tables there is no archive yet.
    assert code == (ExitCode.STOPPED if limit > 100_000 else ExitCode.USAGE), said
    assert str(arena.archive) in said and "Traceback" not in said
    assert limit < 100_000 or "make room and start again" in said
    arena.prepare("")
    assert arena.rows("pragma integrity_check") == [("ok",)]
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, HONEST_REPORTS)


def test_an_archive_that_may_not_be_written_is_said_in_plain_words(arena: Arena) -> None:
    assert arena.run() == (ExitCode.OK, "")
    # As SQLite sees a read-only medium, whoever the tests are run by.
    arena.prepare(
        """
        import sqlite3

        connect = sqlite3.connect

        def connect_read_only(path, **named):
            if "{archive}" in path:
                path, named["uri"] = "file:{archive}?mode=ro", True
            return connect(path, **named)

        sqlite3.connect = connect_read_only
    """.replace("{archive}", str(arena.archive))
    )
    code, said = arena.run()
    assert code in (ExitCode.USAGE, ExitCode.STOPPED)
    assert str(arena.archive) in said and "readonly" in said and "Traceback" not in said
    arena.prepare("")
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, HONEST_REPORTS)


def test_without_memory_the_run_stops_and_goes_on_later(arena: Arena) -> None:
    arena.honest.answers = many(HONEST_REPORTS, wait=0.3)
    code, said = arena.run(MEMUSAGE_LIMIT_MB=1, MEMUSAGE_CHECK_INTERVAL_SECONDS=1)
    assert code == ExitCode.STOPPED
    assert "more memory than MEMUSAGE_LIMIT_MB" in said and "Traceback" not in said
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, HONEST_REPORTS)


def test_memory_that_runs_out_in_the_middle_of_a_page_keeps_the_page_for_later(arena: Arena) -> None:
    arena.prepare("""
        from archive.store import Archive

        store = Archive.store_capture

        def fails_once(self, **named):
            if named["url"].endswith("/r3.html"):
                raise MemoryError
            return store(self, **named)

        Archive.store_capture = fails_once
    """)
    code, said = arena.run()
    assert code == ExitCode.STOPPED
    assert "no memory is left" in said and "Traceback" not in said
    arena.prepare("")
    assert arena.run() == (ExitCode.OK, "")
    assert_complete(arena, HONEST_REPORTS)
