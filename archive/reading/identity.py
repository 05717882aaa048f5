"""Which report a document is: title, agency, year, date published; each from its best evidence, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from archive.gazetteer import Agency, agency_id, find_agencies, gazetteer
from archive.reading.dates import date_in_url, dates, first_date
from archive.reading.figures import Tables
from archive.reading.model import Source, Warning

_KEY = (
    r"(?:政府信息公开|信息公开|政务公开|政府信息)(?:工作)?(?:情况)?的?(?:(?:20\d\d)?年度?)?(?:工作)?(?:情况)?的?"
    r"(?:年度)?(?:工作)?(?:总结)?(?:报告|年报)"
)
_YEAR = r"(?:20\d\d|二[〇○零Ｏ][一二三四五六七八九〇○零]{2})"
_TITLE = re.compile(
    rf"(?P<before>[^，。；：:！？、]{{0,40}}?)(?P<year>{_YEAR})?(?:年度|年)?(?P<between>[^，。；：:！？0-9]{{0,40}}?)(?P<key>{_KEY})"
    rf"(?P<after>[(（][^)）]{{0,24}}[)）])?$"
)
_NOT_THE_REPORT = re.compile(
    r"解读|图解|一图|看懂|读懂|图说|指南|制度|办法|通知|的函|请示|批复|方案|工作要点|意见|规定|格式|模板|范本|培训|目录|"
    r"网站.{0,6}(?:年度)?(?:工作)?(?:年度)?报表|法治政府|统计报表|公示|问答|新闻发布|专栏|栏目|链接|查看更多|评议"
)
_SIX_HEADINGS = (
    re.compile(r"^一、.{0,12}(?:总体情况|概述|基本情况|总体工作情况)"),
    re.compile(r"^二、.{0,20}主动公开"),
    re.compile(r"^[三四]、.{0,20}(?:收到和处理|依申请公开)"),
    re.compile(r"^[四五六]、.{0,40}(?:行政复议|行政诉讼)"),
    re.compile(r"^[四五六七]、.{0,20}(?:问题|改进|不足)"),
    re.compile(r"^[五六七八]、.{0,20}(?:其他需要(?:报告|说明)|需要说明)"),
)
_PERIOD = re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日.{0,8}?(?:(20\d\d)\s*年\s*)?12\s*月\s*31\s*日")
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(20\d\d)\s*年")
_ANNOUNCED = re.compile(rf"(?:公布|公开|发布|编制(?:了|的)?|现将|撰写)[《“]?(?P<title>[^，。；：《》]{{0,40}}?{_KEY})")
_SUBJECT = re.compile(
    r"(?:(?:^|[。\n])(?:20\d\d年度?[，,]?)?(?:本(?:年度)?(?:报告|年报)由)?|20\d\d年度?[，,]|报告由)"
    r"([\u4e00-\u9fff]{2,24}?(?:街道办事处|街道|镇|乡|人民政府|局|委员会))"
)
_FIRST_HEADING = re.compile(r"一、(?:政府信息公开(?:工作)?)?总体(?:工作)?情况")
# What the openings of reports say of themselves, and the notices and rules about reports do not.
_PREAMBLE = re.compile(
    r"(?:本(?:年度)?报告|本年报|全文|报告)(?:由|根据|依据|按照|是根据|是按照|中?所列数据|的?电子版|共?分|共?包括|内容包括)"
    r"|(?:公布|公开|发布|编制|汇报|报告)(?:我|本|全)?[^，。；]{0,30}(?:20\d\d)年?度?[^，。；]{0,20}(?:信息公开|政府信息)[^，。；]{0,8}(?:年度)?(?:报告|年报)"
    r"|(?:根据|依据|按照)《(?:中华人民共和国)?政府信息公开条例》[^。]{0,160}(?:编制|制作)(?:了|的)?(?:本|此|20\d\d)"
    r"|所列数据的?(?:统计)?(?:期限|周期)"
)
_PUBLISHED_LABEL = re.compile(r"(?:时间|日期)\s*[:：]?\s*((?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2})")
_SIGNED_DATE = re.compile(r"[\u4e00-\u9fff]{0,30}?(?:20\d\d年\d{1,2}月\d{1,2}日|二[〇○零].{3,12}日)(?:印发|发布)?")
_TRAILING_DATE = re.compile(r"((?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2})(?:\s+\d{1,2}:\d\d(?::\d\d)?)?\s*$")
_FILE_SUFFIX = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd)\s*$", re.IGNORECASE)
_SUBSTANCE_CHARACTERS = 150
# Words that name no agency although they end like one.
_NO_NAME = re.compile(r"我|本(?:局|街|镇|乡|区|县|机关|单位|级)|以上|各|有关|相关|上级|全(?:区|县|市|镇|街)")
_HEAD_LINES = 30
_TAIL_LINES = 12


@dataclass(slots=True)
class Identity:
    """Who issued the document, for which year, under which title and when; None where the page does not say."""

    is_report: bool = False
    title: str | None = None
    agency: Agency | None = None
    agency_id: str | None = None
    year: int | None = None
    published: str | None = None
    warnings: list[Warning] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    year: int | None
    agency: str | None


def squeeze(text: str) -> str:
    """A title without blanks, as it is compared and stored."""
    return re.sub(r"\s+", "", text)


def identify(
    lines: list[str],
    source: Source,
    *,
    titles: list[str],
    published: str | None,
    content_source: str | None,
    tables: Tables,
) -> Identity:
    """Identify a document from its cleaned lines, its metadata, the tables found, and the way it was found."""
    identity = Identity()
    # Boxes of metadata stand in tables: 标题 | 连岛街道2019年度…报告.
    head = [part for line in lines[:_HEAD_LINES] for part in re.split(r"\s*\|+\s*", line) if part][:_HEAD_LINES]
    tail = lines[-_TAIL_LINES:]
    title = None if _is_list(lines) else _best_title(head, titles, source.link_text)
    identity.title = title.text if title else (squeeze(titles[0]) if titles else None)
    identity.is_report = _is_report(title, identity.title, lines, tables)
    identity.published = _published(head, tail, published, source)
    if not identity.is_report and title is None:
        return identity
    body = "\n".join(lines)
    identity.year = _year(title, body, source, identity)
    identity.agency = _agency(title, lines, tail, body, source, content_source, identity)
    if identity.agency:
        identity.agency_id = agency_id(identity.agency, source.division)
    return identity


# --- title --------------------------------------------------------------------------------------------------------


def _read_title(text: str) -> _Title | None:
    """Take a line as the title of an annual report, or None."""
    text = _TRAILING_DATE.sub("", _FILE_SUFFIX.sub("", text))
    squeezed = re.sub(r"^[《“\"【\[·•*#>\-—]+|[》”\"】\]]+$", "", squeeze(text))
    # 保定市人民政府网——…: a site's name in front of the title.
    squeezed = re.sub(r"^[^—]{2,20}(?:网|网站|门户)[—\-]{1,2}", "", squeezed)
    match = _TITLE.fullmatch(squeezed)
    if match is None or len(squeezed) > 80 or _NOT_THE_REPORT.search(squeezed):
        return None
    if "政务公开" in match["key"] and "年度报告" not in match["key"] and "年报" not in match["key"]:
        return None
    printed = match["year"] or _first_year(squeezed)
    named = f"{match['before']}{match['between']}"
    agencies = find_agencies(squeezed) or find_agencies(named)
    agency = agencies[0] if agencies else None
    if agency is None and (division := gazetteer().resolve(named)).division:
        # 福州市晋安区2016年…: a division alone stands for its government.
        agency = division.name
    if not printed and agency is None:
        # 政府信息公开年报 alone is the name of a column.
        return None
    return _Title(squeezed, _to_year(printed) if printed else None, agency)


def _like_title(line: str) -> bool:
    return len(line) < 60 and re.search(r"公开|年报|年度报告", line) is not None and not re.search(r"[，,。；;]", line)


def _first_year(text: str) -> str | None:
    match = re.search(r"20\d\d", text)
    return match.group() if match else None


def _to_year(printed: str) -> int:
    digits = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
        "○": "0",
        "零": "0",
    }
    return int("".join(digits.get(character, character) for character in unicodedata.normalize("NFKC", printed)))


def _best_title(head: list[str], declared: list[str], link_text: str | None) -> _Title | None:
    """The title, best one that names agency and year: the metadata's, a heading of up to four lines, or the link's."""
    found: list[tuple[tuple[int, ...], _Title]] = []
    for start in range(len(head)):
        for length in (1, 2, 3, 4):
            part = head[start : start + length]
            if len(part) < length or any(len(line) > 60 or "。" in line for line in part):
                break
            # A title over several lines: every line but the last is a piece of it, not a title or label of its own.
            if length > 1 and any(re.search(r"[:：]", line) for line in part):
                continue
            title = _read_title("".join(part))
            if title is not None:
                found.append(((-_completeness(title), 1, length, start), title))
    for order, text in enumerate(declared):
        if text and (title := _read_title(text)):
            found.append(((-_completeness(title), 0, 1, order), title))
    if link_text and (title := _read_title(link_text)):
        found.append(((-_completeness(title), 2, 1, 0), title))
    return min(found, key=lambda entry: entry[0])[1] if found else None


def _completeness(title: _Title) -> int:
    return (title.year is not None) + (title.agency is not None)


def _is_list(lines: list[str]) -> bool:
    """Whether the lines are a list of reports: titles of three years and more, one a line."""
    listed = {title.year for line in lines if len(line) < 80 and (title := _read_title(line)) and title.year}
    return len(listed) >= 3


def _is_report(title: _Title | None, printed: str | None, lines: list[str], tables: Tables) -> bool:
    """Whether the document is a report: by its title and some substance, else by what only a report says of itself."""
    if title is None and printed and _NOT_THE_REPORT.search(printed):
        return False
    headings = sum(any(pattern.match(squeeze(line)) for line in lines if len(line) < 80) for pattern in _SIX_HEADINGS)
    opening = squeeze("".join(lines[:_HEAD_LINES]))[:4000]
    if title is not None:
        return bool(
            tables.sections
            or headings
            or _PREAMBLE.search(opening)
            or sum(len(line) for line in lines if _read_title(line) is None) >= _SUBSTANCE_CHARACTERS
        )
    if printed is None and any(_NOT_THE_REPORT.search(line) for line in lines[:3] if _like_title(line)):
        return False
    filled = any(figure.printed and figure.printed.strip() for figure in tables.figures)
    # Blank tables are the form itself, as the notices that prescribe it carry it.
    if tables.sections and not filled:
        return False
    first_heading = any(_FIRST_HEADING.fullmatch(squeeze(line)) for line in lines)
    return (
        len(tables.sections) >= 2
        or headings >= 4
        or (bool(tables.sections) and headings >= 2)
        or bool(_PREAMBLE.search(opening))
        or (first_heading and re.search("信息公开|政务公开", opening) is not None)
    )


# --- year ---------------------------------------------------------------------------------------------------------


def _year(title: _Title | None, body: str, source: Source, identity: Identity) -> int | None:
    periods = [int(start) for start, end in _PERIOD.findall(body) if not end or start == end]
    period = periods[0] if periods else None
    opening, _, rest = body.partition("\n二、")
    stated = Counter(int(year) for year in _YEAR_IN_TEXT.findall(opening))
    linked = _first_year(source.link_text or "")
    published = int(identity.published[:4]) if identity.published else None
    year = title.year if title else None
    if year is None:
        likely = stated.most_common(1)[0][0] if stated else None
        announced = _ANNOUNCED.search(squeeze(opening))
        named = _first_year(announced["title"]) if announced else None
        year = period or (int(linked) if linked else None) or (int(named) if named else None) or likely
        if year is None and published:
            year = published - 1
    elif period and period != year:
        identity.warnings.append(
            Warning("year_disagrees", f"the title says {year}, the period of the figures {period}")
        )
    if year is not None:
        if published is not None and published <= year:
            identity.warnings.append(Warning("year_disagrees", f"a report on {year} published {identity.published}"))
        if rest and stated[year + 1] and not period:
            identity.warnings.append(
                Warning("year_disagrees", f"a report on {year} whose opening speaks of {year + 1}")
            )
    return year


# --- agency -------------------------------------------------------------------------------------------------------


def _agency(
    title: _Title | None,
    lines: list[str],
    tail: list[str],
    body: str,
    source: Source,
    content_source: str | None,
    identity: Identity,
) -> Agency | None:
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
        _own_name(body),
        _agency_in(content_source),
    ]
    printed = next((candidate for candidate in candidates if candidate), None)
    agency = resolved(printed)
    if agency is None:
        return _owner(body, source)
    if title and title.agency and signed and (signer := resolved(signed)):
        apart = signer.division and agency.division and not _related(signer.division, agency.division)
        if apart:
            identity.warnings.append(Warning("agency_disagrees", f"titled {title.agency}, signed {signed}"))
    return agency


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
    match = _ANNOUNCED.search(squeeze(body[:3000]))
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


# --- date published -----------------------------------------------------------------------------------------------


def _published(head: list[str], tail: list[str], declared: str | None, source: Source) -> str | None:
    if declared:
        return declared
    if match := _PUBLISHED_LABEL.search(" ".join(line for line in head if len(line) < 200)):
        return first_date(match.group(1))
    for line in head[:8]:
        # 杨浦区新江湾城街道2023年政府信息公开工作年度报告 2024-01-28
        if len(line) < 80 and (match := _TRAILING_DATE.search(line)):
            return first_date(match.group(1))
    if source.link_date and (date := first_date(source.link_date)):
        return date
    for line in reversed(tail):
        if _SIGNED_DATE.fullmatch(squeeze(line)) and (found := dates(line)):
            return found[-1]
    return date_in_url(source.url) if source.url else None
