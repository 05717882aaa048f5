"""Where the rows of a page may be that shows none: asked one after the other, until one of the answers has some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from archive.schema import PageKind
from crawler.page import Page
from spiders import drawn
from spiders.asks import asks
from spiders.markup import Markup, attribute

_MOST_SCRIPTS = 3
_MOST_VARIABLES = 60
_LONGEST_VALUE = 100
# What is said of one request, and not of those made for the same list.
_OF_THE_PAGE = frozenset({"before", "otherwise", "script", "variables", "words"})
# Script files of other people's making hold no address of the site's own.
_LIBRARY = re.compile(
    r"jquery|bootstrap|vue(?:[.-]|$)|react|angular|swiper|layer|layui|echarts|polyfill|lodash|moment|axios|require|"
    r"html5|respond|es5|\.min\.|analytics|hm\.js|baidu|tongji|share|barrierfree|wzadh|wza|slide|superslide|datepicker|"
    r"calendar|md5|base64|crypto|video|player|qrcode|cookie|ie\d|jiucuo|webuploader|ueditor|weather|marquee",
    re.IGNORECASE,
)


def attempts(markup: Markup, page: Page, words: Mapping[str, str] | None = None) -> list[Page]:
    """The ways to the rows of a page, the cheapest first; `words` are values that its scripts leave open."""
    referer = page.memo.get("referer") or page.url
    memo = {name: value for name, value in page.memo.items() if name not in _OF_THE_PAGE}
    memo |= {"referer": referer, "guess": True}
    empty = replace(page, kind=PageKind.LIST, discovered_on=page.url, render=False, hops=0)
    found = []
    for it in asks(markup.program, words=words):
        url = markup.absolute(it.url)
        if url and url != markup.url and _is_near(url, markup.url):
            headers = {"X-Requested-With": "XMLHttpRequest", "Referer": referer}
            headers |= {"Content-Type": it.media_type} if it.body is not None else {}
            found.append(replace(empty, url=url, method=it.method, body=it.body, headers=headers, memo=memo))
    if markup.is_script or page.memo.get("guess"):
        return found
    known = {name: it for name, it in markup.program.variables.items() if len(it) <= _LONGEST_VALUE}
    held = {"script": True, "variables": dict(islice(known.items(), _MOST_VARIABLES))}
    plain = replace(empty, method="GET", body=None, headers={"Referer": referer}, memo={**memo, **held})
    found += [replace(plain, url=url) for url in _own_scripts(markup)]
    if (drawn.is_drawn(markup) or drawn.is_shell(markup)) and not page.render and markup.data is None:
        found.append(replace(page, render=True))
    return found


def is_likely(markup: Markup) -> bool:
    """Whether a page that shows other things may have rows that it does not show."""
    return drawn.is_drawn(markup) or any(it.paged for it in asks(markup.program))


def kind_of(page: Page) -> str:
    """Of which kind a request for hidden rows is: draw, script or ask."""
    return "draw" if page.render else "script" if page.memo.get("script") else "ask"


def _own_scripts(markup: Markup) -> list[str]:
    """The script files that may draw this page, the last first: a page's own come after those that all pages load."""
    found: dict[str, None] = {}
    for tag in markup.soup.find_all("script", src=True):
        url = markup.absolute(attribute(tag, "src"))
        if url and _is_near(url, markup.url) and not _LIBRARY.search(urlsplit(url).path.rsplit("/", 1)[-1]):
            found.setdefault(url)
    return list(reversed(found))[:_MOST_SCRIPTS]


def _is_near(url: str, page: str) -> bool:
    return urlsplit(url).netloc.removeprefix("www.") == urlsplit(page).netloc.removeprefix("www.")
