"""What several pages need of the whole archive, computed once and again when the archive has changed."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archive.publishing.coverage import HAVE_REPORT, SQL, CoverageRow, by_agency

Version = tuple[int, date]
PLACE = ("province", "city", "district", "level")
# An overview is kept so many times as long as making it took, where that is longer than a reader notices.
_KEPT_TIMES = 20
_UNNOTICED_SECONDS = 0.1
FACETS = ("year", "level", "province")


@dataclass(frozen=True, slots=True)
class AgencyYears:
    """One agency: a row that names it, its province, city, district and level, and its rows by year."""

    agency: CoverageRow
    place: tuple[str | None, ...]
    years: dict[int, CoverageRow]


class Overview:
    """Every agency-year of the archive, and the best documents of all agency-years."""

    def __init__(self, rows: list[CoverageRow]) -> None:
        self.agencies: dict[str, AgencyYears] = {}
        for identifier, years in by_agency(rows).items():
            first = next(iter(years.values()))
            place = (first.province, first.city, first.district, first.level)
            self.agencies[identifier] = AgencyYears(first, place, years)
        self.states = Counter(row.state for row in rows)
        self.reports = {row.document: row for row in rows if row.document is not None and row.state in HAVE_REPORT}
        # The documents of the reports, newest year first.
        self.newest = sorted(self.reports, key=lambda document: (-self.reports[document].year, document))
        # Of each report its year, level and province, as a number: thousands are counted faster so.
        numbers: dict[tuple[int, str, str | None], int] = {}
        self.facets = {
            document: numbers.setdefault((row.year, row.level, row.province), len(numbers))
            for document, row in self.reports.items()
        }
        self.combinations = list(numbers)
        # By province (None: no division known) and year.
        self.counts = Counter((row.province, row.year) for row in self.reports.values())
        self.years = sorted({year for _, year in self.counts})
        self.last_due = max((row.year for row in rows if row.state != "not_due"), default=None)
        # The agencies without a report for the last year that is due for any.
        self.missing = [row for row in rows if row.year == self.last_due and row.state not in (*HAVE_REPORT, "not_due")]


class Overviews:
    """The overview of an archive file as it is now; safe to ask from several threads.

    While a crawl writes, an overview that takes long to make is kept for a while, so that readers do not wait for it
    at every page: twenty times as long as making it took, less a moment that nobody notices.
    """

    def __init__(self, path: Path, *, immutable: bool) -> None:
        self._uri = f"{path.resolve().as_uri()}?{'immutable=1' if immutable else 'mode=ro'}"
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._version: Version | None = None
        self._made: Version | None = None
        self._kept_until = 0.0
        self._overview = Overview([])

    def version(self) -> Version:
        """What the archive is shown at: another value where it was written to, or the day is another one.

        The day counts since reports fall due by it.
        """
        with self._lock:
            return self._shown_version(self._open())

    def current(self) -> Overview:
        """The overview of the archive at `version()`."""
        with self._lock:
            connection = self._open()
            version = self._shown_version(connection)
            if version != self._made:
                start = time.monotonic()
                self._overview = Overview([CoverageRow(*row) for row in connection.execute(SQL)])
                self._made = version
                end = time.monotonic()
                self._kept_until = end + _KEPT_TIMES * max(0.0, end - start - _UNNOTICED_SECONDS)
            return self._overview

    def _shown_version(self, connection: sqlite3.Connection) -> Version:
        if self._version is None or time.monotonic() >= self._kept_until:
            self._version = self._current_version(connection)
        return self._version

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        return self._connection

    @staticmethod
    def _current_version(connection: sqlite3.Connection) -> Version:
        # Changes when another connection has committed; only comparable within one connection.
        return connection.execute("pragma data_version").fetchone()[0], date.today()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._version = self._made = None
                self._kept_until = 0.0
