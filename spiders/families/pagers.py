"""Pagers that are no links: forms with a field for the page's number, scripts that ask for it, and services' own."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urljoin

from bs4 import Tag

from crawler.page import Page
from spiders.asks import asks
from spiders.calls import PAGE_NAME, PAGE_NAMES
from spiders.families.base import Row, goes_on, list_page, printed_pages, with_parameter
from spiders.links import folder
from spiders.markup import Markup, attribute

_NUMBER = re.compile(rf"(?:^|[?&\"'{{,\s])({PAGE_NAMES})[\"']?[=:]\s*[\"']?(\d+)", re.IGNORECASE)
# Kaipuyun's createPageHTML("container", pages, current, "base", "extension", total), counted from 1; the first argument
# is not TRS's.
CALL_FROM_1 = re.compile(
    r"""createPageHTML\(\s*['"][A-Za-z_][\w-]*['"]\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,"""
    r"""\s*['"]([\w./-]+)['"]\s*,\s*['"](\w+)['"]"""
)
# "index_" + number + ".html"
_WRITTEN = re.compile(
    r"""['"`]([^'"`\s<>]{0,200})(?:['"`]\s*\+\s*(\(?[\w. +-]{1,20}\)?)\s*\+\s*['"`]|\$\{([\w. +-]{1,20})\})"""
    r"""(\.(?:s?html?|jsp|aspx?|do)\b)"""
)
_COUNTED = re.compile(
    r"\b(?:pageCount|countPage|totalPages?|pageTotal|pageNum|pages|total_pages?)['\"]?\s*[:=]\s*['\"]?(\d{1,4})\b",
    re.IGNORECASE,
)
_PAGES = ("pages", "pagecount", "totalpages", "totalpage", "pagetotal", "pagenums", "countpage")
_TOTALS = (
    "total", "totalcount", "totalelements", "totalrecord", "totalrecords", "recordcount", "count", "totalnum",
)  # fmt: skip
_MORE = re.compile(r"(?:加载|查看|点击|显示)(?:更多|下一页)|load\s*more", re.IGNORECASE)
_LEAST_ROWS = 8
"""Lists with fewer rows on a page than that are at their end, where nothing says how long they are."""


def turned_pages(markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
    """The next page of a list that turns its pages by a form or by what its scripts ask for."""
    pages = printed_pages(markup.soup.get_text(" "))
    following = int(page.memo.get("list_page", 0)) + 2
    if not goes_on(page, rows) or (pages is not None and following > pages):
        return []
    if pages is not None and (turned := _by_form(markup, page, rows, following)):
        return [turned]
    if pages is None and len(rows) < _LEAST_ROWS and not _MORE.search(markup.body_text):
        return []
    for it in asks(markup.program, following):
        url = markup.absolute(it.url)
        if it.paged and url and url != markup.url:
            headers = {"X-Requested-With": "XMLHttpRequest", "Referer": page.url}
            headers |= {"Content-Type": it.media_type} if it.body is not None else {}
            asked = list_page(page, url, rows, method=it.method, body=it.body, headers=headers)
            asked.memo["referer"] = page.memo.get("referer") or page.url
            return [asked]
    return []


def called_pages(markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
    """The next page of a list whose files a script numbers: by a vendor's call, or in an address that it writes."""
    place = int(page.memo.get("list_page", 0))
    if not goes_on(page, rows):
        return []
    for match in CALL_FROM_1.finditer(markup.scripts):
        file = f"{match[3]}_{place + 2}.{match[4]}"
        return [list_page(page, urljoin(markup.url, file), rows)] if place + 2 <= int(match[1]) else []
    counted = _COUNTED.search(markup.scripts)
    pages = printed_pages(markup.soup.get_text(" ")) or (int(counted[1]) if counted else None)
    if pages is None or place + 2 > pages:
        return []
    home = folder(markup.url)
    for match in _WRITTEN.finditer(markup.scripts):
        before, number, after = match[1], match[2] or match[3], match[4]
        # Counted from 1, or from 0: where the script does not say, the first page after this one tells.
        numbers = [place + 1] if "-" in number else [place + 2, place + 1][: 2 if place == 0 else 1]
        if place and page.memo.get("from_0"):
            numbers = [place + 1]
        found = []
        for it in numbers:
            url = urljoin(markup.url, f"{before}{it}{after}")
            if url.startswith(home) and url != markup.url:
                following = list_page(page, url, rows)
                following.memo["from_0"] = it == place + 1
                found.append(following)
        if found:
            return found
    return []


def served_pages(markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
    """The page after an answer of a service: the same request with the number of the page one higher."""
    number = _NUMBER.search(page.url) or _NUMBER.search(page.body or "")
    if not number and page.method == "GET" and isinstance(markup.data, dict):
        return _named_pages(markup.data, page, rows)
    if not number or not goes_on(page, rows) or not _is_more(markup, int(number[2]), len(rows)):
        return []
    following = str(int(number[2]) + 1)
    asked: dict[str, Any] = {"method": page.method, "headers": page.headers, "body": page.body}
    if number.string == page.body:
        asked["body"] = page.body[: number.start(2)] + following + page.body[number.end(2) :]
        return [list_page(page, page.url, rows, **asked)]
    return [list_page(page, with_parameter(page.url, number[1], following), rows, **asked)]


def _named_pages(data: dict[str, Any], page: Page, rows: list[Row]) -> list[Page]:
    """The page after an answer to a request that named no page: by what the answer calls the number of its page."""
    number = int(page.memo.get("list_page", 0)) + 1
    if not goes_on(page, rows) or not has_more(data, number, len(rows)):
        return []
    named = (name for it in _holders(data) for name in it if PAGE_NAME.match(name) and str(it[name]) == str(number))
    name = next(named, "pageNumber" if "/igs/" in page.url else "page")
    return [list_page(page, with_parameter(page.url, name, str(number + 1)), rows, headers=page.headers)]


def _holders(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [data, *(value for value in data.values() if isinstance(value, dict))]


def _is_more(markup: Markup, number: int, size: int) -> bool:
    if isinstance(markup.data, dict):
        more = has_more(markup.data, number, size)
    else:
        pages = printed_pages(markup.soup.get_text(" "))
        more = None if pages is None else number < pages
    return size >= _LEAST_ROWS if more is None else more


def has_more(data: dict[str, Any], number: int, size: int) -> bool | None:
    """Whether a list says that it has pages after page `number`, by their number or by that of its records.

    None where it says neither.
    """
    holders = [{str(name).lower(): value for name, value in it.items()} for it in _holders(data)]

    def count(names: tuple[str, ...]) -> int | None:
        return next((int(str(it[name])) for it in holders for name in names if str(it.get(name, "")).isdigit()), None)

    pages, total = count(_PAGES), count(_TOTALS)
    if pages is not None:
        return number < pages
    return None if total is None else number * size < total


def _by_form(markup: Markup, page: Page, rows: list[Row], following: int) -> Page | None:
    for form in markup.soup.find_all("form"):
        fields = _fields(form)
        name = next((name for name in fields if PAGE_NAME.match(name)), None)
        if name is None:
            continue
        query = urlencode({**fields, name: str(following)})
        action = markup.absolute(attribute(form, "action")) or markup.url
        if attribute(form, "method").lower() == "post":
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url}
            return list_page(page, action, rows, method="POST", body=query, headers=headers)
        return list_page(page, f"{action.split('?')[0]}?{query}", rows)
    return None


def _fields(form: Tag) -> dict[str, str]:
    """What a form sends besides its buttons and choices."""
    return {
        attribute(tag, "name"): attribute(tag, "value")
        for tag in form.find_all("input")
        if attribute(tag, "name") and attribute(tag, "type").lower() in ("", "hidden", "text", "number")
    }
