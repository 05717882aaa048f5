"""HTTP as it goes over the connection: heads bounded while they come, and kept as they were sent and received.

Scrapy gives headers sorted into a mapping, their names in one spelling; what an archive is to hold is the head itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.http import Response

from archive.headers import header_text

LARGEST_HEADERS = 64 * 1024
"""Bytes of the status line and all headers; the largest seen on a government site are 4 KiB."""
HEAD_KEY = "head"
"""In a request's meta: the Head of its answer."""

HeaderList = list[tuple[str, str]]


class HeadersTooBigError(Exception):
    """The headers of an answer are larger than LARGEST_HEADERS."""


@dataclass(slots=True)
class Head:
    """The head of an answer as it came, and that of the request as it went; text by `header_text`."""

    status_line: str = ""
    headers: HeaderList = field(default_factory=list)
    """In the order received, names as spelled there; a value that was folded over lines is one line."""
    request: HeaderList = field(default_factory=list)
    address: str | None = None
    """IP address that answered."""


class _Parser(http11._LenientHTTPClientParser):
    """Gives an answer up while its headers are still coming; Scrapy's size limit is for bodies."""

    _received = 0

    def lineReceived(self, line: bytes) -> None:
        self._received += len(line) + 1
        if self._received > LARGEST_HEADERS:
            raise HeadersTooBigError(f"the headers of the answer are larger than {LARGEST_HEADERS >> 10} KiB")
        super().lineReceived(line)

    def statusReceived(self, status: bytes) -> None:
        super().statusReceived(status)  # type: ignore[no-untyped-call]
        # Anew for each: an answer may be preceded by interim ones.
        self.response.nianbao_head = Head(header_text(status))

    def headerReceived(self, name: bytes, value: bytes) -> None:
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]
        self.response.nianbao_head.headers.append((header_text(name), header_text(value)))


class _Lines:
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def writeSequence(self, lines: list[bytes]) -> None:
        self.written += lines

    def headers(self) -> HeaderList:
        """The headers of the request that was written."""
        lines = b"".join(self.written).split(b"\r\n")[1:]
        pairs = (line.partition(b": ") for line in lines if line)
        return [(header_text(name), header_text(value)) for name, _, value in pairs]


class _Protocol(http11._LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # Twisted names the class of its parser in the code; Scrapy exchanges it in the same way.
        assert self._parser is not None
        self._parser.__class__ = _Parser
        sent = _Lines()
        if request.bodyProducer is None:
            request.writeTo(sent)
        else:
            request._writeHeaders(sent, b"Content-Length: %d\r\n" % request.bodyProducer.length)

        def note(response: Any) -> Any:
            head: Head = response.nianbao_head
            head.request = sent.headers()
            head.address = str(response._scrapy_ip_address)
            return response

        answer.addCallback(note)
        return answer


class Factory(http11._LenientHTTP11ClientFactory):
    """Makes connections that bound and keep heads."""

    noisy = False

    def buildProtocol(self, addr: Any) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Agent(http11._ScrapyAgent):
    def download_request(self, request: Request) -> Any:
        self._request = request
        return super().download_request(request)

    def _cb_bodydone(self, result: Any, url: str) -> Response:
        self._request.meta[HEAD_KEY] = result["txresponse"].nianbao_head
        return super()._cb_bodydone(result, url)


# The handler names the class of its agent in the code.
http11._ScrapyAgent = _Agent  # type: ignore[misc]
