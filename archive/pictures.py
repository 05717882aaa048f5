"""The pictures that a captured page shows: they are captures of their own, and are read with the page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

_IMAGE = re.compile(rb"<img\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_BASE = re.compile(rb"<base\b[^<>]*?\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_ADDRESS = re.compile(
    rb"(?:^|\s)(?P<name>data-original|data-src|src)\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]+))",
    re.IGNORECASE,
)
_MOST = 200
_LONGEST = 2_000


def addresses(body: bytes, url: str) -> dict[str, str]:
    """The pictures in a page's markup: the address as the page's own URL resolves it, and as the page does."""
    found: dict[str, str] = {}
    base = _BASE.search(body)
    start = urljoin(url, _text(base[1])) if base else url
    for image in _IMAGE.finditer(body):
        for match in _ADDRESS.finditer(image[0]):
            reference = unescape(_text(match["a"] or match["b"] or match["c"] or b"")).strip()
            if reference and len(reference) <= _LONGEST and not reference.startswith("data:"):
                found.setdefault(urljoin(url, reference), urljoin(start, reference))
        if len(found) >= _MOST:
            break
    return found


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace")
