"""Checks that take more than one document: the years of an agency, and several documents of one year."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from archive.reading.checks import ACROSS_YEARS, OTHER_DOCUMENTS, check_years
from archive.reading.model import Check

_SHOWN_DIFFERENCES = 12


def check_again(db: Database, agency: str, year: int) -> None:
    """Try the rules across documents that the best document of an agency-year takes part in, and keep them with it.

    Called whenever the document is chosen; the year after is tried again too, since it carries in what this one left.
    """
    _keep(db, agency, year, OTHER_DOCUMENTS, _other_documents(db, agency, year))
    for later in (year, year + 1):
        _keep(db, agency, later, ACROSS_YEARS, _across_years(db, agency, later))


def _best(db: Database, agency: str, year: int) -> int | None:
    row = db.execute("select document from reports where agency_id = ? and year = ?", (agency, year)).fetchone()
    return int(row[0]) if row else None


def _keep(db: Database, agency: str, year: int, rule: str, check: Check | None) -> None:
    """Put a check in place of the one before, which may stand with a document that is no longer the best."""
    db.execute(
        "delete from checks where rule = ? and document in (select id from documents where agency_id = ? and year = ?)",
        (rule, agency, year),
    )
    best = _best(db, agency, year)
    if best is not None and check is not None:
        db.execute(
            "insert into checks (document, rule, holds, detail) values (?, ?, ?, ?)",
            (best, rule, check.holds, check.detail),
        )


def _across_years(db: Database, agency: str, year: int) -> Check | None:
    """Identity 5; None where one of the two years is not there."""
    this, last = _best(db, agency, year), _best(db, agency, year - 1)
    if this is None or last is None:
        return None
    return check_years(_row(db, this, "carried_in"), _row(db, last, "carried_over"), year)


def _row(db: Database, document: int, item: str) -> dict[str, Any]:
    # With the signs, by the document: the index that begins with the section leads through those of all documents.
    sql = "select category, value from figures where document = ? and +section = 'applications' and +item = ?"
    return dict(db.execute(sql, (document, item)).fetchall())


def _other_documents(db: Database, agency: str, year: int) -> Check | None:
    """Whether the other documents of an agency-year print the same figures as the best one.

    Of every other page its newest document counts; what became of a page over time is its history. None where there
    is no other page with figures.
    """
    best = _best(db, agency, year)
    if best is None:
        return None
    sql = """
      select other.document, captures.url, own.section, own.item, own.category,
             own.value as here, other.value as there, own.unit is other.unit as same_unit
      from figures as own
      join figures as other on other.section = own.section and other.item = own.item and other.category = own.category
      join captures on captures.id = other.document
      where own.document = :best and other.document <> :best and own.value is not null and other.value is not null
        and other.document in (
          select max(documents.id) from documents join captures on captures.id = documents.capture
          where agency_id = :agency and year = :year and is_report
            and captures.key <> (select key from captures where id = :best)
          group by captures.key)
      order by other.document, own.rowid"""
    rows = list(db.query(sql, {"best": best, "agency": agency, "year": year}))
    if not rows:
        return None
    different = [row for row in rows if row["here"] != row["there"] or not row["same_unit"]]
    if not different:
        return Check(OTHER_DOCUMENTS, True)
    shown = [
        f"{row['section']}.{row['item']}.{row['category']}: {row['here']:g} here, {row['there']:g} in {row['url']}"
        for row in different[:_SHOWN_DIFFERENCES]
    ]
    more = len(different) - len(shown)
    return Check(OTHER_DOCUMENTS, False, "; ".join(shown) + (f"; and {more} more" if more else ""))
