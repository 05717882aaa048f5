"""Which known pages a run looks at again: where a new report would show first, and the others in turn.

A new report stands on the first page of a list, in the column of the newest year, or in a new column. Those pages are
asked for in every run; in January to March, when reports are due, every unit's column that lacks the year is as well.
What else leads to reports is asked for ever more rarely, the longer it has not changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.schema import FrontierState
from archive.store import Archive

LONGEST_REST = timedelta(days=365)
_REST = timedelta(days=30)
_SHORT_REST = timedelta(days=6)
"""Less than a week, so that weekly runs on the same weekday do not miss it by an hour."""
# Of what has not changed for a year, a quarter of a year's rest is enough.
_GROWTH = 4
# Requests a run may spend on pages that are looked at in turn: one for so many reports of the site.
_REPORTS_A_LOOK = 8
_MANY_REPORTS = 30
_LAST_MONTH_DUE = 3
_FIRST_YEAR_EXPECTED = 2020
"""Where the registry names no first year: since then reports have one form and one column, and lists keep them."""
_MOST_TOP_COLUMNS = 10
_SETTLED = "state not in ('pending', 'in_flight', 'offsite', 'trap', 'not_wanted')"
_FINDING = "kind in ('entry', 'column', 'list')"


@dataclass(frozen=True, slots=True)
class Known:
    """A page that leads to reports, as an earlier run left it."""

    id: int
    url: str
    kind: str
    state: str
    unit: bool
    """Whether it belongs to one department, street or town."""
    year: int | None
    """Year that the column is for."""
    place: int
    """Position among the pages of its list, from 0."""
    parent: str | None
    fetched: datetime
    changed: datetime
    repeatable: bool
    """Whether the same request may be made again: not where it holds the state of a session."""

    @classmethod
    def of(cls, row: dict[str, Any]) -> Known:
        request = json.loads(row["request"])
        memo = request.get("memo", {})
        fetched = _moment(row["fetched"] or row["discovered"])
        return cls(
            id=row["id"],
            url=row["url"],
            kind=row["kind"],
            state=row["state"],
            unit=bool(request.get("link_agency") or memo.get("unit")),
            year=memo.get("year"),
            place=int(memo.get("list_page", 0)),
            parent=row["discovered_on"],
            fetched=fetched,
            changed=min(fetched, _moment(row["changed"] or row["discovered"])),
            repeatable="__VIEWSTATE" not in (request.get("body") or ""),
        )

    def rested(self, moment: datetime, least: timedelta) -> bool:
        return moment - self.fetched >= rest(self.fetched - self.changed, least)


def rest(unchanged: timedelta, least: timedelta) -> timedelta:
    """How long a page is left alone that has not changed for so long."""
    return min(max(least, unchanged / _GROWTH), LONGEST_REST)


def years_missing(archive: Archive, site: str, moment: datetime) -> set[int]:
    """Years that the owner of a site should have reported on, and of which the archive has no report of its own."""
    rows = archive.rows("select agency_id, since from sites where url = ?", (site,))
    owner, since = (rows[0]["agency_id"], rows[0]["since"]) if rows else (None, None)
    if owner is None:
        return set()
    # A government reports by 31 March on the year before.
    newest = moment.year - (1 if moment.month > _LAST_MONTH_DUE else 2)
    there = {row["year"] for row in archive.rows("select year from reports where agency_id = ?", (owner,))}
    return set(range(since or _FIRST_YEAR_EXPECTED, newest + 1)) - there


def to_look_at(archive: Archive, site: str, moment: datetime) -> list[int]:
    """The frontier rows of a site that this run asks for again, among the pages that lead to reports."""
    rows = archive.rows(
        f"""select id, url, kind, state, request, discovered, discovered_on, fetched,
                   (select max(fetched_at) from captures where captures.key = frontier.key) as changed
            from frontier where site = ? and {_FINDING} and {_SETTLED}""",
        (site,),
    )
    bearing = {
        row["url"]: row
        for row in archive.rows(
            """select discovered_on as url, count(*) as reports, max(json_extract(request, '$.memo.year')) as latest
               from frontier where site = ? and kind in ('report', 'attachment')
               and state in ('stored', 'unchanged', 'gone', 'redirected') group by discovered_on""",
            (site,),
        )
    }
    reports = sum(row["reports"] for row in bearing.values())
    return _choose([Known.of(row) for row in rows], bearing, reports, moment)


def _choose(known: list[Known], bearing: dict[str, dict[str, Any]], reports: int, moment: datetime) -> list[int]:
    trouble = {FrontierState.FAILED, FrontierState.ROBOTS}
    chosen = {it.id for it in known if it.state in trouble and it.repeatable}
    # A wall that has stood for months is not run against every week.
    chosen |= {it.id for it in known if it.state == FrontierState.BLOCKED and it.rested(moment, timedelta(0))}
    well = [it for it in known if it.state not in trouble and it.state != FrontierState.BLOCKED and it.repeatable]
    heads = [it for it in well if it.url in bearing and (it.place == 0 or it.parent not in bearing)]
    top = _top(heads)
    chosen |= {it.id for it in top}
    wanted = moment.year - 1
    if moment.month <= 3:
        chosen |= {it.id for it in heads if (bearing[it.url]["latest"] or 0) < wanted}
    entries = [it for it in well if it.kind == "entry"]
    # On a site with few reports its home page would be a good part of all requests.
    chosen |= {it.id for it in entries if not top or reports >= _MANY_REPORTS or it.rested(moment, _SHORT_REST)}
    # A site that has given nothing yet may do so any week.
    least = _REST if heads else _SHORT_REST
    first = {it.id for it in heads}
    rested = [it for it in well if it.id not in chosen and (it.id in first or it.rested(moment, least))]
    others = [it for it in rested if it.kind != "entry"]
    others.sort(key=lambda it: (it.id not in first, it.fetched))
    most = reports // _REPORTS_A_LOOK if heads else len(others)
    return [*chosen, *(it.id for it in others[:most])]


def _top(heads: Iterable[Known]) -> list[Known]:
    """The columns of the site itself, those of the newest year where they are by year; else the first of a unit."""
    heads = sorted(heads, key=lambda it: (it.unit, it.id))
    newest = max((it.year for it in heads if it.year), default=None)
    own = [it for it in heads if not it.unit and it.year in (None, newest)]
    return (own or heads[:1])[:_MOST_TOP_COLUMNS]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
