"""HTML to blocks: one shared parse, tables with their spans, paragraphs in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.reading.blocks import Block, Grid, GridBuilder, Paragraph
from archive.reading.documents.boxes import rows_of_boxes
from archive.reading.documents.hiding import is_certainly_hidden

_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u3000]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SKIPPED = frozenset(
    "script style noscript template select option button iframe object embed svg canvas head input textarea".split()
)
_BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td "
        "tfoot th thead tr ul"
    ).split()
)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|sub|text-top)", re.IGNORECASE)
_STRUCK_STYLE = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
# A statutory cell holds a label or a number; longer text means that the table only lays the page out.
_LAYOUT_CELL_CHARACTERS = 400
# libxml2 drops text beyond its depth limit without an error; a page that lost this much is parsed again tolerantly.
_LOST_SHARE = 0.5
_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)


def parse(text: str) -> HtmlElement:
    """Parse a page; where lxml loses text (nesting beyond its limit), the tolerant reader builds the tree.

    Raises ValueError when there is no markup at all.
    """
    text = _CONTROLS.sub("", text)
    # A declared encoding no longer holds once the page is text.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        raise ValueError("the page is empty")
    try:
        root = document_fromstring(text, parser=HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True))
    except etree.ParserError as error:
        raise ValueError(f"the page holds no markup ({error})") from error
    if text.count("<div") > 200 or text.count("<table") > 100 or text.count("<font") > 200:
        expected = len(re.sub(r"\s", "", _TAGS.sub("", text)))
        kept = len(re.sub(r"\s", "", str(root.xpath("string()"))))
        if kept < expected * _LOST_SHARE:
            return _parse_tolerantly(text)
    return root


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
                while inner.name in ("div", "font", "span", "center", "section"):
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
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _own_tables(table: HtmlElement) -> bool:
    return table.find(".//table") is not None


def _is_one_table(table: HtmlElement) -> bool:
    """Whether the tables inside a table are but rows of cells laid out by hand, and it is a table all the same."""
    inner = [other for other in table.iter("table") if other is not table]
    cells = [next(other.iterancestors("td", "th"), None) for other in inner]
    return all(cell is not None and _row_inside(cell) for cell in cells)


def _span(element: HtmlElement, name: str) -> int:
    match = re.match(r"\s*(\d{1,6})", element.get(name) or "")
    return int(match.group(1)) if match else 1


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for row in table.iter("tr"):
        owner = next(row.iterancestors("table"), None)
        if owner is table:
            yield row


def grid_of(table: HtmlElement, *, show_hidden: bool = False) -> Grid:
    """The table laid out with its spans; rowspan and colspan are bounded, hidden rows and cells left out."""
    builder = GridBuilder()
    for row in _rows(table):
        if hidden(row) and not show_hidden:
            continue
        if not builder.start_row():
            break
        for cell in row.iterchildren("td", "th"):
            if hidden(cell) and not show_hidden:
                continue
            if len(inner := _row_inside(cell)) > 1:
                for part in inner:
                    builder.add(cell_text(part, show_hidden=show_hidden), 1, _span(part, "colspan"))
                continue
            text = cell_text(cell, show_hidden=show_hidden)
            builder.add(text, _span(cell, "rowspan") if cell.get("rowspan") != "0" else 0, _span(cell, "colspan"))
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
    parts: list[str] = []
    context = etree.iterwalk(element, events=("start", "end"))
    raised: list[HtmlElement] = []
    for event, node in context:
        if not isinstance(node.tag, str):
            continue
        if event == "start":
            if node is not element and (
                node.tag in _SKIPPED or _struck_out(node) or (hidden(node) and not show_hidden)
            ):
                context.skip_subtree()
                continue
            if (node.tag in _BLOCKS and node is not element) or node.tag == "br":
                parts.append("\n")
            if _is_raised(node):
                raised.append(node)
            if node.text:
                parts.append(_inline(node.text, raised))
        else:
            if node is element:
                continue
            if raised and raised[-1] is node:
                raised.pop()
            if node.tag in _BLOCKS:
                parts.append("\n")
            if node.tail:
                parts.append(_inline(node.tail, raised))
    return "".join(parts)


def _inline(text: str, raised: list[HtmlElement]) -> str:
    text = text.replace("\n", " ")
    return text.translate(_RAISED) if raised else text


def _is_raised(node: HtmlElement) -> bool:
    return node.tag in ("sup", "sub") or bool(_RAISED_STYLE.search(node.get("style") or ""))


def _struck_out(node: HtmlElement) -> bool:
    return node.tag in ("del", "s", "strike") or bool(_STRUCK_STYLE.search(node.get("style") or ""))


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
            line.append(node.replace("\n", " "))
            continue
        if not isinstance(node.tag, str) or node.tag in _SKIPPED or (hidden(node) and not show_hidden):
            continue
        if node.tag == "br":
            flush()
            continue
        if node.tag == "table" and (not _own_tables(node) or _is_one_table(node)):
            grid = grid_of(node, show_hidden=show_hidden)
            if _is_data(grid):
                flush()
                blocks.append(grid)
                continue
        block_level = node.tag in _BLOCKS
        if block_level:
            flush()
            if len(node) > 2 and (boxes := rows_of_boxes(node)):
                blocks.append(_grid_of_boxes(boxes, show_hidden=show_hidden))
                continue
        inner: list[HtmlElement | str | None] = [node.text] if node.text else []
        for child in node:
            inner.append(child)
            if child.tail:
                inner.append(child.tail)
        if block_level:
            inner.append(None)
        stack.extend(reversed(inner))
    flush()
    return blocks


def _is_data(grid: Grid) -> bool:
    texts = list(grid.texts())
    columns = max((len(row) for row in grid.rows), default=0)
    return columns > 1 and len(texts) > 1 and max(len(text) for text in texts) <= _LAYOUT_CELL_CHARACTERS
