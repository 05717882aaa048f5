"""What the page of an agency shows: its years, charts over them, and its documents."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from archive.publishing.site import charts, records
from archive.publishing.site.charts import Number, Series
from archive.publishing.site.coverage_page import Cell, cell_of
from archive.publishing.site.overview import Overview
from archive.publishing.site.words import LANGUAGES, OUTCOMES, WORDS
from archive.reading import forms

_MOST_NEIGHBOURS = 200
Totals = dict[tuple[str, str], int | float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and its numbers as a table: series down, years across."""

    title: str
    picture: Markup
    years: list[int]
    series: list[Series]


@dataclass(frozen=True, slots=True)
class Carried:
    """What one year carries over and the next carries in; `agrees` is None where either is not known."""

    year: int
    over: Number
    into: Number
    agrees: bool | None


class AgencyPage:
    """Everything the template shows of one agency."""

    def __init__(
        self, connection: sqlite3.Connection, agency: dict[str, Any], overview: Overview, language: str
    ) -> None:
        self.agency = agency
        words = WORDS[language]
        years = overview.agencies.get(agency["id"])
        rows = years.years if years else {}
        self.cells: list[Cell] = [cell_of(rows[year], language) for year in sorted(rows)]
        self.documents = records.versions(connection, agency["id"], None)
        found = records.totals(connection, agency["id"])
        self.charts = _charts(found, words, language) if found else []
        self.carried = _carried(found)
        self.neighbours = _neighbours(connection, agency)

    @classmethod
    def load(
        cls, connection: sqlite3.Connection, identifier: str, overview: Overview, language: str
    ) -> AgencyPage | None:
        """The page of an agency, or None where there is no such agency."""
        agency = records.agency(connection, identifier)
        return cls(connection, agency, overview, language) if agency else None


def _charts(found: dict[int, Totals], words: dict[str, str], language: str) -> list[Chart]:
    years = list(range(min(found), max(found) + 1))
    made = []
    received = Series(words["received"], [_value(found, year, "new") for year in years])
    made.append(_chart(words["received"], years, [received]))
    outcomes = [
        Series(names[LANGUAGES.index(language)], [_outcome(found.get(year, {}), item) for year in years])
        for item, *names in OUTCOMES
    ]
    made.append(_chart(words["outcomes"], years, outcomes))
    labels = {"reconsideration": ("reconsideration", "行政复议")} | {
        item.name: (item.name.replace("_", " "), item.label) for item in forms.REVIEW[1:]
    }
    reviews = [
        Series(
            labels[item.name][LANGUAGES.index(language)],
            [found.get(year, {}).get(("review", item.name)) for year in years],
        )
        for item in forms.REVIEW
    ]
    made.append(_chart(words["reviews"], years, reviews))
    return [chart for chart in made if any(value is not None for one in chart.series for value in one.values)]


def _chart(title: str, years: list[int], series: list[Series]) -> Chart:
    return Chart(title, charts.stacked_bars(title, years, series), years, series)


def _value(found: dict[int, Totals], year: int, item: str) -> Number:
    return found.get(year, {}).get(("applications", item))


def _outcome(totals: Totals, item: str) -> Number:
    """One outcome, or the sum of the rows of a group (`denied_`); None where one could not be placed."""
    group = item if item.endswith("_") else None
    names = [one.name for one in forms.APPLICATIONS if one.name == item or (group and one.name.startswith(group))]
    values = [totals[key] for name in names if (key := ("applications", name)) in totals]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _carried(found: dict[int, Totals]) -> list[Carried]:
    pairs = []
    for year in sorted(found):
        if year + 1 in found:
            over, into = _value(found, year, "carried_over"), _value(found, year + 1, "carried_in")
            pairs.append(Carried(year, over, into, None if over is None or into is None else over == into))
    return pairs


def _neighbours(connection: sqlite3.Connection, agency: dict[str, Any]) -> list[dict[str, Any]]:
    """The other agencies of the district (by the first six digits of the code)."""
    district = (agency["division"] or "")[:6]
    if len(district) < 6:
        return []
    return records.rows(
        connection,
        """select id, name, level from agencies where division >= ? and division < ? and id != ?
           order by division, name limit ?""",
        (district, f"{district}:", agency["id"], _MOST_NEIGHBOURS),
    )
