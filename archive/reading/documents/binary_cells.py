"""Rows and columns that an old Excel file (.xls) hides, by the records of its sheets.

Sources: [MS-CFB] (the file as a file system), [MS-XLS] (2.4.28 BoundSheet8, 2.4.53 ColInfo, 2.4.221 Row).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from archive.reading.blocks import MAXIMUM_COLUMNS, MAXIMUM_ROWS
from archive.reading.documents.hidden_cells import Hidden

_STREAMS = ("Workbook", "Book")
_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_FIRST_TABLES = 109
_LAST_SECTOR = 0xFFFFFFFA
_SMALL_STREAM = 4_096
_BEGIN, _END, _SHEET, _ROW, _COLUMNS = 0x0809, 0x000A, 0x0085, 0x0208, 0x007D
_OLD_VERSION = 0x0500


def hidden_cells(body: bytes) -> dict[str, Hidden]:
    """The hidden rows and columns of every sheet, by its name; empty where the file is not laid out as it should be."""
    try:
        stream = _workbook(body)
        return {name: _of_sheet(stream, place) for name, place in _sheets(stream)}
    except (struct.error, IndexError, ValueError):
        return {}


def _workbook(body: bytes) -> bytes:
    """The stream of records; empty where there is none."""
    sector = 1 << struct.unpack_from("<H", body, 30)[0]
    first_entries, more_tables = struct.unpack_from("<I", body, 48)[0], struct.unpack_from("<I", body, 68)[0]
    tables = list(struct.unpack_from(f"<{_FIRST_TABLES}I", body, 76))

    def at(number: int) -> bytes:
        start = max(sector, _HEADER_BYTES) + number * sector
        return body[start : start + sector]

    seen = 0
    while more_tables < _LAST_SECTOR and seen * sector < len(body):
        *found, more_tables = struct.unpack(f"<{sector // 4}I", at(more_tables))
        tables += found
        seen += 1
    following = [
        entry
        for number in tables
        if number < _LAST_SECTOR
        for entry in struct.unpack(f"<{len(at(number)) // 4}I", at(number))
    ]

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < _LAST_SECTOR and len(parts) <= len(following):
            parts.append(at(number))
            number = following[number]
        return b"".join(parts)

    entries = chain(first_entries)
    for start in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        length = struct.unpack_from("<H", entries, start + 64)[0]
        name = entries[start : start + max(length - 2, 0)].decode("utf-16-le", "replace")
        first, size = struct.unpack_from("<II", entries, start + 116)
        if name in _STREAMS and size >= _SMALL_STREAM:
            return chain(first)[:size]
    return b""


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end that belongs to the beginning there; those of charts within are left out."""
    depth = 0
    while place + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, place)
        data = stream[place + 4 : place + 4 + length]
        place += 4 + length
        depth += (code == _BEGIN) - (code == _END)
        if depth == 1:
            yield code, data
        elif depth <= 0:
            return


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    old = False
    for code, data in _records(stream, 0):
        if code == _BEGIN:
            old = struct.unpack_from("<H", data, 0)[0] <= _OLD_VERSION
        elif code == _SHEET:
            place, count = struct.unpack_from("<I", data, 0)[0], data[6]
            wide = not old and bool(data[7] & 1)
            text = data[7 if old else 8 :][: count * (2 if wide else 1)]
            yield text.decode("gb18030" if old else "utf-16-le" if wide else "latin-1", "replace"), place


def _of_sheet(stream: bytes, place: int) -> Hidden:
    hidden = Hidden()
    for code, data in _records(stream, place):
        if code == _ROW:
            number, height, options = (struct.unpack_from("<H", data, at)[0] for at in (0, 6, 12))
            if number < MAXIMUM_ROWS and (options & 0x20 or height & 0x7FFF == 0):
                hidden.rows.add(number)
        elif code == _COLUMNS:
            first, last, width, _, options = struct.unpack_from("<5H", data, 0)
            if options & 1 or width == 0:
                hidden.columns.update(range(first, min(last + 1, MAXIMUM_COLUMNS)))
    return hidden
