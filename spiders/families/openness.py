"""openness (安徽): /opennessTarget/?branch_id=<unit>…&page=n, details of the kinds content and annual_report."""

from __future__ import annotations

import re

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, printed_pages
from spiders.families.generic import Generic
from spiders.markup import Markup

_DETAIL = re.compile(r"/openness/detail/(?:content|annual_report|guide)/[0-9a-f]{24}\.html")
_PAGE = re.compile(r"([?&]page=)(\d+)")


class Openness(Generic):
    """Sites of the openness platform; a branch is a unit."""

    name = "openness"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.6 * bool(_DETAIL.search(text) or _DETAIL.search(markup.url)) + 0.3 * ("branch_id=" in text)
        return min(evidence + 0.4 * ("/opennessTarget" in text or "/opennessTarget" in markup.url), 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if linked := self.linked_pages(markup, page, rows):
            return linked
        number, pages = _PAGE.search(markup.url), printed_pages(markup.soup.get_text(" "))
        if not (number and pages and int(number[2]) < pages and goes_on(page, rows)):
            return []
        url = _PAGE.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", markup.url, count=1)
        return [list_page(page, url, rows)]
