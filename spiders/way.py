"""Which columns to go to from a page that is no report column: the shortest way first, others in turn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bs4 import Tag

from archive.schema import PageKind
from crawler.page import Page, left_of, one_by_one
from spiders.families.base import Row
from spiders.headed import headed_links
from spiders.links import GROUPS, Leads, Verdict, is_article, judge, judge_row
from spiders.markup import Markup

BREADTH = 5
"""Columns followed from one page at most."""
MAX_UNITS = 300
"""Departments, streets and towns followed from one directory; a large district has about a hundred."""
LEAST_UNITS = 3
"""A page of the disclosure with as many units' links is a directory of them, whatever it is called."""
_AT_ONCE = 2
_LONGEST_PART = 12
"""Characters of a part of a report column that has a name of its own: 乡镇场."""
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
    for link in headed_links(markup):
        verdict = judge_row(link.label, link.url)
        if verdict.leads is Leads.NOWHERE and len(link.label) <= _LONGEST_PART and not is_article(link.url):
            verdict = replace(
                verdict, leads=Leads.REPORT_COLUMN, score=60, reason="stands under a report column's name"
            )
        if verdict.leads in (Leads.REPORT, Leads.REPORT_COLUMN):
            date = markup.date_beside(link.tag, link.url)
            best[link.url] = Candidate(link.url, link.label, verdict, link.tag, markup.in_frame(link.tag), date)
    found = Ways()
    own = _host(markup.url)
    for candidate in sorted(best.values(), key=lambda it: (_host(it.url) != own, -it.verdict.score)):
        found.by_lead.setdefault(candidate.verdict.leads, []).append(candidate)
    return found


def onward(page: Page, markup: Markup, found: Ways, *, disclosing: bool) -> list[Page]:
    """The columns to go to; `disclosing` says that the page belongs to the disclosure of a site or a unit."""
    pages: list[Page] = []
    columns = [it for it in found[Leads.REPORT_COLUMN] if _is_part(it)][:MAX_UNITS]
    columns += [it for it in found[Leads.REPORT_COLUMN] if not _is_part(it)][:BREADTH]
    pages.extend(column_page(page, it, column=True, year=it.verdict.year) for it in columns)
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
    if columns:
        # The disclosure page beside it is looked at as well: it may list the units, whose reports are kept apart.
        hopes = _hopes(page, markup, found, [*offered, *(column.url for column in columns)])
        return pages + (hopes[:1] if page.kind is PageKind.ENTRY else [])
    return pages + in_turn(page, _hopes(page, markup, found, offered))


def _is_part(candidate: Candidate) -> bool:
    """Whether a report column is one of many: a year's, a unit's or a class of units'."""
    verdict = candidate.verdict
    # 政府信息公开年报 says no more than 政府.
    group = GROUPS.match(candidate.label) and not candidate.label.startswith("政府信息")
    return bool(verdict.year or verdict.unit or group)


def units_listed(page: Page, found: Ways) -> list[Page]:
    """The units' own pages that a directory links to, or a page of the disclosure that lists them."""
    if page.memo.get("unit"):
        return []
    own = _host(page.url)
    units = [candidate for candidate in found[Leads.UNIT] if not candidate.framed][:MAX_UNITS]
    # 区政府 stands beside 区直部门 and 街道乡镇.
    listed = len({it.url for it in (*units, *found[Leads.UNITS]) if _host(it.url) == own})
    if not page.memo.get("units") and listed < LEAST_UNITS:
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


def in_turn(page: Page, hopes: list[Page]) -> list[Page]:
    """The best two of what is left; the others are noted on the first, for the case that it leads nowhere."""
    if not hopes:
        following = page.instead()
        return [following] if following else []
    known = {it.url for it in hopes}
    first, *rest = [*hopes, *(it for it in left_of(page) if it.url not in known)]
    return [one_by_one([first, *rest[_AT_ONCE - 1 :]]), *rest[: _AT_ONCE - 1]]


def column_page(page: Page, candidate: Candidate, **memo: bool | int | list[str] | None) -> Page:
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


def _hopes(page: Page, markup: Markup, found: Ways, offered: list[str]) -> list[Page]:
    own = _host(markup.url)
    good = [it for it in found[Leads.DISCLOSURE] if it.verdict.score >= _GOOD_DISCLOSURE]
    rest = [it for it in found[Leads.DISCLOSURE] if it.verdict.score < _GOOD_DISCLOSURE]
    chosen = [it for it in good or [*rest, *found[Leads.DOUBTFUL]] if _host(it.url) == own][:BREADTH]
    return [column_page(page, it, disclosure=it.verdict.leads is Leads.DISCLOSURE, offered=offered) for it in chosen]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
