"""What a site family is: how to recognise its pages, and read their lists, further pages and attachments."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from archive.schema import PageKind
from crawler.page import Page
from spiders.markup import Markup, label_of

# No report column has as many; a list that goes on is made up as it is asked for.
MAX_LIST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list: address, text and title without white space, the date beside it (ISO 8601)."""

    url: str
    text: str
    date: str | None = None
    title: str | None = None
    group: int = 0
    """Which of the page's lists it stands in; 0 for the family's own data, which is the list alone."""
    agency: str | None = None
    """The publisher as the list's data names it."""

    @property
    def label(self) -> str:
        return label_of(self.text, self.title)


class Family(ABC):
    """A CMS, or a style of site; one object serves all sites."""

    name: str

    @abstractmethod
    def signs(self, markup: Markup) -> float:
        """How surely a page was made by this family: 0 for no sign, 1 for certainty."""

    @abstractmethod
    def rows(self, markup: Markup, page: Page) -> list[Row]:
        """The entries of a list page."""

    @abstractmethod
    def sub_columns(self, markup: Markup, page: Page) -> list[Row]:
        """The years, units and unit classes that a report column is divided into."""

    def hidden_columns(self, markup: Markup, page: Page) -> list[Page]:
        """Report columns named in a page's data and not among its links."""
        return []

    @abstractmethod
    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        """Further pages of the same list; none where this page is empty or repeats the one before."""

    @abstractmethod
    def attachments(self, markup: Markup, page: Page) -> list[Row]:
        """Documents attached to an article, and the further pages of a long one."""


def list_page(page: Page, url: str, rows: list[Row], **request: Any) -> Page:
    """A further page of the list of `page`; `request` holds method, body and headers of any but a GET."""
    memo = {**page.memo, "list_page": page.memo.get("list_page", 0) + 1, "before": digest(rows)}
    values: dict[str, Any] = {"method": "GET", "body": None, "headers": {}, "render": False, **request}
    return replace(page, url=url, kind=PageKind.LIST, discovered_on=page.url, hops=0, memo=memo, **values)


def goes_on(page: Page, rows: list[Row]) -> bool:
    """Whether a list may go on after this page: not after an empty page, a repeated one, or far too many."""
    return (
        bool(rows) and page.memo.get("before") != digest(rows) and int(page.memo.get("list_page", 0)) < MAX_LIST_PAGES
    )


_PAGES = re.compile(
    r"共\s*(\d{1,4})\s*页|页次\s*[:：]?\s*\d+\s*/\s*(\d{1,4})|\d+\s*/\s*(\d{1,4})\s*页|总页数\s*[:：]?\s*(\d{1,4})"
)


def printed_pages(text: str) -> int | None:
    """How many pages a list says it has (共3页, 1/3页); None where it says nothing."""
    match = _PAGES.search(text)
    return int(next(group for group in match.groups() if group)) if match else None


def turns(page: Page, rows: list[Row], number: int, pages: int | None) -> bool:
    """Whether page `number` of a list from a service has one after it.

    Where the printed last page is as full as the one before, the number may be of an earlier day, and one is tried.
    """
    if not goes_on(page, rows):
        return False
    return pages is None or number < pages or (number > 1 and len(rows) >= int(page.memo.get("rows") or 1 << 30))


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one parameter of its query set."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return parts._replace(query=urlencode({**query, name: value})).geturl()


def digest(rows: Iterable[Row]) -> str:
    """What two pages of a list have in common only when one repeats the other."""
    return hashlib.sha256("\n".join(row.url for row in rows).encode()).hexdigest()[:16]


def unique(rows: Iterable[Row]) -> list[Row]:
    """Rows by address, the first of each with the fullest text and a date where any has one."""
    found: dict[str, Row] = {}
    for row in rows:
        known = found.get(row.url)
        if known is None:
            found[row.url] = row
        elif len(row.label) > len(known.label) or (row.date and not known.date):
            fuller = row if len(row.label) > len(known.label) else known
            found[row.url] = replace(fuller, date=known.date or row.date, group=known.group)
    return list(found.values())
