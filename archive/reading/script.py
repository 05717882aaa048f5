"""Characters brought to their usual form, to search and compare by; stored text keeps those it is printed in."""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

# Radicals that Unicode gives no character for, which the fonts of PDF documents yield for the character all the same.
_SUPPLEMENT = dict(
    zip("⺠⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰", "民见角贝车长门青韦页风飞食马鬼鱼鸟麦黄齐齿龙", strict=True)
)
_RADICALS = {
    code: unicodedata.normalize("NFKC", character)
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
    if unicodedata.normalize("NFKC", character := chr(code)) != character
} | {ord(radical): character for radical, character in _SUPPLEMENT.items()}


def without_radicals(text: str) -> str:
    """The text with radicals and compatibility ideographs, as PDF fonts yield them, replaced one by one."""
    return text if text.isascii() else text.translate(_RADICALS)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplify(text: str) -> str:
    """The text in Simplified script (OpenCC's t2s, which keeps 乾隆 and 著作); Simplified text as it is.

    The result may differ in length where OpenCC knows a phrase.
    """
    if not has_traditional(text):
        return text
    return str(_converter().convert(text))


def has_traditional(text: str) -> bool:
    """Whether the text may hold Traditional characters: any that are Chinese and not in GB 2312."""
    if text.isascii():
        return False
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False
