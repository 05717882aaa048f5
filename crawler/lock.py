"""One run at a time on an archive; the lock goes with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class HeldError(Exception):
    """Another run holds the archive."""


class ArchiveLock:
    """An flock on `<archive>.lock`. The file stays: removing it would let two runs lock two files of one name."""

    def __init__(self, archive: Path) -> None:
        path = Path(f"{archive}.lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise HeldError(f"{archive}: another run holds it (lock file {path}); wait for it to end") from None

    def release(self) -> None:
        """Let the next run have the archive."""
        os.close(self._file)
