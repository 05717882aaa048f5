"""What a report column or a report page holds: the rows that are reports, its parts, the pages after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from archive.schema import PageKind
from crawler.notes import NotWanted
from crawler.page import Page
from spiders import links
from spiders.families import Family, Row
from spiders.links import Leads, Verdict
from spiders.markup import Markup, squeeze
from spiders.way import Candidate

_REPORT_PRIORITY = 1000
_ATTACHMENT_PRIORITY = 1100
_LIST_PRIORITY = 800
_PART_PRIORITY = 750
_LEAST_LINKS_OF_A_LIST = 3
# Headings that the form prescribes, in the wordings of 2008 to today.
_HEADINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[一1][、.]?(?:总体情况|概述|基本情况)",
        r"主动公开政府信息(?:的)?情况",
        r"收到和处理政府信息公开申请|依申请公开政府信息(?:的)?情况",
        r"(?:行政复议|行政诉讼|提起行政诉讼)[^。]{0,12}情况",
        r"存在的?(?:主要)?问题(?:及|和|与)?(?:改进|下一步|措施)",
        r"其他需要(?:报告|说明)的事项",
    )
)
_LEAST_HEADINGS = 3
_COLUMN_NUMBER = re.compile(r"/col/col(\d+)|/art_(\d+)_")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and where it leads."""

    row: Row
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Column:
    """What a page of a report column holds."""

    rows: list[Judged]
    parts: list[Row]
    following: list[Page]


def is_report_text(text: str) -> bool:
    """Whether a text bears the headings of a report; `text` is without white space."""
    return sum(bool(pattern.search(text)) for pattern in _HEADINGS) >= _LEAST_HEADINGS


def read(markup: Markup, page: Page, family: Family, *, certain: bool) -> Column:
    """The rows of the column's own list, the parts it is divided into, and the pages its list goes on on.

    `certain` says that the page calls itself a report column, so that its list counts whatever its rows say.
    """
    # A column that is itself a report of one year has the other years' reports beside it, not parts.
    whole = is_report_text(markup.body_text)
    parts = [] if whole else [row for row in family.sub_columns(markup, page) if row.url != markup.url]
    divided = {row.url for row in parts}
    rows = family.rows(markup, page)
    if page.memo.get("guess"):
        # What a script asks for may be anything: its rows have to show that they are the column's.
        rows = [replace(row, group=row.group or 1) for row in rows]
    judged = [Judged(row, _judge(row)) for row in rows if row.url not in divided]
    if page.memo.get("guess") and not any(it.verdict.leads is Leads.REPORT for it in judged):
        judged = []
    own = _own_rows(judged, markup, certain=certain, within=bool(page.memo.get("column")))
    following = family.next_pages(markup, page, [it.row for it in own])
    return Column(own, parts, [replace(it, priority=_LIST_PRIORITY) for it in following])


def _judge(row: Row) -> Verdict:
    verdict = links.judge_row(row.label, row.url)
    if row.group == 0 and verdict.leads is Leads.NOWHERE:
        return replace(verdict, leads=Leads.REPORT, score=50, reason="is a row of the column's own data")
    return verdict


def _own_rows(judged: list[Judged], markup: Markup, *, certain: bool, within: bool) -> list[Judged]:
    """The rows that stand in the column's list, and not in the 最新动态 beside it."""
    named = {it.row.group for it in judged if it.verdict.leads is Leads.REPORT and links.is_report_name(it.row.label)}
    home = None if links.is_leaf(markup.url) or len(links.slugs(markup.url)) < 1 else links.folder(markup.url)
    number = _number(markup.url)
    wanted = [it for it in judged if it.verdict.leads in (Leads.REPORT, Leads.DECOY)]

    def belongs(it: Judged) -> bool:
        row = it.row
        return (
            row.group == 0
            or row.group in named
            or links.is_report_name(row.label)
            or bool(links.year_only(row.label))
            or (home is not None and row.url.startswith(home))
            or (number is not None and number == _number(row.url))
        )

    own = [it for it in wanted if belongs(it)]
    if (certain or within) and not any(it.verdict.leads is Leads.REPORT for it in own):
        # 汉屯路街道, 教育局: where no row tells, the longest list is taken for the column's.
        articles = [it for it in wanted if links.is_article(it.row.url) or links.is_document(it.row.url)]
        sizes = Counter(it.row.group for it in articles)
        if sizes:
            largest, size = sizes.most_common(1)[0]
            if not certain and 2 * sum(it.row.group == largest and bool(it.verdict.unit) for it in articles) < size:
                return own
            own = own + [it for it in wanted if it.row.group == largest and it not in own]
    return own


def is_list_of_years(markup: Markup, page: Page, family: Family) -> bool:
    """Whether a page lists yearly reports by their years alone (2023年度报告), and more than one."""
    named = (row.label for row in family.rows(markup, page) if links.is_article(row.url) or links.is_document(row.url))
    years = {links.year_only(label) for label in named if label.endswith(("报告", "年报"))}
    return len(years - {None}) > 1


def _number(url: str) -> str | None:
    match = _COLUMN_NUMBER.search(url)
    return match and (match[1] or match[2])


def is_list(found: Column, page: Page) -> bool:
    """Whether an article is a list: three links to reports, or one under the name of a mere year or unit."""
    named = [it for it in found.rows if it.verdict.leads is Leads.REPORT and links.is_report_name(it.row.label)]
    name = page.link_text or ""
    bare = bool(links.year_only(name) or links.unit_of(name)) and not links.is_report_name(name)
    return len({it.row.url for it in named}) >= _LEAST_LINKS_OF_A_LIST or (bare and bool(named))


def reports(found: Column, page: Page, since: int | None) -> Iterator[Page | NotWanted]:
    """A page for every row that is a report, a note for every row that is not."""
    names = Counter(links.plain_name(it.row.label) for it in found.rows if it.verdict.leads is Leads.REPORT)
    for it in found.rows:
        wanted = report_page(page, it.row.url, it.row.label, it.row.date, agency=it.row.agency)
        if it.verdict.leads is Leads.DECOY:
            yield NotWanted(wanted, it.verdict.reason)
        elif links.is_copy(it.row.label) and names[links.plain_name(it.row.label)] > 1:
            yield NotWanted(wanted, "is a linked or pictured copy of a report that stands beside it")
        elif reason := _too_early(it.verdict.year, it.row.date, since):
            yield NotWanted(wanted, reason)
        else:
            yield wanted


def named_reports(found: list[Candidate], page: Page, since: int | None) -> Iterator[Page | NotWanted]:
    """Reports named as such on a page that is no report column."""
    for candidate in found:
        wanted = report_page(page, candidate.url, candidate.label, candidate.date)
        reason = _too_early(candidate.verdict.year, candidate.date, since)
        yield NotWanted(wanted, reason) if reason else wanted


def report_page(page: Page, url: str, label: str, date: str | None, *, agency: str | None = None) -> Page:
    """The page of a report, or of a document that is one, with the evidence of the row it stands in."""
    # Reports come out in the year after the one they report on.
    year = links.year_of(label) or page.memo.get("year") or (int(date[:4]) - 1 if date else None)
    return Page(
        url=url,
        site=page.site,
        kind=PageKind.REPORT,
        depth=page.depth + 1,
        priority=_REPORT_PRIORITY,
        discovered_on=page.url,
        link_text=label,
        link_date=date,
        link_agency=page.link_agency or agency,
        memo={"year": year} if year else {},
    )


def parts(found: Column, page: Page, since: int | None) -> Iterator[Page | NotWanted]:
    """The years, units and unit classes of a column; the unit is passed on to the reports below it."""
    for row in found.parts:
        year = links.year_of(row.label)
        part = Page(
            url=row.url,
            site=page.site,
            kind=PageKind.COLUMN,
            depth=page.depth + 1,
            priority=_PART_PRIORITY,
            discovered_on=page.url,
            link_text=row.label,
            link_agency=links.unit_of(row.label) or page.link_agency,
            memo={"column": True}
            | ({"year": year} if year else {})
            | ({"unit": True} if page.memo.get("unit") else {}),
        )
        if year and since and year < since:
            yield NotWanted(part, f"{year} is before {since}, the first year wanted")
        else:
            yield part


def same_list(page: Page, url: str) -> Page:
    """The frame that a column's list is really kept in."""
    memo = {key: value for key, value in page.memo.items() if key not in ("before", "referer", "otherwise")}
    return replace(
        page,
        url=url,
        kind=PageKind.LIST,
        priority=_LIST_PRIORITY,
        discovered_on=page.url,
        memo={**memo, "column": True},
        render=False,
    )


def attachments(markup: Markup, page: Page, family: Family) -> Iterator[Page | NotWanted]:
    """The documents of a report page, under its title, or under their own where they name a report."""
    title = squeeze(markup.meta.get("articletitle", ""))
    for row in family.attachments(markup, page):
        own = row.label if links.is_report_name(row.label) and links.unit_of(row.label) else None
        attachment = replace(
            report_page(page, row.url, own or page.link_text or title, page.link_date),
            kind=PageKind.ATTACHMENT,
            priority=_ATTACHMENT_PRIORITY,
        )
        reason = links.decoy(row.label) if row.label else None
        yield NotWanted(attachment, reason) if reason else attachment


def _too_early(year: int | None, date: str | None, since: int | None) -> str | None:
    """Why a report is older than wanted: its year, or a publication in a year before the first wanted."""
    if since is None:
        return None
    if year is not None:
        return f"{year} is before {since}, the first year wanted" if year < since else None
    if date and int(date[:4]) < since:
        return f"published on {date}, before {since}, the first year wanted"
    return None
