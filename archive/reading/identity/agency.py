"""The issuing agency: from the title, the signature, or what the text says of its author."""

from __future__ import annotations

import re
from collections.abc import Callable

from archive.gazetteer import Agency, find_agencies, gazetteer
from archive.reading.identity.titles import KEY, Title, squeeze
from archive.reading.model import Source, Warning

ANNOUNCED = re.compile(rf"(?:公布|公开|发布|编制(?:了|的)?|现将|撰写)[《“]?(?P<title>[^，。；：《》]{{0,40}}?{KEY})")
_COMPILED_BY = re.compile(
    r"由([\u4e00-\u9fff]{4,30}?(?:街道办事处|街道|人民政府办公室|人民政府|镇(?!管理|化)|乡(?!建设|规划|村)|局|委员会|中心))"
    r"(?:负责|组织|结合|根据|依据|按照|依照|编制|编写|公布|发布)"
)
_DOWNLOAD = re.compile(
    r"可(?:以)?(?:从|在|于|到)([\u4e00-\u9fff]{4,30}?(?:街道办事处|街道|镇(?!管理|化)|乡(?!建设|规划|村)|局|委员会))[^，。]{0,24}?(?:下载|查阅)"
)
_CONTACT = re.compile(
    r"(?:请与|请联系|可与|可联系|与|向)([\u4e00-\u9fff]{4,30}?(?:街道办事处|街道|人民政府|镇(?!管理|化)|乡(?!建设|规划|村)|局|委员会|中心))"
    r"[^，。；]{0,24}?(?:联系|咨询|（|\(|，?电话)"
)
_SUBJECT = re.compile(
    r"(?:(?:^|[。\n])(?:20\d\d年度?[，,]?)?(?:本(?:年度)?(?:报告|年报)由)?|20\d\d年度?[，,]|报告由)"
    r"([\u4e00-\u9fff]{2,24}?(?:街道办事处|街道|镇(?!管理|化)|乡(?!建设|规划|村)|人民政府|局|委员会))"
)
# Words that name no agency although they end like one.
_NO_NAME = re.compile(r"我|本(?:局|街|镇|乡|区|县|机关|单位|级)|以上|各|有关|相关|上级|全(?:区|县|市|镇|街)")


def issuing_agency(
    title: Title | None,
    lines: list[str],
    tail: list[str],
    body: str,
    source: Source,
    content_source: str | None,
    warnings: list[Warning],
) -> Agency | None:
    """The agency that issues a report, resolved to its division; None where nothing names it.

    Appends to `warnings` where the title and the signature name agencies of different divisions.
    """
    resolve = gazetteer().resolve
    evidence = body[:6000]

    def resolved(printed: str | None) -> Agency | None:
        return resolve(printed, within=source.division, text=evidence) if printed else None

    signed = _signature(tail)
    candidates = [
        title.agency if title else None,
        signed,
        _agency_in(source.link_text),
        _announced_agency(body),
        source.link_agency,
        _letterhead(lines[:8]),
        _first_named(_COMPILED_BY, body),
        _own_name(body),
        _first_named(_CONTACT, body),
        _first_named(_DOWNLOAD, body),
        _agency_in(content_source),
    ]
    printed = next((candidate for candidate in candidates if candidate), None)
    agency = resolved(printed)
    if title and agency and (own := _against_site_name(title, agency, source, (signed, content_source), resolved)):
        agency = own
    if agency is None:
        return _owner(body, source)
    if title and title.agency and signed and (signer := resolved(signed)):
        apart = signer.division and agency.division and not _related(signer.division, agency.division)
        if apart:
            warnings.append(Warning("agency_disagrees", f"titled {title.agency}, signed {signed}"))
    return agency


def _against_site_name(
    title: Title,
    titled: Agency,
    source: Source,
    others: tuple[str | None, ...],
    resolved: Callable[[str | None], Agency | None],
) -> Agency | None:
    """The unit whose column a report stands in, where a title's agency is but the site's name put before it.

    Only where the row that leads there names no agency, and the signature or the source confirms the unit.
    """
    row = squeeze(source.link_text or "")
    if not source.link_agency or not title.agency or len(row) < 6 or _agency_in(row) or title.text == row:
        return None
    if not title.text.endswith(row):
        return None
    unit = resolved(source.link_agency)
    if unit is None or unit == titled:
        return None
    return unit if any(other and resolved(_agency_in(other) or other) == unit for other in others) else None


def _related(first: str, second: str) -> bool:
    """Whether one division lies in the other: an office signs for its government."""
    short, long = sorted((first.rstrip("0"), second.rstrip("0")), key=len)
    return long.startswith(short)


def _agency_in(text: str | None) -> str | None:
    found = find_agencies(text) if text else []
    return found[0] if found else None


def _signature(tail: list[str]) -> str | None:
    """The agency that signs: a short line of its own at the end, near the date."""
    for line in reversed(tail):
        text = squeeze(line)
        text = re.sub(r"20\d\d年\d{1,2}月\d{1,2}日.*$", "", text)
        if 3 <= len(text) <= 30 and not re.search(r"[，。；：:、]", text):
            found = find_agencies(text)
            if found and len(found[0]) >= len(text) * 0.8:
                return found[0]
    return None


def _letterhead(head: list[str]) -> str | None:
    for line in head:
        text = squeeze(line)
        if len(text) <= 30 and text.endswith("文件"):
            return _agency_in(text)
    return None


def _announced_agency(body: str) -> str | None:
    match = ANNOUNCED.search(squeeze(body[:3000]))
    if match is None or re.match(r"^(?:我|本)", match["title"]):
        return None
    return _agency_in(match["title"])


def _own_name(body: str) -> str | None:
    """The agency whose work the text describes: the subject of a sentence, where there is one such agency only."""
    subjects = _SUBJECT.findall(body[:3000])
    named = {name for text in subjects if (name := _agency_in(text)) and len(name) >= len(text) * 0.8}
    named = {name for name in named if not _NO_NAME.search(name)}
    # 高楼乡 and 高楼乡人民政府 are one.
    longest = {name for name in named if not any(name != other and other.startswith(name) for other in named)}
    return longest.pop() if len(longest) == 1 else None


def _first_named(pattern: re.Pattern[str], body: str) -> str | None:
    """The agency that the preamble names as the report's author, or as the one that questions go to."""
    match = pattern.search(squeeze(body[:4000]))
    name = _agency_in(match.group(1)) if match else None
    return name if name and not _NO_NAME.search(name) else None


def _owner(body: str, source: Source) -> Agency | None:
    """The site's owner, where the text speaks of itself as what the owner is (我区, 我街道, 我镇)."""
    if not source.division:
        return None
    division = gazetteer().division(source.division)
    if division is None:
        return None
    words = {
        "district": r"[我本全][区县市旗]",
        "street": r"[我本](?:街道|办事?处?)",
        "town": r"[我本全][镇乡]",
    }
    pattern = words.get(division.level)
    if pattern is None or not re.search(pattern, body[:3000]):
        return None
    return gazetteer().resolve(division.name, within=source.division)
