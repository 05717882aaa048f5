"""Injected advertising, out of a page's strings and nothing else. Pure: no network, no files, no clock."""

from archive.reading.spam.cleaner import Cleaned, clean

__all__ = ["Cleaned", "clean"]
