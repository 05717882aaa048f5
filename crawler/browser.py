"""The browser behind scrapy-playwright; imported only when a page has to be drawn."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from playwright.async_api import Error, Page
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import TimeoutError as BrowserTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.guard import Scope
from crawler.rendering import RenderingError

LONGEST_DRAWING = 60.0
"""Seconds for a page from navigation to content, whatever its scripts do."""
_SETTLING_MILLISECONDS = 8000
_NOT_NEEDED = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest"})

# A page that cannot be drawn is recorded with its reason; the tracebacks of the library add nothing to it.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Draws pages in a context of their own, within the scope of the registry and within bounds of time."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        assert crawler.spider is not None
        self._scope = Scope(crawler.spider.sites)  # type: ignore[attr-defined]
        self.abort_request = self._refuses

    async def start(self) -> None:
        """Start the driver; the library does so when the engine starts, and this handler comes later."""
        await self._launch()

    async def draw(self, request: Request) -> Response:
        """The page as drawn; RenderingError when it cannot be."""
        request.meta["playwright_page_methods"] = [PageMethod(_settle)]
        name = request.meta["playwright_context"]
        try:
            async with asyncio.timeout(LONGEST_DRAWING):
                response: Response = await self.download_request(request)
        except TimeoutError:
            raise RenderingError(f"not done after {LONGEST_DRAWING:.0f} s") from None
        except Error as error:
            raise RenderingError(error.message.splitlines()[0]) from error
        finally:
            wrapper = self.context_wrappers.get(name)
            if wrapper is not None:
                # A context that is gone already has nothing left to close.
                with suppress(Error):
                    await wrapper.context.close()
        return response

    async def _refuses(self, request: BrowserRequest) -> bool:
        return request.resource_type in _NOT_NEEDED or not self._scope.allows(request.url)


async def _settle(page: Page) -> None:
    """Wait until the page's own requests are done, but not for one that never stops asking."""
    with suppress(BrowserTimeoutError):
        await page.wait_for_load_state("networkidle", timeout=_SETTLING_MILLISECONDS)
