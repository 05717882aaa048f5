"""The site's own pages: home, agency, report, compare, search, dictionary, the page as served."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from archive.publishing.site.charts import Series, lines, stacked_bars
from archive.publishing.site.details import detail_in_words
from archive.publishing.site.glossary import column_words, item_words, table_words
from archive.publishing.site.headers import FRAMING_POLICY, STRICT_POLICY
from archive.publishing.site.original import FRAME_POLICY
from archive.publishing.site.printed import Printed
from archive.publishing.site.search_page import marked, passages
from archive.publishing.site.words import RULES, WORDS
from archive.reading import Source, forms, read
from archive.schema import TABLES
from archive.store import Archive
from tests.published import (
    BROKEN,
    GOOD,
    MISSING,
    SITE,
    STREET,
    UNPARSED,
    Get,
    Page,
    balanced,
    build,
    keep,
    number,
    reading,
    served,
)

REPORTS = Path(__file__).parent / "pages" / "reports"
SCRIPT = b"<html><script>document.title='ran'</script><body onload='x()'><h1>\xc4\xea\xb1\xa8</h1></body></html>"
OURS = [
    "/",
    "/coverage",
    "/agencies/410303007",
    "/reports/1",
    "/compare?agency=410303007",
    "/search?q=公开",
    "/dictionary",
]


def page_report(archive: Archive) -> int:
    """A report read from a page with its tables, under an agency of its own; the document's number."""
    body = (REPORTS / "columns_reordered.html").read_bytes()
    url = f"{SITE}page.html"
    capture = archive.store_capture(
        url=url, body=body, status=200, headers=[("Content-Type", "text/html")], kind="report", site=SITE
    )
    return archive.store_reading(capture.id, read(body, Source(url=url, division="410303")), "1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return build(tmp_path / "a.db")


@pytest.fixture
def get(path: Path) -> Iterator[Get]:
    yield from served(path)


# --- every page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("address", OURS)
def test_pages_run_no_script_and_load_nothing_from_elsewhere(get: Get, address: str, language: str) -> None:
    answer = get(address, language)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert answer.headers["content-security-policy"] in (STRICT_POLICY, FRAMING_POLICY)
    page = Page(answer.text)
    assert not {"script", "img", "style", "object", "embed"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    assert all(link.startswith(("/", "?", "#")) and not link.startswith("//") for link in page.values("href"))
    assert all(source.startswith("/captures/") for source in page.values("src"))
    assert WORDS[language]["footer"] in answer.text


@pytest.mark.parametrize("address", OURS)
def test_every_link_of_a_page_leads_somewhere(get: Get, address: str) -> None:
    page = Page(get(address).text)
    identifiers = set(page.values("id"))
    for link in set(page.values("href")):
        if link.startswith("#"):
            assert link[1:] in identifiers, link
        else:
            assert get(link if link.startswith("/") else address.split("?")[0] + link).status_code == 200, link


@pytest.mark.parametrize(
    "address", ["/agencies/none", "/reports/999", "/captures/999/page", "/agencies/410303007/1999"]
)
def test_what_is_not_there_is_said(get: Get, address: str, capfd: pytest.CaptureFixture[str]) -> None:
    answer = get(address)
    assert answer.status_code == 404 and "in this archive" in answer.text
    assert capfd.readouterr() == ("", "")


def test_pages_are_compressed_and_known_by_their_tag(get: Get) -> None:
    answer = get("/coverage", **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-cache"
    again = get("/coverage", **{"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert get("/coverage", "zh", **{"If-None-Match": answer.headers["etag"]}).status_code == 200
    assert "max-age" in get("/nianbao/nianbao.css").headers["cache-control"]


def test_a_published_archive_may_be_kept_by_caches(path: Path) -> None:
    with Archive(path) as archive:
        archive.db.execute("pragma journal_mode = delete")
    for get in served(path, immutable=True):
        assert "max-age=3600" in get("/reports/1").headers["cache-control"]


def test_robots_are_blocked_by_option(path: Path) -> None:
    for get in served(path, block_robots=True):
        assert "Disallow: /" in get("/robots.txt").text
    for get in served(path):
        assert "Disallow" not in get("/robots.txt").text


def test_lists_leave_long_texts_out_unless_asked(get: Get) -> None:
    assert "本街道主动公开" not in get("/a/annual_reports").text
    assert "本街道主动公开" in get("/a/annual_reports?_col=text").text
    assert "本街道主动公开" in get(f"/a/annual_reports.json?_shape=array&year={GOOD}&level=street").json()[0]["text"]


# --- home and agency ----------------------------------------------------------------------------------------------


def test_home_tells_how_much_there_is(get: Get) -> None:
    text = get("/").text
    assert "<strong>4</strong> Reports" in text
    assert "河南省" in text and WORDS["en"]["no_run"] in text
    assert f"{STREET}{GOOD}年" in text


def test_an_agency_has_its_years_charts_and_documents(get: Get) -> None:
    text = get("/agencies/410303007").text
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("svg") >= 2
    assert f"{GOOD} granted" not in text and f"{BROKEN} {WORDS['en']['received']}: 3" in text
    carried = text.split(f">{WORDS['en']['carry']}<")[1].split("</section>")[0]
    assert f">{GOOD}<" in carried and WORDS["en"]["disagrees"] in carried
    assert {"/reports/1", "/reports/2", "/reports/3", "/reports/4"} <= set(page.values("href"))
    assert get(f"/agencies/410303007/{GOOD}").headers["location"] == "/reports/1"


def test_a_group_with_a_lost_cell_has_no_sum(path: Path) -> None:
    with Archive(path) as archive:
        archive.db.execute(
            """insert into figures (document, section, item, category)
               values (1, 'applications', 'denied_inquiry', 'total')"""
        )
    for get in served(path):
        assert f"{GOOD} denied" not in get("/agencies/410303007").text


def test_charts_say_their_numbers_and_break_where_nothing_is_known() -> None:
    bars = stacked_bars("t", [2020, 2021], [Series("a<b", [3, None]), Series("c", [2, None])])
    assert "2020 a&lt;b: 3" in bars and ">5</text>" in bars and ">?</text>" in bars
    line = lines("t", [2019, 2020, 2021], [Series("a", [1, None, 3])])
    assert line.count("<circle") == 2 and 'class="series-0" x1' not in line


# --- report -------------------------------------------------------------------------------------------------------


def test_every_number_leads_to_the_cell_that_prints_it(path: Path) -> None:
    with Archive(path) as archive:
        document = page_report(archive)
        figures = archive.rows(
            "select count(*) as n from figures where document = ? and value is not null", (document,)
        )
    for get in served(path):
        text = get(f"/reports/{document}").text
    links = re.findall(r'<a href="#(cell-\d+-\d+-\d+)"[^>]*>([^<]*)</a>', text)
    cells = dict(re.findall(r'<td id="(cell-\d+-\d+-\d+)"[^>]*>([^<]*)</td>', text))
    assert len(links) == figures[0]["n"] > 100
    for anchor, shown in links:
        assert re.sub(r"\D", "", cells[anchor]) == re.sub(r"\D", "", shown)


def test_the_form_is_laid_out_with_every_row_and_column(path: Path) -> None:
    with Archive(path) as archive:
        document = page_report(archive)
    for get in served(path):
        text = get(f"/reports/{document}").text
    for table in re.findall(r'<table class="form \w+".*?</table>', text, re.DOTALL):
        width = 0
        taken: dict[tuple[int, int], bool] = {}
        for height, row in enumerate(re.findall(r"<tr>.*?</tr>", table, re.DOTALL)):
            column = 0
            for attributes in re.findall(r"<t[hd]([^>]*)>", row):
                spans = {name: int(value) for name, value in re.findall(r'(\w+span)="(\d+)"', attributes)}
                while (height, column) in taken:
                    column += 1
                for down in range(spans.get("rowspan", 1)):
                    for right in range(spans.get("colspan", 1)):
                        taken[height + down, column + right] = True
            width = max(width, max(place[1] for place in taken) + 1)
        rows = max(place[0] for place in taken) + 1
        assert len(taken) == rows * width, "the spans of the laid out table leave no hole and do not overlap"
    for item in forms.APPLICATIONS:
        if "2021" in item.forms:
            assert item.label in text


def test_checks_are_told_in_words_with_their_numbers(get: Get) -> None:
    text = get("/reports/2").text
    assert RULES["applications.balance"][0] in text and "3 + 2 = 5 against 4 + 0 = 4" in text
    assert RULES["applications.balance"][1] in get("/reports/2", "zh").text
    assert WORDS["en"]["no_figures"] in get("/reports/3").text
    assert WORDS["en"]["not_report"] in get("/reports/4").text


def test_details_are_told_in_the_readers_language(get: Get) -> None:
    checks = get("/reports/2", "zh").text
    assert "总计: 3 + 2 = 5 ≠ 4 + 0 = 4" in checks and "against" not in checks
    coverage = get("/coverage", "zh").text
    assert "网站上未找到该年度年报" in coverage and "no report of this year" not in coverage
    assert "no report of this year on the site" in get("/coverage").text


@pytest.mark.parametrize(
    ("detail", "chinese"),
    [
        ("natural_person: 143 + 2 = 145 against 150", "自然人: 143 + 2 = 145 ≠ 150"),
        ("denied_process: 3 against 1 + 1 = 2", "（三）不予公开 6.属于四类过程性信息: 3 ≠ 1 + 1 = 2"),
        ("total: 0 carried into 2023, 1 over from 2022", "总计: 2022 年“结转下年度”为 1，2023 年“上年结转”为 0"),
        ("3 of 7 cannot be said", "7 项中有 3 项无法判断"),
        ("收到申请72件: 70 in the tables", "收到申请72件，表格中为 70"),
        (
            "applications.new.total: 5 here, 6 in http://x.example/total: 1.html",
            "一、本年新收政府信息公开申请数量 · 总计: 本文件为 5，另一文件为 6：http://x.example/total: 1.html",
        ),
        ("http://x.example/: HTTP 403", "http://x.example/: HTTP 403"),
    ],
)
def test_set_phrases_and_names_are_turned_and_the_rest_is_kept(detail: str, chinese: str) -> None:
    assert detail_in_words(detail, "zh") == chinese
    assert detail_in_words(detail, "en") == detail


def test_figures_from_a_picture_look_it(path: Path) -> None:
    with Archive(path) as archive:
        read_from_picture = replace(number("new", 7), method="ocr")
        document = keep(archive, "scan", reading(MISSING, figures=[read_from_picture]))
    for get in served(path):
        text = get(f"/reports/{document}").text
        assert '<span class="recognized">7</span>' in text and WORDS["en"]["ocr_note"] in text
        assert WORDS["en"]["ocr_note"] not in get("/reports/1").text


def test_versions_and_their_differences(path: Path) -> None:
    with Archive(path) as archive:
        newer = keep(archive, "good2", reading(GOOD, figures=[*balanced(6, 0, 5, 1)], text="新的一行。"))
    for get in served(path):
        text = get(f"/reports/{newer}?against=1").text
        assert "<td>5</td><td>6</td>" in text and "<ins>+新的一行。</ins>" in text and "<del>-" in text
        assert f"/reports/{newer}?against=1" in get(f"/reports/{newer}").text
        assert WORDS["en"]["same_text"] not in text and WORDS["en"]["same_figures"] not in text


def test_text_without_tables_and_tables_without_text_have_their_places() -> None:
    text = "标题\n规章 | 0 | 1\n结尾"
    printed = Printed(text, [[["规章", "0", "1"]], [["不在正文", None]]])
    assert [part.anchor for part in printed.parts] == ["line-1", "table-0", "line-3"]
    assert [part.anchor for part in printed.apart] == ["table-1"]
    assert printed.anchor(0, 0, 2, None) == "cell-0-0-2"
    assert printed.anchor(1, 0, 1, None) == "cell-1-0-0"
    assert printed.anchor(None, None, None, 3) == "line-3"
    assert printed.anchor(7, 0, 0, None) is None and printed.anchor(None, None, None, None) is None


# --- the page as served -------------------------------------------------------------------------------------------


def test_a_page_as_served_can_do_nothing(path: Path) -> None:
    with Archive(path) as archive:
        capture = archive.store_capture(
            url=f"{SITE}bad page.html", body=SCRIPT, status=200, headers=[("Content-Type", "text/html")], kind="report"
        ).id
        archive.store_reading(capture, reading(UNPARSED, charset="gb18030"), "1")
    for get in served(path):
        framed = get(f"/captures/{capture}/page")
        assert framed.content == SCRIPT
        assert framed.headers["content-security-policy"] == FRAME_POLICY
        assert framed.headers["content-type"] == "text/html; charset=gb18030"
        source = get(f"/captures/{capture}/source")
        assert source.headers["content-type"].startswith("text/plain") and source.content == SCRIPT
        saved = get(f"/captures/{capture}/download")
        assert saved.headers["content-type"] == "application/octet-stream"
        assert saved.headers["content-disposition"] == f'attachment; filename="{capture}-bad_page.html"'
        for answer in (framed, source, saved):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"].startswith("sandbox;")
        (frame,) = [attributes for tag, attributes in Page(get(f"/reports/{capture}").text).tags if tag == "iframe"]
        assert frame["sandbox"] in ("", None)


def test_damaged_bytes_are_not_handed_out(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "update payloads set body = x'00' where sha256 = (select payload from captures where id = 1)"
        )
    connection.close()
    for get in served(path):
        answer = get("/captures/1/page")
        assert answer.status_code == 500 and "damaged" in answer.text


# --- compare ------------------------------------------------------------------------------------------------------


def test_agencies_are_found_by_name_and_compared(get: Get) -> None:
    found = get("/compare?name=汉屯路").text
    assert 'value="410303007" checked' in found and "西工区" in found
    assert get("/compare?name=漢屯路").text.count('value="410303007"') == 1
    assert WORDS["en"]["no_match"] in get("/compare?name=%").text or 'value="410303007"' in get("/compare?name=%").text
    text = get("/compare?agency=410303007&agency=410303&figure=applications.carried_over.total&figure=x").text
    assert "四、结转下年度继续办理 · 总计" in text and 'href="/reports/1"' in text


def test_the_comparison_is_downloaded_as_numbers(get: Get) -> None:
    answer = get("/compare.csv?agency=410303007&agency=x-1&figure=applications.new.total")
    assert answer.text.startswith("\ufeffagency,")
    rows = {
        (row["agency"], row["year"]): row["value"] for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    }
    assert rows[STREET, str(GOOD)] == "5" and rows[STREET, str(BROKEN)] == "3" and rows[STREET, str(UNPARSED)] == ""


# --- search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "document"), [("收费", 3), ("费", 3), ("收費", 3), ("危险品", 5), ("危險品", 5)])
def test_search_finds_short_words_in_either_script(get: Get, words: str, document: int) -> None:
    text = get(f"/search?q={words}").text
    assert re.findall(r'<h2 lang="zh-Hans"><a href="/reports/(\d+)"', text) == [str(document)]
    assert "<mark>" in text and "<img src=x" not in text


def test_facets_narrow_the_results(get: Get) -> None:
    text = get("/search?q=公开").text
    assert f"?q=%E5%85%AC%E5%BC%80&amp;year={GOOD}" in text
    assert len(re.findall(r'<h2 lang="zh-Hans">', get(f"/search?q=公开&year={GOOD}&level=street").text)) == 1
    assert WORDS["en"]["no_results"] in get("/search?q=公开&province=<b>").text
    assert WORDS["en"]["no_results"] in get("/search?q=无此词语").text


def test_passages_are_marked_and_escaped() -> None:
    assert marked("<b>收费</b>", "收费 b") == "&lt;<mark>b</mark>&gt;<mark>收费</mark>&lt;/<mark>b</mark>&gt;"
    assert marked("政府信息公開", "公开") == "政府信息<mark>公開</mark>"
    shown = passages("收费 | 0\n" + "甲" * 100 + "收费标准", "收费")
    assert "甲" in shown[0] and "标准" in shown[0] and len(shown) == 2
    assert passages("甲" * 200, "乙")[0].endswith("…")


# --- dictionary ---------------------------------------------------------------------------------------------------


def test_the_dictionary_names_everything_in_both_languages(get: Get) -> None:
    english, chinese = get("/dictionary", "en").text, get("/dictionary", "zh").text
    for table in TABLES:
        assert f'id="{table.name}"' in english
        assert table_words(table.name, table.description, "zh") in chinese
        for column in table.columns():
            assert f"<code>{column.name}</code>" in english
            words = column_words(table.name, column.name, column.description, "zh")
            assert words != column.description and words in chinese, f"{table.name}.{column.name} has no Chinese words"
    for item in forms.ITEMS:
        assert f"<code>{item.name}</code>" in english and item_words(item.section, item.name) in unescape(chinese)
