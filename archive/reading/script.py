"""Traditional script brought to Simplified, to search and compare by; stored text keeps the script it is printed in."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC


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
