"""How the text of one cell is read (FORMS, "How a cell is read")."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

COUNTERS = "件条项个次人份宗起家篇期场名元例"
_INTEGER = r"(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,11})"
_COUNT = re.compile(rf"({_INTEGER})\s?(?:人次|[{COUNTERS}])?")
_AMOUNT = re.compile(rf"({_INTEGER}(?:\.[0-9]+)?)\s?([亿億万萬]?元)?")
_CHANGE = re.compile(rf"(?:([+＋↑]|增加?|上?升|加)|([-－−–↓]|减少?|下?降))\s?({_INTEGER})\s?(?:人次|[{COUNTERS}])?")
_STRUCK_OUT = re.compile(r"[/\\|\-—–─―_－﹣一]+|无|無|不涉及|不适用|未涉及|空", re.DOTALL)
# A remark behind the number, in words: 22（其中修订16件）. Digits alone in parentheses could be anything.
_REMARK = re.compile(r"(?P<number>[^(]+?)\s*(?P<note>\([^()]*[\u4e00-\u9fff][^()]*\))")
_RAISED = r"\u00b9\u00b2\u00b3\u2070\u2074-\u2079"
_FOOTNOTE = rf"[{_RAISED}\u207d\u207e\u2460-\u2473*※★☆▲△●]|[\[〔][0-9{_RAISED}]{{1,2}}[\]〕]"
_FOOTNOTED = re.compile(rf"(?P<before>(?:{_FOOTNOTE})*)\s*(?P<number>.*?)\s*(?P<behind>(?:{_FOOTNOTE})*)", re.DOTALL)
_UNIT = re.compile(r"[亿億万萬]?元")
_SIMPLIFIED = str.maketrans("億萬", "亿万")

AMOUNTS = frozenset(
    {("fees", "amount"), ("procurement", "amount")}
    | {(item, category) for item in ("fees_collected", "budget") for category in ("count", "cumulative")}
)


@dataclass(frozen=True, slots=True)
class Value:
    """A cell as read: the number or None, its unit, and whether the text is one that can be read."""

    number: int | float | None
    unit: str | None = None
    readable: bool = True
    note: str | None = None
    """What the cell says besides its number."""


# Characters that are not seen, which editors leave within numbers and labels.
UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
_FOLDED: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDED |= {0x3000: 0x20, 0xA0: 0x20} | UNSEEN


def fold(text: str) -> str:
    """Unify full-width digits and marks, blanks at the edges and characters that are not seen out.

    Not NFKC, which makes digits of footnote marks: 5² would read as 52.
    """
    return text.translate(_FOLDED).strip()


def _number(digits: str) -> int | float:
    digits = digits.replace(",", "")
    if "." not in digits:
        return int(digits)
    return float(digits)


@lru_cache(maxsize=8192)
def part_note(text: str) -> tuple[str, str | None]:
    """Part a cell's text, folded, from the remark in parentheses behind it and from footnote marks around it."""
    notes: list[str] = []
    if remark := _REMARK.fullmatch(text):
        text = remark["number"]
        note = remark["note"][1:-1].strip()
        if _UNIT.fullmatch(note) or note in COUNTERS:
            text += note
        else:
            notes.append(note)
    match = _FOOTNOTED.fullmatch(text)
    if match and (match["before"] or match["behind"]) and match["number"]:
        text = match["number"]
        notes[:0] = [mark for mark in (match["before"], match["behind"]) if mark]
    return text, " ".join(notes) or None


def read_cell(text: str, item: str, category: str, unit: str | None = None) -> Value:
    """Read a cell of a given row and column; `unit` is the one its header prints."""
    folded, note = part_note(fold(text))
    if not folded or _STRUCK_OUT.fullmatch(folded):
        return Value(None, note=note)
    if (item, category) in AMOUNTS:
        if match := _AMOUNT.fullmatch(folded):
            printed = match.group(2) or unit
            return Value(_number(match.group(1)), printed.translate(_SIMPLIFIED) if printed else None, note=note)
        return Value(None, readable=False, note=note)
    if match := _COUNT.fullmatch(folded):
        return Value(_number(match.group(1)), note=note)
    if category == "change" and (match := _CHANGE.fullmatch(folded)):
        number = _number(match.group(3))
        return Value(-number if match.group(2) else number, note=note)
    return Value(None, readable=False, note=note)


def is_amount(text: str) -> bool:
    """Whether a text is one number, decimals and all."""
    folded, _ = part_note(fold(text))
    return _AMOUNT.fullmatch(folded) is not None


def is_nothing(text: str) -> bool:
    """Whether a cell is blank, or holds a stroke or a word that says there is no number."""
    folded, _ = part_note(fold(text))
    return not folded or _STRUCK_OUT.fullmatch(folded) is not None


@lru_cache(maxsize=8192)
def looks_like_value(text: str) -> bool:
    """Whether a text could stand in a cell for a number: a number, or a stroke that says there is none."""
    folded, _ = part_note(fold(text))
    return bool(
        _COUNT.fullmatch(folded)
        or _AMOUNT.fullmatch(folded)
        or _CHANGE.fullmatch(folded)
        or (folded and folded != "一" and _STRUCK_OUT.fullmatch(folded))
        # Digits run together cannot be read, but they are a value all the same; 1. is the number of a label cut off.
        or (re.fullmatch(r"[0-9 ,.]+", folded) and not re.fullmatch(r"[0-9]{1,2}\.", folded))
    )


def unit_in(text: str) -> str | None:
    """The unit of money a header prints, as in 本年收费金额（单位：万元）."""
    match = _UNIT.search(unicodedata.normalize("NFKC", text))
    return match.group().translate(_SIMPLIFIED) if match else None
