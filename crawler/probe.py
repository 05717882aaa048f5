"""A short look at sites: whether they answer, what they are made with, where their report column is."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsel import Selector

from archive.gazetteer import gazetteer
from archive.store import Archive
from crawler.outcome import ExitCode
from crawler.run import crawl

REQUESTS_A_SITE = 12
_COLUMNS = ("url", "name", "division", "family", "since")


@dataclass(frozen=True, slots=True)
class Probed:
    """What a site's entry page and the way to its reports say."""

    url: str
    name: str
    answers: bool
    trouble: str
    """Why the entry page gave nothing; empty where it answered."""
    family: str | None
    column: str | None
    """Where reports are listed."""
    reports: int
    """Reports seen there, without going on to further pages."""
    calls_itself: str | None
    division: str | None
    """6-digit code in the site's number (SiteIDCode), or that of the name it gives itself."""


class ProbeError(Exception):
    """The sites cannot be looked at; the message has been printed, `code` is the exit code."""

    def __init__(self, code: ExitCode) -> None:
        super().__init__(code.name)
        self.code = code


def probe(sites: Path, *, browser: str | None = None, delay: float | None = None) -> list[Probed]:
    """Look at every site of a registry, with a few requests each and none for a report; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probe.db"
        settings: dict[str, Any] = {"PROBE": True, "SITE_BUDGET": REQUESTS_A_SITE, "READERS": 1}
        code = crawl(sites, path, browser=browser, delay=delay, settings=settings, log_level="ERROR")
        if code in (ExitCode.USAGE, ExitCode.HELD, ExitCode.STOPPED):
            raise ProbeError(code)
        with Archive(path) as archive:
            return [_probed(archive, row) for row in archive.rows("select url, name, family from sites order by rowid")]


def probe_one(url: str, name: str, *, browser: str | None = None) -> Probed:
    """Look at a site that is in no registry yet."""
    with tempfile.TemporaryDirectory() as folder:
        registry = Path(folder) / "sites.csv"
        append_site(registry, {"url": url, "name": name})
        return probe(registry, browser=browser)[0]


def append_site(path: Path, row: dict[str, str]) -> None:
    """Add a row to a registry, under the columns it has; a new file gets all of them."""
    columns: tuple[str, ...] = _COLUMNS
    ends_well = True
    if path.exists():
        text = path.read_text(encoding="utf-8-sig")
        ends_well = not text or text.endswith("\n")
        header = next(csv.reader(text.splitlines()), None)
        columns = tuple(cell.strip().lower() for cell in header) if header else columns
    is_new = not path.exists() or not path.stat().st_size
    with path.open("a", encoding="utf-8", newline="") as file:
        if not ends_well:
            file.write("\n")
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def _probed(archive: Archive, site: dict[str, Any]) -> Probed:
    entries = archive.rows(
        "select key, state, reason from frontier where site = ? and kind = 'entry' order by id desc", (site["url"],)
    )
    answering = next((row for row in entries if row["state"] in ("stored", "unchanged")), None)
    trouble = "" if answering else next((f"{it['state']}: {it['reason'] or ''}" for it in entries), "not asked")
    columns = archive.rows(
        """select coalesce(json_extract(lists.request, '$.memo.referer'), reports.discovered_on) as url,
                  count(distinct reports.id) as reports
           from frontier as reports left join frontier as lists on lists.url = reports.discovered_on
           where reports.site = ? and reports.kind = 'report' and reports.state = 'not_wanted'
             and reports.reason = 'only looked for'
           group by reports.discovered_on order by reports desc, min(reports.id) limit 1""",
        (site["url"],),
    )
    name, division = _identity(archive, answering["key"]) if answering else (None, None)
    return Probed(
        url=site["url"],
        name=site["name"],
        answers=answering is not None,
        trouble=trouble,
        family=site["family"],
        column=columns[0]["url"] if columns else None,
        reports=columns[0]["reports"] if columns else 0,
        calls_itself=name,
        division=division,
    )


def _identity(archive: Archive, key: str) -> tuple[str | None, str | None]:
    """The agency that the entry page names as its own, and its division; None where it does not say."""
    capture = archive.last_capture(key)
    if capture is None:
        return None, None
    # The meta names vary in case; the page's own charset only matters for the name.
    body, _ = archive.source(capture.id)
    page = Selector(body=body, type="html")
    meta = {
        (tag.attrib.get("name") or "").lower(): (tag.attrib.get("content") or "").strip() for tag in page.css("meta")
    }
    known = gazetteer()
    code = meta.get("siteidcode", "")[:6]
    division = code if len(code) == 6 and code.isdigit() and known.division(code) else None
    for said in (meta.get("sitename", ""), *(page.css("title::text").get() or "").replace("_", "-").split("-")):
        said = "".join(said.split()).removesuffix("门户网站").removesuffix("官网").removesuffix("网站")
        if not said:
            continue
        agency = known.resolve(said, within=division)
        if agency.division or agency.level != "other":
            return agency.name, division or agency.division
    return None, division
