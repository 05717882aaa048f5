"""Parts of an archive that are archives themselves: worked on elsewhere, and brought in again by merging."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from archive.schema import TABLES
from archive.store import Archive

_COLUMNS = {table.name: [column.name for column in table.columns()] for table in TABLES}
_SITES = "(select url from temp.chosen)"
# In an order in which no row refers to one that is not there yet.
_PARTS = {
    "sites": f"url in {_SITES}",
    "dictionaries": "true",
    "payloads": f"""sha256 in (select payload from whole.captures where site in {_SITES} union
                    select transferred from whole.captures where site in {_SITES})""",
    "captures": f"site in {_SITES}",
    "documents": f"capture in (select id from whole.captures where site in {_SITES})",
    "frontier": f"site in {_SITES}",
}
# Runs stay behind, and with them what refers to one.
_LEFT_OUT = {"run": "null", "lease": "null"}


def extract_sites(archive: Archive, sites: Iterable[str], target: Path) -> None:
    """Write what an archive knows of some sites (registry URLs) as an archive: their pages, captures and readings.

    Figures and the rest of a reading stay behind: what is needed is to know that there is one.
    """
    with Archive(target, create=True) as part:
        part.db.execute("attach database ? as whole", (str(archive.path.absolute()),))
        part.db.execute("create temp table chosen (url text primary key)")
        with part.transaction():
            part.db.conn.executemany("insert or ignore into chosen values (?)", ((site,) for site in sites))
            _copy(part, "agencies", f"id in (select agency_id from whole.sites where url in {_SITES})")
            _copy(
                part,
                "agencies",
                f"""id in (select agency_id from whole.documents where capture in
                    (select id from whole.captures where site in {_SITES}))""",
            )
            for table, condition in _PARTS.items():
                _copy(part, table, condition)


def _copy(part: Archive, table: str, condition: str) -> None:
    names = ", ".join(f'"{name}"' for name in _COLUMNS[table])
    values = ", ".join(_LEFT_OUT.get(name, f'"{name}"') for name in _COLUMNS[table])
    part.db.execute(f"insert or ignore into {table} ({names}) select {values} from whole.{table} where {condition}")
