"""Links that a page draws by script: trees of units, arrays of rows, and lists to choose from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape

from bs4 import BeautifulSoup

from spiders.soup import beginning, parsed

_OBJECT = re.compile(r"\{[^{}]{1,2000}\}")
_MEMBER = re.compile(
    r"""['"]?\b([A-Za-z]\w{0,30})['"]?\s*:\s*(?:"((?:[^"\\\n]|\\.){0,600})"|'((?:[^'\\\n]|\\.){0,600})')"""
)
_NAMES = ("title", "name", "text", "label")
_ADDRESSES = ("url", "href", "link", "linkUrl")
_DATES = ("date", "time", "pubDate", "publishDate", "pubdate")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PATH = re.compile(r"^(?:https?:)?//|^[\w./?#%-]*[/?.#][\w./?#%&=-]*$")
_MOST = 2000


def scripted_links(soup: BeautifulSoup, scripts: str) -> BeautifulSoup:
    """What a page's scripts and lists to choose from lead to, as a list of ordinary links.

    Objects with a name and an address in inline scripts (zTree's nodes, arrays of rows); options whose value is an
    address.
    """
    items = []
    for count, (name, address, date) in enumerate((*_chosen(soup), *_written(scripts))):
        if count >= _MOST:
            break
        items.append(f'<li><a href="{escape(address)}">{escape(name)}</a><span>{escape(date)}</span></li>')
    return parsed(f"<ul>{''.join(items)}</ul>")


def _written(scripts: str) -> Iterator[tuple[str, str, str]]:
    for written in _OBJECT.finditer(scripts):
        members = {match[1]: _unescaped(match[2] or match[3] or "") for match in _MEMBER.finditer(written[0])}
        name = next((members[key] for key in _NAMES if members.get(key)), "")
        address = next((members[key] for key in _ADDRESSES if members.get(key)), "")
        if _CHINESE.search(name) and _PATH.match(address):
            yield name, address, next((members[key] for key in _DATES if members.get(key)), "")


def _chosen(soup: BeautifulSoup) -> Iterator[tuple[str, str, str]]:
    for option in soup.find_all("option", value=True):
        address = str(option["value"]).strip()
        name = beginning(option).strip()
        if _CHINESE.search(name) and _PATH.match(address):
            yield name, address, ""


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
