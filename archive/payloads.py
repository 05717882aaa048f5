"""Distinct bodies, compressed: one row per SHA-256, with a dictionary trained on the archive's own pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import zstandard
from sqlite_utils import Database

LEVEL = 3
"""While pages are fetched: 9 saves an eighth of the bytes for six times the time; `nianbao compress` saves far more."""
LEVEL_WITH_DICTIONARY = 7
"""What a dictionary has in common with a page of a site it has not seen is found by looking longer."""
_LEVEL_OF_DICTIONARIES = 19


class PayloadError(Exception):
    """Bytes that are missing or damaged; the message names their SHA-256."""


class Payloads:
    """The payloads and dictionaries of one database."""

    def __init__(self, db: Database, *, reading: bool = False) -> None:
        """With `reading` nothing can be stored: a compressor takes longer to make ready than a body to read."""
        self._db = db
        self.newest: int | None = None
        """The dictionary that bodies are compressed with."""
        self._decompressors: dict[int | None, zstandard.ZstdDecompressor] = {None: zstandard.ZstdDecompressor()}
        if not reading:
            self._use_newest()

    def keep(self, body: bytes) -> str:
        """Store bytes once; returns their SHA-256."""
        digest = hashlib.sha256(body).hexdigest()
        known = self._db.execute("select 1 from payloads where sha256 = ?", (digest,)).fetchone()
        if known is None:
            self._db.execute(
                "insert into payloads (sha256, body, size, dictionary) values (?, ?, ?, ?)",
                (digest, self._compressor.compress(body), len(body), self.newest),
            )
        return digest

    def mend(self, sha256: str, copy: Callable[[str], bytes]) -> bool:
        """Put a copy in the place of bytes that are missing, damaged or left out; returns whether it was needed."""
        try:
            self.get(sha256)
        except PayloadError:
            body = copy(sha256)
            if hashlib.sha256(body).hexdigest() != sha256:
                raise PayloadError(f"the copy of payload {sha256} is not of it") from None
            self._db.execute(
                """insert into payloads (sha256, body, size, dictionary) values (?, ?, ?, ?) on conflict (sha256)
                   do update set body = excluded.body, size = excluded.size, dictionary = excluded.dictionary""",
                (sha256, self._compressor.compress(body), len(body), self.newest),
            )
            return True
        return False

    def get(self, sha256: str) -> bytes:
        """The bytes with that SHA-256; raises PayloadError when they are missing or damaged."""
        row = self._db.execute("select body, size, dictionary from payloads where sha256 = ?", (sha256,)).fetchone()
        if row is None:
            raise PayloadError(f"payload {sha256} is missing")
        stored, size, dictionary = row
        if not stored:
            raise PayloadError(f"payload {sha256} was left out of this copy (a snapshot without the captured bytes)")
        try:
            decompressor = self.decompressor(dictionary)
            # A frame states its size; one that was damaged may state any, and nothing that large is to be allocated.
            if zstandard.frame_content_size(stored) != size:
                raise PayloadError(f"payload {sha256} is damaged (its frame does not hold the {size} bytes stored)")
            body = decompressor.decompress(stored)
        except zstandard.ZstdError as error:
            raise PayloadError(f"payload {sha256} is damaged ({error})") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise PayloadError(f"payload {sha256} is damaged (its SHA-256 differs)")
        return body

    def decompressor(self, dictionary: int | None) -> zstandard.ZstdDecompressor:
        """What undoes the compression with a dictionary; raises PayloadError when the dictionary is missing."""
        if dictionary is not None and dictionary not in self._decompressors:
            data = zstandard.ZstdCompressionDict(self.dictionary(dictionary))
            self._decompressors[dictionary] = zstandard.ZstdDecompressor(dict_data=data)
        return self._decompressors[dictionary]

    def dictionary(self, version: int) -> bytes:
        """A dictionary; raises PayloadError when it is missing or damaged."""
        row = self._db.execute("select body, size from dictionaries where id = ?", (version,)).fetchone()
        if row is None:
            raise PayloadError(f"dictionary {version} is missing")
        try:
            return zstandard.ZstdDecompressor().decompress(row[0], max_output_size=row[1])
        except zstandard.ZstdError as error:
            raise PayloadError(f"dictionary {version} is damaged ({error})") from error

    def add_dictionary(self, body: bytes, samples: int) -> int:
        """Store a dictionary, with which bodies are compressed from now on; returns its version."""
        added = self._db.execute(
            "insert into dictionaries (body, size, samples) values (?, ?, ?)",
            (zstandard.ZstdCompressor(level=_LEVEL_OF_DICTIONARIES).compress(body), len(body), samples),
        )
        self._use_newest()
        return int(added.lastrowid or 0)

    def _use_newest(self) -> None:
        self.newest = self._db.execute("select max(id) from dictionaries").fetchone()[0]
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        try:
            dictionary = self.dictionary(self.newest) if self.newest is not None else None
        except PayloadError:
            # New bodies do without; `nianbao check` names those that need it.
            dictionary, self.newest = None, None
        if dictionary is not None:
            data = zstandard.ZstdCompressionDict(dictionary)
            data.precompute_compress(level=LEVEL_WITH_DICTIONARY)
            self._compressor = zstandard.ZstdCompressor(level=LEVEL_WITH_DICTIONARY, dict_data=data)
