"""Injected advertising, out of a page's strings and nothing else. Pure: no network, no files, no clock."""

from archive.reading.spam.cleaner import Cleaned, clean, is_advertising
from archive.reading.spam.suggestion import explain_removals

__all__ = ["Cleaned", "clean", "explain_removals", "is_advertising"]
