"""Resolves an agency as printed to its canonical name, level and division."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from archive.gazetteer import names
from archive.gazetteer.divisions import DivisionIndex, Level, level_of, load, prefix
from archive.gazetteer.evidence import choose_town, choose_upper
from archive.gazetteer.printed import Leading, Town, known_town, leading, unknown_town

AgencyLevel = Level | Literal["department", "other"]


@dataclass(frozen=True, slots=True)
class Agency:
    """An issuing agency.

    `name`: canonical (汉屯路街道办事处, 悦来镇人民政府, 西工区人民政府), a department's as printed and
    completed with its district (西工区教育局). `division`: the code of the division that it governs or,
    for a department, belongs to: 6 digits, padded for provinces and cities, or 9; None where not certain.
    """

    name: str
    level: AgencyLevel
    division: str | None


class Gazetteer(DivisionIndex):
    """The divisions of China, and the agencies that govern them."""

    def resolve(self, printed: str, *, within: str | None = None, text: str = "") -> Agency:
        """The agency that `printed` names, on the site of division `within`, in a report of `text`.

        A division printed in the name decides before `within`, and `within` before `text`. Where
        several divisions fit and nothing decides, `division` is None. Raises ValueError for a
        `within` that is not a division's code. The four municipalities are cities here: provinces by
        rank, they are governed and named as cities (上海市人民政府).
        """
        agency = self._resolve(printed, within, text)
        if agency.level == "province" and "市人民政府" in agency.name:
            return replace(agency, level="city")
        return agency

    def _resolve(self, printed: str, within: str | None, text: str) -> Agency:
        name = names.clean(printed)
        if not name:
            return Agency(printed.strip(), "other", None)
        head = leading(self, name, within)
        rest = name[head.end :] if head else name
        if head is None and (own := self._own_division(name, within)):
            return own
        joined = re.match(r"人民政府(?=.)", rest) if head else None
        # 南山区人民政府蛇口街道办事处
        tried = rest[joined.end() :] if joined and not names.GOVERNMENT_OFFICE.match(rest) else rest
        if town := self._town(tried, head, within, text):
            return town
        if head is not None:
            return self._of_division(name, rest, head, within, text)
        return self._of_site(name, within, text)

    def _town(self, rest: str, head: Leading | None, within: str | None, text: str) -> Agency | None:
        if not rest:
            return None
        parents = head.codes if head else None
        town = known_town(self, rest, parents)
        if town is None and head and names.BARE_ZONE.match(head.name):
            # A zone governs streets that the gazetteer lists under the districts around it.
            town = known_town(self, rest, None)
        elif town is None and head and len(head.codes) == 1:
            town = self._neighbouring(rest, head.codes[0])
        if town is None:
            if (unknown := unknown_town(rest)) is None:
                return None
            return self._town_agency(unknown, None)
        stated = head is not None and not names.BARE_ZONE.match(head.name)
        named = bool(town.lead) and not names.ZONE.search(town.lead)
        if stated and len(town.codes) == 1:
            return self._town_agency(town, town.codes[0])
        code = choose_town(self, town.codes, within, text, anywhere=not named)
        if code is None and stated and within:
            # The printed district is not the site's: the site says nothing more.
            code = choose_town(self, town.codes, None, text)
        return self._town_agency(town, code)

    def _neighbouring(self, rest: str, district: str) -> Town | None:
        """A district's street that the gazetteer lists under a zone (7x) of the same city, or the reverse."""
        town = known_town(self, rest, None)
        if town is None or town.lead or district.endswith("00"):
            return None
        codes = [c for c in town.codes if c[:4] == district[:4] and "7" in (c[4], district[4])]
        return Town(tuple(codes), town.name, "", town.tail) if len(codes) == 1 else None

    def _town_agency(self, town: Town, code: str | None) -> Agency:
        division = self.division(code) if code else None
        name = division.name if division and names.TOWN_NAME.search(division.name) else town.name
        if division and not names.TOWN_NAME.search(division.name) and town.name != division.name:
            name = town.name
        if name.endswith("办事处") and not name.endswith(("街道办事处", "地区办事处")):
            government = name
        else:
            government = names.government_of_town(name.removesuffix("办事处"))
        level: AgencyLevel = division.level if division else ("street" if names.is_street(name) else "town")
        if not names.OWN_OFFICE.match(town.tail):
            # 悦来镇财政所 works in the town and is not its government.
            other = names.NOT_GOVERNMENT.search(town.tail)
            return Agency(name + town.tail, "other" if other else "department", code)
        if government == name and not names.TOWN_NAME.search(name):
            government = name + (town.tail if names.GOVERNMENT.match(town.tail) else "")
        return Agency(government, level, code)

    def _of_division(self, name: str, rest: str, head: Leading, within: str | None, text: str) -> Agency:
        """A government or department whose division is printed before it."""
        code = choose_upper(self, head.codes, within, text)
        if not rest or names.GOVERNMENT.match(rest):
            level = level_of(code or head.codes[0], head.name)
            if rest in ("", "政府"):
                rest = "管委会" if names.ZONE.search(head.name) and self._is_zone(head) else "人民政府"
            return Agency(name[: head.end] + rest, level, code)
        if office := names.GOVERNMENT_OFFICE.match(rest):
            return Agency(name[: head.end] + _office(office["office"]), "department", code)
        return Agency(name, _level_of_unit(rest), code)

    def _is_zone(self, head: Leading) -> bool:
        return all(
            code[4] == "7" or (division := self.division(code)) is None or division.name != head.name
            for code in head.codes
        )

    def _own_division(self, name: str, within: str | None) -> Agency | None:
        """区统计局, 市政府办公室, 镇人民政府: an agency that names its division by its kind alone."""
        if not within:
            return None
        digits = prefix(within)
        own = names.SELF_REFERENCE.match(name)
        if own and len(digits) == 9 and (division := self.division(digits)):
            government = names.government_of_town(division.name.removesuffix("办事处"))
            return Agency(government, division.level, digits)
        match = names.OWN_DIVISION.match(name)
        code = self._kind_of(match[1], within) if match else None
        if match is None or code is None or (not match[2]):
            return None
        if unknown_town(name):
            return None
        division_name = self._names[code]
        if names.GOVERNMENT.match(match[2]):
            government = "人民政府" if match[2] == "政府" else match[2]
            return Agency(division_name + government, level_of(code, division_name), code)
        if office := names.GOVERNMENT_OFFICE.match(match[2]):
            return Agency(division_name + _office(office["office"]), "department", code)
        return Agency(division_name + match[2], _level_of_unit(match[2]), code)

    def _kind_of(self, kind: str, within: str) -> str | None:
        """The division that 区, 县, 市, 州 or 省 alone means on the site of `within`."""
        province, city, district = self.ancestors(within)
        if kind != "省" and not self.knows_district(within):
            return None
        if kind == "省":
            return province
        if kind in "州盟":
            return city
        if kind == "市":
            if district and self._names[district].endswith("市"):
                return district
            return city or (province if province and self._names[province].endswith("市") else None)
        if district is None and city is None and kind == "区" and province:
            return province if self._names[province].endswith("自治区") else None
        return district

    def _of_site(self, name: str, within: str | None, text: str) -> Agency:
        """A name with no division in it: a department of the site's division, or unknown."""
        level = _level_of_unit(name)
        if names.COMMITTEE.search(name) and names.ZONE.search(names.COMMITTEE.sub("", name)):
            return Agency(name, "other", None)
        if level == "other":
            return Agency(name, level, None)
        if within:
            ancestors = self.ancestors(within)
            code = ancestors[2] or ancestors[1] or ancestors[0]
            if code is None or not self.knows_district(within):
                return Agency(name, level, None)
            if names.OWN_DIVISION.match(name):
                return Agency(name, level, None)
            division_name = self._names[code]
            if names.GOVERNMENT.match(name):
                government = "人民政府" if name == "政府" else name
                return Agency(division_name + government, level_of(code, division_name), code)
            if name.startswith("国家") or division_name[:-1] in name:
                # 国家税务总局西工区税务局, 公安局长安分局
                return Agency(name, level, code)
            return Agency(division_name + name, level, code)
        return self._named_in(name, level, text)

    def _named_in(self, name: str, level: AgencyLevel, text: str) -> Agency:
        """区统计局 as 碑林区统计局, where the text prints it in full, always with the same district."""
        own = names.OWN_DIVISION.match(name)
        unit = own[2] if own else name
        found: set[tuple[str, tuple[str, ...]]] = set()
        for match in re.finditer(re.escape(unit), text) if len(unit) > 2 else ():
            for start in range(max(0, match.start() - 12), match.start() - 1):
                if codes := self.upper.get(text[start : match.start()]):
                    found.add((text[start : match.start()], tuple(codes)))
                    break
        if len(found) == 1:
            division_name, candidates = found.pop()
            return Agency(division_name + unit, level, choose_upper(self, candidates, None, text))
        return Agency(name, level, None)


def _office(printed: str) -> str:
    return "人民政府" + ("办公厅" if printed == "办公厅" else "办公室")


def _level_of_unit(rest: str) -> AgencyLevel:
    if names.NOT_GOVERNMENT.search(rest):
        return "other"
    return "department" if names.DEPARTMENT.search(rest) else "other"


def agency_id(agency: Agency, site: str | None = None) -> str:
    """A stable identifier of an agency: its division's code for a government or street office.

    For all others `<division>-<hash>`: the first 8 hexadecimal digits of the SHA-256 of the name
    without the division's; `site`, the division of the site it was found on, or `x` stands in
    where the division is not known.
    """
    if agency.division and agency.level not in ("department", "other"):
        return agency.division
    index = gazetteer()
    name = agency.name
    division = index.division(agency.division) if agency.division else None
    head = leading(index, name, agency.division)
    if division and name.startswith(division.name):
        name = name.removeprefix(division.name)
    elif agency.division and head and agency.division in head.codes and head.end < len(name):
        name = name[head.end :]
    digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:8]
    return f"{agency.division or site or 'x'}-{digest}"


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The packaged gazetteer, loaded once. Raises GazetteerError when its data cannot be read."""
    return Gazetteer(*load())
