"""The main content of a page: the family's container, the statutory structure itself, or trafilatura."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import cast

import trafilatura
from lxml.etree import XPath
from lxml.html import HtmlElement, fragment_fromstring

from archive.reading import chrome, concealed
from archive.reading.blocks import Block, Content, Grid, Paragraph
from archive.reading.documents.hiding import CERTAIN, is_certainly_hidden, mark_hidden
from archive.reading.documents.html import blocks_of, parse, squeeze
from archive.reading.evidence import containers_of, find_evidence, is_heading, is_label
from archive.reading.metadata import describe
from archive.reading.model import Removal

_LAYOUT = frozenset("br table tbody thead tfoot tr html p span strong b font a".split())
_SILENT = frozenset("script style noscript template head select option button iframe object svg".split())
_STRING = XPath("string()", smart_strings=False)
_MINIMUM_CHARACTERS = 80
_LONG_LINE = 30
# A list of attachments: link, item, list, box.
_LABEL_LEVELS = 4
_ATTRIBUTES = XPath(".//@alt[string-length() > 3] | .//@title[string-length() > 3]", smart_strings=False)
_PARAGRAPH = re.compile(r"<(?:p|div|br|table|span)\b", re.IGNORECASE)
_JSON_BODY = re.compile(r'"content"\s*:\s*"((?:[^"\\]|\\.){200,}+)"')


def from_html(text: str, url: str | None = None) -> Content:
    """Read a page: metadata, and the blocks of its main content.

    `url` tells links to other hosts apart. Raises ValueError when the page holds no markup.
    """
    root = parse(text)
    # lxml makes an element's object anew whenever it is asked for one that nobody holds; several looks follow.
    held = list(root.iter())
    mark_hidden(root)
    described = describe(root)
    content = Content([], markup=text)
    content.titles, content.published, content.source = described.titles, described.published, described.source
    content.metadata = described.metadata
    element, content.blocks = _main(root, text, url, content.removals)
    content.blocks += _attachments(root, element, content.blocks)
    if element is not None:
        images = element.findall(".//img")
        content.pictures = len(images)
        content.images = [address for image in images if (address := _address(image))]
        content.attributes = list(dict.fromkeys(cast(list[str], _ATTRIBUTES(element))))
    heading = described.heading
    if heading and not any(heading in re.sub(r"\s", "", block.text) for block in _opening(content.blocks)):
        content.blocks.insert(0, Paragraph(described.printed_heading))
    held.clear()
    return content


def _address(image: HtmlElement) -> str | None:
    """Where a picture is; one that is loaded when it is scrolled to names its address elsewhere."""
    for name in ("data-original", "data-src", "src"):
        if address := (image.get(name) or "").strip():
            return address
    return None


def _opening(blocks: Sequence[Block]) -> list[Paragraph]:
    """The first lines, joined in pairs and threes as titles are broken."""
    lines = [block.text for block in blocks[:8] if isinstance(block, Paragraph)]
    return [Paragraph("".join(lines[start : start + length])) for start in range(len(lines)) for length in (1, 2, 3)]


def _main(
    root: HtmlElement, text: str, url: str | None, removals: list[Removal]
) -> tuple[HtmlElement | None, list[Block]]:
    everything, containers = find_evidence(root), containers_of(root)
    body = None
    if not everything and not any(_length(node) >= _MINIMUM_CHARACTERS for node in containers):
        body = _body_in_source(root)
    if body is not None:
        mark_hidden(body)
        root, everything = body, find_evidence(body)
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
    return _once(_trimmed(blocks_of(element)))


def _trimmed(blocks: list[Block]) -> list[Block]:
    """The blocks without the page's own lines; where none is surely the article's, wherever they stand."""
    telling = [number for number, block in enumerate(blocks) if _tells(block)]
    first, last = (telling[0], telling[-1]) if telling else (len(blocks), -1)
    statutory = [number for number in telling if _is_statutory(blocks[number])]
    if statutory:
        # Abstracts and comments are sentences too; behind their heading nothing of a report follows.
        related = (number for number in range(statutory[-1] + 1, last) if _opens_related(blocks[number]))
        last = min(last, next(related, last + 1) - 1)
    return chrome.trimmed(blocks, first, last)


def _attachments(root: HtmlElement, element: HtmlElement | None, blocks: list[Block]) -> list[Block]:
    """What a page lists as attachments (附件：…) outside its article; a label alone is taken out of `blocks` for it."""
    around = {element, *element.iterancestors()} if element is not None else set()
    found: dict[HtmlElement, None] = {}
    for link in root.iter("a"):
        if not chrome.is_attachment(link) or element in link.iterancestors():
            continue
        for node in [*link.iterancestors()][:_LABEL_LEVELS]:
            if node in around or node.tag in ("body", "html"):
                break
            if chrome.is_label_of_attachments(node):
                found[node] = None
                break
    outermost = [node for node in found if not any(ancestor in found for ancestor in node.iterancestors())]
    listed = [block for node in outermost for block in _trimmed(blocks_of(node)) if isinstance(block, Paragraph)]
    # trafilatura keeps the label and drops the link.
    blocks[:] = [block for block in blocks if not any(_begins(block, line.text) for line in listed)]
    return [*listed]


def _begins(block: Block, line: str) -> bool:
    return isinstance(block, Paragraph) and line.startswith(block.text)


def _opens_related(block: Block) -> bool:
    return isinstance(block, Paragraph) and chrome.opens_related(block.text)


def _is_statutory(block: Block) -> bool:
    """Whether a block is a heading or a table that only an annual report has."""
    if isinstance(block, Grid):
        return any(map(is_label, block.texts()))
    return is_heading(block.text)


def _tells(block: Block) -> bool:
    """Whether a block is surely the article's: a sentence, a statutory heading, a table with numbers."""
    if _is_statutory(block):
        return True
    if isinstance(block, Grid):
        return False
    squeezed = re.sub(r"\s", "", block.text)
    return (
        len(squeezed) >= 20
        and re.search("[。；]", squeezed) is not None
        and not chrome.is_line_of_chrome(block.text)
        and not chrome.is_notice(block.text)
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
    return chrome.adds_to_article(node)


# --- neither family nor form --------------------------------------------------------------------------------------


def _body_in_source(root: HtmlElement) -> HtmlElement | None:
    """The article that a platform ships for its script to show.

    A string in a script (gkmlpt: _CONFIG.DETAIL.content), or markup in a text field or a template.
    """
    longest = ""
    for script in root.iter("script"):
        for match in _JSON_BODY.finditer(script.text or ""):
            longest = max(longest, match[1], key=len)
    markup = ""
    if longest:
        try:
            markup = json.loads(f'"{longest}"', strict=False)
        except json.JSONDecodeError:
            return None
    kept = [field.text or "" for field in root.iter("textarea")]
    kept += [field.get("value") or "" for field in root.iter("input") if field.get("type") == "hidden"]
    kept += [script.text or "" for script in root.iter("script") if "html" in (script.get("type") or "")]
    markup = max([markup, *(text for text in kept if _PARAGRAPH.search(text))], key=len)
    return fragment_fromstring(markup, create_parent="div") if len(markup) >= 200 and "<" in markup else None


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
        return _trimmed([Paragraph(line) for line in lines])
    body = root.find("body")
    return body if body is not None else root
