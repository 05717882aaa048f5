"""Parsing that a hostile or broken page cannot stall: bounded in size and depth, linear in time."""

from __future__ import annotations

import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

MAX_CHARACTERS = 1_000_000
"""Of a page's text without embedded files, what is searched for links; the longest real list has a third of it."""
# lxml drops what is nested more than 255 deep, and the rest of the page with it.
_MAX_LXML_DEPTH = 240
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]+")
# Elements that stay open until they are closed; an unclosed p or li nests nothing.
_NESTING = re.compile(r"<(/?)(?:div|span|font|center|section|article|table|tbody|tr|td|ul|ol|dl|b|strong)\b", re.I)


_LINK = re.compile(r"<(/?)a(?=[\s>])", re.IGNORECASE)
_MOST_UNCLOSED_LINKS = 50


def soup_of(text: str) -> BeautifulSoup:
    """The page as lxml reads it, or html.parser where it is nested too deep for lxml."""
    text = with_links_closed(text)
    return parsed(text, "html.parser" if depth(text) > _MAX_LXML_DEPTH else "lxml")


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


def shortened(text: str) -> str:
    """A page's text without the files embedded in it, cut off at MAX_CHARACTERS."""
    return (_EMBEDDED.sub("data:", text) if "base64," in text else text)[:MAX_CHARACTERS]


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
