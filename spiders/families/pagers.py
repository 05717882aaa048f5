"""Pagers that are no links: a form with a field for the page's number, or a script that writes it to an address."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from bs4 import Tag

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, printed_pages
from spiders.markup import Markup, attribute

_FIELD = re.compile(r"^(?:page|pages|pageno|pagenum|pageindex|pagenumber|currentpage|curpage|currpage|cur_page)$", re.I)
_WRITTEN = re.compile(
    r"""['"]([^'"\s<>]*[?&](?:page|pageno|pagenum|pageindex|pagenumber|currentpage|curpage|currpage|cur_page)=)['"]\s*\+""",
    re.I,
)


def turned_pages(markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
    """The next page of a list that says how many it has, and turns its pages by a form or a script."""
    pages = printed_pages(markup.soup.get_text(" "))
    following = int(page.memo.get("list_page", 0)) + 2
    if pages is None or following > pages or not goes_on(page, rows):
        return []
    for form in markup.soup.find_all("form"):
        fields = _fields(form)
        name = next((name for name in fields if _FIELD.match(name)), None)
        if name is None:
            continue
        query = urlencode({**fields, name: str(following)})
        action = markup.absolute(attribute(form, "action")) or markup.url
        if attribute(form, "method").lower() == "post":
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url}
            return [list_page(page, action, rows, method="POST", body=query, headers=headers)]
        return [list_page(page, f"{action.split('?')[0]}?{query}", rows)]
    if written := _WRITTEN.search(markup.scripts):
        url = markup.absolute(f"{written[1]}{following}")
        return [list_page(page, url, rows)] if url else []
    return []


def _fields(form: Tag) -> dict[str, str]:
    """What a form sends besides its buttons and choices."""
    return {
        attribute(tag, "name"): attribute(tag, "value")
        for tag in form.find_all("input")
        if attribute(tag, "name") and attribute(tag, "type").lower() in ("", "hidden", "text", "number")
    }
