"""The browser behind scrapy-playwright; imported only when a page has to be drawn.

Each page gets a browser of its own, which resolves no name: it is told the addresses of the hosts of that page, after
they were judged, and no other host exists for it. Interception of requests alone would not do: a browser follows
redirects, opens windows and web sockets without asking the interceptor.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Error, Page, Route
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
from crawler.page import route_of
from crawler.rendering import SEEN_DATA_KEY, RenderingError
from crawler.resolving import AddressRefusedError, GuardedResolver
from crawler.site import SiteEntry

LONGEST_DRAWING = 60.0
"""Seconds for a page from navigation to content, whatever its scripts do."""
_SETTLING_MILLISECONDS = 8000
_PORTS = {"http": 80, "https": 443}
_SCRIPTED = frozenset({"xhr", "fetch"})
_MOST_ANSWERS = 20
_OK = 200
_MOST_HELD_BYTES = 32 * 1024 * 1024
_LONGEST_ANSWER = 1_000_000
"""Characters of an answer to a script."""
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


class _Held:
    """What pages of this run have loaded and others of the site load again: it need not be asked for twice.

    Script files; what scripts ask for without a form; and the one document of an application, whose pages are routes.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[bytes, str]] = {}
        self._size = 0

    def __contains__(self, url: str) -> bool:
        return urldefrag(url).url in self._held

    async def keep(self, response: BrowserResponse) -> None:
        url = urldefrag(response.url).url
        if url in self._held or response.status != _OK or response.request.method != "GET":
            return
        body = await response.body()
        if self._size + len(body) <= _MOST_HELD_BYTES:
            self._held[url] = (body, response.headers.get("content-type", "text/javascript"))
            self._size += len(body)

    async def serve(self, route: Route, *, routed: bool) -> None:
        """Answer a request with what is held; a document only where the page is a route of it."""
        asked = route.request
        held = self._held.get(urldefrag(asked.url).url)
        if held is None or asked.method != "GET" or (asked.is_navigation_request() and not routed):
            await route.fallback()
            return
        await route.fulfill(body=held[0], content_type=held[1])


_held = _Held()


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
        self._answers: list[BrowserResponse] = []
        self._loaded: list[BrowserResponse] = []
        self._seen: list[dict[str, str | None]] = []
        request.meta[SEEN_DATA_KEY] = self._seen
        self._cookies: list[dict[str, str]] = []
        request.meta[COOKIES_KEY] = self._cookies
        request.meta["playwright_page_init_callback"] = self._watch
        request.meta["playwright_page_methods"] = [PageMethod(self._settle)]

    async def start(self) -> None:
        """Start the driver; the library does so when the engine starts, and this handler comes later."""
        await self._launch()

    async def _watch(self, page: Page, request: Request) -> None:
        """Keep the status of each document shown, since a script may send the page on, and what scripts ask for."""

        routed = bool(route_of(request.url))

        async def serve(route: Route) -> None:
            await _held.serve(route, routed=routed)

        def note(response: BrowserResponse) -> None:
            if response.request.is_navigation_request() and response.frame == page.main_frame:
                self.status = response.status
                if routed:
                    self._loaded.append(response)
            elif response.request.resource_type in _SCRIPTED and len(self._answers) < _MOST_ANSWERS:
                self._answers.append(response)
            elif response.request.resource_type == "script" and len(self._loaded) < _MOST_ANSWERS:
                self._loaded.append(response)

        page.on("response", note)
        await page.route(lambda url: url in _held, serve)

    async def _settle(self, page: Page) -> None:
        """Wait until the page's own requests are done, but not for one that never stops asking."""
        with suppress(BrowserTimeoutError):
            await page.wait_for_load_state("networkidle", timeout=_SETTLING_MILLISECONDS)
        for answer in self._answers:
            await self._see(answer)
        for loaded in (*self._loaded, *self._answers):
            with suppress(Error, BrowserTimeoutError):
                await _held.keep(loaded)
        for cookie in await page.context.cookies():
            self._cookies.append({"name": cookie["name"], "value": cookie["value"], "path": cookie["path"]})

    async def _see(self, answer: BrowserResponse) -> None:
        """Keep an answer that is JSON: a list may be read from it, and go on there, without drawing its pages."""
        with suppress(Error, BrowserTimeoutError, UnicodeDecodeError):
            text = await answer.text()
            if text.lstrip()[:1] in ("{", "[") and len(text) <= _LONGEST_ANSWER and answer.ok:
                asked = answer.request
                self._seen.append({"url": asked.url, "method": asked.method, "body": asked.post_data, "text": text})

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
