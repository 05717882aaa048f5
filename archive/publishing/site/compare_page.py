"""What the page /compare shows: figures of agencies side by side over the years, as a chart, a table and CSV."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from archive.publishing.coverage import printable
from archive.publishing.site import charts, records
from archive.publishing.site.charts import Number, Series
from archive.publishing.site.statutory import figure_label, known_figures
from archive.reading import forms
from archive.reading.script import simplify

MOST_AGENCIES = 8
MOST_FIGURES = 4
_MOST_MATCHES = 20
_FIRST_FIGURE = "applications.new.total"
# What a spreadsheet takes for a formula at the beginning of a cell.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Option:
    """A figure to choose: its value in the form, its label, and whether it is chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of one year: the number, and the document it was printed in (None: no report)."""

    value: Number
    document: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the table: an agency, a figure, and its points by year."""

    agency: dict[str, Any]
    figure: str
    points: list[Point]


class ComparePage:
    """Everything the template shows for the agencies and figures of a query string."""

    def __init__(self, connection: sqlite3.Connection, values: Callable[[str], list[str]]) -> None:
        known = {".".join(key): figure_label(*key) for key in known_figures()}
        wanted = dict.fromkeys(value for value in values("figure") if value in known)
        self.figures = list(wanted)[:MOST_FIGURES] or [_FIRST_FIGURE]
        chosen = list(dict.fromkeys(values("agency")))[:MOST_AGENCIES]
        self.agencies = [found for identifier in chosen if (found := records.agency(connection, identifier))]
        self.name = next((value.strip() for value in values("name") if value.strip()), "")
        self.matches = _by_name(connection, self.name, {one["id"] for one in self.agencies}) if self.name else []
        self.labels = [(value, known[value]) for value in self.figures]
        self.groups = [
            (title, [Option(value, label, value in self.figures) for value, label in _of_section(known, section)])
            for section, title in forms.SECTIONS.items()
        ]
        self._read(connection)
        several = len(self.figures) > 1
        self.series = [
            Series(
                f"{row.agency['name']} · {known[row.figure]}" if several else row.agency["name"],
                [point.value for point in row.points],
            )
            for row in self.rows
        ]
        drawn = any(value is not None for one in self.series for value in one.values)
        title = known[self.figures[0]] if not several else ""
        self.chart: Markup | None = charts.lines(title, self.years, self.series) if drawn else None
        self.title = title
        self.query = urlencode([("agency", one["id"]) for one in self.agencies] + [("figure", f) for f in self.figures])

    def _read(self, connection: sqlite3.Connection) -> None:
        found: dict[tuple[str, str, int], Point] = {}
        years: set[int] = set()
        for agency in self.agencies:
            for year, document in connection.execute(
                "select year, document from reports where agency_id = ?", (agency["id"],)
            ):
                years.add(year)
                for figure in self.figures:
                    value = connection.execute(
                        "select value from figures where document = ? and section = ? and item = ? and category = ?",
                        (document, *figure.split(".")),
                    ).fetchone()
                    found[agency["id"], figure, year] = Point(value[0] if value else None, document)
        self.years = list(range(min(years), max(years) + 1)) if years else []
        self.rows = [
            Compared(
                agency, figure, [found.get((agency["id"], figure, year), Point(None, None)) for year in self.years]
            )
            for figure in self.figures
            for agency in self.agencies
        ]

    def as_csv(self) -> str:
        """The table as CSV: one row a number, nothing where it is not known; no cell begins like a formula."""
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(["agency", "division", "section", "item", "category", "year", "value", "document"])
        for row in self.rows:
            for year, point in zip(self.years, row.points, strict=True):
                name = row.agency["name"]
                safe = f"'{name}" if name.startswith(_FORMULA_SIGNS) else name
                key = row.figure.split(".")
                writer.writerow([safe, row.agency["division"], *key, year, point.value, point.document])
        return output.getvalue()


def _of_section(known: dict[str, str], section: str) -> list[tuple[str, str]]:
    return [(value, label) for value, label in known.items() if value.startswith(f"{section}.")]


def _by_name(connection: sqlite3.Connection, name: str, without: set[str]) -> list[dict[str, Any]]:
    """The agencies whose name holds the words, the shortest names first; with reports before those without."""
    pattern = "%".join(["", *simplify(printable(name)).replace("%", "").split(), ""])
    found = records.rows(
        connection,
        """select agencies.*, exists (select 1 from reports where agency_id = agencies.id) as reporting from agencies
           where coalesce(province, '') || coalesce(city, '') || coalesce(district, '') || name like ?
           order by reporting desc, name not like ?, length(name), division limit ?""",
        (pattern, pattern, _MOST_MATCHES + len(without)),
    )
    return [row for row in found if row["id"] not in without][:_MOST_MATCHES]
