"""What is wrong in an archive: the file, the stored bytes, the references, and the identities of the figures."""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zstandard

from archive.payloads import PayloadError
from archive.schema import TABLES
from archive.store import Archive
from archive.views import VIEWS

Progress = Callable[[str, int, int], None]
"""Told the step's name, how much of it is done, and of how much."""

_CHUNK = 1 << 20
_TELL_EVERY = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: its kind (sqlite, payload, reference, view, search, identity), where, and how."""

    kind: str
    what: str
    detail: str


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def check_archive(archive: Archive, progress: Progress = silent) -> list[Finding]:
    """Everything that is wrong in the archive; empty when all is well.

    A damaged file gives findings: a step that cannot go on says so and the next one is tried.
    """
    steps: tuple[tuple[str, Callable[[Archive, Progress], Iterator[Finding]]], ...] = (
        ("file", _file),
        ("payloads", _payloads),
        ("references", _references),
        ("views", _views),
        ("search", _search),
        ("identities", _identities),
        ("identities across years", _identities_across_years),
    )
    findings: list[Finding] = []
    for number, (name, step) in enumerate(steps):
        progress(name, number, len(steps))
        try:
            findings.extend(step(archive, progress))
        except sqlite3.DatabaseError as error:
            findings.append(Finding("sqlite", str(archive.path), f"checking the {name} stopped: {error}"))
    progress("done", len(steps), len(steps))
    return findings


def _file(archive: Archive, progress: Progress) -> Iterator[Finding]:
    for row in archive.db.execute("pragma integrity_check"):
        if row[0] != "ok":
            yield Finding("sqlite", str(archive.path), str(row[0]))
    for table, rowid, parent, _ in archive.db.execute("pragma foreign_key_check"):
        yield Finding("reference", f"{table} row {rowid}", f"refers to a row of {parent} that is not there")


def _payloads(archive: Archive, progress: Progress) -> Iterator[Finding]:
    # The keys first: a damaged page between two rows then costs those rows and not the rest of the table.
    keys = [row[0] for row in archive.db.execute("select sha256 from payloads order by sha256")]
    for number, key in enumerate(keys):
        if number % _TELL_EVERY == 0:
            progress("payloads", number, len(keys))
        try:
            trouble = _payload_trouble(archive, key)
        except sqlite3.DatabaseError as error:
            trouble = f"cannot be read from the file ({error})"
        if trouble:
            yield Finding("payload", f"payload {key}{_captured_from(archive, key)}", trouble)


def _payload_trouble(archive: Archive, key: str) -> str | None:
    row = archive.db.execute("select body, size, dictionary from payloads where sha256 = ?", (key,)).fetchone()
    if row is None:
        return "is in the index and not in the table"
    body, size, dictionary = row
    if not isinstance(body, bytes) or not isinstance(size, int):
        return "is not stored as bytes with a size"
    if not body:
        # Left out on purpose: a snapshot without the captured bytes. No compressed body is empty.
        return None
    digest, length = hashlib.sha256(), 0
    try:
        # In pieces: a damaged header may announce any size, and nothing that large is to be allocated.
        with archive.payloads.decompressor(dictionary).stream_reader(io.BytesIO(body)) as reader:
            while length <= size and (piece := reader.read(_CHUNK)):
                digest.update(piece)
                length += len(piece)
    except (zstandard.ZstdError, PayloadError) as error:
        return f"does not decompress ({error})"
    if length != size:
        return f"has {'more than ' if length > size else ''}{min(length, size)} bytes where {size} were stored"
    if digest.hexdigest() != key:
        return f"its SHA-256 is {digest.hexdigest()}"
    return None


def _captured_from(archive: Archive, key: str) -> str:
    try:
        row = archive.db.execute("select url from captures where payload = ? order by id limit 1", (key,)).fetchone()
    except sqlite3.DatabaseError as error:
        return f" (its capture cannot be read: {error})"
    return f" of {row[0]}" if row else ""


# Each selects what is wrong: where, and how. They name the page, which a foreign key check does not.
_REFERENCES = (
    """select 'capture ' || captures.id || ' of ' || captures.url, 'its payload ' || payload || ' is missing'
       from captures left join payloads on payloads.sha256 = captures.payload where payloads.sha256 is null""",
    """select 'capture ' || captures.id || ' of ' || captures.url,
              'the payload ' || transferred || ' of the bytes transferred is missing'
       from captures left join payloads on payloads.sha256 = captures.transferred
       where captures.transferred is not null and payloads.sha256 is null""",
    """select 'payload ' || sha256, 'belongs to no capture' from payloads
       where not exists (select 1 from captures where captures.payload = sha256 or captures.transferred = sha256)""",
    """select 'document ' || documents.id, 'its capture ' || documents.capture || ' is missing'
       from documents left join captures on captures.id = documents.capture where captures.id is null""",
    """select 'report ' || reports.agency_id || ' ' || reports.year,
              'its document ' || reports.document || case
                when documents.id is null then ' is missing'
                when not documents.is_report then ' is not a report'
                else ' is of ' || coalesce(documents.agency_id, 'no agency') || ' '
                  || coalesce(documents.year, 'and no year') end
       from reports left join documents on documents.id = reports.document
       where documents.id is null or not documents.is_report
          or documents.agency_id is not reports.agency_id or documents.year is not reports.year""",
    """select 'document ' || documents.id || ' of ' || captures.url,
              'is a report of ' || documents.agency_id || ' ' || documents.year || ', which has no row in reports'
       from documents join captures on captures.id = documents.capture
       where documents.is_report and documents.agency_id is not null and documents.year is not null
         and not exists (select 1 from reports where reports.agency_id = documents.agency_id
                           and reports.year = documents.year)""",
)


def _references(archive: Archive, progress: Progress) -> Iterator[Finding]:
    for sql in _REFERENCES:
        for what, detail in archive.db.execute(sql):
            yield Finding("reference", str(what), str(detail))


def _views(archive: Archive, progress: Progress) -> Iterator[Finding]:
    there = set(archive.db.table_names()) | set(archive.db.view_names())
    for name in (*(table.name for table in TABLES), *VIEWS):
        if name not in there:
            yield Finding("view", name, "is missing")
    for name in VIEWS:
        if name in there:
            try:
                archive.db.execute(f"select count(*) from {name}").fetchone()
            except sqlite3.OperationalError as error:
                yield Finding("view", name, f"cannot be read ({error})")


def _search(archive: Archive, progress: Progress) -> Iterator[Finding]:
    for sql, detail in (
        ("select id from documents except select rowid from documents_search", "is missing in documents_search"),
        ("select rowid from documents_search except select id from documents", "is only in documents_search"),
    ):
        for (identifier,) in archive.db.execute(sql):
            yield Finding("search", f"document {identifier}", f"{detail}; `nianbao reread` writes the index again")


def _identities(archive: Archive, progress: Progress) -> Iterator[Finding]:
    """Identities 1 to 4: tried on each document when it was read."""
    sql = """
      select coalesce(agencies.name, 'unknown agency') || ' ' || coalesce(documents.year, 'unknown year')
               || ' (' || captures.url || ')',
             checks.rule || ': ' || checks.detail
               || case when reports.document is null then ' (not the best document of its year)' else '' end
      from checks
      join documents on documents.id = checks.document
      join captures on captures.id = documents.capture
      left join agencies on agencies.id = documents.agency_id
      left join reports on reports.document = documents.id
      where not checks.holds and checks.rule <> 'applications.carried_over'
      order by documents.agency_id, documents.year, documents.id, checks.rule"""
    for what, detail in archive.db.execute(sql):
        yield Finding("identity", what, detail)


def _identities_across_years(archive: Archive, progress: Progress) -> Iterator[Finding]:
    """Identity 5: carried in of a year = carried over of the year before; each column where both are there."""
    sql = """
      select agencies.name || ' ' || this_year.year || ' (' || captures.url || ')',
             group_concat(carried_in.category || ': ' || carried_in.value || ' carried into ' || this_year.year
               || ' against ' || carried_over.value || ' carried over from ' || last_year.year, '; ')
      from reports as this_year
      join reports as last_year on last_year.agency_id = this_year.agency_id and last_year.year = this_year.year - 1
      join figures as carried_in on carried_in.document = this_year.document
        and carried_in.section = 'applications' and carried_in.item = 'carried_in'
      join figures as carried_over on carried_over.document = last_year.document
        and carried_over.section = 'applications' and carried_over.item = 'carried_over'
        and carried_over.category = carried_in.category
      join agencies on agencies.id = this_year.agency_id
      join documents on documents.id = this_year.document
      join captures on captures.id = documents.capture
      where carried_in.value != carried_over.value
      group by this_year.agency_id, this_year.year"""
    for what, detail in archive.db.execute(sql):
        yield Finding("identity", what, f"applications.carried_in: {detail}")
