"""Readings in processes of their own: a document that hangs, crashes or eats memory costs its own reading only."""

from __future__ import annotations

import asyncio
import importlib
import logging
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import connection

from archive.reading.model import Reading, Source, UnreadableError
from archive.store import Archive, ArchiveError

logger = logging.getLogger(__name__)

READER = "archive.reading"
"""Name of the module with `read` and `READER_VERSION`, which the workers import."""
LONGEST_READING = 300
"""Seconds; the largest report seen takes four, and a page of a scan as many on one core that is not shared."""
_MEMORY = 4 * 1024**3
_KEPT_TOGETHER = 20
"""Readings stored in one transaction while more wait: those of one year fill the same pages of the figures' index."""
_FURTHEST_AHEAD = 64
"""Documents that may be read before an earlier one is stored, as where that takes minutes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reading and the version of its reader, or why there is none."""

    reading: Reading | None
    version: str
    error: str | None
    unexpected: bool = False
    """Whether the reader failed, and not the document."""


class Worker:
    """One process that reads documents one after another; after its death the next reading gets a new one.

    One process to a pool: when it dies, there is no doubt which document it died of.
    """

    def __init__(self, reader: str = READER, *, longest: int = LONGEST_READING) -> None:
        self._prepared = (reader, longest)
        self._pool = self._new_pool()

    def submit(self, body: bytes, source: Source) -> Future[Outcome]:
        """Have a document read; its process is started for the first one."""
        # A process has the blocked signals of the one that starts it. Ctrl-C, and a service manager that stops the
        # crawl, signal every process of it: a worker that died of that would look like one that died of its document.
        usual = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            return self._pool.submit(_read, body, source)
        except BrokenProcessPool:
            self._pool = self._new_pool()
            return self._pool.submit(_read, body, source)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, usual)

    def close(self, *, now: bool = False) -> None:
        """End the process: after the readings given to it, or at once."""
        if now:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=now)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not fork: the crawl has threads, sockets and a database open that a copy of it must not share.
        return ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare, initargs=self._prepared
        )


def outcome_of(future: Future[Outcome] | asyncio.Future[Outcome]) -> Outcome:
    """The outcome of a finished reading; the death of its process is one too."""
    try:
        return future.result()
    except BrokenProcessPool:
        error = "the reading took longer or more memory than allowed, and was ended"
        return Outcome(None, "", error, unexpected=True)


def keep(archive: Archive, capture: int, outcome: Outcome) -> None:
    """Store an outcome beside its capture; an accident of the reader does not take the place of an earlier reading."""
    if outcome.reading is not None:
        archive.store_reading(capture, outcome.reading, outcome.version)
    elif not (outcome.unexpected and archive.is_read(capture)):
        archive.store_error(capture, outcome.error or "no reading")


def _begin(archive: Archive, capture: int, worker: Worker) -> Future[Outcome]:
    """Have a capture read; damaged bytes cost their own reading only."""
    try:
        body, source = archive.source(capture)
    except ArchiveError as error:
        damaged: Future[Outcome] = Future()
        damaged.set_result(Outcome(None, "", str(error), unexpected=True))
        return damaged
    return worker.submit(body, source)


class Readers:
    """The readings of a crawl: a queue of captures, taken up by a few workers while pages are being fetched."""

    def __init__(self, archive: Archive, workers: int, reader: str = READER) -> None:
        self._archive = archive
        self._reader = reader
        self._size = workers
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._workers: list[Worker] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._outcomes: list[tuple[int, Outcome]] = []
        """What was read and is not stored yet; lost with a run that is killed, it is read again by the next."""
        self.done = 0
        self.failures = 0
        """Readings that ended in an unexpected way."""

    def put(self, capture: int) -> None:
        """Have a capture read; it is fetched from the archive when its turn comes, so that a long queue stays small.

        Without workers it is left to a later run, or to `nianbao reread`.
        """
        if not self._size:
            return
        self._queue.put_nowait(capture)
        if len(self._tasks) < min(self._size, self._queue.qsize()):
            worker = Worker(self._reader)
            self._workers.append(worker)
            self._tasks.append(asyncio.get_running_loop().create_task(self._work(worker)))

    def unread(self) -> int:
        """Captures without a reading that this run was to read."""
        return len(self._archive.captures_to_read(again=False)) if self._size else 0

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    async def finish(self) -> None:
        """Wait until every reading is stored, then end the workers."""
        # A task ends early only by an error that the archive raised; waiting for the queue alone would never end then.
        drained = asyncio.ensure_future(self._queue.join())
        try:
            await asyncio.wait([drained, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            drained.cancel()
        await self._end(now=False)

    async def stop(self) -> None:
        """End the workers at once; what is not read yet is read at the start of the next run."""
        await self._end(now=True)

    async def _end(self, *, now: bool) -> None:
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._workers:
            worker.close(now=now)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _work(self, worker: Worker) -> None:
        while True:
            capture = await self._queue.get()
            reading = asyncio.wrap_future(_begin(self._archive, capture, worker))
            try:
                await asyncio.wait([reading])
            except asyncio.CancelledError:
                reading.cancel()
                raise
            outcome = outcome_of(reading)
            if outcome.unexpected:
                self.failures += 1
                url = self._archive.rows("select url from captures where id = ?", (capture,))[0]["url"]
                logger.warning("%s (capture %d): %s", url, capture, outcome.error)
            self._outcomes.append((capture, outcome))
            if self._queue.empty() or len(self._outcomes) >= _KEPT_TOGETHER:
                self._keep()

    def _keep(self) -> None:
        with self._archive.transaction():
            for capture, outcome in self._outcomes:
                keep(self._archive, capture, outcome)
        self.done += len(self._outcomes)
        for _ in self._outcomes:
            self._queue.task_done()
        self._outcomes.clear()


def reread(
    archive: Archive,
    *,
    again: bool,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    reader: str = READER,
) -> dict[str, int]:
    """Read stored captures, with no network: all of them `again`, or those without a reading.

    Outcomes are stored in the order of the captures, whichever process is done first, so that the result does not
    depend on the number of workers. `progress` is told how many are done and how many there are. Returns the counts
    `read`, `reports`, `unreadable` (the document is at fault) and `failed` (the reader is).
    """
    captures = archive.captures_to_read(again=again)
    counts = {"read": 0, "reports": 0, "unreadable": 0, "failed": 0}
    pool = [Worker(reader) for _ in range(min(workers or os.cpu_count() or 1, len(captures)))]
    idle = list(pool)
    running: dict[Future[Outcome], tuple[int, Worker]] = {}
    done: dict[int, Outcome] = {}
    following = kept = 0
    try:
        while kept < len(captures):
            # A worker gets its next document when it is done with its last: a dead process takes no other with it.
            while idle and following < min(len(captures), kept + _FURTHEST_AHEAD):
                worker = idle.pop()
                running[_begin(archive, captures[following], worker)] = following, worker
                following += 1
            if kept not in done:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    number, worker = running.pop(future)
                    done[number] = outcome_of(future)
                    idle.append(worker)
                continue
            # The workers are busy meanwhile.
            with archive.transaction():
                while kept in done:
                    outcome = done.pop(kept)
                    keep(archive, captures[kept], outcome)
                    count(counts, outcome)
                    kept += 1
                    if progress:
                        progress(kept, len(captures))
    finally:
        for worker in pool:
            worker.close(now=bool(running))
    return counts


def count(counts: dict[str, int], outcome: Outcome) -> None:
    """Count an outcome as `reread` does."""
    if outcome.reading is None:
        counts["failed" if outcome.unexpected else "unreadable"] += 1
    else:
        counts["read"] += 1
        counts["reports"] += outcome.reading.is_report


# --- in the worker --------------------------------------------------------------------------------------------

_reader = READER
_longest = LONGEST_READING


def _prepare(reader: str, longest: int) -> None:
    global _reader, _longest
    _reader, _longest = reader, longest
    allowed = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = _MEMORY if allowed == resource.RLIM_INFINITY else min(_MEMORY, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (limit, allowed))
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A crawl that was killed leaves no workers behind.
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _read(body: bytes, source: Source) -> Outcome:
    version = ""
    # The alarm's default action ends the process: it cannot be held up by code that never returns to Python.
    signal.alarm(_longest)
    try:
        module = importlib.import_module(_reader)
        version = module.READER_VERSION
        return Outcome(module.read(body, source), version, None)
    except UnreadableError as error:
        return Outcome(None, version, str(error))
    except MemoryError:
        return Outcome(None, version, "the reading needs more memory than allowed", unexpected=True)
    except Exception as error:
        # Any error of a reader is a fact about that document, kept beside its capture; the crawl goes on.
        return Outcome(None, version, f"the reader failed: {type(error).__name__}: {error}", unexpected=True)
    finally:
        signal.alarm(0)
