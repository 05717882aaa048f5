"""What a snapshot says of itself: its data package descriptor, README and citation."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.publishing.resources import CHANGES, RESOURCES, Resource

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
TITLE = "Annual reports on government information disclosure in China (政府信息公开工作年度报告)"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 (the compilation; the reports are official documents, which have no "
    "copyright in China: 著作权法, article 5)",
}
_METHOD = (
    "The pages were captured from the sites of the agencies and stored as they were served; each capture has its URL, "
    "time and SHA-256. The cleaned text and the statutory tables were read from those bytes by nianbao. A figure is "
    "matched by the label of its row and the head of its column; one that cannot be placed is null. Values are as "
    "printed: mistakes of an agency are kept, and shown by the column checks_failed and the table checks of the "
    "archive. Injected advertising was taken out of the texts and is listed in its table removals."
)
_GAPS = {
    "checks_failed": "reports break an identity of their own form; the figures stay as printed",
    "unparsed": "reports are there without a figure: narrative only, or tables as pictures",
    "fetched_not_report": "agency-years have a page that does not read as a report, or could not be read",
    "blocked": "agency-years are on sites that refused: a block page, or robots.txt",
    "not_found": "agency-years have no report where reports stand",
    "not_due": "agency-years are not yet due",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A table as written: its path in the snapshot, its rows, its bytes and SHA-256."""

    resource: Resource
    path: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a snapshot beside its tables."""

    name: str
    date: str
    """ISO 8601."""
    previous: str | None
    """Name of the snapshot before."""
    with_bytes: bool
    """Whether the archive in it has the captured bytes."""
    reports: int
    agencies: int
    years: str
    gaps: dict[str, int]
    """Agency-years by state, the good ones left out."""

    @classmethod
    def of(cls, database: sqlite3.Connection, *, name: str, date: str, previous: str | None, with_bytes: bool) -> About:
        """Count what is in the archive of a snapshot."""
        reports, agencies, first, last = database.execute(
            "select count(*), count(distinct agency_id), min(year), max(year) from reports"
        ).fetchone()
        states = dict(database.execute("select state, count(*) from coverage group by state"))
        years = "" if first is None else str(first) if first == last else f"{first} to {last}"
        gaps = {state: states[state] for state in _GAPS if state in states}
        return cls(name, date, previous, with_bytes, reports, agencies, years, gaps)

    def gap_lines(self) -> list[str]:
        """The known gaps in words."""
        return [f"{state}, {number}: {_GAPS[state]}" for state, number in self.gaps.items()]


def datapackage(about: About, tables: list[Written]) -> str:
    """The descriptor of the snapshot, Data Package v2."""
    descriptor: dict[str, Any] = {
        "$schema": PROFILE,
        "name": about.name,
        "title": TITLE,
        "description": f"{about.reports} reports of {about.agencies} agencies, for the years {about.years or 'none'}.",
        "version": about.date,
        "created": f"{about.date}T00:00:00Z",
        "keywords": ["政府信息公开", "freedom of information", "China", "local government"],
        "licenses": [LICENCE],
        "contributors": [{"title": "nianbao", "roles": ["creator"]}],
        "sources": [{"title": "Sites of the agencies; every row names the page it was read from"}],
        "method": _METHOD,
        "knownGaps": about.gap_lines(),
        "previous": about.previous,
        "resources": [_resource(table) for table in tables],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def _resource(table: Written) -> dict[str, Any]:
    resource = table.resource
    return {
        "name": resource.name,
        "title": resource.title,
        "path": table.path,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": table.size,
        "hash": f"sha256:{table.sha256}",
        "rowCount": table.rows,
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [
                {"name": field.name, "type": field.type, "description": field.description} for field in resource.fields
            ],
            "missingValues": [""],
            "primaryKey": list(resource.key),
            **({"foreignKeys": [_OF_AGENCY]} if resource is not CHANGES and "agency_id" in resource.key else {}),
        },
    }


_OF_AGENCY = {"fields": ["agency_id"], "reference": {"resource": "agencies", "fields": ["id"]}}


def readme(about: About, tables: list[Written]) -> str:
    """The README of the snapshot, in Markdown."""
    rows = "\n".join(f"| {table.resource.name} | {table.rows} | {table.resource.title} |" for table in tables)
    gaps = "\n".join(f"- {line}" for line in about.gap_lines()) or "- none known"
    raw = "with the captured bytes" if about.with_bytes else "without the captured bytes"
    changes = f"the snapshot {about.previous}" if about.previous else "nothing: this is the first snapshot"
    return f"""# {TITLE}

Snapshot of {about.date}: {about.reports} reports of {about.agencies} agencies, for the years {about.years or "none"}.

| file | what it is |
|---|---|
| `nianbao.db` | the archive, one SQLite file, {raw} |
| `csv/` | every table below as exact CSV (UTF-8; null is an empty cell, a cell that was printed empty is `""`) |
| `spreadsheet/` | the same for spreadsheets: a text that begins like a formula has an apostrophe before it |
| `parquet/` | the same as Parquet, with types |
| `datapackage.json` | Data Package v2: every column with its type and what it holds |
| `dictionary.md` | the data dictionary of the archive: tables, views, sections, items and categories |
| `SHA256SUMS` | `sha256sum --check SHA256SUMS` tells whether a file was changed |

| table | rows | |
|---|---|---|
{rows}

The table `changes` compares with {changes}.

## Method

{_METHOD}

## Known gaps

{gaps}

The table `coverage` has the reason for every agency and year.

## Licence

{LICENCE["title"]}, <{LICENCE["path"]}>. How to cite: `CITATION.cff`.
"""


def citation(about: About) -> str:
    """The citation, Citation File Format 1.2.0."""
    # Strings of JSON are strings of YAML.
    title = json.dumps(f"{TITLE}, snapshot of {about.date}", ensure_ascii=False)
    return f"""cff-version: 1.2.0
message: If you use this data set, please cite it as below.
type: dataset
title: {title}
version: {json.dumps(about.date)}
date-released: {json.dumps(about.date)}
license: CC-BY-4.0
authors:
  - name: nianbao
keywords:
  - 政府信息公开
  - freedom of information
  - China
"""


def all_tables() -> tuple[Resource, ...]:
    """The tables of a snapshot, in the order they are listed."""
    return (*RESOURCES, CHANGES)
