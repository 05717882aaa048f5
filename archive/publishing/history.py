"""The versions of one report, and what changed between them, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.store import Archive, ArchiveError

FigureName = tuple[str, str, str]
"""Section, item and category."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs from the version before: `before` or `after` is None where it is not in that version.

    Values are as printed where the number alone would not tell (a blank, a stroke), so that every change shows.
    """

    section: str
    item: str
    category: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        """Whether the figure was added, changed or withdrawn."""
        return "added" if self.before is None else "withdrawn" if self.after is None else "changed"


@dataclass(slots=True)
class Version:
    """One capture of a report."""

    document: int
    url: str
    fetched_at: str
    sha256: str
    title: str | None
    is_report: bool
    is_best: bool
    """Whether the agency-year's report points at it."""
    figures: int
    page: str
    """What became of the page since, in words; empty while it is there."""
    against: int | None = None
    """The version it is compared with: the one before of the same page, else the one before of the report."""
    title_changed: bool = False
    text_changed: bool = False
    changes: list[Change] = field(default_factory=list)


def find_agencies(archive: Archive, words: str) -> list[dict[str, Any]]:
    """The agencies with that identifier, division code or name; else those whose name contains it."""
    for condition in ("id = :words", "division = :words", "name = :words", "instr(name, :words)"):
        query = f"select id, name, level, city, district from agencies where {condition} order by id"
        if rows := archive.rows(query, {"words": words}):
            return rows
    return []


def agency_named(archive: Archive, words: str) -> dict[str, Any]:
    """The one agency with that identifier, code or name; raises ArchiveError naming the candidates if several."""
    rows = find_agencies(archive, words)
    if len(rows) == 1:
        return rows[0]
    if not rows:
        raise ArchiveError(f"{archive.path}: no agency {words!r}; `nianbao coverage` lists those there are")
    names = ", ".join(
        f"{row['id']} {row['name']} ({row['district'] or row['city'] or row['level']})" for row in rows[:10]
    )
    raise ArchiveError(f"{archive.path}: {len(rows)} agencies are meant by {words!r}; give the identifier: {names}")


def history(archive: Archive, agency: str, year: int) -> list[Version]:
    """The versions of the report of an agency-year, oldest first, each with its changes.

    Later captures of the same pages belong to it even where they read as something else: a page taken over by another
    text is a version too.
    """
    rows = archive.rows(
        """
        with pages as (
          select distinct captures.key from documents join captures on captures.id = documents.capture
          where documents.agency_id = :agency and documents.year = :year)
        select documents.id, captures.key, captures.url, captures.fetched_at, captures.payload, documents.title,
               documents.text, documents.is_report, documents.agency_id is :agency and documents.year is :year as same,
               reports.document is not null as is_best, frontier.state, frontier.reason, frontier.fetched
        from captures join documents on documents.capture = captures.id
        left join reports on reports.document = documents.id
        left join frontier on frontier.key = captures.key
        where captures.key in (select key from pages)
        order by captures.fetched_at, captures.url, captures.id""",
        {"agency": agency, "year": year},
    )
    versions: list[Version] = []
    before: dict[str | None, dict[str, Any]] = {}
    last = {row["key"]: row["id"] for row in rows}
    begun: set[str] = set()
    for row in rows:
        if not row["same"] and row["key"] not in begun:
            # An address that carried the report of another year before.
            continue
        begun.add(row["key"])
        figures = _figures(archive, row["id"])
        version = Version(
            row["id"],
            row["url"],
            row["fetched_at"],
            row["payload"],
            row["title"],
            bool(row["is_report"] and row["same"]),
            bool(row["is_best"] and row["same"]),
            len(figures),
            _page(row) if last[row["key"]] == row["id"] else "",
        )
        if earlier := before.get(row["key"]) or before.get(None):
            version.against = earlier["id"]
            version.title_changed = earlier["title"] != row["title"]
            version.text_changed = earlier["text"] != row["text"]
            version.changes = changes(_figures(archive, earlier["id"]), figures)
        versions.append(version)
        before[row["key"]] = before[None] = row
    return versions


def changes(before: dict[FigureName, str], after: dict[FigureName, str]) -> list[Change]:
    """The figures that differ between two versions, in the order of the form."""
    names = [*before, *(name for name in after if name not in before)]
    return [Change(*name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _figures(archive: Archive, document: int) -> dict[FigureName, str]:
    rows = archive.rows(
        "select section, item, category, value, unit, printed from figures where document = ? order by rowid",
        (document,),
    )
    return {(row["section"], row["item"], row["category"]): _shown(row) for row in rows}


def _shown(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return f"no number ({row['printed']!r})" if row["printed"] else "no number"
    return f"{row['value']}{row['unit'] or ''}"


def _page(row: dict[str, Any]) -> str:
    if row["state"] in ("gone", "failed", "blocked", "redirected", "robots", "too_big") and row["fetched"]:
        return f"{row['state']} at {row['fetched']}" + (f": {row['reason']}" if row["reason"] else "")
    return ""


def describe(name: str, year: int, versions: Sequence[Version]) -> list[str]:
    """The history in lines of text."""
    numbers = {version.document: number for number, version in enumerate(versions, 1)}
    lines = [f"{name} {year}: {len(versions)} version{'s' if len(versions) != 1 else ''}"]
    for number, version in enumerate(versions, 1):
        marks = [f"{version.figures} figures"]
        if version.is_best:
            marks.append("the report")
        if not version.is_report:
            marks.append("reads as something else")
        lines.append(f"{number}. {version.fetched_at}  {version.url}  ({', '.join(marks)})")
        if version.page:
            lines.append(f"   since then {version.page}; the version above stays")
        if version.against is None:
            continue
        if version.title_changed:
            lines.append(f"   title now {version.title or 'missing'}")
        lines += [f"   {_line(change)}" for change in version.changes]
        if not version.changes:
            what = "the text changed, no figure" if version.text_changed else "neither text nor figures changed"
            lines.append(f"   {what} (against version {numbers[version.against]})")
    return lines


def _line(change: Change) -> str:
    before, after = ("-" if value is None else value for value in (change.before, change.after))
    return f"{change.kind:9}  {change.section}.{change.item}.{change.category}: {before} -> {after}"
