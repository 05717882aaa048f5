"""The site's own pages: each reads what it shows from the archive and renders a template without any script."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from datasette.utils.asgi import NotFound, Response

from archive.payloads import PayloadError
from archive.publishing.site.agency_page import AgencyPage
from archive.publishing.site.compare_page import ComparePage
from archive.publishing.site.coverage_page import CoveragePage, Filters, number
from archive.publishing.site.dictionary_page import DictionaryPage
from archive.publishing.site.headers import FRAMING_POLICY, STRICT_POLICY
from archive.publishing.site.home_page import HomePage
from archive.publishing.site.original import CLOSED_POLICY, FRAME_POLICY, Original
from archive.publishing.site.overview import Overview
from archive.publishing.site.queries import QUERIES
from archive.publishing.site.report_page import ReportPage
from archive.publishing.site.search_page import SearchPage
from archive.publishing.site.words import LEVELS, WORDS, preferred_language

_Result = TypeVar("_Result")
# A capture never changes.
_CAPTURE_CACHING = "private, max-age=86400, immutable"


async def home(datasette: Any, request: Any) -> Any:
    """/: what the archive holds, how fresh it is, what came lately."""
    overview = await _overview(datasette)
    page = await _read(datasette, lambda connection: HomePage(connection, overview, _language(request)))
    questions = [(name, query["title"]) for name, query in QUERIES.items() if name != "search"]
    return await _render(datasette, request, "home", page, questions=questions)


async def coverage(datasette: Any, request: Any) -> Any:
    """/coverage: agency × year as a picture that is a table, filtered by the query string."""
    overview = await _overview(datasette)
    return await _render(
        datasette, request, "coverage", CoveragePage(overview, Filters.from_query(request.args.get), _language(request))
    )


async def agency(datasette: Any, request: Any) -> Any:
    """/agencies/<id>: an agency's years, charts over them, and its documents."""
    overview, identifier = await _overview(datasette), request.url_vars["agency"]
    page = await _read(
        datasette, lambda connection: AgencyPage.load(connection, identifier, overview, _language(request))
    )
    if page is None:
        raise NotFound(f"No agency {identifier} in this archive")
    return await _render(datasette, request, "agency", page)


async def agency_year(datasette: Any, request: Any) -> Any:
    """/agencies/<id>/<year>: leads to the report that stands for the agency and year now."""
    identifier, year = request.url_vars["agency"], int(request.url_vars["year"])
    sql = "select document from reports where agency_id = ? and year = ?"
    found = await _read(datasette, lambda connection: connection.execute(sql, (identifier, year)).fetchone())
    if found is None:
        raise NotFound(f"No report of agency {identifier} for {year} in this archive")
    return Response.redirect(datasette.urls.path(f"/reports/{found[0]}"))


async def report(datasette: Any, request: Any) -> Any:
    """/reports/<document>: the tables as the form prints them, each figure leading to its cell in the cleaned text."""
    identifier, against = int(request.url_vars["document"]), number(request.args.get("against"))
    page = await _read(
        datasette, lambda connection: ReportPage.load(connection, identifier, against, _language(request))
    )
    if page is None:
        raise NotFound(f"No document {identifier} in this archive")
    return await _render(datasette, request, "report", page, policy=FRAMING_POLICY)


async def compare(datasette: Any, request: Any) -> Any:
    """/compare: figures of agencies side by side over the years."""
    page = await _read(datasette, lambda connection: ComparePage(connection, request.args.getlist))
    return await _render(datasette, request, "compare", page)


async def compare_csv(datasette: Any, request: Any) -> Any:
    """/compare.csv: the same numbers, one a row, with a byte order mark so that spreadsheets see the encoding."""
    page = await _read(datasette, lambda connection: ComparePage(connection, request.args.getlist))
    return Response(
        "\ufeff" + page.as_csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="compare.csv"'},
    )


async def search(datasette: Any, request: Any) -> Any:
    """/search?q=: reports that hold every word, their passages, and facets."""
    overview = await _overview(datasette)
    page = await _read(
        datasette, lambda connection: SearchPage(connection, overview, request.args.get, _language(request))
    )
    return await _render(datasette, request, "search", page)


async def dictionary(datasette: Any, request: Any) -> Any:
    """/dictionary: every table, view, section, item and category."""
    return await _render(datasette, request, "dictionary", DictionaryPage(_language(request)))


async def capture(datasette: Any, request: Any) -> Any:
    """/captures/<id>/page, /source, /download: the bytes as served, in a sandbox, as plain text, or to save."""
    identifier, form = int(request.url_vars["capture"]), request.url_vars["form"]
    try:
        original = await _read(datasette, lambda connection: Original.load(connection, identifier))
    except PayloadError as error:
        return Response.text(f"capture {identifier}: {error}; run `nianbao check`", status=500)
    if original is None:
        raise NotFound(f"No capture {identifier} in this archive")
    headers = {"Content-Security-Policy": CLOSED_POLICY, "Cache-Control": _CAPTURE_CACHING}
    if form == "page" and original.media_type == "text/html":
        headers["Content-Security-Policy"] = FRAME_POLICY
        kind = f"text/html; charset={original.charset}"
    elif form == "source":
        kind = f"text/plain; charset={original.charset}"
    else:
        kind = "application/octet-stream"
        headers["Content-Disposition"] = f'attachment; filename="{original.file_name}"'
    return Response(original.body, headers=headers, content_type=kind)


async def robots(datasette: Any, request: Any) -> Any:
    """/robots.txt: everything is allowed, or nothing where the option says so."""
    rule = "Disallow: /" if datasette.nianbao.block_robots else "Allow: /"
    return Response.text(f"User-agent: *\n{rule}\n")


def _language(request: Any) -> str:
    return preferred_language(request.headers.get("accept-language", ""))


async def _overview(datasette: Any) -> Overview:
    overviews = datasette.nianbao.overviews
    found: Overview = await asyncio.get_running_loop().run_in_executor(datasette.executor, overviews.current)
    return found


async def _read(datasette: Any, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
    # Not under the time limit for queries of visitors: the queries of our pages are known.
    found: Awaitable[_Result] = datasette.get_database().execute_fn(work)
    return await found


async def _render(
    datasette: Any, request: Any, name: str, page: Any, *, policy: str = STRICT_POLICY, **more: Any
) -> Any:
    language = _language(request)
    body = await datasette.render_template(
        f"nianbao_{name}.html",
        {
            "page": page,
            "here": name,
            "words": WORDS[language],
            "levels": {level: names[language == "zh"] for level, names in LEVELS.items()},
            "language": language,
            "archive": datasette.get_database().name,
            **more,
        },
        request=request,
    )
    # Blank lines are the template's, never the text's: an escaped text has its blanks inside a line.
    body = re.sub(r"\n\s*\n+", "\n", body)
    tag = f'W/"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'
    headers = {
        "Content-Security-Policy": policy,
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": "public, max-age=3600" if datasette.nianbao.immutable else "no-cache",
        "ETag": tag,
    }
    if tag in (given.strip() for given in request.headers.get("if-none-match", "").split(",")):
        return Response("", status=304, headers=headers)
    return Response.html(body, headers=headers)
