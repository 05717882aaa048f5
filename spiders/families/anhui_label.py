"""Anhui's site/label (安徽): rows come as a fragment, or as JSON, from /site/label/8888?…&pageIndex=n."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, list_page, printed_pages, turns, unique
from spiders.families.generic import Generic
from spiders.markup import Markup

_SERVICE = "/site/label/8888"
_ADDRESS = re.compile(r"/site/label/8888\?([^\"'\s<>]+)")
_NAMES = ("siteId", "organId", "catId", "cId", "type", "file")
_FIELDS = {
    "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "siteId": "", "pageSize": "15", "pageIndex": "1",
    "action": "list", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "50", "organId": "", "type": "4",
    "catId": "", "cId": "", "result": "暂无相关信息", "file": "",
}  # fmt: skip
# `length` cuts titles, in the title attribute as well.
_LENGTH = "200"


class AnhuiLabel(Generic):
    """Sites whose lists are drawn by labels of the Anhui platform."""

    name = "anhui_label"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.7 * (_SERVICE in text or _SERVICE in markup.url) + 0.2 * ("publicInfoList" in text)
        return min(evidence + 0.2 * ("/site/tpl/" in text), 1.0)

    def rows(self, markup: Markup, page: Page) -> list[Row]:
        if _SERVICE not in markup.url or markup.data is not None:
            return super().rows(markup, page)
        found = markup.links_in(markup.soup)
        return unique(Row(it.url, it.text, markup.date_beside(it.tag, it.url), it.title) for it in found)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if _SERVICE in markup.url:
            query = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
            number = int(query.get("pageIndex", "1"))
            pages = printed_pages(markup.text)
            size = int(query["pageSize"]) if query.get("pageSize", "").isdigit() else 0
            if not turns(page, rows, number, pages) or (pages is None and len(rows) < size):
                return []
            return [self._ask(page, rows, query, number + 1)]
        query = self._query(markup)
        if not query["catId"] or page.memo.get("list_page"):
            return super().next_pages(markup, page, rows)
        return [self._ask(page, [], query, 1)]

    @staticmethod
    def _query(markup: Markup) -> dict[str, str]:
        for match in _ADDRESS.finditer(markup.text):
            query = dict(parse_qsl(html.unescape(match[1]), keep_blank_values=True))
            if query.get("labelName", "").lower().startswith("publicinfo") and query.get("catId"):
                return query
        query = dict(_FIELDS)
        if _SERVICE in markup.text:
            for name in _NAMES:
                value = re.search(rf"\b{name}['\"]?\s*[:=]\s*(?:['\"]([^'\"]*)['\"]|(\w+))", markup.scripts)
                if value:
                    query[name] = value[1] if value[1] is not None else value[2]
        return query

    @staticmethod
    def _ask(page: Page, rows: list[Row], query: dict[str, str], number: int) -> Page:
        referer = page.memo.get("referer") or page.url
        asked_for = {**query, "pageIndex": str(number), "length": _LENGTH}
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": referer}
        asked = list_page(page, f"{urljoin(referer, _SERVICE)}?{urlencode(asked_for)}", rows, headers=headers)
        asked.memo.update({"referer": referer, "rows": len(rows)})
        return asked
