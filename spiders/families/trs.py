"""TRS WCM (拓尔思): static lists index.html, index_1.html… counted from 0; documents named P0<date>….pdf."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, unique
from spiders.families.generic import Generic
from spiders.markup import Markup, attribute, squeeze
from spiders.soup import beginning

_ARTICLE = re.compile(r"/t20\d{6}_\d+(?:_\d+)?\.s?html?(?![\w.])")
_DOCUMENT = re.compile(r"/P0\d{17,}\.\w+")
# createPageHTML(count, current, "base", "extension"); with a name as first argument it is another vendor's.
_CALL = re.compile(
    r"""createPageHTML\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]([\w./-]+)['"]\s*,\s*['"](\w+)['"]"""
)
_COUNT = re.compile(r"\bcountPage\s*=\s*['\"]?(\d+)")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*['\"]?(\d+)")
# The base that the script itself puts before the number: href=list_"+nextPage, "list"+"_"+nextPage.
_WRITTEN = re.compile(r"""([A-Za-z][\w-]*)_["']\s*\+\s*\w|["']([A-Za-z][\w-]*)["']\s*\+\s*["']_["']\s*\+""")
_FILE = re.compile(r"^(?P<base>.+?)(?:_(?P<number>\d+))?\.(?P<extension>s?html?)$")
_ARTICLE_BASE = re.compile(r"^t20\d{6}_\d+")
# A page that does not load must not hide those after it, so that two pages ahead are asked for.
_AHEAD = 2
_MAX_ARTICLE_PAGES = 30


class Trs(Generic):
    """Sites made with TRS WCM."""

    name = "trs"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.0
        if _ARTICLE.search(urlsplit(markup.url).path) or len(_ARTICLE.findall(text)) >= 2:
            evidence += 0.5
        elif _ARTICLE.search(text):
            evidence += 0.3
        if _CALL.search(text) or (_COUNT.search(text) and _CURRENT.search(text)):
            evidence += 0.3
        evidence += 0.3 * bool(re.search(r"TRS_Editor|TRS_UEDITOR|trs_editor_view|trs_web", text))
        evidence += 0.2 * ("CurrChnlCls" in text) + 0.3 * bool(_DOCUMENT.search(text))
        return min(evidence, 1.0)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if not goes_on(page, rows):
            return []
        name, current, count = self._place(markup, markup.scripts)
        if name is None:
            return super().next_pages(markup, page, rows)
        if _ARTICLE_BASE.match(name[0]):
            return []
        end = count
        # The number may be of an earlier day: beyond a last page as full as the one before, one is tried.
        if current > 0 and current == count - 1 and len(rows) >= int(page.memo.get("rows", 1 << 30)):
            end += 1
        found = []
        for number in range(current + 1, min(current + 1 + _AHEAD, end)):
            following = list_page(page, urljoin(markup.url, _file(name, number)), rows)
            following.memo["rows"] = len(rows)
            following.memo["list_page"] = number
            found.append(following)
        return found

    def _place(self, markup: Markup, scripts: str) -> tuple[tuple[str, str] | None, int, int]:
        """The list's file name (base, extension), the page's number from 0, and how many pages there are."""
        for match in _CALL.finditer(scripts):
            return (match[3], match[4]), int(match[2]), int(match[1])
        count, current = _COUNT.search(scripts), _CURRENT.search(scripts)
        if count and current:
            file = _FILE.match(urlsplit(markup.url).path.rsplit("/", 1)[-1])
            written = _WRITTEN.search(scripts)
            base = written[1] or written[2] if written else "index"
            name = (file["base"], file["extension"]) if file else (base, "html")
            return name, int(current[1]), int(count[1])
        return None, 0, 0

    def attachments(self, markup: Markup, page: Page) -> list[Row]:
        found = super().attachments(markup, page)
        for tag in markup.soup.find_all("a", attrs={"appendix": True}):
            url = markup.absolute(attribute(tag, "href"))
            if url and url != markup.url:
                name = attribute(tag, "title") or attribute(tag, "download")
                found.append(Row(url, squeeze(beginning(tag)), None, squeeze(name) or None))
        article, current, count = self._place(markup, markup.scripts)
        if article and current == 0 and _ARTICLE_BASE.match(article[0]):
            pages = range(1, min(count, _MAX_ARTICLE_PAGES))
            found.extend(Row(urljoin(markup.url, _file(article, number)), f"第{number + 1}页") for number in pages)
        return unique(found)


def _file(name: tuple[str, str], number: int) -> str:
    base, extension = name
    return f"{base}_{number}.{extension}" if number else f"{base}.{extension}"
