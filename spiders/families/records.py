"""Rows of lists that arrive as JSON, whatever the vendor calls their fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.page import route_of
from spiders.families.base import Row, unique
from spiders.markup import find_date, squeeze

_TITLES = ("title", "doctitle", "DOCTITLE", "docTitle", "name", "bt", "subject", "articleTitle", "infoTitle")
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
    "pub_time", "trs_time", "DOCRELTIME", "createDate", "created_at", "time",
)  # fmt: skip
_AGENCIES = ("publisher", "puborg", "pubOrg", "publishOrg", "organName")
_MAX_DEPTH = 8
_LEAST_IDENTIFIER = 3
_CHINA = timezone(timedelta(hours=8))
_LEAST_SECONDS = 900_000_000
_MOST_SECONDS = 4_000_000_000


def rows_of_records(data: Any, base: str, template: tuple[str, str] | None = None) -> list[Row]:
    """One row for every record that has a title and an address; `base` is where relative addresses start.

    `template`: where records have no address, the name of what identifies them and the address it stands in.
    """
    if template:
        name, address = template
        records = ({**it, "url": address.replace("{}", str(it[name]))} for it in _all_records(data, 0) if it.get(name))
        return unique(row for record in records if (row := _row(record, base)))
    return unique(row for record in _records(data, 0) if (row := _row(record, base)))


def template_of(data: Any, rows: list[Row]) -> tuple[str, str] | None:
    """How a page draws the addresses of its rows from records that hold none: the identifier's name, the address."""
    drawn = {row.label: row.url for row in rows}
    for record in _all_records(data, 0):
        title = squeeze(_first(record, _TITLES) or "")
        url = drawn.get(title)
        if url is None or _first(record, _ADDRESSES):
            continue
        for name, value in record.items():
            if isinstance(value, int | str) and len(str(value)) >= _LEAST_IDENTIFIER and str(value) in url:
                return name, url.replace(str(value), "{}")
    return None


def _all_records(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _all_records(value, depth + 1)


def _records(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, dict):
        yield data
        if _first(data, _TITLES) and _first(data, _ADDRESSES):
            # What lies within a record is its attachments.
            return
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _records(value, depth + 1)


def _first(record: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((record[key] for key in keys if isinstance(record.get(key), str) and record[key].strip()), None)


def _row(record: dict[str, Any], base: str) -> Row | None:
    title, address = _first(record, _TITLES), _first(record, _ADDRESSES)
    if title is None or address is None:
        return None
    # queryList gives {"pc": …} as a string within the string.
    if address.startswith("{"):
        try:
            address = str(json.loads(address).get("pc", ""))
        except ValueError:
            return None
    try:
        joined = urljoin(base, address.strip())
        url = urldefrag(joined).url + route_of(joined)
        if urlsplit(url).scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    date = next((found for key in _DATES if (found := _date(record.get(key)))), None)
    agency = squeeze(_first(record, _AGENCIES) or "") or None
    return Row(url, squeeze(title), date, agency=agency)


def _date(value: Any) -> str | None:
    """A date as printed, or of a time in seconds or milliseconds since 1970, in China's time."""
    if isinstance(value, int) and value > _LEAST_SECONDS:
        seconds = value / 1000 if value > _LEAST_SECONDS * 1000 else value
        return datetime.fromtimestamp(min(seconds, _MOST_SECONDS), _CHINA).date().isoformat()
    return find_date(value) if isinstance(value, str) else None
