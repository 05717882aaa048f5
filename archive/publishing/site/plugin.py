"""The datasette plugin: SQL functions for the search, the page /coverage, and headers that keep pages harmless."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Response

from archive import search
from archive.publishing import coverage
from archive.publishing.site.coverage_page import CoveragePage, Filters
from archive.publishing.site.words import WORDS, preferred_language

_Hook = TypeVar("_Hook", bound=Callable[..., Any])
_Send = Callable[[dict[str, Any]], Awaitable[None]]
_Application = Callable[[Any, Any, _Send], Awaitable[None]]

# Our own pages hold no script and load nothing but the style sheet.
STRICT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's pages have scripts and styles inline; still, nothing comes from or goes to another host.
_DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
_EXCERPT_CHARACTERS = 40


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
def prepare_jinja2_environment(env: Any) -> None:
    env.filters["tilde_encode"] = tilde_encode


@_hook
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    return [("^/coverage$", coverage_page)]


async def coverage_page(datasette: Any, request: Any) -> Any:
    """Agency × year as a table that needs no script, filtered by the query string, in English or Chinese."""
    database = datasette.get_database()
    # Not under the time limit for queries of visitors: the page is one known query.
    rows = await database.execute_fn(
        lambda connection: [coverage.CoverageRow(*row) for row in connection.execute(coverage.SQL)]
    )
    language = preferred_language(request.headers.get("accept-language", ""))
    page = CoveragePage(rows, Filters.from_query(request.args.get), language)
    body = await datasette.render_template(
        "coverage.html",
        {"page": page, "words": WORDS[language], "language": language, "database": database.name},
        request=request,
    )
    headers = {
        "Content-Security-Policy": STRICT_POLICY,
        "Content-Language": language,
        "Vary": "Accept-Language",
    }
    return Response.html(body, headers=headers)


@_hook
def extra_css_urls(datasette: Any) -> list[str]:
    return [datasette.urls.path("/nianbao/datasette.css")]


@_hook
def menu_links(datasette: Any) -> list[dict[str, str]]:
    search_page = datasette.urls.table(datasette.get_database().name, "search")
    return [
        {"href": datasette.urls.path("/coverage"), "label": "Coverage 覆盖情况"},
        {"href": search_page, "label": "Search 检索"},
    ]


@_hook
def asgi_wrapper() -> Callable[[_Application], _Application]:
    return _with_headers


def _with_headers(application: _Application) -> _Application:
    async def wrapped(scope: Any, receive: Any, send: _Send) -> None:
        async def send_with_headers(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                present = {name.lower() for name, _ in event["headers"]}
                added = {
                    b"content-security-policy": _DATASETTE_POLICY.encode(),
                    b"x-content-type-options": b"nosniff",
                    b"referrer-policy": b"no-referrer",
                }
                headers = [*event["headers"], *(pair for pair in added.items() if pair[0] not in present)]
                event = {**event, "headers": headers}
            await send(event)

        await application(scope, receive, send_with_headers)

    return wrapped
