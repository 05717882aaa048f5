"""Heads to columns: which category every column of a table holds, and which columns hold none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from archive.reading import forms
from archive.reading.blocks import Cell
from archive.reading.cells import looks_like_value, unit_in

_PARENTHESES = re.compile(r"[(（\[［【](?:[^()（）\[\]［］【】]|[(（][^()（）]*[)）])*[)）\]］】]?")
_UNIT_BEHIND = re.compile(r"(?:单位)?(?:件|项|条|个|宗|次|万元|元)$")
_OF_YEAR = r"(?:同期|总)?(?:数据?|统计数据?|情况|件数|数量|总计|合计|小计)?"
_YEAR_HEAD = re.compile(rf"(20\d\d)年?度?{_OF_YEAR}")
_THIS_YEAR = re.compile(rf"(?:本年度?|当年度?|今年度?|本期|报告年度){_OF_YEAR}")
_LAST_YEAR = re.compile(rf"(?:上年度?|去年度?|上一年度?|上期|前一年度?|同期){_OF_YEAR}")
_EXTRA_COLUMNS = frozenset("备注 说明 序号 编号 小计 单位 计量单位 行次 代码 附注 同比 增减 增长率 比例 占比".split())
_REMARKS = frozenset("备注 说明 附注".split())
# Over the labels of the rows.
_LABEL_COLUMNS = frozenset("项目 类别 指标 名称 内容 事项 种类".split())
_ANNEX_COUNT = re.compile(r"统计数据?|数量|数值|数据|本年度?|本年度?数量?|合计|统计结果|件数")
_ANNEX_LABELS = frozenset("指标名称 统计指标 指标 项目 填报单位 统计项目 内容 类别".split())

REVIEW_GROUPS = {
    "行政复议": "reconsideration",
    "行政诉讼": "litigation",
    "未经复议直接起诉": "litigation_direct",
    "复议后起诉": "litigation_after_review",
}
# Heads that say which section a table is of, and no column.
HEAD_WORDS = frozenset({*forms.IGNORED_LABELS, "信息内容", "申请人情况", "单位件", "单位万元", "单位元"})

_SECTIONS = ("disclosure", "applications", "review")
_ORGANISATIONS = frozenset(forms.APPLICANT_NAMES) - {"natural_person", "total"}

Key = tuple[str, str]
Span = tuple[int, int]


@dataclass(slots=True)
class Header:
    """The columns a table's head names: category (or item and category in section 四) to the columns it covers."""

    columns: dict[Key, Span] = field(default_factory=dict)
    units: dict[str, str | None] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    """Head texts in the order read, for heads whose cells fell apart."""
    extra: list[Span] = field(default_factory=list)
    """Columns known not to hold figures of the form (备注, 小计, last year's)."""
    remarks: list[Span] = field(default_factory=list)
    """Those of them that hold words, and no numbers."""
    doubtful: set[Key] = field(default_factory=set)
    """Columns named more than once, where nothing says which one is meant."""
    used: bool = False
    """Whether rows have been read under it; a head read later is another one."""
    year_matters: bool = False
    """Whether columns were told apart by their year."""
    order_told: int | None = None
    """Where the head is out of line, what the sums of its rows tell: 0 the order of its columns, 1 of its words."""
    edge: int = -1
    """The last column of the lines that the head stands on."""
    _found: dict[Key, list[Span]] = field(default_factory=dict)
    _years: dict[Span, str] = field(default_factory=dict)
    _groups: dict[str, Span] = field(default_factory=dict)
    _organisations: Span | None = None
    """The columns that 法人或其他组织 covers."""
    _subtotals: list[Span] = field(default_factory=list)
    """The columns 小计, which stand below it."""
    _others: list[Span] = field(default_factory=list)

    @property
    def out_of_line(self) -> bool:
        """Whether the head of section 三 contradicts itself: spans too short or too long pushed its cells aside.

        The total stands before or behind all others (which of the two cannot be said where no head names it), and the
        five kinds of organisations under their common head.
        """
        columns = {category: span for (_, category), span in self.columns.items()}
        if not columns.keys() >= _ORGANISATIONS | {"natural_person"}:
            return False
        order = sorted(columns, key=lambda category: columns[category])
        if any(_overlap(columns[one], columns[other]) for one, other in pairwise(order)):
            # No spans at all: the head fell apart into words.
            return False
        # In text a cell has no width.
        group = self._organisations if self._organisations and self._organisations[1] > self._organisations[0] else None
        below = {category for category, span in columns.items() if group and _within(span, group)}
        beside = group is not None and not all(_within(span, group) for span in self._subtotals)
        # A column more stands behind the form's own, or before the labels.
        heads = [span for spans in self._found.values() for span in spans]
        others = [span for span in [*self.extra, *self._years] if not any(_within(span, head) for head in heads)]
        pushed = any(0 < first < columns[order[0]][0] for first, _ in others) or any(
            columns[order[0]] < span < columns[order[-1]]
            for span in others
            if span in self.extra and span not in self._subtotals
        )
        apart = group is not None and below != _ORGANISATIONS
        return "total" not in (order[0], order[-1]) or apart or beside or pushed

    @property
    def uneven(self) -> bool:
        """Whether the head of section 四 has its columns in one order here and in another there."""
        orders: dict[str, list[str]] = {}
        for owner, category in sorted(self.columns, key=lambda key: self.columns[key]):
            orders.setdefault(owner, []).append(category)
        whole = {tuple(order) for order in orders.values() if len(order) == len(forms.REVIEW_NAMES)}
        return bool(self._groups) and len(whole) > 1

    @property
    def right(self) -> int:
        """The last column that the head names."""
        return max((last for _, last in [*self.columns.values(), *self.extra]), default=-1)

    def settle(self, year: int | None) -> None:
        """Take up the columns read so far; of columns for several years, those of the report's year."""
        self.columns.clear()
        self.doubtful.clear()
        extra = list(self.extra)
        for key, spans in self._found.items():
            parts = [part for span in _joined(spans) for part in self._parts(span)]
            if len(parts) > 1:
                self.year_matters = self.year_matters or bool(self._years)
                chosen = [part for part in parts if self._of_year(part, year)]
                extra.extend(part for part in parts if part not in chosen)
                parts = chosen
            if len(parts) == 1:
                self.columns[key] = parts[0]
            else:
                self.doubtful.add(key)
        # A column beside those of the form holds something else, whatever it is called.
        left = min((first for first, _ in self.columns.values()), default=0)
        # So does one of another year, unless there are columns by year under the form's own.
        spans = list(self.columns.values())
        by_year = any(_overlap(year, span) for year in self._years for span in spans)
        extra.extend(
            span
            for span in (*self._others, *(() if by_year else self._years))
            if self.columns and span[0] > left and not any(_overlap(span, other) for other in self.columns.values())
        )
        self.extra = list(dict.fromkeys(extra))

    def _parts(self, span: Span) -> list[Span]:
        """A column, or the columns by year that it is divided into."""
        return [year for year in self._years if _within(year, span)] or [span]

    def _of_year(self, span: Span, year: int | None) -> bool:
        said = [label for other, label in self._years.items() if _within(span, other)]
        return bool(said) and (said[0] == "this" or (year is not None and said[0] == str(year)))

    # --- reading ----------------------------------------------------------------------------------------------

    def read(self, cells: list[Cell], section: str, right: int = -1) -> bool:
        """Take up a line that names columns, the last of them `right`; False when it names none."""
        self.edge = max(self.edge, right)
        if section == "annex":
            return self._read_annex(cells)
        categories = forms.categories_by_label(section)
        named = False
        for cell in cells:
            folded = fold_head(cell.text)
            span = (cell.first, cell.last)
            self.words.append(cell.text)
            if section == "review" and folded in REVIEW_GROUPS:
                self._groups[REVIEW_GROUPS[folded]] = span
                named = True
            elif category := categories.get(folded):
                owner = self._group_over(span) if section == "review" else ""
                if owner is not None:
                    self._name((owner, category), span)
                    self.units[category] = unit_in(cell.text)
                named = True
            elif self._read_year(folded, span):
                named = True
            elif folded in _EXTRA_COLUMNS:
                self.extra.append(span)
                if folded == "小计":
                    self._subtotals.append(span)
                elif folded in _REMARKS:
                    self.remarks.append(span)
                named = True
            elif folded in _LABEL_COLUMNS:
                self._others.append(span)
                named = True
            elif folded == "法人或其他组织" and section == "applications":
                self._organisations = span
                named = True
            elif folded in HEAD_WORDS or forms.plain(cell.text) in HEAD_WORDS or folded.startswith("第二十条第"):
                named = True
            else:
                self._others.append(span)
        return named

    def _read_annex(self, cells: list[Cell]) -> bool:
        named = False
        for cell in cells:
            folded = fold_head(cell.text)
            span = (cell.first, cell.last)
            if "历年累计" in folded or folded.startswith("累计"):
                self._name(("", "cumulative"), span)
                named = True
            elif _ANNEX_COUNT.fullmatch(folded) and not _THIS_YEAR.fullmatch(folded):
                self._name(("", "count"), span)
                named = True
            elif self._read_year(folded, span):
                if not any(_within(span, other) for other in self._found.get(("", "count"), [])):
                    self._name(("", "count"), span)
                named = True
            elif folded in _EXTRA_COLUMNS and folded not in _ANNEX_LABELS:
                self.extra.append(span)
                named = True
            elif folded in _ANNEX_LABELS:
                named = True
        return named

    def _name(self, key: Key, span: Span) -> None:
        spans = self._found.setdefault(key, [])
        if span not in spans:
            spans.append(span)

    def _read_year(self, folded: str, span: Span) -> bool:
        if match := _YEAR_HEAD.fullmatch(folded):
            self._years[span] = match.group(1)
        elif _THIS_YEAR.fullmatch(folded):
            self._years[span] = "this"
        elif _LAST_YEAR.fullmatch(folded):
            self._years[span] = "last"
        else:
            return False
        return True

    def _group_over(self, span: Span) -> str | None:
        if not self._groups:
            # The rows name what is elsewhere named above the columns.
            return ""
        over = [name for name, group in self._groups.items() if name != "litigation" and _within(span, group)]
        # Of two groups drawn over each other the narrower one is the one meant.
        return min(over, key=lambda name: self._groups[name][1] - self._groups[name][0], default=None)


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def fold_head(text: str) -> str:
    """A head's text for comparison: without remarks in parentheses and without the unit behind it."""
    folded = forms.plain(_PARENTHESES.sub("", text)) or forms.plain(text)
    if folded in _SINGLE_WORDS:
        return folded
    return _UNIT_BEHIND.sub("", folded) or folded


_HEADS_BY_LENGTH = sorted(
    {label for section in _SECTIONS for label in forms.categories_by_label(section)}
    | set(REVIEW_GROUPS)
    | {"法人或其他组织", "信息内容", "申请人情况", "小计", "备注", "序号"},
    key=lambda head: -len(head),
)
_SINGLE_WORDS = frozenset(
    label for section in ("disclosure", "applications", "review") for label in forms.categories_by_label(section)
) | {"件数"}


def head_parts(text: str) -> list[str]:
    """The heads that a line of text holds: set apart by blanks, or run into each other (结果维持结果纠正其他结果)."""
    return [part for word in text.split() for part in _run_together(word)]


@lru_cache(maxsize=2048)
def _run_together(word: str) -> tuple[str, ...]:
    rest = forms.plain(_PARENTHESES.sub("", word))
    parts: list[str] = []
    while rest:
        part = next((head for head in _HEADS_BY_LENGTH if rest.startswith(head)), None)
        if part is None:
            return (word,)
        parts.append(part)
        rest = rest[len(part) :]
    return tuple(parts) if len(parts) > 1 else (word,)


def _joined(spans: list[Span]) -> list[Span]:
    """Columns side by side under the same name as one: a span written out, the name once for each column."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def is_group_head(cells: Iterable[Cell], header: Header) -> bool:
    """Whether a line of section 四 holds but the names of proceedings, standing over the columns of the last head."""
    left = min((first for first, _ in header.columns.values()), default=0)
    return all(fold_head(cell.text) in REVIEW_GROUPS and cell.first >= left for cell in cells)


def several_columns(words: Iterable[str]) -> bool:
    """Whether the words of an annex's head name more than one column of numbers."""
    found = Header()
    parts = [part for word in words for part in word.split()]
    found.read([Cell(part, column, column, 0) for column, part in enumerate(parts)], "annex")
    return sum(len(spans) for spans in found._found.values()) + len(found._years) > 1


def names_columns(texts: Iterable[str], section: str) -> bool:
    """Whether a line is a head by what it says: two columns of the section or more, no number, no row's label."""
    categories = forms.categories_by_label(section) if section != "annex" else {}
    known = forms.items_by_core(section)
    count = 0
    for text in texts:
        folded = fold_head(text)
        if folded in categories:
            count += 1
        elif looks_like_value(text) or (forms.core(text) in known and folded not in REVIEW_GROUPS):
            return False
    return count >= 2


def names_all(header: Header, keys: Iterable[Key]) -> bool:
    """Whether a head, or what is left of its words, names the category of every key."""
    named = {category for _, category in header.columns}
    labels = {label: name for section in _SECTIONS for label, name in forms.categories_by_label(section).items()}
    named |= {labels.get(fold_head(part), "") for word in header.words for part in (word, *head_parts(word))}
    return all(category in named for _, category in keys)
