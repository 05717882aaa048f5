"""The way for every site that no family knows: lists of links with dates, 下一页, and links to documents."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import Tag

from crawler.page import Page
from spiders import links
from spiders.families.base import Family, Row, goes_on, list_page, unique
from spiders.families.pagers import called_pages, served_pages, turned_pages
from spiders.families.records import records_of_xml, rows_of_records, texts_of
from spiders.markup import Link, Markup, attribute, squeeze
from spiders.soup import beginning, parsed

_NEXT = re.compile(r"^(?:下一?页|下页|后一页|后页|next|>|>>|»|›|\[下一页\]|下一页[>»›]*)$", re.IGNORECASE)
_NEXT_NAME = re.compile(r"(?:^|[\s_-])(?:pg|page)?next(?:$|[\s_-]|page|pg)", re.IGNORECASE)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NUMBER = re.compile(r"^\[?(\d{1,4})\]?$|^第(\d{1,4})页$")
_NUMBERS = re.compile(r"^[\[\]\d.…|·]{2,}$")
_PAGER_NAME = re.compile(r"page|pagi|pager|fenye|\bfy\b", re.IGNORECASE)
_MAX_STEPS_UP = 30
_MAX_PAGER_CHARACTERS = 2000
_CONTAINERS = ("ul", "ol", "dl", "tbody", "table")
_VIEWER = re.compile(r"""["']([^"'\s]+\.(?:pdf|ofd|docx?|wps)(?:\?[^"'\s]*)?)["']""", re.IGNORECASE)
# Services whose addresses do not tell that they answer with a document; the link says so.
_ATTACHED = re.compile(
    rf"\.(?:{links.DOCUMENT_SUFFIXES})$|^附件[\d一二三四五]*(?:[:：].*)?$|^(?:请?点击|本地|附件|文件|全文|原文|报告)*(?:此处|这里)?下载(?:附件|全文|原文|文件|报告)?$",
    re.IGNORECASE,
)
_FILE_PARAMETER = re.compile(r"[?&](?:file|src|url)=([^&#]+)", re.IGNORECASE)


class Generic(Family):
    """Lists and articles as most sites have them; families build on it."""

    name = "generic"

    def signs(self, markup: Markup) -> float:
        return 0.0

    def rows(self, markup: Markup, page: Page) -> list[Row]:
        if markup.data is not None:
            template = page.memo.get("template")
            rows = rows_of_records(markup.data, markup.base, tuple(template) if template else None)
            return rows or _rows_of_texts(markup)
        if markup.is_xml and (rows := rows_of_records(records_of_xml(markup.text), markup.base)):
            return rows
        groups: dict[int, int] = {}
        rows = []
        for link in markup.links:
            if not self._may_be_row(link) or _is_pager(link):
                continue
            if markup.in_frame(link.tag) and not links.is_report_name(link.label):
                continue
            group = groups.setdefault(id(_list_of(link.tag)), len(groups) + 1)
            rows.append(Row(link.url, link.text, markup.date_beside(link.tag, link.url), link.title, group))
        return unique(rows)

    def _may_be_row(self, link: Link) -> bool:
        label = link.label
        return bool(label) and (
            links.is_article(link.url)
            or links.is_document(link.url)
            or links.is_leaf(link.url)
            or links.is_report_name(label)
        )

    def sub_columns(self, markup: Markup, page: Page) -> list[Row]:
        home, shape = links.folder(markup.url), links.shape(markup.url)
        found = []
        for link in markup.links:
            if links.is_article(link.url) or links.is_document(link.url) or markup.in_frame(link.tag):
                continue
            # /col/col12/ beside /col/col13/: where columns have numbers, a part looks like its column.
            alike = any(character.isdigit() for character in shape[1]) and links.shape(link.url)[0] == shape[0]
            if alike and (links.unit_of(link.label) or links.GROUPS.match(link.label) or links.year_only(link.label)):
                found.append(Row(link.url, link.text, None, link.title))
                continue
            verdict = links.judge_row(link.label, link.url)
            if verdict.leads is not links.Leads.REPORT_COLUMN:
                continue
            # 街道办事处 in a side menu leads to the streets' own pages, not to their reports, unless it lies
            # below this column or says so; a year says so.
            below = link.url.startswith(home) and link.url != home
            if below or links.year_only(link.label) or links.is_report_name(link.label):
                found.append(Row(link.url, link.text, None, link.title))
        return unique(found)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        if page.memo.get("referer"):
            return served_pages(markup, page, rows)
        return (
            self.linked_pages(markup, page, rows)
            or called_pages(markup, page, rows)
            or turned_pages(markup, page, rows)
        )

    def linked_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        """The page after this one as far as it is linked: 下一页, or its number."""
        if not goes_on(page, rows):
            return []
        numbered: dict[int, str] = {}
        following = None
        own = links.shape(markup.url)[0]
        for link in markup.links:
            if _is_next(link):
                following = link.url
            elif (number := _NUMBER.match(link.text)) and _in_pager(link.tag, links.shape(link.url)[0] == own):
                numbered[int(number[1] or number[2])] = link.url
        current = int(page.memo.get("list_page", 0)) + 1
        urls = [following] if following else [numbered[n] for n in (current + 1,) if n in numbered]
        return [list_page(page, url, rows) for url in urls if url != markup.url]

    def attachments(self, markup: Markup, page: Page) -> list[Row]:
        found = []
        for link in markup.links:
            named = _ATTACHED.search(link.text) and not links.is_leaf(link.url)
            if (named or links.is_document(link.url)) and not markup.in_frame(link.tag):
                name = squeeze(attribute(link.tag, "download")) or None
                found.append(Row(_shown_by(link.url), link.text, None, link.title or name))
        found.extend(Row(url, "", None, None) for url in self._embedded(markup))
        return unique(found)

    def _embedded(self, markup: Markup) -> list[str]:
        """Documents shown by a viewer: frames, objects, and the scripts that open them."""
        references = [
            attribute(tag, name)
            for tag in markup.soup.find_all(["iframe", "embed", "object", "frame"])
            for name in ("src", "data")
        ]
        references += _VIEWER.findall(markup.scripts)
        urls = (markup.absolute(reference) for reference in references if reference)
        return [_shown_by(url) for url in urls if url and links.is_document(url) and url != markup.url]


def _rows_of_texts(markup: Markup) -> list[Row]:
    """The links in the pieces of HTML that data holds."""
    found = (link for text in texts_of(markup.data) for link in markup.links_in(parsed(text)))
    return unique(Row(it.url, it.text, markup.date_beside(it.tag, it.url), it.title) for it in found)


def _shown_by(url: str) -> str:
    """The document that a viewer page (viewer.html?file=…) shows, or the address itself."""
    parts = urlsplit(url)
    shown = _FILE_PARAMETER.search(url) if re.search(r"\.html?$|viewer", parts.path) else None
    return urljoin(url, unquote(shown[1])) if shown else url


def _list_of(tag: Tag) -> Tag:
    """The list a link stands in: the nearest ul, ol, dl or table, else the block two steps up."""
    parents = list(islice(tag.parents, _MAX_STEPS_UP))
    for parent in parents:
        if parent.name in _CONTAINERS:
            # A list of many dl, one a row: the list is what holds them.
            return parent.parent if parent.name == "dl" and parent.parent else parent
    return parents[min(1, len(parents) - 1)]


def _is_next(link: Link) -> bool:
    """Whether a link turns to the page after this one: by its words, or by its name where it shows but a sign."""
    tag = link.tag
    said = (link.text, link.title or "", squeeze(attribute(tag, "aria-label")))
    if any(map(_NEXT.match, said)) or "next" in attribute(tag, "rel").split():
        return True
    parent = tag.parent if isinstance(tag.parent, Tag) and tag.parent.name == "li" else None
    names = f"{attribute(tag, 'class')} {attribute(tag, 'id')} {attribute(parent, 'class')}"
    return not _CHINESE.search(link.text) and bool(_NEXT_NAME.search(names)) and "disabled" not in names


def _is_pager(link: Link) -> bool:
    return bool(_NEXT.match(link.text) or re.match(r"^(?:首页|上一?页|尾页|末页|\d{1,3}|<+|>+)$", link.text))


def _in_pager(tag: Tag, alike: bool) -> bool:
    """Whether a number is one of several side by side, and not a day of a calendar.

    `alike` says that it leads to an address like the page's own.
    """
    for parent in islice(tag.parents, 3):
        if parent.name == "table" or len(parent.find_all("a", limit=26)) > 25:
            return False
        text = squeeze(beginning(parent, _MAX_PAGER_CHARACTERS))
        if re.search(r"页|共|末|尾|next|»|>", text) or _PAGER_NAME.search(
            f"{attribute(parent, 'class')} {attribute(parent, 'id')}"
        ):
            return True
        if alike and _NUMBERS.match(text):
            return True
    return False
