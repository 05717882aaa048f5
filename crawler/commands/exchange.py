"""Commands for what leaves an archive and what enters it from elsewhere than the network."""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.store import Archive
from crawler.commands.options import archive_option, fail, progress_bar, writing
from crawler.outcome import ExitCode

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("agency")
@click.argument("year", type=click.IntRange(1900, 2999))
@archive_option()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def history(agency: str, year: int, archive_path: Path, as_json: bool) -> None:
    """Print what changed between the versions of one report, figure by figure.

    AGENCY is a name, a division code, or an identifier of the table agencies.
    """
    from archive.publishing.history import agency_named, describe
    from archive.publishing.history import history as versions_of

    with Archive(archive_path) as archive:
        found = agency_named(archive, agency)
        versions = versions_of(archive, found["id"], year)
    if not versions:
        fail(
            f"{archive_path}: no report of {found['name']} for {year}; `nianbao coverage` says why", ExitCode.ATTENTION
        )
    if as_json:
        for version in versions:
            kinds = [{**asdict(change), "kind": change.kind} for change in version.changes]
            click.echo(json.dumps({**asdict(version), "changes": kinds}, ensure_ascii=False))
    else:
        click.echo("\n".join(describe(found["name"], year, versions)))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@archive_option()
def warc(file: Path, archive_path: Path) -> None:
    """Write every capture to FILE, WARC 1.1 (FILE.warc.gz) or, indexed for replay, WACZ (FILE.wacz)."""
    from archive.publishing.warc import write_warc

    if not file.name.endswith((".warc.gz", ".wacz")):
        fail(f"{file}: name it .warc.gz or .wacz", ExitCode.USAGE)
    if not file.parent.is_dir():
        fail(f"{file.parent}: no such folder", ExitCode.USAGE)
    with Archive(archive_path) as archive, progress_bar("captures") as progress:
        number = write_warc(archive, file, progress)
    click.echo(f"{file}: {number} captures")


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@archive_option()
@click.option("--sites", type=_FILE, help="A sites.csv: its hosts alone are taken, its agencies are context.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes to read with (default: all cores).")
def ingest(files: tuple[Path, ...], archive_path: Path, sites: Path | None, workers: int | None) -> None:
    """Take captures from WARC FILES (one's own, Common Crawl's, a library's) instead of the network, and read them."""
    from crawler.ingest import ingest as take
    from crawler.readers import reread

    with writing(archive_path, create=True) as archive:
        if sites is not None:
            _register(archive, sites)
        with progress_bar("WARC files") as progress:
            result = take(archive, list(files), within=sites is not None, progress=progress)
        with progress_bar("reading") as progress:
            counts = reread(archive, again=False, workers=workers, progress=progress)
    click.echo(f"{result.new} captures new, {result.known} known; {counts['reports']} reports of {counts['read']} read")
    for reason, number in sorted(result.left_out.items()):
        click.echo(f"  left out {number}: {reason}")
    for problem in result.problems:
        click.echo(f"nianbao: {problem}", err=True)
    raise SystemExit(int(ExitCode.ATTENTION if result.problems or counts["failed"] else ExitCode.OK))


def _register(archive: Archive, sites: Path) -> None:
    # The registry belongs to the spiders, which are named, as in Scrapy's settings, and not imported by the crawler.
    registry = importlib.import_module("spiders.registry")
    try:
        rows = registry.read_registry(sites)
    except registry.RegistryError as error:
        fail(str(error), ExitCode.USAGE)
    for problem in rows.problems:
        click.echo(f"nianbao: {sites}: {problem}", err=True)
    for site in rows.sites:
        archive.register_site(site.url, site.name, site.division, site.family, site.since)


@click.command()
@click.argument("others", nargs=-1, required=True, type=_FILE)
@archive_option()
def merge(others: tuple[Path, ...], archive_path: Path) -> None:
    """Bring OTHER archives in, by content: nothing twice, in any order; the archive is made where there is none."""
    from archive.publishing.merge import merge as bring_in

    with writing(archive_path, create=True) as archive:
        for path in others:
            if path.resolve() == archive_path.resolve():
                fail(f"{path}: is the archive itself", ExitCode.USAGE)
            with Archive(path, read_only=True) as other, progress_bar(path.name) as progress:
                added = bring_in(archive, other, progress)
            said = ", ".join(f"{number} {name}" for name, number in sorted(added.items()))
            click.echo(f"{path}: {said or 'nothing new'}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@archive_option()
@click.option("--without-bytes", is_flag=True, help="Leave the captured bytes out: smaller, not to be read again.")
def snapshot(folder: Path, archive_path: Path, without_bytes: bool) -> None:
    """Write a dated, checked copy for researchers into DIR: SQLite, CSV, Parquet, data package, what has changed.

    The archive may be crawled meanwhile.
    """
    from archive.publishing.snapshot import write_snapshot

    today = datetime.now(UTC).date().isoformat()
    with Archive(archive_path) as archive, progress_bar("snapshot") as progress:
        made = write_snapshot(
            archive,
            folder,
            today,
            with_bytes=not without_bytes,
            progress=lambda step, done, total: progress(done, total),
        )
    said = ", ".join(f"{number} figures {kind}" for kind, number in sorted(made.changes.items()))
    since = f"; since {made.previous.name}: {said or 'no figure changed'}" if made.previous else ""
    click.echo(f"{made.folder}: {made.reports} reports{since}")


@click.command()
@archive_option()
def compress(archive_path: Path) -> None:
    """Store every body again with a dictionary trained on the archive's own pages, where that makes it smaller."""
    from archive.compression import compress_archive

    with writing(archive_path) as archive, progress_bar("bodies") as progress:
        done = compress_archive(archive, progress)
    used = f"dictionary {done.dictionary}" if done.dictionary else "too few pages for a dictionary"
    click.echo(f"{done.payloads} bodies, {done.size} bytes; stored in {done.before} before, {done.after} now ({used})")


COMMANDS = (history, warc, ingest, merge, snapshot, compress)
