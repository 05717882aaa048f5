"""Parsing that a hostile or broken page cannot stall: bounded in size and depth, linear in time."""

from __future__ import annotations

import re
import warnings
from itertools import chain, islice

from bs4 import BeautifulSoup, CData, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement

MAX_CHARACTERS = 1_000_000
"""Of a page's text without embedded files, what is searched for links; the longest real list has a third of it."""
# lxml drops what is nested more than 255 deep, and the rest of the page with it.
_MAX_LXML_DEPTH = 240
MAX_BYTES = 3 * MAX_CHARACTERS
"""As many characters of Chinese in UTF-8."""
LONGEST_LABEL = 300
_MOST_NODES = 3000
_EMBEDDED = re.compile(rb"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]+")
# Elements that stay open until they are closed: not those without content, nor those that the next of them closes.
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|option|a|br|img|input|hr|meta|link|base|area|col|embed|param|wbr|source)\b)[a-z]",
    re.IGNORECASE,
)
# A tag that does not end before the next begins: html.parser looks for its end through all of the page.
_ENDLESS_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")

_LINK = re.compile(r"<(/?)a(?=[\s>])", re.IGNORECASE)
_OPENED = re.compile(rb"<a[\s>]", re.IGNORECASE)
_MOST_UNCLOSED_LINKS = 50


def soup_of(text: str) -> BeautifulSoup:
    """The page as lxml reads it, or html.parser where it is nested too deep for lxml."""
    text = with_links_closed(text)
    if depth(text) <= _MAX_LXML_DEPTH:
        return parsed(text)
    return parsed(_ENDLESS_TAG.sub("&lt;", text), "html.parser")


def beginning(tag: Tag, most: int = LONGEST_LABEL, separator: str = "") -> str:
    """The first `most` characters of a tag's text, as far as they stand among its first _MOST_NODES nodes.

    Where no tag is closed, each holds all that follow it; and the way to a tag's end is as long as it is deep.
    """
    parts: list[str] = []
    left = most
    node, end = tag.next_element, _end_of(tag)
    for _ in range(_MOST_NODES):
        if node is None or node is end or left <= 0:
            break
        # Scripts, styles and comments are of types of their own.
        if isinstance(node, NavigableString) and type(node) in (NavigableString, CData):
            parts.append(node[:left])
            # White space that is squeezed out later does not count.
            left -= len(node.strip()) + len(separator)
        node = node.next_element
    return separator.join(parts)


def _end_of(tag: Tag) -> PageElement | None:
    """What follows a tag in the page."""
    for parent in islice(chain([tag], tag.parents), _MOST_NODES):
        if parent.next_sibling is not None:
            return parent.next_sibling
    return None


def parsed(text: str, parser: str = "lxml") -> BeautifulSoup:
    """A text through BeautifulSoup, whatever it looks like: XML from a service, a bare word from a record."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(text, parser)


def depth(text: str) -> int:
    """How deep elements are nested at most."""
    deepest = now = 0
    for match in _NESTING.finditer(text):
        now = max(0, now - 1) if match[1] else now + 1
        deepest = max(deepest, now)
    return deepest


def count_links(text: str) -> int:
    """How many links are opened in a text."""
    return sum(not match[1] for match in _LINK.finditer(text))


def end_of_links(text: str, links: int, characters: int) -> int:
    """Where a text is to be cut off to have at most so many links and characters."""
    opened = (match.start() for match in _LINK.finditer(text, 0, characters) if not match[1])
    return next(islice(opened, links, None), min(len(text), characters))


def with_links_closed(text: str) -> str:
    """A page whose links are closed where the next begins, as in browsers; others would hold all that follow them."""
    if len(_LINK.findall(text)) - 2 * text.lower().count("</a") <= _MOST_UNCLOSED_LINKS:
        return text
    is_open = False

    def close(match: re.Match[str]) -> str:
        nonlocal is_open
        was_open, is_open = is_open, not match[1]
        return f"</a>{match[0]}" if was_open and is_open else match[0]

    return _LINK.sub(close, text)


def shortened(body: bytes) -> tuple[bytes, int]:
    """The bytes of a page without the files embedded in it, cut off at MAX_BYTES, and how many links are cut off."""
    body = _EMBEDDED.sub(b"data:", body) if b"base64," in body else body
    return body[:MAX_BYTES], sum(1 for _ in _OPENED.finditer(body, MAX_BYTES))


def without_comments(script: str) -> str:
    """A script without its comments; // counts at the start of a line only, since addresses hold it too."""
    parts = []
    position = 0
    while (start := script.find("/*", position)) >= 0:
        end = script.find("*/", start + 2)
        if end < 0:
            break
        parts.append(script[position:start])
        position = end + 2
    parts.append(script[position:])
    lines = "".join(parts).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


def between(text: str, start: str, end: str) -> list[str]:
    """What stands between two marks, each time they occur."""
    found = []
    position = 0
    while (opened := text.find(start, position)) >= 0:
        closed = text.find(end, opened + len(start))
        if closed < 0:
            break
        found.append(text[opened + len(start) : closed])
        position = closed + len(end)
    return found
