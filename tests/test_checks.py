"""The rules on figures: within a document, between its text and its tables, and across documents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.publishing.resources import RESOURCES
from archive.reading import READER_VERSION, Reading, Source, forms, read
from archive.reading.checks import check
from archive.reading.explain import explain
from archive.reading.model import Figure
from archive.reading.prose import statements
from archive.store import Archive
from tests.rendering.markup import Markup, page
from tests.rendering.tables import Filled, Layout, fill

DIVISION = "410303"


def balanced(year: int, *, new: int = 3, carried_in: int = 0, carried_over: int = 0) -> Filled:
    """A report of form 2021 whose sums hold: every application is by a natural person, and granted."""
    filled = fill("2021", year, random.Random(year))
    handled = new + carried_in - carried_over
    rows = {
        "new": new,
        "carried_in": carried_in,
        "granted": handled,
        "handled_total": handled,
        "carried_over": carried_over,
    }
    for section, item, category in filled.values:
        number = rows.get(item, 0) if category in ("natural_person", "total") and section == "applications" else 0
        filled.values[section, item, category] = number
        filled.printed[section, item, category] = str(number)
    return filled


def reading_of(filled: Filled) -> Reading:
    return read(page(filled, Layout(), Markup(), random.Random(1)).encode(), Source(division=DIVISION))


def holds(reading: Reading) -> dict[str, bool | None]:
    return {one.rule: one.holds for one in reading.checks}


def test_sums_that_hold() -> None:
    assert holds(reading_of(balanced(2023))) == {
        "applications.balance": True,
        "applications.handled_total": True,
        "applications.row_totals": True,
        "review.totals": True,
    }


def test_broken_sums_are_said_with_their_numbers_and_nothing_is_changed() -> None:
    filled = balanced(2023)
    filled.printed["applications", "granted", "business"] = "5"
    reading = reading_of(filled)
    assert holds(reading)["applications.handled_total"] is False
    assert holds(reading)["applications.row_totals"] is False
    detail = next(one.detail for one in reading.checks if one.rule == "applications.handled_total")
    assert detail == "business: 0 against 5"
    assert [
        figure.value for figure in reading.figures if (figure.item, figure.category) == ("granted", "business")
    ] == [5]


def test_rule_without_its_numbers_cannot_be_said() -> None:
    blank = [
        Figure("review", item.name, category, None, None, "") for item in forms.REVIEW for category in item.categories
    ]
    assert [(one.rule, one.holds) for one in check(blank)] == [("review.totals", None)]
    assert check([]) == []


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2023年，我街道共收到政府信息公开申请3件，均已按时办结。", [3]),
        ("全年收到依申请公开政府信息申请0件。", [0]),
        ("本年度新收政府信息公开申请 12 件。", []),
        ("2022年收到政府信息公开申请5件。", []),
        ("收到政府信息公开申请3件，其中网络申请2件。", [3]),
        ("收到政府信息公开申请3件。收到政府信息公开申请4件。", []),
        ("各部门收到政府信息公开申请9件。", []),
        ("因政府信息公开被申请行政复议2件，提起行政诉讼1件。", [2, 1]),
        ("行政复议维持2件。", []),
    ],
)
def test_counts_that_a_text_states_plainly(text: str, stated: list[int]) -> None:
    assert [statement.number for statement in statements(text, 2023)] == stated


def test_text_is_compared_with_the_tables() -> None:
    figures = reading_of(balanced(2023, new=3)).figures
    for number, expected in ((3, True), (4, False)):
        found = check(figures, f"我街道共收到政府信息公开申请{number}件。", 2023)
        assert {one.rule: one.holds for one in found}["text.counts"] is expected


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as archive:
        yield archive


def keep(archive: Archive, filled: Filled, url: str) -> int:
    body = page(filled, Layout(), Markup(), random.Random(1)).encode()
    stored = archive.store_capture(url=url, body=body, status=200, headers=[], kind="report")
    reading = read(body, Source(url=url, division=DIVISION))
    return archive.store_reading(stored.id, reading, READER_VERSION)


def across(archive: Archive, rule: str) -> list[tuple[int, int | None, str]]:
    rows = archive.rows("select document, holds, detail from checks where rule = ? order by document", (rule,))
    return [(row["document"], row["holds"], row["detail"]) for row in rows]


@pytest.mark.parametrize("first", [2022, 2023])
def test_years_are_compared_whichever_comes_in_first(archive: Archive, first: int) -> None:
    reports = {2022: balanced(2022, carried_over=1), 2023: balanced(2023, carried_in=2)}
    identifiers = {year: keep(archive, reports[year], f"http://x/{year}") for year in (first, 4045 - first)}
    assert across(archive, "applications.carried_over") == [
        (
            identifiers[2023],
            0,
            "natural_person: 2 carried into 2023, 1 over from 2022; total: 2 carried into 2023, 1 over from 2022",
        )
    ]
    corrected = keep(archive, balanced(2022, carried_over=2), "http://x/2022")
    assert archive.rows("select document from reports where year = 2022")[0]["document"] in (
        corrected,
        identifiers[2022],
    )
    archive.forget_document(identifiers[2022])
    assert across(archive, "applications.carried_over") == [(identifiers[2023], 1, "")]


def test_documents_of_one_year_that_differ_are_said(archive: Archive) -> None:
    one = keep(archive, balanced(2023, new=3), "http://x/page")
    assert across(archive, "report.documents_agree") == []
    two = keep(archive, balanced(2023, new=3), "http://x/copy")
    best = archive.rows("select document from reports")[0]["document"]
    assert best in (one, two)
    assert across(archive, "report.documents_agree") == [(best, 1, "")]
    keep(archive, balanced(2023, new=4), "http://x/other")
    ((document, said, detail),) = across(archive, "report.documents_agree")
    assert document == archive.rows("select document from reports")[0]["document"]
    assert said == 0 and "applications.new.total: " in detail


def test_amounts_in_yuan_stand_beside_the_printed_ones(archive: Archive) -> None:
    filled = balanced(2023)
    filled.printed["disclosure", "fees", "amount"] = "3.5"
    keep(archive, filled, "http://x/page")
    row = archive.rows("select fees_amount, fees_amount_yuan from disclosure_by_report")[0]
    assert row == {"fees_amount": 3.5, "fees_amount_yuan": 35000.0}
    published = next(resource for resource in RESOURCES if resource.name == "disclosure")
    (row,) = archive.rows(published.sql)
    assert list(row) == [field.name for field in published.fields]
    assert (row["fees_amount"], row["fees_amount_yuan"]) == (3.5, 35000.0)
    described = {field.name: field.description for field in published.fields}
    assert described["fees_amount_yuan"].endswith("in 元 where the unit is known")


def test_explanation_names_cell_place_and_labels() -> None:
    reading = reading_of(balanced(2023, new=3))
    said = explain(reading, "applications.new.total")
    assert said.split("\n")[0] == "applications.new.total = 3"
    assert "grid     1, row 3, column 9 (from 0)" in said
    assert "row      一、本年新收政府信息公开申请数量" in said
    assert "column   申请人情况 > 总计" in said
    assert explain(reading, "nothing") == "no figure is named nothing"
    assert explain(reading).count(" = ") == len(reading.figures)
