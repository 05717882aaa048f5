"""ZIP files: the best report among the documents inside."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace

from archive.reading.documents.package import open_package
from archive.reading.model import Reading, Source, UnreadableError, Warning

_MOST_DOCUMENTS = 50
_UTF_8_NAMES = 0x800
_NO_DOCUMENTS = (".exe", ".dll", ".js", ".css", ".mp4", ".mp3", ".ttf", ".zip", ".rar", ".7z")


def read_best(body: bytes, source: Source, read: Callable[[bytes, Source], Reading]) -> Reading:
    """Read every document of a ZIP file, and return the report with the most figures.

    Raises UnreadableError where none of them can be read, with the reason of the first.
    """
    best: Reading | None = None
    reasons: list[str] = []
    with open_package(body) as package:
        members = [member for member in package.infolist() if not member.is_dir()]
        documents = [member for member in members if not _name(member).lower().endswith(_NO_DOCUMENTS)]
        for member in documents[:_MOST_DOCUMENTS]:
            name = _name(member)
            try:
                reading = read(_unpacked(package, member), replace(source, file_name=name, content_type=None))
            except UnreadableError as error:
                reasons.append(f"{name}: {error}")
                continue
            if best is None or _rank(reading) > _rank(best):
                best = reading
    if best is None:
        raise UnreadableError(reasons[0] if reasons else "the ZIP file holds no document")
    best.warnings.extend(Warning("member_unread", reason) for reason in reasons)
    if len(documents) > _MOST_DOCUMENTS:
        best.warnings.append(Warning("member_unread", f"{len(documents) - _MOST_DOCUMENTS} documents beyond the first"))
    return best


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


def _rank(reading: Reading) -> tuple[bool, int, int]:
    return (
        reading.is_report,
        sum(figure.value is not None for figure in reading.figures),
        -len(reading.warnings),
    )
