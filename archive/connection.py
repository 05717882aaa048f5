"""The connection to an archive file: transactions, rows, and what every table is written with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database


def now() -> str:
    """The present time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def members(row: Any) -> dict[str, Any]:
    """A flat dataclass as a dictionary; `asdict` copies every value."""
    kind: type = type(row)
    return {name: getattr(row, name) for name in _names(kind)}


@cache
def _names(row: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row))


class Connection:
    """An open archive file."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is kept together or not at all."""
        connection = self.db.conn
        if connection.in_transaction:
            # One name for all, however deep: SQLite goes back to the latest, and prepares the statement once.
            connection.execute("savepoint part")
            try:
                yield
            except BaseException:
                # An error of the file itself may have ended the whole transaction already.
                if connection.in_transaction:
                    connection.execute("rollback to part")
                    connection.execute("release part")
                raise
            connection.execute("release part")
            return
        # The write lock is taken at the start: one that is asked for half-way can only fail, not wait.
        connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside is of one moment, whatever others write meanwhile."""
        self.db.conn.execute("begin")
        try:
            yield
        finally:
            self.db.conn.rollback()

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        # Not Database.query: it makes a savepoint for every query, in case it should be none.
        found = self.db.conn.execute(sql, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def _insert(self, table: str, values: dict[str, Any], how: str = "insert") -> int:
        # Written out for what every page needs: sqlite-utils looks the table up in the schema each time.
        columns, places = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
        return self.db.execute(f"{how} into {table} ({columns}) values ({places})", values).lastrowid or 0

    def _insert_rows(self, table: str, row: type, document: int, values: Iterable[Any]) -> None:
        """Insert what belongs to a document: objects that have the table's other columns as attributes."""
        names = [name for name in _names(row) if name != "document"]
        columns, places = ", ".join(f'"{name}"' for name in names), ", ?" * len(names)
        values_of = attrgetter(*names)
        # A reading has 200 figures: prepared once, and not turned into dictionaries, they cost a tenth of the time.
        self.db.conn.executemany(
            f"insert into {table} (document, {columns}) values (?{places})",
            ((document, *values_of(it)) for it in values),
        )
