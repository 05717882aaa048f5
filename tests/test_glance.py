"""The first look at an article never passes over what parsing it would find."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse

from archive.schema import PageKind
from crawler.page import META_KEY, Page
from crawler.site import SiteEntry
from spiders.glance import is_whole_report
from spiders.reports import ReportsSpider
from tests.rendering.markup import Markup as Writing
from tests.rendering.markup import page as written
from tests.rendering.tables import Layout, fill

HERE = Path(__file__).parent
PAGES = sorted([*(HERE / "pages").rglob("*.html"), *(HERE / "site").rglob("*.html")])
URL = "http://www.example.gov.cn/xxgk/nb/t20240120_1.html"


def response(body: bytes, encoding: str | None = None) -> HtmlResponse:
    answer = HtmlResponse(URL, body=body, encoding=encoding)
    page = Page(URL, "http://www.example.gov.cn/", PageKind.REPORT, depth=2, link_text="2023年政府信息公开工作年度报告")
    answer.request = page.to_request()
    assert answer.meta[META_KEY] is page
    return answer


def report(inside: str = "", encoding: str = "utf-8") -> bytes:
    chance = random.Random(4)
    text = written(fill("2021", 2023, chance), Layout(), Writing(), chance)
    return text.replace("<h1>", f"{inside}<h1>").encode(encoding)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name + "/" + path.name)
def test_a_whole_report_has_nothing_to_ask_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = response(path.read_bytes())
    if not is_whole_report(answer):
        return
    monkeypatch.setattr("spiders.glance.is_whole_report", lambda response: False)
    spider = ReportsSpider(sites=[SiteEntry("http://www.example.gov.cn/", "西工区人民政府")])
    assert list(spider.parse(answer)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_ordinary_report_is_whole(encoding: str) -> None:
    assert is_whole_report(response(report(encoding=encoding), encoding))


@pytest.mark.parametrize(
    "inside",
    [
        '<a href="/files/2023.pdf">附件</a>',
        '<a href="/files/2023.DOCX?x=1">附件</a>',
        '<a href="/system/_content/download.jsp?id=1">附件</a>',
        '<a href="/virtual_attach_file.vsb?afc=1">附件</a>',
        '<a appendix="true" href="./W020240120.html">附件</a>',
        '<script>createPageHTML(3, 0, "t20240120_1", "html");</script>',
        '<iframe src="/viewer.html?file=/a.ofd"></iframe>',
    ],
)
def test_a_report_with_more_to_ask_for_is_parsed(inside: str) -> None:
    assert not is_whole_report(response(report(inside)))


def test_what_is_only_in_comments_and_scripts_is_no_report() -> None:
    for start, end in (("<!--", "-->"), ("<script>", "</script>"), ("<STYLE>", "</STYLE>")):
        assert not is_whole_report(response(f"<body>{start}".encode() + report() + f"{end}</body>".encode()))


def test_tables_that_are_pictures_are_looked_for() -> None:
    text = report().decode()
    start, end = text.index("<table"), text.rindex("</table>")
    body = f'{text[:start]}<img src="/images/table.png">{text[end:]}'
    assert not is_whole_report(response(body.encode()))
