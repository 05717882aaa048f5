"""Hanweb's module/xxgk (大汉): the list is a fragment that POST /module/xxgk/search.jsp answers with."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, list_page, printed_pages, turns, unique
from spiders.families.generic import Generic
from spiders.families.trees import name_of, nodes_of, report_columns
from spiders.markup import Markup, attribute, find_date, squeeze

_SERVICE = "/module/xxgk/search.jsp"
# `compaltedate` is the service's own spelling.
_FIELDS = {
    "infotypeId": "", "jdid": "", "area": "", "divid": "", "vc_title": "", "vc_number": "",
    "sortfield": ",compaltedate:0", "currpage": "1", "vc_filenumber": "", "vc_all": "", "texttype": "", "fbtime": "",
}  # fmt: skip
_TREE = re.compile(r"/module/xxgk/tree\.jsp[^\"'\s<>]*")
_TREE_PRIORITY = 790
_NEWER_FIELDS = ("standardXxgk", "requestUrl")


class HanwebXxgk(Generic):
    """Disclosure columns of Hanweb's module/xxgk."""

    name = "hanweb_xxgk"

    def signs(self, markup: Markup) -> float:
        # Above plain jcms, whose /col/ and /art/ addresses these sites share.
        if _SERVICE in markup.text or _SERVICE in markup.url:
            return 1.1
        return 0.5 * ("/module/xxgk/" in markup.text) + 0.3 * ("infotypeId" in markup.text)

    def rows(self, markup: Markup, page: Page) -> list[Row]:
        if _SERVICE not in markup.url:
            return super().rows(markup, page)
        found = []
        for link in markup.links:
            # Older fragments keep the whole title, the date and the number in attributes of the link.
            title = squeeze(attribute(link.tag, "mc")) or link.title
            date = find_date(attribute(link.tag, "rq")) or markup.date_beside(link.tag, link.url)
            found.append(Row(link.url, link.text, date, title))
        return unique(found)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if _SERVICE in markup.url:
            form, number = page.memo.get("form"), int(page.memo.get("page", 1))
            pages = printed_pages(markup.soup.get_text(" "))
            return [self._ask(page, rows, form, number + 1)] if form and turns(page, rows, number, pages) else []
        form = self._form(markup)
        if not form["infotypeId"] or page.memo.get("list_page"):
            return super().next_pages(markup, page, rows)
        return [self._ask(page, [], form, 1)]

    def hidden_columns(self, markup: Markup, page: Page) -> list[Page]:
        """The tree of units and columns, and the report columns that it names."""
        form = page.memo.get("form")
        if form and _TREE.search(markup.url):
            found = []
            for node, unit in report_columns(nodes_of(markup)):
                # The tree's own name for what the service calls infotypeId.
                identifier = str(node.get("key") or node.get("id") or node.get("infotypeId") or "")
                asked = self._ask(page, [], {**form, "infotypeId": identifier}, 1)
                asked.memo["column"] = True
                asked.memo.pop("list_page")
                found.append(replace(asked, link_text=name_of(node), link_agency=unit or page.link_agency))
            return found
        match = _TREE.search(markup.text)
        url = markup.absolute(html.unescape(match[0])) if match else None
        if url is None:
            return []
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": markup.url}
        tree = list_page(page, url, [], headers=headers)
        tree.memo.update({"form": self._form(markup), "referer": markup.url, "family": self.name})
        tree.memo.pop("list_page")
        return [replace(tree, priority=_TREE_PRIORITY)]

    @staticmethod
    def _form(markup: Markup) -> dict[str, str]:
        form = dict(_FIELDS)
        found: dict[str, str] = {}
        for address in re.findall(r"/module/xxgk/search\.jsp\?([^\"'\s<>]+)", markup.text):
            found.update(parse_qsl(address.replace("&amp;", "&")))
        for tag in markup.soup.find_all("input", attrs={"name": True}):
            found.setdefault(attribute(tag, "name"), attribute(tag, "value"))
        for name in (*_FIELDS, *_NEWER_FIELDS):
            value = re.search(rf"\b{name}['\"]?\s*[:=]\s*(?:['\"]([^'\"]*)['\"]|(\w+))", markup.scripts)
            if value:
                found[name] = value[1] if value[1] is not None else value[2]
        form.update((name, value) for name, value in found.items() if name in _FIELDS and name != "currpage")
        if found.get("standardXxgk"):
            form |= {"standardXxgk": found["standardXxgk"], "requestUrl": found.get("requestUrl") or markup.url}
        return form

    @staticmethod
    def _ask(page: Page, rows: list[Row], form: dict[str, str], number: int) -> Page:
        referer = page.memo.get("referer") or page.url
        origin = urlsplit(referer)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Requested-With": "XMLHttpRequest",
            "Origin": f"{origin.scheme}://{origin.netloc}",
            "Referer": referer,
        }
        body = urlencode({**form, "currpage": number})
        asked = list_page(page, urljoin(referer, _SERVICE), rows, method="POST", body=body, headers=headers)
        memo: dict[str, Any] = {"form": form, "page": number, "referer": referer, "rows": len(rows)}
        asked.memo.update(memo)
        return asked
