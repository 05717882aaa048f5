"""Frozen pages, each with what is printed on it beside it; and the shared corpus where it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.reading import Reading, Source, UnreadableError, read, unread

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "pages" / "reports"
SITES = ROOT / "tests" / "site"
SHARED = ROOT.parent / "shared"
EXPECTED_SITES: dict[str, dict[str, Any]] = json.loads((SITES / "expected.json").read_text("utf-8"))
Key = tuple[str, str, str]

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared corpus, which is not in this checkout")


def figures_of(reading: Reading) -> dict[Key, int | float | None]:
    return {(figure.section, figure.item, figure.category): figure.value for figure in reading.figures}


def page_of(expected: Path) -> Path:
    name = expected.name.removesuffix(".expected.json")
    return next(path for path in PAGES.glob(f"{name}.*") if path != expected)


@pytest.mark.parametrize(
    "expected_path", sorted(PAGES.glob("*.expected.json")), ids=lambda path: path.name.split(".")[0]
)
def test_frozen_page(expected_path: Path) -> None:
    page = page_of(expected_path)
    expected = json.loads(expected_path.read_text("utf-8"))
    actual = read(page.read_bytes(), Source(file_name=page.name)).to_json()
    for key in ("title", "agency", "level", "division", "year", "published", "form", "removals"):
        assert actual[key] == expected[key], key
    assert actual["is_report"]
    named = ("section", "item", "category", "value", "unit", "printed")
    assert [{key: figure[key] for key in named} for figure in actual["figures"]] == expected["figures"]
    assert sorted(warning["code"] for warning in actual["warnings"]) == expected["warnings"]


SITE_REPORTS = [
    pytest.param(site, report, id=f"{folder}{report['path']}")
    for folder, site in EXPECTED_SITES.items()
    for report in site["reports"]
]


@pytest.mark.parametrize(("site", "report"), SITE_REPORTS)
def test_report_of_a_sample_site(site: dict[str, Any], report: dict[str, Any]) -> None:
    folder = next(name for name, entry in EXPECTED_SITES.items() if entry is site)
    path = SITES / folder / report["path"].lstrip("/")
    source = Source(url=f"http://127.0.0.1{report['path']}", division=site["division"], link_text=report["title"])
    reading = read(path.read_bytes(), source)
    expected = {
        (section, item, category): value
        for section, items in report["figures"].items()
        for item, categories in items.items()
        for category, value in categories.items()
    }
    assert figures_of(reading) == expected
    assert (reading.division, reading.level, reading.year) == (report["division"], report["level"], report["year"])
    assert (reading.form, reading.title, reading.published) == (report["form"], report["title"], report["published"])
    assert reading.agency and reading.agency.endswith(report["agency"])


@pytest.mark.parametrize(
    ("site", "path"),
    [(folder, path) for folder, site in EXPECTED_SITES.items() for path in site["decoys"] if "?" not in path],
)
def test_decoy_is_no_report(site: str, path: str) -> None:
    body = (SITES / site / path.lstrip("/")).read_bytes()
    reading = read(body, Source(url=f"http://127.0.0.1{path}", division=EXPECTED_SITES[site]["division"]))
    assert not reading.is_report
    assert reading.figures == []


def test_injected_phrase_leaves_nothing_behind() -> None:
    phrase = "188娱乐彩票-【指定下载入口】@"
    page = PAGES / "cells_lost.txt"
    original = page.read_text("utf-8")
    reading = read(page.read_bytes(), Source(file_name=page.name))
    assert phrase in original
    assert reading.text == original.replace(phrase, "")


def test_every_row_that_lost_cells_is_named() -> None:
    page = PAGES / "cells_lost.txt"
    reading = read(page.read_bytes(), Source(file_name=page.name))
    rows = {f"{figure.section}.{figure.item}" for figure in reading.figures if figure.printed is None}
    named = {warning.detail.split(":")[0] for warning in reading.warnings if warning.code == "row_incomplete"}
    assert rows == named


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (b"", "leer.html", "empty"),
        (b"\x00\x00\n", "nul.txt", "empty"),
        (b"%PDF-1.4 garbage", "x.pdf", "damaged or truncated"),
        (bytes(range(256)) * 40, "x.dat", "binary data"),
        (b"PK\x03\x04 not a zip", "x.docx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.doc", ".doc"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "x.png", "picture"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, name: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        read(body, Source(file_name=name))


def test_truncated_pdf_is_unreadable() -> None:
    path = next((SITES / "xigong").rglob("P*.pdf"))
    body = path.read_bytes()
    for share in (0.3, 0.6, 0.97):
        with pytest.raises(UnreadableError, match="damaged or truncated"):
            read(body[: int(len(body) * share)], Source(file_name=path.name))


def test_unread_document_is_known_by_its_link() -> None:
    source = Source(
        url="http://x/a.pdf", division="410303", link_text="汉屯路街道办事处2023年政府信息公开工作年度报告.pdf"
    )
    reading = unread(source, "the PDF is damaged")
    assert (reading.agency, reading.division, reading.year) == ("汉屯路街道办事处", "410303007", 2023)
    assert not reading.is_report


def test_keys_of_the_json_are_always_present() -> None:
    reading = read(b"<html><body><p>hello</p></body></html>", Source())
    keys = set(reading.to_json("a.html"))
    assert keys >= set(
        "file url media_type charset is_report title agency division level year published form text figures removals "
        "checks warnings".split()
    )


def test_same_bytes_same_reading() -> None:
    page = PAGES / "columns_reordered.html"
    assert read(page.read_bytes(), Source()) == read(page.read_bytes(), Source())


# --- the shared corpus --------------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    ("seed", "agency", "title", "year", "form", "figures", "placed"),
    [
        ("000", "振兴街道办事处", "振兴街道办事处2021年政府信息公开工作年度报告", 2021, "2021", 200, 200),
        ("001", "汉屯路街道办事处", "西工区汉屯路街道办事处2023年政府信息公开工作年度报告", 2023, "2021", 200, 200),
        ("002", "井口街道办事处", None, 2023, "2021", 200, 200),
        ("003", "悦来镇人民政府", "悦来镇2021年政府信息公开工作年度报告", 2021, "2021", 200, 46),
        ("004", "保健路街道办事处", "南岗区保健路街道办事处2020年政府信息公开年度报告", 2020, "2019", 198, 58),
    ],
)
def test_seed(seed: str, agency: str, title: str | None, year: int, form: str, figures: int, placed: int) -> None:
    path = next((SHARED / "seeds").glob(f"{seed}_*.txt"))
    reading = read(path.read_bytes(), Source(file_name=path.name))
    assert (reading.agency, reading.title, reading.year, reading.form) == (agency, title, year, form)
    values = [figure.value for figure in reading.figures]
    assert len(values) == figures
    assert sum(value is not None for value in values) == placed
    assert {value for value in values if value is not None} == {0}


def shared_reports() -> list[dict[str, Any]]:
    gold = SHARED / "corpus" / "reports" / "gold.jsonl"
    if not gold.is_file():
        return []
    return [json.loads(line) for line in gold.read_text("utf-8").splitlines()]


WHOLE = [entry for entry in shared_reports() if entry["file"] in ("shanghai_office_2019.html", "hongze_2024.pdf")]


@needs_shared
@pytest.mark.parametrize("gold", WHOLE, ids=[entry["file"] for entry in WHOLE])
def test_whole_report_of_the_corpus(gold: dict[str, Any]) -> None:
    path = SHARED / "corpus" / "reports" / gold["file"]
    reading = read(path.read_bytes(), Source(file_name=path.name))
    expected = {(figure["section"], figure["item"], figure["category"]): figure["value"] for figure in gold["figures"]}
    assert figures_of(reading) == expected
    assert (reading.agency, reading.year, reading.form) == (gold["agency"], gold["year"], gold["form"])


@needs_shared
def test_no_figure_of_the_corpus_is_placed_wrongly() -> None:
    wrong = []
    for gold in shared_reports():
        path = SHARED / "corpus" / "reports" / gold["file"]
        actual = figures_of(read(path.read_bytes(), Source(file_name=path.name)))
        for figure in gold["figures"]:
            key = (figure["section"], figure["item"], figure["category"])
            if actual.get(key) is not None and actual[key] != figure["value"]:
                wrong.append((gold["file"], key, actual[key], figure["value"]))
    assert wrong == []


@needs_shared
@pytest.mark.parametrize("year", [2019, 2021, 2024])
def test_county_pages_of_the_corpus(year: int) -> None:
    folder = SHARED / "corpus" / "pingtan"
    gold = json.loads((folder / f"{year}.gold.json").read_text("utf-8"))
    reading = read((folder / f"{year}.html").read_bytes(), Source(division="350128"))
    printed: dict[str, list[Any]] = {section: [] for section in ("disclosure", "applications", "review")}
    for figure in reading.figures:
        shown = f"{figure.value}{figure.unit}" if figure.item == "procurement" and figure.unit else figure.value
        printed[figure.section].append(shown)
    assert printed["disclosure"] == [number for row in gold["table2"].values() for number in row]
    assert printed["applications"] == [number for row in gold["table3"].values() for number in row]
    assert printed["review"] == gold["table4"]
    assert (reading.title, reading.agency, reading.year) == (gold["title"], gold["agency"], gold["year"])
    assert reading.division == "350128"
    assert reading.published == gold["published"][:10]
    assert all(warning.code == "table_repeated" for warning in reading.warnings)


@needs_shared
def test_local_indicators_stay_under_their_own_label() -> None:
    folder = SHARED / "corpus" / "pingtan"
    gold = json.loads((folder / "2016.gold.json").read_text("utf-8"))
    reading = read((folder / "2016.html").read_bytes(), Source(division="350128"))
    rows = {row[0]: row for grid in reading.grids for row in grid}
    for label, number in gold["annex"].items():
        assert rows[label][2] == str(number)
        assert rows[label][3] == str(gold["annex_cumulative"][label])
    matched = {figure.item for figure in reading.figures}
    reported = [warning.detail for warning in reading.warnings if warning.code == "label_unknown"]
    assert len(matched) + len(reported) == len(gold["annex"])
