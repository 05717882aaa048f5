"""Takes an agency's printed name apart: the divisions named first, the street or town, and what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.gazetteer import names
from archive.gazetteer.divisions import DivisionIndex, prefix

_LONGEST = 16
_LEAD = re.compile(r"^(.{1,10}?[省市区县旗州盟])(?=.{3})")
_TOWN = re.compile(r"^(.{1,12}?(?:街道|镇|乡|苏木))(办事处|人民政府|政府)?(.*)$")


@dataclass(frozen=True, slots=True)
class Leading:
    """The divisions printed at the head of a name: codes that the deepest may have, and where it ends."""

    codes: tuple[str, ...]
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Town:
    """A street or town printed in a name: codes that it may have, its name, what precedes and follows."""

    codes: tuple[str, ...]
    name: str
    lead: str
    tail: str


def _below(codes: Sequence[str], parents: Sequence[str] | None) -> tuple[str, ...]:
    if parents is None:
        return tuple(codes)
    digits = [prefix(parent) for parent in parents]
    return tuple(c for c in codes if c not in parents and any(c.startswith(d) for d in digits))


def town_at(index: DivisionIndex, text: str, parents: Sequence[str] | None = None) -> Town | None:
    """The longest street or town of the gazetteer, below `parents`, that `text` begins with."""
    for end in range(min(len(text), _LONGEST), 1, -1):
        tail = text[end:]
        own = bool(names.OWN_OFFICE.match(tail))
        for name in names.street_variants(text[:end]):
            codes = index.lower.get(name)
            if not codes or names.BARE_ZONE.match(name) or not (found := _below(codes, parents)):
                continue
            standard = names.TOWN_NAME.search(name) and len(name) > 2
            # 龙镇, 农场 and 城南 stand only where nothing but their own office follows; and 城关镇
            # is not meant in 城关镇街道.
            if own or (standard and not re.match("街道|镇|乡|办事处|村", tail)):
                return Town(found, name, "", tail)
    return None


def _upper_at(
    index: DivisionIndex, text: str, start: int, parents: Sequence[str] | None, within: str | None
) -> Leading | None:
    """The longest province, city or district, below `parents`, that stands at `start`."""
    for end in range(min(len(text), start + _LONGEST), start + 1, -1):
        name = text[start:end]
        codes = index.upper.get(name)
        if not codes:
            continue
        found = _below(codes, parents)
        if not found and parents is not None and len(codes) == 1 and len(name) > 2:
            # The district has moved since: 巢湖市庐江县 is now in 合肥市.
            found = tuple(codes)
        if name in names.GENERIC_DISTRICTS and parents is None and end < len(text):
            # 城区 is three districts' name and the beginning of many departments'.
            found = tuple(c for c in found if within and prefix(within).startswith(c))
        if found:
            return Leading(found, end, name)
    return None


def _former_at(index: DivisionIndex, text: str, start: int, parents: Sequence[str] | None) -> Leading | None:
    """A district under its former kind: 高陵县, which is 高陵区 now."""
    match = re.match(r"(.{2,8}?)([县区市])", text[start:])
    if match and (found := _below(index.stems.get(match[1], ()), parents)):
        return Leading(found, start + match.end(), match[0])
    return None


def _short_at(index: DivisionIndex, text: str, start: int, parents: Sequence[str] | None) -> Leading | None:
    """A province or city by its short name, directly before a division in it: 陕西西安市, 西安高陵区."""
    for end in range(min(len(text), start + 5), start + 1, -1):
        codes = _below(index.short.get(text[start:end], ()), parents)
        # 江苏淮安洪泽区; but 湖南镇 has nothing in 湖南 after it.
        if codes and (
            _upper_at(index, text, end, codes, None)
            or _short_at(index, text, end, codes)
            or town_at(index, text[end:], codes)
        ):
            return Leading(codes, end, text[start:end])
    return None


def leading(index: DivisionIndex, text: str, within: str | None) -> Leading | None:
    """The divisions that `text` names first, outermost to innermost, or None.

    A longer street's or town's name wins over a division's that it begins with: 城区街道, 北京街道.
    """
    found: Leading | None = None
    while True:
        start = found.end if found else 0
        parents = found.codes if found else None
        step = (
            _upper_at(index, text, start, parents, within)
            or _short_at(index, text, start, parents)
            or _former_at(index, text, start, parents)
        )
        if step is None:
            return found
        town = town_at(index, text[start:], parents)
        if town is not None and len(text) - start - len(town.tail) > step.end - start:
            return found
        found = step


def known_town(index: DivisionIndex, text: str, parents: Sequence[str] | None) -> Town | None:
    """A street or town of the gazetteer in `text`, which may begin with a division that it does not know.

    Only the end of a word like 区 or 县 may stand before it: 高新区青田街道, never 王 before 新街道.
    """
    if town := town_at(index, text, parents):
        return town
    for start in range(1, len(text) - 1):
        if (
            text[start - 1] in "省市区县旗州盟"
            and (town := town_at(index, text[start:], parents))
            and names.TOWN_NAME.search(town.name)
        ):
            return Town(town.codes, town.name, text[:start], town.tail)
    return None


def unknown_town(text: str) -> Town | None:
    """A street or town that the gazetteer does not have, by the form of its name."""
    lead = _LEAD.match(text)
    for head in ([lead[1]] if lead else []) + [""]:
        match = _TOWN.match(text[len(head) :])
        if match and names.OWN_OFFICE.match((match[2] or "") + match[3]):
            if len(match[1]) < 3 and not match[2]:
                continue
            if head and match[1][0] in "路街道桥":
                # 红旗路街道: 旗 belongs to the road's name, and no division ends there.
                continue
            return Town((), match[1], head, match[3])
    return None
