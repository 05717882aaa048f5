"""The frontier: one row a URL, one state a row, and what a new run makes due again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.schema import FrontierState, PageKind
from archive.store import Archive
from crawler.frontier import DEEPEST, Frontier
from crawler.page import Page
from crawler.site import SiteEntry

FIRST = SiteEntry("http://www.xigong.gov.cn/", "西工区人民政府", "410303")
SECOND = SiteEntry("http://www.jingkou.gov.cn/", "京口区人民政府", "321102")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as archive:
        yield archive


def begin(archive: Archive, *sites: SiteEntry, revisit_days: float = 30) -> Frontier:
    """A frontier with a run begun."""
    for site in sites:
        archive.register_site(site.url, site.name, site.division, site.family, site.since)
    frontier = Frontier(archive, sites, revisit_days=revisit_days)
    frontier.begin(archive.start_run())
    return frontier


def page(
    path: str, kind: PageKind = PageKind.REPORT, site: SiteEntry = FIRST, *, depth: int = 0, priority: int = 0
) -> Page:
    return Page(f"{site.url}{path}", site.url, kind, depth=depth, priority=priority)


def take(frontier: Frontier, site: SiteEntry = FIRST) -> Page | None:
    leased = frontier.peek(site.url)
    if leased is None:
        return None
    frontier.lease(leased)
    return leased.page


def state(archive: Archive, page: Page) -> tuple[str, str | None]:
    row = archive.rows("select state, reason from frontier where key = ?", (page.key,))[0]
    return row["state"], row["reason"]


def test_pages_come_by_priority_then_in_order_of_discovery(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    pages = [page("a"), page("b", priority=5), page("c"), page("d", priority=5)]
    assert frontier.add(pages) == 4
    taken = [take(frontier) for _ in range(5)]
    assert [one.url[-1] if one else None for one in taken] == ["b", "d", "a", "c", None]
    assert frontier.pending() == 4 and not frontier.has_pending()


def test_a_page_comes_back_as_it_was_recorded(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    sent = replace(
        page("s", depth=3), method="POST", body="page=2", headers={"X-A": "b"}, memo={"年": [2023]}, link_text="年报"
    )
    frontier.add([sent])
    assert take(frontier) == sent


def test_a_known_url_keeps_its_row_and_may_rise(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    assert frontier.add([page("a", PageKind.COLUMN), page("b")]) == 2
    assert frontier.add([replace(page("a", PageKind.REPORT, priority=9), link_text="2023年报告")]) == 0
    taken = take(frontier)
    assert taken is not None
    assert (taken.kind, taken.link_text, taken.priority) == (PageKind.REPORT, "2023年报告", 9)
    assert archive.rows("select count(*) as rows from frontier") == [{"rows": 2}]


def test_forms_sent_to_one_url_and_its_drawn_page_are_pages_of_their_own(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    plain = page("s", PageKind.LIST)
    forms = [replace(plain, method="POST", body=f"page={number}") for number in (1, 2)]
    assert frontier.add([plain, *forms, replace(plain, render=True)]) == 4


def test_what_is_not_fetched_is_recorded_with_a_reason(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    outside = replace(page("a"), url="http://169.254.169.254/a")
    deep = page("deep", depth=DEEPEST + 1)
    long = page("x" * 3000)
    decoy = page("decoy")
    assert frontier.add([outside, deep, long]) == 0
    frontier.refuse(decoy, FrontierState.NOT_WANTED, "解读")
    assert state(archive, outside)[0] == "offsite"
    assert state(archive, deep)[0] == state(archive, long)[0] == "trap"
    assert state(archive, decoy) == ("not_wanted", "解读")
    assert not frontier.has_pending() and frontier.counts() == {"offsite": 1, "trap": 2, "not_wanted": 1}
    assert frontier.add([decoy]) == 1, "wanted somewhere weighs more than not wanted elsewhere"
    frontier.refuse(decoy, FrontierState.NOT_WANTED, "解读")
    assert state(archive, decoy)[0] == "pending"


def test_a_retry_waits_and_counts(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    frontier.add([page("a")])
    for attempts in range(3):
        leased = frontier.peek(FIRST.url)
        assert leased is not None and leased.attempts == attempts
        frontier.lease(leased)
        frontier.retry(leased.page, "HTTP 503", 0)
    taken = take(frontier)
    assert taken is not None
    frontier.retry(taken, "HTTP 503", 600)
    assert frontier.peek(FIRST.url) is None and frontier.due_sites() == []
    assert frontier.has_pending() and frontier.pending() == 1
    assert state(archive, taken) == ("pending", "HTTP 503")
    # A pause a site asked for holds across a restart.
    again = begin(archive, FIRST)
    assert again.peek(FIRST.url) is None and again.has_pending()


def test_leases_of_dead_runs_return(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    frontier.add([page("a"), page("b")])
    taken = take(frontier)
    assert taken is not None
    again = begin(archive, FIRST)
    assert state(archive, taken)[0] == "pending"
    assert take(again) == taken


FINISHED = [
    (PageKind.ENTRY, FrontierState.UNCHANGED, True),
    (PageKind.COLUMN, FrontierState.FAILED, True),
    (PageKind.LIST, FrontierState.STORED, False),
    (PageKind.LIST, FrontierState.REDIRECTED, False),
    (PageKind.COLUMN, FrontierState.GONE, False),
    (PageKind.LIST, FrontierState.NOT_WANTED, False),
    (PageKind.REPORT, FrontierState.STORED, False),
    (PageKind.REPORT, FrontierState.GONE, False),
    (PageKind.REPORT, FrontierState.FAILED, True),
    (PageKind.REPORT, FrontierState.BLOCKED, True),
    (PageKind.REPORT, FrontierState.ROBOTS, True),
    (PageKind.ATTACHMENT, FrontierState.TOO_BIG, False),
]


@pytest.mark.parametrize(("kind", "outcome", "due"), FINISHED)
def test_what_the_next_run_looks_at_again(archive: Archive, kind: PageKind, outcome: FrontierState, due: bool) -> None:
    frontier = begin(archive, FIRST)
    one = page("a", kind)
    frontier.add([one])
    assert take(frontier) == one
    frontier.finish(one, outcome, "why", etag='"v1"', last_modified="then")
    assert take(frontier) is None
    again = begin(archive, FIRST)
    leased = again.peek(FIRST.url)
    assert (leased is not None) is due
    if leased is not None:
        assert (leased.attempts, leased.etag, leased.last_modified) == (0, '"v1"', "then")
    else:
        assert state(archive, one) == (outcome, "why")


def test_reports_are_due_again_after_the_days_of_the_setting(archive: Archive) -> None:
    frontier = begin(archive, FIRST, revisit_days=0)
    frontier.add([page("a")])
    taken = take(frontier)
    assert taken is not None
    frontier.finish(taken, FrontierState.STORED, None)
    assert take(begin(archive, FIRST)) == taken


def test_sites_outside_the_registry_stay_untouched(archive: Archive) -> None:
    frontier = begin(archive, FIRST, SECOND)
    frontier.add([page("a"), page("l", PageKind.LIST), page("b", site=SECOND), page("l", PageKind.LIST, SECOND)])
    assert sorted(frontier.due_sites()) == sorted([FIRST.url, SECOND.url])
    frontier.finish(page("l", PageKind.LIST, SECOND), FrontierState.STORED, None)
    again = begin(archive, FIRST)
    assert again.due_sites() == [FIRST.url]
    assert again.pending() == 2 and again.counts() == {"pending": 2}
    assert state(archive, page("l", PageKind.LIST, SECOND))[0] == "stored"
    assert state(archive, page("b", site=SECOND))[0] == "pending"


def test_a_page_of_a_site_that_left_the_registry_is_taken_over(archive: Archive) -> None:
    shared = "http://www.jingkou.gov.cn/nb/1.html"
    street = SiteEntry("http://www.jingkou.gov.cn/jd/", "大市口街道办事处", "321102")
    begin(archive, SECOND).add([Page(shared, SECOND.url, PageKind.REPORT)])
    frontier = begin(archive, street)
    assert frontier.peek(street.url) is None
    frontier.add([Page(shared, street.url, PageKind.REPORT)])
    taken = take(frontier, street)
    assert taken is not None and (taken.url, taken.site) == (shared, street.url)


def test_a_site_falls_silent_when_a_run_sees_no_link_to_a_report(archive: Archive) -> None:
    frontier = begin(archive, FIRST, SECOND)
    for one in (page("a"), page("b", site=SECOND)):
        frontier.add([one])
        frontier.finish(one, FrontierState.STORED, None)
    assert frontier.fallen_silent() == []
    again = begin(archive, FIRST, SECOND)
    again.add([page("a")])
    assert again.fallen_silent() == [SECOND.url]


def test_troubled_entry_pages_are_named(archive: Archive) -> None:
    frontier = begin(archive, FIRST, SECOND)
    for entry, outcome in (
        (page("", PageKind.ENTRY), FrontierState.BLOCKED),
        (page("", PageKind.ENTRY, SECOND), FrontierState.UNCHANGED),
    ):
        frontier.add([entry])
        frontier.finish(entry, outcome, "why")
    assert frontier.troubled_entries() == [(FIRST.url, "blocked", "why")]


def test_a_page_and_its_children_are_kept_together_or_not_at_all(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    parent = page("l", PageKind.LIST)
    frontier.add([parent])
    with pytest.raises(RuntimeError), archive.transaction():
        frontier.add([page("a"), page("b")])
        frontier.finish(parent, FrontierState.STORED, None)
        raise RuntimeError("killed here")
    assert frontier.counts() == {"pending": 1}


def test_a_page_is_one_page_under_every_name_of_its_host(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    one = page("nb/")
    other = replace(one, url="https://xigong.gov.cn/nb/", site=FIRST.url)
    assert one.key == other.key
    assert frontier.add([one, other]) == 1
    assert take(frontier) == one
    # http leads to https: asked for there, as the same page.
    frontier.rename(other)
    taken = take(frontier)
    assert taken is not None and taken.url == other.url
    frontier.finish(other, FrontierState.STORED, None)
    assert state(archive, one) == ("stored", None)


def test_a_renamed_page_stays_within_the_scope(archive: Archive) -> None:
    frontier = begin(archive, FIRST)
    one = page("nb/")
    frontier.add([one])
    assert take(frontier) == one
    frontier.rename(replace(one, url="ftp://www.xigong.gov.cn/nb/"))
    assert state(archive, one)[0] == "offsite"


def test_hosts_that_asked_for_a_pause_are_remembered(archive: Archive) -> None:
    frontier = begin(archive, FIRST, SECOND)
    for one, reason, after in (
        (page("a"), "HTTP 503", 300),
        (page("b"), "HTTP 429: the site says too many requests", 600),
        (page("c", site=SECOND), "no complete answer in time", 600),
    ):
        frontier.add([one])
        frontier.retry(one, reason, after)
    pauses = begin(archive, FIRST, SECOND).pauses()
    assert list(pauses) == ["www.xigong.gov.cn"]
    assert timedelta(seconds=500) < pauses["www.xigong.gov.cn"] - datetime.now(UTC) <= timedelta(seconds=600)
    assert begin(archive, SECOND).pauses() == {}


@pytest.mark.parametrize("kind", [PageKind.ENTRY, PageKind.REPORT])
def test_a_pause_outlives_the_last_attempt_and_every_restart(archive: Archive, kind: PageKind) -> None:
    frontier = begin(archive, FIRST)
    one = page("a", kind=kind)
    frontier.add([one])
    assert take(frontier) == one
    frontier.finish(one, FrontierState.BLOCKED, "HTTP 429: the site says too many requests", pause=600)
    for _ in range(3):
        frontier = begin(archive, FIRST)
        assert list(frontier.pauses()) == ["www.xigong.gov.cn"]
        assert frontier.due_sites() == [] and frontier.pending() == 1, "it waits, and is not forgotten"
