"""Text whose clauses were put in another order: what must come first comes last, in several ways on one page.

A rewriter that changes the order of clauses to make a stolen page look new leaves every word and no sense. A single
place proves nothing, as people misplace a clause too.
"""

from __future__ import annotations

import re

# Clauses that open a sentence and end none: 近年来, 下一步, 在监督保障方面.
_OPENER = (
    r"(?:(?:截至|截止)?(?:20\d\d|今|去|当|本|上|一)年(?:度|来|以来|初以来|底)?|近年来|近日|下一步|今后|下步|目前|同时|此外|另外|与此同时|首先|其次|再次|"
    r"为此|因此|总体来看|据统计|一方面|在[^，,。；]{2,24}(?:方面|(?:领导|指导|支持|关心)下)|[^，,。；]{0,10}以来|"
    r"(?:根据|按照|依据|依照|对照|结合|围绕)[^，,。；]{2,40}(?:要求|规定|部署|精神|实际|需要|条例》|通知》|办法》)|"
    r"为(?:了|进一步|切实|深入|更好地?|全面)(?![^，,。；]*(?:奠定|打下|提供|创造|作出|做出|贡献|保障[。；]))[^，,。；]{4,50}|[一二三四五六]是|其中|具体来看|但是|然而|虽然[^，,。；]{0,12})"
)
_ENDED_BY_OPENER = re.compile(rf"[，,]{_OPENER}[。；]")
_PERIOD_REVERSED = re.compile(r"至(?:20\d\d年)?12月31日止?[，,][^。；\n]{0,60}?自?(?:20\d\d年)1月1日起")
_CONCESSION_REVERSED = re.compile(r"[，,]但是?[^。；\n]{2,60}[，,](?:虽然|尽管)")
_BEGUN_BY_SEQUEL = re.compile(r"^(?:其中(?![，,:：、])|从而|进而|以及|而且|并且|使得)(?=[^\n]*。)", re.MULTILINE)
# Quotation marks and brackets of which the closing one comes first, as many as open in the same sentence.
_PAIRS = tuple(
    (re.compile(f"[{''.join(pair)}]"), pair) for pair in (("“", "”"), ("（", "）"), ("《", "》"), ("(", ")"))
)
_SERIES = re.compile(r"(?:(?<=[，,。；:：\s])|^)([一二三四五六])是")
_ORDER = "一二三四五六"
_SENTENCE = re.compile(r"[。；]")
_FEWEST = 3
_COMMA = re.compile("[，,]")
_OPENING = re.compile(
    r"(?:(?:截至|截止)?(?:20\d\d|今|去|当|本|上)年(?!度?报告|新收|\d)|全年|近年来|下一步|今后|目前|截至|一是|为(?:了|进一步|切实|深入)|根据|按照|依据|围绕|"
    r"在[^，,]{2,24}(?:方面|下|中)$|由于|针对|随着|通过(?!20))"
)
_FEWEST_OPENERS = 6


def may_stand(text: str) -> bool:
    """Whether a page's joined text holds a clause out of its place; quick."""
    return _ENDED_BY_OPENER.search(text) is not None or _PERIOD_REVERSED.search(text) is not None


def is_shuffled(text: str) -> bool:
    """Whether clauses stand out of order in several ways, or over and over."""
    kinds = [
        len(_ENDED_BY_OPENER.findall(text)),
        len(_PERIOD_REVERSED.findall(text)),
        len(_CONCESSION_REVERSED.findall(text)),
        len(_BEGUN_BY_SEQUEL.findall(text)),
        sum(_is_out_of_order(line) for line in text.split("\n")),
        sum(_are_marks_reversed(sentence) for sentence in _SENTENCE.split(text.replace("\n", "。"))),
    ]
    total = sum(kinds)
    several = sum(1 for count in kinds if count) > 1
    if total >= _FEWEST + (not several) and total >= 0.04 * len(_SENTENCE.findall(text)):
        return True
    return total > 0 and _are_openers_astray(text)


def _are_openers_astray(text: str) -> bool:
    """Whether of the clauses that open sentences as a rule hardly any does."""
    openers = first = 0
    for sentence in _SENTENCE.split(text.replace("\n", "。")):
        clauses = _COMMA.split(sentence)
        if len(clauses) > 1:
            places = [number for number, clause in enumerate(clauses) if _OPENING.match(clause.strip())]
            openers += len(places)
            first += 0 in places
    return openers >= _FEWEST_OPENERS and first <= openers / 4


def _are_marks_reversed(sentence: str) -> bool:
    """Whether a sentence closes a quotation or a bracket before it opens the only one there is."""
    for marks, (opening, closing) in _PAIRS:
        if closing in sentence and opening in sentence:
            found = marks.findall(sentence)
            if found[0] == closing and found.count(opening) == found.count(closing):
                return True
    return False


def _is_out_of_order(line: str) -> bool:
    """Whether the points of a paragraph (一是, 二是) are told in another order than they are numbered."""
    points = [_ORDER.index(point) for point in _SERIES.findall(line)]
    return len(points) > 1 and any(
        after != 0 and after < before for before, after in zip([-1, *points], points, strict=False)
    )
