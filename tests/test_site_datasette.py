"""The site over an archive built by hand: datasette's pages, the coverage page, and the headers of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.publishing.coverage import STATES, CoverageRow, plain_reason
from archive.publishing.site.coverage_page import AGENCIES_A_PAGE, MARKS, CoveragePage, Filters
from archive.publishing.site.headers import STRICT_POLICY
from archive.publishing.site.overview import Overview, Overviews
from archive.publishing.site.plugin import excerpt, match_query
from archive.publishing.site.words import WORDS, preferred_language
from archive.reading.model import Figure
from archive.store import Archive
from tests.published import BROKEN, GOOD, MISSING, STREET, YEAR, Get, Page, build, keep, reading, served


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return build(tmp_path / "a.db")


@pytest.fixture
def get(path: Path) -> Iterator[Get]:
    yield from served(path)


def rows_of(get: Get, query: str) -> Any:
    answer = get(query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_home_leads_to_the_coverage(get: Get) -> None:
    answer = get("/")
    assert answer.status_code == 200
    assert "/coverage" in Page(answer.text).values("href")
    assert "annual_reports" in get("/a").text


def test_a_table_has_facets_descriptions_and_short_texts(get: Get) -> None:
    answer = get("/a/annual_reports")
    assert answer.status_code == 200
    assert "canonical Chinese name" in answer.text and "column of the statutory table" not in answer.text
    assert "（三）不予公开 · 6.属于四类过程性信息 · 总计" in get("/a/applications_by_report").text
    facets = rows_of(get, "/a/annual_reports.json?_facet=year&_facet=level")["facet_results"]
    assert set(facets) == {"year", "level"}
    assert {entry["value"] for entry in facets["level"]["results"]} == {"street", "other"}


def test_technical_tables_are_hidden(get: Get) -> None:
    tables = {table["name"]: table["hidden"] for table in get("/a.json").json()["tables"]}
    assert {name for name, hidden in tables.items() if not hidden} == {
        "agencies", "sites", "captures", "documents", "reports", "figures", "removals", "checks",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "title"), [("收费", "unparsed"), ("费", "unparsed"), ("危险品", "hostile"), ("收费 标准", "unparsed")]
)
def test_search_finds_words_of_any_length(get: Get, words: str, title: str) -> None:
    (found,) = rows_of(get, f"/a/search.json?words={words}&_shape=array")
    assert found["url"].endswith(f"{title}.html")
    assert words.split()[0] in found["snippet"]


@pytest.mark.parametrize("words", ["", "无此词语", '"', "NEAR(", "标收", "收费 OR 无此词语"])
def test_search_finds_nothing_and_says_so_plainly(get: Get, words: str) -> None:
    assert rows_of(get, f"/a/search.json?words={words}&_shape=array") == []


def test_denials_count_only_reports_that_add_up(get: Get) -> None:
    (found,) = rows_of(get, "/a/denial_rates.json?_shape=array")
    assert (found["year"], found["reason"], found["applications"], found["handled"]) == (GOOD, "denied_process", 1, 4)
    assert found["percent"] == 25 and found["reports"] == 1 and "四类过程性信息" in found["label"]


def test_reports_that_break_a_check(get: Get) -> None:
    found = {(row["agency"], row["year"], row["rule"]) for row in rows_of(get, "/a/failed_checks.json?_shape=array")}
    assert (STREET, BROKEN, "applications.balance") in found
    assert all(agency == STREET for agency, _, _ in found)


def test_agencies_without_a_report_for_a_year(get: Get) -> None:
    found = {entry["agency"] for entry in rows_of(get, f"/a/without_report.json?year={BROKEN}&_shape=array")}
    assert STREET not in found and {"西工区人民政府", "涧西区人民政府"} <= found
    assert len(rows_of(get, "/a/without_report.json?year=&_shape=array")) > len(found)


def test_largest_changes_and_corrected_reviews(path: Path) -> None:
    for get in served(path):
        (change,) = rows_of(get, "/a/largest_changes.json?year=&_shape=array")
        assert (change["agency"], change["year"], change["change"]) == (STREET, BROKEN, -2)
        assert (change["year_before"], change["this_year"]) == (5, 3) and change["checks_failed"] >= 1
        assert rows_of(get, f"/a/largest_changes.json?year={GOOD}&_shape=array") == []
        assert rows_of(get, "/a/corrected_reviews.json?_shape=array") == []
    with Archive(path) as archive:
        corrected = [
            Figure("review", item, "corrected", 2, None, "2") for item in ("reconsideration", "litigation_direct")
        ]
        keep(archive, "corrected", reading(YEAR - 2, figures=corrected))
    for get in served(path):
        (found,) = rows_of(get, "/a/corrected_reviews.json?_shape=array")
        assert (found["year"], found["reconsiderations_corrected"], found["lawsuits_corrected"]) == (YEAR - 2, 2, 2)


def test_reports_published_late(path: Path) -> None:
    with Archive(path) as archive:
        keep(archive, "late", reading(YEAR - 2, published=f"{YEAR - 1}-02-03"))
        keep(archive, "in time", reading(YEAR - 1, published=f"{YEAR}-01-31"))
        government: dict[str, Any] = {
            "agency": "西工区人民政府",
            "agency_id": "410303",
            "level": "district",
            "division": "410303",
        }
        keep(archive, "government", reading(YEAR - 2, published=f"{YEAR - 1}-03-31", **government))
    for get in served(path):
        (late,) = rows_of(get, "/a/published_late.json?year=&_shape=array")
        assert (late["agency"], late["year"], late["days_late"]) == (STREET, YEAR - 2, 3)


def test_answers_are_kept_until_the_archive_changes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    original = CoveragePage.__init__

    def counted(self: CoveragePage, *arguments: Any) -> None:
        made.append(arguments)
        original(self, *arguments)

    monkeypatch.setattr(CoveragePage, "__init__", counted)
    for get in served(path):
        first = get("/coverage").content
        assert get("/coverage").content == first and len(made) == 1
        assert get("/coverage", "zh").content != first and len(made) == 2
        get("/coverage", **{"Cookie": "a=b"})
        assert len(made) == 3
        with Archive(path) as archive:
            archive.db.execute("delete from checks")
        assert get("/coverage").content != first and len(made) == 4


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,zh;q=0.5", "en"),
        ("de, zh-TW;q=0.3", "zh"),
        ("zh;q=x", "en"),
    ],
)
def test_the_language_is_the_one_preferred(get: Get, accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language
    answer = get("/coverage", accepted)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert WORDS[language]["caption"] in answer.text
    assert WORDS["zh" if language == "en" else "en"]["caption"] not in answer.text


def test_the_coverage_page_is_a_table_with_heads_marks_and_reasons(get: Get) -> None:
    answer = get("/coverage?level=street")
    page = Page(answer.text)
    heads = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert heads.count("col") >= YEAR - GOOD + 2 and "row" in heads
    shown = [attributes["class"] for _, attributes in page.tags if (attributes.get("class") or "").startswith("mark ")]
    assert {f"mark {state}" for state in STATES} == set(shown)
    assert any("3 + 2 = 5 against 4 + 0 = 4" in title for title in page.values("title"))
    for link in (link for link in page.values("href") if "/reports/" in link):
        assert get(link).status_code == 200
    assert "涧西区人民政府" not in answer.text.split("<main ")[1].split("</form>")[1]


def test_filters_narrow_the_page_and_hostile_ones_do_nothing(get: Get) -> None:
    def shown(query: str) -> str:
        text: str = get(f"/coverage{query}").text.split("</form>")[1]
        return text

    assert "涧西区人民政府" in shown("?district=涧西区") and STREET not in shown("?district=涧西区")
    assert STREET in shown("?city=洛阳市&page=999") and STREET in shown("?page=-1")
    assert f">{WORDS['en']['clear']}</a>" in get("/coverage?district=涧西区").text
    assert "built-in" not in get("/coverage?district=涧西区").text
    assert WORDS["en"]["empty"] in shown("?district=<b>")
    assert "<b>" not in get("/coverage?district=<b>").text


def test_our_page_runs_no_script_and_loads_nothing_from_elsewhere(get: Get) -> None:
    answer = get("/coverage")
    assert answer.headers["content-security-policy"] == STRICT_POLICY
    page = Page(answer.text)
    assert not {"script", "img", "iframe", "style"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    assert all(link.startswith(("/", "?", "#")) and not link.startswith("//") for link in page.values("href"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    (sheet,) = [attributes["href"] for _, attributes in page.tags if attributes.get("rel") == "stylesheet"]
    assert get(sheet).status_code == 200
    assert "url(" not in get(sheet).text and "@import" not in get(sheet).text


@pytest.mark.parametrize("address", ["/a", "/a/annual_reports", "/a/documents/5", "/a/search?words=危险品"])
def test_datasette_pages_escape_what_pages_said_and_load_nothing_from_elsewhere(get: Get, address: str) -> None:
    answer = get(address)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert all(source.startswith("/") for source in page.values("src"))
    sheets = [attributes["href"] or "" for _, attributes in page.tags if attributes.get("rel") == "stylesheet"]
    assert sheets and all(sheet.startswith("/") for sheet in sheets)
    assert all(link.startswith(("/", "?", "#", "http://", "https://", "a", ".")) for link in page.values("href"))
    assert not [link for link in page.values("href") if link.lower().startswith(("javascript:", "data:"))]


def test_the_archive_cannot_be_written_or_downloaded(get: Get) -> None:
    assert get("/a.json?sql=delete from figures").status_code == 400
    assert get("/a.db").status_code == 403


def test_an_immutable_archive_is_served_too(tmp_path: Path) -> None:
    for get in served(build(tmp_path / "a.db"), immutable=True):
        assert STREET in get("/coverage").text


def test_what_a_crawl_adds_is_shown_at_once(tmp_path: Path) -> None:
    path = build(tmp_path / "a.db")
    for get in served(path):
        assert "唐宫路街道办事处" not in get("/coverage").text
        with Archive(path) as writer:
            values: dict[str, Any] = {"agency": "唐宫路街道办事处", "agency_id": "410303005", "division": "410303005"}
            keep(writer, "added", reading(GOOD, **values))
            assert "唐宫路街道办事处" in get("/coverage").text


def test_many_agencies_come_in_pages() -> None:
    rows = [
        CoverageRow(str(n), f"机关{n}", "other", None, None, None, None, 2020, "good", "", n)
        for n in range(AGENCIES_A_PAGE + 1)
    ]
    first, last = (CoveragePage(Overview(rows), Filters(level="other", page=page), "en") for page in (1, 2))
    assert (len(first.lines), len(last.lines)) == (AGENCIES_A_PAGE, 1)
    assert (first.previous, first.next) == (None, "?level=other&page=2")
    assert (last.previous, last.next) == ("?level=other&page=1", None)


def test_every_state_has_its_mark_and_words() -> None:
    assert MARKS.keys() == STATES.keys()
    assert len({state.mark for state in STATES.values()}) == len(set(MARKS.values())) == len(STATES)
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    blocked = CoverageRow("a", "b", "other", None, None, None, None, 2020, "blocked", "line\nbreak\x1b", None)
    assert plain_reason(blocked) == "line break"


def test_excerpts_show_the_word_on_one_line() -> None:
    text = "甲" * 100 + "\n收费\n" + "乙" * 200
    shown = excerpt(text, "收费")
    assert "收费" in shown and shown.startswith("…") and shown.endswith("…") and "\n" not in shown
    assert excerpt(None, None) == "" and excerpt("abc", "(") == "abc"
    assert match_query(None) == match_query(" ") == '""'


def test_an_overview_that_takes_long_is_kept_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = build(tmp_path / "a.db")
    clock = iter([0.0, 1.0, 5.0, 5.0, 30.0, 30.0, 30.5, 30.5])
    monkeypatch.setattr("archive.publishing.site.overview.time", SimpleNamespace(monotonic=lambda: next(clock)))
    overviews = Overviews(path, immutable=False)
    before, shown = overviews.current().reports, overviews.version()
    with Archive(path) as archive:
        keep(archive, "late", reading(MISSING))
    assert overviews.version() == shown, "made a moment ago in a second's time"
    assert overviews.version() != shown
    assert len(overviews.current().reports) == len(before) + 1
    overviews.close()
