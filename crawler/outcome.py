"""How a run ended: its exit code, and what a person should look at."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.store import Archive
    from crawler.capture import Capture
    from crawler.frontier import Frontier
    from crawler.readers import Readers

OUTCOME_STAT = "nianbao/outcome"


class ExitCode(IntEnum):
    """The exit codes of a crawl."""

    OK = 0
    ATTENTION = 1
    """Ran to its end, and something needs a look."""
    USAGE = 2
    HELD = 3
    """Another run holds the archive."""
    STOPPED = 4
    """Stopped before its end; start again to go on."""


@dataclass(slots=True)
class RunOutcome:
    """The exit code of a run, what needs a look, and what was counted."""

    code: ExitCode
    messages: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.code in (ExitCode.OK, ExitCode.ATTENTION)


_STOPS = {"shutdown": "by a signal", "memusage_exceeded": "it needed more memory than MEMUSAGE_LIMIT_MB"}
_REMEDIES = (("full", "make room"), ("readonly", "make the file writable"), ("locked", "end the program that holds it"))


def archive_trouble(path: Path | str, error: Exception) -> str:
    """What keeps the archive from being written, and what to do."""
    said = str(error) or type(error).__name__
    if isinstance(error, MemoryError):
        return f"{path}: no memory is left to go on with; free some and start again to go on"
    remedy = next((remedy for word, remedy in _REMEDIES if word in said), None)
    if remedy is None:
        remedy = "make room" if isinstance(error, OSError | sqlite3.OperationalError) else "run `nianbao check`"
    return f"{path}: {said}; {remedy} and start again to go on"


def judge_run(
    archive: Archive, frontier: Frontier, capture: Capture, readers: Readers, *, reason: str, unused_rows: int
) -> RunOutcome:
    """The outcome of a run that `reason` ended; never OK while a page or a reading of it is pending.

    `unused_rows` counts the rows of the registry that are wrong; each was named when it was read.
    """
    counts = {"captures": capture.stored, "readings": readers.done}
    pending, unread = frontier.pending(), readers.unread()
    # A run that was stopped may not even have asked for its entry pages yet.
    if pending or unread or reason != "finished":
        why = _STOPS.get(reason, reason)
        left = f"stopped ({why}) with {pending} pages and {unread} readings to go; start again to go on"
        return RunOutcome(ExitCode.STOPPED, [left], counts)
    messages = [f"{url}: the entry page is {state}: {why}" for url, state, why in frontier.troubled_entries()]
    messages += [f"{url}: gave reports before, gives none now" for url in frontier.fallen_silent()]
    messages += [f"{url}: was of the family {was}, is of {now} now" for url, was, now in capture.families.changed()]
    if unused_rows:
        messages.append(f"{unused_rows} rows of the registry are not used")
    if capture.failures:
        messages.append(f"{capture.failures} pages could not be read for links; see the frontier's reasons")
    if readers.failures:
        messages.append(f"{readers.failures} readings failed; see the captures' errors")
    return RunOutcome(ExitCode.ATTENTION if messages else ExitCode.OK, messages, counts)
