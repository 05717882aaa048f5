"""Links that scripts draw, trees of columns, and lists whose records name no address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from archive.schema import PageKind
from crawler.page import Page
from crawler.rendering import SEEN_DATA_KEY
from spiders.families import GENERIC, Row, seen_lists
from spiders.families.pagers import has_more
from spiders.families.records import rows_of_records, template_of
from spiders.families.trees import name_of, report_columns
from spiders.markup import Markup

BASE = "http://www.hantun.example.gov.cn/zwgk/"


def markup_of(body: str, seen: list[dict[str, Any]] | None = None) -> Markup:
    request = Request(BASE, meta={SEEN_DATA_KEY: seen or []})
    return Markup(HtmlResponse(BASE, body=body.encode(), encoding="utf-8", request=request))


@pytest.mark.parametrize(
    "body",
    [
        "<script>var zNodes = [{id:1, pId:0, name:'教育局', url:'jyj/nb/', target:'_self'}];</script>",
        '<script>var rows = [{"title": "\\u6559\\u80b2\\u5c40", "url": "\\/zwgk\\/jyj\\/nb\\/"}]</script>',
        '<select><option value="">请选择</option><option value="jyj/nb/">教育局</option></select>',
    ],
)
def test_links_that_a_script_or_a_choice_holds_are_links(body: str) -> None:
    assert [(it.url, it.label) for it in markup_of(body).links] == [(f"{BASE}jyj/nb/", "教育局")]


@pytest.mark.parametrize(
    "body",
    [
        "<script>var setting = {name: 'zTree', url: '/x/'};</script>",
        "<script>/* {name: '教育局', url: '/x/'} */</script>",
        "<script>var map = {name: '教育局', url: '暂无地址'};</script>",
        '<select><option value="3">教育局</option></select>',
    ],
)
def test_what_names_no_address_is_no_link(body: str) -> None:
    assert markup_of(body).links == []


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ('<div><span>教育局</span><a href="a/">更多&gt;&gt;</a></div>', "教育局"),
        ('<h3>政府信息公开年报<em><a href="a/" title="更多">MORE</a></em></h3>', "政府信息公开年报"),
        ("<div><ul><li>" + "很长的新闻标题" * 9 + '</li></ul><p><a href="a/">更多</a></p></div>', "更多"),
    ],
)
def test_more_is_called_by_what_it_is_more_of(body: str, label: str) -> None:
    assert [it.label for it in markup_of(body).links] == [label]


def test_a_route_is_part_of_an_address_and_an_anchor_is_not() -> None:
    body = '<a href="#/list/7">政府信息公开年报</a><a href="#top">回到顶部</a><a href="a.html#top">正文</a>'
    assert [it.url for it in markup_of(body).links] == [f"{BASE}#/list/7", f"{BASE}a.html"]
    drawn = [Page(f"{BASE}#/list/{number}", BASE, PageKind.COLUMN, render=True).key for number in (7, 8)]
    plain = [Page(f"{BASE}a.html{anchor}", BASE, PageKind.COLUMN).key for anchor in ("", "#top")]
    assert drawn[0] != drawn[1] and plain[0] == plain[1]


def test_report_columns_of_a_tree_and_whose_they_are() -> None:
    tree = [
        {"text": "政府信息公开指南", "id": 1},
        {
            "text": "教育局",
            "children": [{"text": "政府信息公开年报", "id": 2}, {"text": "法治政府建设年度报告", "id": 3}],
        },
        {"name": "政府信息公开年报", "id": 4, "children": [{"name": "汉屯路街道", "id": 5}]},
    ]
    found = [(node["id"], name_of(node), unit) for node, unit in report_columns(tree)]
    assert found == [(2, "政府信息公开年报", "教育局"), (4, "政府信息公开年报", None), (5, "汉屯路街道", "汉屯路街道")]


def test_records_without_addresses_get_them_as_the_page_drew_them() -> None:
    first = {"total": 30, "rows": [{"id": 4711, "title": "2023年政府信息公开年度报告", "sort": 1}]}
    drawn = [Row(f"{BASE}#/detail/4711", "2023年政府信息公开年度报告")]
    template = template_of(first, drawn)
    assert template == ("id", f"{BASE}#/detail/{{}}")
    second = {"rows": [{"id": 4702, "title": "2022年政府信息公开年度报告", "publishDate": "2023-01-20"}]}
    rows = rows_of_records(second, BASE, template)
    assert [(it.url, it.date) for it in rows] == [(f"{BASE}#/detail/4702", "2023-01-20")]
    assert template_of(first, []) is None


@pytest.mark.parametrize(
    ("data", "more"),
    [
        ({"total": 30}, True),
        ({"total": "10"}, False),
        ({"data": {"pages": 2}}, True),
        ({"page": {"totalPages": 1, "total": 99}}, False),
        ({}, None),
    ],
)
def test_data_says_whether_it_goes_on(data: dict[str, Any], more: bool | None) -> None:
    assert has_more(data, 1, 10) is more


def test_a_drawn_list_goes_on_where_its_data_comes_from() -> None:
    rows = [Row(f"{BASE}#/detail/{number}", f"{number}年政府信息公开年度报告") for number in (2023, 2022)]
    records = [{"id": number, "title": f"{number}年政府信息公开年度报告"} for number in (2023, 2022)]
    page = Page(BASE, BASE, PageKind.COLUMN, render=True)

    def seen(total: int) -> list[dict[str, Any]]:
        text = json.dumps({"total": total, "rows": records})
        return [
            {"url": f"{BASE}api/menu", "method": "GET", "body": None, "text": '[{"id": 1, "name": "指南"}]'},
            {"url": f"{BASE}api/list", "method": "POST", "body": '{"pageNum":1}', "text": text},
        ]

    assert seen_lists(markup_of("", seen(2)), page, rows) == []
    [asked] = seen_lists(markup_of("", seen(9)), page, rows)
    assert (asked.url, asked.method, asked.body) == (f"{BASE}api/list", "POST", '{"pageNum":1}')
    assert asked.headers["Content-Type"] == "application/json" and not asked.render


@pytest.mark.parametrize(
    ("pager", "method", "url", "body"),
    [
        (
            '<form name="f" action="/list.do" method="post"><input type="hidden" name="channel" value="7">'
            '<input type="hidden" name="pageNo" value="1"></form><a href="javascript:to(2)">下一页</a>共3页',
            "POST",
            "http://www.hantun.example.gov.cn/list.do",
            "channel=7&pageNo=2",
        ),
        (
            '<form action="/list.do?x=1"><input type="hidden" name="channel" value="7"><input name="page"></form>共3页',
            "GET",
            "http://www.hantun.example.gov.cn/list.do?channel=7&page=2",
            None,
        ),
        (
            "<script>function go(n){location.href='list.jsp?id=7&page='+n}</script>第1页/共3页",
            "GET",
            f"{BASE}list.jsp?id=7&page=2",
            None,
        ),
        ("<script>function go(n){location.href='list.jsp?id=7&page='+n}</script>第1页/共1页", None, None, None),
        ('<form action="/search"><input name="q"></form>共3页', None, None, None),
    ],
)
def test_pages_are_turned_by_a_form_or_a_script(
    pager: str, method: str | None, url: str | None, body: str | None
) -> None:
    rows = [Row(f"{BASE}{number}.html", f"{number}年政府信息公开年度报告") for number in (2023, 2022)]
    page = Page(BASE, BASE, PageKind.COLUMN)
    found = [(it.method, it.url, it.body) for it in GENERIC.next_pages(markup_of(pager), page, rows)]
    assert found == ([(method, url, body)] if method else [])
