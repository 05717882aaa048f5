"""What an imitation holds: agencies, years, columns; the reports themselves; and the rest of a government's site."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from xml.sax.saxutils import escape

from archive.gazetteer.divisions import load

DEPARTMENTS = ("教育局", "民政局", "财政局", "司法局", "卫生健康局", "农业农村局", "审计局", "统计局")


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as the truth has it; a department's division is its district's."""

    name: str
    division: str
    level: str

    @property
    def short(self) -> str:
        """As lists and menus have it: 汉屯路街道, 教育局."""
        return self.name.removesuffix("办事处").removesuffix("人民政府") if self.level != "district" else self.name


@dataclass(slots=True)
class Report:
    """One report: whose, which year, what its row says and when it was published."""

    agency: Agency
    year: int
    label: str
    title: str
    date: str
    form: str = "html"
    """html; docx: the page holds but a document; row: the row leads straight to the document."""

    @property
    def number(self) -> int:
        return int(hashlib.sha256(f"{self.agency.name}{self.agency.division}{self.year}".encode()).hexdigest()[:6], 16)


@dataclass(slots=True)
class Column:
    """A report column or a part of one: its reports, newest first, and its parts."""

    label: str
    key: str
    reports: list[Report] = field(default_factory=list)
    parts: list[Column] = field(default_factory=list)
    unit: Agency | None = None

    def walk(self) -> Iterator[Column]:
        yield self
        for part in self.parts:
            yield from part.walk()


@cache
def _divisions() -> tuple[tuple[str, str], ...]:
    return tuple(load()[0])


def district_of(division: str) -> Agency:
    name = next(name for code, name in _divisions() if code == division)
    return Agency(f"{name}人民政府", division, "district")


def towns_of(division: str, most: int) -> list[Agency]:
    """Streets and towns of a district by their full names."""
    found = []
    for code, name in _divisions():
        if len(code) == 9 and code.startswith(division) and name.endswith(("街道", "镇", "乡")):
            street = name.endswith("街道")
            found.append(Agency(name + ("办事处" if street else "人民政府"), code, "street" if street else "town"))
    return found[:most]


def departments_of(division: str, most: int) -> list[Agency]:
    """Departments of a district; a report names them with the district's name before their own."""
    district = district_of(division).name.removesuffix("人民政府")
    return [Agency(district + name, division, "department") for name in DEPARTMENTS[:most]]


STYLES: tuple[Callable[[Agency, int], tuple[str, str]], ...] = (
    lambda agency, year: (f"{agency.name}{year}年政府信息公开工作年度报告",) * 2,
    lambda agency, year: (f"{year}年{agency.short}政府信息公开工作年度报告",) * 2,
    lambda agency, year: (f"{agency.short}政府信息公开工作年度报告",) * 2,
    lambda agency, year: (f"{year}年度", f"{agency.name}{year}年政府信息公开工作年度报告"),
    lambda agency, year: (agency.short, f"{agency.short}{year}年政府信息公开工作年度报告"),
)
"""How a row and a title name a report: in full, year first, without a year, by the year alone, by the unit alone."""


def report(agency: Agency, year: int, *, style: int = 0, form: str = "html") -> Report:
    label, title = STYLES[style](agency, year)
    number = random.Random(f"{agency.name}{agency.division}{year}")
    day = number.randint(3, 28)
    month = 3 if agency.level == "district" else 1
    return Report(agency, year, label, title, f"{year + 1}-{month:02}-{day:02}", form)


# --- structures ---------------------------------------------------------------------------------------------------


def flat(division: str, towns: int, years: range, *, departments: int = 0) -> Column:
    """One list of everything, newest first."""
    agencies = [district_of(division), *departments_of(division, departments), *towns_of(division, towns)]
    reports = [
        report(agency, year, style=(index + year) % 2)
        for year in reversed(years)
        for index, agency in enumerate(agencies)
    ]
    return Column("政府信息公开年报", "zfxxgknb", sorted(reports, key=lambda it: it.date, reverse=True))


def by_year(division: str, towns: int, years: range, *, departments: int = 0, classes: bool = False) -> Column:
    """A part for each year, and in it lists (or classes of units) whose rows name no year, or the unit alone."""
    root = Column("政府信息公开年报", "zfxxgknb")
    for year in reversed(years):
        part = Column(f"{year}年", f"zfxxgknb/{year}n")
        streets = [report(it, year, style=2 if year % 2 else 4) for it in towns_of(division, towns)]
        offices = [report(it, year, style=2) for it in departments_of(division, departments)]
        own = [report(district_of(division), year)]
        if classes:
            part.parts = [
                Column("区政府", f"{part.key}/qzf{year}", own),
                Column("街道镇", f"{part.key}/jdz{year}", streets),
            ]
            if offices:
                part.parts.insert(1, Column("政府部门", f"{part.key}/bm{year}", offices))
        else:
            part.reports = [*own, *offices, *streets]
        root.parts.append(part)
    return root


def by_unit(division: str, towns: int, years: range, *, departments: int = 0, style: int = 3) -> Column:
    """A part for each unit, whose rows say the year alone; the district's own reports stand in the column itself."""
    root = Column("政府信息公开年报", "zfxxgknb", [report(district_of(division), year) for year in reversed(years)])
    units = [*departments_of(division, departments), *towns_of(division, towns)]
    for index, agency in enumerate(units):
        label = agency.short if agency.level != "department" else agency.name[-3:] if index % 2 else agency.name
        reports = [report(agency, year, style=style) for year in reversed(years)]
        root.parts.append(Column(label, f"zfxxgknb/u{index:02}", reports, unit=agency))
    return root


def of_town(division: str, position: int, years: range) -> Column:
    """A street's or town's own site."""
    agency = towns_of(division, 99)[position]
    return Column("政府信息公开年报", "zfxxgknb", [report(agency, year, style=0) for year in reversed(years)])


# --- reports ------------------------------------------------------------------------------------------------------

_HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)


def paragraphs(it: Report) -> list[str]:
    """The report's text, one paragraph each; figures are made up."""
    count = it.number % 90 + 5
    texts = (
        f"{it.year}年，{it.agency.name}按照《中华人民共和国政府信息公开条例》的要求，通过网站公开政府信息{count}条。"
        f"本年度报告中所列数据的统计期限自{it.year}年1月1日起至{it.year}年12月31日止。",
        f"本年制发规范性文件{it.number % 4}件，现行有效{it.number % 9 + 4}件。",
        f"本年新收政府信息公开申请{it.number % 12}件，均按时答复。",
        "本年未发生因政府信息公开引起的行政复议和行政诉讼。",
        "公开的内容还不够全面，下一步将加强学习，及时更新。",
        "本年未收取信息处理费，无其他需要报告的事项。",
    )
    return [part for pair in zip(_HEADINGS, texts, strict=True) for part in pair]


def report_html(it: Report) -> str:
    rows = (("规章", 0, 0, 0), ("行政规范性文件", it.number % 4, 0, it.number % 9 + 4))
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = (
        "<table><tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td>"
        f"<td>本年废止件数</td><td>现行有效件数</td></tr>{cells}</table>"
    )
    parts = [f"<p>{text}</p>" for text in paragraphs(it)]
    return "\n".join([*parts[:4], table, *parts[4:]])


def report_docx(it: Report) -> bytes:
    """A Word document with the title and the text, the same bytes each time."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in (it.title, *paragraphs(it)))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        for name, text in files.items():
            packed.writestr(
                zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), "<?xml version='1.0' encoding='UTF-8'?>" + text
            )
    return output.getvalue()


# --- the rest of a site -------------------------------------------------------------------------------------------

_NEWS = (
    "召开安全生产工作会议",
    "走访慰问困难群众",
    "开展义务植树活动",
    "政府信息公开工作培训会举办",
    "调研重点项目建设",
    "部署防汛工作",
)
DECOYS = (
    "《{year}年政府信息公开工作年度报告》解读",
    "一图读懂{year}年政府信息公开工作年度报告",
    "{year}年政府网站工作年度报表",
    "{year}年法治政府建设年度报告",
    "关于报送{year}年政府信息公开工作年度报告的通知",
)
"""Stand in report columns and are none."""


def news(number: int) -> str:
    return f"{_NEWS[number % len(_NEWS)]}（{number}）"
