"""The name that a server gives a document it sends for download."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote_to_bytes

from archive.headers import header_bytes

_EXTENDED = re.compile(r"filename\*\s*=\s*[\"']?([\w-]*)'[\w-]*'([^;\"]+)", re.IGNORECASE)
_PLAIN = re.compile(r"filename\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;]+))", re.IGNORECASE)


def file_name(disposition: str | None) -> str | None:
    """The file name in a Content-Disposition header, None where it names none.

    RFC 6266 with the extended form of RFC 8187 first; and what servers send besides: bare GBK or UTF-8,
    percent-encoded UTF-8 or GBK, and the encoded words of mail (RFC 2047).
    """
    if not disposition:
        return None
    if match := _EXTENDED.search(disposition):
        name = _decoded(unquote_to_bytes(match[2].strip()), match[1])
    elif match := _PLAIN.search(disposition):
        raw = header_bytes((match[1] if match[1] is not None else match[2]).strip())
        name = _decoded(unquote_to_bytes(raw) if b"%" in raw else raw)
        if name.startswith("=?"):
            name = _of_mail(name)
    else:
        return None
    name = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    return name or None


def _decoded(raw: bytes, charset: str = "") -> str:
    for encoding in (charset or "utf-8", "utf-8"):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("gb18030", "replace")


def _of_mail(name: str) -> str:
    try:
        return str(make_header(decode_header(name)))
    except (HeaderParseError, UnicodeDecodeError, LookupError, ValueError):
        return name
