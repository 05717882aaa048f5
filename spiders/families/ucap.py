"""Kaipuyun/UCAP (开普云): lists list.shtml, list_2.shtml… from 1, or served by /common/search/<channel>."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page
from spiders.families.generic import Generic
from spiders.families.pagers import CALL_FROM_1
from spiders.markup import Markup

_SEARCH = "/common/search/"
_CHANNEL = re.compile(r"^[0-9a-f]{32}$")
_ARTICLE = re.compile(r"/c\d{5,6}\w*/20\d{4}/[\w-]+\.shtml")
_PAGE_SIZE = 20
_AHEAD = 2


class Ucap(Generic):
    """Sites made with Kaipuyun's CMS."""

    name = "ucap"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.5 * bool(_CHANNEL.match(markup.meta.get("channelid", "")))
        evidence += 0.2 * bool(re.match(r"^c\d{5,6}", markup.meta.get("code", ""))) + 0.3 * bool(
            CALL_FROM_1.search(text)
        )
        evidence += 0.4 * bool(_ARTICLE.search(text)) + 0.3 * (_SEARCH in text or _SEARCH in markup.url)
        # gov.cn bears UCAP-CONTENT as well as the marks of TRS: little evidence by itself.
        evidence += 0.2 * ("UCAP-CONTENT" in text) + 0.2 * ("so-gov.cn" in text)
        return min(evidence, 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if _SEARCH in markup.url:
            return self._further(markup, page, rows)
        if call := CALL_FROM_1.search(markup.scripts):
            if not goes_on(page, rows):
                return []
            last, current = int(call[1]), int(call[2])
            found = []
            for number in range(current + 1, min(current + _AHEAD, last) + 1):
                following = list_page(page, urljoin(markup.url, f"{call[3]}_{number}.{call[4]}"), rows)
                following.memo["list_page"] = number - 1
                found.append(following)
            return found
        channel = markup.meta.get("channelid", "")
        # The call in a comment, or none: the live list is the service's.
        if _CHANNEL.match(channel) and _SEARCH in markup.text and not page.memo.get("list_page"):
            return [self._ask(page, urljoin(markup.url, _SEARCH + channel), rows, 1)]
        return super().next_pages(markup, page, rows)

    def _further(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        parts = urlsplit(markup.url)
        number = parse_qs(parts.query).get("page", ["1"])[0]
        if not goes_on(page, rows) or len(self.rows(markup, page)) < _PAGE_SIZE or not number.isdigit():
            return []
        return [self._ask(page, parts._replace(query="").geturl(), rows, int(number) + 1)]

    def _ask(self, page: Page, url: str, rows: list[Row], number: int) -> Page:
        query = {
            "sort": "", "_isAgg": "false", "_isJson": "false", "_pageSize": _PAGE_SIZE, "_template": "index",
            "_channelName": "", "page": number,
        }  # fmt: skip
        referer = page.memo.get("referer") or page.url
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": referer}
        asked = list_page(page, f"{url}?{urlencode(query)}", rows, headers=headers)
        asked.memo["referer"] = referer
        return asked
