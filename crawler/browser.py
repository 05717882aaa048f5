"""The browser behind scrapy-playwright; imported only when a page has to be drawn.

Each page gets a browser of its own, which resolves no name: it is told the addresses of the hosts of that page, after
they were judged, and no other host exists for it. Interception of requests alone would not do: a browser follows
redirects, opens windows and web sockets without asking the interceptor.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.async_api import Error, Page
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import Response as BrowserResponse
from playwright.async_api import TimeoutError as BrowserTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.cookies import COOKIES_KEY
from crawler.guard import Scope
from crawler.page import Page as WantedPage
from crawler.rendering import RenderingError
from crawler.resolving import AddressRefusedError, GuardedResolver
from crawler.site import SiteEntry

LONGEST_DRAWING = 60.0
"""Seconds for a page from navigation to content, whatever its scripts do."""
_SETTLING_MILLISECONDS = 8000
_PORTS = {"http": 80, "https": 443}
_NOT_NEEDED = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest"})

# A page that cannot be drawn is recorded with its reason; the tracebacks of the library add nothing to it.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


async def draw(crawler: Crawler, request: Request, guard: GuardedResolver) -> Response:
    """The page as a browser draws it; RenderingError when it cannot be drawn, AddressRefusedError when it may not."""
    urls = list(dict.fromkeys((request.url, WantedPage.of(request).site)))
    browser = _Browser(crawler, request, urls, await _resolver_rules(urls, guard))
    try:
        async with asyncio.timeout(LONGEST_DRAWING):
            await browser.start()
            response: Response = await browser.download_request(request)
            # A page that sends itself on, as a guard's does once its script has set a cookie, ends with another status.
            return response.replace(status=browser.status or response.status)
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

    def __init__(self, crawler: Crawler, request: Request, urls: list[str], rules: str) -> None:
        super().__init__(crawler)
        self._scope = Scope(SiteEntry(url, "") for url in urls)
        self.abort_request = self._refuses
        arguments = [*self.config.launch_options["args"], f"--host-resolver-rules={rules}"]
        self.config.launch_options = {**self.config.launch_options, "args": arguments}
        self.status: int | None = None
        """Of the document shown last."""
        self._cookies: list[dict[str, str]] = []
        request.meta[COOKIES_KEY] = self._cookies
        request.meta["playwright_page_init_callback"] = self._watch
        request.meta["playwright_page_methods"] = [PageMethod(self._settle)]

    async def start(self) -> None:
        """Start the driver; the library does so when the engine starts, and this handler comes later."""
        await self._launch()

    async def _watch(self, page: Page, request: Request) -> None:
        """Keep the status of each document shown; a script may send the page on before anything else is asked of it."""

        def note(response: BrowserResponse) -> None:
            if response.request.is_navigation_request() and response.frame == page.main_frame:
                self.status = response.status

        page.on("response", note)

    async def _settle(self, page: Page) -> None:
        """Wait until the page's own requests are done, but not for one that never stops asking."""
        with suppress(BrowserTimeoutError):
            await page.wait_for_load_state("networkidle", timeout=_SETTLING_MILLISECONDS)
        for cookie in await page.context.cookies():
            self._cookies.append({"name": cookie["name"], "value": cookie["value"], "path": cookie["path"]})

    async def _refuses(self, request: BrowserRequest) -> bool:
        return request.resource_type in _NOT_NEEDED or not self._scope.allows(request.url)


async def _resolver_rules(urls: list[str], guard: GuardedResolver) -> str:
    """Chromium's rules under which only the hosts of these URLs exist, each at the address the guard gives."""
    rules: dict[str, None] = {}
    for url in urls:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        local = not Scope([SiteEntry(url, "")]).covers(name, 1)
        bare = name.removeprefix("www.")
        for host in (name,) if local else (name, bare, f"www.{bare}"):
            if address := await guard.resolve(host, port):
                target = f"[{address}]" if ":" in address else address
                # A local host is reached at the port of the registry only.
                rules[f"MAP {_bracketed(host)}:{port} {target}:{port}" if local else f"MAP {host} {target}"] = None
            elif host == name and (refusal := guard.refusals.get(name)):
                raise AddressRefusedError(refusal)
    return ", ".join([*rules, "MAP * ~NOTFOUND"])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
