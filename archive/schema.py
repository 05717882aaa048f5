"""The archive's tables, declared once; the database, the data dictionary and the documentation are made from them."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, Any, Union

from sqlite_utils import Database, Migrations

from archive import views


class FrontierState(StrEnum):
    """Where a discovered URL stands; every one ends in exactly one of the states after `in_flight`."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    STORED = "stored"
    UNCHANGED = "unchanged"
    REDIRECTED = "redirected"
    OFFSITE = "offsite"
    ROBOTS = "robots"
    BLOCKED = "blocked"
    FAILED = "failed"
    GONE = "gone"
    TOO_BIG = "too_big"
    TRAP = "trap"
    NOT_WANTED = "not_wanted"


class PageKind(StrEnum):
    """What a URL is expected to be when it is discovered."""

    ENTRY = "entry"
    COLUMN = "column"
    LIST = "list"
    REPORT = "report"
    ATTACHMENT = "attachment"
    PICTURE = "picture"
    """Part of a report page, and read with it."""


@dataclass(slots=True)
class Agency:
    """An agency that issues, or owes, annual reports."""

    id: Annotated[str, "division code, or division code and a hash of the name for departments"]
    name: Annotated[str, "canonical Chinese name"]
    level: Annotated[str, "province, city, district, street, town, department or other"]
    division: Annotated[str | None, "6-digit (district) or 9-digit (street, town) code, GB/T 2260 and GB/T 10114"]
    province: Annotated[str | None, "province the division lies in"]
    city: Annotated[str | None, "city the division lies in"]
    district: Annotated[str | None, "district or county the division lies in"]


@dataclass(slots=True)
class Site:
    """A site of the registry (sites.csv)."""

    url: Annotated[str, "entry page"]
    name: Annotated[str, "owner of the site as the registry names it"]
    agency_id: Annotated[str | None, "the owner"]
    division: Annotated[str | None, "the owner's division code"]
    family: Annotated[str | None, "site family (CMS), detected or set in the registry"]
    since: Annotated[int | None, "first year wanted"]
    last_working: Annotated[str | None, "last time the entry page answered with content, UTC"]
    address: Annotated[str | None, "IP address that answered then"]


@dataclass(slots=True)
class Run:
    """One crawl."""

    id: Annotated[int | None, "identifier"]
    started: Annotated[str, "UTC, ISO 8601"]
    ended: Annotated[str | None, "UTC, ISO 8601; null while running or after a crash"]
    outcome: Annotated[str | None, "finished, stopped or failed"]
    counts: Annotated[str | None, "JSON object: frontier states, captures, documents, requests"]


@dataclass(slots=True)
class FrontierRow:
    """A URL to fetch or already fetched, with what became of it."""

    id: Annotated[int | None, "identifier, in order of discovery"]
    key: Annotated[str, "fingerprint of method, canonical URL and body"]
    url: Annotated[str, "URL as discovered"]
    site: Annotated[str, "registry URL of the site it belongs to"]
    kind: Annotated[str, "entry, column, list, report, attachment or picture"]
    depth: Annotated[int, "links from the entry page"]
    priority: Annotated[int, "higher is fetched earlier"]
    state: Annotated[str, "pending, in_flight, or the final state"]
    reason: Annotated[str | None, "why it is in that state"]
    lease: Annotated[int | None, "run that holds it while in flight"]
    attempts: Annotated[int, "requests made since it was last due"]
    etag: Annotated[str | None, "ETag of the last answer"]
    last_modified: Annotated[str | None, "Last-Modified of the last answer"]
    next_due: Annotated[str | None, "UTC; not asked for again before"]
    request: Annotated[str, "JSON: what is needed to make the request again"]
    discovered: Annotated[str, "UTC"]
    discovered_on: Annotated[str | None, "URL of the page that linked here"]
    fetched: Annotated[str | None, "UTC of the last answer"]


@dataclass(slots=True)
class Dictionary:
    """A Zstandard dictionary, trained on pages of this archive; later ones do not replace earlier ones."""

    id: Annotated[int | None, "version, from 1"]
    body: Annotated[bytes, "the dictionary, Zstandard-compressed"]
    size: Annotated[int, "bytes before compression"]
    samples: Annotated[int, "pages it was trained on"]


@dataclass(slots=True)
class Payload:
    """Distinct response bodies, as served."""

    sha256: Annotated[str, "of the uncompressed body, hexadecimal"]
    body: Annotated[bytes, "the body, Zstandard-compressed"]
    size: Annotated[int, "bytes before compression"]
    dictionary: Annotated[int | None, "dictionary it was compressed with; null without one"]


@dataclass(slots=True)
class Capture:
    """One response."""

    id: Annotated[int | None, "identifier"]
    key: Annotated[
        str, "fingerprint of the page asked for: method, URL, body, whether drawn; versions of a page share it"
    ]
    url: Annotated[str, "URL that answered"]
    site: Annotated[str | None, "registry URL of the site"]
    kind: Annotated[str, "entry, column, list, report, attachment or picture"]
    link_text: Annotated[str | None, "text of the link that led here, evidence for title, agency and year"]
    link_date: Annotated[str | None, "date printed beside that link"]
    link_agency: Annotated[str | None, "unit the column of that link belongs to, as printed"]
    fetched_at: Annotated[str, "UTC, ISO 8601"]
    status: Annotated[int, "HTTP status"]
    status_line: Annotated[str | None, "first line of the answer as received; null where no server sent it to us"]
    headers: Annotated[str, "JSON array of [name, value] in the order and spelling received"]
    payload: Annotated[str, "SHA-256 of the body, content encoding undone"]
    transferred: Annotated[str | None, "SHA-256 of the bytes transferred, where a content encoding makes them others"]
    request: Annotated[str | None, "JSON: method, headers and body as sent; null where a browser asked"]
    address: Annotated[str | None, "IP address that answered"]
    rendered: Annotated[int, "1 when the body is a rendered page, 0 when it is the body as served"]
    run: Annotated[int | None, "run that fetched it"]
    error: Annotated[str | None, "why it could not be read"]


@dataclass(slots=True)
class Document:
    """One reading of one capture."""

    id: Annotated[int | None, "identifier"]
    capture: Annotated[int, "the capture read"]
    agency_id: Annotated[str | None, "the issuing agency"]
    year: Annotated[int | None, "year reported on"]
    is_report: Annotated[int, "1 when the document is an annual report"]
    title: Annotated[str | None, "title as printed, blanks removed"]
    published: Annotated[str | None, "date published, ISO 8601"]
    form: Annotated[str | None, "statutory form of the tables: 2021, 2019, 2014"]
    host_state: Annotated[str | None, "whose host served it: own, government, other, clone; null without an address"]
    media_type: Annotated[str, "media type the bytes were read as"]
    charset: Annotated[str | None, "character encoding the bytes were decoded with"]
    text: Annotated[str, "cleaned text, one block a line"]
    warnings: Annotated[str, "JSON array of {code, detail}"]
    reader_version: Annotated[str, "version of the reading"]
    read_at: Annotated[str, "UTC, ISO 8601"]


@dataclass(slots=True)
class Report:
    """One agency-year, pointing at its best document."""

    agency_id: Annotated[str, "the issuing agency"]
    year: Annotated[int, "year reported on"]
    document: Annotated[int, "best document of the agency-year"]


@dataclass(slots=True)
class FigureRow:
    """One number of one document."""

    document: Annotated[int, "the document"]
    section: Annotated[str, "disclosure, applications, review or annex"]
    item: Annotated[str, "row of the statutory table"]
    category: Annotated[str, "column of the statutory table"]
    value: Annotated[int | float | None, "number as printed; null where blank, struck out or not placeable"]
    unit: Annotated[str | None, "unit of an amount as printed: 元, 万元"]
    printed: Annotated[str | None, "text of the cell as printed"]
    method: Annotated[str | None, "how the cell was read where it is not the document's own text: ocr"]
    confidence: Annotated[float | None, "of a cell read from a picture, 0 to 1"]
    note: Annotated[str | None, "what the cell says besides its number: a remark, a footnote mark"]
    grid: Annotated[int | None, "table it stands in (`grids.ordinal`); null in a line of text"]
    row: Annotated[int | None, "row of that table, from 0"]
    column: Annotated[int | None, "column of that table, from 0"]
    line: Annotated[int | None, "line of the document's text it stands on, from 1; null in a table"]


@dataclass(slots=True)
class GridRow:
    """One table as parsed, before the form is matched."""

    document: Annotated[int, "the document"]
    ordinal: Annotated[int, "position among the document's tables, from 0"]
    cells: Annotated[str, "JSON array of rows, each an array of cell texts (null inside a span)"]


@dataclass(slots=True)
class RemovalRow:
    """One piece of injected text taken out of a document."""

    document: Annotated[int, "the document"]
    text: Annotated[str, "text removed"]
    kind: Annotated[str, "kind of injection"]
    where: Annotated[str, "JSON array: title, body, metadata, attribute"]
    count: Annotated[int, "times removed"]
    rule: Annotated[str, "rule that took it"]
    suggestion: Annotated[str | None, "word that stood there before, as heading or agency say; never put back"]


@dataclass(slots=True)
class CheckRow:
    """One rule tried on one document, or across the years of one agency."""

    document: Annotated[int, "the document"]
    rule: Annotated[str, "name of the rule"]
    holds: Annotated[int | None, "1 when it holds, 0 when it is broken, null when that cannot be said"]
    detail: Annotated[str, "the numbers where it is broken, the reason where it cannot be said"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the dataclass of its rows, its keys and its indexes."""

    name: str
    row: type
    primary_key: str | tuple[str, ...]
    foreign_keys: tuple[tuple[str, str, str], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def description(self) -> str:
        return (self.row.__doc__ or "").strip()

    def columns(self) -> list[ColumnDeclaration]:
        hints = typing.get_type_hints(self.row, include_extras=True)
        return [ColumnDeclaration.of(field.name, hints[field.name]) for field in fields(self.row)]


@dataclass(frozen=True, slots=True)
class ColumnDeclaration:
    """A column: its name, Python type for sqlite-utils, whether it may be null, and what it holds."""

    name: str
    type: type
    nullable: bool
    description: str

    @classmethod
    def of(cls, name: str, hint: Any) -> ColumnDeclaration:
        declared, description = typing.get_args(hint)
        if typing.get_origin(declared) not in (Union, types.UnionType):
            return cls(name, declared, False, description)
        members = typing.get_args(declared)
        kinds = [member for member in members if member is not type(None)]
        # INTEGER affinity keeps 12 an integer and 12.5 a real: what a figure needs.
        return cls(name, int if int in kinds else kinds[0], type(None) in members, description)


TABLES: tuple[Table, ...] = (
    Table("agencies", Agency, "id", indexes=(("division",), ("level",))),
    Table("sites", Site, "url", foreign_keys=(("agency_id", "agencies", "id"),)),
    Table("runs", Run, "id"),
    Table(
        "frontier",
        FrontierRow,
        "id",
        indexes=(("state", "priority"), ("site", "state", "priority")),
        unique=(("key",),),
    ),
    Table("dictionaries", Dictionary, "id"),
    Table("payloads", Payload, "sha256", foreign_keys=(("dictionary", "dictionaries", "id"),)),
    Table(
        "captures",
        Capture,
        "id",
        foreign_keys=(
            ("payload", "payloads", "sha256"),
            ("transferred", "payloads", "sha256"),
            ("run", "runs", "id"),
        ),
        indexes=(("key", "fetched_at"), ("url",), ("payload",), ("transferred",)),
    ),
    Table(
        "documents",
        Document,
        "id",
        foreign_keys=(("capture", "captures", "id"), ("agency_id", "agencies", "id")),
        indexes=(("agency_id", "year"), ("year",)),
        unique=(("capture",),),
    ),
    Table(
        "reports",
        Report,
        ("agency_id", "year"),
        foreign_keys=(("agency_id", "agencies", "id"), ("document", "documents", "id")),
        indexes=(("year",), ("document",)),
    ),
    Table(
        "figures",
        FigureRow,
        ("document", "section", "item", "category"),
        foreign_keys=(("document", "documents", "id"),),
        # Covers what queries over many reports read of a figure.
        indexes=(("section", "item", "category", "document", "value"),),
    ),
    Table("grids", GridRow, ("document", "ordinal"), foreign_keys=(("document", "documents", "id"),)),
    Table("removals", RemovalRow, ("document", "text", "kind"), foreign_keys=(("document", "documents", "id"),)),
    Table(
        "checks",
        CheckRow,
        ("document", "rule"),
        foreign_keys=(("document", "documents", "id"),),
        indexes=(("holds", "document"),),
    ),
)

migrations = Migrations("nianbao")


@migrations()
def create_tables(db: Database) -> None:
    """Create every declared table, its indexes, and the full-text index."""
    for table in TABLES:
        columns = table.columns()
        created = db.table(table.name).create(
            {column.name: column.type for column in columns},
            pk=table.primary_key,
            foreign_keys=list(table.foreign_keys),
            not_null=[column.name for column in columns if not column.nullable],
        )
        for index in table.indexes:
            created.create_index(index)
        for index in table.unique:
            created.create_index(index, unique=True)
    # Contentless: the text stands in documents already; archive.search writes the bigrams.
    db.execute("create virtual table documents_search using fts5(title, text, content='', tokenize='unicode61')")


@migrations()
def keep_the_head_of_an_answer(db: Database) -> None:
    """Captures know the first line of the answer and the address that gave it, sites the address they were at."""
    for name, columns in {"captures": ("status_line", "address"), "sites": ("address",)}.items():
        table = db.table(name)
        for column in columns:
            # The tables of a new archive are made as they are declared now.
            if column not in table.columns_dict:
                table.add_column(column, str)


def prepare(db: Database, wanted: Migrations = migrations) -> None:
    """Bring a database to the current schema; views are made anew where their text has changed."""
    if wanted.pending(db):
        # A table that a view reads cannot be rebuilt.
        for name in db.view_names():
            db.view(name).drop()
        wanted.apply(db)
    for name, sql in views.VIEWS.items():
        db.create_view(name, sql, replace=True)
