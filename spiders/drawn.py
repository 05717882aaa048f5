"""Pages that a script draws: how to tell one, and where the script takes its data from."""

from __future__ import annotations

import re

from bs4 import Tag

from spiders.markup import Markup, attribute, squeeze

_ASKS = re.compile(
    r"\bfetch\(|XMLHttpRequest|\.ajax\(|\baxios\b|getJSON\(|\$\.(?:get|post)\(|createApp\(|new Vue\("
    r"|\.jpage\(|ng-app|loadPageData"
)
_WAITING = re.compile(r"正在加载|加载中|数据加载|请启用(?:脚本|JavaScript)|Loading", re.IGNORECASE)
_CONTAINER = re.compile(
    r"^(?:app|root|main|content|list\w*|news\w*|data\w*|page\w*|docs?\w*|article\w*)$", re.IGNORECASE
)
_FEW_CHARACTERS = 120


def is_drawn(markup: Markup) -> bool:
    """Whether a page's scripts draw something that the page as served does not hold."""
    if markup.data is not None:
        return False
    if _ASKS.search(markup.scripts) or "ng-app" in markup.text or "{{" in markup.body_text:
        return True
    scripted = markup.soup.find("script", src=True) is not None
    return scripted and (bool(_WAITING.search(markup.body_text)) or _has_empty_container(markup))


def is_shell(markup: Markup) -> bool:
    """Whether a page holds next to nothing but scripts."""
    return len(markup.body_text) < _FEW_CHARACTERS and markup.soup.find("script") is not None


def _has_empty_container(markup: Markup) -> bool:
    return any(
        isinstance(tag, Tag) and not squeeze(tag.get_text()) and not tag.find(["img", "iframe"])
        for tag in markup.soup.find_all(["div", "ul", "ol", "dl", "table", "tbody", "section"], id=True)
        if tag.name not in ("div", "section") or _CONTAINER.match(attribute(tag, "id"))
    )
