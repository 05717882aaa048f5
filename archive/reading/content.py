"""The main content of a page: the family's container, the statutory structure itself, or trafilatura."""

from __future__ import annotations

import re

import trafilatura
from lxml.html import HtmlElement, tostring

from archive.reading import forms
from archive.reading.blocks import Block, Content, Grid, Paragraph
from archive.reading.dates import first_date
from archive.reading.documents.html import blocks_of, grid_of, parse, squeeze

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
_HEADING = re.compile(
    r"^(?:[一二三四五六]、)?(?:总体情况|主动公开(?:政府信息)?(?:的)?情况|(?:行政机关)?收到和处理.{0,12}申请(?:的)?情况|"
    r".{0,20}行政复议.{0,4}(?:提起)?行政诉讼(?:的)?情况|.{0,12}存在的?主要?问题及改进.{0,4}|其他需要报告的事项)$"
)
_STATUTORY = tuple(
    forms.core(label)
    for label in (
        "本年新收政府信息公开申请数量",
        "结转下年度继续办理",
        "行政事业性收费",
        "未经复议直接起诉",
        "统计指标",
    )
)
_SITE_SUFFIX = re.compile(r"[-_—|–]+[^-_—|–]{0,40}(?:网|门户|政府|平台|信息公开)[^-_—|–]{0,20}$")
_MINIMUM_CHARACTERS = 80


def from_html(text: str) -> Content:
    """Read a page: metadata, and the blocks of its main content.

    Raises ValueError when the page holds no markup.
    """
    root = parse(text)
    metadata = _metadata(root)
    element, blocks = _main(root, text)
    content = Content(blocks)
    content.titles = _titles(root, element, metadata)
    content.published = next(
        (date for name in ("pubdate", "publishdate", "maketime") if (date := first_date(metadata.get(name, "")))),
        None,
    ) or _printed_date(root)
    content.source = metadata.get("contentsource") or metadata.get("source") or _printed_source(root)
    content.pictures = len(element.findall(".//img")) if element is not None else 0
    return content


def _metadata(root: HtmlElement) -> dict[str, str]:
    """National meta tags (国办发〔2017〕47号), names folded to lower case, the first non-empty value of each."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or "").strip().lower()
        value = squeeze(meta.get("content") or "").replace("\n", " ")
        if name and value and name not in found:
            found[name] = value
    return found


def _evidence(root: HtmlElement) -> list[HtmlElement]:
    """Elements that only an annual report has: its headings and its tables."""
    found: list[HtmlElement] = []
    for table in root.iter("table"):
        if table.find(".//table") is None:
            labels = {forms.core(text) for text in grid_of(table, show_hidden=True).texts()}
            if any(label in labels for label in _STATUTORY):
                found.append(table)
    for node in root.iter("p", "h1", "h2", "h3", "h4", "strong", "b", "span", "div", "td", "font"):
        if len(node) <= 4 and (text := node.text_content()) and len(text) < 200:
            squeezed = re.sub(r"\s", "", text)
            if _HEADING.match(squeezed) or forms.core(squeezed) in _STATUTORY:
                found.append(node)
    return found


def _common_ancestor(elements: list[HtmlElement]) -> HtmlElement:
    path = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        ancestors = {element, *element.iterancestors()}
        path = [node for node in path if node in ancestors]
    # A cell or a row is not the whole table.
    return next((node for node in path if node.tag not in ("table", "tbody", "tr", "td", "th", "p", "span")), path[-1])


def _main(root: HtmlElement, text: str) -> tuple[HtmlElement | None, list[Block]]:
    containers = _containers(root)
    evidence = _evidence(root)
    if evidence:
        covering = [node for node in containers if _covers(node, evidence)]
        element = covering[0] if covering else _common_ancestor(evidence)
        blocks = blocks_of(element)
        if not _has_table(blocks) and _has_table(everything := blocks_of(element, show_hidden=True)):
            blocks = everything
        return element, blocks
    for element in containers:
        blocks = blocks_of(element)
        if sum(len(block.text) for block in blocks if isinstance(block, Paragraph)) >= _MINIMUM_CHARACTERS or any(
            isinstance(block, Grid) for block in blocks
        ):
            return element, blocks
    extracted = trafilatura.extract(text, include_comments=False, include_tables=True, favor_recall=True)
    if extracted:
        return None, [Paragraph(line) for line in squeeze(extracted).split("\n") if line]
    if containers:
        return containers[0], blocks_of(containers[0])
    body = root.find("body")
    return None, blocks_of(body if body is not None else root)


def _covers(node: HtmlElement, evidence: list[HtmlElement]) -> bool:
    inside = sum(1 for element in evidence if element is node or node in element.iterancestors())
    return inside >= max(1, round(len(evidence) * 0.8))


def _has_table(blocks: list[Block]) -> bool:
    return any(isinstance(block, Grid) for block in blocks)


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


def _titles(root: HtmlElement, element: HtmlElement | None, metadata: dict[str, str]) -> list[str]:
    candidates = [metadata.get("articletitle"), metadata.get("title")]
    for node in root.iter("h1", "h2", "h3"):
        candidates.append(node.text_content())
    for node in root.xpath(".//*[contains(@class, 'title') or contains(@class, 'bt') or contains(@id, 'title')]"):
        candidates.append(node.text_content())
    title = root.find(".//title")
    if title is not None and title.text:
        candidates.extend([title.text, _SITE_SUFFIX.sub("", title.text)])
    squeezed = (squeeze(candidate).replace("\n", " ") for candidate in candidates if candidate)
    return list(dict.fromkeys(candidate for candidate in squeezed if 4 <= len(candidate) <= 150))


_DATE_LABEL = re.compile(
    r"(?:发布|发文|公开|更新|生成|成文)?(?:时间|日期)\s*[:：]?\s*"
    r"((?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2})"
)
_SOURCE_LABEL = re.compile(r"(?:信息来源|来源|发布机构|发布单位|信息提供者?)\s*[:：]\s*([^\s|:：]{2,30})")


def _page_text(root: HtmlElement) -> str:
    return re.sub(r"<[^>]+>", " ", tostring(root, encoding="unicode", method="text"))[:60_000]


def _printed_date(root: HtmlElement) -> str | None:
    match = _DATE_LABEL.search(_page_text(root))
    return first_date(match.group(1)) if match else None


def _printed_source(root: HtmlElement) -> str | None:
    match = _SOURCE_LABEL.search(_page_text(root))
    return match.group(1) if match else None
