"""Headers of HTTP as text, without loss: servers put any bytes in them."""

from __future__ import annotations

_LAST_ASCII = "\x7f"
_LAST_LATIN_1 = "\xff"


def header_text(value: bytes) -> str:
    """A header's bytes as text from which `header_bytes` gives them back: UTF-8, or Latin-1 where they are not that."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
    # A text of Latin-1 letters alone could be either; it is taken byte by byte.
    return text if text.isascii() or max(text) > _LAST_LATIN_1 else value.decode("latin-1")


def header_bytes(text: str) -> bytes:
    """The bytes that `header_text` was given."""
    if text and _LAST_ASCII < max(text) <= _LAST_LATIN_1:
        return text.encode("latin-1")
    return text.encode("utf-8", "replace")
