"""What an archive holds, without the identifiers that depend on the order in which it was filled."""

from __future__ import annotations

from typing import Any

from archive.store import Archive

_CAPTURE = "captures.key || ' ' || captures.fetched_at || ' ' || captures.payload"
_QUERIES = {
    "agencies": "select * from agencies",
    "sites": "select * from sites",
    "runs": "select started, ended, outcome, counts from runs",
    "frontier": "select * from frontier",
    "payloads": "select sha256, size from payloads",
    "captures": "select captures.*, runs.started as run_started from captures left join runs on runs.id = captures.run",
    "documents": f"select documents.*, {_CAPTURE} as of_capture from documents join captures on captures.id = capture",
    "reports": f"""select reports.*, {_CAPTURE} as of_capture from reports join captures on captures.id = document""",
    **{
        name: f"select {name}.*, {_CAPTURE} as of_capture from {name} join captures on captures.id = document"
        for name in ("figures", "grids", "removals", "checks")
    },
}
_ORDER_OF_FILLING = ("id", "capture", "document", "run", "lease", "read_at")


def contents(archive: Archive, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Of each table its rows as text, sorted."""
    return {
        name: sorted(repr(_row(row)) for row in archive.rows(query))
        for name, query in _QUERIES.items()
        if name not in without
    }


def _row(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in row.items() if name not in _ORDER_OF_FILLING]
