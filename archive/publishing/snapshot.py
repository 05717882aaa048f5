"""A dated, checksummed, self-describing copy of an archive, made while the archive is in use."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from archive.opening import sync_folder
from archive.publishing import dictionary, package
from archive.publishing.resources import Resource, changes_table
from archive.store import Archive, ArchiveError

PREFIX = "nianbao-"
DATABASE = "nianbao.db"
SUMS = "SHA256SUMS"
_NAME = re.compile(rf"{PREFIX}(\d{{4}}-\d\d-\d\d)(?:\.(\d+))?")
_PARTIAL = ".partial-"
_FORMATS = (("csv", "csv"), ("spreadsheet", "csv"), ("parquet", "parquet"))

Progress = Callable[[str, int, int], None]
"""Told the step's name, how many steps are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A finished snapshot: its folder, the one before, its reports, and its changes by kind."""

    folder: Path
    previous: Path | None
    reports: int
    changes: dict[str, int]


def write_snapshot(
    archive: Archive,
    folder: Path,
    date: str,
    *,
    with_bytes: bool = True,
    progress: Progress = lambda step, done, total: None,
) -> Snapshot:
    """Write a snapshot of an archive into `folder`, named for the date (ISO 8601); a second of one day gets a number.

    The archive may be written to meanwhile. The snapshot is checked, then renamed into place: what is there under its
    name is whole, and earlier ones are never touched. Raises ArchiveError where it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        earlier = snapshots(folder)
        name = _free_name(date, earlier)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder))
        try:
            snapshot = _write(archive, partial, name, date, earlier[-1] if earlier else None, with_bytes, progress)
            partial.chmod(0o755)
            partial.rename(folder / name)
            sync_folder(folder)
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(
                f"{folder / name}: cannot be written ({error}); earlier snapshots are untouched"
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return snapshot


def snapshots(folder: Path) -> list[Path]:
    """The finished snapshots in a folder, oldest first."""
    named = [(match, path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name)) and path.is_dir()]
    return [path for match, path in sorted(named, key=lambda pair: (pair[0][1], int(pair[0][2] or 1)))]


def _free_name(date: str, earlier: list[Path]) -> str:
    same_day = [path for path in earlier if path.name.startswith(f"{PREFIX}{date}")]
    if not same_day:
        return f"{PREFIX}{date}"
    match = _NAME.fullmatch(same_day[-1].name)
    assert match is not None
    return f"{PREFIX}{date}.{int(match[2] or 1) + 1}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One snapshot at a time; what killed ones left is cleared away."""
    with open(folder / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError(f"{folder}: another snapshot is being written there; wait for it to end") from None
        for left in folder.glob(f"{_PARTIAL}*"):
            shutil.rmtree(left)
        yield


def _write(
    archive: Archive, target: Path, name: str, date: str, previous: Path | None, with_bytes: bool, progress: Progress
) -> Snapshot:
    tables = package.all_tables()
    total = len(tables) + 3
    progress("archive", 0, total)
    database_path = target / DATABASE
    archive.db.conn.execute("vacuum into ?", (str(database_path),))
    with closing(sqlite3.connect(database_path, uri=True)) as database:
        if not with_bytes:
            _leave_bytes_out(database)
        progress("checks", 1, total)
        _check_database(database, database_path)
        for statement in _comparing(database, previous):
            database.execute(statement)
        written = []
        for number, table in enumerate(tables):
            progress(table.name, number + 2, total)
            written.append(_write_table(database, table, target))
        about = package.About.of(
            database, name=name, date=date, previous=previous.name if previous else None, with_bytes=with_bytes
        )
        changes = dict(database.execute("select change, count(*) from changes group by change"))
        database.rollback()
    progress("checksums", total - 1, total)
    for file_name, text in (
        ("datapackage.json", package.datapackage(about, written)),
        ("README.md", package.readme(about, written)),
        ("CITATION.cff", package.citation(about)),
        ("dictionary.md", dictionary.markdown()),
    ):
        (target / file_name).write_text(text, "utf-8")
    _write_sums(target)
    progress("done", total, total)
    return Snapshot(target.parent / name, previous, about.reports, changes)


def _leave_bytes_out(database: sqlite3.Connection) -> None:
    # The rows stay: what was captured, how large it was and its SHA-256 belong to the data.
    database.execute("update payloads set body = x'', dictionary = null")
    database.execute("delete from dictionaries")
    database.commit()
    database.execute("vacuum")


def _check_database(database: sqlite3.Connection, path: Path) -> None:
    trouble = [str(row[0]) for row in database.execute("pragma integrity_check") if row[0] != "ok"]
    trouble += [f"{row[0]} row {row[1]} refers to nothing" for row in database.execute("pragma foreign_key_check")]
    if trouble:
        raise ArchiveError(f"{path}: the copy is not sound ({trouble[0]}); `nianbao check` tells what the archive has")


def _comparing(database: sqlite3.Connection, previous: Path | None) -> tuple[str, ...]:
    before = previous / DATABASE if previous else None
    if before is None or not before.is_file():
        return changes_table(previous=False)
    database.execute("attach database ? as previous", (f"file:{quote(str(before.absolute()))}?mode=ro&immutable=1",))
    return changes_table(previous=True)


def _write_table(database: sqlite3.Connection, table: Resource, target: Path) -> package.Written:
    try:
        from archive.publishing import exports
    except ImportError as error:
        raise ArchiveError("a snapshot needs the extra export: pip install 'nianbao[export]'") from error
    paths = [target / kind / f"{table.name}.{ending}" for kind, ending in _FORMATS]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
    csv, spreadsheet, typed = paths
    try:
        rows = exports.write_table(database, table, csv=csv, spreadsheet=spreadsheet, typed=typed)
    except (ValueError, TypeError) as error:
        raise ArchiveError(f"{table.name}: a row does not have the types declared ({error})") from error
    return package.Written(table, f"csv/{table.name}.csv", rows, csv.stat().st_size, _sha256(csv))


def _write_sums(target: Path) -> None:
    paths = sorted(path for path in target.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  {path.relative_to(target).as_posix()}\n" for path in paths]
    (target / SUMS).write_text("".join(lines), "utf-8")
    for path in (*paths, target / SUMS):
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
    for folder in {path.parent for path in paths}:
        sync_folder(folder)


def verify(snapshot: Path) -> list[str]:
    """What of a snapshot is not as it was written: files changed, missing, or added."""
    lines = (snapshot / SUMS).read_text("utf-8").splitlines()
    expected = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    there = {path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file()} - {SUMS}
    changed = [path for path in sorted(there & expected.keys()) if _sha256(snapshot / path) != expected[path]]
    return [
        *(f"{path}: changed" for path in changed),
        *(f"{path}: missing" for path in sorted(expected.keys() - there)),
        *(f"{path}: not in {SUMS}" for path in sorted(there - expected.keys())),
    ]


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
