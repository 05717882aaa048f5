"""What the page /coverage shows: the filtered agencies, one page of them, and the counts of their states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from archive.publishing.coverage import HAVE_REPORT, STATES, CoverageRow, plain_reason, printable
from archive.publishing.site.details import detail_in_words
from archive.publishing.site.overview import PLACE, AgencyYears, Overview
from archive.publishing.site.words import LEVELS

AGENCIES_A_PAGE = 100
# Thousands of districts are no choice; all of one province or city are.
_MOST_CHOICES = 400
_MOST_MISSING = 60
_LONGEST_NUMBER = 9


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
        wanted = {name: (value(name) or "").strip() for name in PLACE}
        return cls(**wanted, page=max(number(value("page")) or 1, 1))

    @property
    def place(self) -> tuple[str, ...]:
        """What is wanted, in the order of PLACE."""
        return (self.province, self.city, self.district, self.level)

    def query(self, page: int) -> str:
        values = {name: getattr(self, name) for name in PLACE if getattr(self, name)}
        return "?" + urlencode({**values, "page": str(page)})


def number(text: str | None) -> int | None:
    """A whole number that a person typed, or None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


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


def cell_of(row: CoverageRow, language: str) -> Cell:
    """How an agency-year is shown."""
    return Cell(
        row.year,
        row.state,
        MARKS.get(row.state, "?"),
        state_in_words(row.state, language),
        detail_in_words(plain_reason(row, chinese=language == "zh"), language),
        row.document,
    )


def state_in_words(state: str, language: str) -> str:
    """A state in plain words; its name where it is not one of those known here."""
    known = STATES.get(state)
    if known is None:
        return state
    return known.chinese if language == "zh" else known.words


def _is_gap(state: str) -> bool:
    return state not in STATES or STATES[state].gap


class CoveragePage:
    """Everything the template shows, computed from the overview of the archive."""

    def __init__(self, overview: Overview, filters: Filters, language: str) -> None:
        self._language = language
        every = list(overview.agencies.values())
        agencies = _matching(every, filters.place)
        self.choices = self._choices(every, filters)
        present = overview.states
        if len(agencies) < len(every):
            present = Counter(row.state for one in agencies for row in one.years.values())
        self.due = present.total() - present["not_due"]
        self.have = sum(present[state] for state in HAVE_REPORT)
        self.percent = round(100 * self.have / self.due) if self.due else None
        self.legend = [
            (name, MARKS.get(name, "?"), state_in_words(name, language), present[name])
            for name in dict.fromkeys([*STATES, *present])
        ]
        self.agencies = len(agencies)
        self.pages = max(-(-len(agencies) // AGENCIES_A_PAGE), 1)
        self.page = min(filters.page, self.pages)
        shown = agencies[(self.page - 1) * AGENCIES_A_PAGE : self.page * AGENCIES_A_PAGE]
        self.years = sorted({year for one in shown for year in one.years})
        self.lines = [self._line(one) for one in shown]
        self.gaps = [
            (line, first, last) for line in self.lines for first, last in _runs(line.cells) if _is_gap(first.state)
        ]
        self.last_due = overview.last_due
        wanted = {one.agency.agency_id for one in agencies}
        self.missing = [row for row in overview.missing if row.agency_id in wanted][:_MOST_MISSING]
        self.filtered = any(filters.place)
        self.previous = filters.query(self.page - 1) if self.page > 1 else None
        self.next = filters.query(self.page + 1) if self.page < self.pages else None

    def _choices(self, every: list[AgencyYears], filters: Filters) -> list[Choice]:
        """The values of each filter, within what the filters before it leave."""
        choices = []
        place = int(self._language == "zh")
        for position, name in enumerate(PLACE):
            within = filters.place[:position] if name != "level" else ()
            values = {one.place[position] for one in _matching(every, within)} - {None}
            if name == "level":
                ordered = [(level, names[place]) for level, names in LEVELS.items() if level in values]
            else:
                ordered = [(value, printable(value)) for value in sorted(filter(None, values))[:_MOST_CHOICES]]
            choices.append(Choice(name, getattr(filters, name), ordered))
        return choices

    def _line(self, one: AgencyYears) -> Line:
        row = one.agency
        place = " ".join(filter(None, dict.fromkeys((row.province, row.city, row.district))))
        cells = [cell_of(one.years[year], self._language) if year in one.years else None for year in self.years]
        return Line(row.agency_id, printable(row.agency), printable(place), cells)


def _matching(agencies: list[AgencyYears], wanted: tuple[str, ...]) -> list[AgencyYears]:
    """The agencies of a place; an empty part of it matches every agency."""
    for position, value in enumerate(wanted):
        if value:
            agencies = [one for one in agencies if one.place[position] == value]
    return agencies


def _runs(cells: Iterable[Cell | None]) -> list[tuple[Cell, Cell]]:
    """First and last of every run of years that say the same."""
    runs: list[tuple[Cell, Cell]] = []
    for cell in cells:
        if cell is None:
            continue
        if runs:
            first, last = runs[-1]
            if (last.state, last.reason, last.year + 1) == (cell.state, cell.reason, cell.year):
                runs[-1] = (first, cell)
                continue
        runs.append((cell, cell))
    return runs
