"""Blocks to rows: every table line, whatever its shape, as labels and values under a section and its header."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.reading import forms
from archive.reading.blocks import Block, Cell
from archive.reading.cells import looks_like_value, unit_in
from archive.reading.figures.beside import one_below_the_other
from archive.reading.figures.extras import set_apart
from archive.reading.figures.heads import Header, fold_head, head_parts, is_group_head, names_columns
from archive.reading.figures.labels import items_named
from archive.reading.figures.lines import PROSE_CHARACTERS, Line, first_value, lines_of, split_merged

_HEADING = re.compile(r"^[一二三四五六七八]、")
_ANNEX_HEADINGS = frozenset(forms.plain(heading) for heading in forms.ANNEX_HEADINGS)
_SECTION_HEADINGS = (
    ("disclosure", re.compile(r"主动公开.{0,8}情况$")),
    ("applications", re.compile(r"申请.{0,6}情况$")),
    ("review", re.compile(r"行政复议.{0,12}情况$|行政诉讼.{0,6}情况$")),
)
_YEAR_TITLE = re.compile(r"(?:^|[^\d])(20\d\d)年?度?[^\d。；]{0,40}(?:报告|年报|情况表?|统计表|数据|年度?)[)）》】]?$")
_YEAR_ALONE = re.compile(r"(20\d\d)年度?")
_BARE_YEAR = re.compile(r"20\d\d")
_TITLE_CHARACTERS = 60

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
    "行政复议行政诉讼": "review",
    "未经复议直接起诉": "review",
    "未经复议直接起诉复议后起诉": "review",
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
# The rows of section 二 that no other table has, for a table without its header.
_TELLING_ITEMS |= {
    forms.core(label): "annex" for item in forms.ANNEX for label in item.labels if len(forms.core(label)) >= 8
}
_TELLING_ITEMS |= {"行政事业性收费": "disclosure", "政府集中采购": "disclosure", "其他对外管理服务事项": "disclosure"}


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
    grid: int | None = None
    """The table of the document it stands in; None for a line of text."""
    right: int = -1
    """The last column that any cell of the line covers."""
    occurrence: int = 0
    """Which table of its section it is of: a section may be there twice, of this year and of an older one."""
    year: int | None = None
    """Year that the heading above the table names."""
    piped: bool = False
    """Whether pipes or tabs set its cells apart, blank ones too."""
    category: str | None = None
    """The one column that the row's own label names (行政许可 | 本年处理决定数量 | 97)."""
    turned: bool = False
    extras_apart: bool = True
    """Whether cells in columns that hold no figures have been set apart."""

    @property
    def blank(self) -> bool:
        return not any(cell.text.strip() for cell in self.values)

    @property
    def filled(self) -> list[Cell]:
        return [cell for cell in self.values if cell.text.strip()]


def rows_of(blocks: Iterable[Block], year: int | None = None) -> list[Row]:
    """All rows that belong to a statutory table, in reading order; `year` is the report's, for columns by year."""
    return _Segmenter(year).run(blocks)


class _Segmenter:
    """Follows the document line by line: which section, which header, which labels wait for values."""

    def __init__(self, year: int | None) -> None:
        self.report_year = year
        self.rows: list[Row] = []
        self.section: str | None = None
        self.header = Header()
        self.head_open = False
        self.table = -1
        self.labels: list[str] = []
        self.values: list[Cell] = []
        self.occurrence = 0
        self.heading: str | None = None
        """The section that the last heading of the report announces."""
        self.lines: list[str] = []
        """Short lines of text since the last heading, table or prose: the head of a section not yet known."""
        self.year: int | None = None
        self.year_alone = False
        self.first_line: tuple[int, list[Cell], int] = (-1, [], -1)
        """The first line of a table whose section is not known yet."""

    def run(self, blocks: Iterable[Block]) -> list[Row]:
        for line in one_below_the_other(lines_of(blocks)):
            if line.table >= 0 and not line.exact and self._continues_loose(line):
                continue
            if line.table >= 0:
                self._finish_loose()
                if line.table != self.table:
                    self.table = line.table
                    self.head_open = True
                self._table_line(line)
            elif len(line.cells) > 1:
                self._cells_of_text(line)
            else:
                self._loose_line(line.cells[0])
        self._finish_loose()
        self._leave_labels()
        return self.rows

    # --- rows of grids and of text tables ---------------------------------------------------------------------

    def _table_line(self, line: Line) -> None:
        filled = [cell for cell in line.cells if cell.text.strip()]
        if not filled:
            return
        if len(filled) == 1:
            self._note_year(filled[0].text)
        if self._ends_section(filled):
            return
        if self.section is None and self.first_line[0] != line.table:
            self.first_line = line.table, filled, line.right
        unknown = self.section is None
        self._mark_section([cell.text for cell in filled])
        if unknown and self.section == "annex" and self.first_line[0] == line.table:
            # The annex is known by its rows only: the table's first line was its head.
            self.header.read(self.first_line[1], self.section, self.first_line[2])
        if self.section is None and self.heading and len(filled) > 1 and (line.grid is not None or line.piped):
            # A table without a head under the report's heading.
            self.section = self.heading
            self.header = Header()
            self.occurrence += 1
        if self.section is None:
            return
        if names_columns((cell.text for cell in filled), self.section) or (
            self.section == "review" and self.header.used and is_group_head(filled, self.header)
        ):
            self._open_head()
            self.header.read(filled, self.section, line.right)
            return
        whole = filled
        self._settle()
        line, beside, apart = set_apart(line, self.header, self.section)
        unit = unit_in("".join(cell.text for cell in beside)) if self.section == "annex" else None
        line = split_merged(line, self.section)
        filled = [cell for cell in line.cells if cell.text.strip()]
        if not filled:
            return
        if self.section == "disclosure" and line.exact and (named := self._named_category(line)):
            self.head_open = False
            *before, column, value = [cell for cell in line.cells if cell.text.strip() or cell is line.cells[-1]]
            row = self._emit([cell.text for cell in before], [value], line, [*before, column])
            row.category = named
            return
        values_at = first_value(line.cells, self.section)
        if values_at is None:
            if (self.head_open or self.section == "disclosure") and self._read_head(whole, line.right):
                return
            labels = [cell.text for cell in filled]
            values_at = max(index for index, cell in enumerate(line.cells) if cell.text.strip()) + 1
        else:
            labels = [
                cell.text for cell in line.cells[:values_at] if cell.text.strip() and not looks_like_value(cell.text)
            ]
            years = len(filled) > 1 and all(_BARE_YEAR.fullmatch(cell.text.strip()) for cell in filled)
            if years and not self.header.used and self._read_head(filled, line.right):
                return
        self.head_open = False
        if not line.exact and labels:
            # The beginning of a label that was broken over lines stands on the lines before its values.
            labels = [*self.labels, *labels]
        self.labels = []
        row = self._emit(labels, line.cells[values_at:], line, line.cells[:values_at])
        row.unit = unit
        row.extras_apart = apart

    def _named_category(self, line: Line) -> str | None:
        """The column that stands between label and number in a row of its own, where no head names columns."""
        columns = forms.categories_by_label("disclosure")
        value = line.cells[-1]
        before = [cell for cell in line.cells[:-1] if cell.text.strip()]
        if not before or self.header.columns or (value.text.strip() and not looks_like_value(value.text)):
            return None
        if any(looks_like_value(cell.text) or fold_head(cell.text) in columns for cell in before[:-1]):
            return None
        follows = bool(self.rows) and self.rows[-1].category is not None
        labelled = any(items_named("disclosure", cell.text) for cell in before[:-1])
        # A blank may as well end a head.
        return columns.get(fold_head(before[-1].text)) if value.text.strip() or labelled or follows else None

    def _open_head(self) -> None:
        """Begin another head where rows have been read under the last one: the table goes on, or is another."""
        if self.header.used:
            self.header = Header(year_matters=self.header.year_matters)
            self.occurrence += 1
        self.head_open = True

    def _read_head(self, filled: list[Cell], right: int) -> bool:
        if self.section is None:
            return False
        if self.header.used and not Header().read(filled, self.section):
            return False
        if self.header.used:
            self._open_head()
        return self.header.read(filled, self.section, right)

    def _settle(self) -> None:
        if not self.header.used:
            self.header.settle(self.report_year)

    def _emit(self, labels: list[str], values: list[Cell], line: Line, label_cells: list[Cell]) -> Row:
        self._settle()
        self.header.used = True
        row = Row(
            self.section or "",
            labels,
            values,
            line.exact,
            line.table,
            self.header,
            len(self.rows),
            label_cells,
            grid=line.grid,
            right=line.right,
            piped=line.piped,
            turned=line.turned,
            occurrence=self.occurrence,
            year=self.year,
        )
        self.rows.append(row)
        return row

    # --- lines of text ----------------------------------------------------------------------------------------

    def _continues_loose(self, line: Line) -> bool:
        """Take a line of nothing but values, set apart by blanks, as the values of the labels on the lines above it.

        Not so in a table of pipes: there such a row stands for a label that may be anywhere (see the labels around it).
        """
        if line.piped or not self.labels or self.values or self.section not in ("disclosure", "applications"):
            return False
        if not all(looks_like_value(cell.text) for cell in line.cells):
            return False
        self._emit(self.labels, line.cells, Line([], False, -1), []).whole_line = True
        self.labels = []
        return True

    def _cells_of_text(self, line: Line) -> None:
        """Take a row whose cells came one a line, blank ones too: a row of values, else heads and labels one by one."""
        filled = [cell for cell in line.cells if cell.text]
        if self.section is not None and any(looks_like_value(cell.text) for cell in filled):
            self._finish_loose()
            values_at = first_value(line.cells, self.section)
            before = filled if values_at is None else [cell for cell in line.cells[:values_at] if cell.text]
            for cell in before:
                self._mark_section([cell.text])
            values = [] if values_at is None else [cell for cell in line.cells[values_at:] if cell.text]
            one_row = before and all(looks_like_value(cell.text) for cell in values)
            if values_at is not None and one_row and not any(looks_like_value(cell.text) for cell in before):
                self._emit([cell.text for cell in before], line.cells[values_at:], line, line.cells[:values_at])
                self.labels = []
                return
        for cell in filled:
            self._loose_line(cell)

    def _loose_line(self, cell: Cell) -> None:
        text = cell.text
        if looks_like_value(text):
            self.lines.clear()
            if self.section is not None:
                self.values.append(Cell(text, len(self.values), len(self.values), cell.row, cell.confidence))
            return
        self._finish_loose()
        self._note_year(text)
        prose = len(text) > PROSE_CHARACTERS and not (self.heading and names_columns(head_parts(text), self.heading))
        if prose or (text.endswith("。") and len(text) > 40):
            self.labels.clear()
            self.lines.clear()
            return
        if self._ends_section([cell]):
            return
        self._mark_section([text, *head_parts(text)])
        if self.section is None:
            self.lines.append(text)
            return
        self.labels.append(text)
        if self.header.used and len(self.labels) > 1 and names_columns(self.labels[-2:], self.section):
            self.header = Header(words=self.labels[-2:-1])
            self.occurrence += 1
        self.header.words.append(text)

    def _finish_loose(self) -> None:
        """Close a row whose labels and values came one a line."""
        if self.values and self.section is not None:
            self._emit(self.labels, self.values, Line([], False, -1), [])
            self.labels = []
        self.values = []

    def _leave_labels(self) -> None:
        """Keep what stands below the last values of a text: the rest of their label, cut in two by them."""
        if self.labels and self.section == "applications" and self.header.used:
            self._emit(self.labels, [], Line([], False, -1), [])
        self.labels = []

    # --- sections ---------------------------------------------------------------------------------------------

    def _note_year(self, text: str) -> None:
        """Keep the year that a heading names; a list of years (tabs, links) names none."""
        squeezed = re.sub(r"\s+", "", text)
        if len(squeezed) > _TITLE_CHARACTERS:
            return
        alone = _YEAR_ALONE.fullmatch(squeezed)
        match = alone or _YEAR_TITLE.search(squeezed)
        if not match:
            self.year_alone = False
            return
        self.year = None if alone and self.year_alone else int(match.group(1))
        self.year_alone = alone is not None

    def _ends_section(self, cells: list[Cell]) -> bool:
        """Whether a line is one of the report's own headings (四、…行政复议…情况), which ends the table above it."""
        text = cells[0].text
        if len(cells) > 1 or not _HEADING.match(text) or re.search(r"[0-9]", text):
            return False
        core = forms.core(text)
        if self.section == "annex" and core in _ANNEX_HEADINGS:
            return False
        if self.section == "applications" and not core:
            # 三、 alone: the label of a group of rows, printed downwards.
            return False
        # Cells of labels on one line, set apart by blanks (三、本年度办理结果 （一）予以公开), or one that was broken.
        known = forms.items_by_core(self.section or "annex")
        if items_named(self.section or "annex", text):
            return False
        for part in {core, *(forms.core(piece) for piece in text.split())}:
            if part in _TELLING_ITEMS or part in forms.GROUPS or part in known:
                return False
        if self.section and len(core) > 1 and any(label.startswith(core) for label in (*known, *forms.GROUPS)):
            return False
        self._finish_loose()
        self._leave_labels()
        self.section = None
        self.labels = []
        self.lines.clear()
        self.heading = next((section for section, pattern in _SECTION_HEADINGS if pattern.search(core)), None)
        return True

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
                self.section = section
                self.header = Header(words=self._words_above(section))
                self.occurrence += 1
                self.head_open = True
            elif folded in ("信息内容", "申请人情况") or folded.startswith("第二十条第"):
                if folded == "申请人情况" and self.header.used:
                    self.occurrence += 1
                if self.header.used or folded != "信息内容":
                    self.header = Header()
                self.head_open = True
            return

    def _words_above(self, section: str) -> list[str]:
        """The lines just above that name columns of a section, where the section is known by a later line only."""
        lines, self.lines = self.lines, []
        if section == "annex":
            return []
        columns = forms.categories_by_label(section)
        return [line for line in lines if any(fold_head(part) in columns for part in (line, *head_parts(line)))]
