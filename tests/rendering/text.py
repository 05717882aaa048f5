"""Tables as text, in the ways that pages and documents lose their tables."""

from __future__ import annotations

import random

from tests.rendering.markup import HEADINGS
from tests.rendering.tables import Filled, Layout, Rows, section_tables

SHAPES = ("pipes", "tabs", "lines", "spaced", "piped_lines")


def text(filled: Filled, layout: Layout, shape: str, draw: random.Random, tables: dict[str, Rows] | None = None) -> str:
    """A whole report as text; `tables` are its tables where they are not simply those of the layout.

    In `lines` and `spaced` blank cells are lost, as they are when text is copied.
    """
    lines = [f"汉屯路街道办事处{filled.year}年政府信息公开工作年度报告", "", "一、总体情况", ""]
    lines.append("本街道认真贯彻落实条例，全面推进政府信息公开工作，取得新的成效。")
    for section, rows in (section_tables(filled, layout, draw) if tables is None else tables).items():
        lines += ["", HEADINGS[section], "", *lines_of(rows, shape)]
    lines += ["", "五、存在的主要问题及改进情况", "公开内容还需要进一步丰富。", "六、其他需要报告的事项", "无。"]
    return "\n".join(lines) + "\n"


def lines_of(rows: Rows, shape: str) -> list[str]:
    """One table as lines."""
    if shape in ("pipes", "tabs"):
        spread = _spread(rows)
        if shape == "tabs":
            return ["\t".join(row) for row in spread]
        lines = ["| " + " | ".join(row) + " |" for row in spread]
        lines.insert(1, "|" + "---|" * len(spread[0]))
        return lines
    lines = []
    for row in rows:
        texts = [cell.text.strip() for cell in row]
        if shape == "piped_lines":
            lines += [f"{part} |" if part else "|" for part in texts[:-1]] + [f"{texts[-1]} |", "||"]
        elif shape == "spaced":
            lines.append(" ".join(part for part in texts if part))
        else:
            lines += [part for part in texts if part]
    return lines


def _spread(rows: Rows) -> list[list[str]]:
    """Every cell's text where it begins, blanks where it goes on."""
    places: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in places:
                column += 1
            for down in range(cell.rows):
                for right in range(cell.columns):
                    places[number + down, column + right] = cell.text.strip() if not down and not right else ""
            column += cell.columns
    width = max(column for _, column in places) + 1
    return [[places.get((number, column), "") for column in range(width)] for number in range(len(rows))]
