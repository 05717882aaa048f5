"""The statutory tables laid out as the form prints them, each figure in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archive.reading import forms

# Of section 二, by form: the article of the regulations a part of the table stands under, and its rows.
_ARTICLES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "2021": (
        ("第二十条第（一）项", ("rules", "normative_documents")),
        ("第二十条第（五）项", ("permits",)),
        ("第二十条第（六）项", ("penalties", "compulsory_measures")),
        ("第二十条第（八）项", ("fees",)),
    ),
    "2019": (
        ("第二十条第（一）项", ("rules", "normative_documents")),
        ("第二十条第（五）项", ("permits", "other_services")),
        ("第二十条第（六）项", ("penalties", "compulsory_measures")),
        ("第二十条第（八）项", ("fees",)),
        ("第二十条第（九）项", ("procurement",)),
    ),
}
_WIDTH = 3
_ITEMS = {(item.section, item.name): item for item in forms.ITEMS}


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure as it is shown: number, unit, text as printed, remark, how it was read, and the anchor of its cell."""

    value: int | float | None
    unit: str | None
    printed: str | None
    note: str | None = None
    method: str | None = None
    anchor: str | None = None

    @property
    def shown(self) -> str:
        """The number as printed there; the printed text where it is no number, blank where the cell is."""
        if self.value is None:
            return self.printed or ""
        return f"{self.value:,} {self.unit}" if self.unit else f"{self.value:,}"

    @property
    def lost(self) -> bool:
        """The cell could not be told apart from its neighbours."""
        return self.value is None and self.printed is None


Figures = dict[tuple[str, str, str], Placed]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a laid out table: a label, a head, or a figure (None: the report has none there)."""

    text: str = ""
    head: bool = False
    columns: int = 1
    rows: int = 1
    figure: Placed | None = None
    number: bool = False


@dataclass(frozen=True, slots=True)
class Laid:
    """A section's heading and its rows of cells."""

    section: str
    heading: str
    rows: list[list[Cell]]


def lay_out(figures: Figures, form: str | None) -> list[Laid]:
    """The tables of the sections that have figures, as the form in hand prints them."""
    shown = form if form in _ARTICLES else _form_of(figures)
    made: dict[str, Callable[[Figures, str], list[list[Cell]]]] = {
        "disclosure": _disclosure,
        "applications": _applications,
        "review": _review,
        "annex": _annex,
    }
    present = {section for section, _, _ in figures}
    return [
        Laid(section, forms.SECTIONS[section], rows(figures, shown))
        for section, rows in made.items()
        if section in present
    ]


def _form_of(figures: Figures) -> str:
    old = {category for section, _, category in figures if section == "disclosure"} & {"made", "items_last_year"}
    return "2019" if old or ("applications", "other_handling", "total") in figures else "2021"


def _number(figures: Figures, section: str, item: str, category: str, columns: int = 1) -> Cell:
    return Cell(columns=columns, figure=figures.get((section, item, category)), number=True)


def _spread(categories: int) -> list[int]:
    """How many of the table's columns each of the row's cells covers."""
    return [_WIDTH] if categories == 1 else [1] * (categories - 1) + [_WIDTH - categories + 1]


def _disclosure(figures: Figures, form: str) -> list[list[Cell]]:
    labels = {category.name: category.labels[0] for category in forms.DISCLOSURE_CATEGORIES}
    rows: list[list[Cell]] = []
    for article, items in _ARTICLES[form]:
        rows.append([Cell(article, head=True, columns=1 + _WIDTH)])
        columns = forms.DISCLOSURE_COLUMNS[items[0]][form]
        widths = _spread(len(columns))
        heads = [Cell(labels[name], True, width) for name, width in zip(columns, widths, strict=True)]
        rows.append([Cell("信息内容", head=True), *heads])
        for item in items:
            label = Cell(_ITEMS["disclosure", item].label, head=True)
            own = [
                _number(figures, "disclosure", item, name, width) for name, width in zip(columns, widths, strict=True)
            ]
            rows.append([label, *own])
    return rows


def _applications(figures: Figures, form: str) -> list[list[Cell]]:
    present = {item for section, item, _ in figures if section == "applications"}
    items = [item for item in forms.APPLICATIONS if form in item.forms or item.name in present]
    results = [item for item in items if item.group]
    rows = [
        [
            Cell("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", True, 3, 3),
            Cell("申请人情况", True, 7),
        ],
        [Cell("自然人", True, rows=2), Cell("法人或其他组织", True, 5), Cell("总计", True, rows=2)],
        [Cell(category.labels[0], True) for category in forms.APPLICANTS[1:-1]],
    ]
    for item in items:
        row: list[Cell] = []
        if not item.group:
            row.append(Cell(item.label, True, 3))
        else:
            if item is results[0]:
                row.append(Cell(forms.RESULTS, True, rows=len(results)))
            group = [other for other in results if other.group == item.group]
            if len(group) == 1:
                row.append(Cell(item.label, True, 2))
            else:
                if item is group[0]:
                    row.append(Cell(item.group, True, rows=len(group)))
                row.append(Cell(item.label, True))
        rows.append([*row, *(_number(figures, "applications", item.name, name) for name in forms.APPLICANT_NAMES)])
    return rows


def _review(figures: Figures, _form: str) -> list[list[Cell]]:
    direct, after = (item.label for item in forms.REVIEW[1:])
    results = [Cell(category.labels[0], True) for category in forms.RESULTS_OF_REVIEW]
    tall = [Cell(category.labels[0], True, rows=2) for category in forms.RESULTS_OF_REVIEW]
    return [
        [Cell("行政复议", True, 5), Cell("行政诉讼", True, 10)],
        [*tall, Cell(direct, True, 5), Cell(after, True, 5)],
        [*results, *results],
        [_number(figures, "review", item.name, name) for item in forms.REVIEW for name in forms.REVIEW_NAMES],
    ]


def _annex(figures: Figures, _form: str) -> list[list[Cell]]:
    present = {key for key in figures if key[0] == "annex"}
    cumulative = any(category == "cumulative" for _, _, category in present)
    columns = ["count", *(["cumulative"] if cumulative else [])]
    rows = [[Cell("统计指标", True), Cell("统计数", True), *([Cell("历年累计", True)] if cumulative else [])]]
    for item in forms.ANNEX:
        if any(("annex", item.name, category) in present for category in columns):
            label = f"{item.group} {item.label}".strip()
            rows.append([Cell(label, True), *(_number(figures, "annex", item.name, name) for name in columns)])
    return rows


def figure_label(section: str, item: str, category: str) -> str:
    """What a figure is called on the form: group, row and column."""
    found = _ITEMS.get((section, item))
    names = [*forms.DISCLOSURE_CATEGORIES] if section == "disclosure" else []
    names += forms.APPLICANTS if section == "applications" else ()
    names += forms.RESULTS_OF_REVIEW if section == "review" else ()
    columns = {one.name: one.labels[0] for one in names} | {"count": "统计数", "cumulative": "历年累计"}
    group = found.group if found and found.label != found.group else ""
    return " ".join(filter(None, (group, found.label if found else item, "·", columns.get(category, category))))


def known_figures() -> Iterable[tuple[str, str, str]]:
    """The (section, item, category) of every figure of every form, in the forms' order."""
    return ((item.section, item.name, category) for item in forms.ITEMS for category in item.categories)
