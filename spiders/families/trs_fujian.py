"""TRS with a search service (福建): page 1 is static, the older records come from POST /fjdzapp/search."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page
from spiders.families.trs import Trs
from spiders.markup import Markup

_SEARCH = "/fjdzapp/search"
_SEARCH_ID = re.compile(r"\bsearchId['\"]?\s*[:=]\s*['\"]?(\d+)")
_CHANNEL = re.compile(r"\bchannelid['\"]?\s*:\s*['\"]?(\d+)")
_CLASS = re.compile(r"classsql['\"]?\s*:\s*(?:['\"]['\"]\s*\|\|\s*)?['\"]([^'\"]+)['\"]")
_ORDER = re.compile(r"sortfield['\"]?\s*:\s*['\"]([^'\"]+)['\"]")
_RECORDS = re.compile(r"recordCount['\"]?\s*:\s*['\"]?(\d+)")
_PAGE_SIZE = 100


class TrsFujian(Trs):
    """Sites of the Fujian platform, whose list pages run list2.trsapi."""

    name = "trs_fujian"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.6 * ("list2.trsapi" in text or _SEARCH in text or urlsplit(markup.url).path == _SEARCH)
        evidence += 0.3 * bool(_SEARCH_ID.search(text)) + 0.2 * bool(
            re.search(r"\bms-(?:controller|class|if|attr)", text)
        )
        # Above plain TRS, of which these pages bear the marks as well.
        return min(evidence, 1.0) + 0.1 * (evidence >= 0.6)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if isinstance(markup.data, dict):
            form, number, count = (
                page.memo.get("form"),
                page.memo.get("page", 1),
                markup.data.get("pageCount"),
            )
            if not form or not goes_on(page, rows) or not str(count).isdigit() or number >= int(str(count)):
                return []
            return [self._ask(page, page.url, rows, form, number + 1)]
        class_sql = _CLASS.search(markup.scripts)
        channel = _CHANNEL.search(markup.scripts) or _SEARCH_ID.search(markup.scripts)
        if not (class_sql and channel):
            return super().next_pages(markup, page, rows)
        if page.memo.get("list_page"):
            return []
        records = _RECORDS.search(markup.scripts)
        if records and int(records[1]) <= len(self.rows(markup, page)):
            return []
        order = _ORDER.search(markup.scripts)
        form = {
            "channelid": channel[1],
            "classsql": class_sql[1],
            "sortfield": order[1] if order else "-docorderpri,-docreltime",
        }
        return [self._ask(page, urljoin(markup.url, _SEARCH), rows, form, 1)]

    def _ask(self, page: Page, url: str, rows: list[Row], form: dict[str, str], number: int) -> Page:
        body = urlencode({**form, "page": number, "prepage": _PAGE_SIZE})
        origin = urlsplit(url)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Requested-With": "XMLHttpRequest",
            "Origin": f"{origin.scheme}://{origin.netloc}",
            "Referer": page.headers.get("Referer", page.url),
        }
        asked = list_page(page, url, rows, method="POST", body=body, headers=headers)
        memo: dict[str, Any] = {"form": form, "page": number, "referer": headers["Referer"]}
        asked.memo.update(memo)
        return asked
