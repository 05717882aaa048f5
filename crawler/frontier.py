"""The frontier: every URL ever discovered, in exactly one state, in the archive itself.

It takes the place of Scrapy's queues and duplicate filter, so that a crawl killed at any moment goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from archive.schema import FrontierState, PageKind
from archive.store import Archive, now
from crawler.guard import Scope
from crawler.page import Page
from crawler.revisit import LONGEST_REST, rest, to_look_at
from crawler.site import SiteEntry

DEEPEST = 12
"""Links from the entry page: reports lie at most seven deep on the sites seen."""
LONGEST_URL = 2083
_FINDING = (PageKind.ENTRY, PageKind.COLUMN, PageKind.LIST)
"""Kinds whose links change; crawler.revisit says which of them a run looks at again."""
_AGAIN_NEXT_RUN = (FrontierState.FAILED, FrontierState.BLOCKED, FrontierState.ROBOTS)
_REVIVED_WHEN_WANTED = (FrontierState.OFFSITE, FrontierState.TRAP, FrontierState.NOT_WANTED)


@dataclass(frozen=True, slots=True)
class Leased:
    """A page taken out to be fetched, with what makes the request conditional and the count of attempts so far."""

    id: int
    page: Page
    etag: str | None
    last_modified: str | None
    attempts: int


class Frontier:
    """The frontier table of an archive, for the sites of one run.

    Methods that write join a transaction that is open, so that a page's outcome and its children are kept together.
    """

    def __init__(
        self, archive: Archive, sites: Iterable[SiteEntry], *, revisit_days: float = 30, everything: bool = False
    ) -> None:
        self._archive = archive
        self._sites = {site.url for site in sites}
        self._scope = Scope(SiteEntry(url, "") for url in self._sites)
        self._revisit = timedelta(days=revisit_days)
        self._everything = everything
        """Whether every column and list is looked at again, and not only where something new would stand."""
        self._began = now()
        self._looked_twice: set[str] = set()
        self.run: int | None = None
        self.with_reports: set[str] = set()
        """Sites on which this run has seen a link to a report."""
        archive.db.execute("create temp table if not exists crawled_sites (url text primary key)")
        with archive.transaction():
            archive.db.execute("delete from crawled_sites")
            for site in self._sites:
                archive.db.execute("insert into crawled_sites values (?)", (site,))

    # --- a run ------------------------------------------------------------------------------------------------

    def begin(self, run: int) -> None:
        """Take up what dead runs left, and make due again what this run has to look at again."""
        self.run = run
        self._began = now()
        # What was put off stays put off: a site that asked for a pause gets it across a restart.
        # A page that has answered well has no pause to keep: it is looked at again whenever this run chooses to.
        later = f"case when next_due > '{self._began}' and state not in ('stored', 'unchanged') then"
        update = f"""update frontier set state = 'pending', lease = null, attempts = 0,
                     reason = {later} reason end, next_due = {later} next_due end"""
        mine = "site in (select url from crawled_sites)"
        with self._archive.transaction():
            self._archive.db.execute(f"{update} where state = 'in_flight'")
            if self._everything:
                self._archive.db.execute(
                    f"{update} where {mine} and kind in ({_list(_FINDING)})"
                    f" and state not in ('pending', {_list(_REVIVED_WHEN_WANTED)})"
                )
            else:
                moment = datetime.now(UTC)
                for site in self._sites:
                    for identifier in to_look_at(self._archive, site, moment):
                        self._archive.db.execute(f"{update} where id = ?", (identifier,))
            self._archive.db.execute(
                f"{update} where {mine} and kind not in ({_list(_FINDING)})"
                f" and state not in ('pending', {_list(_REVIVED_WHEN_WANTED)})"
                f" and (state in ({_list(_AGAIN_NEXT_RUN)}) or next_due <= ?)",
                (now(),),
            )

    def look_twice(self) -> bool:
        """Look at every column of the sites that have given no report in this run and did before; once a run.

        Their list may have moved: only the whole site can tell whether it has no reports any more.
        """
        silent = [site for site in self.fallen_silent() if site not in self._looked_twice]
        self._looked_twice.update(silent)
        again = False
        for site in silent:
            again |= self._update(
                f"""update frontier set state = 'pending', reason = null, attempts = 0, next_due = null
                    where site = ? and kind in ({_list(_FINDING)}) and coalesce(fetched, '') < ?
                    and state not in ('pending', 'in_flight', {_list(_REVIVED_WHEN_WANTED)})""",
                (site, self._began),
            )
        return again

    def look_further(self, pages: Iterable[Page]) -> None:
        """Ask again for further pages of a list on which something new stands, where this run has not done so."""
        for page in pages:
            if page.kind is PageKind.LIST:
                self._update(
                    f"""update frontier set state = 'pending', reason = null, attempts = 0, next_due = null
                        where key = ? and kind = 'list' and coalesce(fetched, '') < ?
                        and state not in ('pending', 'in_flight', {_list(_REVIVED_WHEN_WANTED)})""",
                    (page.key, self._began),
                )

    def take_as_column(self, page: Page) -> None:
        """Have a page that was fetched as a report, and is a list of reports, looked at again like a list."""
        self._update(
            "update frontier set kind = ?, request = ? where key = ?", (page.kind.value, page.to_json(), page.key)
        )

    # --- discovery --------------------------------------------------------------------------------------------

    def add(self, pages: Iterable[Page]) -> int:
        """Record pages to get; a URL already known keeps its row. Returns how many became pending.

        A page outside the scope is recorded as offsite at once, one that is too deep or too long as a trap.
        """
        added = 0
        pages = list(pages)
        if not pages:
            return 0
        with self._archive.transaction():
            for page in pages:
                state, reason = self._first_state(page)
                inserted = self._insert(page, state, reason)
                if state is FrontierState.PENDING:
                    if page.kind in (PageKind.REPORT, PageKind.ATTACHMENT):
                        self.with_reports.add(page.site)
                    added += inserted or self._renew(page)
        return added

    def refuse(self, page: Page, state: FrontierState, reason: str) -> None:
        """Record a URL that is not to be fetched; one that is known already stays as it is."""
        self._insert(page, state, reason)

    def revive(self, page: Page) -> bool:
        """Ask again for a page that answered with a redirect; for sites that redirect in a ring to set a cookie."""
        return self._update(
            """update frontier set state = 'pending', reason = null, next_due = null, request = ?
               where key = ? and state = 'redirected'""",
            (page.to_json(), page.key),
        )

    def rename(self, page: Page) -> None:
        """Ask for a page under another name of its host, where a redirect leads to; out of scope, it ends there."""
        if refusal := self._scope.refusal(page.url):
            self.finish(page, FrontierState.OFFSITE, refusal)
            return
        self._update(
            """update frontier set state = 'pending', reason = null, lease = null, attempts = 0, next_due = null,
               url = ?, request = ? where key = ?""",
            (page.url, page.to_json(), page.key),
        )

    def _first_state(self, page: Page) -> tuple[FrontierState, str | None]:
        if reason := self._scope.refusal(page.url):
            return FrontierState.OFFSITE, reason
        if page.depth > DEEPEST:
            return FrontierState.TRAP, f"more than {DEEPEST} links from the entry page"
        if len(page.url) > LONGEST_URL:
            return FrontierState.TRAP, f"the URL is longer than {LONGEST_URL} characters"
        return FrontierState.PENDING, None

    def _insert(self, page: Page, state: FrontierState, reason: str | None) -> bool:
        return self._update(
            """insert or ignore into frontier
               (key, url, site, kind, depth, priority, state, reason, attempts, request, discovered, discovered_on)
               values (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)""",
            (
                page.key,
                page.url,
                page.site,
                page.kind.value,
                page.depth,
                page.priority,
                state.value,
                reason,
                page.to_json(),
                now(),
                page.discovered_on,
            ),
        )

    def _renew(self, page: Page) -> bool:
        """A known page found again: taken over from a site that left the registry, revived, or fetched earlier."""
        key = page.key
        self._update(
            "update frontier set site = ? where key = ? and site not in (select url from crawled_sites)",
            (page.site, key),
        )
        # Under the name it is known by the page did not answer; it may under the other.
        self._update(
            """update frontier set state = 'pending', reason = null, attempts = 0, next_due = null, url = ?, request = ?
               where key = ? and state = 'failed' and url != ? and attempts > 0 and fetched < ?""",
            (page.url, page.to_json(), key, page.url, now()),
        )
        # The link that promises most describes the page: the report link in a list, not the one in a menu.
        self._update(
            """update frontier set priority = ?, kind = ?, request = ?
               where key = ? and state = 'pending' and attempts = 0 and priority < ? and kind != 'entry'""",
            (page.priority, page.kind.value, page.to_json(), key, page.priority),
        )
        return self._update(
            f"""update frontier set state = 'pending', reason = null, attempts = 0, next_due = null, priority = ?,
                kind = ?, request = ? where key = ? and state in ({_list(_REVIVED_WHEN_WANTED)})""",
            (page.priority, page.kind.value, page.to_json(), key),
        )

    # --- fetching ---------------------------------------------------------------------------------------------

    def due_sites(self) -> list[str]:
        """Sites of this run that have a page due now."""
        rows = self._archive.rows(
            """select url from crawled_sites where exists (
                   select 1 from frontier where site = crawled_sites.url and state = 'pending'
                   and (next_due is null or next_due <= ?))""",
            (now(),),
        )
        return [row["url"] for row in rows]

    def peek(self, site: str) -> Leased | None:
        """The page of a site that is to be fetched next: highest priority first, then in order of discovery."""
        rows = self._archive.rows(
            """select id, request, etag, last_modified, attempts from frontier
               where site = ? and state = 'pending' and (next_due is null or next_due <= ?)
               order by priority desc, id limit 1""",
            (site, now()),
        )
        if not rows:
            return None
        row = rows[0]
        # A page taken over from another site is filed under the site that fetches it.
        page = replace(Page.from_json(row["request"]), site=site)
        return Leased(row["id"], page, row["etag"], row["last_modified"], row["attempts"])

    def lease(self, leased: Leased) -> None:
        """Take a page out for this run."""
        self._update(
            "update frontier set state = 'in_flight', lease = ?, attempts = attempts + 1, next_due = null where id = ?",
            (self.run, leased.id),
        )

    def finish(
        self,
        page: Page,
        state: FrontierState,
        reason: str | None,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        pause: float | None = None,
    ) -> None:
        """Record what became of a page; ETag and Last-Modified stay as they were where none is given.

        `pause` is the seconds that the host asked to be left alone.
        """
        moment = datetime.now(UTC)
        due = None
        if pause is not None:
            due = (moment + timedelta(seconds=pause)).isoformat(timespec="seconds")
        elif page.kind not in _FINDING and state not in _AGAIN_NEXT_RUN:
            due = (moment + self._rest_of(page, moment)).isoformat(timespec="seconds")
        self._update(
            """update frontier set state = ?, reason = ?, lease = null, fetched = ?, next_due = ?,
               etag = coalesce(?, etag), last_modified = coalesce(?, last_modified) where key = ?""",
            (state.value, reason, moment.isoformat(timespec="seconds"), due, etag, last_modified, page.key),
        )

    def _rest_of(self, page: Page, moment: datetime) -> timedelta:
        """How long a report is left alone: longer, the longer it has been the same."""
        rows = self._archive.rows("select max(fetched_at) as changed from captures where key = ?", (page.key,))
        changed = datetime.fromisoformat(rows[0]["changed"]) if rows[0]["changed"] else moment
        if changed.tzinfo is None:
            changed = changed.replace(tzinfo=UTC)
        return min(rest(moment - changed, self._revisit), max(self._revisit, LONGEST_REST))

    def retry(self, page: Page, reason: str, after: float) -> None:
        """Put a page back, not to be asked for again before `after` seconds have passed."""
        due = (datetime.now(UTC) + timedelta(seconds=after)).isoformat(timespec="seconds") if after else None
        self._update(
            "update frontier set state = 'pending', reason = ?, lease = null, next_due = ? where key = ?",
            (reason, due, page.key),
        )

    def pauses(self) -> dict[str, datetime]:
        """Hosts that asked to be left alone (HTTP 429, 503), and until when."""
        rows = self._archive.rows(
            """select request, next_due from frontier where state = 'pending' and next_due > ?
               and site in (select url from crawled_sites) and (reason like 'HTTP 429%' or reason like 'HTTP 503%')""",
            (now(),),
        )
        until: dict[str, datetime] = {}
        for row in rows:
            slot, due = slot_of(Page.from_json(row["request"])), datetime.fromisoformat(row["next_due"])
            until[slot] = max(due, until.get(slot, due))
        return until

    def forget_validators(self, page: Page) -> None:
        """Make the next request for a page unconditional."""
        self._update("update frontier set etag = null, last_modified = null where key = ?", (page.key,))

    # --- bookkeeping ------------------------------------------------------------------------------------------

    def pending(self) -> int:
        """Pages of this run's sites still to be fetched, being fetched, or waiting for another attempt."""
        return int(
            self._archive.rows(
                """select count(*) as pages from frontier
                   where state in ('pending', 'in_flight') and site in (select url from crawled_sites)"""
            )[0]["pages"]
        )

    def has_pending(self) -> bool:
        """Whether any page of this run's sites waits to be fetched."""
        return bool(
            self._archive.rows(
                """select 1 from crawled_sites where exists (
                       select 1 from frontier where site = crawled_sites.url and state = 'pending') limit 1"""
            )
        )

    def standing(self) -> tuple[int, int]:
        """Sites of this run, and those of them with nothing left to fetch."""
        row = self._archive.rows(
            """select count(*) as sites,
                 count(case when not exists (select 1 from frontier
                   where site = crawled_sites.url and state in ('pending', 'in_flight')) then 1 end) as done
               from crawled_sites"""
        )[0]
        return int(row["sites"]), int(row["done"])

    def counts(self) -> dict[str, int]:
        """Rows of this run's sites by state."""
        rows = self._archive.rows(
            """select state, count(*) as pages from frontier
               where site in (select url from crawled_sites) group by state"""
        )
        return dict(Counter({row["state"]: row["pages"] for row in rows}))

    def troubled_entries(self) -> list[tuple[str, str, str]]:
        """Entry pages of this run that did not answer with content, not even drawn or elsewhere: URL, state, reason."""
        rows = self._archive.rows(
            """select url, state, reason from frontier where kind = 'entry'
               and site in (select url from crawled_sites)
               and not exists (select 1 from frontier as other where other.site = frontier.site
                 and other.kind = 'entry' and other.state in ('stored', 'unchanged'))
               and state in ('failed', 'blocked', 'robots', 'gone', 'too_big', 'offsite', 'trap') order by id"""
        )
        return [(row["url"], row["state"], row["reason"] or "") for row in rows]

    def fallen_silent(self) -> list[str]:
        """Sites that gave reports in an earlier run and on which this run has seen no link to one."""
        rows = self._archive.rows(
            """select url from crawled_sites where exists (
                   select 1 from frontier where site = crawled_sites.url and kind in ('report', 'attachment')
                   and state in ('stored', 'unchanged', 'gone'))"""
        )
        return sorted(row["url"] for row in rows if row["url"] not in self.with_reports)

    def _update(self, sql: str, values: tuple[object, ...]) -> bool:
        # One statement is kept whole or not at all by itself.
        return self._archive.db.execute(sql, values).rowcount > 0


def slot_of(page: Page) -> str:
    """The slot of politeness a page is fetched in: its host and port."""
    return urlsplit(page.url).netloc.lower()


def _list(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
