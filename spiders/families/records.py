"""Rows of lists that arrive as JSON, whatever the vendor calls their fields."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.page import route_of
from spiders.families.base import Row, unique
from spiders.markup import find_date, squeeze
from spiders.soup import parsed

# Names as sites write them, in small letters; the likelier first.
_TITLES = (
    "title", "doctitle", "articletitle", "infotitle", "newstitle", "showtitle", "name", "bt", "xxbt", "xxmc", "subject",
    "topic", "text", "label",
)  # fmt: skip
_ADDRESSES = (
    "url", "docpuburl", "chnldocurl", "link", "linkurl", "href", "urls", "pcurl", "post_url", "articleurl", "infourl",
    "newsurl", "docurl", "htmlurl", "pageurl", "viewurl", "detailurl", "htmlpath", "filepath", "path", "lj",
)  # fmt: skip
_DATES = (
    "date", "pubdate", "docreltime", "publishdate", "publishtime", "display_publish_time", "pub_time", "trs_time",
    "createdate", "created_at", "time", "releasetime", "releasedate", "fbrq", "fbsj", "createtime", "pubtime",
)  # fmt: skip
_AGENCIES = ("publisher", "puborg", "publishorg", "organname", "orgname", "deptname", "fbjg")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)
_MAX_DEPTH = 8
_LEAST_IDENTIFIER = 3
_ENTITIES = re.compile(r"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)
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


def records_of_xml(text: str) -> list[dict[str, str]]:
    """The elements of an XML document that have a title and an address among their attributes and children."""
    if _ENTITIES.search(text):
        # Definitions of entities have no place in a list, and may be made to grow without end.
        return []
    found = []
    for element in parsed(text, "xml").find_all(True):
        record = {name: str(value) for name, value in element.attrs.items()}
        record |= {it.name: it.get_text() for it in element.find_all(True, recursive=False) if not it.find(True)}
        if _first(record, _TITLES) and _first(record, _ADDRESSES):
            found.append(record)
    return found


def texts_of(data: Any, depth: int = 0) -> Iterator[str]:
    """The pieces of HTML that data holds."""
    if isinstance(data, str) and "<a" in data:
        yield data
    if depth > _MAX_DEPTH:
        return
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts_of(value, depth + 1)


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
    lower = {str(key).lower(): value for key, value in record.items()}
    return next((lower[key] for key in keys if isinstance(lower.get(key), str) and lower[key].strip()), None)


def _row(record: dict[str, Any], base: str) -> Row | None:
    title, address = _first(record, _TITLES), _first(record, _ADDRESSES)
    if title is None or address is None:
        return None
    # A search marks what it found: 政府<em>信息公开</em>.
    title = html.unescape(_TAG.sub("", title))
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
    lower = {str(key).lower(): value for key, value in record.items()}
    date = next((found for key in _DATES if (found := _date(lower.get(key)))), None)
    agency = squeeze(_first(record, _AGENCIES) or "") or None
    return Row(url, squeeze(title), date, agency=agency)


def _date(value: Any) -> str | None:
    """A date as printed, or of a time in seconds or milliseconds since 1970, in China's time."""
    if isinstance(value, int) and value > _LEAST_SECONDS:
        seconds = value / 1000 if value > _LEAST_SECONDS * 1000 else value
        return datetime.fromtimestamp(min(seconds, _MOST_SECONDS), _CHINA).date().isoformat()
    return find_date(value) if isinstance(value, str) else None
