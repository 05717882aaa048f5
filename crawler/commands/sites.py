"""Commands for the registry of sites."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from crawler.commands.options import fail
from crawler.outcome import ExitCode

if TYPE_CHECKING:
    from crawler.probe import Probed

_BROWSER = click.option("--browser", metavar="PATH", help="Chromium to draw pages with, or `none`.")


@click.group()
def sites() -> None:
    """Look at sites, and add them to a registry."""


@sites.command()
@click.argument("registry", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between requests to a host (default 1, adapted).")
@_BROWSER
def check(registry: Path, as_json: bool, delay: float | None, browser: str | None) -> None:
    """Say of each site of REGISTRY whether it answers, its family, and where its reports are listed.

    A few requests a site, none of them for a report; nothing is kept. Exit code 1 when a site does not answer or no
    list of reports was found on it.
    """
    from crawler.probe import ProbeError, probe

    try:
        found = probe(registry, browser=browser, delay=delay)
    except ProbeError as error:
        raise SystemExit(int(error.code)) from error
    for site in found:
        click.echo(
            json.dumps(asdict(site), ensure_ascii=False) if as_json else f"{site.url} {site.name}: {_found(site)}"
        )
    well = all(site.answers and site.column for site in found)
    raise SystemExit(int(ExitCode.OK if well else ExitCode.ATTENTION))


def _found(site: Probed) -> str:
    if not site.answers:
        return f"does not answer ({site.trouble})"
    family = site.family or "family unknown"
    if site.column is None:
        return f"{family}, no list of reports found; give its address as url"
    return f"{family}, {site.reports} reports listed at {site.column}"


@sites.command()
@click.argument("url")
@click.option(
    "--sites",
    "registry",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sites.csv"),
    show_default=True,
    help="The registry to add to; made if it is not there.",
)
@click.option("--name", help="The agency that owns the site; taken from the site where not given.")
@click.option("--division", help="Its 6-digit or 9-digit division code; taken from the site where not given.")
@_BROWSER
def add(url: str, registry: Path, name: str | None, division: str | None, browser: str | None) -> None:
    """Write a row for the site at URL, with the name, the division and the family it shows."""
    from archive.gazetteer import gazetteer
    from crawler.probe import ProbeError, append_site, probe_one

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        fail(f"{url}: give a full http:// or https:// address", ExitCode.USAGE)
    if division and gazetteer().division(division) is None:
        fail(f"{division}: no division code known here (6 digits for a district, 9 for a street)", ExitCode.USAGE)
    if registry.exists() and url in _urls(registry):
        fail(f"{registry}: has {url} already", ExitCode.USAGE)
    try:
        site = probe_one(url, name or "unknown", browser=browser)
    except ProbeError as error:
        raise SystemExit(int(error.code)) from error
    name = name or site.calls_itself
    if name is None:
        why = f"does not answer ({site.trouble})" if not site.answers else "does not say whose it is"
        fail(f"{url}: {why}; nothing is written. Give --name to write a row all the same", ExitCode.ATTENTION)
    if not division:
        division = site.division or gazetteer().resolve(name).division
    append_site(registry, {"url": url, "name": name, "division": division or "", "family": site.family or ""})
    click.echo(f"{registry}: added {url} {name} ({division or 'division unknown'}): {_found(site)}")
    raise SystemExit(int(ExitCode.OK if site.answers and site.column else ExitCode.ATTENTION))


def _urls(registry: Path) -> set[str]:
    with registry.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return {(row.get("url") or "").strip() for row in rows}


COMMANDS = (sites,)
