"""The `nianbao` command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from archive.reading.model import Reading, Source, UnreadableError
from archive.store import Archive, ArchiveError
from crawler.outcome import ExitCode

_Command = TypeVar("_Command", bound=Callable[..., Any])
LARGEST_FILE_BYTES = 64 << 20


class _Group(click.Group):
    """Ends with exit code 2 and one plain line, not with a traceback, where the archive or a file cannot be used."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ArchiveError as error:
            _fail(str(error), ExitCode.USAGE)
        except BrokenPipeError:
            # The reader of our output went away (head, less): not an error of ours.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None


def _fail(message: str, code: ExitCode) -> NoReturn:
    click.echo(f"nianbao: {message}", err=True)
    raise SystemExit(int(code))


def _archive_option(*, required: bool = True) -> Callable[[_Command], _Command]:
    return click.option(
        "--archive",
        "archive_path",
        type=click.Path(path_type=Path, dir_okay=False),
        required=required,
        help="The archive, one SQLite file.",
    )


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
@_archive_option()
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between requests to a host (default 1, adapted).")
@click.option("--browser", metavar="PATH", help="Chromium to draw pages with, or `none`; found by itself if not given.")
@click.option("--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="WARNING")
def crawl(sites: Path, archive_path: Path, delay: float | None, browser: str | None, log_level: str) -> None:
    """Visit the sites of SITES.csv once: new and changed pages only; safe to start again, safe to start twice."""
    from crawler.run import crawl as run_crawl

    progress = sys.stderr.isatty()
    raise SystemExit(
        int(run_crawl(sites, archive_path, delay=delay, progress=progress, browser=browser, log_level=log_level))
    )


@main.command()
@_archive_option(required=False)
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
def read(files: tuple[Path, ...], as_json: bool, url: str | None, division: str | None) -> None:
    """Read local FILES (HTML, PDF, Word, Excel, text) without an archive.

    Exit code 1 when a file cannot be read; the files after it are read all the same.
    """
    failed = False
    for path in files:
        try:
            reading = _read_file(path, url, division)
        except UnreadableError as error:
            failed = True
            if as_json:
                click.echo(json.dumps({"file": str(path), "url": url, "error": str(error)}, ensure_ascii=False))
            else:
                click.echo(f"{path}: {error}", err=True)
            continue
        if as_json:
            click.echo(json.dumps(reading.to_json(str(path), url), ensure_ascii=False))
        else:
            click.echo(_summary(path, reading))
    raise SystemExit(int(ExitCode.ATTENTION if failed else ExitCode.OK))


def _read_file(path: Path, url: str | None, division: str | None) -> Reading:
    from archive.reading import read as read_document

    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UnreadableError(f"the file is larger than {LARGEST_FILE_BYTES >> 20} MiB")
        body = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"the file cannot be opened ({error.strerror})") from error
    return read_document(body, Source(url=url, file_name=path.name, division=division))


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
    lines += [f"  broken     {check.rule}: {check.detail}" for check in reading.checks if not check.holds]
    lines += [f"  warning    {warning.code}: {warning.detail}" for warning in reading.warnings]
    return "\n".join(lines)


@main.command()
@_archive_option()
@click.option("--workers", type=click.IntRange(min=1), help="Processes to read with (default: all cores).")
def reread(archive_path: Path, workers: int | None) -> None:
    """Read every stored report again, in all cores, without the network."""
    from crawler.lock import ArchiveLock, HeldError
    from crawler.readers import reread as read_again

    with Archive(archive_path) as archive:
        try:
            lock = ArchiveLock(archive_path)
        except HeldError as error:
            _fail(str(error), ExitCode.HELD)
        try:
            counts = read_again(archive, again=True, workers=workers)
        finally:
            lock.release()
    click.echo(", ".join(f"{number} {name}" for name, number in counts.items()))
    raise SystemExit(int(ExitCode.ATTENTION if counts["failed"] else ExitCode.OK))


# --- what is there ------------------------------------------------------------------------------------------------


@main.command()
@_archive_option()
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
@_archive_option()
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
@_archive_option()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--immutable", is_flag=True, help="The file is a published snapshot that nobody writes to.")
def serve(archive_path: Path, host: str, port: int, immutable: bool) -> None:
    """Browse the archive with datasette."""
    from archive.publishing.serve import serve as serve_archive

    serve_archive(archive_path, host=host, port=port, immutable=immutable)


def _echo_json(objects: Iterable[dict[str, Any]]) -> None:
    for entry in objects:
        click.echo(json.dumps(entry, ensure_ascii=False))


if __name__ == "__main__":
    main()
