"""gkmlpt (广东政府信息公开平台): columns are in window._CONFIG, lists at /gkmlpt/api/all/<category>."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.schema import PageKind
from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, unique
from spiders.families.generic import Generic
from spiders.families.trees import name_of, report_columns
from spiders.markup import Markup, squeeze

_SID = re.compile(r"\bSID['\"]?\s*:\s*['\"]?(\d+)")
_TREE = re.compile(r"\bTREE['\"]?\s*:\s*(?=\[)")
_DETAIL = re.compile(r"\bDETAIL['\"]?\s*:\s*(?=\{)")
_PAGE = re.compile(r"([?&]page=)(\d+)")
_UNIT = re.compile(r"^(/.+?)/gkmlpt/")
_PAGE_SIZE = 100
_COLUMN_PRIORITY = 790


class Gkmlpt(Generic):
    """The disclosure platform of Guangdong's cities, districts, streets and departments."""

    name = "gkmlpt"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.5 * ("/gkmlpt/" in markup.url) + 0.2 * ("/gkmlpt/" in text)
        return min(evidence + 0.3 * ("window._CONFIG" in text) + 0.2 * bool(_SID.search(text)), 1.0)

    def hidden_columns(self, markup: Markup, page: Page) -> list[Page]:
        sid, nodes = _SID.search(markup.scripts), _value(markup.scripts, _TREE)
        if not sid:
            return []
        found = []
        for node, unit in report_columns(nodes or []):
            name = name_of(node)
            jump = markup.absolute(str(node.get("jump_url") or ""))
            # A unit's platform lies below a folder of its own, the service most often does not.
            url = jump or urljoin(markup.url, f"/gkmlpt/api/all/{node.get('id')}?page=1&sid={sid[1]}")
            kind = PageKind.COLUMN if jump else PageKind.LIST
            memo = {"column": True} | ({} if jump else {"family": self.name, "referer": markup.url})
            found.append(
                Page(
                    url=url,
                    site=page.site,
                    kind=kind,
                    depth=page.depth + 1,
                    priority=_COLUMN_PRIORITY,
                    discovered_on=page.url,
                    link_text=name,
                    link_agency=unit or page.link_agency,
                    memo=memo,
                )
            )
        return found

    def rows(self, markup: Markup, page: Page) -> list[Row]:
        # The frame of the platform has links of its own; only the service's records are the list.
        return super().rows(markup, page) if markup.data is not None or not _SID.search(markup.text) else []

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        number = _PAGE.search(urlsplit(markup.url).query and markup.url)
        unit = _UNIT.match(urlsplit(str(page.memo.get("referer", ""))).path)
        first = not page.memo.get("list_page")
        if (
            first
            and isinstance(markup.data, dict)
            and not rows
            and unit
            and urlsplit(markup.url).path.startswith("/gkmlpt/")
        ):
            parts = urlsplit(markup.url)
            return [list_page(page, parts._replace(path=unit[1] + parts.path).geturl(), rows)]
        if not (isinstance(markup.data, dict) and number and goes_on(page, rows)):
            return []
        total = str(markup.data.get("total", ""))
        if not (total.isdigit() and int(number[2]) * _PAGE_SIZE < int(total)):
            return []
        # Page 0 is page 1 over again; counting starts at 1.
        url = _PAGE.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", markup.url, count=1)
        return [list_page(page, url, rows)]

    def attachments(self, markup: Markup, page: Page) -> list[Row]:
        """Documents linked in the page, and those that only its data names: {name, url}."""
        detail = _value(markup.scripts, _DETAIL)
        held = detail.get("attachment") if isinstance(detail, dict) else None
        found = super().attachments(markup, page)
        for it in held if isinstance(held, list) else ():
            if isinstance(it, dict) and (url := markup.absolute(str(it.get("url") or ""))):
                found.append(Row(url, squeeze(str(it.get("name") or ""))))
        return unique(found)


def _value(scripts: str, name: re.Pattern[str]) -> Any:
    """The value that a script gives to a name; None where it gives none that can be read."""
    match = name.search(scripts)
    if match is None:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(scripts, match.end())
    except (ValueError, RecursionError):
        return None
    return value
