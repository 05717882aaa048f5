"""Guards in front of a page are told from the page, and what an answer means for its URL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import HtmlResponse, Response

from archive.schema import FrontierState
from crawler.blocking import block_reason
from crawler.verdict import LONGEST_RETRY_AFTER, judge

HTML = {"content-type": "text/html; charset=utf-8"}
URL = "http://www.xigong.gov.cn/zwgk/202401/t20240125_1.html"


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (521, b"<script>document.cookie=('_')+('_')</script>", "加速乐"),
        (412, b"<html><head><meta content='x' r=\"m\"></head></html>", "瑞数"),
        (200, b"<script>document.cookie='__jsluid=1';location.href=location.pathname</script>", "script challenge"),
        (200, b'<script>;go({"bts":["a","b"],"chars":"x","tn":"__jsl_clearance_s"})</script>', "script challenge"),
        (200, b"<meta content='abc' r='m'><script r='m' src='/tQ/a.js'></script>", "script challenge"),
        (403, b"Forbidden", "403"),
        (401, b"", "401"),
        (429, b"", "429"),
        (405, b"<script src='https://errors.aliyun.com/x.js'></script>", "firewall"),
        (200, "<html><title>访问被拦截！</title><p>您的请求可能有害</p></html>".encode(), "firewall"),
        (200, "<html><title>安全验证</title></html>".encode("gb18030"), "firewall"),
        (200, b"<html><body>Request rejected, ID 123</body></html>", "firewall"),
    ],
)
def test_guards_are_recognised(status: int, body: bytes, word: str) -> None:
    reason = block_reason(status, HTML, body)
    assert reason is not None and word in reason


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (HTML, b"ok"),
        (HTML, "<li><a href='/a.html'>2023年</a></li>".encode()),
        (HTML, "<title>政府信息公开年报</title><script>document.cookie='a=1'</script>".encode()),
        (HTML, b"<script>document.cookie='seen=1'</script><ul><li><a href='/1.html'>1</a></li></ul>"),
        (HTML, "<title>关于人员访问登记的通知</title><p>略</p>".encode()),
        (HTML, "<title>年报</title><p>网站防火墙拦截攻击12次</p>".encode()),
        ({"content-type": "application/json"}, b'{"blocked": 0, "data": []}'),
        ({"content-type": "text/xml"}, b"<datastore><totalrecord>0</totalrecord></datastore>"),
    ],
)
def test_ordinary_short_pages_are_not_blocks(headers: dict[str, str], body: bytes) -> None:
    assert block_reason(200, headers, body) is None


def answer(status: int = 200, body: bytes = b"<p>x</p>", **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse(URL, status=status, body=body, headers=names, encoding="utf-8")


def test_content_has_no_verdict() -> None:
    assert judge(answer(), 5) is None
    assert judge(answer(304, b""), 5) is None


@pytest.mark.parametrize(
    ("response", "target"),
    [
        (answer(301, b"", Location="/new.html"), "http://www.xigong.gov.cn/new.html"),
        (answer(307, b"", Location="../a.html"), "http://www.xigong.gov.cn/zwgk/a.html"),
        (answer(302, b"", Location="//other.example/x"), "http://other.example/x"),
        (
            answer(body=b'<meta http-equiv="refresh" content="0;url=/zwgk/index.html">'),
            "http://www.xigong.gov.cn/zwgk/index.html",
        ),
        (
            answer(body=b"<script>window.location.href='/index/index.shtml';</script>"),
            "http://www.xigong.gov.cn/index/index.shtml",
        ),
        (answer(body=b'<script>location.replace("home.htm")</script>'), URL.rpartition("/")[0] + "/home.htm"),
    ],
)
def test_redirects(response: Response, target: str) -> None:
    verdict = judge(response, 5)
    assert verdict is not None
    assert (verdict.state, verdict.target) == (FrontierState.REDIRECTED, target)


@pytest.mark.parametrize(
    "response",
    [
        answer(404),
        answer(410),
        answer(body=b'<meta http-equiv="refresh" content="0;URL=../" />'),
        answer(body=b'<html><head><META HTTP-EQUIV="REFRESH" CONTENT="0; url=../../"></head></html>'),
    ],
)
def test_gone(response: Response) -> None:
    verdict = judge(response, 5)
    assert verdict is not None and verdict.state is FrontierState.GONE and verdict.target is None


@pytest.mark.parametrize(
    "response",
    [
        answer(body=b'<meta http-equiv="refresh" content="600">'),
        answer(body=b'<meta http-equiv="refresh" content="0;url=/x.html"><a href="/x.html">x</a>'),
        answer(body=b'<meta http-equiv="refresh" content="0;url=/x.html">' + b"x" * 2000),
        answer(body=b"<script>location.href='file:///etc/passwd'</script>"),
    ],
)
def test_pages_that_send_nowhere_are_content(response: Response) -> None:
    assert judge(response, 5) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 5),
        ("30", 30),
        ("1", 5),
        ("999999", LONGEST_RETRY_AFTER),
        ("-3", 5),
        ("nan", 5),
        ("soon", 5),
        (format_datetime(datetime.now(UTC) + timedelta(days=3)), LONGEST_RETRY_AFTER),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 5),
    ],
)
def test_retry_after(value: str | None, seconds: float) -> None:
    verdict = judge(answer(503, Retry_After=value) if value else answer(503), 5)
    assert verdict is not None
    assert (verdict.state, verdict.retry_after) == (FrontierState.FAILED, seconds)


def test_what_an_exhausted_retry_ends_as() -> None:
    too_many = judge(answer(429), 5)
    assert too_many is not None and too_many.state is FrontierState.BLOCKED and too_many.retry_after == 5
    empty = judge(answer(200, b""), 5)
    assert empty is not None and empty.state is FrontierState.FAILED and empty.retry_after == 5
    teapot = judge(answer(418), 5)
    assert teapot is not None and teapot.state is FrontierState.FAILED and teapot.retry_after is None


def test_a_challenge_is_asked_again_only_with_the_cookie_it_set() -> None:
    bare, with_cookie = judge(answer(412), 5), judge(answer(412, Set_Cookie="pass=1"), 5)
    assert bare is not None and bare.retry_after is None and bare.challenge
    assert with_cookie is not None and with_cookie.retry_after == 5
