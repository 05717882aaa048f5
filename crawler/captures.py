"""Which stored capture answers to a page: the plain page, the drawn one and each form sent to it are kept apart."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from archive.store import Archive
from crawler.page import Page


@dataclass(frozen=True, slots=True)
class LastCapture:
    """The last stored answer to a page."""

    id: int
    payload: str
    headers: list[tuple[str, str]]
    digests: frozenset[str]
    """SHA-256 of the bodies that count as unchanged."""

    def holds(self, body: bytes) -> bool:
        return hashlib.sha256(body).hexdigest() in self.digests


def last_capture(archive: Archive, page: Page, url: str) -> LastCapture | None:
    """The last capture of a page at the URL that answers; None when there is none."""
    rows = archive.rows(
        "select id, payload, headers from captures where url = ? and rendered = ? order by id desc",
        (url, int(page.render)),
    )
    if not rows:
        return None
    # A capture does not say which form was sent: where forms go, any earlier answer of the URL is one already had.
    known = rows if page.body else rows[:1]
    headers = [(name, value) for name, value in json.loads(rows[0]["headers"])]
    return LastCapture(rows[0]["id"], rows[0]["payload"], headers, frozenset(row["payload"] for row in known))
