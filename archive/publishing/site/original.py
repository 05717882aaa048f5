"""The bytes of a capture as they were served, handed out so that nothing in them can act on a reader."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.payloads import Payloads

# A sandbox without any permission: an origin of its own, no script, no form, no request.
FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
CLOSED_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_SUFFIXES = {"text/html": ".html", "application/pdf": ".pdf", "text/plain": ".txt"}
_CHARSET = re.compile(r"[\w.:-]{1,40}")


@dataclass(frozen=True, slots=True)
class Original:
    """A capture's bytes, its media type and encoding as read, and a name to save it under."""

    body: bytes
    media_type: str
    charset: str
    file_name: str

    @classmethod
    def load(cls, connection: sqlite3.Connection, capture: int) -> Original | None:
        """The bytes of a capture, or None where there is none; raises PayloadError where they are not whole."""
        found = connection.execute(
            """select captures.url, captures.headers, captures.payload, captures.rendered,
                 documents.media_type, documents.charset
               from captures left join documents on documents.capture = captures.id
               where captures.id = ?""",
            (capture,),
        ).fetchone()
        if found is None:
            return None
        url, headers, digest, rendered, media_type, charset = found
        served = next((value for name, value in json.loads(headers) if name.lower() == "content-type"), "")
        kind = media_type or served.partition(";")[0].strip().lower() or "application/octet-stream"
        name = PurePosixPath(urlsplit(url).path).name or "index"
        suffix = _SUFFIXES.get(kind, "")
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)[-80:]
        return cls(
            Payloads(Database(connection), reading=True).get(digest),
            kind,
            "utf-8" if rendered else _known_charset(charset, served),
            f"{capture}-{safe}" + ("" if "." in safe else suffix),
        )


def _known_charset(read_as: str | None, content_type: str) -> str:
    """The encoding the reading settled on, else the header's; a header value goes out, so only plain names do."""
    stated = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", content_type, re.IGNORECASE)
    charset = read_as or (stated[1] if stated else "utf-8")
    return charset if _CHARSET.fullmatch(charset) else "utf-8"
