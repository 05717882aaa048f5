"""Scrapy's scheduler over the frontier: what is fetched next, and the beginning and the end of a run."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from archive.schema import FrontierState
from archive.store import Archive, ArchiveError
from crawler.capture import Capture
from crawler.frontier import Frontier, Leased, slot_of
from crawler.guard import Scope, is_loopback
from crawler.hours import Hours
from crawler.lock import ArchiveLock, HeldError
from crawler.outcome import OUTCOME_STAT, ExitCode, RunOutcome, archive_trouble, judge_run
from crawler.page import META_KEY, Page
from crawler.readers import Readers
from crawler.rendering import rendering_meta
from crawler.resolving import GuardedResolver
from crawler.revisit import years_missing

logger = logging.getLogger(__name__)

DEAD_AFTER = 6
"""Attempts on a host that failed in a row, after which the rest of its pages is given up for this run."""
_WATCH_SECONDS = 0.2
_ATTEMPTS = "attempts"
_REFRESH_SECONDS = 1.0


class FrontierScheduler(BaseScheduler):
    """Hands out the pages of the frontier, one site after another, never more of a host than its slot takes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._settings = crawler.settings
        self._lock: ArchiveLock | None = None
        self._archive: Archive | None = None
        self._sites: deque[str] = deque()
        self._refreshed = 0.0
        self._in_flight: Counter[str] = Counter()
        self._paused: dict[str, float] = {}
        self._unreachable: Counter[str] = Counter()
        self._local: set[str] = set()
        self._hours = Hours.parse(crawler.settings["HOURS"])
        self._broken: str | None = None
        self._watch: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._finishing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    # --- a run ------------------------------------------------------------------------------------------------

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Take the archive, register the sites and begin the run; without it, the spider closes at once."""
        path, sites = spider.archive_path, spider.sites  # type: ignore[attr-defined]
        try:
            self._lock = ArchiveLock(path)
            archive = Archive(path, create=True)
        except HeldError as error:
            self._refuse(RunOutcome(ExitCode.HELD, [str(error)]))
            return None
        except (ArchiveError, OSError, sqlite3.Error) as error:
            self._refuse(RunOutcome(ExitCode.USAGE, [str(error)]))
            return None
        try:
            self._begin(spider, archive)
        except sqlite3.Error as error:
            archive.close()
            self._refuse(RunOutcome(ExitCode.STOPPED, [archive_trouble(archive.path, error)]))
            return None
        self._archive = archive
        self._free_loopback([site.url for site in sites])
        self._watch = asyncio.get_running_loop().create_task(self._end_in_time())
        return None

    def _begin(self, spider: Spider, archive: Archive) -> None:
        sites = spider.sites  # type: ignore[attr-defined]
        for site in sites:
            archive.register_site(site.url, site.name, site.division, site.family, site.since)
        guard = GuardedResolver.install(Scope(sites))
        guard.remember((urlsplit(url).hostname or "", address) for url, address in archive.site_addresses())
        self._run = archive.start_run()
        self.frontier = Frontier(
            archive,
            sites,
            revisit_days=self._settings.getfloat("REVISIT_DAYS"),
            everything=self._settings.getbool("LOOK_AT_EVERYTHING"),
        )
        self.frontier.begin(self._run)
        for slot, until in self.frontier.pauses().items():
            self._paused[slot] = time.monotonic() + (until - datetime.now(UTC)).total_seconds()
        self.readers = Readers(archive, self._settings.getint("READERS"), self._settings["READER"])
        for capture in archive.captures_to_read(again=False):
            self.readers.put(capture)
        self._capture = Capture(
            archive,
            self.frontier,
            spider,
            self._run,
            read=self.readers.put,
            retry_delay=self._settings.getfloat("RETRY_DELAY"),
            can_render=self._settings.getbool("RENDERING"),
        )

    def _refuse(self, outcome: RunOutcome) -> None:
        self._report(outcome)
        # Scrapy closes cleanly only what has been opened whole, so the request to close waits for that.
        self._crawler.signals.connect(self._close_at_once, signals.spider_opened)

    def _close_at_once(self) -> None:
        raise CloseSpider("archive not to be had")

    def _free_loopback(self, urls: list[str]) -> None:
        # A machine need not be polite to itself: sample sites and tests run at full speed.
        delay = self._settings.getfloat("LOOPBACK_DELAY")
        for url in urls:
            if is_loopback(url):
                slot = urlsplit(url).netloc.lower()
                self._local.add(slot)
                self._crawler.engine.downloader.per_slot_settings[slot] = {
                    "delay": delay,
                    "jitter": 0,
                    "concurrency": self._settings.getint("LOOPBACK_CONCURRENCY"),
                }

    def close(self, reason: str) -> Deferred[None] | None:
        """End the run: readings finished (or, when it was stopped, left to the next run), counts and outcome kept."""
        if self._archive is None:
            self._release_lock()
            return None
        return deferred_from_coro(self._close_for_engine(reason))

    async def _close_for_engine(self, reason: str) -> None:
        await self._close_once(reason)
        if self._watch is not None:
            self._watch.cancel()

    async def _close_once(self, reason: str) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(reason))
        await self._closing

    async def _end_in_time(self) -> None:
        """After a signal, leave to the next run what does not end by itself."""
        engine = self._crawler.engine
        while not engine.running:
            await asyncio.sleep(_WATCH_SECONDS)
        while engine.running:
            await asyncio.sleep(_WATCH_SECONDS)
        await asyncio.sleep(self._settings.getfloat("LONGEST_STOP"))
        if self._finishing is not None:
            self._finishing.cancel()
        else:
            await self._close_once("shutdown")
            from twisted.internet import reactor

            # Scrapy would wait for the pages in flight.
            with suppress(RuntimeError):
                reactor.stop()

    async def _read_the_rest(self) -> bool:
        """Finish the readings; False when there was no time for it."""
        self._finishing = asyncio.get_running_loop().create_task(self.readers.finish())
        try:
            await self._finishing
        except asyncio.CancelledError:
            return False
        return True

    async def _close(self, reason: str) -> None:
        archive = self._archive
        assert archive is not None
        try:
            finished = reason == "finished" and self._broken is None
            if not (finished and await self._read_the_rest()):
                await self.readers.stop()
                reason = "shutdown" if finished else reason
            unused_rows = getattr(self._crawler.spider, "unused_rows", 0)
            outcome = judge_run(
                archive, self.frontier, self._capture, self.readers, reason=reason, unused_rows=unused_rows
            )
            counts = {**self.frontier.counts(), **outcome.counts}
            archive.end_run(self._run, "finished" if outcome.complete else "stopped", counts)
        except (sqlite3.Error, ArchiveError) as error:
            self._broken = self._broken or archive_trouble(archive.path, error)
            outcome = RunOutcome(ExitCode.STOPPED)
        finally:
            archive.close()
            self._release_lock()
        if self._broken:
            outcome = RunOutcome(ExitCode.STOPPED, [self._broken])
        self._report(outcome)

    def _report(self, outcome: RunOutcome) -> None:
        self._crawler.stats.set_value(OUTCOME_STAT, outcome)
        for line in outcome.messages:
            logger.warning("%s", line)

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.release()

    # --- what is next -----------------------------------------------------------------------------------------

    def has_pending_requests(self) -> bool:
        """Whether pages wait, also those whose time has not come; the engine looks again every five seconds."""
        if self._archive is None or self._broken is not None:
            return False
        return self.frontier.has_pending() or bool(self._in_flight) or self.frontier.look_twice()

    def enqueue_request(self, request: Request) -> bool:
        """Record the page of a request; one that is in the frontier already is accepted and not queued again."""
        page = request.meta.get(META_KEY)
        if not isinstance(page, Page):
            logger.error("%s: a request that no page stands behind is not made; use Page.to_request", request.url)
            return False
        if self._closing is not None:
            return False
        if self.frontier.add([page]):
            self._refreshed = 0.0
        return True

    def next_request(self) -> Request | None:
        """The next request whose host has room; None when every host is busy, paused or done."""
        if self._archive is None or self._broken is not None:
            return None
        if time.monotonic() - self._refreshed > _REFRESH_SECONDS:
            self._refresh()
        # Once round: a site with room gives a page and goes to the end of the line.
        for _ in range(len(self._sites)):
            site = self._sites.popleft()
            while (leased := self.frontier.peek(site)) and self._unreachable[slot_of(leased.page)] >= DEAD_AFTER:
                self._give_up(leased)
            if leased is None:
                # Its next pages come with an answer, or when a pause is over: the next refresh finds them.
                continue
            self._sites.append(site)
            if self._has_room(slot_of(leased.page)) and self._is_needed(leased):
                return self._request(leased)
        return None

    def _refresh(self) -> None:
        known = set(self._sites)
        self._sites.extend(site for site in self.frontier.due_sites() if site not in known)
        self._refreshed = time.monotonic()

    def _has_room(self, slot: str) -> bool:
        if not self._hours.are_open():
            return False
        if time.monotonic() < self._paused.get(slot, 0):
            return False
        settings = self._crawler.engine.downloader.per_slot_settings.get(slot, {})
        room = settings.get("concurrency", self._settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        return self._in_flight[slot] < int(room)

    def _is_needed(self, leased: Leased) -> bool:
        """Whether a page is to be asked for: the last resort only when all else has given less than expected."""
        if not leased.page.memo.get("last_resort"):
            return True
        site = leased.page.site
        if self._in_flight[slot_of(leased.page)]:
            return False
        if site not in self.frontier.with_reports:
            return True
        if self.readers.waiting:
            # What is still being read may be what is missing.
            return False
        assert self._archive is not None
        if years_missing(self._archive, site, datetime.now(UTC)):
            return True
        self.frontier.finish(leased.page, FrontierState.NOT_WANTED, "the columns of the site gave its owner's reports")
        return False

    def _give_up(self, leased: Leased) -> None:
        reason = f"{slot_of(leased.page)} could not be reached {DEAD_AFTER} times in a row; left alone in this run"
        self.frontier.finish(leased.page, FrontierState.FAILED, reason)

    def _request(self, leased: Leased) -> Request:
        page = leased.page
        self.frontier.lease(leased)
        request = page.to_request(callback=self._received, errback=self._lost)
        request.meta[_ATTEMPTS] = leased.attempts + 1
        slot = slot_of(page)
        self._in_flight[slot] += 1
        if slot in self._local:
            request.meta["autothrottle_dont_adjust_delay"] = True
        if page.render:
            request.meta.update(rendering_meta())
        elif page.method == "GET" and (leased.etag or leased.last_modified):
            assert self._archive is not None
            # Only what is in the archive can be left out of an answer.
            if self._archive.last_capture(page.key):
                if leased.etag:
                    request.headers["If-None-Match"] = leased.etag
                if leased.last_modified:
                    request.headers["If-Modified-Since"] = leased.last_modified
        return request

    # --- answers ----------------------------------------------------------------------------------------------

    async def _received(self, response: Response) -> None:
        request = response.request
        assert request is not None
        page = Page.of(request)
        async with self._settling(page):
            self._unreachable.pop(slot_of(page), None)
            pause = await self._capture.received(response, request.meta[_ATTEMPTS])
            if pause:
                self._paused[slot_of(page)] = time.monotonic() + pause

    async def _lost(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        page = Page.of(request)
        async with self._settling(page):
            if self._capture.lost(page, failure, request.meta[_ATTEMPTS]):
                self._unreachable[slot_of(page)] += 1

    @asynccontextmanager
    async def _settling(self, page: Page) -> AsyncIterator[None]:
        """Frees the slot, and ends the run when the archive cannot be written: nothing fetched then could be kept."""
        try:
            yield
        except (sqlite3.Error, OSError, MemoryError) as error:
            assert self._archive is not None
            if self._broken is None:
                self._broken = archive_trouble(self._archive.path, error)
                self._stop("archive cannot be written")
        except Exception as error:
            # A fault of the crawler itself: the page ends in a state that says so, and the run in one that shows it.
            logger.exception("%s: the crawler failed on this page", page.url)
            self._capture.failures += 1
            self.frontier.finish(page, FrontierState.FAILED, f"the crawler failed: {type(error).__name__}: {error}")
        finally:
            slot = slot_of(page)
            self._in_flight[slot] -= 1
            if not self._in_flight[slot]:
                del self._in_flight[slot]
            # The answer may have brought pages for any site.
            self._refreshed = 0.0

    def _stop(self, reason: str) -> None:
        closing: Coroutine[Any, Any, None] = self._crawler.engine.close_spider_async(reason=reason)
        deferred_from_coro(closing)
