"""Sites that go on for ever cost their budget, and their true pages come first (FAULTS 7)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from crawler.outcome import ExitCode
from tests.faults.hostile import REPORT, Arena, Hostile, Send, honest, real_arena, whole

__all__ = ["honest", "real_arena"]

BUDGET = 40
TRUE = "/nb/t20240125_1.html"
numbers = itertools.count(1)


def page(*links: tuple[str, str], text: str = "") -> Callable[[Send], None]:
    rows = "".join(f'<li><a href="{url}">{label}</a></li>\n' for url, label in links)
    body = f"<html><head><title>政府信息公开年报</title></head><body>{text}<ul>{rows}</ul></body></html>"
    return whole(body.encode(), "Connection: close")


def true_and(*links: tuple[str, str]) -> Callable[[Send], None]:
    """A report column with its one report among the links of a trap, each of which calls itself a report column."""
    middle = len(links) // 2
    return page(*links[:middle], (TRUE, REPORT.format(2023)), *links[middle:])


def calendar(path: str) -> Callable[[Send], None]:
    month = int(path.partition("month=")[2] or 0)
    return true_and(*((f"/rili?month={other}", f"政府信息公开年报 {other}月") for other in (month - 1, month + 1)))


def session_in_query(_path: str) -> Callable[[Send], None]:
    return true_and(*((f"/nb?sid={next(numbers):032x}", "政府信息公开年报") for _ in range(5)))


def session_in_path(_path: str) -> Callable[[Send], None]:
    return true_and(*((f"/nb/(S({next(numbers):024x}))/", "政府信息公开年报") for _ in range(5)))


def repeated_segments(path: str) -> Callable[[Send], None]:
    return true_and(*((f"{path.rstrip('/')}/{name}/", "政府信息公开年报") for name in ("nb", "gk")))


def endless_lists(path: str) -> Callable[[Send], None]:
    number = int(path.partition("page=")[2] or 1)
    rows = [(f"/nb/t20240125_{next(numbers)}.html", REPORT.format(2000 + number % 20)) for _ in range(15)]
    return true_and(*rows, (f"/nb?page={number + 1}", "下一页"))


def reflected_search(path: str) -> Callable[[Send], None]:
    word = path.partition("q=")[2]
    return true_and(*((f"/so?q={word}{letter}", "政府信息公开年报") for letter in "ab"))


def redirects(path: str) -> Callable[[Send], None]:
    if path == "/":
        return true_and(("/go?1", "政府信息公开年报"))
    return whole(b"", f"Location: /go?{next(numbers)}", status="302 Found")


def sub_domains(path: str) -> Callable[[Send], None]:
    links = [(f"http://a{next(numbers)}.127.0.0.1:81/nb/", "政府信息公开年报") for _ in range(20)]
    return true_and(*links, (f"/nb?{next(numbers)}", "政府信息公开年报"))


def a_million_links(path: str) -> Callable[[Send], None]:
    if path != "/":
        return page(text="page")
    links = "".join(f"<li><a href=/{number}>年报" for number in range(1_000_000))
    body = f'<html><title>政府信息公开年报</title><li><a href="{TRUE}">{REPORT.format(2023)}</a>{links}</html>'
    return whole(body.encode())


TRAPS = [
    calendar,
    session_in_query,
    session_in_path,
    repeated_segments,
    endless_lists,
    reflected_search,
    redirects,
    sub_domains,
    a_million_links,
]


@pytest.fixture
def traps() -> list[Hostile]:
    return [Hostile() for _ in TRAPS]


def test_traps_cost_their_budget_and_no_more(real_arena: Arena, traps: list[Hostile]) -> None:
    for trap, make in zip(traps, TRAPS, strict=True):
        trap.otherwise = make
        trap.answers["/robots.txt"] = whole(b"", status="404 Not Found")
        trap.answers[TRUE] = whole(f"<html><title>t</title><h1>{REPORT.format(2023)}</h1></html>".encode())
    real_arena.register(*(trap.url for trap in traps))
    # One at a time: the order in which pages are asked for is what is looked at.
    code, said = real_arena.run(SITE_BUDGET=BUDGET, LOOPBACK_CONCURRENCY=1)
    assert code in (ExitCode.OK, ExitCode.ATTENTION) and "Traceback" not in said, said
    real_arena.assert_unharmed()
    for trap, make in zip(traps, TRAPS, strict=True):
        # The budget is the spider's; redirects come on top, ten at most for one page.
        assert sum(trap.asked.values()) <= BUDGET + 15, make.__name__
        assert real_arena.outcome(trap.url + TRUE)[0] == "stored", make.__name__
        first = list(trap.asked).index(TRUE)
        assert first <= 10, (make.__name__, "the true page comes early", first)
        states = dict(
            real_arena.rows(f"select state, count(*) from frontier where site = '{trap.url}/' group by state")
        )
        assert set(states) <= {"stored", "unchanged", "trap", "offsite", "redirected", "failed", "gone", "not_wanted"}
        trap.close()
    assert real_arena.rows("select count(*) from frontier")[0][0] < 20_000, "the frontier stays small"
    (reason,) = real_arena.rows(f"select reason from frontier where url = '{traps[-1].url}/'")[0]
    assert "of 1000001 links were read" in reason, reason
