"""Crawls the imitations and prints what was found and what it cost: python -m tests.imitations.measure [site…]."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from archive.store import Archive
from crawler.rendering import find_browser
from tests.crawling import ROOT
from tests.imitations.catalogue import catalogue
from tests.imitations.imitation import FORBIDDEN, Imitation
from tests.imitations.server import Imitations, Request

Key = tuple[str, str, str, int]


@dataclass(slots=True)
class Measured:
    """What two runs over the imitations gave; counts by site."""

    reports: Counter[str] = field(default_factory=Counter)
    missed: dict[str, set[Key]] = field(default_factory=dict)
    wrong: dict[str, set[Key]] = field(default_factory=dict)
    decoys: dict[str, set[str]] = field(default_factory=dict)
    first: list[Request] = field(default_factory=list)
    second: list[Request] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    said: str = ""
    families: dict[str, str] = field(default_factory=dict)
    unreasonable: list[str] = field(default_factory=list)

    def asked(self, requests: list[Request], site: str | None = None) -> int:
        return sum(site in (None, it.site) for it in requests)


def truth_of(site: Imitation) -> set[Key]:
    return {
        (it.agency.level, it.agency.division, it.agency.name if it.agency.level == "department" else "", it.year)
        for it in site.truth
    }


def measure(folder: Path, keys: list[str]) -> Measured:
    """Crawl twice into an archive in `folder`."""
    import subprocess

    found = Measured()
    sites = [site for site in catalogue(browser=find_browser(None) is not None) if not keys or site.key in keys]
    archive, registry = folder / "a.db", folder / "sites.csv"
    with Imitations(sites) as served:
        served.sites_csv(registry)
        for _ in range(2):
            command = [sys.executable, "-m", "crawler.cli", "crawl", str(registry), "--archive", str(archive)]
            result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)
            found.codes.append(result.returncode)
            found.said += result.stderr
            if not found.first:
                found.first = list(served.requests)
        found.second = served.requests[len(found.first) :]
        with Archive(archive) as opened:
            for key, site in served.sites.items():
                base = served.urls[key]
                rows = opened.rows(
                    """select agency, level, division, year, url from annual_reports where url like ?""", (f"{base}/%",)
                )
                filed = {
                    (row["level"], row["division"], row["agency"] if row["level"] == "department" else "", row["year"])
                    for row in rows
                }
                truth = truth_of(site)
                found.reports[key] = len(truth)
                found.missed[key], found.wrong[key] = truth - filed, filed - truth
                paths = {row["url"].removeprefix(base) for row in rows}
                found.decoys[key] = paths & site.decoys
            for row in opened.rows("select url, family from sites"):
                key = next(key for key, url in served.urls.items() if row["url"].startswith(url + "/"))
                found.families[key] = row["family"]
    found.unreasonable = [
        f"{it.site}{it.path}" for it in found.first + found.second if it.path.startswith((FORBIDDEN, "/rili"))
    ]
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), sys.argv[1:])
    for site, number in found.reports.items():
        first, second = found.asked(found.first, site), found.asked(found.second, site)
        print(
            f"{site:14} {found.families.get(site) or '-':12} {number:4} reports, missed {len(found.missed[site]):3}, "
            f"wrong {len(found.wrong[site]):3}, decoys {len(found.decoys[site])}, "
            f"{first / number:5.2f} {second / number:5.2f} requests a report"
        )
        for name, keys in (("missed", found.missed[site]), ("wrong", found.wrong[site])):
            for key in sorted(keys)[:2]:
                print("      ", name, key)
    total = sum(found.reports.values())
    missed = sum(map(len, found.missed.values()))
    print(
        f"{total} reports, recall {1 - missed / total:.4f}, wrong {sum(map(len, found.wrong.values()))}, decoys "
        f"{sum(map(len, found.decoys.values()))}, {len(found.first) / total:.2f} {len(found.second) / total:.2f}"
    )
    print("unreasonable", found.unreasonable[:5], "codes", found.codes, found.said[-600:])


if __name__ == "__main__":
    main()
