"""The main content of a page: the family's container, the statutory structure itself, or trafilatura."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import cast

import trafilatura
from lxml.etree import XPath
from lxml.html import HtmlElement, fragment_fromstring

from archive.reading import chrome, concealed, forms
from archive.reading.blocks import Block, Content, Grid, Paragraph
from archive.reading.documents.hiding import CERTAIN, is_certainly_hidden, mark_hidden
from archive.reading.documents.html import blocks_of, parse, squeeze
from archive.reading.metadata import describe
from archive.reading.model import Removal

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
_LAYOUT = frozenset("br table tbody thead tfoot tr html p span strong b font a".split())
_SILENT = frozenset("script style noscript template head select option button iframe object svg".split())
_HEADING_WORDS = ("情况", "概述", "改进", "事项")
_STRING = XPath("string()", smart_strings=False)
_MINIMUM_CHARACTERS = 80
_LONG_LINE = 30
_ATTRIBUTES = XPath(".//@alt[string-length() > 3] | .//@title[string-length() > 3]", smart_strings=False)
_JSON_BODY = re.compile(r'"content"\s*:\s*"((?:[^"\\]|\\.){200,}+)"')


def from_html(text: str, url: str | None = None) -> Content:
    """Read a page: metadata, and the blocks of its main content.

    `url` tells links to other hosts apart. Raises ValueError when the page holds no markup.
    """
    root = parse(text)
    mark_hidden(root)
    described = describe(root)
    content = Content([], markup=text)
    content.titles, content.published, content.source = described.titles, described.published, described.source
    content.metadata = described.metadata
    element, content.blocks = _main(root, text, url, content.removals)
    if element is not None:
        content.pictures = len(element.findall(".//img"))
        content.attributes = list(dict.fromkeys(cast(list[str], _ATTRIBUTES(element))))
    heading = described.heading
    if heading and not any(heading in re.sub(r"\s", "", block.text) for block in _opening(content.blocks)):
        content.blocks.insert(0, Paragraph(described.printed_heading))
    return content


def _opening(blocks: Sequence[Block]) -> list[Paragraph]:
    """The first lines, joined in pairs and threes as titles are broken."""
    lines = [block.text for block in blocks[:8] if isinstance(block, Paragraph)]
    return [Paragraph("".join(lines[start : start + length])) for start in range(len(lines)) for length in (1, 2, 3)]


def _main(
    root: HtmlElement, text: str, url: str | None, removals: list[Removal]
) -> tuple[HtmlElement | None, list[Block]]:
    everything, containers = _evidence(root), _containers(root)
    body = None
    if not everything and not any(_length(node) >= _MINIMUM_CHARACTERS for node in containers):
        body = _body_in_json(root)
    if body is not None:
        mark_hidden(body)
        root, everything = body, _evidence(body)
    hidden = concealed.concealed(root)
    certain = {node for node, way in hidden if way in CERTAIN}
    shown = [node for node in everything if not _within(node, certain)] if certain else everything
    evidence = shown or everything
    element = body if body is not None else _element(evidence, containers)
    if element is None:
        element = _second_opinion(root, text)
        if isinstance(element, list):
            return None, element
    concealed.judge(element, hidden, evidence, bool(shown), url, removals)
    return element, _article(element, evidence)


def _within(node: HtmlElement, others: set[HtmlElement]) -> bool:
    return node in others or any(ancestor in others for ancestor in node.iterancestors())


def _article(element: HtmlElement, evidence: Sequence[HtmlElement]) -> list[Block]:
    """The blocks of an element without the page's chrome in it, none of them twice."""
    chrome.drop_parts(element, set(evidence))
    blocks = blocks_of(element)
    telling = [number for number, block in enumerate(blocks) if _tells(block)]
    first, last = (telling[0], telling[-1]) if telling else (len(blocks), -1)
    return _once(chrome.trimmed(blocks, first, last))


def _tells(block: Block) -> bool:
    """Whether a block is surely the article's: a sentence, a statutory heading, a table with numbers."""
    if isinstance(block, Grid):
        return any(forms.core(text) in _STATUTORY for text in block.texts())
    squeezed = re.sub(r"\s", "", block.text)
    if len(squeezed) < 90 and _HEADING.match(squeezed):
        return True
    return (
        len(squeezed) >= 20 and re.search("[。；]", squeezed) is not None and not chrome.is_line_of_chrome(block.text)
    )


def _once(blocks: list[Block]) -> list[Block]:
    """The blocks without a second copy of the text: a long line that stood before, and short ones beside such."""
    lines = [block.text if isinstance(block, Paragraph) else None for block in blocks]
    seen: set[str] = set()
    copies: set[int] = set()
    for number, line in enumerate(lines):
        if line and len(line) >= _LONG_LINE:
            if line in seen:
                copies.add(number)
            seen.add(line)
    if len(copies) > 2:
        start, end = min(copies), max(copies)
        # The copy's own heading stands before its first long line, its signature behind the last.
        while start > 1 and lines[start - 1] in lines[: start - 1]:
            start -= 1
        before = {line for line in lines[:start] if line}
        while end + 1 < len(lines) and lines[end + 1] in before:
            end += 1
        copies |= {number for number in range(start, end + 1) if lines[number] in before}
    return [block for number, block in enumerate(blocks) if number not in copies]


# --- which element ------------------------------------------------------------------------------------------------


def _element(evidence: list[HtmlElement], containers: list[HtmlElement]) -> HtmlElement | None:
    """The element of the article: by its statutory structure within the family's container, or by that alone."""
    if evidence:
        covering = [node for node in containers if _covers(node, evidence)]
        if covering:
            return _widened(covering[0], set(containers))
        return _widened(_common_ancestor(evidence), None)
    for node in containers:
        if _length(node) >= _MINIMUM_CHARACTERS or node.find(".//table") is not None:
            alike = [
                other
                for other in containers
                if other is not node
                and node not in other.iterancestors()
                and other not in node.iterancestors()
                and (other.get("class"), other.get("id")) == (node.get("class"), node.get("id"))
                and _length(other) >= _MINIMUM_CHARACTERS
            ]
            # An editor that pasted page by page leaves one container for each.
            return _widened(_common_ancestor([node, *alike]) if alike else node, set(containers))
    return max(containers, key=_length) if containers and any(map(_length, containers)) else None


def _length(node: HtmlElement) -> int:
    return sum(len(part.strip()) for part in chrome.own_text(node).split("\n"))


def _covers(node: HtmlElement, evidence: Sequence[HtmlElement]) -> bool:
    """Whether a container holds the evidence; what stands outside must be a copy of what is inside."""
    inside = [found for found in evidence if found is node or node in found.iterancestors()]
    if len(inside) == len(evidence):
        return True
    if not inside:
        return False
    texts = {_squeezed(found) for found in inside}
    return all(found in inside or _squeezed(found) in texts for found in evidence)


def _squeezed(node: HtmlElement) -> str:
    return re.sub(r"\s", "", str(node.text_content()))


def _common_ancestor(elements: Sequence[HtmlElement]) -> HtmlElement:
    path = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        ancestors = {element, *element.iterancestors()}
        path = [node for node in path if node in ancestors]
    return next((node for node in path if node.tag not in _LAYOUT), path[-1])


def _widened(element: HtmlElement, allowed: set[HtmlElement] | None) -> HtmlElement:
    """The element, or one around it that holds more of the article's sentences; `allowed` are the only such ones."""
    best = child = element
    for parent in element.iterancestors():
        if parent.tag == "html":
            break
        more = any(_adds_prose(sibling) for sibling in parent if sibling is not child) or chrome.is_prose(parent.text)
        child = parent
        if more and (allowed is None or any(node in allowed for node in (parent, *parent.iterancestors()))):
            best = parent
    while best.tag in _LAYOUT and (parent := best.getparent()) is not None:
        best = parent
    return best


def _adds_prose(node: HtmlElement) -> bool:
    if chrome.is_prose(node.tail):
        return True
    if not isinstance(node.tag, str) or node.tag in _SILENT or node.tag == "a":
        return False
    if is_certainly_hidden(node) or chrome.named_as_chrome(node):
        return False
    return any(chrome.is_prose(line) for line in chrome.own_text(node).split("\n"))


# --- evidence -----------------------------------------------------------------------------------------------------


def _evidence(root: HtmlElement) -> list[HtmlElement]:
    """Elements that only an annual report has: its headings and the tables with its labels."""
    found: dict[HtmlElement, None] = {}
    read: set[HtmlElement] = set()
    for node in root.iter():
        if node.tag == "br":
            if node.tail and _is_heading(node.tail):
                found[node] = None
            continue
        # What stands in a line that has been looked at is a part of it.
        if node.getparent() in read:
            read.add(node)
            continue
        if node.tag not in _LINES or len(node) > 6:
            continue
        text = str(_STRING(node))
        if len(text) > 90 and len(" ".join(text.split())) > 90:
            continue
        read.add(node)
        if node.tag in ("td", "th") and forms.core(text) in _STATUTORY:
            found[next(node.iterancestors("table"), node)] = None
        elif _is_heading(text) and next(node.iterancestors("a", "li", "nav"), None) is None:
            found[node] = None
    return list(found)


def _is_heading(text: str) -> bool:
    if not any(word in text for word in _HEADING_WORDS):
        return False
    squeezed = re.sub(r"\s", "", text)
    return 4 <= len(squeezed) <= 90 and _HEADING.match(squeezed) is not None


def _containers(root: HtmlElement) -> list[HtmlElement]:
    """Elements whose id or class is a family's article container, in the order of _CONTAINERS, outermost first."""
    ranks = {name.lower(): rank for rank, name in enumerate(_CONTAINERS)}
    found: list[tuple[int, int, HtmlElement]] = []
    for order, node in enumerate(root.iter("div", "td", "section", "article", "main")):
        names = [*(node.get("class") or "").split(), node.get("id") or ""]
        rank = min((ranks[name.lower()] for name in names if name.lower() in ranks), default=None)
        if rank is not None:
            found.append((rank, order, node))
    return [node for _, _, node in sorted(found, key=lambda entry: entry[:2])]


# --- neither family nor form --------------------------------------------------------------------------------------


def _body_in_json(root: HtmlElement) -> HtmlElement | None:
    """The article that a platform ships as a string of its page's script (gkmlpt: _CONFIG.DETAIL.content)."""
    longest = ""
    for script in root.iter("script"):
        for match in _JSON_BODY.finditer(script.text or ""):
            longest = max(longest, match[1], key=len)
    if not longest:
        return None
    try:
        markup = json.loads(f'"{longest}"', strict=False)
    except json.JSONDecodeError:
        return None
    return fragment_fromstring(markup, create_parent="div") if "<" in markup else None


def _second_opinion(root: HtmlElement, text: str) -> HtmlElement | list[Block]:
    """Where trafilatura finds the article: the element around its sentences, else its own text, else the body."""
    extracted = trafilatura.extract(text, include_comments=False, include_tables=True, favor_recall=True)
    lines = [re.sub(r"^- ", "", line) for line in squeeze(extracted or "").split("\n") if line]
    squeezed = [re.sub(r"[\s|]", "", line) for line in lines]
    wanted = {line for line in squeezed if len(line) >= 20 and "。" in line} or {s for s in squeezed if len(s) >= 15}
    found: dict[HtmlElement, str] = {}
    for node in root.iter("p", "div", "td", "li", "section", "article", "span"):
        text_of_node = re.sub(r"\s", "", str(_STRING(node))) if len(node) <= 40 else ""
        if text_of_node in wanted and not any(ancestor in found for ancestor in node.iterancestors()):
            found[node] = text_of_node
    if wanted and len(set(found.values())) >= 0.6 * len(wanted):
        return _widened(_common_ancestor(list(found)), None)
    if lines:
        return [Paragraph(line) for line in lines]
    body = root.find("body")
    return body if body is not None else root
