"""Documents that are not pages of HTML or text, each to blocks by the reader of its kind."""

from __future__ import annotations

from collections.abc import Callable

from archive.reading.blocks import Content
from archive.reading.documents import convert, media
from archive.reading.model import UnreadableError

_NAMES = {
    "application/vnd.rar": "a RAR file",
    "application/x-7z-compressed": "a 7z file",
    "application/gzip": "a gzip file",
}


def from_document(body: bytes, kind: str) -> Content:
    """Read a document; the readers are loaded when they are needed, since each brings a library.

    Raises UnreadableError, with what is wrong or which extra or tool would read it.
    """
    if kind in (media.DOC, media.RTF, media.WORD_XML):
        return _docx(convert.to_docx(body, kind))
    if media.is_picture(kind):
        return _picture(body)
    reader = _READERS.get(kind)
    if reader is None:
        raise UnreadableError(f"{_NAMES.get(kind, kind)} cannot be read")
    return reader(body)


def _pdf(body: bytes) -> Content:
    from archive.reading.documents.pdf import from_pdf

    return from_pdf(body)


def _docx(body: bytes) -> Content:
    from archive.reading.documents.word import from_docx

    return from_docx(body)


def _workbook(body: bytes) -> Content:
    from archive.reading.documents.workbook import from_workbook

    return from_workbook(body)


def _ofd(body: bytes) -> Content:
    from archive.reading.documents.ofd import from_ofd

    return from_ofd(body)


def _picture(body: bytes) -> Content:
    from archive.reading.documents.scan import from_picture

    return from_picture(body)


_READERS: dict[str, Callable[[bytes], Content]] = {
    media.PDF: _pdf,
    media.DOCX: _docx,
    media.XLSX: _workbook,
    media.XLS: _workbook,
    media.OFD: _ofd,
}
