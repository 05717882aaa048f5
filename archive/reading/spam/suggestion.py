"""The word that stood where an advertising name stands, as the statutory wording or the owner's name says.

A suggestion is kept beside the removal and never put back: it is a guess, although a good one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archive.reading.model import Removal
from archive.reading.spam import vocabulary
from archive.reading.spam.page import Page, Span

# Fixed wordings of the statutory report (国办公开办函〔2021〕30号) and of the regulation that it cites:
# what stands before a hole, what after it, and the word that the wording has there.
_WORDINGS = tuple(
    (re.compile(before + "$"), re.compile(after), word)
    for before, after, word in (
        (r"收到和处理", r"申请(?:的)?情况", "政府信息公开"),
        (r"本年新收|上年结转|受理(?:的)?|收到(?:的)?", r"申请", "政府信息公开"),
        (r"主动公开", r"情况", "政府信息"),
        (r"中华人民共和国", r"条例", "政府信息公开"),
        (r"《", r"政府信息公开条例", "中华人民共和国"),
        (r"因", r"(?:被)?(?:申请|提起)?行政复议", "政府信息公开工作"),
        (r"\d{4}年度?|(?:政府|街道|办事处|局|委员会|镇|乡)(?:\d{4}年度?)?", r"工作?年度报告|年报", "政府信息公开"),
    )
)
_REPLACED = frozenset({"injected_phrase", "name_replacement", "word_replacement"})


def suggested(page: Page, spans: Sequence[Span]) -> list[Span]:
    """The spans, each with the word that stood there where that can be told."""
    return [
        replace(span, suggestion=_by_wording(page, span) or _by_owner(page, span)) if span.kind in _REPLACED else span
        for span in spans
    ]


def _by_wording(page: Page, span: Span) -> str | None:
    before, after = page.text[max(0, span.start - 14) : span.start], page.text[span.end : span.end + 14]
    return next((word for left, right, word in _WORDINGS if left.search(before) and right.match(after)), None)


def _by_owner(page: Page, span: Span) -> str | None:
    """The first part of the owner's name, where the rest of it (区, 街道办事处) was left standing."""
    if not page.agency or not vocabulary.AGENCY_REST.match(page.folded, span.end):
        return None
    following = page.text[span.end : span.end + len(page.agency)]
    for length in range(len(page.agency) - 1, 0, -1):
        if following.startswith(page.agency[-length:]):
            return page.agency[:-length]
    return page.agency if following.startswith(("人民政府", "政府")) else None


def explain_removals(removals: Sequence[Removal]) -> str:
    """What was taken out of a document, one removal a line, for people."""
    lines = []
    for removal in removals:
        line = (
            f"{removal.count} × {removal.text}  [{removal.kind}, rule {removal.rule}, in {' and '.join(removal.where)}]"
        )
        lines.append(f"{line}; in its place stood perhaps {removal.suggestion}" if removal.suggestion else line)
    return "\n".join(lines)
