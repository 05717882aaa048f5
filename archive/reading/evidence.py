"""What shows where a page's article is: the headings and tables of an annual report, and the containers of families."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.reading import chrome, forms

# Containers of article bodies by site family, surest first; see docs/add-a-site.md.
_CONTAINERS = (
    "UCAP-CONTENT",
    "TRS_Editor",
    "TRS_UEDITOR",
    "trs_editor_view",
    "zoom",
    "zoomcon",
    "vsb_content",
    "vsb_content_2",
    "v_news_content",
    "ivs_content",
    "j-fontContent",
    "wzcon",
    "article_content",
    "article-content",
    "article-conter",
    "art_con",
    "news_cont_d_wrap",
    "pages_content",
    "xxgk_content",
    "TRS_PreAppend",
)
_RANKS = {name.lower(): rank for rank, name in enumerate(_CONTAINERS)}
# Injected words may stand in a heading (收到和处理…申请情况), so what is between its fixed words is left open.
_HEADING = re.compile(
    r"^(?:第?[一二三四五六七八][、.．，]|[(（][一二三四五六][)）])?(?:政府信息公开工作)?(?:总体(?:工作)?情况|概述|基本情况|"
    r".{0,30}主动公开.{0,40}情况|(?:行政机关)?收到和处理.{0,40}申请(?:的)?情况|(?:政府信息)?依申请公开.{0,16}情况|"
    r".{0,40}行政复议.{0,8}行政诉讼.{0,6}情况|.{0,40}存在的?(?:主要)?问题.{0,12}改进.{0,8}|其他需要(?:报告|说明)的事项)[。:：]?$"
)
_STATUTORY = frozenset(
    forms.core(label)
    for label in (
        "本年新收政府信息公开申请数量",
        "结转下年度继续办理",
        "行政事业性收费",
        "未经复议直接起诉",
        "统计指标",
    )
)
_LINES = frozenset("p h1 h2 h3 h4 h5 strong b span div td th li dt dd font section".split())
_LONGER = frozenset(("table", "body", "html"))
# The words in headings, also cut in two behind the first character, and a character of each label that tells.
_HINTS = re.compile(r"收|转|起|标|情(?:况|\Z)|概(?:述|\Z)|改(?:进|\Z)|事(?:项|\Z)")
_FEWEST_HEADINGS = 3
_NUMBERING = re.compile(r"^(?:第?[一二三四五六七八][、.．，]|[(（][一二三四五六][)）])")
_NEXT_TEXTS = XPath("(following::text()[normalize-space()])[position() < 3]", smart_strings=False)
_STRING = XPath("string()", smart_strings=False)


def find_evidence(root: HtmlElement) -> list[HtmlElement]:
    """Elements that only an annual report has: its headings and the tables with its labels."""
    found: dict[HtmlElement, None] = {}
    read: set[HtmlElement] = set()
    # The search begins at texts with a character of what is looked for: a tenth of them, and found without Python.
    for text in chrome.texts_with(_HINTS, root):
        node = text.getparent()
        if node is None:
            continue
        if text.is_tail:
            if node.tag == "br" and is_heading(text):
                found[node] = None
            node = node.getparent()
        line = None
        # The outermost element that is no longer than a line; what stands in it is a part of it.
        while node is not None:
            tag, inner = node.tag, len(node)
            if inner <= 6 and tag in _LINES:
                content = str(_STRING(node)) if inner else node.text or ""
                if len(content) > 90 and len(" ".join(content.split())) > 90:
                    break
                line = node, content
            elif tag in _LONGER:
                break
            node = node.getparent()
        if line is None or line[0] in read:
            continue
        node, content = line
        read.add(node)
        if node.tag in ("td", "th") and is_label(content):
            found[next(node.iterancestors("table"), node)] = None
        elif is_heading(content) and next(node.iterancestors("a", "li", "nav"), None) is None:
            found[node] = None
    return _without_contents(list(found))


def _without_contents(evidence: list[HtmlElement]) -> list[HtmlElement]:
    """The evidence without a table of contents: headings one upon the other which stand again before their text."""
    copies = Counter(core for node in evidence if (core := _heading_core(node)))
    if sum(1 for count in copies.values() if count > 1) < _FEWEST_HEADINGS:
        return evidence
    bare = {node for node in evidence if copies[_heading_core(node)] > 1 and _is_followed_by_heading(node)}
    if len(bare) < _FEWEST_HEADINGS:
        return evidence
    # Behind the last line of a table of contents stands no heading.
    return [
        node for before, node in zip([None, *evidence], evidence, strict=False) if not (node in bare or before in bare)
    ]


def _is_followed_by_heading(node: HtmlElement) -> bool:
    texts = cast(list[str], _NEXT_TEXTS(node))
    # The heading behind a break is itself the first text that follows.
    after = texts[1:] if node.tag == "br" else texts
    return bool(after) and is_heading(after[0])


def _heading_core(node: HtmlElement) -> str:
    text = (node.tail or "") if node.tag == "br" else "" if node.tag == "table" else str(_STRING(node))
    return _NUMBERING.sub("", re.sub(r"\s", "", text))


@lru_cache(maxsize=4096)
def is_label(text: str) -> bool:
    """Whether a cell's text is a label that only the statutory tables have."""
    return forms.core(text) in _STATUTORY


def is_heading(text: str) -> bool:
    """Whether a line is one of the headings of an annual report."""
    if not ("情况" in text or "概述" in text or "改进" in text or "事项" in text):
        return False
    squeezed = re.sub(r"\s", "", text)
    return 4 <= len(squeezed) <= 90 and _HEADING.match(squeezed) is not None


def containers_of(root: HtmlElement) -> list[HtmlElement]:
    """Elements whose id or class is a family's article container, in the order of _CONTAINERS, outermost first."""
    found: list[tuple[int, int, HtmlElement]] = []
    for order, node in enumerate(root.iter("div", "td", "section", "article", "main")):
        name, identifier = node.get("class"), node.get("id")
        if not name and not identifier:
            continue
        names = f"{name or ''} {identifier or ''}".lower().split()
        rank = min((_RANKS[name] for name in names if name in _RANKS), default=None)
        if rank is not None:
            found.append((rank, order, node))
    return [node for _, _, node in sorted(found, key=lambda entry: entry[:2])]
