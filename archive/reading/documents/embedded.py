"""Pictures inside a document (a page, a Word file) that stand for its tables: read where the tables are not there."""

from __future__ import annotations

import base64
import binascii
import io
import re
from urllib.parse import unquote_to_bytes, urljoin

from archive.reading.blocks import Content
from archive.reading.documents import recogniser, scan
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.picture import Factors
from archive.reading.documents.sheet import Sheet
from archive.reading.model import Source, UnreadableError, Warning

# Dots; what is smaller is an icon, a seal or a line between paragraphs, and no table of seven columns.
_NARROWEST, _LOWEST = 400, 100
_SMALLEST_FILE = 10_000
_DATA = re.compile(r"data:image/[\w.+-]+(?P<base64>(?:;[\w=.-]+)*)\s*,(?P<body>.*)", re.DOTALL | re.IGNORECASE)


def read_pictures(content: Content, source: Source) -> None:
    """Read the pictures that a document holds or that came with it, and set their blocks behind its own.

    Pictures that are named and not at hand, or that cannot be read, are told of in a warning.
    """
    at_hand = dict(source.pictures)
    bodies = [_body(image, source.url, at_hand) for image in content.images]
    missing = sum(1 for body in bodies if body is None)
    large = [body for body in bodies if body is not None and _is_large(body)]
    if missing:
        content.warnings.append(Warning("pages_unread", f"{missing} pictures of the document are not at hand"))
    if not large:
        return
    if not recogniser.available():
        detail = f"{len(large)} pictures of the document, and reading those {recogniser.NEEDS}"
        content.warnings.append(Warning("pages_unread", detail))
        return
    content.blocks += blocks_of(Scans(content.warnings).read(large))


class Scans:
    """Reads the pictures of one document, as many as it may have; what is not read is told of in its warnings."""

    def __init__(self, warnings: list[Warning]) -> None:
        self._warnings = warnings
        self._factors: Factors = {}
        self._left = scan.MAXIMUM_PAGES

    def read(self, bodies: list[bytes]) -> list[Sheet]:
        """The sheets of some pictures; none without the extra, and for damaged pictures."""
        sheets: list[Sheet] = []
        for body in bodies if recogniser.available() else []:
            if self._left <= 0:
                self._warn(f"pictures after the first {scan.MAXIMUM_PAGES} were not read")
                break
            try:
                found = scan.sheets_of_picture(body, self._factors)
            except UnreadableError as error:
                self._warn(str(error))
                continue
            self._left -= len(found)
            sheets += found
        return sheets

    def _warn(self, detail: str) -> None:
        warning = Warning("pages_unread", detail)
        if warning not in self._warnings:
            self._warnings.append(warning)


def _body(image: str | bytes, url: str | None, at_hand: dict[str, bytes]) -> bytes | None:
    if isinstance(image, bytes):
        return image
    match = _DATA.match(image.strip())
    if match is None:
        return at_hand.get(urljoin(url or "", image.strip()))
    try:
        body = unquote_to_bytes(match["body"])
        return base64.b64decode(body) if match["base64"].lower().endswith(";base64") else body
    except (binascii.Error, ValueError):
        return b""


def _is_large(body: bytes) -> bool:
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        # It comes with the extra that would read the picture; the size of the file tells an icon too.
        return len(body) >= _SMALLEST_FILE
    try:
        with Image.open(io.BytesIO(body)) as picture:
            return bool(picture.width >= _NARROWEST and picture.height >= _LOWEST)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
