"""The site's own search, the second route: asked only where the columns have given no report."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from bs4 import Tag

from archive.schema import PageKind
from crawler.page import Page, one_by_one
from spiders import links
from spiders.families import Row
from spiders.hidden import attempts
from spiders.markup import Markup, attribute

WORDS = "政府信息公开工作年度报告"
_PRIORITY = 1
_MOST_PAGES = 3
_MOST_PAGES_WITH_REPORTS = 20
# igs, irs, jsearch, was5, trs-search and what sites call their own.
_BACK_END = re.compile(r"/(?:igs|irs|jsearch|was5|trs-?search|search|so|sousuo|ss|query)\b|search", re.IGNORECASE)
_BOX = re.compile(r"search|sousuo|keyword|\bkw\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"搜索|检索|关键[字词]|查询")
# window.open('/search?siteId=7&q=' + …): the expression up to the words.
_OPENED = re.compile(
    r"""((?:['"`][^'"`\s<>]{1,300}['"`]\s*\+\s*[\w.$]+\s*\+\s*)?['"`][^'"`\s<>]{0,300}[?&]"""
    r"""(?:q|qt|key|keys|keyword|keywords|searchword|searchkey|search|word|wd|sw|kw|text|tplsearch)=['"`]\s*\+\s*)""",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^(?:q|qt|key|keys|keyword|keywords|searchword|search|word|wd|sw|kw|text|tplsearch)$", re.IGNORECASE
)


OPEN_NAMES = dict.fromkeys(
    ("q", "qt", "key", "keys", "keyword", "keywords", "searchWord", "searchword", "searchKey", "search", "word", "wd",
     "sw", "kw", "text", "queryString", "content", "title"), WORDS
)  # fmt: skip
"""What scripts call the words that are searched for."""


def search_pages(markup: Markup, page: Page) -> list[Page]:
    """What is asked for to find annual reports by the site's search: its form's page, else what its scripts open."""
    found = [it for it in (_by_form(markup, page), asked_in(markup, page)) if it]
    if found:
        return found[:1]
    box = markup.soup.find("input", attrs={"placeholder": _PLACEHOLDER}) or markup.soup.find(
        ["input", "button", "a", "span", "div"], id=_BOX
    )
    return [one_by_one(scripts)] if box is not None and (scripts := _scripts(markup, page)) else []


def asked_in(markup: Markup, page: Page) -> Page | None:
    """The page of results that a script opens: '/search?q=' + words."""
    for match in _OPENED.finditer(markup.scripts):
        opened = markup.program.value(match[1] + "words", {"words": urlencode({"": WORDS})[1:]})
        url = markup.absolute(opened) if opened else None
        if url and _BACK_END.search(urlsplit(url)._replace(netloc="", scheme="").geturl()):
            return _results_page(page, url)
    return None


def _scripts(markup: Markup, page: Page) -> list[Page]:
    """The script files that may say where the site's search is."""
    memo = {"search": True, "last_resort": True}
    return [
        replace(it, depth=page.depth + 1, priority=_PRIORITY, memo={**it.memo, **memo})
        for it in attempts(markup, page, OPEN_NAMES)
        if it.memo.get("script")
    ]


def _results_page(page: Page, url: str, *, body: str | None = None) -> Page:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url} if body is not None else {}
    return Page(
        url=url,
        site=page.site,
        kind=PageKind.LIST,
        depth=page.depth + 1,
        priority=_PRIORITY,
        discovered_on=page.url,
        method="GET" if body is None else "POST",
        body=body,
        headers=headers,
        memo={"search": True, "last_resort": True},
    )


def _by_form(markup: Markup, page: Page) -> Page | None:
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
        return _results_page(page, url, body=query if post else None)
    return None


def results(rows: list[Row]) -> list[Row]:
    """Of the rows found, those named reports; a search answers with whatever holds one of the words."""
    return [row for row in rows if links.judge(row.label, row.url).leads is links.Leads.REPORT]


def further(pages: list[Page], page: Page, *, found: bool) -> list[Page]:
    """The following pages of results, as few as are of use: results come best first."""
    if int(page.memo.get("list_page", 0)) + 1 >= (_MOST_PAGES_WITH_REPORTS if found else _MOST_PAGES):
        return []
    pages = [replace(it, priority=_PRIORITY) for it in pages]
    for it in pages if found else ():
        # What has answered with reports is asked to its end.
        it.memo.pop("last_resort", None)
    return pages


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
