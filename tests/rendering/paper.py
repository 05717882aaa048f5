"""A report set on paper: characters, rulings and shades at places on pages, before it is a PDF or a picture."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.rendering.markup import HEADINGS
from tests.rendering.tables import Cell, Filled, Layout, Rows, section_tables

_A4 = (595.0, 842.0)
_MARGIN = 50.0
_LEADING = 1.25
# Shares of a table's width: three columns of labels and seven of numbers, and the like.
_LABEL_SHARES = {4: [4.0], 10: [1.2, 2.4, 5.4], 11: [1.2, 1.2, 2.4, 5.0], 14: [1.2, 2.4, 4.4]}
PROSE = (
    "本报告根据《中华人民共和国政府信息公开条例》编制，由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、"
    "因政府信息公开工作被申请行政复议和提起行政诉讼情况、存在的主要问题及改进情况和其他需要报告的事项等六部分组成。"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """How a report is set; every field is something that printers, offices and their programs do."""

    rulings: str = "all"
    """all, frame (no outer border left and right), across (horizontal only), three (above, below and under the head),
    none, shades (cells told apart by colour alone), shaded (ruled, with coloured heads)"""
    landscape: bool = False
    breaks: str = ""
    """Where page breaks cut a table: rows (between two), labels (through the label of a row), heads (between two rows,
    the head again above the rest); nothing for pages so long that none does."""
    numbers: str = "- 1 -"
    """The page numbers at the foot; nothing for none."""
    running: str = ""
    """A line at the head of every page."""
    cover: bool = False
    columns: int = 1
    """Columns of the running text."""
    frame: bool = False
    """Whether a frame stands around every page."""
    downwards: bool = False
    """Whether labels in narrow columns stand one character a line."""
    size: float = 8.0
    align: str = "center"
    """How numbers stand in their cells: center, left, right"""


@dataclass(slots=True)
class Text:
    """Characters on a line: left edge and base line, right and down from the upper left corner."""

    x: float
    y: float
    text: str
    size: float
    colour: tuple[float, float, float] = (0, 0, 0)


@dataclass(slots=True)
class Page:
    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    shades: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    """Boxes, and how grey they are: 0 is black."""


def width_of(text: str, size: float) -> float:
    """How wide a text is: Han characters are square, others half as wide."""
    return sum(size if character >= "\u2e80" or character in "“”‘’—…①②" else size / 2 for character in text)


def pages_of(filled: Filled, layout: Layout, paper: Paper, draw: random.Random) -> list[Page]:
    """The pages of a report with its three tables."""
    return _Setter(paper, draw).report(filled, layout)


@dataclass(slots=True)
class _Placed:
    """A cell with the rows and columns it covers, first to last."""

    cell: Cell
    top: int
    left: int
    bottom: int
    right: int


class _Setter:
    def __init__(self, paper: Paper, draw: random.Random) -> None:
        self.paper = paper
        self.draw = draw
        width, height = _A4[::-1] if paper.landscape else _A4
        self.width, self.height = width, height if paper.breaks else 6_000.0
        self.pages: list[Page] = []
        self.y = 0.0
        self._new_page()

    def report(self, filled: Filled, layout: Layout) -> list[Page]:
        title = f"汉屯路街道办事处{filled.year}年政府信息公开工作年度报告"
        if self.paper.cover:
            self.y = 250
            self._line(title, 20)
            self.y = 600
            self._line(f"{filled.year + 1}年1月", 14)
            self._new_page()
        self._line(title, 16)
        self._prose([PROSE])
        self._line("一、总体情况", 11)
        self._prose([PROSE, PROSE])
        for section, rows in section_tables(filled, layout, self.draw).items():
            self._line(HEADINGS[section], 11)
            self._table(rows)
        self._line("五、存在的主要问题及改进情况", 11)
        self._prose([PROSE])
        self._line("六、其他需要报告的事项", 11)
        self._line("无。", 11)
        return self.pages

    # --- pages and running text ---------------------------------------------------------------------------------

    @property
    def _bottom(self) -> float:
        return self.height - _MARGIN - 10

    def _new_page(self) -> None:
        page = Page(self.width, self.height)
        self.pages.append(page)
        self.y = _MARGIN
        if self.paper.frame:
            x, y, right, low = 20.0, 15.0, self.width - 20, self.height - 15
            page.lines += [(x, y, right, y), (x, low, right, low), (x, y, x, low), (right, y, right, low)]
        if self.paper.running:
            page.texts.append(Text(_MARGIN, 30, self.paper.running, 8))
        if self.paper.numbers and self.paper.breaks:
            number = self.paper.numbers.replace("1", str(len(self.pages)))
            page.texts.append(Text(self.width / 2 - width_of(number, 9) / 2, self.height - 30, number, 9))

    def _line(self, text: str, size: float) -> None:
        if self.y + 2 * size > self._bottom:
            self._new_page()
        self.y += size * 1.6
        self.pages[-1].texts.append(Text(_MARGIN, self.y, text, size))
        self.y += size * 0.8

    def _prose(self, paragraphs: Iterable[str]) -> None:
        size, count = 10.0, self.paper.columns
        wide = (self.width - 2 * _MARGIN - 20 * (count - 1)) / count
        lines = [line for text in paragraphs for line in _wrapped("　　" + text, wide, size)]
        longest = -(-len(lines) // count)
        if self.y + longest * size * 1.6 > self._bottom:
            self._new_page()
        for number, line in enumerate(lines):
            column, row = divmod(number, longest)
            x = _MARGIN + column * (wide + 20)
            self.pages[-1].texts.append(Text(x, self.y + (row + 1) * size * 1.6, line, size))
        self.y += longest * size * 1.6 + 6

    # --- tables -------------------------------------------------------------------------------------------------

    def _table(self, rows: Rows) -> None:
        places, width = _laid_out(rows)
        xs = self._edges(width)
        heights = self._heights(places, len(rows), xs)
        heads = sum(1 for row in rows if any(cell.kind == "head" for cell in row)) if width > 4 else 0
        first = 0
        used = 0.0
        while first < len(rows):
            repeated = list(range(heads)) if first >= heads and first and self.paper.breaks == "heads" else []
            room = self._bottom - self.y - sum(heights[row] for row in repeated)
            last, taken, cut = first, 0.0, False
            while last < len(rows) and taken + heights[last] - (used if last == first else 0) <= room:
                taken += heights[last] - (used if last == first else 0)
                last += 1
            spare = room - taken
            if last < len(rows) and self._may_be_cut(places, last, heights) and spare > 2 * self.paper.size * _LEADING:
                cut = True
            if last == first and not cut:
                if self.y <= _MARGIN + 1:
                    raise ValueError("a row is higher than the page")
                self._new_page()
                continue
            for row in repeated:
                self._part(places, xs, heights, row, row + 1, 0.0, 0.0)
            lines = int(spare // (self.paper.size * _LEADING)) - 1 if cut else 0
            self._part(places, xs, heights, first, last, used, spare if cut else 0.0, lines)
            used = (lines * self.paper.size * _LEADING) if cut else 0.0
            first = last
            if first < len(rows):
                self._new_page()
        self.y += 10

    def _may_be_cut(self, places: list[_Placed], row: int, heights: list[float]) -> bool:
        if self.paper.breaks != "labels":
            return False
        own = [one for one in places if one.top == one.bottom == row]
        return bool(own) and heights[row] > 2.5 * self.paper.size * _LEADING and own[0].cell.kind == "label"

    def _edges(self, width: int) -> list[float]:
        shares = [*_LABEL_SHARES.get(width, [])]
        shares += [2.0] * (width - len(shares))
        whole = self.width - 2 * _MARGIN
        edges = [_MARGIN]
        for share in shares:
            edges.append(edges[-1] + whole * share / sum(shares))
        return edges

    def _heights(self, places: list[_Placed], count: int, xs: list[float]) -> list[float]:
        heights = [self.paper.size * _LEADING + 5] * count
        for one in sorted(places, key=lambda place: place.bottom - place.top):
            needed = len(self._lines_of(one, xs)) * self.paper.size * _LEADING + 5
            short = needed - sum(heights[one.top : one.bottom + 1])
            if short > 0:
                heights[one.bottom] += short
        return heights

    def _lines_of(self, one: _Placed, xs: list[float]) -> list[str]:
        wide = xs[one.right + 1] - xs[one.left] - 3
        text = one.cell.text.strip()
        if self.paper.downwards and one.cell.kind != "value" and wide < 4 * self.paper.size:
            wide = self.paper.size * 1.1
        return _wrapped(text, wide, self.paper.size)

    def _part(
        self,
        places: list[_Placed],
        xs: list[float],
        heights: list[float],
        first: int,
        last: int,
        used: float,
        spare: float,
        cut_lines: int = 0,
    ) -> None:
        """Draw rows `first` to `last` on this page, `used` of the first row drawn before, and `spare` of the next."""
        page = self.pages[-1]
        shown = range(first, last + (1 if spare else 0))
        tops: dict[int, float] = {}
        y = self.y
        for row in shown:
            tops[row] = y
            y += spare if row == last else heights[row] - (used if row == first else 0)
        bottom = y
        whole = sum(heights[one] for one in shown)
        for one in places:
            rows = [row for row in shown if one.top <= row <= one.bottom]
            if not rows:
                continue
            top = tops[rows[0]]
            low = tops.get(rows[-1] + 1, bottom)
            box = (xs[one.left], top, xs[one.right + 1], low)
            self._shade(page, one, box)
            opened = (one.top < first or (rows[0] == first and bool(used)), one.bottom >= last)
            self._rule(page, one, box, opened, (rows[0] == shown[0], rows[-1] == shown[-1]))
            lines = self._lines_of(one, xs)
            if one.top == one.bottom == last and spare:
                lines = lines[:cut_lines]
            elif one.top == one.bottom == first and used:
                lines = lines[round(used / (self.paper.size * _LEADING)) :]
            elif one.top < first and rows[0] == first:
                # Where a cell of several rows goes on, its text has been printed above.
                continue
            self._write(page, one, box, lines, middle=whole > 0 and not (spare and one.bottom >= last))
        self.y = bottom

    def _write(
        self, page: Page, one: _Placed, box: tuple[float, float, float, float], lines: list[str], *, middle: bool
    ) -> None:
        size = self.paper.size
        x0, y0, x1, y1 = box
        high = len(lines) * size * _LEADING
        top = y0 + (max((y1 - y0 - high) / 2, 1) if middle else 2)
        for number, line in enumerate(lines):
            wide = width_of(line, size)
            x = x0 + (x1 - x0 - wide) / 2
            if one.cell.kind == "value" and self.paper.align != "center":
                x = x0 + 3 if self.paper.align == "left" else x1 - 3 - wide
            page.texts.append(Text(x, top + number * size * _LEADING + size, line, size))

    def _shade(self, page: Page, one: _Placed, box: tuple[float, float, float, float]) -> None:
        if self.paper.rulings == "shades":
            x0, y0, x1, y1 = box
            grey = 0.8 if (one.top + one.left) % 2 else 0.9
            page.shades.append((x0 + 0.5, y0 + 0.5, x1 - 0.5, y1 - 0.5, grey))
        elif self.paper.rulings == "shaded" and one.cell.kind != "value":
            page.shades.append((*box, 0.85))

    def _rule(
        self,
        page: Page,
        one: _Placed,
        box: tuple[float, float, float, float],
        opened: tuple[bool, bool],
        edge: tuple[bool, bool],
    ) -> None:
        x0, y0, x1, y1 = box
        rulings = self.paper.rulings
        if rulings in ("none", "shades"):
            return
        level = [(x0, y0, x1, y0), (x0, y1, x1, y1)]
        if rulings == "three":
            ends = [line for line, at_end in zip(level, edge, strict=True) if at_end]
            under = one.cell.kind == "head" and edge != (True, True)
            page.lines.extend([*ends, level[1]] if under else ends)
            return
        # A page break leaves a row open where it cuts it.
        page.lines.extend(line for line, left_open in zip(level, opened, strict=True) if not left_open or rulings)
        if rulings == "across":
            return
        if rulings != "frame" or one.left:
            page.lines.append((x0, y0, x0, y1))
        if rulings != "frame" or x1 < self.width - _MARGIN - 1:
            page.lines.append((x1, y0, x1, y1))


def _laid_out(rows: Rows) -> tuple[list[_Placed], int]:
    taken: dict[tuple[int, int], _Placed] = {}
    placed: list[_Placed] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            down = min(cell.rows, len(rows) - number)
            one = _Placed(cell, number, column, number + down - 1, column + cell.columns - 1)
            placed.append(one)
            taken |= {(number + below, column + beside): one for below in range(down) for beside in range(cell.columns)}
            column += cell.columns
    width = max(column for _, column in taken) + 1
    return placed, width


def _wrapped(text: str, wide: float, size: float) -> list[str]:
    lines = [""]
    for character in text:
        number = character.isascii() and lines[-1][-1:].isascii() and lines[-1] != ""
        if width_of(lines[-1] + character, size) > wide and lines[-1] and not number:
            lines.append("")
        lines[-1] += character
    return [line for line in lines if line]


def merged_lines(lines: Iterable[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """Whole lines of the pieces that cells leave."""
    found: list[tuple[float, float, float, float]] = []
    for level in (True, False):
        own = sorted(
            {line for line in lines if (line[1] == line[3]) is level}, key=lambda it: (it[1], it[0]) if level else it
        )
        for line in own:
            if found and level and found[-1][1] == line[1] == found[-1][3] and line[0] <= found[-1][2] + 0.1:
                found[-1] = (found[-1][0], line[1], max(found[-1][2], line[2]), line[3])
            elif found and not level and found[-1][0] == line[0] == found[-1][2] and line[1] <= found[-1][3] + 0.1:
                found[-1] = (line[0], found[-1][1], line[2], max(found[-1][3], line[3]))
            else:
                found.append(line)
    return found


__all__ = ["PROSE", "Page", "Paper", "Text", "merged_lines", "pages_of", "replace", "width_of"]
