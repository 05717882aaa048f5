"""HTML to blocks: one shared parse, tables with their spans, paragraphs in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from bs4 import BeautifulSoup, Tag
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.reading.blocks import Block, Grid, GridBuilder, Paragraph
from archive.reading.documents.boxes import rows_of_boxes
from archive.reading.documents.hiding import hides_for_certain, is_certainly_hidden

_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u3000]+")
_CONTROLS = bytes((*range(9), *range(14, 32), 127))
_SKIPPED = frozenset(
    (
        "script style noscript template select option button iframe object embed svg canvas head input textarea xml "
        "dialog"
    ).split()
)
_BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td "
        "tfoot th thead tr ul"
    ).split()
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_WORD_BREAK = re.compile(r"</?wbr\b[^>]*>", re.IGNORECASE)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|sub|text-top)", re.IGNORECASE)
_STRUCK_STYLE = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|list-item|flex|grid|table(?:-row)?)\s*(?:;|!|$)", re.IGNORECASE)
_PLAIN = (False, False, False, False)
_STRUCK_TAGS = frozenset(("del", "s", "strike"))
# A mark of deletion over more than a figure or a word is likelier one that was never closed.
_LONGEST_STRUCK_OUT = 30
_NUMBER_ALONE = re.compile(r"[\d,.\s]{1,30}")
_PLAIN_TAGS = frozenset(("p", "span", "font", "div", "strong", "b"))
_RAISED_TAGS = frozenset(("sup", "sub"))
# What Word puts where a row is shorter than others.
_PLACEHOLDER = "mso-cell-special:placeholder"
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_NUMBER = re.compile(r"\s*(\d{1,6})")
# A statutory cell holds a label or a number; longer text means that the table only lays the page out.
_LAYOUT_CELL_CHARACTERS = 400
_WRAPPERS = frozenset("address article center div form main section".split())


def parse(text: str) -> HtmlElement:
    """Parse a page; where lxml loses text (nesting beyond its limit), the tolerant reader builds the tree.

    Raises ValueError when there is no markup at all.
    """
    raw = text.encode("utf-8", "surrogatepass")
    if len(cleared := raw.translate(None, _CONTROLS)) < len(raw):
        text = cleared.decode("utf-8", "surrogatepass")
    # A mark of where a word may break closes no cell, and libxml2 does not know it.
    if "wbr" in text or "WBR" in text:
        text = _WORD_BREAK.sub("", text)
    # A declared encoding no longer holds once the page is text.
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]
    if not text.strip():
        raise ValueError("the page is empty")
    parser = _parser()
    try:
        root = document_fromstring(text, parser=parser)
    except etree.ParserError as error:
        raise ValueError(f"the page holds no markup ({error})") from error
    # libxml2 drops what is nested beyond its limit, and all that follows, without raising an error.
    return _parse_tolerantly(text) if parser.error_log.filter_from_fatals() else root


@cache
def _parser() -> HTMLParser:
    """A parser whose elements are all of one class: to look the class up for each costs more than parsing."""
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _parse_tolerantly(text: str) -> HtmlElement:
    """Build the tree with html.parser, which has no depth limit, leaving out wrappers that hold one element only."""
    soup = BeautifulSoup(text, "html.parser")
    root: HtmlElement = document_fromstring("<html><body></body></html>")
    pending: list[tuple[Tag, HtmlElement]] = [(soup, root.body)]
    while pending:
        source, target = pending.pop()
        last: HtmlElement | None = None
        for child in source.children:
            if isinstance(child, Tag):
                if child.name in _SKIPPED:
                    continue
                inner = child
                while inner.name in _WRAPPERS or inner.name not in _BLOCKS:
                    parts = [part for part in inner.children if isinstance(part, Tag) or str(part).strip()]
                    if len(parts) != 1 or not isinstance(parts[0], Tag):
                        break
                    inner = parts[0]
                name = re.sub(r"[^a-z0-9]", "", inner.name.lower()) or "div"
                if name in ("html", "body"):
                    name = "div"
                last = etree.SubElement(target, name)
                for key in ("rowspan", "colspan", "class", "id", "style"):
                    if value := inner.get(key):
                        last.set(key, " ".join(value) if isinstance(value, list) else str(value))
                pending.append((inner, last))
            elif type(child).__name__ == "NavigableString":
                if last is None:
                    target.text = (target.text or "") + str(child)
                else:
                    last.tail = (last.tail or "") + str(child)
    return root


def hidden(element: HtmlElement) -> bool:
    """Whether the page itself says that the element is not shown."""
    return is_certainly_hidden(element) is not None


def squeeze(text: str) -> str:
    """Blanks of every kind to single spaces, line by line, empty lines out."""
    words = text.split(None, 1)
    if len(words) < 2:
        return words[0] if words else ""
    if "\n" not in text:
        return _BLANKS.sub(" ", text).strip()
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _may_be_hidden(element: HtmlElement, style: str | None) -> bool:
    """Whether an element that is no marquee has any sign of being hidden for certain; quick."""
    return (style is not None and hides_for_certain(style)) or element.get("hidden") is not None


def _own_tables(table: HtmlElement) -> bool:
    return table.find(".//table") is not None


def _is_one_table(table: HtmlElement) -> bool:
    """Whether the tables inside a table are but rows of cells laid out by hand, and it is a table all the same."""
    inner = [other for other in table.iter("table") if other is not table]
    cells = [next(other.iterancestors("td", "th"), None) for other in inner]
    return all(cell is not None and _row_inside(cell) for cell in cells)


def _span(value: str | None) -> int:
    match = _NUMBER.match(value) if value else None
    return int(match.group(1)) if match else 1


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for row in table.iter("tr"):
        owner = next(row.iterancestors("table"), None)
        if owner is table:
            yield row


def grid_of(table: HtmlElement, *, show_hidden: bool = False) -> Grid:
    """The table laid out with its spans; rowspan and colspan are bounded, hidden rows and cells left out."""
    builder = GridBuilder()
    nested = _own_tables(table)
    for row in _rows(table) if nested else table.iter("tr"):
        if not show_hidden and _may_be_hidden(row, row.get("style")) and hidden(row):
            continue
        if not builder.start_row():
            break
        for cell in row.iterchildren("td", "th"):
            style = cell.get("style")
            if not show_hidden and _may_be_hidden(cell, style) and hidden(cell):
                continue
            if style and _PLACEHOLDER in style:
                continue
            if nested and len(inner := _row_inside(cell)) > 1:
                for part in inner:
                    builder.add(cell_text(part, show_hidden=show_hidden), 1, _span(part.get("colspan")))
                continue
            rowspan = cell.get("rowspan")
            rows = 0 if rowspan == "0" else _span(rowspan)
            builder.add(cell_text(cell, show_hidden=show_hidden), rows, _span(cell.get("colspan")))
    return builder.grid()


def _grid_of_boxes(rows: list[list[HtmlElement]], *, show_hidden: bool) -> Grid:
    builder = GridBuilder()
    for row in rows:
        shown = [cell for cell in row if show_hidden or not (hidden(cell) or hidden(cell.getparent()))]
        if shown and not builder.start_row():
            break
        for cell in shown:
            builder.add(cell_text(cell, show_hidden=show_hidden))
    return builder.grid()


def _row_inside(cell: HtmlElement) -> list[HtmlElement]:
    """The cells of a table of one row that fills a cell: cells of the row around it, laid out by hand."""
    tables = list(cell.iter("table"))
    if len(tables) != 1:
        return []
    rows = list(tables[0].iter("tr"))
    inner = list(rows[0].iterchildren("td", "th")) if len(rows) == 1 else []
    outside = squeeze(_flat_text(cell, show_hidden=True))
    return inner if outside == squeeze(_flat_text(tables[0], show_hidden=True)) else []


def cell_text(cell: HtmlElement, *, show_hidden: bool = False) -> str:
    """The cell's text on one line: breaks and paragraphs as one space, inline tags as nothing.

    What the page hides or strikes out is not the cell's text; raised digits are footnote marks, and stay raised.
    """
    return squeeze(_flat_text(cell, show_hidden=show_hidden)).replace("\n", " ")


def _flat_text(element: HtmlElement, *, show_hidden: bool) -> str:
    if not len(element):
        return (element.text or "").replace("\n", " ")
    if (text := _text_of_one_run(element)) is not None:
        return text
    parts: list[str] = []
    stack: list[HtmlElement | str] = _inside(element)
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag, style = node.tag, node.get("style")
        if not isinstance(tag, str) or tag in _SKIPPED:
            continue
        raised, struck, _, hides = _looks(style) if style else _PLAIN
        if (hides or tag == "marquee" or node.get("hidden") is not None) and hidden(node) and not show_hidden:
            continue
        if (struck or tag in _STRUCK_TAGS) and len("".join(node.itertext()).strip()) <= _LONGEST_STRUCK_OUT:
            continue
        if tag in _BLOCKS:
            parts.append("\n")
            stack.append("\n")
        elif tag == "br":
            parts.append("\n")
        if raised or tag in _RAISED_TAGS:
            parts.append(_flat_text(node, show_hidden=show_hidden).translate(_RAISED))
        elif len(node):
            stack += _inside(node)
        elif node.text:
            parts.append(node.text.replace("\n", " "))
    return "".join(parts)


def _text_of_one_run(element: HtmlElement) -> str | None:
    """The text of an element whose only child, and only child of that, is an ordinary wrapper; None for others.

    Such are nearly all cells; it is what `_flat_text` makes of them.
    """
    before, behind = (element.text or "").replace("\n", " "), ""
    while children := len(element):
        if children > 1:
            return None
        (element,) = element
        if element.tag not in _PLAIN_TAGS or element.get("hidden") is not None:
            return None
        style = element.get("style")
        if style:
            raised, struck, _, hides = _looks(style)
            if raised or struck or hides:
                return None
        edge = "\n" if element.tag in _BLOCKS else ""
        before += edge + (element.text or "").replace("\n", " ")
        behind = edge + (element.tail or "").replace("\n", " ") + behind
    return before + behind


def _inside(element: HtmlElement) -> list[HtmlElement | str]:
    """An element's text and children with what stands behind each, last first; line feeds in texts are blanks."""
    inside: list[HtmlElement | str] = []
    for child in reversed(element):
        if child.tail:
            inside.append(child.tail.replace("\n", " "))
        inside.append(child)
    if element.text:
        inside.append(element.text.replace("\n", " "))
    return inside


@lru_cache(maxsize=8192)
def _looks(style: str) -> tuple[bool, bool, bool, bool]:
    """Whether a style attribute raises its text, strikes it out, makes a block of its element, may hide it."""
    return (
        _RAISED_STYLE.search(style) is not None,
        _STRUCK_STYLE.search(style) is not None,
        _BLOCK_STYLE.search(style) is not None,
        hides_for_certain(style),
    )


def blocks_of(element: HtmlElement, *, show_hidden: bool = False) -> list[Block]:
    """Paragraphs and tables of an element in reading order; layout tables are taken apart."""
    blocks: list[Block] = []
    line: list[str] = []

    def flush() -> None:
        text = squeeze("".join(line))
        line.clear()
        blocks.extend(Paragraph(part) for part in text.split("\n") if part)

    # An explicit stack: pages nest deeper than Python recurses. A string on it is text still to come.
    stack: list[HtmlElement | str | None] = [element]
    while stack:
        node = stack.pop()
        if node is None:
            flush()
            continue
        if isinstance(node, str):
            line.append(node)
            continue
        tag, style = node.tag, node.get("style")
        if not isinstance(tag, str) or tag in _SKIPPED:
            continue
        raised, struck, boxed, hides = _looks(style) if style else _PLAIN
        if (hides or tag == "marquee" or node.get("hidden") is not None) and hidden(node) and not show_hidden:
            continue
        if tag == "br":
            flush()
            continue
        if (struck or tag in _STRUCK_TAGS) and _NUMBER_ALONE.fullmatch("".join(node.itertext())):
            # A number corrected: <s>12</s>34 is not 1234. Words stay, struck out or not.
            continue
        if tag in _RAISED_TAGS or (raised and tag not in _BLOCKS):
            line.append(_flat_text(node, show_hidden=show_hidden).translate(_RAISED))
            continue
        if tag == "table" and (not _own_tables(node) or _is_one_table(node)):
            grid = grid_of(node, show_hidden=show_hidden)
            if _is_data(grid):
                flush()
                blocks.append(grid)
                continue
        if tag in _BLOCKS or boxed:
            flush()
            if len(node) > 2 and (boxes := rows_of_boxes(node)):
                blocks.append(_grid_of_boxes(boxes, show_hidden=show_hidden))
                continue
            stack.append(None)
        if len(node):
            stack += _inside(node)
        elif node.text:
            line.append(node.text.replace("\n", " "))
    flush()
    return blocks


def _is_data(grid: Grid) -> bool:
    texts = list(grid.texts())
    columns = max((len(row) for row in grid.rows), default=0)
    return columns > 1 and len(texts) > 1 and max(len(text) for text in texts) <= _LAYOUT_CELL_CHARACTERS
