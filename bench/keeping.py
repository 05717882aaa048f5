"""What is kept: its size, finding in it, and whether its growth makes anything slower."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import search
from archive.compression import compress_archive
from archive.reading import READER_VERSION, Reading, Source, read
from archive.store import Archive
from bench import generator, pages
from bench.rows import Limit, Row

_WORDS = ("培训", "老旧", "防汛", "栏目", "社区")


def stored_bytes(work: Path, number: int) -> Row:
    """Pages of sites whose templates the dictionary has not seen, against the same in WARC.gz."""
    path = work / "stored.db"
    for old in work.glob(f"{path.name}*"):
        old.unlink()
    with Archive(path, create=True) as archive:
        for url, body in _pages(work, number, seed=21):
            _store(archive, url, body)
        compress_archive(archive)
        known = {row["sha256"] for row in archive.rows("select sha256 from payloads")}
        warc = io.BytesIO()
        writer = WARCWriter(warc, gzip=True)
        for url, body in _pages(work, number // 2, seed=22):
            _store(archive, url, body)
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
            )
        compress_archive(archive)
        rows = archive.rows("select sha256, length(body) as stored from payloads")
        stored = sum(row["stored"] for row in rows if row["sha256"] not in known)
    ratio = stored / warc.tell()
    return Row(
        "stored bytes, templates not seen",
        "WARC.gz",
        (Limit("", ratio, 0.5),),
        f"{stored / (number // 2) / 1024:.1f} KiB and {warc.tell() / (number // 2) / 1024:.1f} KiB a page",
    )


def _pages(work: Path, number: int, seed: int) -> Iterator[tuple[str, bytes]]:
    folder = work / f"pages_seed_{seed}"
    for site in generator.generate(folder, number, seed=seed):
        for path in site.reports:
            yield f"http://{site.host}/{seed}/{path}", (folder / site.host / path).read_bytes()


def _store(archive: Archive, url: str, body: bytes) -> int:
    site = url.rsplit("/xxgk", 1)[0]
    headers = [("Content-Type", "text/html")]
    return archive.store_capture(url=url, body=body, status=200, headers=headers, kind="report", site=site).id


def searching(work: Path, reports: int) -> Row:
    """A word of two characters in all reports, against LIKE; and the size of the index against the text's."""
    path = work / f"searched_{reports}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        pages.build(unfinished, reports)
        unfinished.rename(path)
    with Archive(path) as archive:
        found = likes = 0.0
        for word in _WORDS:
            started = time.process_time()
            hits = archive.rows(
                "select count(*) as n from documents_search where documents_search match ?", (search.match_query(word),)
            )
            found += time.process_time() - started
            started = time.process_time()
            same = archive.rows("select count(*) as n from documents where text like ?", (f"%{word}%",))
            likes += time.process_time() - started
            if hits[0]["n"] < same[0]["n"]:
                raise RuntimeError(f"{word}: found in {hits[0]['n']} reports, LIKE finds {same[0]['n']}")
        index = archive.rows("select sum(length(block)) as n from documents_search_data")[0]["n"]
        text = archive.rows("select sum(length(cast(text as blob))) as n from documents")[0]["n"]
    return Row(
        f"search, {reports:,} reports, two-character word",
        "LIKE",
        (Limit("", found / likes, 0.1), Limit("index", index / text, 1.2, "× the text")),
        f"{1000 * found / len(_WORDS):.1f} ms and {1000 * likes / len(_WORDS):.0f} ms a word",
    )


def growth(work: Path, documents: int) -> Row:
    """What it takes to keep a page and its reading in a small archive and in one a hundred times as large."""
    folder = work / "pages_read"
    sites = generator.generate(folder, 8 * len(generator.YEARS), seed=9)
    first = next(iter(sites[0].reports))
    reading = read((folder / sites[0].host / first).read_bytes(), Source())
    path = work / "grown.db"
    for old in work.glob(f"{path.name}*"):
        old.unlink()
    sample = max(documents // 100, 100)
    with Archive(path, create=True) as archive:
        started = time.process_time()
        _grow(archive, reading, 0, sample)
        small = (time.process_time() - started) / sample
        memory = _resident()
        _grow(archive, reading, sample, documents - sample)
        started = time.process_time()
        _grow(archive, reading, documents - sample, documents)
        large = (time.process_time() - started) / sample
        grown = _resident()
    size = path.stat().st_size / documents / 1024
    path.unlink()
    return Row(
        f"growth, {sample:,} → {documents:,} documents",
        "itself",
        (Limit("CPU per document", large / small, 1.1), Limit("memory", grown / memory, 1.1)),
        f"{1000 * small:.2f} ms and {1000 * large:.2f} ms a document, {memory:.0f} and {grown:.0f} MiB; "
        f"{size:.0f} KiB of file a document",
    )


def _grow(archive: Archive, reading: Reading, start: int, end: int) -> None:
    for number in range(start, end):
        agency, year = divmod(number, 6)
        url = f"http://a.example/xxgk/{number}.html"
        capture = _store(archive, url, f"page {number}".encode())
        own = replace(
            reading,
            agency_id=f"{agency:09}",
            division=None,
            agency=f"第{agency}街道办事处",
            year=2018 + year,
            text=reading.text.replace("公开", f"公开{number}号", 3),
        )
        archive.store_reading(capture, own, READER_VERSION)


def _resident() -> float:
    """MiB at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
