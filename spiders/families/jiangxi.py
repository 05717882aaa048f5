"""Jiangxi's queryList (江西): pages without rows, which POST /queryList answers as JSON with addresses and bodies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urljoin

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page
from spiders.families.generic import Generic
from spiders.markup import Markup

_SERVICE = "/queryList"
_ADDRESS = re.compile(r"['\"]([^'\"\s]*/queryList)['\"]")
_PAGE_SIZE = 15
_NAMES = ("webSiteCode", "channelCode")


class Jiangxi(Generic):
    """Sites whose lists loadPageData draws."""

    name = "jiangxi"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.4 * ("loadPageData" in text) + 0.5 * (_SERVICE in text or markup.url.endswith(_SERVICE))
        return min(evidence + 0.2 * ("channelCode" in text) + 0.1 * ("handlebars" in text), 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if isinstance(markup.data, dict):
            form, number = page.memo.get("form"), int(page.memo.get("page", 1))
            if not form or not goes_on(page, rows) or number * int(form["pageSize"]) >= _total(markup.data):
                return []
            return [self._ask(page, page.url, rows, form, number + 1)]
        form = self._form(markup)
        if "channelCode[]" not in form or page.memo.get("list_page"):
            return super().next_pages(markup, page, rows)
        address = _ADDRESS.search(markup.scripts)
        return [self._ask(page, urljoin(markup.url, address[1] if address else _SERVICE), [], form, 1)]

    @staticmethod
    def _form(markup: Markup) -> dict[str, str]:
        form: dict[str, str] = {}
        size = re.search(r"\bpageSize['\"]?\s*[:=]\s*['\"]?(\d+)", markup.scripts)
        form["pageSize"] = size[1] if size else str(_PAGE_SIZE)
        for name in _NAMES:
            value = re.search(rf"\b{name}(?:\[\])?['\"]?\s*[:=]\s*\[?\s*['\"]([^'\"]+)['\"]", markup.scripts)
            if value:
                form[f"{name}[]"] = value[1]
        return form | {"sort": "sortNum", "order": "desc"}

    @staticmethod
    def _ask(page: Page, url: str, rows: list[Row], form: dict[str, str], number: int) -> Page:
        referer = page.memo.get("referer") or page.url
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Requested-With": "XMLHttpRequest",
            "Referer": referer,
        }
        body = urlencode({"current": number, **form})
        asked = list_page(page, url, rows, method="POST", body=body, headers=headers)
        memo: dict[str, Any] = {"form": form, "page": number, "referer": referer}
        asked.memo.update(memo)
        return asked


def _total(data: dict[str, Any]) -> int:
    inner = data.get("data")
    total = str(inner.get("total", "") if isinstance(inner, dict) else data.get("total", ""))
    # Without a number the list ends on an empty or a repeated page.
    return int(total) if total.isdigit() else 1 << 30
