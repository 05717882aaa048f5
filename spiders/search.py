"""The site's own search, the second route: asked only where the columns have given no report."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from bs4 import Tag

from archive.schema import PageKind
from crawler.page import Page
from spiders import links
from spiders.families import Row
from spiders.markup import Markup, attribute

WORDS = "政府信息公开工作年度报告"
_PRIORITY = 1
_MOST_PAGES = 3
# igs, irs, jsearch, was5, trs-search and what sites call their own.
_BACK_END = re.compile(r"/(?:igs|irs|jsearch|was5|trs-?search|search|so|sousuo|ss|query)\b|search", re.IGNORECASE)
_FIELD = re.compile(
    r"^(?:q|qt|key|keys|keyword|keywords|searchword|search|word|wd|sw|kw|text|tplsearch)$", re.IGNORECASE
)


def search_page(markup: Markup, page: Page) -> Page | None:
    """The first page of results for annual reports, from the search form of a page; None where it has none."""
    for form in markup.soup.find_all("form"):
        action = markup.absolute(attribute(form, "action")) or markup.url
        if not _BACK_END.search(urlsplit(action)._replace(netloc="", scheme="").geturl()):
            continue
        asked = _filled_in(form)
        if asked is None:
            continue
        post = attribute(form, "method").lower() == "post"
        query = urlencode(asked)
        url = action if post else f"{action}{'&' if '?' in action else '?'}{query}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url} if post else {}
        return Page(
            url=url,
            site=page.site,
            kind=PageKind.LIST,
            depth=page.depth + 1,
            priority=_PRIORITY,
            discovered_on=page.url,
            method="POST" if post else "GET",
            body=query if post else None,
            headers=headers,
            memo={"search": True, "last_resort": True},
        )
    return None


def results(rows: list[Row]) -> list[Row]:
    """Of the rows found, those named reports; a search answers with whatever holds one of the words."""
    return [row for row in rows if links.judge(row.label, row.url).leads is links.Leads.REPORT]


def further(pages: list[Page], page: Page) -> list[Page]:
    """The following pages of results, as few as are of use: results come best first."""
    if int(page.memo.get("list_page", 0)) + 1 >= _MOST_PAGES:
        return []
    return [replace(it, priority=_PRIORITY) for it in pages]


def _filled_in(form: Tag) -> dict[str, str] | None:
    fields: dict[str, str] = {}
    filled = False
    for tag in form.find_all(["input", "select"]):
        name, kind = attribute(tag, "name"), attribute(tag, "type").lower()
        if not name or kind in ("submit", "button", "reset", "image", "password", "file"):
            continue
        if kind in ("", "text", "search") and tag.name == "input" and _FIELD.match(name) and not filled:
            fields[name], filled = WORDS, True
        elif kind not in ("checkbox", "radio") or tag.has_attr("checked"):
            fields[name] = attribute(tag, "value")
    return fields if filled else None
