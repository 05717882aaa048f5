"""The archive file: bytes are stored before they are read, and everything about a page in one transaction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive import schema
from archive.captures import Captures, LastCapture, StoredCapture
from archive.connection import members, now
from archive.gazetteer import agency_id, gazetteer
from archive.opening import ArchiveError, open_database

__all__ = ["Archive", "ArchiveError", "LastCapture", "StoredCapture", "now"]


class Archive(Captures):
    """One SQLite file with everything: sites, frontier, captures, documents, figures."""

    def __init__(self, path: str | Path, *, create: bool = False, read_only: bool = False) -> None:
        """Open the archive, or create it with `create`; raises ArchiveError when that cannot be."""
        super().__init__(Path(path), open_database(Path(path), create=create, read_only=read_only))

    # --- runs -------------------------------------------------------------------------------------------------

    def start_run(self) -> int:
        """Record that a crawl begins; returns its identifier."""
        return self._insert("runs", members(schema.Run(None, now(), None, None, None)))

    def end_run(self, run: int, outcome: str, counts: dict[str, int]) -> None:
        """Record how a crawl ended: finished, stopped or failed."""
        self.db.table("runs").update(
            run, {"ended": now(), "outcome": outcome, "counts": json.dumps(counts, sort_keys=True)}
        )

    # --- sites ------------------------------------------------------------------------------------------------

    def register_site(self, url: str, name: str, division: str | None, family: str | None, since: int | None) -> None:
        """Keep a row of the registry, and its owner as an agency."""
        owner = gazetteer().resolve(name, within=division)
        with self.transaction():
            identifier = self._keep_agency(owner, agency_id(owner, division))
            known = self.rows("select family, last_working, address from sites where url = ?", (url,))
            site = schema.Site(
                url,
                name,
                identifier,
                division or owner.division,
                family or (known[0]["family"] if known else None),
                since,
                known[0]["last_working"] if known else None,
                known[0]["address"] if known else None,
            )
            self.db.table("sites").upsert(members(site), pk="url")

    def note_site(
        self, url: str, *, family: str | None = None, working: bool = False, address: str | None = None
    ) -> None:
        """Record the family detected for a site, or that its entry page answered, and from which IP address."""
        changes: dict[str, Any] = {}
        if family:
            changes["family"] = family
        if working:
            changes["last_working"] = now()
        if address:
            changes["address"] = address
        if changes:
            assignments = ", ".join(f"{name} = :{name}" for name in changes)
            self.db.execute(f"update sites set {assignments} where url = :url", {**changes, "url": url})

    def site_addresses(self) -> list[tuple[str, str]]:
        """The sites that have answered, each with its URL and the IP address it was at."""
        return [(row["url"], row["address"]) for row in self.rows("select url, address from sites where address > ''")]
