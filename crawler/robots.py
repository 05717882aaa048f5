"""robots.txt as RFC 9309 has it: asked once a host, run and day, and what cannot be asked forbids everything."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.guard import Scope
from crawler.resolving import AddressRefusedError

logger = logging.getLogger(__name__)

PRODUCT = "nianbao"
LONGEST_CRAWL_DELAY = 30.0
"""Seconds; a longer Crawl-delay is taken as this."""
LONGEST_KEPT = 24 * 3600.0
"""Seconds; an older robots.txt is asked for again (RFC 9309 2.4)."""
_LONGEST_FILE = 512 * 1024
_REDIRECTS = 5
_FETCHING = "robots_txt"
_ATTEMPTS = 2


class RobotsRefusal(IgnoreRequest):
    """robots.txt does not allow the page; the message says by which host's rules."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a host's robots.txt says: its rules, or why everything is forbidden; neither when everything is allowed."""

    host: str
    rules: Protego | None = None
    refusal: str | None = None

    def refuses(self, url: str) -> str | None:
        """Why a URL is not to be fetched; None when it may be."""
        if self.refusal:
            return self.refusal
        if self.rules is None or self.rules.can_fetch(url, PRODUCT):
            return None
        return f"robots.txt of {self.host} disallows {urlsplit(url).path or '/'}"

    @property
    def delay(self) -> float | None:
        """Seconds between requests that the host asks for, at most LONGEST_CRAWL_DELAY."""
        asked = self.rules.crawl_delay(PRODUCT) if self.rules else None
        return min(asked, LONGEST_CRAWL_DELAY) if asked else None


def read_policy(host: str, status: int, content_type: str, body: bytes) -> Policy:
    """The policy an answer states: 4xx allows everything, 5xx forbids everything, a web page has no rules."""
    if 400 <= status < 500:
        return Policy(host)
    if status != 200:
        return Policy(host, refusal=f"robots.txt unreachable ({host}: HTTP {status})")
    text = body[:_LONGEST_FILE].decode("utf-8-sig", "replace")
    # Sites that answer every address with their home page have no robots.txt.
    if "html" in content_type.lower() or text.lstrip().startswith("<"):
        return Policy(host)
    # Old systems end lines with a bare CR, which RFC 9309 allows.
    return Policy(host, rules=Protego.parse(text.replace("\r\n", "\n").replace("\r", "\n")))


class RobotsMiddleware:
    """Downloader middleware: asks for robots.txt before the first page of a host, and keeps to it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._policies: dict[str, tuple[float, asyncio.Task[Policy]]] = {}
        """Of each origin, when its robots.txt was asked for and what it says."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(_FETCHING):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        asked, answer = self._policies.get(origin, (-LONGEST_KEPT, None))
        if answer is None or time.monotonic() - asked >= LONGEST_KEPT:
            answer = asyncio.get_running_loop().create_task(self._fetch(origin))
            self._policies[origin] = time.monotonic(), answer
        # Shielded: that one page is given up must not take the answer from the others.
        policy = await asyncio.shield(answer)
        if refusal := policy.refuses(request.url):
            raise RobotsRefusal(refusal)
        if delay := policy.delay:
            self._slow_down(request, delay)

    def _slow_down(self, request: Request, delay: float) -> None:
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        known = downloader.per_slot_settings.get(key, {})
        if known.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")) < delay:
            # Kept in the settings of the slot, since the downloader forgets slots that were idle for a minute.
            downloader.per_slot_settings[key] = {**known, "delay": delay, "concurrency": 1}
            if key in downloader.slots:
                downloader.slots[key].delay = delay
        # AutoThrottle would bring the delay back down to what the server could bear.
        request.meta["autothrottle_dont_adjust_delay"] = True

    async def _fetch(self, origin: str) -> Policy:
        host = urlsplit(origin).netloc
        policy = Policy(host, refusal=f"robots.txt unreachable ({host})")
        for _ in range(_ATTEMPTS):
            policy = await self._ask(origin, host)
            if policy.refusal is None:
                break
        return policy

    async def _ask(self, origin: str, host: str) -> Policy:
        assert self._crawler.spider is not None
        scope = Scope(self._crawler.spider.sites)  # type: ignore[attr-defined]
        url = f"{origin}/robots.txt"
        for _ in range(_REDIRECTS + 1):
            request = Request(
                url,
                callback=NO_CALLBACK,
                meta={
                    _FETCHING: True,
                    "download_slot": urlsplit(url).netloc.lower(),
                    "autothrottle_dont_adjust_delay": True,
                },
            )
            try:
                response: Response = await self._crawler.engine.download_async(request)
            except DownloadCancelledError:
                return Policy(host, refusal=f"robots.txt unreachable ({host}: larger than any robots.txt)")
            except AddressRefusedError:
                # The page itself is refused with this reason. A host that a redirect led to is one not reached.
                if urlsplit(url).netloc.lower() == host:
                    raise
                return Policy(host, refusal=f"robots.txt unreachable ({host}: it sends to a refused address)")
            except Exception as error:
                # Whatever keeps the file from being read, RFC 9309 2.3.1.4 has one answer to it.
                logger.info("%s: %s", url, error)
                return Policy(host, refusal=f"robots.txt unreachable ({host}: {type(error).__name__})")
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or location is None:
                content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
                return read_policy(host, response.status, content_type, response.body)
            url = urljoin(url, location.decode("utf-8", "replace"))
            if refusal := scope.refusal(url):
                # RFC 9309 2.3.1.2: a chain of redirects that is not followed counts as a file that is not there.
                logger.info("%s: robots.txt sends to %s, %s", origin, url, refusal)
                return Policy(host)
        return Policy(host)
