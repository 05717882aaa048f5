"""Single-page applications: an empty shell; rows come as JSON, or from the page as a browser draws it."""

from __future__ import annotations

import re

from bs4 import Tag

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, with_parameter
from spiders.families.generic import Generic
from spiders.markup import Markup, squeeze

_NUMBER = re.compile(r"[?&](page|pageNum|pageNo|pageIndex|current|currentPage)=(\d+)")
_PAGES = ("pages", "pageCount", "totalPages", "totalPage")
_CONTAINER = re.compile(r"^(?:app|root)$")


class SinglePage(Generic):
    """Sites drawn by Vue, React or Angular."""

    name = "spa"

    def signs(self, markup: Markup) -> float:
        if markup.data is not None:
            return 0.0
        body = markup.soup.find("body")
        angular = "ng-app" in markup.text or "ng-controller" in markup.text
        container = markup.soup.find("div", id=_CONTAINER)
        empty = isinstance(container, Tag) and not squeeze(container.get_text()) and not container.find("a")
        shell = empty and isinstance(body, Tag) and markup.soup.find("script") is not None and not markup.links
        vue = bool(re.search(r"createApp\(|new Vue\(|chunk-vendors|/static/js/app\.", markup.text))
        return min(0.6 * shell + 0.5 * angular + 0.3 * vue, 0.8) if "_CONFIG" not in markup.text else 0.0

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if not isinstance(markup.data, dict):
            return super().next_pages(markup, page, rows)
        number = _NUMBER.search(page.url)
        holders = [markup.data, *(value for value in markup.data.values() if isinstance(value, dict))]
        pages = next((int(str(it[name])) for it in holders for name in _PAGES if str(it.get(name, "")).isdigit()), None)
        if not number or pages is None or int(number[2]) >= pages or not goes_on(page, rows):
            return []
        url = with_parameter(page.url, number[1], str(int(number[2]) + 1))
        return [list_page(page, url, rows, headers=page.headers)]
