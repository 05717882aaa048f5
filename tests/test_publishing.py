"""Coverage, integrity and the pages of an archive, built here by hand."""

from __future__ import annotations

import asyncio
import io
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from archive.publishing.coverage import STATES, CoverageRow, as_json_lines, coverage_rows, plain_reason, print_table
from archive.publishing.integrity import Finding, check_archive
from archive.publishing.serve import serve
from archive.publishing.site.application import application
from archive.publishing.site.coverage_page import AGENCIES_A_PAGE, MARKS, CoveragePage, Filters
from archive.publishing.site.plugin import STRICT_POLICY, excerpt, match_query
from archive.publishing.site.words import WORDS, preferred_language
from archive.reading.checks import check
from archive.reading.model import Figure, Reading
from archive.store import Archive, ArchiveError

SITE = "http://xigong.example/"
OTHER_SITE = "http://jianxi.example/"
YEAR = date.today().year
# Due whatever the day is: reports of last year are not before 31 March.
GOOD, BROKEN, UNPARSED, UNREAD, MISSING = (YEAR - back for back in (6, 5, 4, 3, 2))
STREET = "汉屯路街道办事处"
HOSTILE = "<script>alert(1)</script>\x1b[31m年报"


def reading(year: int, *, figures: list[Figure] | None = None, **values: Any) -> Reading:
    figures = figures or []
    made: dict[str, Any] = {
        "is_report": True,
        "title": f"{STREET}{year}年政府信息公开工作年度报告",
        "agency": STREET,
        "agency_id": "410303007",
        "division": "410303007",
        "level": "street",
        "year": year,
        "form": "2021",
        "text": f"{year}年，本街道主动公开政府信息。",
        "figures": figures,
        "checks": check(figures),
    }
    return Reading("text/html", "utf-8", **{**made, **values})


def number(item: str, value: int) -> Figure:
    return Figure("applications", item, "total", value, None, str(value))


def balanced(new: int, carried_in: int, handled: int, carried_over: int) -> list[Figure]:
    numbers = {"new": new, "carried_in": carried_in, "handled_total": handled, "carried_over": carried_over}
    return [number(item, value) for item, value in numbers.items()]


def keep(archive: Archive, name: str, kept: Reading) -> int:
    capture = archive.store_capture(
        url=f"{SITE}{name}.html", body=f"<p>{name}</p>".encode() * 50, status=200, headers=[], kind="report", site=SITE
    )
    return archive.store_reading(capture.id, kept, "1")


def build(path: Path) -> Path:
    with Archive(path, create=True) as archive:
        archive.register_site(SITE, "西工区人民政府", "410303", None, GOOD)
        archive.note_site(SITE, working=True)
        archive.register_site(OTHER_SITE, "涧西区人民政府", "410305", None, GOOD)
        keep(archive, "good", reading(GOOD, figures=[*balanced(5, 0, 4, 1), number("denied_process", 1)]))
        keep(archive, "broken", reading(BROKEN, figures=balanced(3, 2, 4, 0)))
        keep(archive, "unparsed", reading(UNPARSED, text="本街道未收到申请。收费标准另行公布。"))
        keep(archive, "unread", reading(UNREAD, is_report=False, title="关于年报的通知"))
        nobody: dict[str, Any] = {"agency": HOSTILE, "agency_id": "x-1", "level": "other", "division": None}
        markup: dict[str, Any] = {"title": "<img src=x onerror=alert(1)>", "text": "<script>alert(2)</script>危险品"}
        keep(archive, "hostile", reading(GOOD, **nobody, **markup))
        archive.db.execute(
            """insert into frontier
               (key, url, site, kind, depth, priority, state, reason, attempts, request, discovered)
               values ('k', ?, ?, 'entry', 0, 0, 'blocked', 'HTTP 403', 1, '{}', '2024-01-01')""",
            (OTHER_SITE, OTHER_SITE),
        )
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(build(tmp_path / "a.db")) as opened:
        yield opened


def states(rows: list[CoverageRow], agency: str) -> dict[int, str]:
    return {row.year: row.state for row in rows if row.agency == agency}


# --- coverage -----------------------------------------------------------------------------------------------------


def test_every_state_is_told(archive: Archive) -> None:
    rows = coverage_rows(archive)
    street = states(rows, STREET)
    assert [street[year] for year in (GOOD, BROKEN, UNPARSED, UNREAD, MISSING, YEAR)] == [
        "good", "checks_failed", "unparsed", "fetched_not_report", "not_found", "not_due",
    ]  # fmt: skip
    assert {state for year, state in states(rows, "涧西区人民政府").items() if year <= MISSING} == {"blocked"}
    details = {(row.agency, row.year): row for row in rows}
    assert "applications.balance: total: 3 + 2 = 5 against 4 + 0 = 4" in details[STREET, BROKEN].detail
    assert "HTTP 403" in details["涧西区人民政府", MISSING].detail
    assert "unread.html" in details[STREET, UNREAD].detail
    assert details[STREET, GOOD].document and not details[STREET, MISSING].document
    assert (details[STREET, GOOD].level, details[STREET, GOOD].district) == ("street", "西工区")


def test_the_view_and_the_rows_agree(archive: Archive) -> None:
    view = archive.rows("select agency, division, year, state, detail from coverage")
    rows = [(row.agency, row.division, row.year, row.state, row.detail) for row in coverage_rows(archive)]
    assert sorted(map(repr, rows)) == sorted(repr(tuple(row.values())) for row in view)


def test_agencies_of_one_name_are_two_lines(archive: Archive) -> None:
    for identifier in ("x-aaaaaaaa", "y-aaaaaaaa"):
        values: dict[str, Any] = {"agency": "财政局", "agency_id": identifier, "division": None, "level": "department"}
        keep(archive, identifier, reading(GOOD, **values))
    found = [row for row in coverage_rows(archive) if row.agency == "财政局" and row.year == GOOD]
    assert [row.agency_id for row in found] == ["x-aaaaaaaa", "y-aaaaaaaa"]


def test_rows_as_json_lines(archive: Archive) -> None:
    rows = coverage_rows(archive)
    objects = [json.loads(line) for line in as_json_lines(rows)]
    assert len(objects) == len(rows)
    assert {"agency", "division", "year", "state", "detail"} <= objects[0].keys()


def printed(rows: list[CoverageRow], **options: Any) -> str:
    output = io.StringIO()
    print_table(rows, Console(file=output, **options))
    return output.getvalue()


def test_the_printed_table_lines_up_and_names_every_gap(archive: Archive) -> None:
    text = printed(coverage_rows(archive))
    lines = text.splitlines()
    columns = Console().render_str
    street = next(line for line in lines if line.startswith(STREET))
    head = lines[0]
    for year, mark in ((GOOD, "+"), (BROKEN, "!"), (UNPARSED, "?"), (UNREAD, "~"), (MISSING, "-"), (YEAR, ".")):
        start = columns(head[: head.index(str(year))]).cell_len
        at = next(place for place in range(len(street)) if columns(street[:place]).cell_len >= start)
        assert street[at : at + 4].strip() == mark
    assert re.search(rf"^{STREET} \(西工区\) +{MISSING}\S* +not_found", text, re.MULTILINE)
    assert sum(line.startswith("涧西区人民政府 ") for line in lines) < 4
    assert "HTTP 403" in text and "new + carried in ≠ handled + carried over" in text
    assert "\x1b" not in text
    assert all(name in text for name, state in STATES.items() if name != "not_due")


def test_a_narrow_terminal_gets_years_on_two_lines(archive: Archive) -> None:
    text = printed(coverage_rows(archive), force_terminal=True, width=50, color_system=None)
    assert str(GOOD) not in text.splitlines()[0]
    assert all(Console().render_str(line).cell_len <= 50 for line in text.splitlines())


def test_an_empty_archive_prints_a_sentence(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty.db", create=True) as archive:
        assert coverage_rows(archive) == []
        assert check_archive(archive) == []
    assert "No agencies yet" in printed([])


# --- integrity ----------------------------------------------------------------------------------------------------


def findings(archive: Archive, kind: str) -> list[Finding]:
    return [finding for finding in check_archive(archive) if finding.kind == kind]


def test_a_sound_archive_has_only_what_its_reports_say(archive: Archive) -> None:
    told: list[tuple[str, int, int]] = []
    found = check_archive(archive, lambda *step: told.append(step))
    assert {finding.kind for finding in found} == {"identity"}
    balance, across = found
    assert str(BROKEN) in balance.what and "applications.balance" in balance.detail
    assert f"2 carried into {BROKEN} against 1 carried over from {GOOD}" in across.detail
    assert told[-1][1] == told[-1][2]


def test_years_that_agree_or_are_blank_break_no_identity(archive: Archive) -> None:
    archive.db.execute("update figures set value = 1 where item = 'carried_in' and document = 2")
    archive.db.execute("update figures set value = null where item = 'carried_over' and document = 2")
    assert not [one for one in findings(archive, "identity") if "applications.carried_in" in one.detail]


@pytest.mark.parametrize("position", [0, 4, 5, 9, -1])
def test_one_flipped_bit_in_a_blob_is_found_and_named(archive: Archive, position: int) -> None:
    sha256, body = archive.db.execute(
        "select sha256, body from payloads join captures on payload = sha256 where url like '%/broken.html'"
    ).fetchone()
    damaged = bytearray(body)
    damaged[position] ^= 1
    archive.db.execute("update payloads set body = ? where sha256 = ?", (bytes(damaged), sha256))
    (found,) = findings(archive, "payload")
    assert sha256 in found.what and "broken.html" in found.what


def test_a_wrong_size_is_found(archive: Archive) -> None:
    archive.db.execute("update payloads set size = size + 1 where rowid = 1")
    archive.db.execute("update payloads set size = size - 1 where rowid = 2")
    assert [finding.detail.split(" bytes")[0] for finding in findings(archive, "payload")] != []
    assert len(findings(archive, "payload")) == 2


def test_missing_and_crossed_references_are_found(archive: Archive) -> None:
    archive.db.execute("pragma foreign_keys = off")
    archive.db.execute("delete from payloads where sha256 = (select payload from captures where id = 1)")
    archive.db.execute("delete from captures where id = 2")
    archive.db.execute(f"update reports set year = {MISSING} where document = 3")
    details = [f"{one.what} {one.detail}" for one in findings(archive, "reference")]
    assert any("good.html" in detail and "payload" in detail for detail in details)
    assert any("its capture 2 is missing" in detail for detail in details)
    assert any(f"410303007 {MISSING}" in detail and f"is of 410303007 {UNPARSED}" in detail for detail in details)
    assert any("unparsed.html" in detail and "no row in reports" in detail for detail in details)


def test_a_document_that_search_does_not_know_is_found(archive: Archive) -> None:
    archive.db.execute("insert into documents_search(rowid, title, text) values (99, 'a', 'b')")
    archive.db.execute("delete from documents_search_docsize where id = 1")
    assert {finding.what for finding in findings(archive, "search")} == {"document 1", "document 99"}


def test_damaged_pages_give_findings(tmp_path: Path) -> None:
    path = build(tmp_path / "a.db")
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        size = connection.execute("pragma page_size").fetchone()[0]
        roots = dict(connection.execute("select name, rootpage from sqlite_master where rootpage"))
    connection.close()
    for table in ("payloads", "captures", "figures", "checks"):
        damaged = bytearray(path.read_bytes())
        start = (roots[table] - 1) * size
        damaged[start : start + size] = b"\xff" * size
        copy = tmp_path / f"{table}.db"
        copy.write_bytes(damaged)
        with Archive(copy) as archive:
            assert "sqlite" in {finding.kind for finding in check_archive(archive)}, table


# --- the site -----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The links, the loaded addresses and the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name))]


Get = Callable[..., Any]


@pytest.fixture
def get(tmp_path: Path) -> Iterator[Get]:
    yield from served(build(tmp_path / "a.db"))


def served(path: Path, *, immutable: bool = False) -> Iterator[Get]:
    site = application(path, immutable=immutable)

    def fetch(address: str, language: str = "") -> Any:
        return asyncio.run(site.client.get(address, headers={"Accept-Language": language}))

    yield fetch
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


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
    facets = rows_of(get, "/a/annual_reports.json")["facet_results"]
    assert set(facets) == {"year", "level", "form"}
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
    (found,) = rows_of(get, "/a/failed_checks.json?_shape=array")
    assert (found["agency"], found["year"], found["rule"]) == (STREET, BROKEN, "applications.balance")


def test_agencies_without_a_report_for_a_year(get: Get) -> None:
    found = {entry["agency"] for entry in rows_of(get, f"/a/without_report.json?year={BROKEN}&_shape=array")}
    assert STREET not in found and {"西工区人民政府", "涧西区人民政府"} <= found
    assert len(rows_of(get, "/a/without_report.json?year=&_shape=array")) > len(found)


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
    for link in (link for link in page.values("href") if "/documents/" in link):
        assert get(link).status_code == 200
    assert "涧西区人民政府" not in answer.text.split("<main>")[1].split("</form>")[1]


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
    assert all(link.startswith(("/", "?")) and not link.startswith("//") for link in page.values("href"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    (sheet,) = [attributes["href"] for tag, attributes in page.tags if tag == "link"]
    assert get(sheet).status_code == 200
    assert "url(" not in get(sheet).text and "@import" not in get(sheet).text


@pytest.mark.parametrize("path", ["/", "/a", "/a/annual_reports", "/a/documents/5", "/a/search?words=危险品"])
def test_datasette_pages_escape_what_pages_said_and_load_nothing_from_elsewhere(get: Get, path: str) -> None:
    answer = get(path)
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
    first, last = (CoveragePage(rows, Filters(level="other", page=page), "en") for page in (1, 2))
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


# --- serving ------------------------------------------------------------------------------------------------------


def test_what_cannot_be_served_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArchiveError, match=r"none\.db: no such archive"):
        serve(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("not a database, and longer than a header of one hundred bytes " * 4)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        serve(tmp_path / "text.db")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("create table things (id)")
    other.close()
    with pytest.raises(ArchiveError, match="not an archive"):
        serve(tmp_path / "other.db")
    path = build(tmp_path / "a.db")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ArchiveError, match="choose another"):
        serve(path, port=taken.getsockname()[1])
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ArchiveError, match=r"pip install 'nianbao\[web\]'"):
        serve(path)


def test_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    path = build(tmp_path / "a.db")
    program = (
        f"from pathlib import Path; from archive.publishing.serve import serve; serve(Path({str(path)!r}), port=0)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert address
            with urllib.request.urlopen(f"{address[0]}coverage") as answer:
                assert STREET in answer.read().decode()
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0
        finally:
            process.kill()
