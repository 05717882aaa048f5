"""The part of a cluster's work that is done on its workers, each in a process of its own.

Twisted cannot start a second crawl in a process, and a worker of Dask may not have child processes that read. These
processes end with the worker: once it is gone, its shard goes to another, and no host may be asked by both.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from archive.reading.model import Source
from crawler.readers import Outcome, Worker, outcome_of

Batch = list[tuple[bytes, Source]]


@dataclass(frozen=True, slots=True)
class CrawledShard:
    """What came of crawling a shard: the exit code, what was said, and the archive it was crawled into."""

    code: int
    said: str
    archive: bytes


def crawl_shard(sites: str, archive: bytes, options: list[str]) -> CrawledShard:
    """Crawl the sites of a sites.csv (its text) into an archive (its bytes), with options of `nianbao crawl`."""
    with TemporaryDirectory(prefix="nianbao_shard_") as folder:
        registry, file = Path(folder, "sites.csv"), Path(folder, "archive.db")
        registry.write_text(sites, encoding="utf-8")
        file.write_bytes(archive)
        process = _start(
            "crawl", str(registry), "--archive", str(file), *options, folder=folder, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        with process:
            said = process.stdout.read().decode("utf-8", "replace")
            # Before its input is closed, which would end it.
            process.wait()
        return CrawledShard(process.returncode, said, file.read_bytes())


_readers: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
"""Processes that read and have nothing to do; starting one takes as long as a hundred pages."""


def read_batch(batch: Batch, reader: str) -> list[Outcome]:
    """Read documents, in a process that has their memory and time bounded."""
    try:
        process = _readers.get_nowait()
    except queue.Empty:
        process = _start("read", reader)
    assert process.stdin is not None and process.stdout is not None
    try:
        pickle.dump(batch, process.stdin)
        process.stdin.flush()
        outcomes: list[Outcome] = pickle.load(process.stdout)
    except BaseException:
        process.kill()
        raise
    _readers.put(process)
    return outcomes


def _start(*arguments: str, folder: str | None = None, stderr: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.shard", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=folder,
        # A group of its own, so that a browser of the crawl ends with it.
        start_new_session=True,
    )


# --- in the process -----------------------------------------------------------------------------------------------


def _crawl(arguments: list[str]) -> None:
    threading.Thread(target=_follow, daemon=True).start()
    from crawler.cli import main

    main(["crawl", *arguments])


def _follow() -> None:
    """End this process and all it started once the worker is gone: nobody but the worker holds the other end."""
    # Not through a buffer, whose lock a thread may not hold when Python ends.
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)


def _read(reader: str, batches: IO[bytes], outcomes: IO[bytes]) -> None:
    worker = Worker(reader)
    try:
        while True:
            try:
                batch: Any = pickle.load(batches)
            except EOFError:
                return
            pickle.dump([outcome_of(worker.submit(body, source)) for body, source in batch], outcomes)
            outcomes.flush()
    finally:
        worker.close(now=True)


if __name__ == "__main__":
    if sys.argv[1] == "crawl":
        _crawl(sys.argv[2:])
    else:
        _read(sys.argv[2], sys.stdin.buffer, sys.stdout.buffer)
