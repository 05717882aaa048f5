"""Compression with a dictionary trained on the archive's own pages: what pages have in common is stored once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import zstandard

from archive.payloads import PayloadError
from archive.store import Archive

SIZE = 512 * 1024
"""Bytes of a dictionary; twice as many saved 3 % more on pages of sites it had not seen."""
FEWEST_PAGES = 24
"""Below that, a dictionary is about as large as what it saves."""
LEVEL = 19
_LARGEST_SAMPLE = 256 * 1024
_MOST_SAMPLED = 24 * 1024 * 1024
_HELD_OUT = 3
_BATCH = 200

Progress = Callable[[int, int], None]
"""Told how many payloads are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """What compressing an archive again did: bodies, their bytes, bytes stored before and after, the dictionary."""

    payloads: int
    size: int
    before: int
    after: int
    dictionary: int | None
    """The newest dictionary; None where there were too few pages for one."""


def compress_archive(archive: Archive, progress: Progress = lambda done, total: None) -> Compressed:
    """Train a dictionary on the pages of the archive, and store every body again where that makes it smaller.

    A newer dictionary is trained when the pages are twice as many as for the last one. Nobody else may write meanwhile.
    """
    before, size, count = _stored(archive)
    samples = _samples(archive)
    pages = sum(map(len, samples.values()))
    newest = archive.rows("select samples from dictionaries order by id desc limit 1")
    if pages >= (2 * newest[0]["samples"] if newest else FEWEST_PAGES):
        with archive.transaction():
            archive.payloads.add_dictionary(make_dictionary(samples), pages)
    _store_again(archive, progress)
    return Compressed(count, size, before, _stored(archive)[0], archive.payloads.newest)


def make_dictionary(samples: dict[str, list[bytes]]) -> bytes:
    """A dictionary of pages by site: of two kinds, the one better on sites that it was not made from.

    The one is trained (segments that recur in many pages), the other has whole pages of as many sites as it holds:
    better where pages are few.
    """
    sites = sorted(samples)
    if len(sites) >= _HELD_OUT:
        held_out = [page for site in sites[::_HELD_OUT] for page in samples[site]]
        known = {site: samples[site] for number, site in enumerate(sites) if number % _HELD_OUT}
    else:
        held_out = [page for site in sites for page in samples[site][::_HELD_OUT]]
        known = {site: [page for n, page in enumerate(samples[site]) if n % _HELD_OUT] for site in sites}
    best = min((_whole_pages, _trained), key=lambda make: _compressed_size(make(known), held_out))
    return best(samples)


def _whole_pages(samples: dict[str, list[bytes]]) -> bytes:
    # One page of each site in turn, so that many templates are in it; the end of a dictionary is the cheapest to refer
    # to, so the first are put last.
    chosen: list[bytes] = []
    room = SIZE
    for round_number in range(max(map(len, samples.values()), default=0)):
        for site in sorted(samples):
            pages = samples[site]
            if round_number < len(pages) and len(pages[round_number]) <= room:
                chosen.append(pages[round_number])
                room -= len(pages[round_number])
    return b"".join(reversed(chosen))


def _trained(samples: dict[str, list[bytes]]) -> bytes:
    try:
        return zstandard.train_dictionary(SIZE, [page for site in sorted(samples) for page in samples[site]]).as_bytes()
    except zstandard.ZstdError:
        # Too few or too uniform pages.
        return b""


def _compressed_size(dictionary: bytes, pages: Iterable[bytes]) -> int:
    compressor = _compressor(dictionary)
    return sum(len(compressor.compress(page)) for page in pages)


def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    if not dictionary:
        return zstandard.ZstdCompressor(level=LEVEL)
    data = zstandard.ZstdCompressionDict(dictionary)
    data.precompute_compress(level=LEVEL)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=data)


def _samples(archive: Archive) -> dict[str, list[bytes]]:
    """Pages by site, reports first, each body once, within bounds; what is no text (PDF, Word) is left out."""
    rows = archive.rows(
        """select coalesce(captures.site, '') as site, payloads.sha256,
                  min(captures.kind not in ('report', 'attachment')) as other
           from captures join payloads on payloads.sha256 = captures.payload
           where payloads.size between 1 and ? group by payloads.sha256 order by other, payloads.sha256""",
        (_LARGEST_SAMPLE,),
    )
    samples: dict[str, list[bytes]] = {}
    room = _MOST_SAMPLED
    for row in rows:
        try:
            page = archive.payloads.get(row["sha256"])
        except PayloadError:
            # `nianbao check` names it; the others can be compressed all the same.
            continue
        if b"\0" in page[:1024] or page.startswith(b"%PDF"):
            continue
        room -= len(page)
        if room < 0:
            break
        samples.setdefault(row["site"], []).append(page)
    return samples


def _store_again(archive: Archive, progress: Progress) -> None:
    compressors: list[tuple[zstandard.ZstdCompressor, int | None]] = [(_compressor(b""), None)]
    if archive.payloads.newest is not None:
        dictionary = archive.payloads.dictionary(archive.payloads.newest)
        compressors.append((_compressor(dictionary), archive.payloads.newest))
    keys = [row["sha256"] for row in archive.rows("select sha256 from payloads order by sha256")]
    for start in range(0, len(keys), _BATCH):
        progress(start, len(keys))
        with archive.transaction():
            for key in keys[start : start + _BATCH]:
                try:
                    page = archive.payloads.get(key)
                except PayloadError:
                    continue
                forms = [(compressor.compress(page), used) for compressor, used in compressors]
                smallest, used = min(forms, key=lambda form: len(form[0]))
                archive.db.execute(
                    "update payloads set body = ?, dictionary = ? where sha256 = ? and length(body) > ?",
                    (smallest, used, key, len(smallest)),
                )
    progress(len(keys), len(keys))


def _stored(archive: Archive) -> tuple[int, int, int]:
    row = archive.rows(
        """select coalesce(sum(length(body)), 0) as stored, coalesce(sum(size), 0) as size, count(*) as number
           from payloads"""
    )[0]
    dictionaries = archive.rows("select coalesce(sum(length(body)), 0) as stored from dictionaries")[0]["stored"]
    return row["stored"] + dictionaries, row["size"], row["number"]
