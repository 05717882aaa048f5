"""What looks injected and is the page's own by the way it stands there: names quoted, and rows of a numbered list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from archive.reading.spam.page import Page, Span

_NAMES = frozenset({"injected_phrase", "name_replacement", "word_replacement", "brand_list"})
_QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", '"': '"', "'": "'"}
# 12,太阳城娱乐城,歌舞娱乐 · A002_万博体育培训中心_篮球: a number, and what it numbers in fields.
_NUMBER = r"(?<![a-z\d_.])(?:[a-z]{1,2}\d{2,4}|\d{1,3})[_,|\t]"
_NUMBERED = re.compile(_NUMBER)
_CODE_WITHIN = re.compile(r"[a-z]{1,2}\d{2,4}_")
_NUMBER_BEFORE = re.compile(rf"{_NUMBER}[^\n。]{{0,40}}\Z")
_FEWEST_ROWS = 3


def without_honest(page: Page, spans: Sequence[Span]) -> list[Span]:
    """The spans without those that are a quotation in every place, or stand in a numbered row among others."""
    places: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span.kind in _NAMES:
            places[page.text[span.start : span.end]].append(span)
    quoted = {text for text, found in places.items() if all(_is_quoted(page.text, span) for span in found)}
    return [
        span
        for span in spans
        if span.kind not in _NAMES or not (page.text[span.start : span.end] in quoted or _is_in_row(page, span))
    ]


def _is_quoted(text: str, span: Span) -> bool:
    return _QUOTES.get(text[span.start - 1 : span.start]) == text[span.end : span.end + 1] != ""


def _is_in_row(page: Page, span: Span) -> bool:
    """Whether a name is a field of a row with a number before it, and other rows are numbered so."""
    text = page.folded
    start = text.rfind("\n", 0, span.start) + 1
    before = text[max(start, span.start - 44) : span.start]
    if not (_NUMBER_BEFORE.search(before) or _CODE_WITHIN.search(text, span.start, span.end)):
        return False
    rows = [match for match in _NUMBERED.finditer(text) if match.start() == 0 or text[match.start() - 1] == "\n"]
    codes = {match[0] for match in _CODE_WITHIN.finditer(text)}
    return len(rows) >= _FEWEST_ROWS or len(codes) >= _FEWEST_ROWS
