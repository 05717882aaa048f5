"""Blocks to figures: matched by label, never by count; what cannot be placed is null with a warning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.reading import forms
from archive.reading.blocks import CONFIDENT, Block
from archive.reading.cells import Value, read_cell, unit_in
from archive.reading.figures.by_order import match_by_order
from archive.reading.figures.by_sums import cells_by_sums
from archive.reading.figures.heads import REVIEW_GROUPS, Header, fold_head, several_columns
from archive.reading.figures.matching import Match, Matcher
from archive.reading.figures.placing import crowded, is_stray, place, ragged_tables, settle_orders
from archive.reading.figures.rows import Row, rows_of
from archive.reading.figures.trust import Placed, withdraw_doubtful
from archive.reading.model import Figure, Warning

_FORM_WORDS = {
    "2021": ("制发件数", "废止件数", "现行有效件数", "本年处理决定数量", "本年收费金额"),
    "2019": ("新制作数量", "新公开数量", "对外公开总数量", "上一年项目数量", "采购项目数量", "采购总金额"),
}
_DECISIONS = frozenset({"行政许可", "行政处罚", "行政强制"})
_STATUTORY_SECTIONS = ("disclosure", "applications", "review")
_Key = tuple[str, str]
# A row of values in a text: the applicants' columns are seven.
_FEWEST_COLUMNS = 5


@dataclass(slots=True)
class Tables:
    """The figures of a document, the form its tables are of, and what could not be settled."""

    figures: list[Figure] = field(default_factory=list)
    form: str | None = None
    warnings: list[Warning] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    year_matters: bool = False
    """Whether columns or tables of several years are there: reading them takes the report's year."""


def read_tables(blocks: Iterable[Block], year: int | None = None) -> Tables:
    """Read every statutory table of a document; pure, and the same for every kind of document.

    `year` is the year reported on, where it is known: of columns and of tables for several years its own are read.
    """
    rows = rows_of(blocks, year)
    tables = Tables()
    if not rows:
        return tables
    tables.year_matters = any(row.header.year_matters for row in rows) or len({row.year for row in rows}) > 1
    rows = _of_year(rows, year)
    reader = _TableReader(rows)
    tables.form = reader.form
    for section in (*_STATUTORY_SECTIONS, "annex"):
        found = [row for row in rows if row.section == section]
        figures = reader.read(section, found)
        if figures:
            tables.figures.extend(figures)
            tables.sections.append(section)
    if any(section in tables.sections for section in _STATUTORY_SECTIONS):
        for section in _STATUTORY_SECTIONS:
            if section not in tables.sections:
                reader.warn("table_missing", section)
            elif missing := _missing_rows(section, reader.form, tables.figures):
                reader.warn("row_missing", f"{section}: {', '.join(missing)}")
    tables.warnings.extend(reader.warnings)
    return tables


def _without_blank_form(rows: list[Row]) -> list[Row]:
    """Leave out the one of two tables that is but the form, all blank, where no heading says that it is another's."""
    filled = {row.occurrence for row in rows if not row.blank}
    blank = {row.occurrence for row in rows} - filled
    if len(filled) != 1 or len(blank) != 1 or len({row.year for row in rows}) > 1:
        return rows
    return [row for row in rows if row.occurrence in filled]


def _of_year(rows: list[Row], year: int | None) -> list[Row]:
    """Leave out the tables that a heading dates to another year, where there are some of the report's own year."""
    if year is None or all(row.year != year for row in rows):
        return rows
    return [row for row in rows if row.year in (year, None)]


def _missing_rows(section: str, form: str | None, figures: list[Figure]) -> list[str]:
    """The rows of the form that were not found at all."""
    found = {figure.item for figure in figures if figure.section == section}
    if "other_handling" in found:
        found |= {"other_not_corrected", "other_fee_unpaid", "other_reason"}
    return [
        item.name
        for item in forms.ITEMS
        if item.section == section and item.name not in found and (form in item.forms if form else len(item.forms) > 1)
    ]


class _TableReader:
    def __init__(self, rows: list[Row]) -> None:
        self.warnings: list[Warning] = []
        self.form = _form_of(rows)
        self._ragged = ragged_tables(rows)
        self._crowded = crowded((row for row in rows if row.section == "applications"), len(forms.APPLICANTS))
        self._padded = {row.table for row in rows if row.piped and row.filled and not row.values[-1].text.strip()}
        settle_orders(rows)
        # Page numbers are far fewer than rows; as many numbers as rows are the numbers of the rows.
        self._strays = 0 < sum(is_stray(row) for row in rows) * 3 <= len(rows)
        self._kept: dict[tuple[str, str, str], int] = {}

    def warn(self, code: str, detail: str) -> None:
        warning = Warning(code, detail)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def read(self, section: str, rows: list[Row]) -> list[Figure]:
        """The figures of one section, in the form's order."""
        if section == "review":
            return self._review(rows)
        figures: dict[_Key, Figure] = {}
        matches = Matcher(section).run(_without_blank_form(rows))
        if section == "applications" and match_by_order(matches, self.form):
            self.warn("rows_by_order", f"{section}: rows without their label were told by their place and their sums")
        placed: list[Placed] = []
        for match in matches:
            if match.row.category and not match.row.labels:
                # The label is that of the rows above, over all of which it is printed.
                match.item = placed[-1].item if placed and placed[-1].row.category else None
            if match.item is None:
                self._report_unknown(match.row)
                continue
            if match.inexact:
                self.warn("label_inexact", f"{section}.{match.item.name}: printed {match.row.labels[-1]}")
            if section == "annex":
                self._keep(figures, self._annex_row(match), match.row)
            elif row := self._placed(match.item, match.row):
                placed.append(row)
        withdraw_doubtful(placed, self.form)
        for row in placed:
            self._keep(figures, self._figures(row), row.row)
        if section == "applications":
            self._place_by_sums(figures, matches)
        order = {item.name: number for number, item in enumerate(forms.ITEMS) if item.section == section}
        return sorted(figures.values(), key=lambda figure: order[figure.item])

    def _place_by_sums(self, figures: dict[_Key, Figure], matches: list[Match]) -> None:
        """Place what is there of the one row that lost a cell, where the sums of the columns say which.

        Where several rows did, the table lost its columns, and nothing is placed.
        """
        short = [match for match in matches if match.item and 0 < len(match.row.filled) < len(forms.APPLICANTS)]
        if len(short) != 1 or (item := short[0].item) is None or (row := short[0].row).header.extra:
            return
        known = [figures.get((item.name, category)) for category in item.categories]
        if all(figure is None or figure.printed is None for figure in known):
            cells = cells_by_sums(item, row.filled, figures, self.form)
            found = Placed(row, item, tuple(("", category) for category in cells), list(cells.values()))
            self._keep(figures, self._figures(found), row)

    def _keep(self, figures: dict[_Key, Figure], placed: list[Figure], row: Row) -> None:
        """The first table of a page is the report's own; a second one that says otherwise is reported.

        Two rows of one table that contradict each other are both left: which one is meant cannot be known.
        """
        for figure in placed:
            key = (figure.item, figure.category)
            known = figures.get(key)
            if known is None or (known.printed is None and figure.printed is not None):
                figures[key] = figure
                self._kept[(figure.section, *key)] = row.occurrence
            elif figure.printed is not None and figure.value != known.value and figure.printed != known.printed:
                self.warn("row_repeated", f"{figure.section}.{figure.item}: a second row has other figures")
                if self._kept[(figure.section, *key)] == row.occurrence and figure.value is not None:
                    figures[key] = Figure(figure.section, figure.item, figure.category, None, None, known.printed)

    def _report_unknown(self, row: Row) -> None:
        ignored = forms.IGNORED_LABELS
        labels = [
            label for label in row.labels if forms.plain(label) not in ignored and forms.core(label) not in ignored
        ]
        if row.blank or (row.labels and all(forms.core(label) in forms.GROUPS for label in labels)):
            return
        if not row.labels and row.grid is None and len(row.filled) < _FEWEST_COLUMNS:
            # Page numbers (- 4 -) and the like between the rows of a text.
            return
        values = ", ".join(cell.text for cell in row.filled)
        self.warn("label_unknown", f"{row.section}: {' '.join(labels[-2:])[:60] or '(no label)'}: {values[:80]}")

    # --- sections 二 and 三 -------------------------------------------------------------------------------------

    def _placed(self, item: forms.Item, row: Row) -> Placed | None:
        if row.category:
            return Placed(row, item, (("", row.category),), row.values) if row.category in item.categories else None
        if item.section == "applications" and row.exact and (kinds := _few_kinds(row)):
            return self._place(row, item, kinds)
        categories = self._categories(item, row.header)
        if item.section == "disclosure" and any(fold_head(cell.text) in _COLUMNS for cell in row.values):
            # The name of a column among the values: which of them it is for cannot be said.
            categories = None
        if categories is None:
            self.warn("row_incomplete", f"{item.section}.{item.name}: the columns are not known")
            return None
        return self._place(row, item, [("", category) for category in categories])

    def _place(self, row: Row, item: forms.Item | None, keys: list[_Key]) -> Placed:
        by_count = row.section != "applications" or not self._crowded
        by_header = row.table not in self._ragged
        padded = row.table in self._padded
        cells = place(row, keys, by_header=by_header, by_count=by_count, strays=self._strays, padded=padded)
        return Placed(row, item, tuple(keys), cells, f"{len(row.filled)} of {len(keys)} cells")

    def _figures(self, placed: Placed) -> list[Figure]:
        row, section = placed.row, placed.row.section
        item = placed.item.name if placed.item else ""
        if placed.cells is None:
            self.warn("row_incomplete", f"{section}{item and '.'}{item}: {placed.reason}")
            return [Figure(section, owner or item, category, None, None, None) for owner, category in placed.keys]
        figures = []
        for (owner, category), cell in zip(placed.keys, placed.cells, strict=True):
            name = owner or item
            value = read_cell(cell.text, name, category, row.unit or _unit(row.header, category))
            if cell.confidence is not None and cell.confidence < CONFIDENT:
                value = Value(None, readable=False)
            if not value.readable:
                self.warn("cell_unreadable", f"{section}.{name}.{category}: {cell.text[:40]}")
            figures.append(
                Figure(
                    section,
                    name,
                    category,
                    value.number,
                    value.unit,
                    cell.text,
                    method=None if cell.confidence is None else "ocr",
                    confidence=cell.confidence,
                    note=value.note,
                    grid=row.grid,
                    row=None if row.grid is None else cell.first if row.turned else cell.row,
                    column=None if row.grid is None else cell.row if row.turned else cell.first,
                    line=cell.row if row.grid is None else None,
                )
            )
        return figures

    def _categories(self, item: forms.Item, header: Header) -> tuple[str, ...] | None:
        """The columns of a row: as its header says, else as the document's form says."""
        if item.section != "disclosure":
            return item.categories
        by_form = forms.DISCLOSURE_COLUMNS[item.name]
        named = {category for _, category in (*header.columns, *header.doubtful)}
        # The longest first: the one column of a row in form 2021 is among the three it has in form 2019.
        for categories in sorted(by_form.values(), key=len, reverse=True):
            others = {category for form in by_form.values() for category in form} - set(categories)
            # A head that names more of them lost one of its cells.
            if named and set(categories) <= named and not others & named:
                return categories
        form = _form_of_words(header.words) or (None if named else self.form)
        return by_form.get(form) if form else None

    # --- section 四 --------------------------------------------------------------------------------------------

    def _review(self, rows: list[Row]) -> list[Figure]:
        every = [(item.name, category) for item in forms.REVIEW for category in item.categories]
        rows = _without_blank_form(rows)
        placed: list[Placed] = []
        for row in rows:
            # A head may be over one kind of proceedings only, where the table is in several parts.
            named = {owner for owner, _ in row.header.columns if owner}
            keys = [key for key in every if not named or key[0] in named]
            item = Matcher("review").item_of(row.labels)
            if item and 0 < len(row.filled) <= len(item.categories):
                placed.append(self._place(row, item, [("", category) for category in item.categories]))
                continue
            if row.blank and not (row.exact and len(row.values) == len(keys)):
                continue
            if row.table >= 0 and [label for label in row.labels if forms.plain(label) not in _REVIEW_WORDS]:
                self._report_unknown(row)
                continue
            placed.append(self._place(row, None, keys))
        withdraw_doubtful(placed, self.form)
        figures: dict[_Key, Figure] = {}
        for one in placed:
            self._keep(figures, self._figures(one), one.row)
        order = {key: number for number, key in enumerate(every)}
        return sorted(figures.values(), key=lambda figure: order[figure.item, figure.category])

    # --- the statistics annex ----------------------------------------------------------------------------------

    def _annex_row(self, match: Match) -> list[Figure]:
        item, row = match.item, match.row
        if item is None:
            return []
        named = {category for _, category in (*row.header.columns, *row.header.doubtful)}
        categories = tuple(category for category in ("count", "cumulative") if category in named) or ("count",)
        if not named and row.grid is None and several_columns(row.header.words):
            # One number left of several columns may be of any of them.
            self.warn("row_incomplete", f"{item.section}.{item.name}: the columns are not known")
            return [Figure(item.section, item.name, category, None, None, None) for category in categories]
        return self._figures(self._place(row, item, [("", category) for category in categories]))


def _few_kinds(row: Row) -> list[_Key]:
    """The applicants that a table of some of them only has columns for, as many as the row has cells."""
    kinds = [("", name) for name in forms.APPLICANT_NAMES if ("", name) in row.header.columns]
    return kinds if len(kinds) <= _FEW_KINDS and len(row.values) == len(kinds) else []


_FEW_KINDS = 2
_COLUMNS = forms.categories_by_label("disclosure")
_REVIEW_WORDS = (
    frozenset("结果 维持 纠正 其他 尚未 审结 总计 合计".split())
    | frozenset(REVIEW_GROUPS)
    | frozenset(forms.categories_by_label("review"))
)


def _unit(header: Header, category: str) -> str | None:
    """The unit of money the head prints for a column, also where the head's cells fell apart."""
    if category in header.units:
        return header.units[category]
    return next((unit for word in header.words if "金额" in word and (unit := unit_in(word))), None)


def _form_of_words(words: Iterable[str]) -> str | None:
    joined = forms.plain("".join(words))
    scores = {form: sum(word in joined for word in marks) for form, marks in _FORM_WORDS.items()}
    # 处理决定数量 alone is in both forms; 本年处理决定数量 is only in form 2021.
    if scores["2021"] == scores["2019"]:
        return None
    return max(scores, key=lambda form: scores[form])


def _form_of(rows: list[Row]) -> str | None:
    """The form the tables are of: by the heads of section 二, else by the rows of 三（六）, else the annex."""
    words: list[str] = []
    seen: list[Header] = []
    for row in rows:
        if row.section == "disclosure" and not any(row.header is header for header in seen):
            seen.append(row.header)
            words.extend(row.header.words)
    if form := _form_of_words(words):
        return form
    known = {forms.core(label) for row in rows if row.section in ("disclosure", "applications") for label in row.labels}
    if {"其他对外管理服务事项", "政府集中采购"} & known:
        return "2019"
    if forms.core(forms.APPLICATIONS[21].label) in known:
        return "2021"
    if widths := {len(row.filled) for row in rows if {forms.core(label) for label in row.labels} & _DECISIONS}:
        # 行政许可, 行政处罚, 行政强制 have one number in form 2021, three in form 2019.
        return {1: "2021", 3: "2019"}.get(max(widths))
    if any(row.section == "applications" for row in rows):
        return "2019" if "其他处理" in known else None
    if any(row.section == "annex" for row in rows):
        return "2014"
    return None
