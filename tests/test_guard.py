"""The scope of a registry: which addresses may be asked."""

from __future__ import annotations

import pytest

from crawler.guard import Scope, is_loopback
from crawler.site import SiteEntry


@pytest.fixture
def scope() -> Scope:
    urls = (
        "http://www.xigong.gov.cn/zwgk/",
        "https://jingkou.gov.cn",
        "http://127.0.0.1:8081/",
        "http://10.0.0.5/",
        "http://localhost:9000/a",
        "http://[::1]:7000/",
        "http://intranet:81/",
    )
    return Scope(SiteEntry(url, "x") for url in urls)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.xigong.gov.cn/zwgk/index.html",
        "https://xigong.gov.cn:8443/",
        "http://WWW.Xigong.Gov.CN./",
        "https://www.jingkou.gov.cn:9311/a?b=c",
        "http://127.0.0.1:8081/robots.txt",
        "http://10.0.0.5:80/x",
        "http://localhost:9000/b",
        "http://[::1]:7000/x",
        "http://intranet:81/x",
    ],
)
def test_hosts_of_the_registry_are_allowed(scope: Scope, url: str) -> None:
    assert scope.refusal(url) is None
    assert scope.allows(url)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://jyj.xigong.gov.cn/", "not a host"),
        ("http://xigong.gov.cn.evil.example/", "not a host"),
        ("http://www.xigong.gov.cn@evil.example/", "not a host"),
        ("http://127.0.0.1:8082/", "local"),
        ("https://127.0.0.1/", "local"),
        ("http://127.0.0.2:8081/", "local"),
        ("http://10.0.0.5:8080/", "local"),
        ("http://10.0.0.6/", "local"),
        ("http://localhost/", "local"),
        ("http://[::1]/", "local"),
        ("http://[::ffff:127.0.0.1]:8081/", "local"),
        ("http://0.0.0.0:8081/", "local"),
        ("http://2130706433:8081/", "local"),
        ("http://0x7f000001:8081/", "local"),
        ("http://0177.0.0.1:8081/", "local"),
        ("http://127.1:8081/", "local"),
        ("http://169.254.169.254/latest/", "local"),
        ("http://[fe80::1]/", "local"),
        ("http://a.localhost:9000/", "local"),
        ("http://evil.example\\@www.xigong.gov.cn/", "no clear host"),
        ("file:///etc/passwd", "not a web address"),
        ("ftp://www.xigong.gov.cn/", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("data:text/html,x", "not a web address"),
        ("//www.xigong.gov.cn/", "no scheme"),
        ("http:///x", "no clear host"),
        ("http://www.xigong.gov.cn:99999/", "not a usable address"),
        ("http://[::1/", "not a usable address"),
    ],
)
def test_everything_else_is_refused_with_a_reason(scope: Scope, url: str, word: str) -> None:
    refusal = scope.refusal(url)
    assert refusal is not None and word in refusal
    assert not scope.allows(url)


def test_an_empty_registry_allows_nothing() -> None:
    assert not Scope([]).allows("http://www.xigong.gov.cn/")


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:80/", True),
        ("http://127.8.0.1/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://10.0.0.1/", False),
        ("http://www.xigong.gov.cn/", False),
    ],
)
def test_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
