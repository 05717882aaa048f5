"""Main content: all of the article, none of the page around it, and what a page hides judged by what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.reading import Source, read
from archive.reading.content import from_html
from archive.reading.documents.hiding import way_of_hiding
from archive.reading.documents.html import parse
from archive.reading.script import has_traditional, simplify
from archive.search import bigrams, match_query
from tests import gate_text
from tests.imitation import HIDDEN_ADVERTISING, WAYS, imitate
from tests.injection import scatter

LAYOUTS = Path(__file__).parent / "pages" / "layouts"
SENTENCE = "本街道全年主动公开政府信息一百二十条，其中涉及民生的占一半以上。"


def text_of(body: str, head: str = "") -> list[str]:
    """The lines of a page's main content."""
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), Source()).text.split("\n")


def report(*parts: str) -> str:
    """An article of six headings with other parts after the second."""
    headings = (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )
    lines = [f"<p>{heading}</p><p>{SENTENCE[:-1]}（{number}）。</p>" for number, heading in enumerate(headings)]
    return "".join([*lines[:2], *parts, *lines[2:]])


def test_imitation_pages_are_above_the_floors() -> None:
    clean = gate_text.score(gate_text.pages(inject=False, seeds=[3]), gate_text.ours)
    injected = gate_text.score(gate_text.pages(inject=True, seeds=[3]), gate_text.ours)
    assert gate_text.failures(clean, injected) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in LAYOUTS.glob("*.html")))
def test_layout_gives_the_article_and_nothing_else(name: str) -> None:
    source = Source(url="http://www.example.gov.cn/a.html")
    text = read((LAYOUTS / f"{name}.html").read_bytes(), source).text
    assert text.split("\n") == (LAYOUTS / f"{name}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("way", WAYS)
def test_hidden_advertising_is_taken_out_and_recorded(way: str) -> None:
    for advertising in HIDDEN_ADVERTISING:
        spoiled = way.format(advertising.replace("{n}", "7"))
        page = f'<html><body><div class="detail">{report(spoiled)}</div></body></html>'
        reading = read(page.encode(), Source(url="http://www.example.gov.cn/a.html"))
        assert len(reading.text.split("\n")) == 12, spoiled
        words = re.sub(r"<[^>]+>", " ", advertising).split()
        recorded = [removal for removal in reading.removals if removal.kind == "hidden_text"]
        assert [all(word in removal.text for word in words) for removal in recorded] == [True]
        assert recorded[0].rule and recorded[0].where == ["body"]


@pytest.mark.parametrize("way", WAYS)
def test_hidden_alone_is_no_verdict(way: str) -> None:
    honest = '<a href="/share">分享</a> <a href="http://service.weibo.com/share">微博</a>'
    page = f'<html><body><div class="detail">{report(way.format(honest))}</div></body></html>'
    assert read(page.encode(), Source(url="http://www.example.gov.cn/a.html")).removals == []


@pytest.mark.parametrize(
    ("sheet", "way"),
    [
        ("font-size:0", "font_size_zero_by_sheet"),
        ("height:0;overflow:hidden", "no_size_by_sheet"),
        ("opacity:0", "transparent_by_sheet"),
        ("text-indent:-9999px", "off_screen_by_sheet"),
    ],
)
def test_what_a_sheet_may_hide_goes_where_it_advertises_and_stays_where_not(sheet: str, way: str) -> None:
    head = f"<style>.soft{{{sheet}}}</style>"
    advertising = report('<div class="soft"><a href="http://a.example.top/">娱乐城开户</a></div>')
    reading = read(f"<html><head>{head}</head><body><div>{advertising}</div></body></html>".encode(), Source())
    assert [(removal.text, removal.rule) for removal in reading.removals] == [("娱乐城开户", way)]
    assert len(text_of(f'<div class="soft">{report()}</div>', head)) == 12


def test_link_to_a_foreign_host_that_advertises_goes_though_it_is_shown() -> None:
    page = report(
        '<p><a href="http://a.example.top/">皇冠体育官网</a> <a href="http://b.example.gov.cn/">体育局</a></p>'
    )
    reading = read(f"<html><body><div>{page}</div></body></html>".encode(), Source(url="http://www.example.gov.cn/"))
    assert [(removal.text, removal.kind) for removal in reading.removals] == [("皇冠体育官网", "injected_link")]
    assert "体育局" in reading.text


@pytest.mark.parametrize(
    "tag",
    [
        '<td style="color:#fff;background:#c00">',
        '<table bgcolor="#003366"><tr><td><font color="#ffffff">',
        '<div style="font-size:0"><span style="font-size:16px">',
        '<p style="text-indent:-2em;margin:0 -15px">',
        '<p style="visibility:visible;display:block;opacity:1;z-index:1">',
        '<p style="text-decoration:none;overflow:hidden;height:auto">',
    ],
)
def test_shown_markup_is_not_hidden(tag: str) -> None:
    root = parse(f"<html><body>{tag}x</body></html>")
    assert [way_of_hiding(node) for node in root.iter() if way_of_hiding(node)] == []


def test_open_tab_is_shown_and_rules_for_paper_hide_nothing() -> None:
    head = "<style>.tab{display:none} .tab.on{display:block} @media print{.detail{display:none}}</style>"
    lines = text_of(
        f'<div class="detail"><div class="tab on">{report()}</div><div class="tab">图解版</div></div>', head
    )
    assert len(lines) == 12


def test_article_in_a_hidden_tab_is_read_where_no_other_is_shown() -> None:
    assert len(text_of(f'<div class="tab" style="display:none"><div class="c">{report()}</div></div>')) == 12


def test_second_copy_for_small_screens_is_left_out() -> None:
    lines = text_of(f'<div class="all"><div class="pc">{report()}</div><div class="phone">{report()}</div></div>')
    assert len(lines) == 12


def test_article_pasted_page_by_page_is_whole() -> None:
    whole = report()
    cut = whole.index("<p>四、")
    lines = text_of(f"<div><div class=TRS_Editor>{whole[:cut]}</div><div class=TRS_Editor>{whole[cut:]}</div></div>")
    assert len(lines) == 12
    prose = "".join(f"<p>{SENTENCE}{number}</p>" for number in range(4))
    second = f"<p>{SENTENCE}末页</p>{prose.replace(SENTENCE, SENTENCE + '再')}"
    assert len(text_of(f"<div><div class=TRS_Editor>{prose}</div><div class=TRS_Editor>{second}</div></div>")) == 9


def test_opening_and_signature_outside_the_tables_stay() -> None:
    table = (
        "<div class=tb><table><tr><td>信息内容</td><td>本年制发件数</td></tr>"
        "<tr><td>行政事业性收费</td><td>0</td></tr></table></div>"
    )
    lines = text_of(
        f"<div class=x><p>{SENTENCE}</p>{table}<p>{SENTENCE}又</p><p>东门街道办事处</p><p>2024年1月5日</p></div>"
    )
    assert lines[0] == SENTENCE
    assert lines[-2:] == ["东门街道办事处", "2024年1月5日"]


def test_attachments_stay_and_neighbours_go() -> None:
    tail = (
        '<p>附件：<a href="/f/1.pdf">东门街道年报.pdf</a></p><p>上一篇：<a href="/1.html">关于防汛的通知</a></p>'
        '<ul><li><a href="/2.html">街道要闻</a></li><li><a href="/3.html">通知公告</a></li></ul><p>【打印】【关闭】</p>'
    )
    lines = text_of(f"<div id=zoom>{report()}{tail}</div>")
    assert lines[12:] == ["附件：东门街道年报.pdf"]


def test_heading_with_an_injected_word_is_still_a_heading() -> None:
    name = "飞禽走兽老虎机"
    page = report().replace("政府信息公开申请", f"{name}申请").replace("主动公开政府信息", f"主动公开{name}")
    reading = read(f"<html><body><div class=q>{page}</div><div>侧栏</div></body></html>".encode(), Source())
    assert "三、收到和处理申请情况" in reading.text.split("\n")
    assert "侧栏" not in reading.text
    assert [warning.code for warning in reading.warnings if warning.code == "tampered"] == ["tampered"]


TITLE = "东门街道2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "head",
    [
        f'<META content="{TITLE}" NAME="articletitle">',
        f'<meta name="ArticleTitle" content=""><meta name="ArticleTitle" content="临河区人民政府网——{TITLE}">',
        f"<title>{TITLE}_临河区人民政府门户网站</title>",
        "<title>&#x535A;&#x5F69;&#x5E73;&#x53F0;</title>"
        f"<script>if(!/spider/.test(ua)) document.title='{TITLE}';</script>",
        f"<title>&amp;#x535A;&amp;#x5F69;_&amp;#x5A01;</title><meta name=ArticleTitle content='{TITLE}'>",
        f"<title>皇冠体育官网_皇冠体育app下载_皇冠体育</title><meta name=ArticleTitle content='{TITLE}'>",
    ],
)
def test_title_from_the_metadata_with_its_traps(head: str) -> None:
    page = f"<html><head>{head}</head><body><div class=q>{report()}</div><h1>政府网站年度报表</h1></body></html>"
    assert read(page.encode(), Source()).title == TITLE


def test_date_and_source_from_the_metadata_in_any_case() -> None:
    head = (
        '<meta content="2024年01月08日" name="pubDate"><meta name="contentSource" content="东门街道办事处">'
        '<meta name=Generator content="Microsoft Word 14">'
    )
    content = from_html(f"<html><head>{head}</head><body>{report()}</body></html>")
    assert (content.published, content.source) == ("2024-01-08", "东门街道办事处")


def test_scattered_text_is_marked_and_files_no_figures() -> None:
    page = imitate("trs", 2)
    spoiled = scatter(page.prose, 1)
    rows = "<tr><td>行政许可</td><td>1</td><td>2</td><td>3</td></tr>"
    labels = "<td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td>"
    table = f"<table><tr>{labels}</tr>{rows}</table>"
    markup = (
        "".join(f"<p>{line}</p>" for line in spoiled[:6]) + table + "".join(f"<p>{line}</p>" for line in spoiled[6:])
    )
    reading = read(f"<html><body><div id=zoom>{markup}</div></body></html>".encode(), Source())
    assert reading.figures == [] and reading.grids
    assert "tampered" in [warning.code for warning in reading.warnings]


def test_injection_in_metadata_and_attributes_is_recorded_where_it_stood() -> None:
    name = "365体育投注-【官方授权】@"
    head = f"<meta name=keywords content='{name}东门街道'><meta name=ContentSource content='{name}东门街道办事处'>"
    body = f"<div id=zoom>{report(f'<p>{name}东门街道办事处</p>')}<img alt='{name}东门街道'></div>"
    reading = read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), Source())
    assert [(removal.text, removal.count, removal.where) for removal in reading.removals] == [
        (name, 4, ["metadata", "attribute", "body"])
    ]


def test_both_scripts_find_each_other() -> None:
    assert simplify("瞭解鐘樓區後來的乾隆著作") == "了解钟楼区后来的乾隆著作"
    assert not has_traditional("街道办事处2023年") and not has_traditional("abc")
    assert bigrams("信息公開") == bigrams("信息公开")
    assert match_query("信息公開") == match_query("信息公开")


def test_report_with_a_replaced_word_keeps_its_figures_and_its_agency() -> None:
    page = (Path(__file__).parent / "pages" / "reports" / "columns_reordered.html").read_text("utf-8")
    honest = read(page.encode(), Source())
    for name in ("飞禽走兽老虎机", "聚彩堂平台", "皇冠体育_皇冠官网_皇冠平台"):
        reading = read(page.replace("政府信息公开", name).encode(), Source())
        values = [(figure.section, figure.item, figure.category, figure.value) for figure in reading.figures]
        assert values == [(it.section, it.item, it.category, it.value) for it in honest.figures]
        assert (reading.agency, reading.year) == (honest.agency, honest.year)
        assert reading.title == "龙岗街道2025年工作年度报告"
        assert {removal.suggestion for removal in reading.removals} == {"政府信息公开"}
