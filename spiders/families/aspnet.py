"""ASP.NET pages: a further page is the same page posted back with the view state of the page before it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from bs4 import Tag

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page
from spiders.families.generic import Generic
from spiders.markup import Markup, attribute, squeeze
from spiders.soup import beginning

_POST_BACK = re.compile(r"__doPostBack\(\s*(?:'|&#39;)([^'&]+)(?:'|&#39;)\s*,\s*(?:'|&#39;)([^'&]*)(?:'|&#39;)")
_NEXT = re.compile(r"^(?:下一?页|后一?页|next|>|>>|»)$", re.IGNORECASE)


class AspNet(Generic):
    """Sites of ASP.NET web forms; their lists are walked in order, one posted form after the other."""

    name = "aspnet"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.5 * ("__VIEWSTATE" in text) + 0.2 * ("__doPostBack" in text)
        return min(evidence + 0.4 * bool(re.search(r"\.aspx\b", text) or ".aspx" in markup.url), 0.9)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if linked := self.linked_pages(markup, page, rows):
            return linked
        form = markup.soup.find("form")
        following = int(page.memo.get("list_page", 0)) + 2
        target = self._pager(markup, following)
        if target is None or not isinstance(form, Tag) or not goes_on(page, rows):
            return []
        fields = {
            attribute(tag, "name"): attribute(tag, "value")
            for tag in form.find_all("input")
            if attribute(tag, "name") and attribute(tag, "type").lower() in ("", "hidden", "text")
        }
        fields |= {"__EVENTTARGET": target[0], "__EVENTARGUMENT": target[1]}
        action = markup.absolute(attribute(form, "action")) or markup.url
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url}
        return [list_page(page, action, rows, method="POST", body=urlencode(fields), headers=headers)]

    @staticmethod
    def _pager(markup: Markup, following: int) -> tuple[str, str] | None:
        """The control and the argument that turn to the page of that number, by its number or by 下一页."""
        for tag in markup.soup.find_all("a", href=True):
            match = _POST_BACK.search(attribute(tag, "href"))
            if match and (match[2] == str(following) or _NEXT.match(squeeze(beginning(tag)))):
                return match[1], match[2]
        return None
