"""What Office documents, OFD and ZIP files have in common: a ZIP archive, refused where it is a bomb."""

from __future__ import annotations

import io
import zipfile

from archive.reading.model import UnreadableError

MAXIMUM_UNPACKED_BYTES = 200 << 20
_MOST_MEMBERS = 10_000


def open_package(body: bytes) -> zipfile.ZipFile:
    """Open a ZIP archive; a bomb is refused by the sizes in its directory, before anything is unpacked.

    zipfile reads no more of a member than the directory says, so that the directory cannot lie.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(body))
    # zipfile raises NotImplementedError and ValueError for odd headers besides its own error.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableError(f"the file is a damaged ZIP or Office document ({error})") from error
    members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAXIMUM_UNPACKED_BYTES:
        raise UnreadableError(f"the file would unpack to {unpacked >> 20} MiB, more than any report")
    if len(members) > _MOST_MEMBERS:
        raise UnreadableError(f"the file holds {len(members)} members, more than any report")
    return package
