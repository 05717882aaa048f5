"""Sites that a crawl came across and that the registry lacks: written down for review, never followed by themselves."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from archive.gazetteer import gazetteer, looks_like_agency
from archive.store import Archive
from crawler.site import SiteEntry

COLUMNS = ("url", "name", "division", "found_on")


def candidates(archive: Archive, sites: Iterable[SiteEntry]) -> list[dict[str, str]]:
    """One row a host of gov.cn that a crawled site links to under an agency's name: url, name, division, found_on."""
    divisions = {site.url: site.division for site in sites}
    rows = archive.rows(
        "select url, site, request, discovered_on from frontier where state = 'offsite' and kind = 'column' order by id"
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        host = urlsplit(row["url"]).hostname or ""
        name = json.loads(row["request"]).get("link_text") or ""
        if row["site"] not in divisions or not host.endswith(".gov.cn") or not looks_like_agency(name):
            continue
        division = gazetteer().resolve(name, within=divisions[row["site"]]).division
        found.setdefault(
            host.removeprefix("www."),
            {"url": row["url"], "name": name, "division": division or "", "found_on": row["discovered_on"] or ""},
        )
    return list(found.values())


def write_candidates(archive_path: Path, sites: Iterable[SiteEntry], path: Path) -> int:
    """Write the candidates as CSV; returns how many there are."""
    with Archive(archive_path) as archive:
        found = candidates(archive, sites)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    return len(found)
