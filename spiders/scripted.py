"""Links that a page draws by script: trees of units, arrays of rows, and lists to choose from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from itertools import chain, islice
from typing import Any

from bs4 import BeautifulSoup

from spiders.soup import beginning, parsed

_OBJECT = re.compile(r"\{[^{}]{1,2000}\}")
_MEMBER = re.compile(
    r"""['"]?\b([A-Za-z]\w{0,30})['"]?\s*:\s*(?:"((?:[^"\\\n]|\\.){0,600})"|'((?:[^'\\\n]|\\.){0,600})')"""
)
_NAMES = ("title", "name", "text", "label")
_ADDRESSES = ("url", "href", "link", "linkUrl")
_DATES = ("date", "time", "pubDate", "publishDate", "pubdate")
# d.add(7, 1, '教育局', '/jyj/'); ['教育局', '/jyj/']
_ARGUMENTS = re.compile(
    r"""(?:"([^"\\\n]{0,60}[\u4e00-\u9fff\\][^"\n]{0,200})"|'([^'\\\n]{0,60}[\u4e00-\u9fff\\][^'\n]{0,200})')"""
    r"""\s*,\s*(?:"([^"\\\n]{1,300})"|'([^'\\\n]{1,300})')"""
)
_STRING = re.compile(r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`""")
_SINGLE = re.compile(r"\\(['\"/])")
_MOST_STRINGS = 20_000
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PATH = re.compile(r"^(?:https?:)?//|^[\w./?#%-]*[/?.#][\w./?#%&=-]*$")
_MOST = 2000
_MAX_DEPTH = 8


def scripted_links(soup: BeautifulSoup, scripts: str, data: Any = None) -> BeautifulSoup:
    """What a page's scripts, lists to choose from and data lead to, as a list of ordinary links.

    Objects with a name and an address in inline scripts (zTree's nodes, arrays of rows), or in the JSON that the page
    is; calls that are given both (dTree's); options whose value is an address.
    """
    items = []
    found = chain(_chosen(soup), _recorded(data, 0)) if data is not None else chain(_chosen(soup), _written(scripts))
    for name, address, date in islice(found, _MOST):
        items.append(f'<li><a href="{escape(address)}">{escape(name)}</a><span>{escape(date)}</span></li>')
    return parsed(f"<ul>{''.join(items)}</ul>{''.join(_written_out(scripts))}")


def _written_out(scripts: str) -> Iterator[str]:
    """Pieces of HTML that a script holds whole: document.write('<a href="/zwgk/">政务公开</a>')."""
    if "<a" not in scripts:
        return
    for match in islice(_STRING.finditer(scripts), _MOST_STRINGS):
        text = match[1] or match[2] or match[3] or ""
        if "<a" in text:
            yield _SINGLE.sub(r"\1", text)


def _recorded(data: Any, depth: int) -> Iterator[tuple[str, str, str]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, dict):
        members = {key: value for key, value in data.items() if isinstance(value, str)}
        yield from _named(members)
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _recorded(value, depth + 1)


def _written(scripts: str) -> Iterator[tuple[str, str, str]]:
    for written in _OBJECT.finditer(scripts):
        yield from _named({match[1]: _unescaped(match[2] or match[3] or "") for match in _MEMBER.finditer(written[0])})
    for match in _ARGUMENTS.finditer(scripts):
        name, address = _unescaped(match[1] or match[2]), _unescaped(match[3] or match[4])
        if _PATH.match(address):
            yield name, address, ""


def _named(members: dict[str, str]) -> Iterator[tuple[str, str, str]]:
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
