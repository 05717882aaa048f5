"""What the home page shows: how much there is, by year and province, how fresh it is, and what came lately."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from archive.publishing.coverage import HAVE_REPORT
from archive.publishing.site import records
from archive.publishing.site.overview import Overview
from archive.publishing.site.words import run_in_words

_LATEST = 12
_TROUBLED = 12


class HomePage:
    """Everything the template shows."""

    def __init__(self, connection: sqlite3.Connection, overview: Overview, language: str) -> None:
        self.years = overview.years
        self.reports = overview.counts.total()
        self.agencies = len(overview.agencies)
        states = overview.states
        self.due = states.total() - states["not_due"]
        self.have = sum(states[state] for state in HAVE_REPORT)
        provinces = sorted({province for province, _ in overview.counts if province})
        unknown = [None] if any(province is None for province, _ in overview.counts) else []
        self.provinces: list[tuple[str | None, list[int]]] = [
            (province, [overview.counts[province, year] for year in self.years]) for province in [*provinces, *unknown]
        ]
        self.by_year = [sum(counts[place] for _, counts in self.provinces) for place in range(len(self.years))]
        self.run = self._run(connection, language)
        self.sites, self.answered = connection.execute("select count(*), count(last_working) from sites").fetchone()
        self.troubled = records.rows(
            connection,
            f"""select site, state, reason, url from frontier where kind = 'entry'
                and state in ('blocked', 'robots', 'failed', 'gone') order by site limit {_TROUBLED}""",
        )
        self.latest = _latest(connection)

    @staticmethod
    def _run(connection: sqlite3.Connection, language: str) -> dict[str, Any] | None:
        found = records.rows(connection, "select * from runs order by id desc limit 1")
        if not found:
            return None
        run = found[0]
        counts = json.loads(run["counts"] or "{}")
        return {
            "started": run["started"],
            "outcome": run_in_words(run["outcome"], language) if run["outcome"] else None,
            "counts": {run_in_words(name, language): count for name, count in counts.items()},
        }


def _latest(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """The reports whose pages came or changed last, newest first; changed: an earlier capture of that page is there."""
    return records.rows(
        connection,
        f"""select documents.id, documents.title, documents.year, agencies.name as agency, latest.fetched_at,
              exists (select 1 from captures as earlier where earlier.key = latest.key and earlier.id < latest.id)
                as changed
            from (select id, key, fetched_at from captures where kind in ('report', 'attachment')
                  order by id desc limit {_LATEST * 3}) as latest
            join documents on documents.capture = latest.id and documents.is_report
            left join agencies on agencies.id = documents.agency_id
            order by latest.id desc limit {_LATEST}""",
    )
