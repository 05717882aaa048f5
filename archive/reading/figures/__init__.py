"""Blocks to figures: matched by label, never by count; what cannot be placed is null with a warning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.reading import forms
from archive.reading.blocks import Block, Cell
from archive.reading.cells import read_cell, unit_in
from archive.reading.figures.matching import Match, Matcher
from archive.reading.figures.rows import Header, Row, rows_of
from archive.reading.model import Figure, Warning

_FORM_WORDS = {
    "2021": ("制发件数", "废止件数", "现行有效件数", "本年处理决定数量", "本年收费金额"),
    "2019": ("新制作数量", "新公开数量", "对外公开总数量", "上一年项目数量", "采购项目数量", "采购总金额"),
}
_STATUTORY_SECTIONS = ("disclosure", "applications", "review")


@dataclass(slots=True)
class Tables:
    """The figures of a document, the form its tables are of, and what could not be settled."""

    figures: list[Figure] = field(default_factory=list)
    form: str | None = None
    warnings: list[Warning] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)


def read_tables(blocks: Iterable[Block]) -> Tables:
    """Read every statutory table of a document; pure, and the same for every kind of document."""
    rows = rows_of(blocks)
    tables = Tables()
    if not rows:
        return tables
    reader = _TableReader(rows)
    tables.form = reader.form
    for section in (*_STATUTORY_SECTIONS, "annex"):
        found = [row for row in rows if row.section == section]
        figures = reader.read(section, found)
        if figures:
            tables.figures.extend(figures)
            tables.sections.append(section)
    tables.warnings.extend(reader.warnings)
    if any(section in tables.sections for section in _STATUTORY_SECTIONS):
        tables.warnings.extend(
            Warning("table_missing", section) for section in _STATUTORY_SECTIONS if section not in tables.sections
        )
    return tables


class _TableReader:
    def __init__(self, rows: list[Row]) -> None:
        self.warnings: list[Warning] = []
        self.form = _form_of(rows)
        self._ragged = {row.table for row in rows if not row.exact and row.table >= 0 and _out_of_line(row)}

    def warn(self, code: str, detail: str) -> None:
        warning = Warning(code, detail)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def read(self, section: str, rows: list[Row]) -> list[Figure]:
        """The figures of one section, in the form's order."""
        if section == "review":
            return self._review(rows)
        figures: dict[tuple[str, str], Figure] = {}
        for match in Matcher(section).run(rows):
            if match.item is None:
                self._report_unknown(match.row)
                continue
            if match.inexact:
                self.warn("label_inexact", f"{section}.{match.item.name}: printed {match.row.labels[-1]}")
            placed = self._annex_row(match) if section == "annex" else self._row(match)
            self._keep(figures, placed)
        order = {item.name: number for number, item in enumerate(forms.ITEMS) if item.section == section}
        return sorted(figures.values(), key=lambda figure: order[figure.item])

    def _keep(self, figures: dict[tuple[str, str], Figure], placed: list[Figure]) -> None:
        """The first table of a page is the report's own; a second one that says otherwise is reported."""
        for figure in placed:
            key = (figure.item, figure.category)
            known = figures.get(key)
            if known is None or (known.printed is None and figure.printed is not None):
                figures[key] = figure
            elif figure.printed is not None and figure.value != known.value:
                self.warn("row_repeated", f"{figure.section}.{figure.item}: a second row has other figures")

    def _report_unknown(self, row: Row) -> None:
        labels = [label for label in row.labels if forms.plain(label) not in forms.IGNORED_LABELS]
        if not labels or row.blank or all(forms.core(label) in forms.GROUPS for label in labels):
            return
        values = ", ".join(cell.text for cell in row.values if cell.text.strip())
        self.warn("label_unknown", f"{row.section}: {' '.join(labels[-2:])[:60]}: {values[:80]}")

    # --- sections 二 and 三 -------------------------------------------------------------------------------------

    def _row(self, match: Match) -> list[Figure]:
        item, row = match.item, match.row
        if item is None:
            return []
        categories = self._categories(item, row.header)
        if categories is None:
            self.warn("row_incomplete", f"{item.section}.{item.name}: the columns are not known")
            return []
        cells = self._place(row, [("", category) for category in categories])
        return self._figures(item, categories, cells, row)

    def _place(self, row: Row, keys: list[tuple[str, str]]) -> list[str] | None:
        return place(row, keys, by_header=row.table not in self._ragged)

    def _figures(
        self, item: forms.Item, categories: tuple[str, ...], cells: list[str] | None, row: Row
    ) -> list[Figure]:
        if cells is None:
            given = sum(1 for cell in row.values if cell.text.strip())
            self.warn("row_incomplete", f"{item.section}.{item.name}: {given} of {len(categories)} cells")
            return [Figure(item.section, item.name, category, None, None, None) for category in categories]
        figures = []
        for category, text in zip(categories, cells, strict=True):
            value = read_cell(text, item.name, category, row.unit or _unit(row.header, category))
            if not value.readable:
                self.warn("cell_unreadable", f"{item.section}.{item.name}.{category}: {text[:40]}")
            figures.append(Figure(item.section, item.name, category, value.number, value.unit, text))
        return figures

    def _categories(self, item: forms.Item, header: Header) -> tuple[str, ...] | None:
        """The columns of a row: as its header says, else as the document's form says."""
        if item.section != "disclosure":
            return item.categories
        by_form = forms.DISCLOSURE_COLUMNS[item.name]
        named = {category for _, category in header.columns}
        # The longest first: the one column of a row in form 2021 is among the three it has in form 2019.
        for categories in sorted(by_form.values(), key=len, reverse=True):
            if named and set(categories) <= named:
                return categories
        form = _form_of_words(header.words) or (None if named else self.form)
        return by_form.get(form) if form else None

    # --- section 四 --------------------------------------------------------------------------------------------

    def _review(self, rows: list[Row]) -> list[Figure]:
        figures: dict[tuple[str, str], Figure] = {}
        keys = [(item.name, category) for item in forms.REVIEW for category in item.categories]
        for row in rows:
            item = Matcher("review").find(row.labels[-1]) if row.labels else None
            if item and 0 < len([cell for cell in row.values if cell.text.strip()]) <= len(item.categories):
                self._keep(figures, self._row(Match(row, item)))
                continue
            if row.blank and not (row.exact and len(row.values) == len(keys)):
                continue
            if row.table >= 0 and [label for label in row.labels if forms.plain(label) not in _REVIEW_WORDS]:
                self._report_unknown(row)
                continue
            cells = self._place(row, keys)
            if cells is None:
                given = sum(1 for cell in row.values if cell.text.strip())
                self.warn("row_incomplete", f"review: {given} of {len(keys)} cells")
                self._keep(figures, [Figure("review", *key, None, None, None) for key in keys])
                continue
            for number, item in enumerate(forms.REVIEW):
                width = len(item.categories)
                own = cells[number * width : (number + 1) * width]
                self._keep(figures, self._figures(item, item.categories, own, row))
        order = {key: number for number, key in enumerate(keys)}
        return sorted(figures.values(), key=lambda figure: order[figure.item, figure.category])

    # --- the statistics annex ----------------------------------------------------------------------------------

    def _annex_row(self, match: Match) -> list[Figure]:
        item, row = match.item, match.row
        if item is None:
            return []
        named = [category for _, category in row.header.columns]
        categories = tuple(category for category in ("count", "cumulative") if category in named) or ("count",)
        placed = self._place(row, [("", category) for category in categories])
        return self._figures(item, categories, placed, row)


_REVIEW_WORDS = frozenset(
    forms.plain(label)
    for label in (
        "行政复议",
        "行政诉讼",
        "未经复议直接起诉",
        "复议后起诉",
        "结果",
        "维持",
        "纠正",
        "其他",
        "尚未",
        "审结",
        "总计",
        "合计",
    )
) | frozenset(forms.categories_by_label("review"))


def _unit(header: Header, category: str) -> str | None:
    """The unit of money the head prints for a column, also where the head's cells fell apart."""
    if category in header.units:
        return header.units[category]
    return next((unit for word in header.words if "金额" in word and (unit := unit_in(word))), None)


def _out_of_line(row: Row) -> bool:
    """Whether a row of a text table is out of line with its header: a label under a column of figures, a value beside.

    Where spans were lost when a table became text, rows are shifted, and no row's blanks can be trusted.
    """
    columns = row.header.columns.values()
    if any(
        first <= cell.last and cell.first <= last
        for cell in row.label_cells
        if cell.text.strip()
        for first, last in columns
    ):
        return True
    covered = [*columns, *row.header.extra]
    return any(
        cell.text.strip() and not any(first <= cell.first and cell.last <= last for first, last in covered)
        for cell in row.values
    )


def place(row: Row, keys: list[tuple[str, str]], *, by_header: bool = True) -> list[str] | None:
    """The texts of a row's cells in the order of `keys`, or None where they cannot be told apart.

    Two ways that must not contradict each other: by the columns the header covers, and in the header's order where
    there are exactly as many cells as columns.
    """
    by_column = _by_column(row, keys) if by_header else None
    in_order = _in_order(row, keys)
    if by_column is not None and in_order is not None:
        return by_column if by_column == in_order else None
    return by_column if by_column is not None else in_order


def _by_column(row: Row, keys: list[tuple[str, str]]) -> list[str] | None:
    columns = row.header.columns
    if not row.values or row.table < 0 or any(key not in columns for key in keys):
        return None
    used: list[Cell] = []
    texts: list[str] = []
    for key in keys:
        first, last = columns[key]
        over = [cell for cell in row.values if cell.first <= last and cell.last >= first]
        if len(over) != 1 or any(over[0] is cell for cell in used):
            return None
        used.append(over[0])
        texts.append(over[0].text)
    for cell in row.values:
        known = any(first <= cell.first and cell.last <= last for first, last in row.header.extra)
        if cell.text.strip() and not known and not any(cell is other for other in used):
            return None
    return texts


def _in_order(row: Row, keys: list[tuple[str, str]]) -> list[str] | None:
    """The row's cells one after another, where none is blank: a lost cell cannot be told from padding."""
    columns = row.header.columns
    order = keys
    if row.table >= 0 and all(key in columns for key in keys):
        order = sorted(keys, key=lambda key: columns[key][0])
    cells = [cell for cell in row.values if cell.text.strip()]
    if not cells and row.exact and len(row.values) >= len(keys):
        return [""] * len(keys)
    if len(cells) != len(keys):
        return None
    by_key = dict(zip(order, (cell.text for cell in cells), strict=True))
    return [by_key[key] for key in keys]


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
    if any(row.section == "applications" for row in rows):
        return "2019" if "其他处理" in known else None
    if any(row.section == "annex" for row in rows):
        return "2014"
    return None
