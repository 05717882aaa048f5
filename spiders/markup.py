"""A page as the families read it: text, scripts, links and what stands beside them, its place on the site."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from scrapy.http import Response, TextResponse
from w3lib.url import safe_url_string

from crawler.page import route_of
from crawler.rendering import SEEN_DATA_KEY
from spiders.calls import Scripts
from spiders.scripted import scripted_links
from spiders.soup import (
    LONGEST_LABEL,
    MAX_CHARACTERS,
    beginning,
    count_links,
    end_of_links,
    shortened,
    soup_of,
    without_comments,
)

_SPACE = re.compile(r"[\s\u200b-\u200f\ufeff\xa0]+")
_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_URL_DATE = re.compile(r"/t(20\d\d)(\d\d)(\d\d)_\d+|/art/(20\d\d)/(\d{1,2})/(\d{1,2})/")
_ADDRESS_ATTRIBUTES = ("data-href", "data-url", "data-link", "lay-href", "tagname")
_CLICKED = ("onclick", *_ADDRESS_ATTRIBUTES)
_LINK_TAGS = frozenset({"a", "area"})
_BEFORE_DATA = re.compile(r"(?:/\*\*/\s*)?(?:(?:var|let|const)\s+)?[\w.$]{1,80}\s*[=(]\s*(?=[\[{])")
_LONGEST_PROLOGUE = 1000
_SCRIPT_FILE = re.compile(r"\.js$", re.IGNORECASE)
_CHROME_TAGS = frozenset({"header", "footer", "nav"})
# Words within class and id attributes (main-nav, pageFooter) that name the frame of a page, and
# words that do so only when they stand alone: margin-top and position-relative are ordinary.
_FRAME_WORDS = frozenset(
    {"header", "footer", "foot", "nav", "navbar", "navi", "copyright", "friendlink", "friendlinks", "yqlj"}
)
_FRAME_NAMES = frozenset(
    {
        "top",
        "bottom",
        "head",
        "menu",
        "banner",
        "topbar",
        "toolbar",
        "mainmenu",
        "topmenu",
        "links",
        "link",
        "share",
    }
)
_FOOT_WORDS = frozenset({"footer", "foot", "copyright", "friendlink", "friendlinks", "yqlj"})
_CRUMB_WORDS = frozenset({"crumb", "crumbs", "bread", "breadcrumb", "breadcrumbs", "dqwz", "weizhi", "mianbao", "mbx"})
_CRUMB_NAMES = frozenset({"position", "location", "path", "place", "site-path", "local"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HERE = re.compile(r"(?:当前|您的|所在|您所在的?|现在的?|当前所在)位置")
_MAX_ROW_CHARACTERS = 400
_MAX_CRUMBS_CHARACTERS = 2000
_MAX_STEPS_UP = 60
_MAX_TRAILS = 20
_MORE = re.compile(r"^(?:查看)?(?:更多|more)[>》»›.…+]*$", re.IGNORECASE)
_MAX_HEADING_STEPS = 3
_MAX_HEADING_CHARACTERS = 30
MAX_LINKS = 20_000
_BROKEN = re.compile(r"[\r\n\t]")
# Paths without dots to resolve, and queries: nothing that joining and quoting would change.
_NAME = r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*"
_PLAIN = re.compile(rf"(?=[/A-Za-z0-9_~-])/?(?:{_NAME}/)*(?:{_NAME})?(?:\?[A-Za-z0-9_.~=&/-]+)?")
_KNOWN = 4096
"""Names of classes that are kept in mind: those of some dozens of sites."""


def squeeze(text: str) -> str:
    """Text in compatibility form (NFKC) without white space: sites break 政府信息<br>公开年报 up."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def find_date(text: str) -> str | None:
    """The last date in a text as YYYY-MM-DD; list rows print theirs at the end."""
    found = None
    for match in _DATE.finditer(text):
        found = iso_date(*match.groups()) or found
    return found


def iso_date(year: str, month: str, day: str) -> str | None:
    """A calendar date as YYYY-MM-DD, None where there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def date_of_url(url: str) -> str | None:
    """The date in an article's address (TRS t20240125_1, Hanweb /art/2024/1/25/)."""
    match = _URL_DATE.search(url)
    return iso_date(*(part for part in match.groups() if part)) if match else None


@dataclass(frozen=True, slots=True)
class Link:
    """A link with an address that can be asked for."""

    url: str
    text: str
    title: str | None
    tag: Tag

    @property
    def label(self) -> str:
        """What the link says: its title where the text is cut short or empty, else its text."""
        return label_of(self.text, self.title)


def label_of(text: str, title: str | None) -> str:
    """The fuller of a link's text and title attribute, where they say the same."""
    stem = text.rstrip(".·")
    if title and (not stem or (len(title) > len(stem) and title.startswith(stem))):
        return title
    return text


def attribute(tag: Tag | None, name: str) -> str:
    """An attribute's value, empty where there is no such tag or attribute."""
    value = tag.get(name) if tag is not None else None
    return " ".join(value) if isinstance(value, list) else value or ""


class Markup:
    """A response read once: BeautifulSoup over lxml, or over html.parser where lxml loses links.

    `base` is the page on whose behalf a service was asked: addresses in the answer are relative to that page.
    `variables` are those of the page that loads a script file.
    """

    def __init__(self, response: Response, base: str | None = None, variables: Mapping[str, str] | None = None) -> None:
        self.url = response.url
        self._base = base
        self._variables = variables
        self.encoding = "utf-8"
        self.text = ""
        self._links_cut_off = 0
        self.seen_data: list[dict[str, Any]] = response.meta.get(SEEN_DATA_KEY, []) if response.request else []
        """What the page's scripts asked for while a browser drew it: url, method, body and text."""
        if isinstance(response, TextResponse):
            if len(response.body) > MAX_CHARACTERS:
                # Shortened before it is decoded: a page may be made to be thirty times as long.
                body, self._links_cut_off = shortened(response.body)
                response = response.replace(body=body)
            self.encoding, self.text = response.encoding, response.text
            # A header that says utf-8 over a gbk body: every Chinese character becomes U+FFFD.
            if self.text.count("\ufffd") > len(self.text) / 50:
                self.encoding, self.text = "gb18030", response.body.decode("gb18030", errors="replace")
        end = end_of_links(self.text, MAX_LINKS, MAX_CHARACTERS)
        self._links_cut_off += count_links(self.text[end:])
        self.text = self.text[:end]
        self._frames: dict[int, bool] = {}
        self._row_texts: dict[int, str | None] = {}

    @property
    def part_read(self) -> str | None:
        """How much of a page too long to be searched whole is searched; None where it is searched whole."""
        if self.data is not None or not self._links_cut_off:
            return None
        there = count_links(self.text) + self._links_cut_off
        return f"too long to be searched whole: {len(self.links)} of {there} links were read"

    @cached_property
    def data(self) -> Any:
        """The page as JSON, also where a call or a name is put before it (JSONP); None where it is something else."""
        text = self.text.lstrip()
        try:
            if text[:1] in ("{", "["):
                return json.loads(text)
            if put_before := _BEFORE_DATA.match(text):
                return json.JSONDecoder().raw_decode(text, put_before.end())[0]
        except (ValueError, RecursionError):
            pass
        return None

    @cached_property
    def is_xml(self) -> bool:
        """Whether this is XML and no page."""
        beginning_of_text = self.text[:_LONGEST_PROLOGUE].lstrip().lower()
        return beginning_of_text.startswith(("<?xml", "<rss", "<root", "<data", "<list", "<items")) and (
            "<html" not in beginning_of_text
        )

    @cached_property
    def is_script(self) -> bool:
        """Whether this is a script file."""
        return bool(_SCRIPT_FILE.search(urlsplit(self.url).path)) and not self.text.lstrip().startswith("<")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page parsed; of a script file, nothing."""
        return soup_of("" if self.is_script else self.text)

    def named(self, name: str) -> list[Tag]:
        """The tags of one name, in order; the page is gone through once for all names."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Tag]]:
        found: dict[str, list[Tag]] = {}
        for tag in _tags(self.soup):
            found.setdefault(tag.name, []).append(tag)
        return found

    @cached_property
    def scripts(self) -> str:
        """The inline scripts that run: none inside HTML comments, and without their own comments."""
        if self.is_script:
            return without_comments(self.text)
        return "\n".join(
            without_comments(script.get_text()) for script in self.named("script") if not script.get("src")
        )

    @cached_property
    def program(self) -> Scripts:
        """The scripts with what they know of the page."""
        fields = {attribute(tag, "id"): attribute(tag, "value") for tag in self.named("input") if tag.has_attr("id")}
        return Scripts(self.scripts, fields, self._variables)

    @cached_property
    def base(self) -> str:
        """The address that relative ones on the page start from."""
        if self._base or self.data is not None:
            return self._base or self.url
        tag = next((it for it in self.named("base") if it.has_attr("href")), None)
        return urljoin(self.url, attribute(tag, "href")) if tag is not None else self.url

    def absolute(self, reference: str) -> str | None:
        """The address a reference leads to, without a fragment that is no route; None where it leads nowhere."""
        reference = _BROKEN.sub("", reference.strip().replace("\\", "/"))
        root, folder = self._starts
        if root and folder and _PLAIN.fullmatch(reference):
            return root + reference[1:] if reference[0] == "/" else folder + reference
        return _address(self.base, reference, self.encoding)

    @cached_property
    def _starts(self) -> tuple[str | None, str | None]:
        """What plain references start with: from the root, and from the base; nearly all links of a page are plain."""
        return _address(self.base, "/", self.encoding), _address(self.base, "./", self.encoding)

    @cached_property
    def links(self) -> list[Link]:
        """The page's links, in order; the page itself and links that only run a script are not among them."""
        drawn = scripted_links(self.soup, self.scripts, self.data)
        return [*self.links_in(self.soup), *self.links_in(drawn)]

    def links_in(self, part: Tag) -> Iterator[Link]:
        """The links of a part of the page, which may be one itself: whatever leads on when it is clicked."""
        for tag in filter(_is_clickable, chain([part], _tags(part))):
            url = self._target(tag)
            if url is None or url == self.url:
                continue
            text = squeeze(beginning(tag))[:LONGEST_LABEL]
            if tag.name not in _LINK_TAGS:
                # A whole row: its date is none of its name.
                text = _DATE.sub("", text)
            if not text:
                image = tag.find("img", alt=True)
                text = squeeze(attribute(image, "alt")) if isinstance(image, Tag) else ""
            title = squeeze(attribute(tag, "title")) or None
            if _MORE.match(text):
                text, title = _heading_beside(tag) or text, None
            yield Link(url, text, title, tag)

    def _target(self, tag: Tag) -> str | None:
        href = attribute(tag, "href")
        url = self.absolute(href)
        if url is None and (handler := attribute(tag, "onclick") or (href if href.startswith("javascript:") else "")):
            address = self.program.leads_to(handler)
            url = self.absolute(address) if address else None
        if url is None:
            url = next((it for name in _ADDRESS_ATTRIBUTES if (it := self.absolute(attribute(tag, name)))), None)
        return url

    @cached_property
    def frames(self) -> list[str]:
        """Addresses of pages shown inside this one."""
        sources = (self.absolute(attribute(tag, "src")) for tag in self.soup.find_all(["iframe", "frame"]))
        return [url for url in sources if url and url != self.url]

    def in_frame(self, tag: Tag) -> bool:
        """Whether a tag stands in the header, menu, breadcrumb or footer every page of the site has."""
        for parent in islice(tag.parents, _MAX_STEPS_UP):
            known = self._frames.get(id(parent))
            if known is None:
                known = parent.name not in ("body", "html") and (
                    parent.name in _CHROME_TAGS
                    or _is_called(parent, _FRAME_WORDS, _FRAME_NAMES)
                    or _is_called(parent, _CRUMB_WORDS, _CRUMB_NAMES)
                )
                self._frames[id(parent)] = known
            if known:
                return True
        return False

    def in_footer(self, tag: Tag | None) -> bool:
        """Whether a tag stands in the foot of the page, where other sites are linked."""
        parents = islice(tag.parents, _MAX_STEPS_UP) if tag is not None else ()
        return any(
            it.name == "footer" or (it.name not in ("body", "html") and _is_called(it, _FOOT_WORDS, _FOOT_WORDS))
            for it in parents
        )

    @cached_property
    def meta(self) -> dict[str, str]:
        """The page's meta tags by lower-case name; of a name given twice, the first that is not empty."""
        found: dict[str, str] = {}
        for tag in self.named("meta"):
            name, content = attribute(tag, "name").strip().lower(), attribute(tag, "content").strip()
            if name and content:
                found.setdefault(name, content)
        return found

    @cached_property
    def trail(self) -> list[str]:
        """The breadcrumb's names, from the home page to this one; empty where there is none."""
        called = (
            tag
            for tag in _tags(self.soup)
            if tag.name not in ("body", "html", "head") and _is_called(tag, _CRUMB_WORDS, _CRUMB_NAMES)
        )
        for tag in islice(called, _MAX_TRAILS):
            names = _crumbs(beginning(tag, _MAX_CRUMBS_CHARACTERS, " "))
            if len(names) > 1:
                return names
        for text in self.soup.find_all(string=_HERE, limit=_MAX_TRAILS):
            for parent in islice(text.parents, 3):
                names = _crumbs(beginning(parent, _MAX_CRUMBS_CHARACTERS, " "))
                if 1 < len(names) <= 12:
                    return names
        return []

    @cached_property
    def names(self) -> list[str]:
        """What the page calls itself: ColumnName, the parts of its title, and its breadcrumb."""
        titles = self.named("title")
        parts = re.split(r"[-_|—–\s]+", titles[0].get_text().strip()) if titles else []
        names = [self.meta.get("columnname", ""), *parts, *self.trail]
        return [name for name in map(squeeze, names) if name]

    @cached_property
    def body_text(self) -> str:
        """The page's visible text without white space."""
        body = next(iter(self.named("body")), self.soup)
        return squeeze(
            "".join(text for text in body.strings if text.parent and text.parent.name not in ("script", "style"))
        )

    def date_beside(self, tag: Tag, url: str) -> str | None:
        """The date printed in the row a link stands in, else the date in its address."""
        for parent in islice(tag.parents, 4):
            text = self._row_text(parent)
            if text is None:
                break
            if found := find_date(text.replace(beginning(tag, _MAX_ROW_CHARACTERS, " "), " ", 1)):
                return found
        return date_of_url(url)

    def _row_text(self, tag: Tag) -> str | None:
        """The text of a row, with the dates kept in attributes; None for what holds more than one row."""
        if id(tag) not in self._row_texts:
            self._row_texts[id(tag)] = _text_of_row(tag)
        return self._row_texts[id(tag)]


def _address(base: str, reference: str, encoding: str) -> str | None:
    if not reference or (reference.startswith("#") and not route_of(reference)):
        return None
    try:
        joined = urljoin(base, reference)
        url = urldefrag(joined).url
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return safe_url_string(url + route_of(joined), encoding)
    except ValueError:
        return None


def _tags(part: Tag) -> Iterator[Tag]:
    """The tags of a part of a page, in order; `find_all` takes three times as long."""
    return (it for it in part.descendants if isinstance(it, Tag))


def _is_clickable(tag: Tag) -> bool:
    if tag.name in _LINK_TAGS:
        return True
    attributes = tag.attrs
    if not attributes or not any(name in attributes for name in _CLICKED):
        return False
    return tag.find(["a", "area"], href=True) is None and tag.name not in ("body", "html", "input", "select", "option")


def _heading_beside(tag: Tag) -> str:
    """What 更多 is more of: the text that stands beside it in its block, where that is as short as a heading."""
    own = squeeze(beginning(tag))
    for parent in islice(tag.parents, _MAX_HEADING_STEPS):
        text = squeeze(beginning(parent, _MAX_HEADING_CHARACTERS + len(own) + 1)).replace(own, "", 1)
        if text:
            return text if len(text) <= _MAX_HEADING_CHARACTERS else ""
    return ""


def _text_of_row(tag: Tag) -> str | None:
    if tag.name in ("ul", "ol", "tbody", "table", "body"):
        return None
    addresses = (it.get("href") for it in _tags(tag) if it.name == "a" and it.has_attr("href"))
    if len(set(islice(addresses, 20))) > 2:
        return None
    text = beginning(tag, _MAX_ROW_CHARACTERS + 1, " ")
    if len(text) > _MAX_ROW_CHARACTERS:
        return None
    return " ".join([text, *(attribute(it, "readlabel") for it in _tags(tag) if it.has_attr("readlabel"))])


def _is_called(tag: Tag, words: frozenset[str], names: frozenset[str]) -> bool:
    called = f"{attribute(tag, 'class')} {attribute(tag, 'id')}".strip()
    return bool(called) and _names(called, words, names)


@lru_cache(maxsize=_KNOWN)
def _names(called: str, words: frozenset[str], names: frozenset[str]) -> bool:
    return not names.isdisjoint(called.lower().split()) or any(word.lower() in words for word in _WORD.findall(called))


def _crumbs(text: str) -> list[str]:
    names = re.split(r"[>＞»›→]+|\s/\s|/(?=\S)|\s{2,}-\s{2,}", _HERE.sub("", text))
    return [name for name in (squeeze(part).strip(":：·") for part in names) if name and len(name) < 40]
