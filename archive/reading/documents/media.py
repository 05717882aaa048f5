"""What a body is, told by its bytes first and by its name and header only where the bytes do not say."""

from __future__ import annotations

import email
import re
from email import policy
from pathlib import PurePosixPath

from archive.reading.decode import wide_charset
from archive.reading.documents.package import open_package
from archive.reading.model import UnreadableError

HTML = "text/html"
TEXT = "text/plain"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
DOC = "application/msword"
RTF = "application/rtf"
WORD_XML = "application/xml"
MHTML = "multipart/related"
OFD = "application/ofd"
ZIP = "application/zip"

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", RTF),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|table|div|p|span|meta|script|ul|h[1-6]|br)\b", re.IGNORECASE)
_WORD_XML = re.compile(rb"<\?mso-application\s+progid=\"Word\.Document\"|<w:wordDocument\b|<pkg:package\b")
_MHTML = re.compile(rb"\A\s*(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?MIME-Version:", re.IGNORECASE)
_SNIFFED = 4096
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
# The names of streams in an OLE file's directory.
_WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
_LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")


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
        if _LOCKED_STREAM in body:
            raise UnreadableError("the Office document is locked with a password")
        return XLS if suffix in (".xls", ".et") or _WORKBOOK_STREAM in body else DOC
    for magic, kind in _MAGIC:
        if body.startswith(magic) and (kind != "image/bmp" or (len(body) > 54 and body[6:10] == bytes(4))):
            return kind
    if suffix in (".txt", ".md"):
        _refuse_binary(body)
        return TEXT
    declared = (content_type or "").split(";")[0].strip().lower()
    _refuse_binary(body)
    if _WORD_XML.search(head):
        return WORD_XML
    if _MHTML.match(head) and b"multipart/" in head.lower():
        return MHTML
    if _MARKUP.search(_narrow(body[:65536])) or declared in (HTML, "application/xhtml+xml"):
        return HTML
    return TEXT


def _narrow(sample: bytes) -> bytes:
    """The ASCII of a sample in UTF-16, as Excel saves its pages; others as they are."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_charset(sample):
        return sample.replace(b"\x00", b"")
    return sample


def html_of(body: bytes) -> tuple[bytes, str | None]:
    """The page inside a web archive (.mht, also saved as .doc), and its content type."""
    message = email.message_from_bytes(body, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == HTML:
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                return page, str(part.get("Content-Type", HTML))
    raise UnreadableError("the web archive holds no page")


def is_picture(kind: str) -> bool:
    return kind.startswith("image/")


def _zipped(body: bytes) -> str:
    with open_package(body) as package:
        names = {name.lstrip("/") for name in package.namelist()}
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return DOCX
    if any(name.startswith("xl/") for name in names):
        return XLSX
    if "OFD.xml" in names:
        return OFD
    return ZIP


def _refuse_binary(body: bytes) -> None:
    """Refuse what is not text in any encoding: NUL bytes without the look of UTF-16 or UTF-32, or mostly controls."""
    sample = body[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or wide_charset(body):
        return
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) * 0.05:
        raise UnreadableError("the file is binary data of no known document format")
