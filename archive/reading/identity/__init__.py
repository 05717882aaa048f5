"""Which report a document is: title, agency, year, date published; each from its best evidence, never guessed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from archive.gazetteer import Agency, agency_id
from archive.reading.dates import date_in_url, dates, first_date
from archive.reading.figures import Tables
from archive.reading.identity.agency import ANNOUNCED, issuing_agency
from archive.reading.identity.titles import (
    HEAD_LINES,
    TRAILING_DATE,
    Title,
    best_title,
    first_year,
    is_list,
    is_report,
    own_title,
    squeeze,
    to_year,
)
from archive.reading.model import Source, Warning
from archive.reading.script import simplify, without_radicals

# 年 and 月 get lost on the way: 20231月1日, 202111日.
_PERIOD = re.compile(
    r"(20\d\d)\s*[年./-]?\s*0?1\s*[月./-]?\s*0?1\s*日?(?!\d).{0,8}?(?:(20\d\d)\s*[年./-]?\s*)?12\s*[月./-]?\s*3[01](?!\d)"
)
_PERIOD_IN_WORDS = re.compile(r"(二[〇○零Ｏ][〇○零Ｏ一二三四五六七八九]{2})年一月一日.{0,14}?十二月三十一?日")
_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")
_CITED = re.compile(r"《[^》]{0,60}》")
_OTHER_PAPERS = re.compile(r"20\d\d年度?[^，。；\d]{0,20}(?:要点|通知|方案|意见|规划|计划|办法)")
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(20\d\d)\s*年")
_PUBLISHED_LABEL = re.compile(r"(?:时间|日期)\s*[:：]?\s*((?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2})")
_SIGNED_DATE = re.compile(r"[\u4e00-\u9fff]{0,30}?(?:20\d\d年\d{1,2}月\d{1,2}日|二[〇○零].{3,12}日)(?:印发|发布)?")
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
    printed = {squeeze(_unified(title)): squeeze(title) for title in titles}
    lines = [_unified(line) for line in lines]
    # Boxes of metadata stand in tables: 标题 | 连岛街道2019年度…报告.
    head = [part for line in lines[:HEAD_LINES] for part in re.split(r"\s*\|+\s*", line) if part][:HEAD_LINES]
    tail = lines[-_TAIL_LINES:]
    titles = [_unified(title) for title in titles]
    if is_list(lines):
        identity.title = squeeze(titles[0]) if titles else None
        return identity
    filled = any(figure.value is not None for figure in tables.figures)
    name = simplify(source.file_name) if source.file_name else None
    title = best_title(head, titles, source.link_text, file_name=name, proven=len(tables.sections) > 1 and filled)
    identity.title = title.text if title else own_title(titles) or (squeeze(titles[0]) if titles else None)
    if identity.title:
        # Compared in Simplified script, kept in the script it is printed in.
        identity.title = printed.get(identity.title, identity.title)
    identity.is_report = is_report(title, titles, lines, tables)
    identity.published = _published(head, tail, published, source)
    if not identity.is_report and title is None:
        return identity
    body = "\n".join(lines)
    identity.year = _year(title, body, source, identity)
    identity.agency = issuing_agency(title, lines, tail, body, source, content_source, identity.warnings)
    if identity.agency:
        identity.agency_id = agency_id(identity.agency, source.division)
    return identity


def _unified(text: str) -> str:
    """A line in Simplified script and usual characters, as it is compared."""
    return simplify(without_radicals(text))


def _year(title: Title | None, body: str, source: Source, identity: Identity) -> int | None:
    folded = body.translate(_DIGITS)
    periods = [int(start) for start, end in _PERIOD.findall(folded) if not end or start == end]
    periods = periods or [to_year(words) for words in _PERIOD_IN_WORDS.findall(re.sub(r"\s+", "", body))]
    period = periods[0] if periods else None
    opening, _, rest = body.partition("\n二、")
    # The years of other documents' titles are not this one's.
    opening = _OTHER_PAPERS.sub("", _CITED.sub("", opening))
    stated = Counter(int(year) for year in _YEAR_IN_TEXT.findall(opening))
    linked = first_year(source.link_text or "")
    published = int(identity.published[:4]) if identity.published else None
    early = identity.published is not None and int(identity.published[5:7]) >= 12
    year = title.year if title else None
    if year is None:
        likely = stated.most_common(1)[0][0] if stated else None
        announced = ANNOUNCED.search(squeeze(body[:3000]))
        named = first_year(announced["title"]) if announced else None
        year = period or (int(linked) if linked else None) or likely or (int(named) if named else None)
        if year is None and published:
            # Reports are due in January; one dated in the last weeks of a year is that year's own, out early.
            year = published if early else published - 1
    elif period and period != year:
        identity.warnings.append(
            Warning("year_disagrees", f"the title says {year}, the period of the figures {period}")
        )
    if year is not None:
        if published is not None and (published < year or (published == year and not early)):
            identity.warnings.append(Warning("year_disagrees", f"a report on {year} published {identity.published}"))
        if rest and stated[year + 1] and not period:
            identity.warnings.append(
                Warning("year_disagrees", f"a report on {year} whose opening speaks of {year + 1}")
            )
    return year


def _published(head: list[str], tail: list[str], declared: str | None, source: Source) -> str | None:
    if declared:
        return declared
    if match := _PUBLISHED_LABEL.search(" ".join(line for line in head if len(line) < 200)):
        return first_date(match.group(1))
    for line in head[:8]:
        # 杨浦区新江湾城街道2023年政府信息公开工作年度报告 2024-01-28
        if len(line) < 80 and (match := TRAILING_DATE.search(line)):
            return first_date(match.group(1))
    if source.link_date and (date := first_date(source.link_date)):
        return date
    for line in reversed(tail):
        if _SIGNED_DATE.fullmatch(squeeze(line)) and (found := dates(line)):
            return found[-1]
    return date_in_url(source.url) if source.url else None
