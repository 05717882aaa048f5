"""robots.txt as RFC 9309 has it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request

from crawler.robots import LONGEST_CRAWL_DELAY, LONGEST_KEPT, Policy, RobotsMiddleware, read_policy

HOST = "www.xigong.gov.cn"
PLAIN = "text/plain"


def refuses(text: str | bytes, path: str = "/zwgk/a.html", status: int = 200, content_type: str = PLAIN) -> str | None:
    body = text.encode() if isinstance(text, str) else text
    return read_policy(HOST, status, content_type, body).refuses(f"http://{HOST}{path}")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_client_error_allows_everything(status: int) -> None:
    assert refuses("User-agent: *\nDisallow: /", status=status) is None


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521, 304, 204])
def test_a_file_that_cannot_be_had_forbids_everything(status: int) -> None:
    reason = refuses("", status=status)
    assert reason is not None and "unreachable" in reason and HOST in reason and str(status) in reason


def test_the_reason_names_the_host_and_the_path() -> None:
    assert refuses("User-agent: *\nDisallow: /zwgk/") == f"robots.txt of {HOST} disallows /zwgk/a.html"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: NianBao\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("# 注释\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /%E5%B9%B4", "/%e5%b9%b4%E6%8A%A5", False),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert (refuses(text, path) is None) is allowed


def test_bytes_in_another_charset_do_not_hide_the_rules() -> None:
    assert refuses("# 说明\nUser-agent: *\nDisallow: /a".encode("gb18030"), "/a") is not None


@pytest.mark.parametrize(
    ("text", "content_type"),
    [("<html><body>首页</body></html>", PLAIN), ("User-agent: *\nDisallow: /", "text/html; charset=utf-8")],
)
def test_a_web_page_in_its_place_has_no_rules(text: str, content_type: str) -> None:
    assert refuses(text, content_type=content_type) is None


def test_at_least_500_kib_are_parsed() -> None:
    filler = "# filler\n" * 56_000
    assert 500 * 1024 > len(filler) > 490 * 1024
    assert refuses(f"{filler}User-agent: *\nDisallow: /a", "/a") is not None
    assert refuses(f"{filler * 2}User-agent: *\nDisallow: /a", "/a") is None


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 3600", LONGEST_CRAWL_DELAY),
        ("User-agent: *\nDisallow: /x", None),
        ("", None),
    ],
)
def test_crawl_delay(text: str, delay: float | None) -> None:
    assert read_policy(HOST, 200, PLAIN, text.encode()).delay == delay


def test_an_answer_is_kept_for_a_day_and_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    clock = [1000.0]

    class Middleware(RobotsMiddleware):
        async def _fetch(self, origin: str) -> Policy:
            asked.append(origin)
            return Policy(origin)

    monkeypatch.setattr("crawler.robots.time.monotonic", lambda: clock[0])

    async def visit() -> None:
        middleware = Middleware(SimpleNamespace())  # type: ignore[arg-type]
        for passed in (0, 0, LONGEST_KEPT - 1, 2, 5):
            clock[0] += passed
            pages = ("http://a.gov.cn/1", "http://A.gov.cn/2", "https://a.gov.cn/3")
            await asyncio.gather(*(middleware.process_request(Request(page)) for page in pages))

    asyncio.run(visit())
    assert asked == ["http://a.gov.cn", "https://a.gov.cn"] * 2
