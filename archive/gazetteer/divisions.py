"""The divisions of China by code and by name."""

from __future__ import annotations

import csv
import lzma
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from archive.gazetteer import names

Level = Literal["province", "city", "district", "street", "town"]

_HERE = Path(__file__).parent
DIVISIONS = _HERE / "divisions.csv.xz"
OVERRIDES = _HERE / "overrides.csv"

# Only these can have short names; the test keeps loading fast.
_HAS_SHORT = re.compile("族|自治|（|(?:开发区|园区|街道地区)$")


class GazetteerError(Exception):
    """A data file of the gazetteer cannot be read."""


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city, district (six digits) or a street or town (nine digits).

    Zones count as districts where they have six digits, and zones, farms and prisons as towns
    where they have nine; a nine-digit division is a street by its name (街道, 办事处, 地区) or number.
    """

    code: str
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class Parents:
    """Names of the divisions that hold a division, itself among them; None where there is none.

    `city` is None in a municipality (通州区: 北京市, None, 通州区) and for counties straight under
    a province; `district` is None in cities without districts (东莞市).
    """

    province: str | None
    city: str | None
    district: str | None


def level_of(code: str, name: str) -> Level:
    """The level that a code has by its shape, and a nine-digit one by its name."""
    if len(code) == 9:
        return "street" if names.is_street(name, code) else "town"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "district"


def prefix(code: str) -> str:
    """The digits that all divisions below `code` begin with: 41 of 410000, 4103 of 410300.

    Longer codes are cut to nine digits. Raises ValueError for what is not a division's code.
    """
    if not code.isascii() or not code.isdigit() or len(code) not in (2, 4, 6, 9, 12):
        raise ValueError(f"{code!r} is not the code of a division: 6 digits, or 9 for a street or town")
    if len(code) > 9:
        code = code[:9]
    if len(code) == 9:
        return code[:6] if code.endswith("000") else code
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if len(code) == 6 and code.endswith("00") else code


class DivisionIndex:
    """Divisions by code and by name, from `divisions` (code, name) with `overrides` laid over them."""

    def __init__(self, divisions: Iterable[tuple[str, str]], overrides: Iterable[tuple[str, str, str]] = ()) -> None:
        self._names: dict[str, str] = dict(divisions)
        self._removed: set[str] = set()
        aliases: list[tuple[str, str]] = []
        for code, name, kind in overrides:
            if kind == "alias":
                aliases.append((code, name))
            elif kind == "rename":
                aliases.append((code, self._names[code]))
                self._names[code] = name
            elif kind == "add":
                self._names[code] = name
            elif kind == "remove":
                self._names.pop(code)
                self._removed.add(code)
            else:
                raise GazetteerError(f"override of {code}: kind {kind!r} is not alias, rename, add or remove")
        # Names of provinces, cities and districts; and of streets and towns.
        self.upper: dict[str, list[str]] = {}
        self.lower: dict[str, list[str]] = {}
        for code, name in self._names.items():
            self._index(code, name)
            if _HAS_SHORT.search(name):
                for short in names.short_names(name):
                    # A street-level 高新区 is no name to know a place by.
                    if len(code) == 6 or names.TOWN_NAME.search(short):
                        self._index(code, short)
        for code, name in aliases:
            self._index(code, name)

    def _index(self, code: str, name: str) -> None:
        if name.endswith("街道办事处"):
            # A handful of streets are listed with their office; 新华街道 must find them all.
            name = name.removesuffix("办事处")
        codes = (self.lower if len(code) == 9 else self.upper).setdefault(name, [])
        if code not in codes:
            codes.append(code)

    @cached_property
    def stems(self) -> dict[str, list[str]]:
        """Districts by name without 县, 区 or 市: 高陵 for 高陵区, which was 高陵县."""
        stems: dict[str, list[str]] = {}
        for code, name in self._names.items():
            if len(code) == 6 and not code.endswith("00") and (short := names.stem(name)):
                stems.setdefault(short, []).append(code)
        return stems

    @cached_property
    def short(self) -> dict[str, list[str]]:
        """Provinces and cities by the short name that may precede a division in them: 陕西, 西安."""
        short: dict[str, list[str]] = {}
        for code, name in self._names.items():
            if len(code) == 6 and code.endswith("00") and name[-1] in "省市" and len(name) > 2:
                short.setdefault(name[:-1], []).append(code)
        for name, codes in self.upper.items():
            if any(code.endswith("0000") for code in codes) and name[-1] not in "省市区":
                short.setdefault(name, []).extend(codes)
        return short

    def division(self, code: str) -> Division | None:
        """The division of a six- or nine-digit code, or None."""
        name = self._names.get(code)
        return None if name is None else Division(code, name, level_of(code, name))

    def parents(self, code: str) -> Parents:
        """Province, city and district of a code, the division itself among them."""
        province, city, district = self.ancestors(code)
        return Parents(self._names.get(province or ""), self._names.get(city or ""), self._names.get(district or ""))

    def ancestors(self, code: str) -> tuple[str | None, str | None, str | None]:
        """The codes of a division's province, city and district, itself among them."""
        digits = prefix(code)
        found: list[str | None] = []
        for length in (2, 4, 6):
            padded = digits[:length].ljust(6, "0")
            found.append(padded if len(digits) >= length and padded in self._names else None)
        # 441900 is 东莞市 itself, not a district of it.
        return found[0], found[1], None if len(digits) < 6 or digits[:6].endswith("00") else found[2]

    def knows_district(self, code: str) -> bool:
        """Whether the gazetteer has the district that a code lies in; an abolished one it has not."""
        digits = prefix(code)[:6]
        return len(digits) < 6 or digits.ljust(6, "0") in self._names or digits in self._removed

    def find(self, name: str, *, within: str | None = None) -> list[Division]:
        """Divisions of that name below `within` (itself included), in the order of their codes.

        The name may carry its agency's suffix: 汉屯路街道办事处, 悦来镇人民政府, 西工区政府.
        """
        printed = names.clean(name)
        bare = printed
        for suffix in ("人民政府", "政府", "管理委员会", "管委会"):
            if printed.endswith(suffix):
                bare = printed.removesuffix(suffix)
                break
        codes = {code for key in {printed, bare} for code in self.upper.get(key, ())}
        codes |= {code for key in names.street_variants(bare) for code in self.lower.get(key, ())}
        digits = prefix(within) if within else ""
        return [
            division
            for code in sorted(codes)
            if code.startswith(digits) and (division := self.division(code)) is not None
        ]


def load() -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """The packaged divisions (code, name) and overrides (code, name, kind).

    Raises GazetteerError when a file is missing or damaged.
    """
    try:
        text = lzma.decompress(DIVISIONS.read_bytes()).decode("utf-8")
        rows = [(line[0], line[1]) for line in csv.reader(text.splitlines()[1:])]
        with OVERRIDES.open(encoding="utf-8", newline="") as lines:
            overrides = [(row["code"], row["name"], row["kind"]) for row in csv.DictReader(lines)]
    except (OSError, lzma.LZMAError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise GazetteerError(
            f"the gazetteer in {_HERE} cannot be read ({error!r}): reinstall, "
            "or rebuild it with python -m archive.gazetteer.build"
        ) from error
    return rows, overrides
