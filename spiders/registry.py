"""The registry of sites: sites.csv read row by row, and what is wrong in it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from archive.gazetteer import gazetteer
from crawler.page import one_name
from crawler.site import SiteEntry
from spiders.families import FAMILIES

COLUMNS = ("url", "name", "division", "family", "since", "note")
# The regulation on disclosure of government information took effect on 1 May 2008: no report is older.
FIRST_YEAR = 2008


class RegistryError(Exception):
    """The registry cannot be read at all; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a row: the line it begins on, and what it is."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(slots=True)
class Registry:
    """The rows that can be used, and the problems of those that cannot or only in part."""

    sites: list[SiteEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_registry(path: Path) -> Registry:
    """Read sites.csv; raises RegistryError where there is no such file or no such table in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise RegistryError(f"{path}: there is no such file; give the path of a sites.csv") from error
    except UnicodeDecodeError as error:
        raise RegistryError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8 CSV") from error
    except OSError as error:
        raise RegistryError(f"{path}: cannot be read ({error.strerror})") from error
    return parse_registry(text, str(path))


def parse_registry(text: str, source: str) -> Registry:
    """The registry in a text; `source` names it in errors."""
    # A NUL stops the csv module; a sites.csv saved by a spreadsheet as UTF-16 is full of them.
    if "\0" in text:
        raise RegistryError(f"{source}: holds NUL bytes and is no CSV; save it as UTF-8 CSV")
    reader = csv.reader(text.splitlines(keepends=True))
    registry = Registry()
    header: list[str] | None = None
    known: dict[str, int] = {}
    end = 0
    try:
        for cells in reader:
            line, end = end + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, source, registry, line)
                continue
            if entry := _entry(dict(zip(header, (cell.strip() for cell in cells), strict=False)), line, registry):
                if len(cells) > len(header):
                    registry.problems.append(
                        Problem(line, f"has {len(cells)} cells under {len(header)} columns; the rest is not used")
                    )
                # The same under another of the host's names (www, https) would be crawled twice.
                same = one_name(entry.url)
                if same in known:
                    registry.problems.append(
                        Problem(line, f"url {entry.url} is in line {known[same]} already; this row is not used")
                    )
                    continue
                known[same] = line
                registry.sites.append(entry)
    except csv.Error as error:
        raise RegistryError(f"{source}: line {reader.line_num} is no CSV ({error})") from error
    if header is None:
        raise RegistryError(f"{source}: is empty; its first line must name the columns {', '.join(COLUMNS)}")
    return registry


def _header(cells: list[str], source: str, registry: Registry, line: int) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [name for name in ("url", "name") if name not in header]
    if missing:
        raise RegistryError(
            f"{source}: line {line} must name the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}"
        )
    for name in header:
        if name not in COLUMNS:
            registry.problems.append(Problem(line, f"column {name!r} is not known and not used"))
    return header


def _entry(row: dict[str, str], line: int, registry: Registry) -> SiteEntry | None:
    """The site of a row; None where it cannot be used, with every reason among the problems."""
    faults: list[str] = []
    url, name = row.get("url", ""), row.get("name", "")
    if fault := _url_fault(url):
        faults.append(fault)
    if not name:
        faults.append("name is missing")
    division = row.get("division", "") or None
    if division and (fault := _division_fault(division)):
        faults.append(fault)
    family = row.get("family", "").lower()
    if family in ("", "auto"):
        family = ""
    elif family not in FAMILIES:
        faults.append(f"family {family!r} is not one of auto, {', '.join(sorted(FAMILIES))}")
    since = row.get("since", "") or None
    year = _year(since) if since else None
    if since and year is None:
        faults.append(f"since {since!r} is not a year from {FIRST_YEAR} to {date.today().year}")
    if faults:
        registry.problems.append(Problem(line, "; ".join(faults) + "; this row is not used"))
        return None
    return SiteEntry(url=url, name=name, division=division, family=family or None, since=year)


def _url_fault(url: str) -> str | None:
    if not url:
        return "url is missing"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"url {url!r} is not an address ({error})"
    if parts.scheme not in ("http", "https") or not host or any(character.isspace() for character in url):
        return f"url {url!r} is not a full http:// or https:// address"
    return None


def _division_fault(division: str) -> str | None:
    if not (division.isascii() and division.isdigit() and len(division) in (6, 9)):
        return f"division {division!r} is not a 6-digit or 9-digit code"
    if gazetteer().division(division) is None:
        return f"division {division} is not in the gazetteer"
    return None


def _year(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    year = int(text)
    return year if FIRST_YEAR <= year <= date.today().year else None
