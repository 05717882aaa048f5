"""The fixed wording of statutory reports, which shows where a word was replaced, whatever stands there now.

The form is that of 国办公开办函〔2021〕30号; its headings and row labels are the same in every report.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from archive.reading.spam import names, vocabulary
from archive.reading.spam.page import Page, Span

_HOLE = r"([^,，。;；:：《》“”\s|]{2,40})"
_WORDINGS = tuple(
    re.compile(pattern.replace("…", _HOLE))
    for pattern in (
        "收到和处理…申请(?:的)?情况",
        "本年新收…申请数量",
        "上年结转…申请数量",
        "中华人民共和国…条例",
        "因…被申请行政复议",
        "主动公开…情况",
    )
)
_OWN = re.compile(r"公开|信息|政府|行政|工作|机关|申请")
_SUSPICIOUS = re.compile(r"(?:收到和处理|本年新收|上年结转)(?!(?:的)?(?:政府|信息|公开|依申请|行政|申请))[^\s|]{2}")


def may_stand(text: str) -> bool:
    """Whether a page's joined text has a statutory heading or label without its own word; quick."""
    return _SUSPICIOUS.search(text) is not None


def find(page: Page) -> Iterator[Span]:
    """A word that stands in several of the fixed wordings instead of their own, and its other places on the page."""
    places: dict[str, set[int]] = defaultdict(set)
    for number, wording in enumerate(_WORDINGS):
        for match in wording.finditer(page.folded):
            if not _OWN.search(match[1]):
                places[match[1]].add(number)
    for word, wordings in places.items():
        if len(wordings) < 2:
            continue
        everywhere = len(word) > 3 or names.STRONG.search(word) is not None
        for match in re.finditer(re.escape(word), page.folded):
            hole = any(found.span(1) == match.span() for wording in _WORDINGS for found in _near(wording, page, match))
            if hole or (everywhere and not vocabulary.GENUINE.fullmatch(word)):
                yield Span(match.start(), match.end(), "word_replacement", "statutory_wording")


def _near(wording: re.Pattern[str], page: Page, match: re.Match[str]) -> Iterator[re.Match[str]]:
    return wording.finditer(page.folded, max(0, match.start() - 12), match.end() + 12)
