"""A page to get: what the spider says of a URL, and the request made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.request import fingerprint

from archive.schema import PageKind

META_KEY = "page"
_OTHERWISE = "otherwise"
TRANSFERRED_KEY = "transferred"
"""In a request's meta: the answer as it came, where a content encoding was undone since."""


def one_name(url: str) -> str:
    """A URL under the one name that stands for all of its host's: http, without `www.` and the default ports.

    Literal addresses and names without a dot, as on loopback, keep what they have.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        return url
    if "." not in host or not host.rpartition(".")[2].isalpha() or "@" in parts.netloc:
        return url
    netloc = host.removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
    return parts._replace(scheme="http", netloc=netloc).geturl()


def route_of(url: str) -> str:
    """The route that an application in the browser takes from a fragment (#/list/7), empty for a mere anchor."""
    fragment = urlsplit(url).fragment
    return f"#{fragment}" if fragment.lstrip("!").startswith("/") else ""


@lru_cache(maxsize=4096)
def _fingerprint(url: str, method: str, body: str) -> str:
    # Asked for of every page several times on its way, and it takes as long as storing the page.
    return fingerprint(Request(one_name(url), method=method, body=body)).hex()


@dataclass(frozen=True, slots=True)
class Page:
    """A URL that leads to annual reports, with what the page that links to it says of it."""

    url: str
    site: str
    """Registry URL of the site it is found on."""
    kind: PageKind
    depth: int = 0
    priority: int = 0
    """Higher is fetched earlier."""
    discovered_on: str | None = None
    link_text: str | None = None
    link_date: str | None = None
    link_agency: str | None = None
    """Unit whose column the link stands in, as printed."""
    method: str = "GET"
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    render: bool = False
    """Whether a browser has to draw the page."""
    hops: int = 0
    """Redirects followed on the way here."""
    memo: dict[str, Any] = field(default_factory=dict)
    """What the site family needs to go on from here: JSON values only."""

    @classmethod
    def of(cls, response_or_request: Response | Request) -> Self:
        """The page a request was made for."""
        page: Self = response_or_request.meta[META_KEY]
        return page

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        return cls(**{**values, "kind": PageKind(values["kind"])})

    def to_json(self) -> str:
        # `asdict` would copy what is only looked at.
        values = {name: getattr(self, name) for name in _FIELDS}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    def instead(self) -> Self | None:
        """What is asked for where this page gave nothing, with what is left after it; None where nothing is left."""
        left = self.memo.get(_OTHERWISE)
        if not left:
            return None
        first, *rest = left
        page = type(self)(**{**first, "kind": PageKind(first["kind"])})
        return replace(page, memo={**page.memo, _OTHERWISE: rest}) if rest else page

    def redirected(self, url: str) -> Self:
        """The page a redirect leads to."""
        return replace(self, url=url, hops=self.hops + 1, discovered_on=self.url, method="GET", body=None)

    @property
    def key(self) -> str:
        """Fingerprint of method, canonical URL and body; a rendered page is another page than the plain one.

        A site under several names (www, http and https) is one site: its pages are the same whatever the name.
        """
        found = _fingerprint(self.url, self.method, self.body or "")
        if self.memo.get("script"):
            # A script file is asked for on behalf of one page, and read with what that page says.
            found += f"-{_fingerprint(self.memo['referer'], 'GET', '')[:12]}"
        return found + (f"-rendered{route_of(self.url)}" if self.render else "")

    def to_request(self, **arguments: Any) -> Request:
        """The request for the page; one slot of politeness for each host and port."""
        meta = {META_KEY: self, "download_slot": urlsplit(self.url).netloc.lower()}
        return Request(self.url, method=self.method, body=self.body or "", headers=self.headers, meta=meta, **arguments)


_FIELDS = tuple(it.name for it in fields(Page))


def one_by_one(pages: list[Page]) -> Page:
    """The first of some pages, with the others noted on it for the case that it gives nothing."""
    first, *rest = pages
    values = [{name: getattr(page, name) for name in _FIELDS} for page in rest]
    return replace(first, memo={**first.memo, _OTHERWISE: values}) if rest else first


def left_of(page: Page) -> list[Page]:
    """What is noted on a page for the case that it gives nothing."""
    found = []
    following = page.instead()
    while following is not None:
        found.append(replace(following, memo={name: it for name, it in following.memo.items() if name != _OTHERWISE}))
        following = following.instead()
    return found
