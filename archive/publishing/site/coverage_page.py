"""What the page /coverage shows: the filtered agencies, one page of them, and the counts of their states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from archive.publishing.coverage import HAVE_REPORT, STATES, CoverageRow, by_agency, plain_reason, printable
from archive.publishing.site.words import LEVELS

AGENCIES_A_PAGE = 200
_FIELDS = ("province", "city", "district", "level")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which agencies are wanted (empty: all), and which page of them, from 1."""

    province: str = ""
    city: str = ""
    district: str = ""
    level: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, value: Callable[[str], str | None]) -> Filters:
        """Filters from a query string; a page that is no number is the first."""
        page = value("page") or ""
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
        wanted = {name: (value(name) or "").strip() for name in _FIELDS}
        return cls(**wanted, page=max(number, 1))

    def match(self, row: CoverageRow, names: tuple[str, ...] = _FIELDS) -> bool:
        return all(getattr(self, name) in ("", getattr(row, name)) for name in names)

    def query(self, page: int) -> str:
        values = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        return "?" + urlencode({**values, "page": str(page)})


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter's drop-down: its name, the value chosen, and the values there are, with their labels."""

    name: str
    chosen: str
    options: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One agency-year: the state, how it is shown, and the document it links to."""

    year: int
    state: str
    mark: str
    words: str
    reason: str
    document: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One agency and its cells, None where a year does not count for it."""

    agency_id: str
    agency: str
    place: str
    cells: list[Cell | None]


MARKS = {
    "good": "✓",
    "checks_failed": "!",
    "unparsed": "?",
    "fetched_not_report": "~",
    "blocked": "×",
    "not_found": "–",
    "not_due": "·",
}


class CoveragePage:
    """Everything the template shows, computed from the rows of the archive."""

    def __init__(self, rows: list[CoverageRow], filters: Filters, language: str) -> None:
        self._chinese = language == "zh"
        every = list(by_agency(rows).values())
        firsts = [next(iter(agency.values())) for agency in every]
        self.choices = self._choices(firsts, filters)
        agencies = [agency for agency, first in zip(every, firsts, strict=True) if filters.match(first)]
        present = Counter(row.state for agency in agencies for row in agency.values())
        self.due = present.total() - present["not_due"]
        self.have = sum(present[state] for state in HAVE_REPORT)
        self.percent = round(100 * self.have / self.due) if self.due else None
        self.legend = [(name, MARKS[name], self._words(name), present[name]) for name in STATES]
        self.agencies = len(agencies)
        self.pages = max(-(-len(agencies) // AGENCIES_A_PAGE), 1)
        self.page = min(filters.page, self.pages)
        shown = agencies[(self.page - 1) * AGENCIES_A_PAGE : self.page * AGENCIES_A_PAGE]
        self.years = sorted({year for agency in shown for year in agency})
        self.lines = [self._line(agency) for agency in shown]
        self.gaps = [
            (line, cell) for line in self.lines for cell in line.cells if cell is not None and STATES[cell.state].gap
        ]
        self.filtered = any(getattr(filters, name) for name in _FIELDS)
        self.previous = filters.query(self.page - 1) if self.page > 1 else None
        self.next = filters.query(self.page + 1) if self.page < self.pages else None

    def _words(self, state: str) -> str:
        return STATES[state].chinese if self._chinese else STATES[state].words

    def _choices(self, firsts: list[CoverageRow], filters: Filters) -> list[Choice]:
        """The values of each filter, within what the filters before it leave; one row of each agency is enough."""
        choices = []
        for position, name in enumerate(_FIELDS):
            within = () if name == "level" else _FIELDS[:position]
            values = {getattr(row, name) for row in firsts if filters.match(row, within)} - {None}
            if name == "level":
                ordered = [(level, LEVELS[level][self._chinese]) for level in LEVELS if level in values]
            else:
                ordered = [(value, printable(value)) for value in sorted(values)]
            choices.append(Choice(name, getattr(filters, name), ordered))
        return choices

    def _line(self, agency: dict[int, CoverageRow]) -> Line:
        first = next(iter(agency.values()))
        place = " ".join(filter(None, dict.fromkeys((first.province, first.city, first.district))))
        cells = [self._cell(agency[year]) if year in agency else None for year in self.years]
        return Line(first.agency_id, printable(first.agency), printable(place), cells)

    def _cell(self, row: CoverageRow) -> Cell:
        return Cell(row.year, row.state, MARKS[row.state], self._words(row.state), plain_reason(row), row.document)
