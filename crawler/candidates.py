"""Which captures of an unknown crawl are read as reports: by what they and the links to them say."""

from __future__ import annotations

import re
from urllib.parse import unquote, urldefrag

from scrapy.http import Response, TextResponse

_YEAR = r"(?:20\d\d|二[〇○零0]\S\S)"
_REPORT_TITLE = re.compile(rf"{_YEAR}.{{0,30}}(?:年报|年度报告|工作报告)|(?:年报|年度报告|工作报告).{{0,6}}{_YEAR}")
_SUBJECT = re.compile(r"(?:信息|政务)公开|年报|年度报告")
# Headings of the statutory tables: no other page has two of them.
_HEADINGS = ("主动公开政府信息情况", "收到和处理政府信息公开申请情况", "行政复议、行政诉讼情况")
_FEWEST_LINKS_OF_A_LIST = 3


class Candidates:
    """Collects what pages say of themselves and of each other; then tells which are taken as reports."""

    def __init__(self) -> None:
        self._pages: dict[str, list[int]] = {}
        self._saying: set[int] = set()
        """Captures that say themselves that they are reports."""
        self._lists: set[int] = set()
        self._links: dict[str, str] = {}
        """What links say of the URL they lead to; the longest text, which is the least likely to be cut off."""

    def look(self, capture: int, response: Response) -> None:
        """Take in one capture."""
        self._pages.setdefault(_place(response.url), []).append(capture)
        if not isinstance(response, TextResponse):
            if _speaks_of_a_report(_file_name(response)):
                self._saying.add(capture)
            return
        links = self._links_of(response)
        headings = sum(heading in re.sub(r"\s+", "", response.text) for heading in _HEADINGS)
        if headings < 2 and len(links) >= _FEWEST_LINKS_OF_A_LIST:
            self._lists.add(capture)
        title = "".join(response.css("title::text").getall())
        if headings >= 2 or _speaks_of_a_report(title):
            self._saying.add(capture)
        for place, text in links.items():
            if len(text) > len(self._links.get(place, "")):
                self._links[place] = text

    def chosen(self) -> list[tuple[int, str | None]]:
        """The captures to be read as reports, each with what links to it says."""
        return [
            (capture, self._links.get(place))
            for place, captures in self._pages.items()
            for capture in captures
            if capture not in self._lists and (capture in self._saying or place in self._links)
        ]

    def _links_of(self, response: TextResponse) -> dict[str, str]:
        links: dict[str, str] = {}
        for anchor in response.css("a[href]"):
            text = "".join(anchor.css("::text").getall())
            best = max((" ".join(words.split()) for words in (text, anchor.attrib.get("title", ""))), key=len)
            if _speaks_of_a_report(best):
                try:
                    links[_place(response.urljoin(anchor.attrib["href"]))] = best
                except ValueError:
                    # No URL: http://[ in a page of somebody else.
                    continue
        return links


def _speaks_of_a_report(text: str) -> bool:
    text = re.sub(r"\s+", "", text)
    return bool(_REPORT_TITLE.search(text) and _SUBJECT.search(text))


def _place(url: str) -> str:
    # One page under both schemes, and whatever part of it a link points at.
    return urldefrag(url).url.partition("://")[2]


def _file_name(response: Response) -> str:
    disposition = (response.headers.get("Content-Disposition") or b"").decode("utf-8", "replace")
    return f"{unquote(disposition)} {unquote(response.url)}"
