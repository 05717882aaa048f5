"""Hanweb jpaas (大汉), the newer kind: lists come as HTML within JSON from a unit service."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup, Tag

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, unique
from spiders.families.generic import Generic
from spiders.markup import Markup, attribute
from spiders.soup import parsed

_SERVICE = "jpaas-publish-server"
_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_ARTICLE = re.compile(r"/art/20\d\d/art_(?:\w+_)?[0-9a-f]{32}\.html")
_PAGE_SIZE = 15
_COUNT = re.compile(r"""\bcount=\\?["'](\d+)""")


class Jpaas(Generic):
    """Sites of Hanweb's jpaas platform."""

    name = "jpaas"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.7 * (_SERVICE in text or _SERVICE in markup.url) + 0.2 * ("querydata" in text.lower())
        return min(evidence + 0.5 * bool(_ARTICLE.search(text)), 1.0)

    def rows(self, markup: Markup, page: Page) -> list[Row]:
        part = self._answer(markup)
        if part is None:
            return super().rows(markup, page)
        found = markup.links_in(part)
        return unique(Row(it.url, it.text, markup.date_beside(it.tag, it.url), it.title) for it in found)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        service = page.memo.get("service") or self._service(markup)
        number = int(page.memo.get("page", 1))
        if service is None or (page.memo.get("list_page") and not goes_on(page, rows)):
            return [] if self._answer(markup) is not None else super().next_pages(markup, page, rows)
        count = _COUNT.search(markup.text)
        size = int(service["size"])
        if rows and count and number * size >= int(count[1]):
            return []
        # Only paramJson turns pages; a bare pageNo answers page 1 for ever.
        following = number + 1 if rows else 1
        query = {
            **service["query"],
            "paramJson": json.dumps({"pageNo": following, "pageSize": size}, separators=(",", ":")),
        }
        referer = page.memo.get("referer") or markup.url
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": referer}
        asked = list_page(page, f"{service['url']}?{urlencode(query)}", rows, headers=headers)
        asked.memo.update({"service": service, "page": following, "referer": referer})
        return [asked]

    @staticmethod
    def _answer(markup: Markup) -> BeautifulSoup | None:
        data = markup.data.get("data") if isinstance(markup.data, dict) else None
        content = data.get("html") if isinstance(data, dict) else None
        return parsed(content) if isinstance(content, str) else None

    @staticmethod
    def _service(markup: Markup) -> dict[str, Any] | None:
        """Where the page's list comes from: the service's address, its query as given, the page size."""
        tag = markup.soup.find(True, attrs={"querydata": True})
        if not isinstance(tag, Tag):
            return None
        try:
            query = json.loads(attribute(tag, "querydata").replace("'", '"'))
        except ValueError:
            return None
        size = attribute(tag, "rows")
        url = urljoin(markup.url, attribute(tag, "uniturl") or _UNIT)
        return {"url": url, "query": query, "size": int(size) if size.isdigit() else _PAGE_SIZE}
