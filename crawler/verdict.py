"""What an answer means for the page that was asked for, before anything reads its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from scrapy.http import Request, Response, TextResponse
from scrapy.utils.response import get_base_url, get_meta_refresh

from archive.headers import header_text
from archive.schema import FrontierState
from crawler.blocking import block_reason, challenge_reason
from crawler.softness import soft_error

_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)
_TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504, 522, 524)
_STUB_BYTES = 1024
_REMOVED_BYTES = 512
# The record at the end of a ZIP, with the longest comment.
_ZIP_END_BYTES = 22 + 65_535
_PARENT = re.compile(rb"""url\s*=\s*["']?(?:\.\./?)+["'\s/>]""", re.IGNORECASE)
_SCRIPTED = re.compile(r"""\blocation(?:\.href)?\s*(?:=|\.replace\()\s*["']([^"'<>]+)["']""")
LONGEST_RETRY_AFTER = 600
"""Seconds; a longer Retry-After is not waited for in this run."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state and its reason; for a redirect its target; for a passing trouble the seconds to wait, then `state`."""

    state: FrontierState
    reason: str
    target: str | None = None
    retry_after: float | None = None
    challenge: bool = False
    """A browser could pass."""


def judge(response: Response, retry_delay: float) -> Verdict | None:
    """The verdict on an answer that is not the page's content; None for content and for 304."""
    status, body = response.status, response.body
    headers = lower_headers(response)
    if status in _REDIRECTS:
        if location := headers.get("location"):
            target = urljoin(response.url, location.strip())
            return Verdict(FrontierState.REDIRECTED, f"HTTP {status} to {target}", target=target)
        return Verdict(FrontierState.FAILED, f"HTTP {status} without a Location")
    if status in _GONE:
        return Verdict(FrontierState.GONE, f"HTTP {status}")
    if status in _TRY_AGAIN:
        state = FrontierState.BLOCKED if status == 429 else FrontierState.FAILED
        reason = block_reason(status, headers, body) or f"HTTP {status}"
        return Verdict(state, reason, retry_after=_retry_after(headers.get("retry-after"), retry_delay))
    if block := block_reason(status, headers, body):
        challenge = challenge_reason(status, body) is not None
        # The guard may have set the cookie it wants to see: asked once more with it, it often lets the page through.
        again = retry_delay if challenge and "set-cookie" in headers else None
        return Verdict(FrontierState.BLOCKED, block, retry_after=again, challenge=challenge)
    if status == 304:
        return None
    if not 200 <= status < 300:
        return Verdict(FrontierState.FAILED, f"HTTP {status}")
    if not body:
        return Verdict(FrontierState.FAILED, f"HTTP {status} with an empty body", retry_after=retry_delay)
    if "partial" in response.flags and is_cut(body):
        reason = "the answer broke off: its length was not given, and its end is missing"
        return Verdict(FrontierState.FAILED, reason, retry_after=retry_delay)
    if soft := soft_error(headers, body):
        return Verdict(soft.state, soft.reason, retry_after=retry_delay if soft.passing else None)
    return _stub(response)


def is_cut(body: bytes) -> bool:
    """Whether a page, PDF or ZIP (docx, xlsx) lacks the mark at its end; other bodies show nothing."""
    if body.startswith(b"%PDF"):
        return b"%%EOF" not in body[-2048:]
    if body.startswith(b"PK\x03\x04"):
        return b"PK\x05\x06" not in body[-_ZIP_END_BYTES:]
    return b"<html" in body[:2048].lower() and b"</html" not in body.lower()


def lower_headers(response: Response) -> dict[str, str]:
    """Names in lower case, the last value of each."""
    return {name.lower(): value for name, value in header_list(response)}


def header_list(response: Response | Request) -> list[tuple[str, str]]:
    """Every header, those of one name together."""
    return [
        (header_text(name), header_text(value))
        for name, values in response.headers.items()
        for value in values
        if value is not None
    ]


def _retry_after(value: str | None, default: float) -> float:
    """Seconds from a Retry-After header, which holds seconds or a date; absurd values are capped."""
    if not value:
        return default
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return default
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    if not seconds >= default:
        return default
    return min(seconds, LONGEST_RETRY_AFTER)


def _stub(response: Response) -> Verdict | None:
    """A body of a few bytes that only sends the reader elsewhere: by meta refresh or by a script's location."""
    if len(response.body) >= _STUB_BYTES or not isinstance(response, TextResponse) or b"<a " in response.body.lower():
        return None
    _, target = get_meta_refresh(response, ignore_tags=())
    if target and len(response.body) < _REMOVED_BYTES and _PARENT.search(response.body):
        # TRS WCM leaves this in the place of a removed document.
        return Verdict(FrontierState.GONE, "removed: the page only sends to the folder above it")
    if not target and "<script" in response.text.lower() and (scripted := _SCRIPTED.search(response.text)):
        target = urljoin(get_base_url(response), scripted[1])
    if target is None or target == response.url or urlsplit(target).scheme not in ("http", "https"):
        return None
    return Verdict(FrontierState.REDIRECTED, f"sent on by the page to {target}", target=target)
