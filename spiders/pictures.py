"""Reports that are pictures: where the tables of a report page are not text, its pictures may be them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from archive.schema import PageKind
from crawler.page import Page
from spiders.markup import Markup, attribute

_PRIORITY = 790
_MOST = 24
# Lines that the statutory tables have, and no prose.
_TABLES = re.compile(r"结转下年度继续办理|本年新收政府信息公开申请|本机关不掌握相关政府信息|统计指标|现行有效件数")
_SUFFIX = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|tiff?)(?:$|[?#])", re.IGNORECASE)
_SMALLEST = 200


def has_tables(text: str) -> bool:
    """Whether the text of a page holds a statutory table."""
    return bool(_TABLES.search(re.sub(r"\s", "", text)))


def pictures(markup: Markup, page: Page) -> Iterator[Page]:
    """The pictures of a report page without tables; those in its frame, and what it says are small, are none."""
    if has_tables(markup.body_text):
        return
    found: dict[str, None] = {}
    for image in markup.soup.find_all("img"):
        if markup.in_frame(image) or markup.in_footer(image) or _is_small(attribute(image, "width")):
            continue
        named = (attribute(image, name) for name in ("data-original", "data-src", "src"))
        reference = next((name for name in named if name), "")
        address = None if reference.startswith("data:") else markup.absolute(reference)
        if address and _SUFFIX.search(address):
            found.setdefault(address)
    for address in list(found)[:_MOST]:
        yield replace(
            page,
            url=address,
            kind=PageKind.PICTURE,
            priority=_PRIORITY,
            depth=page.depth + 1,
            discovered_on=page.url,
            method="GET",
            body=None,
            headers={},
            render=False,
            hops=0,
            memo={},
        )


def _is_small(width: str) -> bool:
    digits = re.match(r"\d+", width)
    return digits is not None and not width.endswith("%") and int(digits.group()) < _SMALLEST
