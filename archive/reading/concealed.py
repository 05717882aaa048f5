"""Hidden parts of a page: advertising out of them, and the article's own text back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast
from urllib.parse import urlsplit

from lxml.etree import XPath, _ElementUnicodeResult
from lxml.html import HtmlElement

from archive.reading import chrome, spam
from archive.reading.documents.hiding import CERTAIN, may_hide, way_of_hiding
from archive.reading.documents.html import squeeze
from archive.reading.model import Removal

_SILENT = frozenset("script style noscript template head select option button iframe object svg".split())
_LONGEST_LINK = 60
# Attributes are found much faster than elements that have them.
_MARKS = tuple(map(XPath, ("descendant-or-self::*/@hidden", "descendant-or-self::*/@data-concealed")))
_STYLES = XPath("descendant-or-self::*/@style")
# Platforms that official pages link to from hidden boxes: sharing, registration of sites, players.
_HONEST_HOST = re.compile(
    r"(?:^|\.)(?:gov\.cn|weibo\.com|weibo\.cn|qq\.com|renren\.com|douban\.com|kaixin001\.com|baidu\.com|conac\.cn|12377\.cn|"
    r"people\.com\.cn|xinhuanet\.com|news\.cn|cctv\.com|edu\.cn|org\.cn|jiathis\.com|w3\.org|adobe\.com|microsoft\.com)$"
)


def concealed(root: HtmlElement) -> list[tuple[HtmlElement, str]]:
    """The outermost hidden elements of a page, and how each is hidden; inside one that holds a table, others too."""
    ways: dict[HtmlElement, str] = {}
    for node in _suspects(root):
        if node.tag not in _SILENT and (way := way_of_hiding(node)):
            ways[node] = way
    return [
        (node, way)
        for node, way in ways.items()
        if not any(ancestor in ways and ancestor.find(".//table") is None for ancestor in node.iterancestors())
    ]


def _suspects(root: HtmlElement) -> list[HtmlElement]:
    """Elements that may be hidden by their own attributes, in reading order."""
    marks = (mark for find in _MARKS for mark in cast(list[_ElementUnicodeResult], find(root)))
    suspects = [cast(HtmlElement, node) for mark in marks if (node := mark.getparent()) is not None]
    suspects += root.iter("marquee")
    suspects += (font for font in root.iter("font") if font.get("color") is not None)
    harmless: dict[str, bool] = {}
    # Thousands of elements share a few dozen styles.
    for style in cast(list[_ElementUnicodeResult], _STYLES(root)):
        known = harmless.get(style)
        if known is None:
            known = harmless[str(style)] = not may_hide(style)
        if not known and (node := style.getparent()) is not None:
            suspects.append(cast(HtmlElement, node))
    if len(suspects) > 1:
        places = {node: number for number, node in enumerate(root.iter())}
        suspects = sorted(set(suspects), key=places.__getitem__)
    return suspects


def judge(
    element: HtmlElement,
    hidden: Iterable[tuple[HtmlElement, str]],
    evidence: Sequence[HtmlElement],
    shown: bool,
    url: str | None,
    removals: list[Removal],
) -> None:
    """Take hidden advertising out of the tree, and show again what is hidden but the article's own.

    Hidden and advertising, or hidden in the article with a link to a foreign host, is injected. A hidden tab that
    holds the article, or a sentence of it, is shown where the page shows no other; other hidden parts stay hidden.
    """
    around = {element, *element.iterancestors()}
    proving = set(evidence)
    counted: dict[tuple[str, str], int] = {}
    for node, way in hidden:
        if node in around:
            _reveal(node)
            continue
        text = squeeze(str(node.text_content())).replace("\n", " ")
        inside = element in node.iterancestors()
        if text and (spam.is_advertising(text) or (inside and _links_abroad(node, url))):
            counted[(text, way)] = counted.get((text, way), 0) + 1
            node.drop_tree()
        elif inside and way in CERTAIN:
            holds = any(node is found or node in found.iterancestors() for found in proving)
            if (not shown and holds) or (shown and _is_paragraph_between(node, element)):
                _reveal(node)
    removals.extend(Removal(text, count, "hidden_text", ["body"], way) for (text, way), count in counted.items())
    removals.extend(_take_out_links(element, url))


def _take_out_links(element: HtmlElement, url: str | None) -> list[Removal]:
    """Take out links to foreign hosts that are shown, and advertise."""
    counted: Counter[str] = Counter()
    for link in list(element.iterdescendants("a")):
        text = squeeze("".join(link.itertext())).replace("\n", " ")
        if 0 < len(text) <= _LONGEST_LINK and spam.is_advertising(text) and _links_abroad(link, url):
            counted[text] += 1
            link.drop_tree()
    return [Removal(text, count, "injected_link", ["body"], "foreign_host") for text, count in counted.items()]


def _is_paragraph_between(node: HtmlElement, element: HtmlElement) -> bool:
    """Whether a hidden element is a paragraph amid the article's own, not a box or a tab beside them."""
    parent = node.getparent()
    return (
        node.tag == "p"
        and parent is not None
        and len(parent.findall("p")) > 2
        and chrome.is_prose(chrome.own_text(node))
    )


def _reveal(node: HtmlElement) -> None:
    node.attrib.pop("hidden", None)
    node.attrib.pop("style", None)


def _links_abroad(node: HtmlElement, url: str | None) -> bool:
    own = (urlsplit(url).hostname or "") if url else ""
    links = (
        [node, *node.iterdescendants("a", "iframe")] if node.tag == "a" else list(node.iterdescendants("a", "iframe"))
    )
    for link in links:
        address = link.get("href") or link.get("src") or ""
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            continue
        if "." in host and host.removeprefix("www.") != own.removeprefix("www.") and not _HONEST_HOST.search(host):
            return True
    return False
