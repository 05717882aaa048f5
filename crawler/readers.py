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
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import connection

from archive.reading.model import Reading, Source, UnreadableError
from archive.store import Archive

logger = logging.getLogger(__name__)

READER = "archive.reading"
"""Name of the module with `read` and `READER_VERSION`, which the workers import."""
LONGEST_READING = 300
"""Seconds; the largest report seen takes four, and a page of a scan as many on one core that is not shared."""
_MEMORY = 4 * 1024**3


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
    """Store an outcome beside its capture."""
    if outcome.reading is not None:
        archive.store_reading(capture, outcome.reading, outcome.version)
    else:
        archive.store_error(capture, outcome.error or "no reading")


class Readers:
    """The readings of a crawl: a queue of captures, taken up by a few workers while pages are being fetched."""

    def __init__(self, archive: Archive, workers: int, reader: str = READER) -> None:
        self._archive = archive
        self._reader = reader
        self._size = workers
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._workers: list[Worker] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.done = 0
        self.failures = 0
        """Readings that ended in an unexpected way."""

    def put(self, capture: int) -> None:
        """Have a capture read; it is fetched from the archive when its turn comes, so that a long queue stays small."""
        self._queue.put_nowait(capture)
        if len(self._tasks) < min(self._size, self._queue.qsize()):
            worker = Worker(self._reader)
            self._workers.append(worker)
            self._tasks.append(asyncio.get_running_loop().create_task(self._work(worker)))

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
            body, source = self._archive.source(capture)
            reading = asyncio.wrap_future(worker.submit(body, source))
            try:
                await asyncio.wait([reading])
            except asyncio.CancelledError:
                reading.cancel()
                raise
            outcome = outcome_of(reading)
            if outcome.unexpected:
                self.failures += 1
                logger.warning("%s (capture %d): %s", source.url, capture, outcome.error)
            keep(self._archive, capture, outcome)
            self.done += 1
            self._queue.task_done()


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
    size = min(workers or os.cpu_count() or 1, len(captures))
    pool = [Worker(reader) for _ in range(size)]
    running: deque[tuple[int, Future[Outcome]]] = deque()

    def settle() -> None:
        capture, future = running.popleft()
        outcome = outcome_of(future)
        keep(archive, capture, outcome)
        if outcome.reading is None:
            counts["failed" if outcome.unexpected else "unreadable"] += 1
        else:
            counts["read"] += 1
            counts["reports"] += outcome.reading.is_report
        if progress:
            progress(sum(counts[name] for name in ("read", "unreadable", "failed")), len(captures))

    try:
        for number, capture in enumerate(captures):
            # A worker gets its next document when its last is settled: a dead process takes no other with it.
            if len(running) == size:
                settle()
            running.append((capture, pool[number % size].submit(*archive.source(capture))))
        while running:
            settle()
    finally:
        for worker in pool:
            worker.close(now=bool(running))
    return counts


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
