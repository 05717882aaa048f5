"""Headers that keep pages harmless and light, and lists without their long columns, whatever page datasette serves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Send], Awaitable[None]]

# Our own pages hold no script and load nothing but the style sheet.
STRICT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A report's page frames the page as served, which is closed in by a policy of its own.
FRAMING_POLICY = f"{STRICT_POLICY}; frame-src 'self'"
# Datasette's pages have scripts and styles inline; still, nothing comes from or goes to another host.
_DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
_ADDED = {
    b"content-security-policy": _DATASETTE_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
_STATIC_CACHING = b"public, max-age=3600"
# What a list in a browser does without: long texts (they are for the page of one row), and the count of millions.
_LISTS = {
    "documents": "_nocol=text",
    "annual_reports": "_nocol=text",
    "grids": "_nocol=cells",
    "captures": "_nocol=headers",
    "frontier": "_nocol=request",
    "payloads": "_nocol=body",
    "figures": "_nocount=1",
    "annual_figures": "_nocount=1",
    "coverage": "_nocount=1",
}


def with_headers(application: Application) -> Application:
    """The application with headers added to every answer that has not set them itself."""

    async def wrapped(scope: Any, receive: Any, send: Send) -> None:
        static = scope["type"] == "http" and scope["path"].startswith(("/nianbao/", "/-/static/"))

        async def send_with_headers(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                added = {**_ADDED, b"cache-control": _STATIC_CACHING} if static else _ADDED
                present = {name.lower() for name, _ in event["headers"]}
                headers = [*event["headers"], *(pair for pair in added.items() if pair[0] not in present)]
                event = {**event, "headers": headers}
            await send(event)

        await application(_light_list(scope), receive, send_with_headers)

    return wrapped


def _light_list(scope: Any) -> Any:
    """The request of a list, without its long column or its count unless the reader has said what is wanted."""
    if scope["type"] != "http" or scope["path"].count("/") != 2:
        return scope
    less = _LISTS.get(scope["path"].rpartition("/")[2])
    query = scope.get("query_string", b"").decode("latin-1")
    if less is None or {"_col", "_nocol", "_nocount"} & {name for name, _ in parse_qsl(query, keep_blank_values=True)}:
        return scope
    return {**scope, "query_string": (f"{query}&{less}" if query else less).encode("latin-1")}
