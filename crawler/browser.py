"""The browser behind scrapy-playwright; imported only when a page has to be drawn.

Each page gets a browser of its own, which can resolve the hosts of that page and no other. Interception of requests
alone would not do: a browser follows redirects, opens windows and web sockets without asking the interceptor.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.async_api import Error, Page
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import TimeoutError as BrowserTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.guard import Scope
from crawler.page import Page as WantedPage
from crawler.rendering import RenderingError
from crawler.site import SiteEntry

LONGEST_DRAWING = 60.0
"""Seconds for a page from navigation to content, whatever its scripts do."""
_SETTLING_MILLISECONDS = 8000
_NOT_NEEDED = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest"})

# A page that cannot be drawn is recorded with its reason; the tracebacks of the library add nothing to it.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


async def draw(crawler: Crawler, request: Request) -> Response:
    """The page as a browser draws it; RenderingError when it cannot be drawn."""
    browser = _Browser(crawler, request)
    try:
        async with asyncio.timeout(LONGEST_DRAWING):
            await browser.start()
            response: Response = await browser.download_request(request)
            return response
    except TimeoutError:
        raise RenderingError(f"not done after {LONGEST_DRAWING:.0f} s") from None
    except Error as error:
        raise RenderingError(error.message.splitlines()[0]) from error
    finally:
        # A browser that is gone already has nothing left to close.
        with suppress(Error):
            await browser.close()


class _Browser(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """A browser for one page."""

    def __init__(self, crawler: Crawler, request: Request) -> None:
        super().__init__(crawler)
        hosts = [SiteEntry(url, "") for url in (request.url, WantedPage.of(request).site)]
        self._scope = Scope(hosts)
        self.abort_request = self._refuses
        arguments = [*self.config.launch_options["args"], f"--host-resolver-rules={_resolver_rules(hosts)}"]
        self.config.launch_options = {**self.config.launch_options, "args": arguments}
        request.meta["playwright_page_methods"] = [PageMethod(_settle)]

    async def start(self) -> None:
        """Start the driver; the library does so when the engine starts, and this handler comes later."""
        await self._launch()

    async def _refuses(self, request: BrowserRequest) -> bool:
        return request.resource_type in _NOT_NEEDED or not self._scope.allows(request.url)


def _resolver_rules(hosts: list[SiteEntry]) -> str:
    """Chromium's rules under which only these hosts resolve: a name as it is, each other host with its port."""
    rules = []
    for url in (host.url for host in hosts):
        parts = urlsplit(url)
        name = parts.hostname or ""
        if Scope([SiteEntry(url, "")]).allows(f"{parts.scheme}://{parts.hostname}:1/"):
            bare = name.removeprefix("www.")
            rules += [f"EXCLUDE {bare}", f"EXCLUDE www.{bare}"]
        else:
            port = parts.port or {"http": 80, "https": 443}[parts.scheme]
            address = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
            rules.append(f"MAP {address} {address}")
    return ", ".join([*dict.fromkeys(rules), "MAP * ~NOTFOUND"])


async def _settle(page: Page) -> None:
    """Wait until the page's own requests are done, but not for one that never stops asking."""
    with suppress(BrowserTimeoutError):
        await page.wait_for_load_state("networkidle", timeout=_SETTLING_MILLISECONDS)
