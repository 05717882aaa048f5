"""What a snapshot publishes beside the archive itself: one declaration for its CSV, Parquet and data package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archive import views
from archive.reading import forms
from archive.reading.cells import AMOUNTS
from archive.schema import TABLES

FieldType = Literal["string", "integer", "number", "date", "datetime"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, its type in the terms of Table Schema, and what it holds."""

    name: str
    type: FieldType
    description: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of a snapshot: the query that gives its rows, in the order of its key."""

    name: str
    title: str
    sql: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]


_AGENCY_ID = Field("agency_id", "string", "identifier of the agency (agencies.id)")
_AGENCY = Field("agency", "string", "canonical Chinese name of the issuing agency")
_DIVISION = Field("division", "string", "division code, GB/T 2260 and GB/T 10114: 6 or 9 digits")
_YEAR = Field("year", "integer", "year reported on")
_URL = Field("url", "string", "page the report was read from")
_FIGURE = (
    Field("section", "string", "disclosure, applications, review or annex"),
    Field("item", "string", "row of the statutory table; the data dictionary lists them"),
    Field("category", "string", "column of the statutory table; the data dictionary lists them"),
)
# What a figure has besides its place in the document, whatever the schema has come to hold.
_TYPES: dict[type, FieldType] = {int: "number", float: "number", str: "string"}
_FIGURES_TABLE = next(table for table in TABLES if table.name == "figures")
_OF_FIGURE = tuple(
    Field(column.name, _TYPES[column.type], column.description)
    for column in _FIGURES_TABLE.columns()
    if column.name in ("value", "unit", "printed", "note", "method", "confidence")
)
_OF_REPORT = """
  from reports
  join agencies on agencies.id = reports.agency_id
  join documents on documents.id = reports.document
  join captures on captures.id = documents.capture"""


def _columns(fields: tuple[Field, ...], table: str) -> str:
    return ", ".join(f'{table}."{field.name}"' for field in fields)


def _wide(section: str) -> Resource:
    figures: list[Field] = []
    for item in forms.ITEMS:
        for category in item.categories if item.section == section else ():
            name = f"{item.name}_{category}"
            figures.append(Field(name, "number", f"{item.label}: {category}"))
            if (item.name, category) in AMOUNTS:
                figures.append(
                    Field(f"{name}_yuan", "number", f"{item.label}: {category}, in 元 where the unit is known")
                )
    fields = (_AGENCY_ID, _AGENCY, _DIVISION, _YEAR, _URL, *figures)
    names = ", ".join(f'"{field.name}"' for field in fields)
    query = views.by_report(section, "reports.agency_id, ")
    return Resource(
        section,
        f"{forms.SECTIONS[section]}: one row a report, one column a figure",
        f"select {names} from ({query}) order by agency_id, year",
        fields,
        ("agency_id", "year"),
    )


RESOURCES: tuple[Resource, ...] = (
    Resource(
        "agencies",
        "Agencies that issue, or owe, annual reports",
        "select id, name, level, division, province, city, district from agencies order by id",
        (
            Field("id", "string", "division code, or division code and a hash of the name for departments"),
            Field("name", "string", "canonical Chinese name"),
            Field("level", "string", "province, city, district, street, town, department or other"),
            _DIVISION,
            Field("province", "string", "province the division lies in"),
            Field("city", "string", "city the division lies in"),
            Field("district", "string", "district or county the division lies in"),
        ),
        ("id",),
    ),
    Resource(
        "reports",
        "Annual reports: one row an agency-year, its best document",
        f"""select reports.agency_id, agencies.name as agency, agencies.division, reports.year, documents.title,
              documents.published, documents.form, captures.url, captures.fetched_at, captures.payload as sha256,
              (select count(*) from checks where checks.document = documents.id and checks.holds = 0) as checks_failed,
              documents.reader_version, documents.text
            {_OF_REPORT} order by reports.agency_id, reports.year""",
        (
            _AGENCY_ID,
            _AGENCY,
            _DIVISION,
            _YEAR,
            Field("title", "string", "title as printed, blanks removed"),
            Field("published", "date", "date published"),
            Field("form", "string", "statutory form of the tables: 2021, 2019, 2014"),
            _URL,
            Field("fetched_at", "datetime", "when the page was captured, UTC"),
            Field("sha256", "string", "SHA-256 of the bytes captured"),
            Field("checks_failed", "integer", "identities of the form that the report breaks"),
            Field("reader_version", "string", "version of the reading"),
            Field("text", "string", "cleaned text, one block a line"),
        ),
        ("agency_id", "year"),
    ),
    Resource(
        "figures",
        "Figures: one row a number, as printed",
        f"""select reports.agency_id, agencies.name as agency, agencies.division, reports.year,
              {_columns(_FIGURE, "figures")}, {_columns(_OF_FIGURE, "figures")}, captures.url
            {_OF_REPORT} join figures on figures.document = reports.document
            order by reports.agency_id, reports.year, figures.section, figures.item, figures.category""",
        (_AGENCY_ID, _AGENCY, _DIVISION, _YEAR, *_FIGURE, *_OF_FIGURE, _URL),
        ("agency_id", "year", "section", "item", "category"),
    ),
    *(_wide(section) for section in forms.SECTIONS),
    Resource(
        "coverage",
        "Coverage: one row an agency-year, with a report or the reason why there is none",
        f"""select agency_id, agencies.name as agency, agencies.division, year, state, detail
            from ({views.AGENCY_YEARS}) join agencies on agencies.id = agency_id order by agency_id, year""",
        (
            _AGENCY_ID,
            _AGENCY,
            _DIVISION,
            _YEAR,
            Field(
                "state",
                "string",
                "good, checks_failed, unparsed, fetched_not_report, blocked, not_found or not_due",
            ),
            Field("detail", "string", "the reason"),
        ),
        ("agency_id", "year"),
    ),
)

_WAS = "in the previous snapshot"
CHANGES = Resource(
    "changes",
    "Figures added, changed and withdrawn since the previous snapshot",
    "select * from changes order by agency_id, year, section, item, category",
    (
        Field("change", "string", "added, changed or withdrawn"),
        _AGENCY_ID,
        _AGENCY,
        _YEAR,
        *_FIGURE,
        Field("value_before", "number", f"value {_WAS}"),
        Field("value", "number", "value now"),
        Field("unit_before", "string", f"unit {_WAS}"),
        Field("unit", "string", "unit now"),
        Field("printed_before", "string", f"text of the cell {_WAS}"),
        Field("printed", "string", "text of the cell now"),
        Field("url_before", "string", f"page {_WAS}"),
        Field("url", "string", "page now"),
    ),
    ("agency_id", "year", "section", "item", "category"),
)

_SIDE = """
  select reports.agency_id, agencies.name as agency, reports.year, figures.section, figures.item, figures.category,
         figures.value, figures.unit, figures.printed, captures.url
  from {base}.reports as reports
  join {base}.agencies as agencies on agencies.id = reports.agency_id
  join {base}.documents as documents on documents.id = reports.document
  join {base}.captures as captures on captures.id = documents.capture
  join {base}.figures as figures on figures.document = reports.document"""
_SAME_FIGURE = " and ".join(f"was.{name} = now.{name}" for name in CHANGES.key)


def changes_table(previous: bool) -> tuple[str, ...]:
    """The statements that make the table `changes`, against the attached database `previous` or against nothing."""
    create = f"create temp table changes ({', '.join(field.name for field in CHANGES.fields)})"
    if not previous:
        return (create,)
    now, was = _SIDE.format(base="main"), _SIDE.format(base="previous")
    return (
        f"create temp table figures_now as {now}",
        f"create temp table figures_before as {was}",
        f"create index temp.figures_now_key on figures_now ({', '.join(CHANGES.key)})",
        f"create index temp.figures_before_key on figures_before ({', '.join(CHANGES.key)})",
        create,
        f"""insert into changes
            select case when was.agency_id is null then 'added' else 'changed' end, now.agency_id, now.agency, now.year,
              now.section, now.item, now.category, was.value, now.value, was.unit, now.unit, was.printed, now.printed,
              was.url, now.url
            from figures_now as now left join figures_before as was on {_SAME_FIGURE}
            where was.agency_id is null or was.value is not now.value or was.unit is not now.unit
              or was.printed is not now.printed""",
        f"""insert into changes
            select 'withdrawn', was.agency_id, was.agency, was.year, was.section, was.item, was.category,
              was.value, null, was.unit, null, was.printed, null, was.url, null
            from figures_before as was left join figures_now as now on {_SAME_FIGURE}
            where now.agency_id is null""",
    )
