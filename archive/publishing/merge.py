"""Bringing archives together: rows are told apart by what they hold, so that the order of merging does not matter."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, cast

from archive.schema import TABLES
from archive.store import Archive, ArchiveError

Row = dict[str, Any]
Progress = Callable[[int, int], None]
"""Told how many captures are done, and of how many."""

_PARTS = ("figures", "grids", "removals", "checks")
_COLUMNS = {table.name: [column.name for column in table.columns()] for table in TABLES}
_OPEN_STATES = ("pending", "in_flight")


def merge(archive: Archive, other: Archive, progress: Progress = lambda done, total: None) -> Counter[str]:
    """Bring everything of another archive in; returns how many rows of each table were new.

    Doing it again adds nothing. A page captured in both keeps the captures of both; a capture read in both keeps the
    reading of the later reader. Raises ArchiveError, with nothing brought in, where bytes of the other are damaged.
    """
    added: Counter[str] = Counter()
    with archive.transaction():
        for agency in other.rows("select * from agencies order by id"):
            added["agencies"] += merge_agency(archive, agency)
        added["sites"] += merge_sites(archive, other.rows("select * from sites order by url"))
        runs = merge_runs(archive, other.rows("select * from runs order by started, id"), added)
        captures = other.rows("select id from captures order by fetched_at, key, payload, id")
        chosen: set[tuple[str, int]] = set()
        for number, row in enumerate(captures):
            progress(number, len(captures))
            _merge_capture(archive, other, row["id"], runs, added, chosen)
        for agency_id, year in sorted(chosen):
            archive.choose_best(agency_id, year)
        added["frontier"] += merge_frontier(archive, other.rows("select * from frontier order by discovered, id"))
    progress(len(captures), len(captures))
    return +added


def merge_agency(archive: Archive, agency: Row) -> bool:
    """Keep an agency; of several names the shortest stays. Returns whether it is new."""
    known = archive.rows("select name from agencies where id = ?", (agency["id"],))
    if not known:
        archive.db.table("agencies").insert(agency)
    elif (len(agency["name"]), agency["name"]) < (len(known[0]["name"]), known[0]["name"]):
        archive.db.execute("update agencies set name = ? where id = ?", (agency["name"], agency["id"]))
    return not known


def merge_sites(archive: Archive, sites: Iterable[Row]) -> int:
    """Keep sites of a registry; of two rows on one site the one seen working last stays. Returns how many are new."""
    new = 0
    for site in sites:
        known = archive.rows("select * from sites where url = ?", (site["url"],))
        best = max([site, *known], key=lambda row: (row["last_working"] or "", _text(row)))
        archive.db.table("sites").upsert(best, pk="url")
        new += not known
    return new


def merge_runs(archive: Archive, runs: Iterable[Row], added: Counter[str]) -> dict[int, int]:
    """Keep runs; returns our identifiers by theirs. Two runs are one when they began and ended together."""
    ours: dict[int, int] = {}
    for run in runs:
        values = {name: value for name, value in run.items() if name != "id"}
        known = archive.rows(
            """select id, ended from runs where started = :started
               and (ended is :ended or ended is null or :ended is null) order by ended is :ended desc, id limit 1""",
            values,
        )
        if not known:
            ours[run["id"]] = cast(int, archive.db.table("runs").insert(values).last_pk)
            added["runs"] += 1
            continue
        ours[run["id"]] = known[0]["id"]
        if known[0]["ended"] is None and run["ended"] is not None:
            archive.db.table("runs").update(known[0]["id"], values)
    return ours


def merge_frontier(archive: Archive, pages: Iterable[Row]) -> int:
    """Keep URLs with what became of them; of two outcomes the later stays. Returns how many are new."""
    new = 0
    for page in pages:
        theirs = {name: value for name, value in page.items() if name != "id"}
        if theirs["state"] == "in_flight":
            theirs |= {"state": "pending"}
        theirs["lease"] = None
        known = archive.rows("select * from frontier where key = ?", (page["key"],))
        if not known:
            archive.db.table("frontier").insert(theirs)
            new += 1
            continue
        identifier = known[0].pop("id")
        best = max((known[0], theirs), key=_outcome)
        first = min((known[0], theirs), key=lambda row: (row["discovered"], row["discovered_on"] or ""))
        found = {name: first[name] for name in ("discovered", "discovered_on")}
        archive.db.table("frontier").update(identifier, best | found)
    return new


def _outcome(page: Row) -> tuple[bool, str, str]:
    said = {name: value for name, value in page.items() if name not in ("discovered", "discovered_on", "lease")}
    return page["state"] not in _OPEN_STATES, page["fetched"] or "", _text(said)


def _text(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


# --- captures and their readings ----------------------------------------------------------------------------------


def _merge_capture(
    archive: Archive,
    other: Archive,
    theirs: int,
    runs: dict[int, int],
    added: Counter[str],
    chosen: set[tuple[str, int]],
) -> None:
    capture = other.rows("select * from captures where id = ?", (theirs,))[0]
    values = {name: value for name, value in capture.items() if name != "id"}
    values["run"] = runs.get(values["run"])
    identifier, new = add_capture(archive, values, other.payload)
    added["captures"] += new
    for document in other.rows("select * from documents where capture = ?", (theirs,)):
        if _newer(archive, identifier, document):
            chosen |= _merge_document(archive, other, document, identifier)
            archive.db.execute("update captures set error = ? where id = ?", (capture["error"], identifier))
            added["documents"] += 1


def add_capture(archive: Archive, values: Row, payload: Callable[[str], bytes]) -> tuple[int, bool]:
    """Keep a capture with its bytes, which `payload` gives by SHA-256; returns its identifier and whether it is new.

    Two captures are one when the page, the moment and the bytes are the same.
    """
    known = archive.rows(
        "select id, kind from captures where key = :key and fetched_at = :fetched_at and payload = :payload"
        " and url = :url",
        values,
    )
    if known:
        if known[0]["kind"] not in ("report", "attachment") and values["kind"] in ("report", "attachment"):
            # A column that turned out to be the report itself in one of the archives.
            archive.take_as_report(known[0]["id"], values["link_text"], values["link_agency"])
        for digest in filter(None, (values["payload"], values["transferred"])):
            # A backup brings back what was damaged since.
            archive.mend(digest, payload)
        return cast(int, known[0]["id"]), False
    for column in ("payload", "transferred"):
        if (digest := values[column]) and archive.payloads.keep(payload(digest)) != digest:
            raise ArchiveError(f"{values['url']}: its bytes are not those of SHA-256 {digest}")
    return cast(int, archive.db.table("captures").insert(values).last_pk), True


def _newer(archive: Archive, capture: int, document: Row) -> bool:
    known = archive.rows("select * from documents where capture = ?", (capture,))
    return not known or _version(document) > _version(known[0])


def _version(document: Row) -> tuple[list[int], str, str]:
    # As numbers: 10 is later than 9.
    version = [int(number) for number in re.findall(r"\d+", document["reader_version"])]
    said = {name: value for name, value in document.items() if name not in ("id", "capture", "read_at")}
    return version, _text(said), document["read_at"]


def _merge_document(archive: Archive, other: Archive, document: Row, identifier: int) -> set[tuple[str, int]]:
    archive.forget_document(identifier)
    theirs = document["id"]
    archive.db.table("documents").insert({**document, "id": identifier, "capture": identifier})
    archive.index_document(identifier, document["title"], document["text"])
    for table in _PARTS:
        columns = ", ".join(f'"{name}"' for name in _COLUMNS[table])
        rows = other.rows(f"select {columns} from {table} where document = ?", (theirs,))
        archive.db.table(table).insert_all({**row, "document": identifier} for row in rows)
    if document["is_report"] and document["agency_id"] and document["year"]:
        return {(document["agency_id"], document["year"])}
    return set()
