"""eportal (河北): /eportal/ui?pageId=…, further pages by currentPage and the moduleId of the list."""

from __future__ import annotations

import re

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, printed_pages, with_parameter
from spiders.families.generic import Generic
from spiders.markup import Markup, attribute

_MODULE = re.compile(r"\bmoduleId['\"]?\s*[:=]\s*['\"]?([0-9a-f]{32})")
_CURRENT = re.compile(r"[?&]currentPage=(\d+)")


class Eportal(Generic):
    """Sites served by eportal/ui."""

    name = "eportal"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.7 * ("/eportal/ui?" in text or "/eportal/ui?" in markup.url) + 0.2 * ("articleKey=" in text)
        return min(evidence + 0.2 * ("/eportal/" in text), 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if linked := self.linked_pages(markup, page, rows):
            return linked
        module = self._module(markup)
        pages = printed_pages(markup.soup.get_text(" "))
        current = _CURRENT.search(markup.url)
        number = int(current[1]) if current else 1
        if module is None or pages is None or number >= pages or not goes_on(page, rows):
            return []
        url = with_parameter(with_parameter(markup.url, "currentPage", str(number + 1)), "moduleId", module)
        return [list_page(page, url, rows)]

    @staticmethod
    def _module(markup: Markup) -> str | None:
        for tag in markup.soup.find_all("input", attrs={"name": "moduleId"}):
            if value := attribute(tag, "value"):
                return value
        match = _MODULE.search(markup.text)
        return match[1] if match else None
