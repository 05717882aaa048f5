"""Bytes to a reading: pure, without Scrapy, database, network or clock."""

from __future__ import annotations

from importlib.metadata import version

from archive.reading.model import Reading, Source, UnreadableError

__all__ = ["READER_VERSION", "Reading", "Source", "UnreadableError", "read", "unread"]

# Raised whenever a reading may come out otherwise; the extractor's version belongs to it, since its results change too.
READER_VERSION = f"3 (trafilatura {version('trafilatura')})"


def read(body: bytes, source: Source) -> Reading:
    """Read one document: decode, blocks, main content, injected spam out, tables, figures, identity, checks.

    Raises UnreadableError, with the reason in plain words, for what is no document or cannot be opened.
    """
    # Here, not above: a crawl keeps readings and makes none itself, and loading all of this takes as long as 100 pages.
    from archive.reading import reader

    return reader.read(body, source)


def unread(source: Source, message: str) -> Reading:
    """What is known of a document that could not be read: who it is by and for which year, as the link to it says."""
    from archive.reading import reader

    return reader.unread(source, message)
