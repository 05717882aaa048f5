"""Whose host a page came from, and how a copy of a government's page is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.reading import Source, read
from archive.reading.hosts import clone_evidence, host_state, is_government
from archive.store import Archive
from tests.imitation import imitate


@pytest.mark.parametrize(
    ("url", "site", "state"),
    [
        ("http://www.xigong.gov.cn/a.html", "https://xigong.gov.cn/", "own"),
        ("http://www.example.com/a.html", "http://www.example.com:8080/", "own"),
        ("http://www.henan.gov.cn/a.html", "https://xigong.gov.cn/", "government"),
        ("http://西工.政务/a.html", None, "government"),
        ("http://xigong.gov.cn.example.com/", None, "other"),
        ("http://notgov.cn/", None, "other"),
        ("http://127.0.0.1:8000/a.html", None, None),
        ("http://10.1.2.3/a.html", None, None),
        ("http://intranet/a.html", None, None),
        ("http://127.0.0.1:8000/a.html", "http://127.0.0.1:8000/", "own"),
        (None, None, None),
        ("http://[broken/", None, None),
    ],
)
def test_host_state(url: str | None, site: str | None, state: str | None) -> None:
    assert host_state(url, site) == state


def test_name_below_a_listed_one_is_a_governments() -> None:
    assert is_government("gov.cn") and is_government("www.gov.cn")
    assert not is_government("gov.cn.com") and not is_government("agov.cn")


FOOT = "<p>版权所有：西工区人民政府 {} </p>"


@pytest.mark.parametrize(
    ("markup", "url", "is_report"),
    [
        (FOOT.format("网站标识码：4103030001"), "http://a.example.com/x.html", False),
        ('<META NAME="SiteIDCode" content="4103030001">', "http://a.example.com/x.html", False),
        ('<meta name="SiteDomain" content="www.xigong.gov.cn">', "http://a.example.com/x.html", False),
        (FOOT.format("zwgk@xigong.gov.cn 豫公网安备 41030302000123号"), "http://a.example.com/x.html", False),
        ("<p>西工区人民政府门户网站（www.example.com）</p>", "http://www.example.com/zwgk/x.html", False),
        ("<p>…</p>", "http://a.example.com/zfxxgknb/content/post_7038677.html", True),
        ("<p>…</p>", "http://wsjkw.example.com/a.html", True),
    ],
)
def test_clone_is_known_by_what_it_carries(markup: str, url: str, is_report: bool) -> None:
    assert clone_evidence(markup, url, is_report=is_report)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="http://www.gov.cn/">中国政府网</a> <a href="https://beian.miit.gov.cn/">豫ICP备12345678号</a>',
        '<p>转自 <a href="http://www.henan.gov.cn/a.html">河南省人民政府</a></p><p>豫ICP备12345678号-1</p>',
        "<p>京公网安备 11010102001234号</p>",
    ],
)
def test_newspaper_that_links_to_the_government_is_no_clone(markup: str) -> None:
    assert clone_evidence(markup, "http://news.example.com/2023/1.html", is_report=False) == []


def page() -> bytes:
    return imitate("trs", 1).markup.replace("</body>", "<p>网站标识码：4103030001</p></body>").encode()


def test_clone_is_filed_as_one_and_is_no_best_document(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        for host, title in (("bets.example.com", "clone"), ("www.linhe.gov.cn", "government")):
            url = f"http://{host}/zwgk/1.html"
            reading = read(page(), Source(url=url))
            assert reading.is_report and reading.host_state == title
            capture = archive.store_capture(url=url, body=page(), status=200, headers=[], kind="report")
            archive.store_reading(capture.id, reading, "test")
            codes = [warning.code for warning in reading.warnings]
            assert ("clone" in codes) is (title == "clone")
            assert len(archive.rows("select * from reports")) == (title == "government")
        states = {row["host_state"] for row in archive.rows("select host_state from documents")}
        assert states == {"clone", "government"}
