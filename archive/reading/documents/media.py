"""What a body is, told by its bytes first and by its name and header only where the bytes do not say."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from archive.reading.model import UnreadableError

HTML = "text/html"
TEXT = "text/plain"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
DOC = "application/msword"
OFD = "application/ofd"
ZIP = "application/zip"

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|table|div|p|span|meta|script|ul|h[1-6]|br)\b", re.IGNORECASE)
_SNIFFED = 4096
_WORKBOOK_STREAM = "Workbook".encode("utf-16-le")


def media_type(body: bytes, *, content_type: str | None = None, file_name: str | None = None) -> str:
    """The media type of a body; raises UnreadableError for what is no document at all."""
    if not body.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise UnreadableError("the file is empty")
    head = body[:_SNIFFED]
    suffix = PurePosixPath((file_name or "").replace("\\", "/")).suffix.lower()
    if b"%PDF-" in head[:1024]:
        return PDF
    if body.startswith(b"PK\x03\x04"):
        return _zipped(body)
    if body.startswith(_OLE):
        return XLS if suffix == ".xls" or _WORKBOOK_STREAM in body[: 1 << 20] else DOC
    for magic, kind in _PICTURES:
        if body.startswith(magic):
            return kind
    if suffix in (".txt", ".md"):
        _refuse_binary(body)
        return TEXT
    declared = (content_type or "").split(";")[0].strip().lower()
    _refuse_binary(body)
    if _MARKUP.search(body[:65536]) or declared in (HTML, "application/xhtml+xml"):
        return HTML
    return TEXT


def _zipped(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist()[:5000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"the file is a damaged ZIP or Office document ({error})") from error
    if "word/document.xml" in names:
        return DOCX
    if any(name.startswith("xl/") for name in names):
        return XLSX
    if "OFD.xml" in names:
        return OFD
    return ZIP


def _refuse_binary(body: bytes) -> None:
    """Refuse what is not text in any encoding: NUL bytes without the look of UTF-16 or UTF-32, or mostly controls."""
    sample = body[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return
    controls = sum(1 for byte in sample if byte < 9 or (13 < byte < 32 and byte != 27))
    if controls > len(sample) * 0.05:
        raise UnreadableError("the file is binary data of no known document format")
