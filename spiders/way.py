"""Which columns to go to from a page that is no report column: the shortest way first, others in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bs4 import Tag

from archive.schema import PageKind
from crawler.page import Page
from spiders.families.base import Row
from spiders.links import Leads, Verdict, judge
from spiders.markup import Markup

BREADTH = 5
"""Columns followed from one page at most."""
MAX_UNITS = 300
"""Departments, streets and towns followed from one directory; a large district has about a hundred."""
LEAST_UNITS = 3
"""A page of the disclosure with as many units' links is a directory of them, whatever it is called."""
_AT_ONCE = 2
_GOOD_DISCLOSURE = 35
_PRIORITY = {
    Leads.REPORT_COLUMN: 700,
    Leads.DISCLOSURE: 500,
    Leads.UNIT: 300,
    Leads.UNITS: 250,
    Leads.DOUBTFUL: 50,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link worth following, with what it says and where it leads."""

    url: str
    label: str
    verdict: Verdict
    tag: Tag | None
    framed: bool
    date: str | None = None


@dataclass(slots=True)
class Ways:
    """The candidates of a page by where they lead, best first, each address once."""

    by_lead: dict[Leads, list[Candidate]] = field(default_factory=dict)

    def __getitem__(self, leads: Leads) -> list[Candidate]:
        return self.by_lead.get(leads, [])


def ways(markup: Markup) -> Ways:
    """Judge every link of a page."""
    best: dict[str, Candidate] = {}
    for link in markup.links:
        verdict = judge(link.label, link.url)
        if verdict.leads is Leads.NOWHERE or link.url == markup.url:
            continue
        known = best.get(link.url)
        if known is None or verdict.score > known.verdict.score:
            date = markup.date_beside(link.tag, link.url) if verdict.leads is Leads.REPORT else None
            best[link.url] = Candidate(link.url, link.label, verdict, link.tag, markup.in_frame(link.tag), date)
    found = Ways()
    own = _host(markup.url)
    for candidate in sorted(best.values(), key=lambda it: (_host(it.url) != own, -it.verdict.score)):
        found.by_lead.setdefault(candidate.verdict.leads, []).append(candidate)
    return found


def onward(page: Page, markup: Markup, found: Ways, *, disclosing: bool) -> list[Page]:
    """The columns to go to; `disclosing` says that the page belongs to the disclosure of a site or a unit."""
    pages: list[Page] = []
    columns = found[Leads.REPORT_COLUMN][:BREADTH]
    pages.extend(column_page(page, candidate, column=True) for candidate in columns)
    # Columns of other hosts are out of scope, and one in the footer is another government's as often as not. One that
    # the page before linked too stands in the frame of every page: it is asked for, and the way goes on without it.
    offered = page.memo.get("offered", [])
    columns = [
        it
        for it in columns
        if _host(it.url) == _host(page.url) and not markup.in_footer(it.tag) and it.url not in offered
    ]
    if disclosing:
        pages.extend(directories(page, found))
    units = units_listed(page, found) if disclosing or page.memo.get("units") else []
    pages.extend(units)
    if page.memo.get("units") and pages:
        return pages
    hopes = _hopes(markup, found)
    if columns:
        # The disclosure page beside it is looked at as well: it may list the units, whose reports are kept apart.
        beside = [_hope(page, hope) for hope in hopes[:1] if page.kind is PageKind.ENTRY]
        for it in beside:
            it.memo["offered"] = [*offered, *(column.url for column in columns)]
        return pages + beside
    following = in_turn(page, hopes)
    if offered:
        for it in following:
            it.memo["offered"] = offered
    return pages + following


def units_listed(page: Page, found: Ways) -> list[Page]:
    """The units' own pages that a directory links to, or a page of the disclosure that lists them."""
    if page.memo.get("unit"):
        return []
    own = _host(page.url)
    units = [candidate for candidate in found[Leads.UNIT] if not candidate.framed][:MAX_UNITS]
    if not page.memo.get("units") and sum(_host(it.url) == own for it in units) < LEAST_UNITS:
        return []
    return [column_page(page, candidate, unit=True) for candidate in units]


def other_sites(page: Page, found: Ways) -> list[Page]:
    """The units' own sites under other hosts, which the frontier records as offsite."""
    own = _host(page.url)
    units = [it for it in found[Leads.UNIT] if it.verdict.unit and _host(it.url) != own][:MAX_UNITS]
    return [column_page(page, candidate, unit=True) for candidate in units]


def candidate_of(row: Row) -> Candidate:
    """A row of a list as a link worth following."""
    return Candidate(row.url, row.label, judge(row.label, row.url), None, False, row.date)


def directories(page: Page, found: Ways) -> list[Page]:
    """Directories of units, from the pages of a site that are not a unit's own."""
    if page.memo.get("unit") or page.memo.get("units"):
        return []
    own = _host(page.url)
    near = [candidate for candidate in found[Leads.UNITS] if _host(candidate.url) == own][:_AT_ONCE]
    return [column_page(page, candidate, units=True) for candidate in near]


def in_turn(page: Page, hopes: list[list[Any]]) -> list[Page]:
    """The best two of what is left; the others are noted on the first, for the case that it leads nowhere."""
    left = [*hopes, *(hope for hope in page.memo.get("otherwise", []) if hope not in hopes)]
    pages = []
    for position, hope in enumerate(left[: _AT_ONCE if hopes else 1]):
        following = _hope(page, hope)
        following.memo["otherwise"] = left[_AT_ONCE:] if position == 0 and hopes else left[1:] if position == 0 else []
        pages.append(following)
    return pages


def _hope(page: Page, hope: list[Any], **memo: bool) -> Page:
    url, label, leads, score = hope
    candidate = Candidate(url, label, Verdict(Leads(leads), score), None, False)
    return column_page(page, candidate, disclosure=leads == Leads.DISCLOSURE, **memo)


def column_page(page: Page, candidate: Candidate, **memo: bool) -> Page:
    """The page of a column found on `page`; `memo` says what is known of it."""
    verdict = candidate.verdict
    kept = {"unit": True} if page.memo.get("unit") else {}
    return Page(
        url=candidate.url,
        site=page.site,
        kind=PageKind.COLUMN,
        depth=page.depth + 1,
        priority=_PRIORITY[verdict.leads] + verdict.score,
        discovered_on=page.url,
        link_text=candidate.label,
        link_agency=verdict.unit or page.link_agency,
        memo={**kept, **{name: value for name, value in memo.items() if value}},
    )


def _hopes(markup: Markup, found: Ways) -> list[list[Any]]:
    own = _host(markup.url)
    good = [it for it in found[Leads.DISCLOSURE] if it.verdict.score >= _GOOD_DISCLOSURE]
    rest = [it for it in found[Leads.DISCLOSURE] if it.verdict.score < _GOOD_DISCLOSURE]
    chosen = [it for it in good or [*rest, *found[Leads.DOUBTFUL]] if _host(it.url) == own][:BREADTH]
    return [[it.url, it.label, it.verdict.leads.value, it.verdict.score] for it in chosen]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
