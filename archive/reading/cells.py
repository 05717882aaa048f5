"""How the text of one cell is read (FORMS, "How a cell is read")."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_COUNTERS = "件条项个次人份宗起家篇期场名元例"
_INTEGER = r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,11})"
_COUNT = re.compile(rf"({_INTEGER})\s?[{_COUNTERS}]?")
_AMOUNT = re.compile(rf"({_INTEGER}(?:\.\d+)?)\s?(亿元|万元|元)?")
_CHANGE = re.compile(rf"(?:([+＋增升↑加])|([-－−–减降↓]))\s?({_INTEGER})\s?[{_COUNTERS}]?")
_STRUCK_OUT = re.compile(r"[/\\|\-—–─―_－﹣一]+|无|不涉及|不适用|未涉及|空", re.DOTALL)
_UNIT = re.compile(r"亿元|万元|元")

AMOUNTS = frozenset({("fees", "amount"), ("procurement", "amount"), ("fees_collected", "count"), ("budget", "count")})


@dataclass(frozen=True, slots=True)
class Value:
    """A cell as read: the number or None, its unit, and whether the text is one that can be read."""

    number: int | float | None
    unit: str | None = None
    readable: bool = True


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def fold(text: str) -> str:
    """Unify full-width digits and marks, blanks at the edges out.

    Not NFKC, which makes digits of footnote marks: 5² would read as 52.
    """
    return text.translate(_FULL_WIDTH).strip()


def _number(digits: str) -> int | float:
    digits = digits.replace(",", "")
    if "." not in digits:
        return int(digits)
    return float(digits)


def read_cell(text: str, item: str, category: str, unit: str | None = None) -> Value:
    """Read a cell of a given row and column; `unit` is the one its header prints."""
    folded = fold(text)
    if not folded or _STRUCK_OUT.fullmatch(folded):
        return Value(None)
    amount = (item, category) in AMOUNTS
    if amount:
        if match := _AMOUNT.fullmatch(folded):
            return Value(_number(match.group(1)), match.group(2) or unit)
        return Value(None, readable=False)
    if match := _COUNT.fullmatch(folded):
        return Value(_number(match.group(1)))
    if category == "change" and (match := _CHANGE.fullmatch(folded)):
        number = _number(match.group(3))
        return Value(-number if match.group(2) else number)
    return Value(None, readable=False)


def looks_like_value(text: str) -> bool:
    """Whether a text could stand in a cell for a number: a number, or a stroke that says there is none."""
    folded = fold(text)
    return bool(
        _COUNT.fullmatch(folded)
        or _AMOUNT.fullmatch(folded)
        or _CHANGE.fullmatch(folded)
        or (folded and folded != "一" and _STRUCK_OUT.fullmatch(folded))
        # Digits run together cannot be read, but they are a value all the same.
        or re.fullmatch(r"[\d ,.]+", folded)
    )


def unit_in(text: str) -> str | None:
    """The unit of money a header prints, as in 本年收费金额（单位：万元）."""
    match = _UNIT.search(unicodedata.normalize("NFKC", text))
    return match.group() if match else None
