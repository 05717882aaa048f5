"""Which of several divisions of one name is meant: by the site's division, then by the report's text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.gazetteer.divisions import DivisionIndex, prefix

_ENDS = re.compile("[省市区县旗州盟]")
_LONGEST = 15
# The head of a report names its place; the rest of a long page (navigation, links) names others.
_TEXT = 20_000


def mentions(index: DivisionIndex, text: str) -> set[str]:
    """The codes of provinces, cities and districts that `text` names in full, all of an ambiguous name's."""
    found: set[str] = set()
    text = text[:_TEXT]
    for match in _ENDS.finditer(text):
        end = match.end()
        for start in range(max(0, end - _LONGEST), end - 1):
            name = text[start:end]
            if name in index.upper:
                # 城区 and 高新区 are ordinary words of every report.
                if len(name) > 2 and not _is_common(name):
                    found.update(index.upper[name])
                break
    return found


def _is_common(name: str) -> bool:
    return name in ("高新区", "经开区", "新市区", "市中区", "城中区", "市辖区")


def by_text(index: DivisionIndex, codes: Sequence[str], text: str) -> tuple[str | None, bool]:
    """The one of `codes` that the text speaks for, and whether the text speaks against them all.

    A district named in the text counts before a city, a city before a province. Against them all:
    the text names districts or cities, and none of them holds one of `codes`.
    """
    if not text:
        return None, False
    named = mentions(index, text)
    if not named:
        return None, False
    best: list[str] = []
    strongest = (False, False, False)
    for code in codes:
        province, city, district = index.ancestors(code)
        # A district among the candidates is no evidence for itself: its name is what is ambiguous.
        support = (len(code) == 9 and district in named, city in named, province in named)
        if support > strongest:
            best, strongest = [code], support
        elif support == strongest:
            best.append(code)
    if not any(strongest):
        against = any(not code.endswith("0000") and code not in codes for code in named)
        return None, against
    return (best[0] if len(best) == 1 else None), False


def choose_town(
    index: DivisionIndex, codes: Sequence[str], within: str | None, text: str, *, anywhere: bool = True
) -> str | None:
    """The one of `codes`, streets and towns of one name, that is meant, or None.

    `anywhere`: a name borne once in China decides by itself, where neither site nor text speaks.
    """
    if not within:
        chosen, against = by_text(index, codes, text)
        return chosen or (codes[0] if len(codes) == 1 and anywhere and not against else None)
    digits = prefix(within)
    for scope in (digits, digits[:6]):
        inside = [code for code in codes if code.startswith(scope)]
        if len(inside) == 1:
            return inside[0]
        if inside:
            return by_text(index, inside, text)[0]
    if len(digits) >= 6:
        # The statistics bureau lists a zone's streets under the zone (7x), though their offices
        # belong to a district of the same city and report on its site; and the other way round.
        zones = [code for code in codes if code[:4] == digits[:4] and "7" in (code[4], digits[4])]
        if len(zones) == 1:
            return zones[0]
    # The site has none of that name, so it carries another's report, if the text says whose.
    chosen, _ = by_text(index, codes, text)
    if chosen and index.ancestors(chosen)[2] in mentions(index, text):
        return chosen
    return None


def choose_upper(index: DivisionIndex, codes: Sequence[str], within: str | None, text: str) -> str | None:
    """The one of `codes`, printed provinces, cities or districts of one name, that is meant, or None."""
    if len(codes) == 1:
        return codes[0]
    if within:
        digits = prefix(within)
        related = [code for code in codes if digits.startswith(prefix(code)) or code.startswith(digits)]
        if len(related) > 1:
            # 吉林市 within 220200, not a namesake below it.
            related = [code for code in related if digits.startswith(prefix(code))] or related
        if len(related) == 1:
            return related[0]
        if not related:
            neighbours = [code for code in codes if len(digits) >= 4 and code[:4] == digits[:4]]
            if len(neighbours) == 1:
                return neighbours[0]
        codes = related or codes
    return by_text(index, codes, text)[0]
