"""The spider: from a site's entry page to its report column, along its lists, to reports and attachments."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.schema import PageKind
from crawler.notes import FamilyDetected, NotWanted, PartlyRead, Trap
from crawler.page import Page, left_of, one_by_one, route_of
from crawler.site import SiteEntry
from spiders import column, drawn, glance, hidden, links, search
from spiders.families import FAMILIES, GENERIC, Family, detect, seen_lists
from spiders.links import Leads
from spiders.markup import Markup
from spiders.pictures import pictures
from spiders.registry import RegistryError, read_registry
from spiders.way import Ways, candidate_of, directories, onward, other_sites, units_listed, ways

Found = Page | FamilyDetected | NotWanted | Trap | PartlyRead

_ENTRY_PRIORITY = 900
_MAX_DEPTH = 10
_MAX_MIXED_PAGES = 10
_MAX_FRAMES = 3
_DISCLOSURE = ("信息公开", "政务公开")


class ReportsSpider(Spider):
    """Finds the annual reports of the sites in a registry: `scrapy crawl reports -a sites=sites.csv`."""

    name = "reports"

    def __init__(
        self,
        sites: str | Path | list[SiteEntry] | None = None,
        archive: str | Path = "archive.db",
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        if not sites:
            raise ValueError("no registry given; say which with -a sites=sites.csv")
        self.archive_path = Path(archive)
        self.unused_rows = 0
        """Rows of the registry that are wrong; the run's exit code says that there are some."""
        self.sites: list[SiteEntry] = list(sites) if isinstance(sites, list) else self._read(Path(sites))
        self.budget = 2000
        self.probing = False
        """Whether only the way to the reports is looked for."""
        self._reached: set[str] = set()
        self.discovering = False
        """Whether other sites' addresses are written down; they are never asked for."""
        self._entries = {entry.url: entry for entry in self.sites}
        self._families: dict[str, str] = {}
        self._asked: dict[str, set[int]] = {}
        self._worked: dict[str, str] = {}
        """By which kind of request the rows of a site's columns were found that do not show them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **arguments: Any) -> Self:
        """The spider of a crawl; wrong use ends the process with status 2 and one plain line on standard error."""
        try:
            spider = super().from_crawler(crawler, *args, **arguments)
        except ValueError as error:
            print(error, file=sys.stderr)
            raise SystemExit(2) from error
        spider.budget = crawler.settings.getint("SITE_BUDGET", spider.budget)
        spider.probing = crawler.settings.getbool("PROBE")
        spider.discovering = crawler.settings.getbool("DISCOVER")
        return spider

    def _read(self, path: Path) -> list[SiteEntry]:
        try:
            registry = read_registry(path)
        except RegistryError as error:
            raise ValueError(str(error)) from error
        for problem in registry.problems:
            print(f"{path}: {problem}", file=sys.stderr)
        self.unused_rows = len(registry.problems)
        if not registry.sites:
            raise ValueError(f"{path}: holds no site that can be used")
        return registry.sites

    async def start(self) -> AsyncIterator[Request]:
        for entry in self.sites:
            page = Page(url=entry.url, site=entry.url, kind=PageKind.ENTRY, priority=_ENTRY_PRIORITY)
            yield page.to_request()

    def parse(self, response: Response, **arguments: Any) -> Iterator[Found]:
        """What a page leads to: pages to get, links not wanted, the site's family."""
        page = Page.of(response)
        if page.kind is PageKind.REPORT and glance.is_whole_report(response):
            return
        markup = Markup(response, page.memo.get("referer"), page.memo.get("variables"))
        if not markup.text or page.kind in (PageKind.ATTACHMENT, PageKind.PICTURE):
            return
        if part := markup.part_read:
            yield PartlyRead(part)
        entry = self._entries.get(page.site)
        family, note = self._family(entry, page, markup)
        if note:
            yield note
        since = entry.since if entry else None
        read = self._report if page.kind is PageKind.REPORT else self._column
        for found in read(markup, page, family, since):
            if self.probing and isinstance(found, Page):
                yield from self._probe(found)
            else:
                yield self._bounded(found) if isinstance(found, Page) else found

    def _probe(self, page: Page) -> Iterator[Found]:
        """Of the way to the reports what is not known yet; reports themselves are noted and not asked for."""
        if page.kind in (PageKind.REPORT, PageKind.ATTACHMENT):
            self._reached.add(page.site)
            yield NotWanted(page, "only looked for")
        elif page.site not in self._reached:
            yield self._bounded(page)

    def _bounded(self, page: Page) -> Page | Trap:
        """The page, or why it is not asked for: a trap, too deep, or the site's budget is spent."""
        if route_of(page.url) and page.kind is not PageKind.ATTACHMENT:
            # A route is gone along in a browser, or not at all.
            page = replace(page, render=True)
        if reason := links.trap(page.url):
            return Trap(page, reason)
        if page.kind is PageKind.COLUMN and page.depth > _MAX_DEPTH:
            return Trap(page, f"more than {_MAX_DEPTH} columns deep")
        asked = self._asked.setdefault(page.site, set())
        mark = hash((page.url, page.body, page.render))
        if mark not in asked:
            if len(asked) >= self.budget:
                return Trap(page, f"the site's budget of {self.budget} requests a run is spent")
            asked.add(mark)
        return page

    def _family(self, entry: SiteEntry | None, page: Page, markup: Markup) -> tuple[Family, FamilyDetected | None]:
        """The family a page is read with: the registry's, else the list's, the page's or the site's."""
        if entry and entry.family:
            return FAMILIES[entry.family], None
        if page.memo.get("family") in FAMILIES:
            return FAMILIES[page.memo["family"]], None
        known = self._families.get(page.site)
        detected = detect(markup)
        if detected is None:
            return FAMILIES.get(known or "", GENERIC), None
        if page.kind is PageKind.REPORT or detected == known:
            return FAMILIES[detected], None
        self._families[page.site] = detected
        return FAMILIES[detected], FamilyDetected(page.site, detected, certain=False)

    def _is_set(self, site: str) -> bool:
        """Whether the registry names the family of a site."""
        entry = self._entries.get(site)
        return entry is not None and entry.family is not None

    def _column(self, markup: Markup, page: Page, family: Family, since: int | None) -> Iterator[Found]:
        """A page on the way: a report column or part of one, or one that may lead there."""
        if page.memo.get("search"):
            yield from self._results(markup, page, family, since)
            return
        if self.discovering:
            yield from other_sites(page, ways(markup))
        if page.kind is PageKind.ENTRY:
            yield from search.search_pages(markup, page)
        certain = links.is_report_column(markup.names, markup.url)
        if column.is_report_text(markup.body_text):
            # The column is the report of its latest year; read it as one, whatever else it links to.
            yield replace(page, kind=PageKind.REPORT)
        listed = page.memo.get("unit") and not certain and column.is_list_of_years(markup, page, family)
        if certain or listed or page.memo.get("column"):
            yield from self._report_column(markup, page, family, since, certain=certain)
        else:
            yield from self._way(markup, page, family, since)

    def _results(self, markup: Markup, page: Page, family: Family, since: int | None) -> Iterator[Found]:
        """Reports named in the results of the site's search."""
        rows = family.rows(markup, page)
        found = search.results(rows)
        for row in found:
            yield from column.named_reports([candidate_of(row)], page, since)
        # Whatever the site's pages are made with: a search that answers with data is turned by its number of a page.
        turning = GENERIC if markup.data is not None else family
        yield from search.further(turning.next_pages(markup, page, rows), page, found=bool(found))
        if not found:
            asked = search.asked_in(markup, page)
            yield from self._elsewhere(markup, page, search.OPEN_NAMES, [asked] if asked else [])

    def _report_column(
        self, markup: Markup, page: Page, family: Family, since: int | None, *, certain: bool
    ) -> Iterator[Found]:
        found = column.read(markup, page, family, certain=certain)
        yield from column.reports(found, page, since)
        yield from column.parts(found, page, since)
        yield from (replace(it, memo={**it.memo, "column": True, "family": family.name}) for it in found.following)
        services = seen_lists(markup, page, [it.row for it in found.rows])
        yield from services
        if page.kind is not PageKind.LIST and page.depth <= 3 and not page.memo.get("unit"):
            yield from self._units_beside(page, markup, found)
        if len(found.rows) > 1 and not self._is_set(page.site):
            self._families.setdefault(page.site, family.name)
            yield FamilyDetected(page.site, family.name)
        if not (found.rows or found.following or services) and (not found.parts or hidden.is_likely(markup)):
            yield from (column.same_list(page, url) for url in markup.frames[:_MAX_FRAMES])
            yield from self._elsewhere(markup, replace(page, memo={**page.memo, "column": True, "family": family.name}))
            if not (certain or page.memo.get("guess")):
                yield from self._way(markup, page, family, since)
        elif page.memo.get("guess") or page.render:
            self._worked[page.site] = hidden.kind_of(page)

    @staticmethod
    def _units_beside(page: Page, markup: Markup, found: column.Column) -> Iterator[Page]:
        """Directories of units, and units, that a column's page links to and that are no parts of the column."""
        known = {row.url for row in found.parts} | {it.row.url for it in found.rows}
        beside = ways(markup)
        yield from directories(page, beside)
        yield from (it for it in units_listed(page, beside) if it.url not in known)

    def _elsewhere(
        self, markup: Markup, page: Page, words: dict[str, str] | None = None, before: list[Page] | None = None
    ) -> list[Page]:
        """Where the rows of a page that shows none are asked for, one place after the other."""
        pages = [*(before or []), *hidden.attempts(markup, page, words)]
        pages.sort(key=lambda it: hidden.kind_of(it) != self._worked.get(page.site))
        pages += left_of(page)
        return [one_by_one(pages)] if pages else []

    def _way(self, markup: Markup, page: Page, family: Family, since: int | None) -> Iterator[Found]:
        found = ways(markup)
        named = found[Leads.REPORT]
        yield from column.named_reports(named, page, since)
        following = onward(page, markup, found, disclosing=self._is_disclosing(markup, page))
        yield from following
        hidden = family.hidden_columns(markup, page)
        yield from hidden
        following += hidden
        if named and not found[Leads.REPORT_COLUMN] and page.memo.get("list_page", 0) < _MAX_MIXED_PAGES:
            # Small sites keep reports and everything else in one list.
            yield from family.next_pages(markup, page, family.rows(markup, page))
        if page.memo.get("unit") and not named and not found[Leads.REPORT_COLUMN] and not page.memo.get("list_page"):
            # A unit's own list whose rows come from a service.
            yield from family.next_pages(markup, page, [])
        if len(named) > 1 and not self._is_set(page.site):
            yield FamilyDetected(page.site, family.name, certain=False)
        if not (named or found[Leads.REPORT_COLUMN] or page.memo.get("framed")):
            # Menus and lists of their own pages; a frame within a frame is one page more each time.
            yield from self._frames(markup, page)
        if named or following:
            return
        if markup.frames and not found.by_lead:
            return
        if self._may_be_drawn(markup, found) or page.memo.get("guess"):
            yield from self._elsewhere(markup, page)

    @staticmethod
    def _frames(markup: Markup, page: Page) -> Iterator[Page]:
        own = urlsplit(page.url).netloc
        near = [url for url in markup.frames if urlsplit(url).netloc == own and not links.is_document(url)]
        for url in near[:_MAX_FRAMES]:
            framed = {**page.memo, "framed": not _is_frameset(markup)}
            yield replace(
                page, url=url, kind=PageKind.COLUMN, discovered_on=page.url, depth=page.depth + 1, memo=framed
            )

    @staticmethod
    def _is_disclosing(markup: Markup, page: Page) -> bool:
        names = (*markup.names, page.link_text or "")
        own = page.kind is PageKind.ENTRY and not markup.trail
        if links.is_disclosure_address(markup.url):
            return True
        return bool(page.memo.get("disclosure")) or (
            not own and any(word in it for it in names for word in _DISCLOSURE)
        )

    @staticmethod
    def _may_be_drawn(markup: Markup, found: Ways) -> bool:
        return not found.by_lead and (not markup.links or drawn.is_drawn(markup) or drawn.is_shell(markup))

    def _report(self, markup: Markup, page: Page, family: Family, since: int | None) -> Iterator[Found]:
        """A report page: its attachments; or a list in the guise of an article, read as one."""
        reports = column.is_report_text(markup.body_text)
        if not reports:
            found = column.read(markup, page, family, certain=False)
            if column.is_list(found, page):
                memo = {**page.memo, "column": True, "family": family.name}
                page = replace(page, kind=PageKind.COLUMN, memo=memo)
                yield page
                yield from column.reports(found, page, since)
                yield from column.parts(found, page, since)
                yield from (replace(it, memo={**it.memo, **memo}) for it in found.following)
                return
        attached = list(column.attachments(markup, page, family))
        yield from attached or pictures(markup, page)
        if not (reports or attached or page.render) and markup.data is None and drawn.is_shell(markup):
            yield replace(page, render=True)


def _is_frameset(markup: Markup) -> bool:
    return markup.soup.find("frameset") is not None


__all__ = ["ReportsSpider"]
