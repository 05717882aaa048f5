"""The counts that a report's text states plainly, to be compared with its tables."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A count as the text states it, and the figures that it is the sum of."""

    text: str
    number: int
    keys: tuple[Key, ...]


_NUMBER = r"(?P<number>0|[1-9][0-9]{0,5})(?:件|宗|起|例|次|条)"
# Only whole, plain sentences: 全年共收到政府信息公开申请3件. One that names a part (其中, 网上, 上年结转), several
# years, or several agencies says something else than the table's total.
_NEW = re.compile(
    r"(?:(?:20[0-9]{2}年|本年度?|全年|年内|一年来)[,、]?)?(?:我(?:街道|镇|乡|局|区|办|委|县|市|机关|单位)|本(?:街道|镇|乡|机关|单位))?"
    r"(?:[,、])?(?:共计?|总共|累计)?(?:新)?(?:收到|受理|接收)(?:的)?(?:依申请公开的?|政府信息公开的?|信息公开的?|政府信息){1,2}申请(?:共计?)?"
    rf"{_NUMBER}"
)
_RECONSIDERATION = re.compile(
    rf"(?:因)?(?:政府)?(?:信息公开)?(?:工作)?(?:被)?(?:申请|提起|引发的?|引起的?|发生)?(?:政府信息公开)?行政复议(?:案件)?(?:共计?)?{_NUMBER}"
)
_LITIGATION = re.compile(
    rf"(?:因)?(?:政府)?(?:信息公开)?(?:工作)?(?:被)?(?:提起|引发的?|引起的?|发生)?(?:政府信息公开)?行政诉讼(?:案件)?(?:共计?)?{_NUMBER}"
)
_CLAUSE = re.compile(r"[^。；;！\n]+")
_PARTS = re.compile(r"[,，、:：]")
# What any of the patterns needs.
_COUNTED = re.compile(r"(?:申请|行政复议|行政诉讼)[^,，、:：]*[0-9]")
_YEAR = re.compile(r"(20[0-9]{2})年")
_DOUBTFUL = re.compile(r"其中|同比|上年|去年|较|历年|累计|以来|各|下属|全区|全市|全县|全镇|处理|办结|答复|结转|等")
_RULES: tuple[tuple[re.Pattern[str], tuple[Key, ...]], ...] = (
    (_NEW, (("applications", "new", "total"),)),
    (_RECONSIDERATION, (("review", "reconsideration", "total"),)),
    (_LITIGATION, (("review", "litigation_direct", "total"), ("review", "litigation_after_review", "total"))),
)


def statements(text: str, year: int | None) -> list[Statement]:
    """Every count stated plainly for the year reported on; where a text states two different ones, neither is taken."""
    found: dict[tuple[Key, ...], Statement | None] = {}
    for sentence in _CLAUSE.findall(unicodedata.normalize("NFKC", text)):
        squeezed = "".join(sentence.split())
        if not _COUNTED.search(squeezed) or any(named != str(year) for named in _YEAR.findall(squeezed)):
            continue
        for part in _PARTS.split(squeezed):
            if _DOUBTFUL.search(part):
                continue
            for pattern, keys in _RULES:
                match = pattern.fullmatch(part)
                if not match:
                    continue
                statement = Statement(part, int(match["number"]), keys)
                known = found.get(keys, statement)
                found[keys] = statement if known is not None and known.number == statement.number else None
    return [statement for statement in found.values() if statement is not None]
