"""gkmlpt (广东政府信息公开平台): columns are in window._CONFIG, lists at /gkmlpt/api/all/<category>."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.schema import PageKind
from crawler.page import Page
from spiders import links
from spiders.families.base import Row, goes_on, list_page
from spiders.families.generic import Generic
from spiders.markup import Markup, squeeze

_SID = re.compile(r"\bSID\s*:\s*['\"]?(\d+)")
_TREE = re.compile(r"\bTREE\s*:\s*(?=\[)")
_PAGE = re.compile(r"([?&]page=)(\d+)")
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
        sid, tree = _SID.search(markup.scripts), _TREE.search(markup.scripts)
        if not (sid and tree):
            return []
        try:
            nodes, _ = json.JSONDecoder().raw_decode(markup.scripts, tree.end())
        except (ValueError, RecursionError):
            return []
        found = []
        for node, unit in _columns(nodes):
            name = squeeze(str(node.get("name", "")))
            jump = markup.absolute(str(node.get("jump_url") or ""))
            # A unit's platform lies below a folder of its own, the service does not.
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
        if not (isinstance(markup.data, dict) and number and goes_on(page, rows)):
            return []
        total = str(markup.data.get("total", ""))
        if not (total.isdigit() and int(number[2]) * _PAGE_SIZE < int(total)):
            return []
        # Page 0 is page 1 over again; counting starts at 1.
        url = _PAGE.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", markup.url, count=1)
        return [list_page(page, url, rows)]


def _columns(
    nodes: Any, *, inside: bool = False, unit: str | None = None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """The report columns of a tree with the years and units below them, and the unit each belongs to."""
    for node in nodes if isinstance(nodes, list) else ():
        if not isinstance(node, dict):
            continue
        name = squeeze(str(node.get("name", "")))
        named = inside or links.judge(name, "http://node/x/").leads is links.Leads.REPORT_COLUMN
        own = (links.unit_of(name) if inside else None) or unit
        if named:
            yield node, own
        yield from _columns(node.get("children"), inside=named, unit=own)
