"""What a run looks at again: where something new would stand, the others in turn, a silent site as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.schema import FrontierState, PageKind
from archive.store import Archive
from crawler.frontier import Frontier
from crawler.page import Page
from crawler.revisit import rest, to_look_at, years_missing
from crawler.site import SiteEntry

SITE = SiteEntry("http://www.xigong.gov.cn/", "西工区人民政府", "410303")
AUTUMN = datetime(2024, 11, 20, tzinfo=UTC)
WINTER = datetime(2025, 2, 10, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as archive:
        archive.register_site(SITE.url, SITE.name, SITE.division, None, None)
        yield archive


@pytest.fixture
def frontier(archive: Archive) -> Frontier:
    frontier = Frontier(archive, [SITE])
    frontier.begin(archive.start_run())
    return frontier


def keep(
    frontier: Frontier,
    path: str,
    kind: PageKind = PageKind.COLUMN,
    *,
    on: str = "",
    unit: str | None = None,
    state: FrontierState = FrontierState.STORED,
    body: str | None = None,
    **memo: object,
) -> Page:
    """A page as an earlier run left it."""
    method = "POST" if body else "GET"
    page = Page(
        SITE.url + path, SITE.url, kind, discovered_on=SITE.url + on, link_agency=unit, method=method, body=body
    )
    page.memo.update(memo)
    frontier.add([page])
    frontier.finish(page, state, None)
    return page


def reports(frontier: Frontier, on: str, years: range) -> None:
    for year in years:
        keep(frontier, f"{on}{year}.html", PageKind.REPORT, on=on, year=year)


def looked_at(archive: Archive, moment: datetime, fetched: datetime | None = None) -> set[str]:
    if fetched is not None:
        archive.db.execute(
            "update frontier set fetched = ?, discovered = ?", (fetched.isoformat(), fetched.isoformat())
        )
    chosen = to_look_at(archive, SITE.url, moment)
    rows = archive.rows("select id, url from frontier")
    return {row["url"].removeprefix(SITE.url) for row in rows if row["id"] in chosen}


def test_the_columns_own_first_page_is_looked_at_and_its_further_pages_rest(
    archive: Archive, frontier: Frontier
) -> None:
    keep(frontier, "", PageKind.ENTRY)
    keep(frontier, "zwgk/")
    keep(frontier, "nb/", on="zwgk/")
    reports(frontier, "nb/", range(2020, 2024))
    keep(frontier, "nb/index_1.html", PageKind.LIST, on="nb/", list_page=1)
    reports(frontier, "nb/index_1.html", range(2016, 2020))
    moment = datetime.now(UTC)
    assert looked_at(archive, moment) == {"nb/"}
    # A week later the home page may lead somewhere else.
    assert looked_at(archive, moment + timedelta(days=7)) == {"", "nb/"}


def test_rows_that_a_service_answers_stand_for_their_column(archive: Archive, frontier: Frontier) -> None:
    keep(frontier, "nb/")
    keep(frontier, "queryList", PageKind.LIST, on="nb/", list_page=1, body="current=1")
    reports(frontier, "queryList", range(2016, 2024))
    assert looked_at(archive, datetime.now(UTC)) == {"queryList"}


def test_of_columns_by_year_the_newest_is_looked_at(archive: Archive, frontier: Frontier) -> None:
    for year in (2021, 2022, 2023):
        keep(frontier, f"nb/{year}/", on="nb/", year=year)
        reports(frontier, f"nb/{year}/", range(year, year + 1))
    assert looked_at(archive, AUTUMN, AUTUMN) == {"nb/2023/"}


def test_columns_of_units_take_turns_but_in_winter_all_that_lack_the_year(archive: Archive, frontier: Frontier) -> None:
    keep(frontier, "nb/")
    reports(frontier, "nb/", range(2012, 2025))
    for number in range(8):
        keep(frontier, f"u{number}/", on="nb/", unit="汉屯路街道")
        reports(frontier, f"u{number}/", range(2022, 2025 if number == 3 else 2024))
    autumn = looked_at(archive, AUTUMN, AUTUMN)
    assert "nb/" in autumn and len(autumn) < 8
    winter = looked_at(archive, WINTER, WINTER - timedelta(days=1))
    assert {f"u{number}/" for number in range(8) if number != 3} <= winter


def test_forms_that_hold_a_session_are_never_posted_again(archive: Archive, frontier: Frontier) -> None:
    keep(frontier, "list.aspx", PageKind.LIST, list_page=1, body="__VIEWSTATE=1", state=FrontierState.FAILED)
    assert looked_at(archive, AUTUMN + timedelta(days=900), AUTUMN) == set()


def test_a_wall_is_run_against_less_and_less_often(archive: Archive, frontier: Frontier) -> None:
    keep(frontier, "nb/", state=FrontierState.BLOCKED)
    moment = datetime.now(UTC)
    assert looked_at(archive, moment + timedelta(minutes=1)) == {"nb/"}
    archive.db.execute("update frontier set discovered = ?", ((moment - timedelta(days=80)).isoformat(),))
    assert looked_at(archive, moment + timedelta(days=7)) == set()
    assert looked_at(archive, moment + timedelta(days=21)) == {"nb/"}


def test_rest_grows_with_the_time_nothing_has_changed() -> None:
    month = timedelta(days=30)
    assert rest(timedelta(0), month) == month
    assert rest(timedelta(days=200), month) == timedelta(days=50)
    assert rest(timedelta(days=4000), month) == timedelta(days=365)


def test_a_site_without_its_reports_is_looked_at_whole_once(archive: Archive, frontier: Frontier) -> None:
    keep(frontier, "zwgk/")
    keep(frontier, "nb/", on="zwgk/")
    reports(frontier, "nb/", range(2020, 2024))
    archive.db.execute("update frontier set fetched = '2024-01-01T00:00:00+00:00'")
    again = Frontier(archive, [SITE])
    again.begin(archive.start_run())
    taken = again.peek(SITE.url)
    assert taken is not None and taken.page.url.endswith("/nb/")
    again.lease(taken)
    again.finish(taken.page, FrontierState.GONE, "HTTP 404")
    assert again.look_twice()
    second = again.peek(SITE.url)
    assert second is not None and second.page.url.endswith("/zwgk/")
    again.lease(second)
    again.finish(second.page, FrontierState.UNCHANGED, None)
    assert not again.look_twice()
    assert again.fallen_silent() == [SITE.url]


def test_years_missing_of_a_sites_owner(archive: Archive) -> None:
    """The last year due by the end of March, and every year back to the registry's first or to 2020."""
    assert years_missing(archive, SITE.url, AUTUMN) == {2020, 2021, 2022, 2023}
    assert years_missing(archive, SITE.url, WINTER) == {2020, 2021, 2022, 2023}
    archive.register_site(SITE.url, SITE.name, SITE.division, None, 2022)
    assert years_missing(archive, SITE.url, datetime(2025, 4, 1, tzinfo=UTC)) == {2022, 2023, 2024}
    assert years_missing(archive, "http://www.unknown.gov.cn/", AUTUMN) == set()
