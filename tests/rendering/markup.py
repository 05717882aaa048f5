"""Tables as HTML, in the markup that sites serve them in."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass

from tests.rendering.tables import Cell, Filled, Layout, Rows, fill, section_tables

HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "review": "四、政府信息公开行政复议、行政诉讼情况",
}


@dataclass(frozen=True, slots=True)
class Markup:
    """How the tables are written down."""

    cells: str = "td"
    """td, th (heads are th), unclosed (neither td nor tr end), unquoted, upper"""
    text: str = "plain"
    """plain, paragraphs, spans (digits split), breaks (labels broken by blanks and br), nested (font in span in p)"""
    hidden: str = ""
    """cells (hidden cells with other numbers), spans (within cells), tab (a hidden tab before), rows"""
    footnotes: bool = False
    struck: bool = False
    """Figures corrected with <del> in front."""
    joined: str = "apart"
    """apart (three tables), fused (one table, headings as rows), cut (section 三 in two), cut_head (its head again)"""
    inner: str = ""
    """values: the figures of a row in a table of their own inside one cell; cell: every figure in a table of its own"""
    boxes: str = ""
    """div (display: table), flex, list, dl: no table at all"""
    layout_table: bool = False
    deep: bool = False
    old_report: str = ""
    """below, above, tab: last year's report quoted with its tables"""
    span_zero: bool = False
    """三、本年度办理结果 with rowspan=0: to the end of the table."""


def page(
    filled: Filled, layout: Layout, markup: Markup, draw: random.Random, tables: dict[str, Rows] | None = None
) -> str:
    """A whole page with the report; `tables` are its tables where they are not simply those of the layout."""
    title = f"汉屯路街道办事处{filled.year}年政府信息公开工作年度报告"
    body = [f"<h1>{title}</h1>", "<p>本报告根据《中华人民共和国政府信息公开条例》编制。</p>", "<h2>一、总体情况</h2>"]
    body.append("<p>本街道认真贯彻落实条例，全面推进政府信息公开工作，取得新的成效。</p>")
    tables = section_tables(filled, layout, draw) if tables is None else tables
    old = _old_report(filled, layout, markup, draw) if markup.old_report else ""
    if markup.old_report == "above":
        body.insert(0, old)
    if markup.old_report == "tab":
        body.insert(
            0, f'<ul><li>{filled.year}年</li><li>{filled.year - 1}年</li></ul><div style="display:none">{old}</div>'
        )
    if markup.hidden == "tab":
        other = fill(filled.form, filled.year, draw)
        inner = "".join(table(rows, Markup(), draw) for rows in section_tables(other, Layout(), draw).values())
        body.append(f'<div style="DISPLAY: none">{inner}</div>')
    if markup.joined == "fused":
        rows = [row for section, rows in tables.items() for row in [[Cell(HEADINGS[section], columns=15)], *rows]]
        body.append(table(rows, markup, draw))
    else:
        for section, rows in tables.items():
            body.append(f"<h2>{HEADINGS[section]}</h2>")
            if section == "applications" and markup.joined in ("cut", "cut_head"):
                body.extend(_cut(rows, markup, layout, draw))
            else:
                body.append(table(rows, markup, draw))
    body.append("<h2>五、存在的主要问题及改进情况</h2><p>公开内容还需要进一步丰富，形式还需要进一步创新。</p>")
    body.append("<h2>六、其他需要报告的事项</h2><p>无。</p>")
    if markup.old_report == "below":
        body.append(old)
    inside = "\n".join(body)
    if markup.layout_table:
        inside = f"<table width=100%><tr><td><p>当前位置：首页</p></td></tr><tr><td>{inside}</td></tr></table>"
    if markup.deep:
        inside = "<div>" * 300 + inside + "</div>" * 300
    return f'<html><head><title>{title}</title></head><body><div id="zoom">{inside}</div></body></html>'


def _old_report(filled: Filled, layout: Layout, markup: Markup, draw: random.Random) -> str:
    other = fill(filled.form, filled.year - 1, draw)
    parts = [f"<h1>汉屯路街道办事处{filled.year - 1}年政府信息公开工作年度报告</h1>"]
    for section, rows in section_tables(other, layout, draw).items():
        parts += [f"<h2>{HEADINGS[section]}</h2>", table(rows, markup, draw)]
    return "".join(parts)


def _cut(rows: Rows, markup: Markup, layout: Layout, draw: random.Random) -> list[str]:
    """A table cut in two where no span goes across but that of 三、本年度办理结果, which begins anew."""
    heads = sum(1 for row in rows if any(cell.kind == "head" for cell in row))
    starts = [
        index
        for index, row in enumerate(rows)
        if index > heads + 2 and row and row[0].text.startswith("（") and row[0].kind == "label"
    ]
    if not starts:
        return [table(rows, markup, draw)]
    at = draw.choice(starts)
    span = next((row for row in rows if row[0].text.startswith("三、")), None)
    assert span is not None
    left = span[0].rows - (at - rows.index(span))
    span[0].rows -= left
    rows[at].insert(0, Cell("", rows=left))
    second = rows[at:]
    if markup.joined == "cut_head":
        second = rows[:heads] + second
    return [table(rows[:at], markup, draw), "<p></p>", table(second, markup, draw)]


# --- one table --------------------------------------------------------------------------------------------------


def table(rows: Rows, markup: Markup, draw: random.Random) -> str:
    """One table."""
    if markup.boxes:
        return _boxes(rows, markup, draw)
    table, row_tag = ("TABLE", "TR") if markup.cells == "upper" else ("table", "tr")
    lines = [f"<{table} border=1>"]
    for number, row in enumerate(rows):
        if markup.hidden == "rows" and number % 5 == 3:
            lines.append(f'<tr style="display:none"><td colspan="3">{row[0].text}</td>' + "<td>77</td>" * 7 + "</tr>")
        lines.append(f"<{row_tag}>")
        values = [cell for cell in row if cell.kind == "value"]
        if markup.inner == "values" and len(values) > 1 and row[0].kind == "label":
            lines += [_cell(cell, markup, draw) for cell in row if cell.kind != "value"]
            inner = "".join(_cell(cell, Markup(text=markup.text), draw) for cell in values)
            lines.append(f'<td colspan="{len(values)}"><table><tr>{inner}</tr></table></td>')
        else:
            lines += [_cell(cell, markup, draw) for cell in row]
        if markup.cells != "unclosed":
            lines.append(f"</{row_tag}>")
    lines.append(f"</{table}>")
    return "\n".join(lines)


def _cell(cell: Cell, markup: Markup, draw: random.Random) -> str:
    tag = "th" if markup.cells == "th" and cell.kind == "head" else "td"
    if markup.cells == "upper":
        tag = tag.upper()
    quote = "" if markup.cells == "unquoted" else '"'
    spans = f" rowspan={quote}{cell.rows}{quote}" if cell.rows > 1 else ""
    if markup.span_zero and cell.text.startswith("三、本年度"):
        spans = f" rowspan={quote}0{quote}"
    spans += f" colspan={quote}{cell.columns}{quote}" if cell.columns > 1 else ""
    text = content(cell, markup, draw)
    if markup.inner == "cell" and cell.kind == "value":
        text = f"<table><tr><td>{text}</td></tr></table>"
    before = ""
    if markup.hidden == "cells" and cell.kind == "value":
        before = f'<td style="display:none">{draw.randint(1, 9000)}</td>'
    end = "" if markup.cells == "unclosed" else f"</{tag}>"
    return f"{before}<{tag}{spans}>{text}{end}"


def content(cell: Cell, markup: Markup, draw: random.Random) -> str:
    """The text of a cell with its inline markup."""
    text = html.escape(cell.text).replace("\u00a0", "&nbsp;")
    stripped = cell.text.strip()
    number = cell.kind == "value" and stripped[-1:].isascii() and stripped[-1:].isdigit()
    if markup.text == "spans" and len(stripped) > 1 and "&" not in text:
        at = draw.randint(1, len(stripped) - 1)
        text = f'<span lang="EN-US">{stripped[:at]}</span><span><span>{stripped[at:]}</span></span>'
    elif markup.text == "paragraphs":
        text = f'<p class="MsoNormal" align="center">{text}<o:p></o:p></p>'
    elif markup.text == "breaks" and cell.kind != "value" and len(stripped) > 3:
        at = draw.randint(1, len(stripped) - 1)
        text = f"{html.escape(stripped[:at])}<br/>&nbsp;{html.escape(stripped[at:])}"
    elif markup.text == "nested":
        text = f'<p><span style="color:#333"><font size=2><b>{text}</b></font></span></p>'
    if number and markup.footnotes and draw.random() < 0.3:
        text += draw.choice(
            ["<sup>1</sup>", '<span style="vertical-align: super">2</span>', "①", "*", "<sup>[1]</sup>"]
        )
    if number and markup.struck and draw.random() < 0.3:
        text = f"<del>{draw.randint(1, 9000)}</del>{text}"
    if markup.hidden == "spans" and cell.kind == "value":
        text += f'<span style="display: none">{draw.randint(1, 9)}</span>'
    return text


def _boxes(rows: Rows, markup: Markup, draw: random.Random) -> str:
    """Tables of boxes know no row spans: every row carries its own labels."""
    lines = []
    for row in rows:
        cells = [content(cell, Markup(text=markup.text), draw) for cell in row]
        if markup.boxes == "div":
            inner = "".join(f'<div style="display: table-cell">{text}</div>' for text in cells)
            lines.append(f'<div style="display: table-row">{inner}</div>')
        elif markup.boxes == "flex":
            inner = "".join(f'<div class="cell">{text}</div>' for text in cells)
            lines.append(f'<div class="row" style="display:flex">{inner}</div>')
        elif markup.boxes == "spans":
            inner = "".join(f'<span class="cell">{text}</span>' for text in cells)
            lines.append(f'<div class="row">{inner}</div>')
        elif markup.boxes == "dl":
            inner = "".join(f"<dd>{text}</dd>" for text in cells[1:])
            lines.append(f"<dl><dt>{cells[0]}</dt>{inner}</dl>")
        else:
            inner = "".join(f'<span style="display:inline-block">{text}</span>' for text in cells)
            lines.append(f"<li>{inner}</li>")
    tag = "ul" if markup.boxes == "list" else "div"
    style = ' style="display: table"' if markup.boxes == "div" else ""
    return f"<{tag}{style}>" + "\n".join(lines) + f"</{tag}>"
