"""Bodies as their server encoded them for the way, brought back within bounds, and whole or not at all.

Scrapy's own decoding gives what could be had of a body that broke off, as if it were the whole, and looks for the
character set of a page while it is still compressed.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any, Protocol

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MOST_ENCODINGS = 3
# Servers that compress piece by piece send a few; a body of a million empty ones is an attack.
_MOST_MEMBERS = 256
_CHUNK = 64 * 1024
# 8 MiB, the largest window a server may ask for (RFC 9659).
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}


class BodyTooBigError(Exception):
    """A body is larger, once decoded, than allowed."""


class BodyBrokenOffError(Exception):
    """An encoded body ends before its end."""


class BodyUndecodableError(Exception):
    """A body is not in the encoding it is said to be in."""


class _Stream(Protocol):
    """What the decompressors of zlib and zstd have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


def decode(body: bytes, encodings: list[str], limit: int) -> bytes:
    """The body without its content encodings, which are named in the order they were applied.

    Names that are no encoding of HTTP (a character set, `none`) mean nothing, as in browsers. Raises BodyTooBigError
    above `limit` bytes at any step, BodyBrokenOffError for a body cut short, BodyUndecodableError for one that is
    something else than it says.
    """
    known = [_DECODERS[name] for name in (encoding.strip().lower() for encoding in encodings) if name in _DECODERS]
    if len(known) > _MOST_ENCODINGS:
        raise BodyUndecodableError(f"{len(known)} encodings one in another")
    for decoder in reversed(known):
        if not body:
            break
        body = decoder(body, limit)
    return body


def _members(body: bytes, limit: int, open_stream: Callable[[], _Stream], magic: bytes) -> bytes:
    """Streams that follow one another, as gzip and zstd allow; what follows the last and is none is left out."""
    parts: list[bytes] = []
    size = 0
    for _ in range(_MOST_MEMBERS):
        stream = open_stream()
        data = body
        while not stream.eof:
            part = stream.decompress(data, max_length=_CHUNK if parts else limit + 1)
            data = getattr(stream, "unconsumed_tail", b"")
            if not part and not stream.eof and not data:
                raise BodyBrokenOffError("the compressed body ends before its end")
            size += len(part)
            if size > limit:
                raise BodyTooBigError(f"more than {limit} bytes, decompressed")
            parts.append(part)
        body = stream.unused_data
        if not body.startswith(magic):
            return b"".join(parts)
    raise BodyUndecodableError(f"more than {_MOST_MEMBERS} compressed pieces")


def _gzip(body: bytes, limit: int) -> bytes:
    try:
        return _members(body, limit, lambda: _zlib(31), b"\x1f\x8b")
    except zlib.error as error:
        raise BodyUndecodableError(f"not gzip ({error})") from error


def _deflate(body: bytes, limit: int) -> bytes:
    # Servers of Microsoft sent the bare stream under this name, and others copied them.
    for bits in (15, -15):
        try:
            return _members(body, limit, lambda bits=bits: _zlib(bits), b"\x00never")  # type: ignore[misc]
        except zlib.error as error:
            failure = error
    raise BodyUndecodableError(f"not deflate ({failure})") from failure


def _zlib(bits: int) -> Any:
    return zlib.decompressobj(bits)


def _zstandard(body: bytes, limit: int) -> bytes:
    try:
        return _members(body, limit, lambda: zstd.ZstdDecompressor(options=_ZSTD_WINDOW), b"\x28\xb5\x2f\xfd")
    except zstd.ZstdError as error:
        raise BodyUndecodableError(f"not zstd ({error})") from error


def _brotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = stream.process(body, output_buffer_limit=_CHUNK)
        while True:
            size += len(part)
            if size > limit:
                raise BodyTooBigError(f"more than {limit} bytes, decompressed")
            parts.append(part)
            if stream.is_finished():
                return b"".join(parts)
            part = stream.process(b"", output_buffer_limit=_CHUNK)
            if not part and not stream.is_finished():
                raise BodyBrokenOffError("the compressed body ends before its end")
    except brotli.error as error:
        raise BodyUndecodableError(f"not brotli ({error})") from error


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstandard,
}
