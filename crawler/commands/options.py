"""What the commands have in common."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from archive.store import Archive
from crawler.outcome import ExitCode, archive_trouble

Command = TypeVar("Command", bound=Callable[..., Any])


def fail(message: str, code: ExitCode) -> NoReturn:
    """End with one plain line on standard error."""
    click.echo(f"nianbao: {message}", err=True)
    raise SystemExit(int(code))


def archive_option(*, required: bool = True) -> Callable[[Command], Command]:
    """The option that names the archive."""
    return click.option(
        "--archive",
        "archive_path",
        type=click.Path(path_type=Path, dir_okay=False),
        required=required,
        help="The archive, one SQLite file.",
    )


@contextmanager
def writing(archive_path: Path, *, create: bool = False) -> Iterator[Archive]:
    """The archive, with nobody else writing; ends with 3 where another run holds it, 4 where it cannot be written."""
    from crawler.lock import ArchiveLock, HeldError

    if not create:
        Archive(archive_path).close()
    try:
        lock = ArchiveLock(archive_path)
    except HeldError as error:
        fail(str(error), ExitCode.HELD)
    except OSError as error:
        fail(f"{archive_path}: cannot be written ({error.strerror})", ExitCode.USAGE)
    try:
        with Archive(archive_path, create=create) as archive:
            yield archive
    except sqlite3.Error as error:
        fail(archive_trouble(archive_path, error), ExitCode.STOPPED)
    finally:
        lock.release()


@contextmanager
def progress_bar(task: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, told how much is done and of how much; silent anywhere else."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(task, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)
