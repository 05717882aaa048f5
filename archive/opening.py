"""Opening an archive file: made, brought to the current schema, or only read."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database, Migrations

from archive import schema

BUSY_TIMEOUT_SECONDS = 30
_FILE_MODE = 0o640


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file and what to do."""


def open_database(
    path: Path, *, create: bool = False, read_only: bool = False, migrations: Migrations = schema.migrations
) -> Database:
    """The database of an archive file, with the current schema; raises ArchiveError when that cannot be.

    A file of an earlier version is migrated, after a copy of it was written beside it as `<file>.before-<migration>`.
    With `read_only` nothing is written, and a file of an earlier version is refused.
    """
    if not create and not path.is_file():
        raise ArchiveError(f"{path}: no such archive; `nianbao crawl` makes one")
    try:
        db = _connect(path, read_only=read_only)
        try:
            _refuse_later_version(db, path, migrations)
            if not read_only:
                _migrate(db, path, migrations)
            elif migrations.pending(db):
                raise ArchiveError(
                    f"{path}: no archive, or one of an earlier version; `nianbao check` brings it to this one"
                )
        except BaseException:
            db.close()
            raise
        return db
    except (sqlite3.DatabaseError, OSError) as error:
        raise ArchiveError(f"{path}: cannot be opened as an archive ({error})") from error


def _connect(path: Path, *, read_only: bool) -> Database:
    mode = "ro" if read_only else "rw"
    if not read_only and not path.exists():
        # SQLite gives its other files the mode of the first; captures may hold what a site later withdrew.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, _FILE_MODE))
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        check_same_thread=False,
    )
    db = Database(connection)
    if not read_only:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = normal")
        # KiB: the 200 figures of a report lie in as many places of their index, which are to stay at hand.
        db.execute("pragma cache_size = -16384")
    db.execute("pragma foreign_keys = on")
    return db


def _refuse_later_version(db: Database, path: Path, migrations: Migrations) -> None:
    with Database(memory=True) as empty:
        known = {migration.name for migration in migrations.pending(empty)}
    later = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if later:
        raise ArchiveError(f"{path}: made by a later version of nianbao (with {later[-1]}); install that one")


def _migrate(db: Database, path: Path, migrations: Migrations) -> None:
    if not migrations.pending(db):
        schema.prepare(db, migrations)
        return
    if not migrations.applied(db):
        if db.table_names():
            raise ArchiveError(f"{path}: a database of something else, and no archive; give another file")
        schema.prepare(db, migrations)
        return
    with _migration_lock(path):
        pending = migrations.pending(db)
        if not pending:
            # Another process has done it meanwhile.
            return
        copy = path.with_name(f"{path.name}.before-{pending[0].name}")
        copy_database(db, copy)
        try:
            schema.prepare(db, migrations)
        except sqlite3.Error as error:
            raise ArchiveError(
                f"{path}: cannot be brought to this version ({error}); it was as in the copy {copy} before"
            ) from error


def copy_database(db: Database, target: Path) -> None:
    """Write a whole, checked copy of a database that may be in use; `target` is there whole or not at all."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    # Never a copy of the file: what stands in its write-ahead log would be missing.
    db.conn.execute("vacuum into ?", (str(partial),))
    with open(partial, "rb+") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _migration_lock(path: Path) -> Iterator[None]:
    # Not the lock of crawls: the crawl that opens the archive holds it already.
    with open(path.with_name(f"{path.name}.migration"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
