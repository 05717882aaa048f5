"""Blocks to rows: every table line, whatever its shape, as labels and values under a section and its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archive.reading import forms
from archive.reading.blocks import Block, Cell, Grid
from archive.reading.cells import looks_like_value, unit_in

_PARENTHESES = re.compile(r"[(（][^)）]*[)）]?")
_HEADING = re.compile(r"^[一二三四五六七八]、")
_PROSE_CHARACTERS = 90

_SECTION_MARKS: dict[str, str] = {
    "第二十条第一项": "disclosure",
    "第二十条第五项": "disclosure",
    "第二十条第六项": "disclosure",
    "第二十条第八项": "disclosure",
    "第二十条第九项": "disclosure",
    "信息内容": "disclosure",
    "申请人情况": "applications",
    "自然人": "applications",
    "商业企业": "applications",
    "社会公益组织": "applications",
    "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和": "applications",
    "行政复议": "review",
    "行政诉讼": "review",
    "未经复议直接起诉": "review",
    "复议后起诉": "review",
    "统计指标": "annex",
    "指标名称": "annex",
    "填报单位": "annex",
}
# Long enough to be nothing else, so that a table without its header is known by its rows.
_TELLING_ITEMS: dict[str, str] = {
    forms.core(label): item.section
    for item in forms.APPLICATIONS
    for label in item.labels
    if len(forms.core(label)) >= 6
}
_EXTRA_COLUMNS = frozenset({"备注", "说明", "序号", "小计", "单位"})


@dataclass(slots=True)
class Header:
    """The columns a table's head names: category (or item and category in section 四) to the columns it covers."""

    columns: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    units: dict[str, str | None] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    """Head texts in the order read, for heads whose cells fell apart."""
    extra: list[tuple[int, int]] = field(default_factory=list)
    """Columns known not to hold figures (备注, 小计)."""


@dataclass(slots=True)
class Row:
    """A line of a table: the labels since the last values, and its values with the columns they cover."""

    section: str
    labels: list[str]
    values: list[Cell]
    exact: bool
    """Whether blank cells are cells of the table, and not padding."""
    table: int
    header: Header
    number: int = 0
    label_cells: list[Cell] = field(default_factory=list)
    whole_line: bool = False
    """Whether the values stood on one line below the lines of labels."""
    unit: str | None = None
    """Unit of money that a column of units prints for the row."""

    @property
    def blank(self) -> bool:
        return not any(cell.text.strip() for cell in self.values)


@dataclass(slots=True)
class Line:
    """A row before its section is known: cells left to right, and the table it stands in (-1 for a line of text)."""

    cells: list[Cell]
    exact: bool
    table: int
    piped: bool = False


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """Every grid row, and every line of text taken apart at tabs, pipes or blanks."""
    table = -1
    in_text_table = False
    for block in blocks:
        if isinstance(block, Grid):
            table += 1
            in_text_table = False
            for number, row in enumerate(block.rows):
                yield Line([cell for cell in row if cell.row == number], block.exact, table)
            continue
        for text in block.text.split("\n"):
            cells = split_line(text)
            if len(cells) > 1:
                if not in_text_table:
                    table += 1
                in_text_table = True
                parts = [Cell(part, column, column, 0) for column, part in enumerate(cells)]
                yield Line(parts, exact=False, table=table, piped="|" in text or "\t" in text)
            elif cells:
                # Blank lines and lone cells between the rows of a text table do not end it; a heading or prose does.
                if len(cells[0]) > _PROSE_CHARACTERS or _HEADING.match(cells[0]):
                    in_text_table = False
                yield Line([Cell(cells[0], 0, 0, 0)], exact=False, table=-1)


def split_line(text: str) -> list[str]:
    """The cells of a line of text: at tabs, at pipes, or a label with its values set apart by blanks."""
    stripped = text.strip(" \r\n\u3000\u00a0")
    if not stripped.strip("|\t "):
        return []
    if "\t" in text:
        return [part.strip() for part in text.strip("\r\n").split("\t")]
    if "|" in stripped:
        if re.fullmatch(r"\|?(?:\s*:?-{2,}:?\s*\|?)+", stripped):
            return []
        inner = stripped.removeprefix("|").removesuffix("|")
        parts = [part.strip() for part in inner.split("|")]
        filled = [part for part in parts if part]
        if len(filled) > 1 or (stripped.startswith("|") and len(parts) > 2):
            return parts
        return filled
    parts = stripped.split()
    count = 0
    while count < len(parts) and looks_like_value(parts[-1 - count]):
        count += 1
    if count == len(parts) and count > 1:
        return parts
    if count and len(stripped) <= _PROSE_CHARACTERS and not stripped.endswith(("。", "；", "，")):
        label = " ".join(parts[:-count])
        return [label, *parts[-count:]] if label else parts
    return [stripped]


def rows_of(blocks: Iterable[Block]) -> list[Row]:
    """All rows that belong to a statutory table, in reading order."""
    return _Segmenter().run(blocks)


class _Segmenter:
    """Follows the document line by line: which section, which header, which labels wait for values."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.section: str | None = None
        self.header = Header()
        self.head_open = False
        self.table = -1
        self.labels: list[str] = []
        self.values: list[Cell] = []
        self.groups: dict[str, tuple[int, int]] = {}

    def run(self, blocks: Iterable[Block]) -> list[Row]:
        for line in lines_of(blocks):
            if line.table >= 0 and not line.exact and self._continues_loose(line):
                continue
            if line.table >= 0:
                self._finish_loose()
                if line.table != self.table:
                    self.table = line.table
                    self.head_open = True
                self._table_line(line)
            else:
                self._loose_line(line.cells[0].text)
        self._finish_loose()
        return self.rows

    # --- rows of grids and of text tables ---------------------------------------------------------------------

    def _table_line(self, line: Line) -> None:
        filled = [cell for cell in line.cells if cell.text.strip()]
        if not filled:
            return
        self._mark_section([cell.text for cell in filled])
        if self.section is None:
            return
        unit = None
        if self.section == "annex" and self.header.extra:
            # The column of units (件, 条, 万元) is neither label nor value.
            beside = [cell for cell in line.cells if any(a <= cell.first <= b for a, b in self.header.extra)]
            unit = unit_in("".join(cell.text for cell in beside))
            kept = [cell for cell in line.cells if not any(cell is other for other in beside)]
            line = Line(kept, line.exact, line.table)
            filled = [cell for cell in kept if cell.text.strip()]
        values_at = _first_value(line.cells, self.section)
        if values_at is None:
            if self._read_head(filled):
                return
            labels = [cell.text for cell in filled]
            values_at = max(index for index, cell in enumerate(line.cells) if cell.text.strip()) + 1
        else:
            labels = [
                cell.text for cell in line.cells[:values_at] if cell.text.strip() and not looks_like_value(cell.text)
            ]
        self.head_open = False
        if not line.exact and labels:
            # The beginning of a label that was broken over lines stands on the lines before its values.
            labels = [*self.labels, *labels]
        self.labels = []
        self._emit(labels, line.cells[values_at:], line.exact, line.table, line.cells[:values_at])
        self.rows[-1].unit = unit

    def _emit(self, labels: list[str], values: list[Cell], exact: bool, table: int, label_cells: list[Cell]) -> None:
        number = len(self.rows)
        self.rows.append(Row(self.section or "", labels, values, exact, table, self.header, number, label_cells))

    # --- lines of text ----------------------------------------------------------------------------------------

    def _continues_loose(self, line: Line) -> bool:
        """Take a line of nothing but values, set apart by blanks, as the values of the labels on the lines above it.

        Not so in a table of pipes: there such a row stands for a label that may be anywhere (see the labels around it).
        """
        if line.piped or not self.labels or self.values or self.section not in ("disclosure", "applications"):
            return False
        if not all(looks_like_value(cell.text) for cell in line.cells):
            return False
        self._emit(self.labels, line.cells, False, -1, [])
        self.rows[-1].whole_line = True
        self.labels = []
        return True

    def _loose_line(self, text: str) -> None:
        if looks_like_value(text):
            if self.section is not None:
                self.values.append(Cell(text, len(self.values), len(self.values), 0))
            return
        self._finish_loose()
        if len(text) > _PROSE_CHARACTERS or (text.endswith("。") and len(text) > 40):
            self.labels.clear()
            return
        self._mark_section([text, *text.split()])
        if _HEADING.match(text) and forms.core(text) not in _TELLING_ITEMS and forms.core(text) not in forms.GROUPS:
            self.section = None
            self.labels.clear()
            return
        if self.section is None:
            return
        self.labels.append(text)
        self.header.words.append(text)

    def _finish_loose(self) -> None:
        """Close a row whose labels and values came one a line."""
        if self.values and self.section is not None:
            self._emit(self.labels, self.values, False, -1, [])
            self.labels = []
        self.values = []

    # --- sections and heads -----------------------------------------------------------------------------------

    def _mark_section(self, texts: list[str]) -> None:
        for text in texts:
            folded = forms.plain(text)
            section = _SECTION_MARKS.get(folded) or _TELLING_ITEMS.get(forms.core(text))
            if section is None and folded.startswith("第二十条第"):
                section = "disclosure"
            if section is None:
                continue
            if section != self.section:
                self._finish_loose()
                self.labels = []
                self.groups = {}
                self.section = section
                self.header = Header()
                self.head_open = True
            elif folded in ("信息内容", "申请人情况") or folded.startswith("第二十条第"):
                self.header = Header()
                self.head_open = True
            return

    def _read_head(self, cells: list[Cell]) -> bool:
        """Take up a line that names columns; False when it names none."""
        if self.section == "annex":
            return self._read_annex_head(cells)
        if not self.head_open and self.section != "disclosure":
            return False
        categories = forms.categories_by_label(self.section or "")
        named = False
        for cell in cells:
            folded = forms.plain(_PARENTHESES.sub("", cell.text))
            span = (cell.first, cell.last)
            if self.section == "review" and folded in _REVIEW_GROUPS:
                self.groups[_REVIEW_GROUPS[folded]] = span
                named = True
            elif category := categories.get(folded):
                owner = self._group_over(span) if self.section == "review" else ""
                if owner is not None:
                    self.header.columns[(owner, category)] = span
                    self.header.units[category] = unit_in(cell.text)
                named = True
            elif folded in _EXTRA_COLUMNS:
                self.header.extra.append(span)
                named = True
            elif folded in forms.IGNORED_LABELS or folded in _SECTION_MARKS:
                named = True
            self.header.words.append(cell.text)
        return named

    def _read_annex_head(self, cells: list[Cell]) -> bool:
        named = False
        for cell in cells:
            folded = forms.plain(cell.text)
            if "历年累计" in folded or folded.startswith("累计"):
                self.header.columns[("", "cumulative")] = (cell.first, cell.last)
                named = True
            elif re.fullmatch(r"统计数据?|数量|本年度?|合计|(?:20\d\d)年度?(?:统计数)?", folded):
                self.header.columns[("", "count")] = (cell.first, cell.last)
                named = True
            elif folded in ("单位", "指标名称", "统计指标", "计量单位", "填报单位", "序号"):
                if folded in ("单位", "计量单位"):
                    self.header.extra.append((cell.first, cell.last))
                named = True
        return named

    def _group_over(self, span: tuple[int, int]) -> str | None:
        for name, (first, last) in self.groups.items():
            if name != "litigation" and first <= span[0] and span[1] <= last:
                return name
        return None


_REVIEW_GROUPS = {
    "行政复议": "reconsideration",
    "行政诉讼": "litigation",
    "未经复议直接起诉": "litigation_direct",
    "复议后起诉": "litigation_after_review",
}


def _first_value(cells: list[Cell], section: str) -> int | None:
    """Index of the cell the values begin at: after the last known label, else at the first value; None if none."""
    known = forms.items_by_core(section)
    last_label: int | None = None
    for index, cell in enumerate(cells):
        if cell.text.strip() and not looks_like_value(cell.text):
            label = forms.core(cell.text)
            if label in known or (last_label is None and label in forms.GROUPS):
                last_label = index
    first = next(
        (
            index
            for index, cell in enumerate(cells)
            if index > (last_label if last_label is not None else -1) and looks_like_value(cell.text)
        ),
        None,
    )
    if first is None:
        return None
    if last_label is None:
        # An unknown label: everything before the first value that is not blank is label.
        return first
    return last_label + 1
