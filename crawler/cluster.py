"""Crawling and reading again on many machines, through Dask: shards go out, archives and readings come back.

A shard has all sites of its hosts, and is one task: it runs on one worker at a time. Where a worker dies, Dask gives
its task to another; what had not come back is fetched, or read, again.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from archive.publishing.merge import merge
from archive.shards import extract_sites
from archive.store import Archive, ArchiveError
from crawler.outcome import ExitCode
from crawler.page import one_name
from crawler.readers import READER, count, keep
from crawler.shard import CrawledShard, crawl_shard, read_batch
from crawler.site import SiteEntry

SITES_OF_A_SHARD = 20
"""What a dead worker costs is this many sites at most; what a shard costs besides is a second."""
DOCUMENTS_OF_A_BATCH = 50
CONNECTING_SECONDS = 30.0
_RETRIES = 3
_AHEAD = 2
"""Tasks for each thread of the cluster that are out at a time: one at work, one waiting."""

Progress = Callable[[int, int], None]


class ClusterError(Exception):
    """The cluster cannot be used; the message says what to do."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of a Dask cluster; raises ClusterError when that cannot be."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("Dask is not installed; install nianbao with its extra `cluster`") from error
    try:
        client = Client(address, timeout=CONNECTING_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers ({error})") from error
    with client:
        yield client


# --- crawling -----------------------------------------------------------------------------------------------------


def shards_of(sites: Iterable[SiteEntry], size: int = SITES_OF_A_SHARD) -> list[list[SiteEntry]]:
    """The sites in shards of about `size`; those on one host are in one shard, so that no two workers ask it."""
    hosts: dict[str, list[SiteEntry]] = {}
    for site in sites:
        # Without the port: it is one machine that answers.
        hosts.setdefault(urlsplit(one_name(site.url)).hostname or "", []).append(site)
    shards: list[list[SiteEntry]] = [[]]
    for group in hosts.values():
        if shards[-1] and len(shards[-1]) + len(group) > size:
            shards.append([])
        shards[-1] += group
    return [shard for shard in shards if shard]


def crawl(
    client: Any,
    sites: list[SiteEntry],
    archive: Archive,
    options: list[str],
    progress: Progress = lambda done, total: None,
    *,
    size: int = SITES_OF_A_SHARD,
) -> ExitCode:
    """Crawl sites on the workers of a cluster and bring what they found into an archive, which nobody else may hold.

    `options` are those of `nianbao crawl`. What the crawls say goes to standard error. Returns the gravest of their
    exit codes, STOPPED where a shard could not be crawled to its end.
    """
    shards = shards_of(sites, size)
    codes = [ExitCode.OK]
    with TemporaryDirectory(prefix="nianbao_cluster_") as folder:
        file = Path(folder, "shard.db")

        def tasks() -> Iterator[tuple[Any, ...]]:
            for shard in shards:
                extract_sites(archive, (site.url for site in shard), file)
                yield registry_text(shard), file.read_bytes(), options
                _remove(file)

        for done, (number, future) in enumerate(_results(client, crawl_shard, tasks()), start=1):
            error = future.exception()
            codes.append(_take(archive, future.result(), file) if error is None else ExitCode.STOPPED)
            if error is not None:
                hosts = ", ".join(site.url for site in shards[number])
                print(f"{hosts}: not crawled ({type(error).__name__}: {error})", file=sys.stderr)
            progress(done, len(shards))
    return max(codes)


def _take(archive: Archive, crawled: CrawledShard, file: Path) -> ExitCode:
    sys.stderr.write(crawled.said)
    file.write_bytes(crawled.archive)
    try:
        with Archive(file, read_only=True) as part:
            merge(archive, part)
    except ArchiveError as error:
        print(f"a shard came back damaged, and was left out: {error}", file=sys.stderr)
        return ExitCode.STOPPED
    finally:
        _remove(file)
    try:
        code = ExitCode(crawled.code)
    except ValueError:
        # The crawl was killed.
        return ExitCode.STOPPED
    return ExitCode.STOPPED if code is ExitCode.USAGE else code


def registry_text(sites: Iterable[SiteEntry]) -> str:
    """Sites as the text of a sites.csv."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["url", "name", "division", "family", "since"])
    writer.writeheader()
    writer.writerows(asdict(site) for site in sites)
    return text.getvalue()


def _remove(file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


# --- reading again ------------------------------------------------------------------------------------------------


def reread(
    client: Any,
    archive: Archive,
    progress: Progress = lambda done, total: None,
    *,
    reader: str = READER,
    size: int = DOCUMENTS_OF_A_BATCH,
) -> dict[str, int]:
    """Read every stored report again on the workers of a cluster; returns counts as crawler.readers.reread does.

    A batch that cannot be read counts as failed, and its documents keep the readings they had.
    """
    captures = archive.captures_to_read(again=True)
    counts = {"read": 0, "reports": 0, "unreadable": 0, "failed": 0}
    batches: list[list[int]] = []

    def tasks() -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(captures), size):
            documents = {}
            for capture in captures[start : start + size]:
                try:
                    documents[capture] = archive.source(capture)
                except ArchiveError as error:
                    print(error, file=sys.stderr)
                    counts["failed"] += 1
            batches.append(list(documents))
            yield list(documents.values()), reader

    done = 0
    for number, future in _results(client, read_batch, tasks()):
        batch = batches[number]
        if (error := future.exception()) is not None:
            print(f"{len(batch)} documents could not be read ({type(error).__name__}: {error})", file=sys.stderr)
            counts["failed"] += len(batch)
        else:
            with archive.transaction():
                for capture, outcome in zip(batch, future.result(), strict=True):
                    keep(archive, capture, outcome)
                    count(counts, outcome)
        done += len(batch)
        progress(done, len(captures))
    return counts


# --- the cluster --------------------------------------------------------------------------------------------------


def _results(client: Any, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
    """The number and the finished future of each task; no more are out than keep every worker busy."""
    from distributed import as_completed

    numbers: dict[str, int] = {}
    completed: Any = as_completed([])  # type: ignore[no-untyped-call]

    def submit() -> None:
        for task in tasks:
            # Not pure: a site asked again answers otherwise.
            future = client.submit(function, *task, pure=False, retries=_RETRIES)
            numbers[future.key] = len(numbers)
            completed.add(future)
            return

    client.wait_for_workers(1)
    for _ in range(_AHEAD * sum(client.nthreads().values())):
        submit()
    for future in completed:
        submit()
        yield numbers[future.key], future
        future.release()
