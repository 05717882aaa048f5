"""Titles: which line is the title of an annual report, and whether the document is one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from archive.gazetteer import find_agencies, gazetteer
from archive.reading.figures import Tables

HEAD_LINES = 30
KEY = (
    r"(?:政府信息公开|信息公开|政务公开|政府信息)(?:工作)?(?:情况)?的?(?:(?:20\d\d)?年度?)?(?:工作)?(?:情况)?的?"
    r"(?:年度)?(?:工作)?(?:总结)?(?:报告|年报)"
)
_YEAR = r"(?:20\d\d|二[〇○零Ｏ][一二三四五六七八九〇○零]{2})"
_TITLE = re.compile(
    rf"(?P<before>[^，。；：:！？、]{{0,40}}?)(?P<year>{_YEAR})?(?:年度|年)?(?P<between>[^，。；：:！？0-9]{{0,40}}?)(?P<key>{KEY})"
    rf"(?P<after>[(（][^)）]{{0,24}}[)）])?$"
)
_HOLE = re.compile(r"(?<=[\d年度处府道镇乡局])(?=(?:工作)?年度(?:工作)?报告$)")
_NOTICE_END = re.compile(r"关于(?:印发|发布|公布|公开|报送|报告).{4,50}的(?:通知|公示|函|请示|报告)$")
_NOTICE = re.compile(r"关于(?:印发|发布|公布|公开|报送|报告)[《“]?|[》”]?的(?:通知|公示|函|请示|报告)$")
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
_FIRST_HEADING = re.compile(r"一、(?:政府信息公开(?:工作)?)?总体(?:工作)?情况")
# What the openings of reports say of themselves, and the notices and rules about reports do not.
_PREAMBLE = re.compile(
    r"(?:本(?:年度)?报告|本年报|全文|报告)(?:由|根据|依据|按照|是根据|是按照|中?所列数据|的?电子版|共?分|共?包括|内容包括)"
    r"|(?:根据|依据|按照)《(?:中华人民共和国)?政府信息公开条例》[^。]{0,160}(?:编制|制作)(?:了|的)?(?:本|此|20\d\d)"
    r"|所列数据的?(?:统计)?(?:期限|周期)"
)
# On one line only: the links of a column, one after another, would read like it.
_PUBLISHES = re.compile(
    r"(?:公布|公开|发布|编制|汇报|报告)(?:我|本|全)?[^，。；]{0,30}(?:20\d\d)年?度?[^，。；]{0,20}(?:信息公开|政府信息)"
    r"[^，。；]{0,8}(?:年度)?(?:报告|年报)"
)
TRAILING_DATE = re.compile(r"((?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2})(?:\s+\d{1,2}:\d\d(?::\d\d)?)?\s*$")
# 浦政办〔2025〕3号: the number of a document, whose year is that of its issue.
_DOCUMENT_NUMBER = re.compile(r"^.{0,30}?[〔\[（(﹝【]20\d\d[〕\]）)﹞】]\s*(?:第)?\d{1,4}\s*号")
_LETTERHEAD = re.compile(r"文件$")
_PARTS = re.compile(r"[_|｜]+|\s+[-—–]+\s+|(?<=报告)[-—–]+|(?<=年报)[-—–]+")
_COLUMN_END = re.compile(r"(?:网|网站|门户|平台|公开|年报|年度报告|专栏|人民政府)$")
_SITE_OR_COLUMN = re.compile(r"(?:网|网站|门户|平台|公开|专栏|人民政府|制度|指南|目录)$")
_SHORTEST_HEADING = 8
_DRAFT = re.compile(r"[(（](?:公示|公开|报送|送审|修订|正式|征求意见|更正)[稿版本][)）]$")
_FILE_SUFFIX = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd)\s*$", re.IGNORECASE)
_SUBSTANCE_CHARACTERS = 150


@dataclass(frozen=True, slots=True)
class Title:
    text: str
    year: int | None
    agency: str | None


def squeeze(text: str) -> str:
    """A title without blanks, as it is compared and stored."""
    return "".join(text.split())


@lru_cache(maxsize=4096)
def read_title(text: str) -> Title | None:
    """Take a line as the title of an annual report, or None."""
    joined = squeeze(text)
    if "报告" not in joined and "年报" not in joined:
        return None
    return _title_among_parts(text) or _whole_title(text)


def _title_among_parts(text: str) -> Title | None:
    """The one complete title among parts that are set apart: the site's name, its column, the title."""
    parts = [part for part in _PARTS.split(text) if part.strip()]
    found = [title for part in parts if len(parts) > 1 and (title := _whole_title(part)) and _completeness(title) > 1]
    words = text.split()
    for start in range(len(words) - 1, 0, -1):
        # What stands before a title may be its beginning too (西工区 汉屯路街道办事处…), but not where it ends so.
        if _COLUMN_END.search(words[start - 1]) and not found:
            rest = _whole_title("".join(words[start:]))
            found += [rest] if rest and _completeness(rest) > 1 else []
    return found[0] if len(dict.fromkeys(title.text for title in found)) == 1 else None


def _whole_title(text: str) -> Title | None:
    text = TRAILING_DATE.sub("", _FILE_SUFFIX.sub("", text))
    squeezed = re.sub(r"^[《“\"【\[·•*#>\-—]+|[》”\"】\]]+$", "", squeeze(text))
    # 保定市人民政府网——…: a site's name in front of the title.
    squeezed = re.sub(r"^附件?[0-9一二三四五六七八九十]{0,2}[:：]", "", squeezed)
    squeezed = re.sub(r"^[^—]{2,20}(?:网|网站|门户)[—\-]{1,2}", "", squeezed)
    squeezed = _DOCUMENT_NUMBER.sub("", squeezed)
    match = _TITLE.fullmatch(squeezed)
    if match is None or len(squeezed) > 80 or _NOT_THE_REPORT.search(_DRAFT.sub("", squeezed)):
        return None
    if "政务公开" in match["key"] and "年度报告" not in match["key"] and "年报" not in match["key"]:
        return None
    printed = match["year"] or first_year(squeezed)
    named = f"{match['before']}{match['between']}"
    agencies = find_agencies(squeezed) or find_agencies(named)
    agency = agencies[0] if agencies else None
    if agency is None and (division := gazetteer().resolve(named)).division:
        # 福州市晋安区2016年…: a division alone stands for its government.
        agency = division.name
    if not printed and agency is None:
        # 政府信息公开年报 alone is the name of a column.
        return None
    return Title(squeezed, to_year(printed) if printed else None, agency)


def _speaks_about_a_report(text: str) -> bool:
    """Whether a title names a report in marks, and says what of it (《…年度报告》解读)."""
    return any(_NOT_THE_REPORT.match(rest) for rest in re.findall(r"年度(?:工作)?报告》(.+)", squeeze(text)))


def _like_title(line: str) -> bool:
    return len(line) < 60 and re.search(r"公开|年报|年度报告", line) is not None and not re.search(r"[，,。；;]", line)


def first_year(text: str) -> str | None:
    match = re.search(r"20\d\d", text)
    return match.group() if match else None


def to_year(printed: str) -> int:
    """A year printed in digits or in Chinese numerals."""
    digits = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
        "○": "0",
        "零": "0",
    }
    return int("".join(digits.get(character, character) for character in unicodedata.normalize("NFKC", printed)))


def best_title(
    head: list[str], declared: list[str], link_text: str | None, *, file_name: str | None = None, proven: bool = False
) -> Title | None:
    """The title, best one that names agency and year: the metadata's, a heading of up to four lines, or the link's.

    The file's name comes last, before a title that is less complete.

    `proven`: the statutory tables, filled in, show that it is a report, so that a title from which an injected word
    was taken (…街道2023年工作年度报告) may be one, and the title of a notice that carries the report.
    """
    found: list[tuple[tuple[int, ...], Title]] = []
    headings = _printed_headings(head, declared)
    for start in range(len(head)):
        for length in (1, 2, 3, 4):
            if headings and not headings & set(range(start, start + length)):
                # The page prints the title it declares: what else its lines name are other pages.
                continue
            part = head[start : start + length]
            if len(part) < length or any(len(line) > 60 or "。" in line for line in part):
                break
            # A title over several lines: every line but the last is a piece of it, not a title or label of its own.
            if length > 1 and any(re.search(r"[:：]", line) for line in part):
                continue
            if length > 1 and len(re.findall(KEY, squeeze("".join(part)))) > 1:
                continue
            # Nor is the head of a document (…文件, …〔2025〕3号) a piece of its title.
            if length > 1 and any(_LETTERHEAD.search(line) or _DOCUMENT_NUMBER.search(line) for line in part[:-1]):
                continue
            title = read_title("".join(part))
            if title is not None:
                found.append(((-_completeness(title), 1, length, start), title))
    for order, text in enumerate(declared):
        if text and (title := read_title(text)):
            found.append(((-_completeness(title), 0, 1, order), title))
    if link_text and (title := read_title(link_text)):
        found.append(((-_completeness(title), 2, 1, 0), title))
    if file_name and (title := read_title(file_name)):
        found.append(((-_completeness(title), 3, 1, 0), title))
    if not found and proven:
        found = [
            ((order,), Title(squeeze(text), title.year, title.agency))
            for order, text in enumerate([*declared, *head])
            if len(text) < 60
            and (title := read_title(_without_notice(_HOLE.sub("政府信息公开", squeeze(text)))))
            and title.year
        ]
    return min(found, key=lambda entry: entry[0])[1] if found else None


def _printed_headings(head: list[str], declared: list[str]) -> set[int]:
    """Which lines print what the page declares as its title, where that is no name of a site or of a column."""
    parts = {squeeze(part) for title in declared for part in (title, *_PARTS.split(title))}
    names = {
        part
        for part in parts
        if len(part) >= _SHORTEST_HEADING
        and not re.fullmatch(KEY, part)
        and not _SITE_OR_COLUMN.search(part)
        and part not in find_agencies(part)
    }
    return {number for number, line in enumerate(head) if squeeze(line) in names}


def _without_notice(title: str) -> str:
    """关于印发…年度报告的通知 without the words of the notice."""
    return _NOTICE.sub("", title) if _NOTICE_END.search(title) else title


def _completeness(title: Title) -> int:
    return (title.year is not None) + (title.agency is not None)


def own_title(titles: list[str]) -> str | None:
    """The likeliest of the titles that a page declares where none is a report's: no name of a site or a column."""
    parts = [squeeze(part) for title in titles for part in _PARTS.split(title)]
    own = (part for part in parts if len(part) >= _SHORTEST_HEADING and not _SITE_OR_COLUMN.search(part))
    return squeeze(titles[0]) if titles and _SITE_OR_COLUMN.search(squeeze(titles[0])) is None else next(own, None)


def is_list(lines: list[str]) -> bool:
    """Whether the lines are a list of reports: titles of three years and more, one a line."""
    listed = {title.year for line in lines if len(line) < 80 and (title := read_title(line)) and title.year}
    return len(listed) >= 3


def is_report(title: Title | None, titles: list[str], lines: list[str], tables: Tables) -> bool:
    """Whether the document is a report: by its title and some substance, else by what only a report says of itself.

    `titles` are those that the document declares, the likeliest first.
    """
    printed = titles[0] if titles else None
    if title is None and printed and _NOT_THE_REPORT.search(squeeze(printed)):
        return False
    if title is None and any(_speaks_about_a_report(text) for text in titles):
        return False
    headings = sum(any(pattern.match(squeeze(line)) for line in lines if len(line) < 80) for pattern in _SIX_HEADINGS)
    opening = squeeze("".join(lines[:HEAD_LINES]))[:4000]
    introduces = _PREAMBLE.search(opening) is not None or any(
        _PUBLISHES.search(squeeze(line)) for line in lines[:HEAD_LINES] if read_title(line) is None
    )
    if title is not None:
        return bool(
            tables.sections
            or headings
            or introduces
            or sum(len(line) for line in lines if read_title(line) is None) >= _SUBSTANCE_CHARACTERS
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
        or introduces
        or (first_heading and re.search("信息公开|政务公开", opening) is not None)
    )
