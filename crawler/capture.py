"""What becomes of a fetched page: stored as served, read for links by the spider, settled in one transaction."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from scrapy import Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Headers, Request, Response, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.utils.asyncgen import as_async_generator
from twisted.internet import error as twisted_errors
from twisted.python.failure import Failure

from archive.schema import FrontierState, PageKind
from archive.store import Archive, ArchiveError, StoredCapture
from crawler.decoding import BodyTooBigError, BodyUndecodableError
from crawler.families import Families
from crawler.frontier import Frontier
from crawler.notes import FamilyDetected, Note, NotWanted, PartlyRead, Trap
from crawler.page import TRANSFERRED_KEY, Page
from crawler.rendering import RenderingError, RenderingOffError
from crawler.resolving import AddressRefusedError
from crawler.robots import RobotsRefusal
from crawler.verdict import Verdict, header_list, judge, lower_headers
from crawler.wire import HEAD_KEY, Head, HeadersTooBigError

logger = logging.getLogger(__name__)

ATTEMPTS = 3
"""Requests for a page in one run before it counts as failed."""
MOST_REDIRECTS = 10
_NO_ANSWER = {
    CannotResolveHostError: "the host name cannot be resolved",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "no complete answer in time",
    ResponseDataLossError: "the answer broke off",
    DownloadFailedError: "the connection broke",
    twisted_errors.ConnectError: "no connection",
    twisted_errors.ConnectionLost: "the connection broke",
    twisted_errors.ConnectionDone: "the connection broke",
    BodyUndecodableError: "the answer cannot be decoded",
    RenderingError: "the browser could not draw the page",
}
_CONNECTION_TROUBLE = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    twisted_errors.ConnectError,
)


def sent(request: Request, head: Head) -> str:
    """The request behind an answer as JSON: its method, headers and body."""
    body = request.body.decode("utf-8", "replace")
    return json.dumps({"method": request.method, "headers": head.request, "body": body}, ensure_ascii=False)


@dataclass(slots=True)
class _Found:
    """What the spider said of a page, and the error it ended with."""

    pages: list[Page] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    error: str | None = None


class Capture:
    """Takes every answer and every failure of a crawl, and leaves the page in one state."""

    def __init__(
        self,
        archive: Archive,
        frontier: Frontier,
        spider: Spider,
        run: int,
        *,
        read: Callable[[int], None],
        retry_delay: float,
        can_render: bool,
    ) -> None:
        self._archive = archive
        self._frontier = frontier
        self._spider = spider
        self._run = run
        self._read = read
        self._retry_delay = retry_delay
        self._can_render = can_render
        self._working: set[str] = set()
        self._pictured: set[str] = set()
        """Pages of which a picture came in this run, and others are still to come."""
        self.families = Families(archive, [entry for entry in getattr(spider, "sites", []) if not entry.family])
        self.stored = 0
        self.failures = 0
        """Pages that the spider could not read."""

    # --- answers ----------------------------------------------------------------------------------------------

    async def received(self, response: Response, attempts: int) -> float | None:
        """Settle a page that was answered; returns the seconds its host asked to be left alone, if it did."""
        page = Page.of(response)
        pause: float | None = None
        if verdict := judge(response, self._delay(attempts)):
            pause = self._conclude(page, response, verdict, attempts)
        elif response.status == 304:
            await self._unchanged(page, response)
        else:
            await self._content(page, response)
        self._read_with_pictures(page)
        return pause

    def _conclude(self, page: Page, response: Response, verdict: Verdict, attempts: int) -> float | None:
        pause = verdict.retry_after if response.status in (429, 503) else None
        with self._archive.transaction():
            if verdict.retry_after is not None and attempts < ATTEMPTS:
                self._frontier.retry(page, verdict.reason, verdict.retry_after)
                return pause
            if verdict.target is not None:
                self._redirect(page, response, verdict)
            else:
                self._frontier.finish(page, verdict.state, verdict.reason, pause=pause)
                self._instead(page)
            if verdict.challenge and self._can_render and not page.render:
                # The script of a challenge is written for browsers: one is let to run it.
                self._frontier.add([replace(page, render=True)])
        return pause

    def _instead(self, page: Page) -> None:
        """Go on with what was to be asked for should this page give nothing, unless it is to be asked for again."""
        following = page.instead()
        if following and not self._archive.rows(
            "select 1 from frontier where key = ? and state = 'pending'", (page.key,)
        ):
            self._frontier.add([following])

    def _redirect(self, page: Page, response: Response, verdict: Verdict) -> None:
        assert verdict.target is not None
        if page.hops >= MOST_REDIRECTS:
            self._frontier.finish(page, FrontierState.FAILED, f"more than {MOST_REDIRECTS} redirects")
            return
        target = page.redirected(verdict.target)
        if response.status in (307, 308):
            target = replace(target, method=page.method, body=page.body)
        if target.key == page.key and target.url != page.url:
            # Another name of the same host: the page is asked for under that name.
            self._frontier.rename(target)
            return
        self._frontier.finish(page, verdict.state, verdict.reason)
        self._frontier.add([target])
        if "set-cookie" in lower_headers(response):
            # Sites that send round in a ring until a cookie comes back; the jar has it now.
            self._frontier.revive(target)

    async def _unchanged(self, page: Page, response: Response) -> None:
        last = self._archive.last_capture(page.key)
        try:
            body = self._archive.payload(last.payload) if last else None
        except ArchiveError as error:
            logger.error("%s", error)
            body = None
        if last is None or body is None:
            self._frontier.forget_validators(page)
            self._frontier.retry(page, "HTTP 304, but the page is not in the archive", 0)
            return
        headers = Headers([(name, value) for name, value in last.headers if name.lower() != "content-encoding"])
        rebuilt = responsetypes.from_args(headers=headers, url=response.url, body=body)(
            response.url, status=200, headers=headers, body=body, request=response.request
        )
        found = await self._ask_spider(rebuilt)
        self._settle(page, FrontierState.UNCHANGED, "HTTP 304", found, response, last.id)

    async def _content(self, page: Page, response: Response) -> None:
        state: FrontierState
        reason: str | None
        if page.render and isinstance(response, TextResponse):
            # The browser hands over text; the bytes are declared to be UTF-8 wherever a rendered page is read.
            response = response.replace(body=response.text.encode("utf-8", "replace"), encoding="utf-8")
        stored = self._store(page, response)
        if stored.new:
            state, reason = FrontierState.STORED, None
        else:
            state, reason = FrontierState.UNCHANGED, "the same bytes as last time"
        found = await self._ask_spider(response)
        self._settle(page, state, reason, found, response, stored.id)

    def _read_with_pictures(self, page: Page) -> None:
        """Read a page again when the last of its pictures has been settled."""
        if page.kind is not PageKind.PICTURE or page.discovered_on not in self._pictured:
            return
        waiting = self._archive.rows(
            """select 1 from frontier where site = ? and state in ('pending', 'in_flight') and kind = 'picture'
               and discovered_on = ? limit 1""",
            (page.site, page.discovered_on),
        )
        if not waiting:
            self._pictured.discard(page.discovered_on)
            if last := self._archive.last_report(page.discovered_on):
                self._read(last)

    def _store(self, page: Page, response: Response) -> StoredCapture:
        served: Response = response if page.render else response.meta.get(TRANSFERRED_KEY, response)
        # What a browser draws came over connections of its own.
        head: Head | None = None if page.render else response.meta.get(HEAD_KEY)
        stored = self._archive.store_capture(
            key=page.key,
            url=response.url,
            body=response.body,
            status=response.status,
            status_line=head.status_line if head else None,
            headers=head.headers if head else header_list(served),
            transferred=served.body if "content-encoding" in lower_headers(served) else None,
            request=sent(response.request, head) if head and response.request else None,
            address=head.address if head else None,
            kind=page.kind.value,
            site=page.site,
            link_text=page.link_text,
            link_date=page.link_date,
            link_agency=page.link_agency,
            rendered=page.render,
            run=self._run,
        )
        self.stored += stored.new
        # Bytes that were damaged, and came again, are read anew.
        if page.kind in (PageKind.REPORT, PageKind.ATTACHMENT) and (stored.new or stored.mended):
            self._read(stored.id)
        if page.kind is PageKind.PICTURE and (stored.new or stored.mended) and page.discovered_on:
            self._pictured.add(page.discovered_on)
        return stored

    async def _ask_spider(self, response: Response) -> _Found:
        found = _Found()
        try:
            result: Any = self._spider.parse(response)
            if hasattr(result, "__await__"):
                result = await result
            if result is not None:
                async for item in as_async_generator(result):
                    if isinstance(item, Page):
                        found.pages.append(item)
                    elif isinstance(item, Note):
                        found.notes.append(item)
                    else:
                        raise TypeError(f"the spider gave {item!r}, which is neither a page nor a note")
        except Exception as error:
            # Whatever a page does to the spider, its bytes are kept, and so is what was found up to there.
            found.error = f"the spider could not read the page: {type(error).__name__}: {error}"
            self.failures += 1
            logger.error("%s: %s", response.url, found.error)
        return found

    def _settle(
        self,
        page: Page,
        state: FrontierState,
        reason: str | None,
        found: _Found,
        response: Response,
        capture: int,
    ) -> None:
        headers = lower_headers(response)
        head: Head | None = response.meta.get(HEAD_KEY)
        with self._archive.transaction():
            reports = [it for it in found.pages if it.kind is PageKind.REPORT]
            if self._frontier.add(reports):
                self._frontier.look_further(found.pages)
            self._frontier.add(it for it in found.pages if it.kind is not PageKind.REPORT)
            for other in found.pages:
                if other.key == page.key and page.kind is PageKind.REPORT and other.kind is PageKind.COLUMN:
                    self._frontier.take_as_column(other)
                # A column that is itself the report, as where a year is chosen on one page: read, not fetched again.
                itself = other.kind is PageKind.REPORT and page.kind is not PageKind.REPORT and other.key == page.key
                if itself and self._archive.take_as_report(capture, other.link_text, other.link_agency):
                    self._read(capture)
            for note in found.notes:
                match note:
                    case FamilyDetected(site, family, certain):
                        self.families.note(site, family, certain=certain)
                    case NotWanted(refused, why):
                        self._frontier.refuse(refused, FrontierState.NOT_WANTED, why)
                    case Trap(refused, why):
                        self._frontier.refuse(refused, FrontierState.TRAP, why)
                    case PartlyRead(why):
                        reason = f"{reason}; {why}" if reason else why
            if page.kind in (PageKind.ENTRY, PageKind.COLUMN) and page.site not in self._working:
                self._working.add(page.site)
                self._archive.note_site(page.site, working=True, address=head.address if head else None)
            if found.error:
                state, reason = FrontierState.FAILED, found.error
            self._frontier.finish(
                page, state, reason, etag=headers.get("etag"), last_modified=headers.get("last-modified")
            )

    # --- failures ---------------------------------------------------------------------------------------------

    def lost(self, page: Page, failure: Failure, attempts: int) -> bool:
        """Settle a page that was not answered; returns whether the host could not be reached at all."""
        unreachable = self._unanswered(page, failure, attempts)
        self._instead(page)
        self._read_with_pictures(page)
        return unreachable

    def _unanswered(self, page: Page, failure: Failure, attempts: int) -> bool:
        error = failure.value
        if isinstance(error, RobotsRefusal):
            self._frontier.finish(page, FrontierState.ROBOTS, str(error))
        elif isinstance(error, AddressRefusedError):
            self._frontier.finish(page, FrontierState.OFFSITE, str(error))
        elif isinstance(error, HeadersTooBigError):
            self._frontier.finish(page, FrontierState.TOO_BIG, str(error))
        elif isinstance(error, DownloadCancelledError | BodyTooBigError):
            self._frontier.finish(page, FrontierState.TOO_BIG, "the answer is larger than DOWNLOAD_MAXSIZE")
        elif isinstance(error, IgnoreRequest | RenderingOffError):
            self._frontier.finish(page, FrontierState.FAILED, str(error))
        elif words := next((words for kind, words in _NO_ANSWER.items() if isinstance(error, kind)), None):
            # Twisted wraps the causes of a broken connection in a text that says nothing to a reader.
            detail = "" if isinstance(error, DownloadFailedError) else str(error)
            reason = f"{words} ({detail})" if detail else words
            if attempts < ATTEMPTS:
                self._frontier.retry(page, reason, self._delay(attempts))
            else:
                self._frontier.finish(page, FrontierState.FAILED, f"{reason}; {attempts} attempts")
            return isinstance(error, _CONNECTION_TROUBLE)
        else:
            self._frontier.finish(page, FrontierState.FAILED, f"{type(error).__name__}: {error}")
        return False

    def _delay(self, attempts: int) -> float:
        """Seconds before the next attempt: growing, since a site in trouble is not helped by haste."""
        return float(self._retry_delay * 4 ** (attempts - 1))
