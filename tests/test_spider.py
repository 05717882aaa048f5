"""The spider's way: what it asks for from each kind of page, and the whole way over the sample sites."""

from __future__ import annotations

import heapq
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from archive.schema import PageKind
from crawler.notes import FamilyDetected, NotWanted, Trap
from crawler.page import Page
from crawler.site import SiteEntry
from spiders.reports import ReportsSpider
from tests.site.serve import SampleSites

SITE = "http://www.linhe.example.gov.cn/"
REPORT = """<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>
<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>"""


def spider(**entry: Any) -> ReportsSpider:
    return ReportsSpider(sites=[SiteEntry(**{"url": SITE, "name": "临河区人民政府", **entry})])


def answer(page: Page, body: str | bytes, media_type: str = "text/html; charset=utf-8") -> Response:
    raw = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": media_type}
    kind = responsetypes.from_args(headers={b"Content-Type": media_type.encode()}, url=page.url, body=raw)
    return kind(page.url, body=raw, headers=headers, request=page.to_request())


def parse(
    body: str, path: str = "", kind: PageKind = PageKind.COLUMN, by: ReportsSpider | None = None, **page: Any
) -> list[Any]:
    asked = Page(url=SITE + path, site=SITE, kind=kind, **page)
    return list((by or spider()).parse(answer(asked, body)))


def pages(found: list[Any], kind: PageKind | None = None) -> list[Page]:
    return [it for it in found if isinstance(it, Page) and (kind is None or it.kind is kind)]


def paths(found: list[Any], kind: PageKind | None = None) -> list[str]:
    return [page.url.removeprefix(SITE) for page in pages(found, kind)]


def test_entry_page_with_a_report_column_goes_straight_there() -> None:
    found = parse(
        """<ul class="nav"><li><a href="/zwgk/">政务公开</a></li><li><a href="/xw/">要闻</a></li></ul>
        <a href="/zfxxgk/">政府信息公开</a> <a href="/zfxxgk/nb/"><i></i>政府信息<br>公开年报</a>
        <a href="/rili/?month=2024-01">日历</a> <a href="/xw/202401/t20240101_1.html">召开会议</a>""",
        kind=PageKind.ENTRY,
    )
    assert paths(found) == ["zfxxgk/nb/", "zfxxgk/"]
    # Beside the column only the best disclosure page is looked at: it may list the units.
    assert pages(found)[0].priority > pages(found)[1].priority


def test_column_of_another_host_or_in_the_footer_does_not_hide_the_way() -> None:
    found = parse(
        """<a href="/zwgk/">政务公开</a><a href="http://www.upper.example.gov.cn/nb/">政府信息公开年报</a>
        <div class="footer"><a href="/neibu/nb/">信息公开年报</a></div>""",
        kind=PageKind.ENTRY,
    )
    assert "zwgk/" in paths(found)


def test_entry_page_without_one_goes_to_disclosure() -> None:
    found = parse(
        """<a href="/tzgg/">通知公告</a><a href="/zwgk/">政务公开</a><a href="/zfxxgk/">政府信息公开</a>
        <a href="/zn/">政府信息公开指南</a><a href="http://www.gov.cn/zhengce/">政府信息公开</a>""",
        kind=PageKind.ENTRY,
    )
    assert paths(found) == ["zfxxgk/", "zwgk/"]
    assert pages(found)[0].priority > pages(found)[1].priority


def test_doubtful_columns_are_tried_in_turn() -> None:
    found = parse(
        "".join(
            f'<a href="/c{number}/">{name}</a>'
            for number, name in enumerate(["通知公告", "公开栏", "网站地图", "政务"])
        ),
        kind=PageKind.ENTRY,
    )
    assert paths(found) == ["c2/", "c1/"]
    first = pages(found)[0]
    nothing = parse("<p>没有</p><a href='/x.html'>联系</a>", "c2/", memo=first.memo)
    assert paths(nothing) == ["c0/"]
    assert paths(parse("<p>没有</p><a href='/x.html'>联系</a>", "c0/", memo=pages(nothing)[0].memo)) == ["c3/"]
    reached = parse('<a href="/nb/">政府信息公开年报</a>', "c2/", memo=first.memo)
    assert paths(reached) == ["nb/"]


def test_breadth_is_bounded() -> None:
    found = parse("".join(f'<a href="/d{n}/nb{n}/">政府信息公开年报</a>' for n in range(40)), kind=PageKind.ENTRY)
    assert len(pages(found)) == 5


def test_entry_page_may_be_the_report_column() -> None:
    found = parse(
        """<title>政府信息公开年报</title>
        <ul><li><a href="202401/t20240125_1.html">沿江街道</a> 2024-01-25</li>
        <li><a href="202402/t20240201_2.html">《2023年政府信息公开工作年度报告》解读</a></li></ul>""",
        kind=PageKind.ENTRY,
    )
    reports = pages(found, PageKind.REPORT)
    assert [(it.link_text, it.link_date) for it in reports] == [("沿江街道", "2024-01-25")]
    assert [it.page.url for it in found if isinstance(it, NotWanted)] == [SITE + "202402/t20240201_2.html"]


def test_news_beside_the_list_is_not_taken_for_reports() -> None:
    found = parse(
        """<title>政府信息公开年报</title><ul class="list">
        <li><a href="/1/202401/t20240125_1.html">北门街道2023年政府信息公开工作年度报告</a></li>
        <li><a href="/1/202401/t20240126_2.html">沿江街道</a></li></ul>
        <h3>最新动态</h3><ul><li><a href="/xw/202405/t20240501_9.html">义务植树</a></li></ul>""",
        "list_9/",
    )
    assert paths(found, PageKind.REPORT) == ["1/202401/t20240125_1.html", "1/202401/t20240126_2.html"]
    assert not [it for it in found if isinstance(it, NotWanted)]


def test_units_and_years_are_passed_down() -> None:
    top = parse('<a href="jd/">街道办事处</a><a href="jyj/">教育局</a><a href="2023n/">2023年</a>', "zfxxgknb/")
    by_path = {page.url.removeprefix(SITE + "zfxxgknb/"): page for page in pages(top, PageKind.COLUMN)}
    assert {path: page.link_agency for path, page in by_path.items()} == {
        "jd/": None,
        "jyj/": "教育局",
        "2023n/": None,
    }
    assert by_path["2023n/"].memo["year"] == 2023
    below = parse(
        '<ul><li><a href="202401/t20240125_1.html">2023年度</a></li></ul>',
        "zfxxgknb/jyj/",
        link_agency="教育局",
        memo=by_path["jyj/"].memo,
    )
    assert [page.link_agency for page in pages(below, PageKind.REPORT)] == ["教育局"]


def test_directory_of_units_leads_to_their_report_columns() -> None:
    top = parse('<a href="/bmjd/">部门街道信息公开</a><a href="/gk/nb/">政府信息公开年报</a>', "zfxxgk/")
    assert paths(top) == ["gk/nb/", "bmjd/"]
    directory = parse(
        '<p><a href="/yj/">沿江街道</a> <a href="/jyj/">教育局</a> <a href="/x/">要闻</a></p>', "bmjd/",
        memo=pages(top)[1].memo,
    )  # fmt: skip
    assert [(it.url, it.link_agency) for it in pages(directory)] == [
        (SITE + "yj/", "沿江街道"),
        (SITE + "jyj/", "教育局"),
    ]
    unit = parse('<a href="/yj/nb/">政府信息公开年报</a>', "yj/", link_agency="沿江街道", memo=pages(directory)[0].memo)
    assert [(it.url, it.link_agency) for it in pages(unit)] == [(SITE + "yj/nb/", "沿江街道")]


def test_reports_before_the_first_wanted_year_are_noted_and_not_asked_for() -> None:
    found = parse(
        """<ul><li><a href="202001/t20200102_1.html">沿江街道2019年政府信息公开工作年度报告</a></li>
        <li><a href="202101/t20210102_2.html">沿江街道2020年政府信息公开工作年度报告</a></li>
        <li><a href="201901/t20190102_3.html">沿江街道</a> 2019-01-02</li></ul><a href="2018n/">2018年</a>""",
        "zfxxgknb/",
        by=spider(since=2020),
    )
    assert paths(found) == ["zfxxgknb/202101/t20210102_2.html"]
    reasons = {it.page.url.rsplit("/", 2)[-2 if it.page.url.endswith("/") else -1]: it.reason for it in found
               if isinstance(it, NotWanted)}  # fmt: skip
    assert reasons == {
        "t20200102_1.html": "2019 is before 2020, the first year wanted",
        "t20190102_3.html": "published on 2019-01-02, before 2020, the first year wanted",
        "2018n": "2018 is before 2020, the first year wanted",
    }


def test_copies_are_left_where_the_report_itself_is_there() -> None:
    row = '<li><a href="202401/t20240125_{}.html">沿江街道2023年政府信息公开工作年度报告{}</a></li>'
    both = parse(f"<ul>{row.format(1, '')}{row.format(2, '（图片版）')}</ul>", "zfxxgknb/")
    assert paths(both, PageKind.REPORT) == ["zfxxgknb/202401/t20240125_1.html"]
    alone = parse(f"<ul>{row.format(2, '（图片版）')}</ul>", "zfxxgknb/")
    assert paths(alone, PageKind.REPORT) == ["zfxxgknb/202401/t20240125_2.html"]


def test_row_may_be_a_document() -> None:
    found = parse(
        '<table><tr><td><a href="./P020240125373108812345.pdf">沿江街道2023年年报</a></td></tr></table>',
        "nb/",
    )
    assert [(it.kind, it.link_text) for it in pages(found)] == [(PageKind.REPORT, "沿江街道2023年年报")]


def test_lists_come_after_reports_and_before_columns() -> None:
    found = parse(
        """<ul><li><a href="202401/t20240125_1.html">沿江街道2023年政府信息公开工作年度报告</a></li></ul>
        <a href="jd/">街道办事处</a><script>createPageHTML(2, 0, "index", "html");</script>""",
        "zfxxgknb/",
    )
    priorities = {page.kind: page.priority for page in pages(found)}
    assert priorities[PageKind.REPORT] > priorities[PageKind.LIST] > priorities[PageKind.COLUMN]


def turn(page: Page | None) -> list[tuple[str, PageKind, bool]]:
    """A page, and those asked for after it as long as none gives anything."""
    found = []
    while page is not None:
        found.append((page.url.removeprefix(SITE), page.kind, page.render))
        page = page.instead()
    return found


def test_a_column_without_rows_is_looked_for_elsewhere_and_drawn_last() -> None:
    body = (
        '<title>年度报告</title><div id="app"></div><script src="/js/jquery.min.js"></script><script src="list.js">'
        '</script><script>fetch("/api/list.json").then(draw); $.get("/api/hits.do?id=3", show)</script>'
    )
    [first] = pages(parse(body, "nb/"))
    assert turn(first) == [
        ("api/list.json", PageKind.LIST, False),
        ("nb/list.js", PageKind.LIST, False),
        ("nb/", PageKind.COLUMN, True),
    ]
    assert not [it for it in pages(parse(body, "nb/", render=True, memo={"column": True})) if it.render]
    # An answer that holds something else is none; the next one is asked for.
    news = json.dumps([{"title": "开展义务植树活动", "url": "/xw/7.html"}])
    [second] = pages(list(spider().parse(answer(first, news, "application/json"))))
    assert turn(second) == turn(first)[1:]
    script = "var rows = []; function load(n) { $.post('/list.do', {channel: id, page: n}, draw); } load(1);"
    [third] = pages(list(spider().parse(answer(second, script, "text/javascript"))))
    assert (third.method, third.body, third.memo["referer"]) == ("POST", "channel=&page=1", f"{SITE}nb/")
    assert turn(third)[1:] == turn(first)[2:]


def test_rows_from_data_are_relative_to_the_page_that_asked() -> None:
    asked = Page(
        url=SITE + "api/list.json",
        site=SITE,
        kind=PageKind.LIST,
        memo={"column": True, "referer": SITE + "nb/"},
    )
    body = json.dumps([{"title": "沿江街道2023年政府信息公开工作年度报告", "url": "1.html", "date": "2024-01-25"}])
    found = list(spider().parse(answer(asked, body, "application/json")))
    assert [(it.url, it.link_date) for it in pages(found)] == [(SITE + "nb/1.html", "2024-01-25")]


def test_shell_without_links_is_drawn_where_its_script_tells_nothing() -> None:
    found = parse('<div id="root"></div><script src="/app.js"></script>', kind=PageKind.ENTRY)
    [first] = pages(found)
    assert turn(first) == [("app.js", PageKind.LIST, False), ("", PageKind.ENTRY, True)]


def test_list_in_a_frame() -> None:
    found = parse('<title>政府信息公开年报</title><iframe src="/inner/list.html"></iframe>', "nb/")
    assert paths(found, PageKind.LIST) == ["inner/list.html"]


def test_report_page_gives_its_attachments_under_its_title() -> None:
    found = parse(
        REPORT + '<a href="./P020240125373108812345.docx">附件.docx</a> <a href="./jd.pdf">政策解读.pdf</a>'
        '<ul><li><a href="t20240126_2.html">北门街道2023年政府信息公开工作年度报告</a></li></ul>',
        "nb/202401/t20240125_1.html",
        PageKind.REPORT,
        link_text="沿江街道2023年政府信息公开工作年度报告",
    )
    assert [(it.kind, it.link_text) for it in pages(found)] == [
        (PageKind.ATTACHMENT, "沿江街道2023年政府信息公开工作年度报告")
    ]
    assert [it.reason for it in found if isinstance(it, NotWanted)] == ["explains a report and is none"]


def test_page_named_for_a_unit_is_read_as_a_list_of_one() -> None:
    body = '<p><a href="t20240125_1.html">教育局2023年政府信息公开工作年度报告</a></p>'
    found = parse(body, "nb/jyj.htm", PageKind.REPORT, link_text="教育局")
    assert paths(found, PageKind.REPORT) == ["nb/t20240125_1.html"]
    named = parse(body, "nb/jyj.htm", PageKind.REPORT, link_text="教育局2022年政府信息公开工作年度报告")
    assert paths(named, PageKind.REPORT) == []


def test_article_that_lists_reports_is_read_as_a_list() -> None:
    body = "".join(
        f'<p><a href="t2024012{n}_1.html">{name}2023年政府信息公开工作年度报告</a></p>'
        for n, name in enumerate(["沿江街道", "北门街道", "教育局"])
    )
    assert len(pages(parse(body, "nb/202401/t20240125_1.html", PageKind.REPORT), PageKind.REPORT)) == 3


def test_column_that_is_itself_a_report_is_said_to_be_one() -> None:
    found = pages(parse(REPORT + '<a href="?nbYear=2022">2022年</a>', "zfxxgknb.html"))
    assert [(it.url.removeprefix(SITE), it.kind) for it in found if it.kind is PageKind.REPORT] == [
        ("zfxxgknb.html", PageKind.REPORT),
        ("zfxxgknb.html?nbYear=2022", PageKind.REPORT),
    ]


def test_traps_are_recorded() -> None:
    found = parse('<ul><li><a href="/a/b/a/b/a/b/202401/t20240125_1.html">2023年政府信息公开年报</a></li></ul>', "nb/")
    assert [it.reason for it in found if isinstance(it, Trap)] == ["the path segment 'a' repeats"] or [
        it.reason for it in found if isinstance(it, Trap)
    ] == ["the path segment 'b' repeats"]


def test_budget_of_a_site() -> None:
    by = spider()
    by.budget = 3
    rows = "".join(f'<li><a href="2024/t20240125_{n}.html">{2010 + n}年政府信息公开年报</a></li>' for n in range(6))
    found = parse(f"<ul>{rows}</ul>", "nb/", by=by)
    assert len(pages(found)) == 3
    assert {it.reason for it in found if isinstance(it, Trap)} == {"the site's budget of 3 requests a run is spent"}
    assert len(pages(parse(f"<ul>{rows}</ul>", "nb/", by=by))) == 3, "what was asked for before costs nothing again"


def test_family_is_noted_with_each_list_and_set_by_the_registry() -> None:
    by = spider()
    rows = "".join(f'<li><a href="202401/t20240125_{number}.html">第{number}号</a></li>' for number in (1, 2))
    notes = [it for _ in range(2) for it in parse(rows, "nb/", by=by) if isinstance(it, FamilyDetected)]
    # What a list is read with is certain; what another page looks like is not.
    assert notes == [
        FamilyDetected(SITE, "trs", certain=False),
        FamilyDetected(SITE, "trs"),
        FamilyDetected(SITE, "trs"),
    ]
    set_by_hand = spider(family="hanweb")
    assert not [it for it in parse(rows, "nb/", by=set_by_hand) if isinstance(it, FamilyDetected)]


def test_odd_links() -> None:
    found = parse(
        """<base href="/gk/"><A HREF=nb/>年度报告</A> <a href="javascript:go()">政府信息公开年报</a>
        <a href="#nb">政府信息公开年报</a> <a href="mailto:a@b.cn">年报</a> <a href="http://[bad/">年报</a>
        <a onclick="window.open('/x/nb.html')">政府信息公开年报</a>
        <a href=" /y/nb/?a=1&amp;b=2#c ">年报</a>""",
        "zfxxgk/",
    )
    assert sorted(paths(found)) == ["gk/nb/", "x/nb.html", "y/nb/?a=1&b=2"]


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000 + '<a href="/nb/">政府信息公开年报</a>',
        "<script>" * 50_000 + "<!--" * 50_000,
        "<a href=/x>1</a>" * 60_000,
        "<record><nextgroup>" * 50_000 + "/*" * 50_000,
        "[" * 200_000,
        '<a href="/' + "x/1" * 200_000 + '.html">' + "政府信息公开" * 50_000 + "</a>",
        "<table><tr><td>" * 20_000 + "当前位置 > > >" * 20_000,
    ],
    ids=["nested", "unclosed", "many links", "records", "json", "long link", "tables"],
)
def test_hostile_pages_are_got_over(body: str) -> None:
    """What a page holds must not stall the crawl or end it; a link within reach is found all the same."""
    found = parse(body, kind=PageKind.ENTRY)
    assert len(found) <= 5
    if "/nb/" in body:
        assert paths(found) == ["nb/"]


def test_bytes_that_are_no_page_lead_nowhere() -> None:
    asked = Page(url=SITE + "a.pdf", site=SITE, kind=PageKind.REPORT)
    assert list(spider().parse(answer(asked, b"%PDF-1.7\n", "application/pdf"))) == []


def test_start_asks_for_every_entry_page() -> None:
    async def urls() -> list[str]:
        return [request.url async for request in spider().start()]

    coroutine = urls()
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    assert ended.value.value == [SITE]


def test_registry_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"-a sites=sites\.csv"):
        ReportsSpider()
    with pytest.raises(ValueError, match="there is no such file"):
        ReportsSpider(sites=tmp_path / "none.csv")
    bad = tmp_path / "bad.csv"
    bad.write_text("url,name\nx,甲\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no site that can be used"):
        ReportsSpider(sites=bad)
    assert capsys.readouterr().err.count("bad.csv: line 2: url 'x'") == 1


FORM = """<form action="/igs/front/search/list.html"><input type="hidden" name="siteId" value="41">
<input name="searchWord"><input type="checkbox" name="exact"><input type="submit" name="go" value="搜索"></form>"""


def test_search_of_the_site_is_the_last_resort() -> None:
    found = pages(parse(FORM + '<a href="/zwgk/">政务公开</a>', kind=PageKind.ENTRY))
    search, way = sorted(found, key=lambda it: it.priority)
    assert way.url.endswith("/zwgk/")
    assert search.url.startswith(SITE + "igs/front/search/list.html?siteId=41&searchWord=%E6%94%BF")
    assert "exact" not in search.url and "go=" not in search.url
    assert search.memo["last_resort"]


def test_of_the_results_of_a_search_only_reports_are_asked_for() -> None:
    found = parse(
        """<ul><li><a href="/nb/202401/t20240125_1.html">汉屯路街道2023年政府信息公开工作年度报告</a></li>
        <li><a href="/xw/202401/t20240126_2.html">政府信息公开工作培训会举办</a></li>
        <li><a href="/xw/202401/t20240126_3.html">《2023年政府信息公开工作年度报告》解读</a></li></ul>
        <a href="?page=2">下一页</a>""",
        "search",
        kind=PageKind.LIST,
        memo={"search": True, "last_resort": True},
    )
    assert paths(found, PageKind.REPORT) == ["nb/202401/t20240125_1.html"]
    assert paths(found, PageKind.LIST) == ["search?page=2"]


def test_other_forms_are_left_alone() -> None:
    login = '<form action="/login" method="post"><input name="key"><input type="password" name="word"></form>'
    assert not [it for it in pages(parse(login, kind=PageKind.ENTRY)) if it.memo.get("search")]


def test_other_sites_are_written_down_only_when_asked_for() -> None:
    body = '<a href="http://www.hantun.example.gov.cn/">汉屯路街道</a>'
    assert pages(parse(body, "bm/")) == []
    by = spider()
    by.discovering = True
    assert [it.link_text for it in pages(parse(body, "bm/", by=by))] == ["汉屯路街道"]


def test_a_probe_asks_for_no_report_and_ends_where_reports_are_listed() -> None:
    by = spider()
    by.probing = True
    rows = "".join(f'<li><a href="202401/t20240125_{number}.html">2023年度报告{number}</a></li>' for number in (1, 2))
    found = parse(rows + '<a href="/zwgk/nb/2022/">2022年</a>', "nb/", by=by, memo={"column": True})
    assert pages(found) == []
    assert {it.reason for it in found if isinstance(it, NotWanted)} == {"only looked for"}
    assert pages(parse('<a href="/zfxxgk/">政府信息公开</a>', by=by, kind=PageKind.ENTRY)) == []


# --- the whole way ------------------------------------------------------------------------------------------


def fetch(page: Page) -> Response | None:
    """The answer to a page on loopback, None where it is an error."""
    request = urllib.request.Request(
        page.url, page.body.encode() if page.body else None, page.headers, method=page.method
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as opened:
            body = opened.read()
            # A removed document answers with a stub that sends on to its column: it is gone.
            gone = len(body) < 512 and b'http-equiv="refresh"' in body
            return None if gone else answer(page, body, opened.headers["Content-Type"])
    except urllib.error.HTTPError as error:
        error.close()
        return None


def walk(start: ReportsSpider, base: str) -> Iterator[tuple[Page, bool]]:
    """Every page asked for, best first, and whether it was answered."""
    entry = start.sites[0]
    queue = [(0, 0, Page(url=entry.url, site=entry.url, kind=PageKind.ENTRY))]
    known = {queue[0][2].key}
    while queue:
        page = heapq.heappop(queue)[2]
        response = None if page.render else fetch(page)
        yield page, response is not None
        for found in start.parse(response) if response is not None else [page.instead()]:
            if not isinstance(found, Page) or found.memo.get("last_resort"):
                continue
            if found.key not in known and found.url.startswith(base):
                known.add(found.key)
                heapq.heappush(queue, (-found.priority, len(known), found))


@pytest.fixture(scope="module")
def sample_sites() -> Iterator[SampleSites]:
    with SampleSites() as sites:
        yield sites


TRUTH: dict[str, Any] = json.loads((Path(__file__).parent / "site" / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_sample_site(sample_sites: SampleSites, name: str) -> None:
    """Every report is reached within three requests each, and nothing that is none is asked for as one."""
    truth, base = TRUTH[name], sample_sites.urls[name]
    entry = SiteEntry(base + truth.get("entry", "/"), truth["name"], truth["division"])
    asked = list(walk(ReportsSpider(sites=[entry]), base))
    # Lists that a script draws are read from its data.
    assert [page.url.removeprefix(base) for page, _ in asked if page.render] == []
    reports = {
        page.url.removeprefix(base)
        for page, answered in asked
        if answered and page.kind in (PageKind.REPORT, PageKind.ATTACHMENT)
    }
    wanted = {report["path"] for report in truth["reports"]}
    assert wanted - reports == set()
    assert reports & set(truth["decoys"]) == set()
    assert not any(forbidden in reports for forbidden in truth["robots_forbidden"])
    # A site with two reports has a way to them as long as others have.
    assert len(asked) <= max(3 * len(wanted), 9)
