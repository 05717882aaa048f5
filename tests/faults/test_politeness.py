"""Sites that ask to be left alone are, also across restarts; robots.txt is kept in every shape (FAULTS 13, 18)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import HtmlResponse

from crawler.outcome import ExitCode
from crawler.robots import Policy, read_policy
from crawler.verdict import LONGEST_RETRY_AFTER, judge
from tests.crawling import Answer, page
from tests.faults.hostile import Arena, arena, honest

__all__ = ["arena", "honest"]


def retry_after(form: str) -> str:
    """A header that asks for ten minutes or more."""
    in_ten_minutes = datetime.now(UTC) + timedelta(seconds=600)
    return {
        "seconds": "600",
        "date": format_datetime(in_ten_minutes, usegmt=True),
        "absurd seconds": "9" * 30,
        "absurd date": "Fri, 31 Dec 9999 23:59:59 GMT",
    }[form]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date", "absurd seconds", "absurd date"])
def test_what_a_site_asks_for_is_understood_and_capped(status: int, form: str) -> None:
    headers = {"Retry-After": retry_after(form), "Content-Type": "text/html"}
    verdict = judge(HtmlResponse("http://host/", status=status, headers=headers, body=b"busy"), 5)
    assert verdict is not None and verdict.retry_after is not None
    assert 598 <= verdict.retry_after <= LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    "value", [None, "", "0", "-5", "nan", "-inf", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 99 Foo 2026", "1e400x"]
)
def test_what_makes_no_sense_is_no_reason_for_haste(value: str | None) -> None:
    headers = {"Retry-After": value} if value is not None else {}
    verdict = judge(HtmlResponse("http://host/", status=503, headers=headers, body=b"busy"), 5)
    assert verdict is not None and verdict.retry_after == 5


@pytest.mark.parametrize(
    ("status", "form"), [(429, "seconds"), (503, "date"), (429, "absurd date"), (503, "absurd seconds")]
)
def test_a_site_that_asks_for_a_pause_gets_it_across_a_restart(arena: Arena, status: int, form: str) -> None:
    value = retry_after(form)
    arena.honest.answers = {
        "/": page(*(("report", f"/r{number}.html", str(number)) for number in range(30))),
        "/r0.html": Answer(status, b"busy", headers={"Retry-After": value}),
        **{f"/r{number}.html": Answer(body=b"<title>r</title>", wait=0.5) for number in range(1, 30)},
    }
    for longest in (300, 60):
        asked = sum(arena.honest.asked.values())
        process = arena.start()
        for _ in range(longest):
            if (
                arena.archive.exists()
                and arena.honest.asked["/r0.html"] == 1
                and sum(arena.honest.asked.values()) > asked
            ):
                break
            time.sleep(0.05)
        time.sleep(3)
        process.terminate()
        _, said = process.communicate(timeout=30)
        assert process.returncode == ExitCode.STOPPED, said
        # Only what was on its way when the site asked for the pause was asked for after it; the restart asks nothing.
        assert sum(arena.honest.asked.values()) - asked < 15
        assert arena.honest.asked["/r0.html"] == 1
        waiting = arena.rows("select next_due, reason from frontier where url like '%/r0.html' and state = 'pending'")
        assert len(waiting) == 1 and waiting[0][1].startswith(f"HTTP {status}")
        due = datetime.fromisoformat(waiting[0][0])
        assert timedelta(seconds=500) < due - datetime.now(UTC) <= timedelta(seconds=600)
    assert arena.rows("pragma integrity_check") == [("ok",)]


def policy(body: bytes, status: int = 200, content_type: str = "text/plain") -> Policy:
    return read_policy("host", status, content_type, body)


PRIVATE, OPEN = "http://host/private/a", "http://host/open/a"
RULES = "User-agent: *\nDisallow: /private/\n"


@pytest.mark.parametrize(
    "body",
    [
        RULES.encode(),
        RULES.replace("\n", "\r\n").encode(),
        RULES.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + RULES.encode(),
        RULES.lower().encode(),
        b"User-Agent: NIANBAO\nDisallow: /private/\n\nUser-agent: *\nDisallow: /open/\n",
        "# 机器人协议\nUser-agent: *\nDisallow: /private/ # 内部\n".encode("gbk"),
        b"User-agent: *\nDisallow: /%70rivate/\n",
        b"User-agent: *\nDisallow: /pri*te/\n",
        b"User-agent: *\nDisallow: /*/a$\nAllow: /open\n",
        b"User-agent: *\nDisallow: /\nAllow: /open/\n",
        b"User-agent: *\nAllow: /\nDisallow: /private\n",
        RULES.encode() + b"#" * 600_000,
        b"nonsense\n\x00\xff\n" + RULES.encode(),
    ],
)
def test_robots_txt_is_understood_in_every_shape(body: bytes) -> None:
    assert policy(body).refuses(PRIVATE) is not None
    assert policy(body).refuses(OPEN) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_robots_txt_that_is_not_there_allows_everything(status: int) -> None:
    assert policy(RULES.encode(), status).refuses(PRIVATE) is None


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_robots_txt_that_cannot_be_had_forbids_everything(status: int) -> None:
    reason = policy(b"", status).refuses(OPEN)
    assert reason is not None and "unreachable" in reason and str(status) in reason


def test_a_page_in_the_place_of_robots_txt_has_no_rules() -> None:
    assert policy(b"<html>" + RULES.encode(), content_type="text/html").refuses(PRIVATE) is None
    assert policy(b"<!DOCTYPE html>\n" + RULES.encode()).refuses(PRIVATE) is None


def test_only_the_beginning_of_a_giant_robots_txt_counts() -> None:
    rules = RULES.encode() + b"#\n" * 300_000 + b"User-agent: nianbao\nDisallow: /open/\n"
    assert policy(rules).refuses(PRIVATE) is not None and policy(rules).refuses(OPEN) is None
