"""JSP lists (四川、陕西、宁夏): /info/iList.jsp?cat_id=…&cur_page=n, from 1."""

from __future__ import annotations

import re

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, printed_pages, with_parameter
from spiders.families.generic import Generic
from spiders.markup import Markup

_PAGE = re.compile(r"[?&]cur_page=(\d+)")


class JspList(Generic):
    """Sites whose columns are iList.jsp; node_id is a unit."""

    name = "ilist"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.6 * ("/info/iList.jsp" in text or "/info/iList.jsp" in markup.url)
        return min(evidence + 0.2 * ("cat_id=" in text) + 0.2 * ("iIndex.jsp" in text), 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if "iList.jsp" not in markup.url or not goes_on(page, rows):
            return super().next_pages(markup, page, rows)
        current = _PAGE.search(markup.url)
        number = int(current[1]) if current else 1
        pages = printed_pages(markup.soup.get_text(" "))
        if pages is not None and number >= pages:
            return []
        if pages is None:
            return super().next_pages(markup, page, rows)
        return [list_page(page, with_parameter(markup.url, "cur_page", str(number + 1)), rows)]
