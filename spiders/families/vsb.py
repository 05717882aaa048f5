"""VSB 博达: lists whose further pages count down, a/b.htm, a/b/30.htm … a/b/1.htm."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page
from spiders.families.generic import Generic
from spiders.markup import Markup

_ARTICLE = re.compile(r"[\"'/]info/\d+/\d+\.htm")
_GO_TO = re.compile(r"_simple_list_gotopage_fun\(\s*(\d+)")
_PAGES = re.compile(r"共\s*(\d+)\s*页|(?<![\d/-])1\s*/\s*(\d+)(?![\d/-])")
_NUMBERED = re.compile(r"/(\d+)\.htm$")


class Vsb(Generic):
    """Sites made with Visual SiteBuilder."""

    name = "vsb"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.6 * ("Visual SiteBuilder" in text) + 0.4 * ("_sitegray" in text)
        evidence += 0.3 * ("/system/resource/js/" in text) + 0.2 * ("CustomerNO" in text) + 0.2 * (".vsb.css" in text)
        evidence += 0.3 * bool(_ARTICLE.search(text)) + 0.3 * ("vsb_content" in text)
        return min(evidence, 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        # The links on the page are right whatever has been added since; numbers are for pages without them.
        linked = self.linked_pages(markup, page, rows)
        if linked or not goes_on(page, rows):
            return linked
        path = urlsplit(markup.url).path
        number = _NUMBERED.search(path)
        if page.memo.get("list_page") and number:
            return (
                [list_page(page, urljoin(markup.url, f"{int(number[1]) - 1}.htm"), rows)] if int(number[1]) > 1 else []
            )
        count = _GO_TO.search(markup.scripts) or _PAGES.search(markup.soup.get_text(" "))
        last = int(next((group for group in count.groups() if group), 0)) if count else 0
        if last < 2 or not path.endswith(".htm"):
            return []
        name = path.rsplit("/", 1)[-1].removesuffix(".htm")
        return [list_page(page, urljoin(markup.url, f"{name}/{last - 1}.htm"), rows)]
