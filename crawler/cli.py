"""The `nianbao` command."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from archive.reading.model import Reading, Source, UnreadableError
from archive.store import Archive, ArchiveError
from crawler.commands import exchange
from crawler.commands import sites as sites_commands
from crawler.commands.cluster import cluster_option, crawl_on_cluster, reread_on_cluster
from crawler.commands.options import archive_option, fail, progress_bar, writing
from crawler.outcome import ExitCode, archive_trouble
from crawler.readers import Worker, outcome_of

LARGEST_FILE_BYTES = 64 << 20


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _Group(click.Group):
    """Ends with one plain line, not with a traceback, where the archive, a file or the disk cannot be used.

    Exit code 2 where the command was given something that cannot be used, 4 where the system stopped it on the way.
    """

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ArchiveError as error:
            fail(str(error), ExitCode.USAGE)
        except BrokenPipeError:
            # The reader of our output went away (head, less): not an error of ours.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except OSError as error:
            stopped = error.errno in _NO_ROOM
            remedy = "; make room and start again" if stopped else ""
            place = f"{error.filename}: " if error.filename else ""
            fail(f"{place}{error.strerror or error}{remedy}", ExitCode.STOPPED if stopped else ExitCode.USAGE)
        except sqlite3.Error as error:
            fail(archive_trouble("the archive", error), ExitCode.STOPPED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("nianbao"), prog_name="nianbao")
def main() -> None:
    """Find, keep and read the annual reports on government information disclosure (政府信息公开工作年度报告).

    Exit codes: 0 all well; 1 ran, and something needs a look; 2 wrong use; 3 another run holds the archive;
    4 stopped before the end, start again to go on.
    """


# --- crawling -----------------------------------------------------------------------------------------------------


@main.command()
@click.argument("sites", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@archive_option()
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between requests to a host (default 1, adapted).")
@click.option("--browser", metavar="PATH", help="Chromium to draw pages with, or `none`; found by itself if not given.")
@click.option("--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="WARNING")
@click.option("--hours", metavar="22-6", help="Ask sites only within these hours, in China's time; wait outside them.")
@click.option(
    "--everything", is_flag=True, help="Look at every known column and list again, not only where news stands."
)
@click.option(
    "--discover",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write agencies' own sites that are not in SITES.csv to FILE, for review; they are not visited.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the run's outcome as one JSON object.")
@cluster_option
def crawl(
    sites: Path,
    archive_path: Path,
    delay: float | None,
    browser: str | None,
    log_level: str,
    hours: str | None,
    everything: bool,
    discover: Path | None,
    as_json: bool,
    cluster: str | None,
) -> None:
    """Visit the sites of SITES.csv once: new and changed pages only; safe to start again, safe to start twice."""
    from crawler.run import crawl as run_crawl

    if cluster is not None and as_json:
        fail("--json tells of one crawl; with --cluster there are many", ExitCode.USAGE)
    if cluster is not None:
        options = {"delay": delay, "browser": browser, "log-level": log_level, "hours": hours, "everything": everything}
        raise SystemExit(int(crawl_on_cluster(cluster, sites, archive_path, options, discover)))
    code = run_crawl(
        sites,
        archive_path,
        delay=delay,
        progress=sys.stderr.isatty(),
        browser=browser,
        log_level=log_level,
        hours=hours,
        summary_json=as_json,
        discover=discover,
        settings={"LOOK_AT_EVERYTHING": everything},
    )
    raise SystemExit(int(code))


@main.command()
@archive_option(required=False)
@click.option("--browser", metavar="PATH", help="Chromium to draw pages with, or `none`; found by itself if not given.")
def demo(archive_path: Path | None, browser: str | None) -> None:
    """Serve the bundled sample sites on loopback, crawl them into demo.db, and print what was found."""
    from crawler.demo import run_demo

    raise SystemExit(int(run_demo(archive_path or Path("demo.db"), browser=browser)))


def _known_division(_context: click.Context, _parameter: click.Parameter, code: str | None) -> str | None:
    from archive.gazetteer import gazetteer

    if code is not None and gazetteer().division(code) is None:
        raise click.BadParameter(f"{code} is no division code known here (6 digits for a district, 9 for a street)")
    return code


# --- reading ------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--url", help="Where the file came from, if it is known: evidence for agency and date.")
@click.option("--division", callback=_known_division, help="Division code of the site it came from, context for names.")
@click.option("--explain", "explained", is_flag=True, help="Print of every figure where it is printed and why.")
@click.option("--item", help="With --explain: only this item or figure (new, applications.new.total).")
def read(
    files: tuple[Path, ...], as_json: bool, url: str | None, division: str | None, explained: bool, item: str | None
) -> None:
    """Read local FILES (HTML, PDF, Word, Excel, text) without an archive.

    Exit code 1 when a file cannot be read; the files after it are read all the same.
    """
    from archive.reading.explain import explain

    failed = False
    # In a process of its own, with limits of time and memory: a file is no more to be trusted than a page.
    worker = Worker()
    try:
        for path in files:
            try:
                reading = _read_file(worker, path, url, division)
            except UnreadableError as error:
                failed = True
                if as_json:
                    click.echo(json.dumps({"file": str(path), "url": url, "error": str(error)}, ensure_ascii=False))
                else:
                    click.echo(f"{path}: {error}", err=True)
                continue
            if as_json:
                click.echo(json.dumps(reading.to_json(str(path), url), ensure_ascii=False))
            elif explained or item:
                click.echo(f"{path}\n{explain(reading, item)}")
            else:
                click.echo(_summary(path, reading))
    finally:
        worker.close(now=True)
    raise SystemExit(int(ExitCode.ATTENTION if failed else ExitCode.OK))


def _read_file(worker: Worker, path: Path, url: str | None, division: str | None) -> Reading:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UnreadableError(f"the file is larger than {LARGEST_FILE_BYTES >> 20} MiB")
        body = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"the file cannot be opened ({error.strerror})") from error
    outcome = outcome_of(worker.submit(body, Source(url=url, file_name=path.name, division=division)))
    if outcome.reading is None:
        raise UnreadableError(outcome.error or "no reading")
    return outcome.reading


def _summary(path: Path, reading: Reading) -> str:
    if not reading.is_report:
        return f"{path}: not an annual report" + (f" ({reading.title})" if reading.title else "")
    placed = sum(figure.value is not None for figure in reading.figures)
    unknown = "unknown"
    lines = [
        f"{path}: {reading.title or 'annual report without a title'}",
        f"  agency     {reading.agency or unknown} ({reading.level or '?'}, division {reading.division or unknown})",
        f"  year       {reading.year or unknown}, published {reading.published or unknown}, form {reading.form or '-'}",
        f"  figures    {len(reading.figures)}, of which {placed} with a number",
    ]
    lines += [f"  removed    {removal.count} × {removal.text}" for removal in reading.removals]
    lines += [f"  broken     {check.rule}: {check.detail}" for check in reading.checks if check.holds is False]
    lines += [f"  warning    {warning.code}: {warning.detail}" for warning in reading.warnings]
    return "\n".join(lines)


@main.command()
@archive_option()
@click.option("--workers", type=click.IntRange(min=1), help="Processes to read with (default: all cores).")
@cluster_option
def reread(archive_path: Path, workers: int | None, cluster: str | None) -> None:
    """Read every stored report again, in all cores, without the network."""
    from crawler.readers import reread as read_again

    if cluster is not None:
        counts = reread_on_cluster(cluster, archive_path)
    else:
        with writing(archive_path) as archive, progress_bar("reading") as progress:
            counts = read_again(archive, again=True, workers=workers, progress=progress)
    click.echo(", ".join(f"{number} {name}" for name, number in counts.items()))
    raise SystemExit(int(ExitCode.ATTENTION if counts["failed"] else ExitCode.OK))


# --- what is there ------------------------------------------------------------------------------------------------


@main.command()
@archive_option()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def coverage(archive_path: Path, as_json: bool) -> None:
    """Print agency × year: which reports are there, and why the others are not."""
    from rich.console import Console

    from archive.publishing.coverage import coverage_rows, print_table

    with Archive(archive_path) as archive:
        rows = coverage_rows(archive)
    if as_json:
        _echo_json(asdict(row) for row in rows)
    else:
        print_table(rows, Console())


@main.command()
@archive_option()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(archive_path: Path, as_json: bool) -> None:
    """Check the file, every stored blob and the identities of the figures; exit code 1 when something is wrong."""
    from archive.publishing.integrity import check_archive

    with Archive(archive_path) as archive:
        findings = check_archive(archive)
    if as_json:
        _echo_json(asdict(finding) for finding in findings)
    else:
        for finding in findings:
            click.echo(f"{finding.kind}: {finding.what}: {finding.detail}")
        click.echo(f"{archive_path}: {len(findings)} findings" if findings else f"{archive_path}: all well")
    raise SystemExit(int(ExitCode.ATTENTION if findings else ExitCode.OK))


@main.command()
@archive_option()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--immutable", is_flag=True, help="The file is a published snapshot that nobody writes to.")
@click.option("--block-robots", is_flag=True, help="Ask every robot, in robots.txt, to stay away.")
def serve(archive_path: Path, host: str, port: int, immutable: bool, block_robots: bool) -> None:
    """Browse the archive with datasette."""
    from archive.publishing.serve import serve as serve_archive

    serve_archive(archive_path, host=host, port=port, immutable=immutable, block_robots=block_robots)


for _command in (*exchange.COMMANDS, *sites_commands.COMMANDS):
    main.add_command(_command)


def _echo_json(objects: Iterable[dict[str, Any]]) -> None:
    for entry in objects:
        click.echo(json.dumps(entry, ensure_ascii=False))


if __name__ == "__main__":
    main()
