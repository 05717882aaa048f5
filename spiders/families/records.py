"""Rows of lists that arrive as JSON, whatever the vendor calls their fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from spiders.families.base import Row, unique
from spiders.markup import find_date, squeeze

_TITLES = ("title", "doctitle", "docTitle", "name", "bt", "subject", "articleTitle", "infoTitle")
_ADDRESSES = (
    "url",
    "docpuburl",
    "DOCPUBURL",
    "chnldocurl",
    "link",
    "linkUrl",
    "href",
    "urls",
    "pcUrl",
    "post_url",
    "articleUrl",
)
_DATES = (
    "date", "pubdate", "pubDate", "docreltime", "publishDate", "publishTime", "display_publish_time",
    "pub_time", "createDate", "created_at", "time",
)  # fmt: skip
_MAX_DEPTH = 8


def rows_of_records(data: Any, base: str) -> list[Row]:
    """One row for every record that has a title and an address; `base` is where relative addresses start."""
    return unique(row for record in _records(data, 0) if (row := _row(record, base)))


def _records(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _records(value, depth + 1)


def _row(record: dict[str, Any], base: str) -> Row | None:
    title = next(
        (record[key] for key in _TITLES if isinstance(record.get(key), str) and record[key].strip()), None
    )
    address = next(
        (record[key] for key in _ADDRESSES if isinstance(record.get(key), str) and record[key].strip()), None
    )
    if title is None or address is None:
        return None
    # queryList gives {"pc": …} as a string within the string.
    if address.startswith("{"):
        try:
            address = str(json.loads(address).get("pc", ""))
        except ValueError:
            return None
    try:
        url = urldefrag(urljoin(base, address.strip())).url
        if urlsplit(url).scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    date = next((found for key in _DATES if (found := find_date(str(record.get(key) or "")))), None)
    return Row(url, squeeze(title), date)
