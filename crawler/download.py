"""Scrapy's handler for http and https, with the bounds and guards it leaves out."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.decoding import BodyBrokenOffError, decode
from crawler.guard import Scope
from crawler.page import TRANSFERRED_KEY
from crawler.rendering import BROWSERS, RenderingOffError
from crawler.resolving import AddressRefusedError, GuardedResolver
from crawler.wire import Factory, HeadersTooBigError


class DownloadHandler(http11.HTTP11DownloadHandler):
    """Asks within the scope only, at guarded addresses, within bounds; pages to be drawn go to a browser instead.

    Requests get the headers that all have; bodies come decoded. Raises AddressRefusedError for what may not be asked,
    HeadersTooBigError, and the errors of crawler.decoding, besides Scrapy's own.
    """

    _drawing = asyncio.Semaphore(BROWSERS)
    """One for all: http and https have a handler each."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = Factory
        # Scrapy keeps as many connections as a host may be asked at a time; hosts of this machine may be asked more.
        self._pool.maxPersistentPerHost = max(
            self._pool.maxPersistentPerHost, crawler.settings.getint("LOOPBACK_CONCURRENCY")
        )
        self._guard: GuardedResolver | None = None
        settings = crawler.settings
        self._headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": settings["USER_AGENT"]}
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")

    async def download_request(self, request: Request) -> Response:
        if self._guard is None:
            self._scope = Scope(self._crawler.spider.sites)  # type: ignore[union-attr]
            self._guard = GuardedResolver.install(self._scope)
        # Whoever makes a request, and however it got there: this is the one door.
        if refusal := self._scope.refusal(request.url):
            raise AddressRefusedError(refusal)
        for name, value in self._headers.items():
            request.headers.setdefault(name, value)
        request.meta.setdefault("download_timeout", self._timeout)
        if request.meta.get("playwright"):
            return await self._draw(request, self._guard)
        try:
            response = await super().download_request(request)
        except CannotResolveHostError as error:
            if refusal := self._guard.refusals.get(urlsplit(request.url).hostname or ""):
                raise AddressRefusedError(refusal) from error
            raise
        except DownloadFailedError as error:
            for reason in getattr(error.__cause__, "reasons", ()):
                if isinstance(reason.value, HeadersTooBigError):
                    raise reason.value from error
            raise
        return self._decoded(request, response)

    async def _draw(self, request: Request, guard: GuardedResolver) -> Response:
        if not self._crawler.settings.getbool("RENDERING"):
            raise RenderingOffError("needs a browser, and none was found; see docs")
        from crawler.browser import draw

        async with self._drawing:
            return await draw(self._crawler, request, guard)

    def _decoded(self, request: Request, response: Response) -> Response:
        encodings = [
            name
            for value in response.headers.getlist("Content-Encoding")
            for name in value.decode("latin-1").split(",")
        ]
        if not encodings or request.method == "HEAD":
            return response
        try:
            body = decode(response.body, encodings, self._default_maxsize)
        except BodyBrokenOffError as error:
            raise ResponseDataLossError(str(error)) from error
        request.meta[TRANSFERRED_KEY] = response
        headers = Headers(response.headers)
        del headers["Content-Encoding"]
        # Made anew, not with replace(): that would look for the character set of the encoded body first.
        return responsetypes.from_args(headers=headers, url=response.url, body=body)(
            response.url,
            status=response.status,
            headers=headers,
            body=body,
            flags=response.flags,
            certificate=response.certificate,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )
