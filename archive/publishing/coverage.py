"""Agency × year: which reports are there, and why the others are not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from archive import views
from archive.store import Archive

SQL = f"""
select
  agency_years.agency_id, agencies.name as agency, agencies.level, agencies.division,
  agencies.province, agencies.city, agencies.district,
  agency_years.year, agency_years.state, agency_years.detail, agency_years.document
from ({views.AGENCY_YEARS}) as agency_years
join agencies on agencies.id = agency_years.agency_id
order by agencies.division is null, agencies.division, agencies.id, agency_years.year
"""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One agency-year: its state, the reason in `detail`, and the document behind it, if there is one."""

    agency_id: str
    agency: str
    level: str
    division: str | None
    province: str | None
    city: str | None
    district: str | None
    year: int
    state: str
    detail: str
    document: int | None


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown: one mark (a single column wide in every terminal) and plain words."""

    mark: str
    words: str
    chinese: str
    gap: bool
    """Something is missing or wrong."""


STATES: dict[str, State] = {
    "good": State("+", "report, figures read, all checks hold", "已公开，数据已提取，勾稽关系成立", False),
    "checks_failed": State("!", "report, a check on its figures fails", "已公开，数据勾稽关系不成立", True),
    "unparsed": State("?", "report, no figures could be read", "已公开，未能提取数据", True),
    "fetched_not_report": State("~", "page fetched, not readable as a report", "已抓取，未能识别为年报", True),
    "blocked": State("#", "access refused by the site or its robots.txt", "网站拒绝访问", True),
    "not_found": State("-", "no report found", "未找到年报", True),
    "not_due": State(".", "not due yet", "尚未到公开期限", False),
}
_NARROWEST_REASON = 24
HAVE_REPORT = ("good", "checks_failed", "unparsed")

# What the details name by code, in a reader's words: English, Chinese.
_PLAIN_WORDS = {
    "applications.balance": ("new + carried in ≠ handled + carried over", "本年新收＋上年结转 ≠ 办理总计＋结转下年度"),
    "applications.handled_total": ("total handled ≠ sum of the outcomes", "办理结果总计 ≠ 各项结果之和"),
    "applications.row_totals": ("row total ≠ sum of the applicants", "行总计 ≠ 六类申请人之和"),
    "applications.carried_over": ("carried over the year before ≠ carried in", "上年“结转下年度” ≠ 本年“上年结转”"),
    "review.totals": ("review total ≠ sum of the results", "复议诉讼总计 ≠ 四类结果之和"),
    "text.counts": ("the text tells other numbers than the tables", "正文所述数字与表格不一致"),
    "table_missing": ("a statutory table is missing", "缺少法定表格"),
    "row_incomplete": ("a row has cells missing", "有的行缺少单元格"),
    "cell_unreadable": ("a cell cannot be read", "有的单元格无法识别"),
    "label_unknown": ("a row is not in the form", "有的行不在法定表式中"),
    "year_disagrees": ("the year is stated differently", "年度表述不一致"),
    "agency_disagrees": ("the agency is stated differently", "机关名称表述不一致"),
    "charset_suspect": ("the encoding is in doubt", "编码存疑"),
}


def coverage_rows(archive: Archive) -> list[CoverageRow]:
    """Every agency-year of the archive, by division, agency and year."""
    return [CoverageRow(**row) for row in archive.rows(SQL)]


def as_json_lines(rows: Iterable[CoverageRow]) -> Iterator[str]:
    """One JSON object a row."""
    return (json.dumps(asdict(row), ensure_ascii=False) for row in rows)


def by_agency(rows: Iterable[CoverageRow]) -> dict[str, dict[int, CoverageRow]]:
    """The rows of each agency (by identifier, in the order given) by year."""
    found: dict[str, dict[int, CoverageRow]] = {}
    for row in rows:
        found.setdefault(row.agency_id, {})[row.year] = row
    return found


def plain_reason(row: CoverageRow, *, chinese: bool = False) -> str:
    """Why an agency-year is not good, its codes in plain words; empty where the state says it all."""
    reason = row.detail
    for code, words in _PLAIN_WORDS.items():
        reason = reason.replace(code, words[chinese])
    return printable(reason)


def printable(text: str) -> str:
    """Text of a page without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def print_table(rows: list[CoverageRow], console: Console) -> None:
    """Print agencies down and years across, a legend, and below it every gap with its reason.

    Where the output is no terminal, lines are as long as they need to be.
    """
    if not rows:
        console.print("No agencies yet: the archive holds no sites and no reports.")
        return
    _print(_matrix(rows, stacked=False), console, otherwise=_matrix(rows, stacked=True))
    present = Counter(row.state for row in rows)
    for name, state in STATES.items():
        if present[name]:
            legend = f"{state.mark} {present[name]:>5}  {name}: {state.words} {state.chinese}"
            console.print(Text(legend), soft_wrap=not console.is_terminal)
    due = len(rows) - present["not_due"]
    have = sum(present[state] for state in HAVE_REPORT)
    console.print(Text(f"{have} of {due} reports due are in the archive"))
    gaps = [row for row in rows if STATES[row.state].gap]
    if gaps:
        console.print()
        _print_gaps(gaps, console)


def _print(table: Table, console: Console, otherwise: Table) -> None:
    needed = Measurement.get(console, console.options.update(max_width=10_000), table).maximum
    width = console.width
    if not console.is_terminal:
        console.width = max(width, needed)
    console.print(otherwise if needed > console.width else table)
    console.width = width


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)


def _matrix(rows: list[CoverageRow], *, stacked: bool) -> Table:
    """Years as column heads, or with century and year on two lines where the terminal is narrow."""
    years = sorted({row.year for row in rows})
    table = _table()
    table.add_column("agency 机关", overflow="fold", min_width=12)
    for year in years:
        head = f"{year // 100:02}\n{year % 100:02}" if stacked else str(year)
        table.add_column(head, justify="center", no_wrap=True)
    for agency in by_agency(rows).values():
        first = next(iter(agency.values()))
        marks = [STATES[agency[year].state].mark if year in agency else "" for year in years]
        table.add_row(Text(_name(first)), *marks)
    return table


def _print_gaps(rows: list[CoverageRow], console: Console) -> None:
    """Every gap on a line; reasons are as long as they are in a file, and wrapped under their column on a terminal."""
    runs = [(years[0], years[-1]) for years in _runs(rows)]
    lines = [("agency 机关", "year", "state 状态", "reason 原因")]
    for first, last in runs:
        span = str(first.year) if first is last else f"{first.year}-{last.year}"
        lines.append((_name(first), span, first.state, plain_reason(first) or STATES[first.state].words))
    widths = [max(cell_len(line[column]) for line in lines) for column in range(3)]
    indent = sum(widths) + 2 * len(widths)
    # A reason beside its row needs room; on a narrow terminal it stands below.
    beside = not console.is_terminal or console.width - indent >= _NARROWEST_REASON
    for number, line in enumerate(lines):
        head = "  ".join(set_cell_size(text, width) for text, width in zip(line[:3], widths, strict=True))
        reason = [line[3]]
        if console.is_terminal:
            room = console.width - (indent if beside else 4)
            reason = [part.plain.rstrip() for part in Text(line[3]).wrap(console, room)]
        lead = head + "  " if beside else " ".join(line[:3])
        if not beside:
            console.print(Text(lead))
        for place, part in enumerate(reason):
            before = (lead if place == 0 else " " * indent) if beside else "    "
            console.print(Text(before + part), soft_wrap=True)
        if number == 0:
            console.print(Text("─" * (indent + cell_len(line[3]) if beside else console.width)), soft_wrap=True)


def _runs(rows: list[CoverageRow]) -> list[list[CoverageRow]]:
    """The rows with years in a row that say the same of one agency put together."""
    runs: list[list[CoverageRow]] = []
    for row in rows:
        same = (row.agency_id, row.state, row.detail)
        last = runs[-1][-1] if runs else None
        if last and (last.agency_id, last.state, last.detail) == same and last.year + 1 == row.year:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _name(row: CoverageRow) -> str:
    """The name, with the district where it does not say itself whose it is."""
    if row.district and row.level in ("street", "town", "department") and not row.agency.startswith(row.district):
        return printable(f"{row.agency} ({row.district})")
    return printable(row.agency)
