"""Which answers are not the page asked for but a guard in front of it, by the guards seen on government sites."""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFUSALS = {
    401: "the site asks for a login",
    403: "the site refuses this client",
    429: "the site says too many requests",
}
_CHALLENGE_STATUS = {412: "瑞数 script challenge", 521: "加速乐 script challenge"}

_CHALLENGE_BYTES = 2048
_NOTICE_BYTES = 8192
_STUB_BYTES = 300
_HEAD_BYTES = 64 * 1024

_TITLE = re.compile(rb"<title[^>]*>\s*([^<]*\S)\s*</title", re.IGNORECASE)
_MARKUP = re.compile(rb"<!--.*?-->|<(script|style|title)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_CHALLENGE = re.compile(rb"""document\.cookie|\br=["']?m["'\s>]|go\(\{["']|__jsl_clearance|\$_ts\b""", re.IGNORECASE)
_NOTICE_TITLE = re.compile(
    r"访问(?:被|受到?)?(?:拦截|阻断|拒绝|限制|禁止)|请求(?:已)?被(?:拦截|阻断|拒绝)|(?:人机|安全|滑动)验证|网站防火墙|安全拦截"
    r"|access denied|request (?:blocked|rejected)|web application firewall|just a moment|attention required",
    re.IGNORECASE,
)
_STUB = re.compile(
    r"拦截|防火墙|非法(?:请求|访问)|访问(?:频繁|过于频繁|受限)"
    r"|\bwaf\b|blocked|access denied|request rejected|errors\.aliyun\.com",
    re.IGNORECASE,
)


def block_reason(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Why an answer is a guard's and not the site's own; None for an ordinary answer, however short.

    `headers` has lower-case names. Challenges are recognised by status (412, 521) or by a body under 2 KB that has
    no title and sets a cookie by script; notices by the title of a page under 8 KB or the text of one under 300 bytes.
    """
    if reason := challenge_reason(status, body):
        return reason
    if status in _REFUSALS:
        return f"HTTP {status}: {_REFUSALS[status]}"
    if status == 405 and b"errors.aliyun.com" in body:
        return "HTTP 405: notice of a web application firewall"
    if status != 200 or not is_text(headers):
        return None
    title = page_title(body)
    if title and len(body) <= _NOTICE_BYTES and (notice := _NOTICE_TITLE.search(title)):
        return f"notice of a web application firewall: {notice[0]}"
    if not title and len(body) < _STUB_BYTES and (notice := _STUB.search(_text(body))):
        return f"notice of a web application firewall: {notice[0]}"
    return None


def challenge_reason(status: int, body: bytes) -> str | None:
    """Why an answer is a script that a browser has to run before the site answers; None when it is not."""
    if status in _CHALLENGE_STATUS:
        return f"HTTP {status}: {_CHALLENGE_STATUS[status]}"
    if status == 200 and len(body) < _CHALLENGE_BYTES and not _TITLE.search(body) and _CHALLENGE.search(body):
        # A fragment with links is content, whatever scripts stand in it.
        return None if b"<a " in body.lower() else "script challenge in place of the page"
    return None


def is_text(headers: Mapping[str, str]) -> bool:
    """Whether an answer is a page or another text, as far as its headers say."""
    media_type = headers.get("content-type", "text/html").lower()
    return media_type.startswith("text/") or "html" in media_type


def page_title(body: bytes) -> str | None:
    """The title of a page; None where it has none, or an empty one."""
    title = _TITLE.search(body[:_HEAD_BYTES])
    return _text(title[1]) if title else None


def page_text(body: bytes) -> str:
    """The visible text of a page, roughly: enough to look for words in."""
    return " ".join(_text(_MARKUP.sub(b" ", body)).split())


def _text(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return text if "\ufffd" not in text else body.decode("gb18030", "replace")
