"""Crawls over a small loopback site, each in a process of its own: states, second runs, kills, lock, exit codes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

import pytest

from archive.reading.model import Source
from archive.store import Archive
from crawler.outcome import ExitCode
from crawler.readers import Worker, outcome_of, reread
from tests.crawling import Answer, Crawls, Site, crawls, page, site

__all__ = ["crawls", "site"]


def test_every_url_ends_in_one_state_with_a_reason(site: Site, crawls: Crawls) -> None:
    site.answers = {
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /private/\n"),
        "/": page(
            ("report", "/good.html", "2023年报告"),
            ("report", "/missing.html", "a"),
            ("report", "/removed.html", "b"),
            ("report", "/moved.html", "c"),
            ("report", "/leaves.html", "d"),
            ("report", "http://other.example/x.html", "e"),
            ("report", "http://127.0.0.1:1/x.html", "f"),
            ("report", "/private/x.html", "g"),
            ("report", "/error.html", "h"),
            ("report", "/slow.html", "i"),
            ("report", "/large.html", "j"),
            ("report", "/challenge.html", "k"),
            ("report", "/guard.html", "l"),
            ("report", "/ring.html", "m"),
            ("report", "/circle-1.html", "n"),
            ("report", "/short.html", "o"),
            ("report", "/empty.html", "p"),
            ("report", "/drawn.html", "draw"),
            ("list", "/broken.html", "q"),
            ("list", "/search", "form"),
            ("decoy", "/decoy.html", "r"),
            ("trap", "/trap.html", "s"),
        ),
        "/good.html": page(text="一、总体情况"),
        "/removed.html": Answer(body=b'<meta http-equiv="refresh" content="0;URL=../" />'),
        "/moved.html": Answer(302, headers={"Location": "/new.html"}),
        "/new.html": page(text="new"),
        "/leaves.html": Answer(301, headers={"Location": "http://169.254.169.254/meta"}),
        "/private/x.html": page(text="private"),
        "/error.html": Answer(500, b"error"),
        "/slow.html": Answer(body=b"slow", wait=4),
        "/large.html": Answer(body=b"x" * 200_000),
        "/challenge.html": Answer(412, b"<script r='m'></script>"),
        "/guard.html": Answer(403, b"no"),
        "/ring.html": Answer(body=b"<title>ring</title>in", needs_cookie=True),
        "/circle-1.html": Answer(302, headers={"Location": "/circle-2.html"}),
        "/circle-2.html": Answer(302, headers={"Location": "/circle-1.html"}),
        "/short.html": Answer(body=b"half", claims=1000),
        "/empty.html": Answer(body=b""),
        "/drawn.html": page(text="drawn by a script"),
        "/broken.html": page(("report", "/behind.html", "found before the spider broke")),
        "/behind.html": page(text="behind"),
        "/search": page(("report", "/found.html", "by form")),
        "/found.html": page(text="found"),
    }
    code, said = crawls.run()
    assert crawls.states(site) == {
        "/": "stored",
        "/good.html": "stored",
        "/missing.html": "gone",
        "/removed.html": "gone",
        "/moved.html": "redirected",
        "/new.html": "stored",
        "/leaves.html": "redirected",
        "http://169.254.169.254/meta": "offsite",
        "http://other.example/x.html": "offsite",
        "http://127.0.0.1:1/x.html": "offsite",
        "/private/x.html": "robots",
        "/error.html": "failed",
        "/slow.html": "failed",
        "/large.html": "too_big",
        "/challenge.html": "blocked",
        "/guard.html": "blocked",
        "/ring.html": "stored",
        "/circle-1.html": "redirected",
        "/circle-2.html": "redirected",
        "/short.html": "failed",
        "/empty.html": "failed",
        "/drawn.html": "failed",
        "/broken.html": "failed",
        "/behind.html": "stored",
        "/search": "stored",
        "/found.html": "stored",
        "/decoy.html": "not_wanted",
        "/trap.html": "trap",
    }
    assert code == ExitCode.ATTENTION, said
    silent = crawls.rows("select url from frontier where reason is null and state not in ('stored', 'unchanged')")
    assert silent == []
    assert site.asked["/error.html"] == site.asked["/slow.html"] == site.asked["/short.html"] == 3
    assert site.asked["/private/x.html"] == site.asked["/decoy.html"] == site.asked["/trap.html"] == 0
    assert site.asked["/drawn.html"] == 0
    assert "needs a browser" in crawls.reason("/drawn.html")
    assert "no such table" in crawls.reason("/broken.html")
    assert "/private/x.html" in crawls.reason("/private/x.html")
    # Stored as served, and read.
    assert crawls.rows("select count(*) from captures where url like '%/good.html' and status = 200") == [(1,)]
    assert crawls.rows(
        "select title from documents d join captures c on c.id = d.capture where url like '%good.html'"
    ) == [("2023年报告",)]
    assert crawls.rows("select outcome from runs") == [("finished",)]
    assert crawls.rows("select family, last_working is not null from sites") == [("tiny", 1)]


def test_a_second_run_is_conditional_and_stores_nothing_new(site: Site, crawls: Crawls) -> None:
    site.answers = {
        "/": page(("list", "/list.html", "list"), ("list", "/search", "form"), ("list", "/tagless.html", "x")),
        "/list.html": page(("report", "/r1.html", "1"), ("report", "/r2.html", "2")),
        "/tagless.html": page(text="no validators"),
        "/search": page(text="rows"),
        "/r1.html": page(text="r1"),
        "/r2.html": page(text="r2"),
    }
    site.answers["/list.html"].headers["ETag"] = '"v1"'
    assert crawls.run() == (ExitCode.OK, "")
    before = crawls.rows("select id, url, payload from captures")
    assert len(before) == 6
    assert crawls.run() == (ExitCode.OK, "")
    assert crawls.rows("select id, url, payload from captures") == before
    assert site.not_modified["/list.html"] == 1
    assert site.asked["/r1.html"] == 1, "a report is left alone for REVISIT_DAYS"
    assert set(crawls.states(site).values()) == {"stored", "unchanged"}

    # A changed list: links are read from the new bytes, and the old version stays.
    site.answers["/list.html"] = page(("report", "/r1.html", "1"), ("report", "/r3.html", "3"))
    site.answers["/r3.html"] = page(text="r3")
    assert crawls.run() == (ExitCode.OK, "")
    assert crawls.states(site)["/r3.html"] == "stored"
    assert len(crawls.rows("select id from captures where url like '%/list.html'")) == 2

    # A report that is due again and has changed gets one new version.
    site.answers["/r1.html"] = page(text="r1, corrected")
    for _ in range(2):
        with closing(sqlite3.connect(crawls.archive)) as connection:
            connection.execute("update frontier set next_due = '2020-01-01T00:00:00+00:00' where kind = 'report'")
            connection.commit()
        assert crawls.run() == (ExitCode.OK, "")
    assert site.asked["/r1.html"] == 3
    assert len(crawls.rows("select id from captures where url like '%/r1.html'")) == 2


def test_links_are_read_from_the_stored_body_when_a_page_is_not_modified(site: Site, crawls: Crawls) -> None:
    site.answers = {"/": page(("report", "/r1.html", "1")), "/r1.html": page(text="r1")}
    site.answers["/"].headers["ETag"] = '"entry"'
    assert crawls.run() == (ExitCode.OK, "")
    assert crawls.run() == (ExitCode.OK, ""), "the site is not silent: its report is linked from the stored page"
    assert site.not_modified["/"] == 1


def test_a_site_that_falls_silent_needs_a_look(site: Site, crawls: Crawls) -> None:
    site.answers = {"/": page(("report", "/r1.html", "1")), "/r1.html": page(text="r1")}
    assert crawls.run() == (ExitCode.OK, "")
    site.answers["/"] = page(text="under construction")
    code, said = crawls.run()
    assert code == ExitCode.ATTENTION
    assert "gives none now" in said


def test_an_entry_page_that_fails_needs_a_look(site: Site, crawls: Crawls) -> None:
    site.answers = {"/": Answer(403, b"no")}
    code, said = crawls.run()
    assert code == ExitCode.ATTENTION
    assert "the entry page is blocked" in said


def test_readings_that_fail_leave_an_error_beside_the_capture(site: Site, crawls: Crawls) -> None:
    names = ("fine", "unreadable", "raises", "kills", "fine-too")
    site.answers = {"/": page(*(("report", f"/{name}.html", name) for name in names))}
    site.answers |= {f"/{name}.html": page(text=name) for name in names}
    code, said = crawls.run()
    assert code == ExitCode.ATTENTION
    assert "2 readings failed" in said
    errors = dict(crawls.rows("select link_text, error from captures where kind = 'report'"))
    assert errors["fine"] is None and errors["fine-too"] is None
    assert errors["unreadable"] == "no document"
    assert "KeyError" in errors["raises"]
    assert "was ended" in errors["kills"]
    read = crawls.rows("select title from documents where reader_version = 'tiny-1' order by title")
    assert read == [("fine",), ("fine-too",)]


def note(seen: list[int], done: int, total: int) -> None:
    assert total == 12
    seen.append(done)


def test_reading_again_gives_the_same_with_any_number_of_workers(
    site: Site, crawls: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("fine", "unreadable", "raises", "kills", *(f"r{number}" for number in range(8)))
    site.answers = {"/": page(*(("report", f"/{name}.html", name) for name in names))}
    site.answers |= {f"/{name}.html": page(text=name) for name in names}
    crawls.run()
    monkeypatch.syspath_prepend(str(crawls.folder))
    everything = (
        "select c.id, error, d.title, d.text, reader_version from captures c left join documents d on d.id = c.id"
    )
    crawled = crawls.rows(everything)
    with Archive(crawls.archive) as archive:
        for workers in (1, 3):
            seen: list[int] = []
            counts = reread(archive, again=True, workers=workers, progress=partial(note, seen), reader="tiny_reader")
            assert counts == {"read": 9, "reports": 0, "unreadable": 1, "failed": 2}
            assert seen == list(range(1, 13))
            assert crawls.rows(everything) == crawled
        assert reread(archive, again=False) == {"read": 0, "reports": 0, "unreadable": 0, "failed": 0}


def test_a_reading_that_never_ends_is_ended(crawls: Crawls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(crawls.folder))
    worker = Worker("tiny_reader", longest=1)
    hung = outcome_of(worker.submit(b"hangs", Source()))
    assert hung.unexpected and hung.error is not None and "was ended" in hung.error
    fine = outcome_of(worker.submit(b"fine", Source()))
    assert fine.reading is not None and fine.reading.text == "fine"
    worker.close()


def test_wrong_use_is_said_in_plain_words(site: Site, crawls: Crawls) -> None:
    crawls.sites.write_text("url,name,division\n", encoding="utf-8")
    code, said = crawls.run()
    assert code == ExitCode.USAGE
    assert said == f"{crawls.sites}: no sites\n"
    crawls.sites.write_text(f"url,name,division\n{site.url}/,西工区人民政府,410303\n", encoding="utf-8")
    crawls.archive.write_bytes(b"this is not a database, and not empty either" * 100)
    code, said = crawls.run()
    assert code == ExitCode.USAGE
    assert str(crawls.archive) in said and "Traceback" not in said


def test_a_host_that_is_down_does_not_hold_the_run(site: Site, crawls: Crawls) -> None:
    site.answers = {
        "/robots.txt": Answer(404),
        "/": page(*(("report", f"/slow-{number}.html", "") for number in range(12))),
    }
    site.answers |= {f"/slow-{number}.html": Answer(body=b"late", wait=3) for number in range(12)}
    code, _ = crawls.run(DOWNLOAD_TIMEOUT=0.5)
    assert code == ExitCode.OK
    states = crawls.states(site)
    assert [states[f"/slow-{number}.html"] for number in range(12)] == ["failed"] * 12
    assert sum(site.asked[f"/slow-{number}.html"] for number in range(12)) < 36


def test_an_unreachable_robots_txt_forbids_everything(site: Site, crawls: Crawls) -> None:
    site.answers = {"/robots.txt": Answer(503), "/": page(("report", "/r.html", "r"))}
    code, said = crawls.run()
    assert code == ExitCode.ATTENTION
    assert crawls.states(site) == {"/": "robots"}
    assert "robots.txt unreachable" in said
    assert site.asked["/"] == 0


@pytest.mark.parametrize(("redirects", "state"), [(5, "robots"), (6, "stored")])
def test_robots_txt_is_followed_through_five_redirects(site: Site, crawls: Crawls, redirects: int, state: str) -> None:
    site.answers = {"/": page(("report", "/r.html", "r")), "/r.html": page(text="r")}
    site.answers["/robots.txt"] = Answer(301, headers={"Location": "/robots-1.txt"})
    for number in range(1, redirects):
        site.answers[f"/robots-{number}.txt"] = Answer(302, headers={"Location": f"/robots-{number + 1}.txt"})
    site.answers[f"/robots-{redirects}.txt"] = Answer(body=b"User-agent: nianbao\nDisallow: /r.html\n")
    assert crawls.run()[0] == ExitCode.OK
    assert crawls.states(site) == {"/": "stored", "/r.html": state}
    assert site.asked["/robots.txt"] == 1


def test_robots_txt_that_sends_elsewhere_is_not_followed(site: Site, crawls: Crawls) -> None:
    canary = Site()
    canary.answers = {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /\n")}
    site.answers = {
        "/": page(text="home"),
        "/robots.txt": Answer(301, headers={"Location": f"{canary.url}/robots.txt"}),
    }
    assert crawls.run()[0] == ExitCode.OK
    assert crawls.states(site) == {"/": "stored"}
    assert canary.asked == {}
    canary.server.shutdown()
    canary.server.server_close()


def test_a_page_that_is_busy_is_asked_again(site: Site, crawls: Crawls) -> None:
    busy = Answer(503, b"busy", headers={"Retry-After": "1"})
    challenge = Answer(412, b"<script r='m'></script>", headers={"Set-Cookie": "seen=1"})
    site.answers = {
        "/": page(("report", "/busy.html", "a"), ("report", "/challenge.html", "b"), ("report", "/late.html", "c")),
        "/busy.html": Answer(body=b"<title>a</title>a", first=busy),
        "/challenge.html": Answer(body=b"<title>b</title>b", first=challenge),
        "/late.html": Answer(body=b"<title>c</title>c", first=Answer(wait=3)),
    }
    assert crawls.run() == (ExitCode.OK, "")
    assert set(crawls.states(site).values()) == {"stored"}
    attempts = dict(
        crawls.rows("select link_text, attempts from (select url, attempts from frontier) join captures using (url)")
    )
    assert {attempts["a"], attempts["b"], attempts["c"]} == {2}
