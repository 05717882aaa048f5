"""Dates as agencies print them."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
}
_NUMERIC = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
_CHINESE = re.compile(
    r"([二][〇零○Ｏ一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)

_IN_URL = (
    re.compile(r"[/_]t((?:19|20)\d\d)(\d\d)(\d\d)_"),
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)"),
    # /20230331/ and /20230105154514427.html: a date, or a time to the millisecond.
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6,11})?(?=[/._])"),
)


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _number(chinese: str) -> str:
    if "十" not in chinese:
        return _DIGITS[chinese]
    tens, _, ones = chinese.partition("十")
    return str(int(_DIGITS[tens] if tens else "1") * 10 + int(_DIGITS[ones] if ones else "0"))


def dates(text: str) -> list[str]:
    """Every date in a text, in the order printed, ISO 8601 (the time zone is China's, +08:00)."""
    found: list[tuple[int, str]] = []
    for match in _NUMERIC.finditer(text):
        if iso := _iso(*match.groups()):
            found.append((match.start(), iso))
    for match in _CHINESE.finditer(text):
        year = "".join(_DIGITS[character] for character in match.group(1))
        if iso := _iso(year, _number(match.group(2)), _number(match.group(3))):
            found.append((match.start(), iso))
    return [iso for _, iso in sorted(found)]


def first_date(text: str) -> str | None:
    """The first date in a text, or None."""
    found = dates(text)
    return found[0] if found else None


def date_in_url(url: str) -> str | None:
    """The date in a URL's path as the site families write it (t20240125_97791, /2024/1/25/, 2022-01-18), or None."""
    for pattern in _IN_URL:
        if (match := pattern.search(url)) and (iso := _iso(*match.groups())):
            return iso
    return None
