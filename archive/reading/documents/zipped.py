"""ZIP files: the best report among the documents inside."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from archive.reading.documents.media import ZIP, media_type
from archive.reading.documents.package import open_package
from archive.reading.model import Reading, Source, UnreadableError, Warning

_MOST_DOCUMENTS = 50
_DEEPEST = 3
_UTF_8_NAMES = 0x800
_NO_DOCUMENTS = (".exe", ".dll", ".js", ".css", ".mp4", ".mp3", ".ttf")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def read_best(body: bytes, source: Source, read: Callable[[bytes, Source], Reading]) -> Reading:
    """Read every document of a ZIP file, those of ZIP files in it too, and return the report with the most figures.

    Of reports for several years the one is meant that the link to the file names. Raises UnreadableError where none
    of them can be read, with the reason of the first.
    """
    found: list[tuple[str, Reading]] = []
    reasons: list[str] = []
    wanted = set(_YEAR.findall(f"{source.link_text or ''} {source.file_name or ''}"))
    documents = _documents(body, reasons, _DEEPEST)
    for name, document in islice(documents, _MOST_DOCUMENTS):
        try:
            found.append((name, read(document, replace(source, file_name=name, content_type=None))))
        except UnreadableError as error:
            reasons.append(f"{name}: {error}")
    more = sum(1 for _ in documents)
    if not found:
        raise UnreadableError(reasons[0] if reasons else "the ZIP file holds no document")
    _, best = max(found, key=lambda entry: _rank(entry[1], wanted))
    reasons += [
        f"{name}: another report, of {reading.agency or 'an unknown agency'} for {reading.year}"
        for name, reading in found
        if reading.is_report and _what_it_says(reading) != _what_it_says(best)
    ]
    best.warnings.extend(Warning("member_unread", reason) for reason in reasons)
    if more:
        best.warnings.append(Warning("member_unread", f"{more} documents beyond the first"))
    return best


def _documents(body: bytes, reasons: list[str], deepest: int) -> Iterator[tuple[str, bytes]]:
    """The documents of a ZIP file and of those in it, with their names; what cannot be unpacked goes to `reasons`."""
    with open_package(body) as package:
        for member in package.infolist():
            name = _name(member)
            if member.is_dir() or name.lower().endswith(_NO_DOCUMENTS):
                continue
            try:
                document = _unpacked(package, member)
                if not _is_zip(document):
                    yield name, document
                elif deepest > 1:
                    yield from _documents(document, reasons, deepest - 1)
                else:
                    reasons.append(f"{name}: a ZIP file within ZIP files")
            except UnreadableError as error:
                reasons.append(f"{name}: {error}")


def _is_zip(document: bytes) -> bool:
    try:
        return media_type(document) == ZIP
    except UnreadableError:
        # What it is, and why it cannot be read, its reader says.
        return False


def _unpacked(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return package.read(member)
    # Locked, damaged and oddly compressed members come as these.
    except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableError(f"the member cannot be unpacked ({error})") from error
    except Exception as error:
        # zlib and lzma have errors of their own.
        raise UnreadableError(f"the member is damaged ({type(error).__name__}: {error})") from error


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member: Chinese programs write GB18030 where the standard knows only code page 437."""
    if member.flag_bits & _UTF_8_NAMES:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _what_it_says(reading: Reading) -> tuple[object, ...]:
    """What two copies of one report, a Word file and a PDF, have in common."""
    values = {(figure.section, figure.item, figure.category, figure.value) for figure in reading.figures}
    return reading.agency, reading.year, values


def _rank(reading: Reading, wanted: set[str]) -> tuple[bool, bool, int, int]:
    return (
        reading.is_report,
        str(reading.year) in wanted,
        sum(figure.value is not None for figure in reading.figures),
        -len(reading.warnings),
    )
