"""Made-up sites of annual reports: pages of 60 to 130 KB, pasted from Word into the chrome of a site, by seed alone."""

from __future__ import annotations

import gzip
import html
import json
import random
from dataclasses import dataclass
from pathlib import Path

from archive.gazetteer.divisions import load
from tests.rendering.tables import Cell, Filled, Layout, Rows, fill, section_tables

LINKS = 260
"""Links in the chrome of a page, as counted on sites of districts."""
YEARS = range(2019, 2025)
REPORTS_OF_A_LIST = 25
_SITES = 8
_VERSION = 3
"""Raised whenever the same seed gives other pages, so that none of before are served."""
_WORDS = (
    "工作动态 通知公告 政策文件 政策解读 规划计划 财政预决算 行政许可 行政处罚 建议提案 民生实事 教育科技 医疗卫生 "
    "社会救助 就业创业 住房保障 环境保护 安全生产 食品药品 招标采购 重大项目 人事信息 统计数据 应急管理 公共服务 "
    "营商环境 乡村振兴 城市更新 社区治理 养老服务 文化旅游 市场监管 基层公开 机构职能 领导信息 会议公开 "
    "督查审计 权责清单 法治建设 新闻发布"
).split()
_DEPARTMENTS = (
    "教育 科技 工信 民政 司法 财政 人社 自然资源 生态环境 住建 交通运输 水利 农业农村 商务 文旅 卫健 应急管理 审计 "
    "市场监管 统计 医保 信访 体育 林业 城管"
).split()
_CLAUSES = (
    "全面贯彻落实《中华人民共和国政府信息公开条例》", "围绕中心工作加大重点领域信息公开力度", "健全信息发布审核制度",
    "做到应公开尽公开", "依法依规办理依申请公开事项", "规范答复文书格式", "答复均在法定期限内作出",
    "加强政府信息动态管理", "定期清理失效链接和过期信息", "持续完善门户网站专栏建设", "运用政务新媒体扩大公开覆盖面",
    "在便民服务中心设置政务公开专区", "开展政务公开业务培训", "明确专人负责信息报送工作", "接受社会监督评议",
    "解读形式仍较为单一", "信息更新的及时性有待提高", "下一步将丰富图解视频等解读形式", "进一步提高公开质量和实效",
)  # fmt: skip
_HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
_FONT = "font-family:仿宋_GB2312;mso-hansi-font-family:'Times New Roman';mso-bidi-font-family:宋体;"


@dataclass(frozen=True, slots=True)
class Template:
    """What the pages of one site have in common; drawn at random, like the habits of its maker."""

    container: str
    """Attributes of the element that holds the report."""
    menu: str
    row: str
    """Element of a row in a list of links."""
    deep: int
    charset: str
    styled: int
    """How much of the styles of Word the editor of the site leaves in, 0 to 2."""
    suffix: str

    @classmethod
    def draw(cls, chance: random.Random) -> Template:
        name = chance.choice(["TRS_Editor", "zoom", "vsb_content", "article-content", "con_text", "bt-content", "nr"])
        return cls(
            container=chance.choice([f'id="{name}"', f'class="{name}"', f'class="{name} clearfix" id="{name}"']),
            menu=chance.choice(["nav", "menu", "head-nav", "topMenu"]),
            row=chance.choice(["li", "dd", "p", "div"]),
            deep=chance.randrange(3, 9),
            charset=chance.choice(["utf-8", "utf-8", "utf-8", "gb18030"]),
            styled=chance.randrange(1, 3),
            suffix=chance.choice([".html", ".shtml", ".htm"]),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A generated site: its host, its owner, and the paths of its reports, with agency and year."""

    host: str
    name: str
    division: str
    reports: dict[str, tuple[str, int]]


def generate(folder: Path, pages: int, *, seed: int = 8, links: int = LINKS) -> list[Site]:
    """Write sites with that many reports into a folder, one directory for each host, or find them there.

    Every page is written as served and, for clients that take it, with gzip beside it. `links` is how many links the
    chrome of a page has; without links the same words are there.
    """
    sites = plan(pages, seed)
    mark = folder / "generated.json"
    made = json.dumps([_VERSION, pages, seed, links])
    if mark.is_file() and mark.read_text() == made:
        return sites
    for number, site in enumerate(sites):
        chance = random.Random(f"{seed} {number}")
        template = Template.draw(chance)
        titles = {path: f"{agency}{year}年政府信息公开工作年度报告" for path, (agency, year) in site.reports.items()}
        lists = _lists(titles, template)
        entry = _page(site, template, f"{site.name}门户网站", _link("信息公开年报", "/xxgk/nb/", 1), chance, links)
        _write(folder / site.host / "index.html", entry, template)
        for path, rows in lists.items():
            _write(folder / site.host / path, _page(site, template, "政府信息公开年报", rows, chance, links), template)
        for path, (agency, year) in site.reports.items():
            own = random.Random(f"{seed} {number} {path}")
            text = report(agency, year, titles[path], template, own)
            _write(folder / site.host / path, _page(site, template, titles[path], text, own, links), template)
    mark.write_text(made)
    return sites


def plan(pages: int, seed: int = 8) -> list[Site]:
    """The sites and the addresses of their reports, without the pages."""
    chance = random.Random(seed)
    divisions = dict(load()[0])
    streets: dict[str, list[str]] = {}
    for code, name in divisions.items():
        if len(code) == 9:
            streets.setdefault(code[:6], []).append(name)
    enough = -(-pages // (_SITES * len(YEARS)))
    districts = [code for code, names in streets.items() if len(names) >= min(enough, 12) and code in divisions]
    sites = []
    left = pages
    for number, code in enumerate(chance.sample(districts, _SITES)):
        share = left // (_SITES - number)
        left -= share
        names = streets[code] + [f"{divisions[code]}{word}局" for word in _DEPARTMENTS]
        of_site = [(name, year) for name in names for year in YEARS][:share]
        if len(of_site) < share:
            more = [(f"{divisions[code]}第{it}中学", year) for it in range(share) for year in YEARS]
            of_site += more[: share - len(of_site)]
        suffix = Template.draw(random.Random(f"{seed} {number}")).suffix
        reports = {
            f"xxgk/nb/{year + 1}/t{year + 1}0120_{it:06}{suffix}": (name, year)
            for it, (name, year) in enumerate(of_site)
        }
        sites.append(Site(f"127.0.0.{number + 1}", f"{divisions[code]}人民政府", code, reports))
    return sites


def registry(sites: list[Site], port: int) -> str:
    """The sites as a sites.csv."""
    rows = [f"http://{site.host}:{port}/,{site.name},{site.division}" for site in sites]
    return "\n".join(["url,name,division", *rows, ""])


def addresses(sites: list[Site], port: int) -> list[str]:
    """The addresses of all reports."""
    return [f"http://{site.host}:{port}/{path}" for site in sites for path in site.reports]


# --- a page -------------------------------------------------------------------------------------------------------


def report(agency: str, year: int, title: str, template: Template, chance: random.Random) -> str:
    """A report as pasted from Word: the prose and the three statutory tables."""
    form = "2021" if year >= 2021 else "2019"
    filled = consistent(fill(form, year, chance))
    parts = [
        _paragraph(f"{title}", template, chance),
        _paragraph(f"本报告由{agency}根据《中华人民共和国政府信息公开条例》编制。", template, chance),
        _paragraph("一、总体情况", template, chance),
        *_prose(template, chance, chance.randrange(4, 14)),
    ]
    for heading, rows in zip(_HEADINGS, section_tables(filled, Layout(), chance).values(), strict=True):
        parts += [_paragraph(heading, template, chance), _table(rows, template, chance)]
    parts += [_paragraph("五、存在的主要问题及改进情况", template, chance), *_prose(template, chance, 4)]
    parts += [_paragraph("六、其他需要报告的事项", template, chance), *_prose(template, chance, 2)]
    return "\n".join(parts)


def consistent(filled: Filled) -> Filled:
    """The same form with plain numbers whose totals are sums, so that a reader finds nothing to complain of."""
    for key in filled.values:
        value = filled.values[key]
        filled.values[key] = abs(int(value)) % 50 if value is not None else 0
    for section, item, category in list(filled.values):
        if section in ("applications", "review") and category == "total":
            parts = [it for it in filled.values if it[:2] == (section, item) and it[2] != "total"]
            filled.values[section, item, category] = sum(int(filled.values[it] or 0) for it in parts)
    filled.printed = {key: str(value) for key, value in filled.values.items()}
    return filled


def _prose(template: Template, chance: random.Random, paragraphs: int) -> list[str]:
    made = []
    for number in range(paragraphs):
        sentences = ["，".join(chance.choices(_CLAUSES, k=4)) + "。" for _ in range(chance.randrange(1, 4))]
        figures = f"全年主动公开政府信息{chance.randrange(10, 900)}条，其中第{number + 1}季度{chance.randrange(9)}条。"
        made.append(_paragraph("".join([*sentences, figures]), template, chance))
    return made


def _paragraph(text: str, template: Template, chance: random.Random) -> str:
    style = f"text-indent:32pt;line-height:{chance.choice([28, 30])}pt;mso-line-height-rule:exactly;{_FONT}"
    return f'<p class="MsoNormal" style="{style}">{_runs(text, template, chance)}</p>'


def _runs(text: str, template: Template, chance: random.Random) -> str:
    """Word cuts a line into runs wherever the font of the script changes, and at random."""
    runs = []
    while text:
        size = chance.randrange(10, 50) if template.styled > 1 else chance.randrange(20, 90)
        piece, text = text[:size], text[size:]
        language = ' lang="EN-US"' if piece.isascii() else ""
        runs.append(f'<span{language} style="font-size:16.0pt;{_FONT}color:black">{html.escape(piece)}</span>')
    return "".join(runs)


def _table(rows: Rows, template: Template, chance: random.Random) -> str:
    table = 'class="MsoNormalTable" border="0" cellspacing="0" cellpadding="0" width="646"'
    style = "border-collapse:collapse;mso-table-layout-alt:fixed;mso-padding-alt:0cm 0cm 0cm 0cm"
    lines = [f'<table {table} style="{style}"><tbody>']
    for number, row in enumerate(rows):
        cells = "".join(_cell(cell, template, chance) for cell in row)
        lines.append(f'<tr style="mso-yfti-irow:{number};height:{chance.choice([20, 24])}.0pt">{cells}</tr>')
    return "\n".join([*lines, "</tbody></table>"])


def _cell(cell: Cell, template: Template, chance: random.Random) -> str:
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    style = "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt"
    inside = html.escape(cell.text) or "&nbsp;"
    if template.styled > 1 and inside.isascii():
        inside = f'<span lang="EN-US" style="font-size:9.0pt;font-family:宋体">{inside}</span>'
    return f'<td{spans} valign="center" style="{style}"><p class="MsoNormal" align="center">{inside}</p></td>'


def _link(text: str, target: str, links: int) -> str:
    return f'<a href="{target}" title="{text}" target="_blank">{text}</a>' if links else f'<b title="{text}">{text}</b>'


def _lists(titles: dict[str, str], template: Template) -> dict[str, str]:
    """The list pages of the report column: path and rows; the links of reports stay links in every variant."""
    paths = list(titles)
    parts = [paths[start : start + REPORTS_OF_A_LIST] for start in range(0, len(paths), REPORTS_OF_A_LIST)] or [[]]
    names = ["index.html", *(f"index_{number}.html" for number in range(1, len(parts)))]
    lists = {}
    for number, part in enumerate(parts):
        rows = [
            f'<li><a href="/{path}" title="{titles[path]}">{titles[path]}</a><span>{path[8:12]}-01-20</span></li>'
            for path in part
        ]
        following = f'<a href="{names[number + 1]}">下一页</a>' if number + 1 < len(parts) else ""
        lists[f"xxgk/nb/{names[number]}"] = f'<ul class="list">{"".join(rows)}</ul><div class="page">{following}</div>'
    return lists


def _page(site: Site, template: Template, title: str, inside: str, chance: random.Random, links: int) -> str:
    def menu(count: int) -> str:
        rows = []
        for _ in range(count):
            word = chance.choice(_WORDS)
            target = (
                f"/{chance.choice(['zwgk', 'xwzx', 'bsfw', 'hdjl'])}/c{chance.randrange(10**5)}/index{template.suffix}"
            )
            rows.append(f"<{template.row}>{_link(word, target, links)}</{template.row}>")
        return f'<ul class="{template.menu}">{"".join(rows)}</ul>'

    def news(count: int) -> str:
        rows = []
        for _ in range(count):
            words = f"{site.name}关于{chance.choice(_WORDS)}和{chance.choice(_WORDS)}工作的通知"
            target = f"/xwzx/{chance.randrange(2018, 2026)}/t{chance.randrange(10**7)}{template.suffix}"
            rows.append(f"<li>{_link(words, target, links)}<span>2024-03-{chance.randrange(10, 29)}</span></li>")
        return f'<ul class="news">{"".join(rows)}</ul>'

    count = LINKS
    script = "".join(
        f'<script type="text/javascript">var item{number}={{"id":{chance.randrange(10**6)},"url":"/x/{number}.js"}};'
        f"function f{number}(a){{return a&&a.length>{number}?a.substr(0,{number}):a;}}</script>\n"
        for number in range(24)
    )
    styles = "".join(
        f'<link rel="stylesheet" href="/css/{template.menu}_{it}.css" type="text/css" />' for it in range(8)
    )
    opened, closed = '<div class="wrap">' * template.deep, "</div>" * template.deep
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="{template.charset}" />\n'
        f'<title>{title}_{site.name}</title><meta name="SiteName" content="{site.name}" />'
        f'<meta name="ArticleTitle" content="{title}" /><meta name="PubDate" content="2024-01-20 10:00" />\n'
        f"{styles}{script}</head><body>\n"
        f'<div class="header">{menu(count * 25 // 100)}</div>'
        f'<div class="crumb">当前位置：首页 &gt; 政府信息公开年报</div>\n'
        f'<div class="side">{menu(count * 15 // 100)}</div>{opened}<h1>{title}</h1>'
        f'<div class="info">发布日期：2024-01-20 来源：{site.name} '
        '浏览次数：<span id="hits">12</span> 打印 关闭</div>\n'
        f"<div {template.container}>{inside}</div>{closed}\n"
        f'<div class="related"><h3>相关信息</h3>{news(count * 20 // 100)}</div>'
        f'<div class="links"><h3>友情链接</h3>{menu(count - count * 60 // 100)}</div>\n'
        f'<div class="footer">主办：{site.name} 网站标识码：{site.division}0001 京公网安备11010102000001号</div>'
        f"</body></html>"
    )


def _write(path: Path, page: str, template: Template) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = page.encode(template.charset, "replace")
    path.write_bytes(body)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(body, 6, mtime=0))
