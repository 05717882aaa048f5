"""The datasette plugin: SQL functions for the search, the site's own pages, and headers that keep pages harmless."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import datasette

from archive import search
from archive.publishing.site import pages
from archive.publishing.site.cache import AnswerCache
from archive.publishing.site.headers import Application, with_headers

_Hook = TypeVar("_Hook", bound=Callable[..., Any])
_EXCERPT_CHARACTERS = 40

_ROUTES: tuple[tuple[str, Callable[..., Awaitable[Any]]], ...] = (
    (r"^/$", pages.home),
    (r"^/coverage$", pages.coverage),
    (r"^/agencies/(?P<agency>[\w-]+)$", pages.agency),
    (r"^/agencies/(?P<agency>[\w-]+)/(?P<year>\d{4})$", pages.agency_year),
    (r"^/reports/(?P<document>\d{1,18})$", pages.report),
    (r"^/captures/(?P<capture>\d{1,18})/(?P<form>page|source|download)$", pages.capture),
    (r"^/compare$", pages.compare),
    (r"^/compare\.csv$", pages.compare_csv),
    (r"^/search$", pages.search),
    (r"^/dictionary$", pages.dictionary),
    (r"^/robots\.txt$", pages.robots),
)


def _hook(function: _Hook) -> _Hook:
    marked: _Hook = datasette.hookimpl(function)
    return marked


@_hook
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("bigrams", 1, lambda text: search.bigrams(str(text or "")), deterministic=True)
    conn.create_function("match_query", 1, match_query, deterministic=True)
    conn.create_function("excerpt", 2, excerpt, deterministic=True)


def match_query(words: object) -> str:
    """The FTS5 query for words a person typed; one that matches nothing where there are none."""
    return search.match_query(str(words or "")) or '""'


def excerpt(text: object, words: object) -> str:
    """The part of a text around the first of the words that occurs in it, on one line; else its beginning."""
    line = " ".join(str(text or "").split())
    wanted = re.findall(r"\w+", str(words or ""))
    places = [found.start() for word in wanted if (found := re.search(re.escape(word), line, re.IGNORECASE))]
    start = max(min(places, default=0) - _EXCERPT_CHARACTERS, 0)
    end = start + 3 * _EXCERPT_CHARACTERS
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


@_hook
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    return list(_ROUTES)


@_hook
def extra_css_urls(datasette: Any) -> list[str]:
    return [datasette.urls.path("/nianbao/datasette.css")]


@_hook
def menu_links(datasette: Any) -> list[dict[str, str]]:
    links = {
        "/": "Home 首页",
        "/coverage": "Coverage 覆盖情况",
        "/compare": "Compare 比较",
        "/search": "Search 检索",
        "/dictionary": "Dictionary 数据字典",
    }
    return [{"href": datasette.urls.path(path), "label": label} for path, label in links.items()]


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    # The instance makes its application before it is given the overviews.
    return lambda application: AnswerCache(with_headers(application), lambda: datasette.nianbao.overviews)
