"""Pages that say under HTTP 200 that they are not what was asked for: missing, broken, or behind a login."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archive.schema import FrontierState
from crawler.blocking import is_text, page_text, page_title

_SHORT_TEXT = 200
"""Characters; below them the text of a page speaks for it where its title does not."""
_SMALL_BYTES = 16 * 1024
_MISSING = (
    r"(?:页面|网页|栏目|该信息|此信息|该文章|此文章|该内容|此内容|(?:访问|查看|浏览|请求)的(?:信息|内容|文章|资源|地址|链接))"
    r".{0,4}(?:不存在|未找到|找不到|无法找到|已(?:经)?(?:被)?(?:删除|移除|下线|撤销|失效))"
    r"|(?:找不到|未找到|没有找到|无法找到|无法访问)(?:您|你)?.{0,8}(?:页面|网页|文件或目录|资源|网址)"
    r"|(?:page|file|object|resource) (?:was |is )?not found|cannot be found|不存在的页面"
)
_MISSING_TITLE = re.compile(rf"^\W*(?:HTTP\W*|错误\W*|error\W*)?40[34]\b|^\W*not found|{_MISSING}", re.IGNORECASE)
_MISSING_TEXT = re.compile(rf"\b404\b|{_MISSING}", re.IGNORECASE)
_BROKEN_TITLE = re.compile(
    r"^\W*(?:HTTP\W*|错误\W*|error\W*)?50\d\b|^\W*(?:(?:系统|服务器?|程序|访问|页面)?(?:出错|错误|异常|繁忙|维护)(?:了|啦|中|页面?|提示|信息)?)\W*$"
    r"|internal server error|service unavailable|bad gateway|runtime error",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(r"登[录陆]|身份认证|\blog ?in\b|\bsign in\b", re.IGNORECASE)
_PASSWORD = re.compile(rb"""<input\b[^>]*\btype\s*=\s*["']?password""", re.IGNORECASE)
# What a report speaks of: a page that has it is content, whatever its title says.
_REPORT_WORDS = ("主动公开", "依申请公开", "政府信息公开申请", "行政复议", "行政诉讼")


@dataclass(frozen=True, slots=True)
class SoftError:
    """What a page says of itself, and the state that means."""

    state: FrontierState
    reason: str
    passing: bool = False
    """Whether it may be over when the page is asked for again."""


def soft_error(headers: Mapping[str, str], body: bytes) -> SoftError | None:
    """Why a page under HTTP 200 is not the one asked for; None for an ordinary page.

    `headers` has lower-case names. The title decides; without one, a text under 200 characters does. A page that
    speaks of the matters of a report is never taken for an error.
    """
    if not is_text(headers):
        return None
    title = page_title(body)
    if title is None and len(body) > _SMALL_BYTES:
        return None
    text = None
    if title is None:
        text = page_text(body)
        if len(text) > _SHORT_TEXT:
            return None
    if found := _missing(title, text):
        error = SoftError(FrontierState.GONE, f"a page that says the page is missing: {found}")
    elif title and (broken := _BROKEN_TITLE.search(title)):
        error = SoftError(
            FrontierState.FAILED, f"a page that says the site is broken: {broken[0].strip()}", passing=True
        )
    elif _PASSWORD.search(body) and (title is None or _LOGIN_TITLE.search(title)):
        error = SoftError(FrontierState.BLOCKED, "the site asks for a login")
    else:
        return None
    return None if _is_about_reports(body) else error


def _missing(title: str | None, text: str | None) -> str | None:
    found = _MISSING_TITLE.search(title) if title else _MISSING_TEXT.search(text) if text else None
    return found[0].strip() if found else None


def _is_about_reports(body: bytes) -> bool:
    text = page_text(body)
    return sum(word in text for word in _REPORT_WORDS) >= 2
