"""What `--cluster` does: `nianbao crawl` and `nianbao reread` on the machines of a Dask cluster."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from crawler.commands.options import fail, progress_bar, writing
from crawler.outcome import ExitCode

cluster_option = click.option(
    "--cluster", metavar="ADDRESS", help="Do the work on the Dask cluster whose scheduler is there (tcp://host:8786)."
)


def crawl_on_cluster(
    address: str, sites: Path, archive_path: Path, options: dict[str, Any], discover: Path | None
) -> ExitCode:
    """Crawl a registry on a cluster; `options` are those of `nianbao crawl` by name, None where not given."""
    from crawler.cluster import ClusterError, connected, crawl
    from crawler.discovery import write_candidates

    # The registry belongs to the spiders, which are named, as in Scrapy's settings, and not imported by the crawler.
    registry = importlib.import_module("spiders.registry")
    try:
        rows = registry.read_registry(sites)
    except registry.RegistryError as error:
        fail(str(error), ExitCode.USAGE)
    for problem in rows.problems:
        click.echo(f"nianbao: {sites}: {problem}", err=True)
    if not rows.sites:
        fail(f"{sites}: holds no site that can be used", ExitCode.USAGE)
    arguments = [f"--{name}={value}" for name, value in options.items() if value not in (None, True, False)]
    arguments += [f"--{name}" for name, value in options.items() if value is True]
    if discover is not None:
        # What a shard holds for a candidate may be a site of another: the whole registry decides, at the end.
        arguments.append("--discover=candidates.csv")
    try:
        with (
            connected(address) as client,
            writing(archive_path, create=True) as archive,
            progress_bar("shards") as progress,
        ):
            code = crawl(client, rows.sites, archive, arguments, progress)
    except ClusterError as error:
        fail(str(error), ExitCode.USAGE)
    if discover is not None:
        write_candidates(archive_path, rows.sites, discover)
    return max(code, ExitCode.ATTENTION) if rows.problems else code


def reread_on_cluster(address: str, archive_path: Path) -> dict[str, int]:
    """Read every stored report again on a cluster; returns counts as crawler.readers.reread does."""
    from crawler.cluster import ClusterError, connected, reread

    try:
        with connected(address) as client, writing(archive_path) as archive, progress_bar("reading") as progress:
            return reread(client, archive, progress)
    except ClusterError as error:
        fail(str(error), ExitCode.USAGE)
