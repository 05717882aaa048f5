"""An imitation: a government's site in the manner of one family, around a tree of report columns.

The frame, the home page, the way to the column and hundreds of other pages are the same for all families; how a column
is listed, what addresses look like and how documents hang on a page is the family's own.
"""

# Markup is easier to compare with a site's when its lines are not broken.
# ruff: noqa: E501
from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.imitations.declaration import DECOYS, Agency, Column, Report, news, report_docx, report_html
from tests.imitations.server import Answer, Asked, Service

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NEWS_PAGES = 400
FORBIDDEN = "/neibu/"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: where it leads, what it says, its date."""

    href: str
    label: str
    date: str


def chunks(rows: list[Row], size: int) -> list[list[Row]]:
    """Rows by pages; one empty page where there are none."""
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [[]]


class Imitation:
    """One site; subclasses say how their family lists and addresses things."""

    family = "generic"
    page_size = 15
    extension = "html"

    def __init__(
        self,
        key: str,
        owner: Agency,
        root: Column,
        *,
        way: str = "platform",
        units: list[Column] | None = None,
        charset: str = "utf-8",
    ) -> None:
        self.key, self.owner, self.root, self.way, self.charset = key, owner, root, way, charset
        self.units = units or []
        """Report columns on the units' own pages of the site."""
        self.pages: dict[str, Answer] = {}
        self.services: dict[str, Service] = {}
        self.decoys: set[str] = set()
        """Paths of pages and documents that are no reports."""
        self.random = random.Random(key)
        self.build()
        self.entry = self.column_path(root) if way == "column" else "/"

    # --- what a family has of its own -------------------------------------------------------------------------

    def column_path(self, column: Column) -> str:
        return f"/zwgk/{column.key}/"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"{self.column_path(column)}{date[:4]}{date[5:7]}/{number}.{self.extension}"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"{self.column_path(column)}files/{number}.docx"

    def row_html(self, row: Row) -> str:
        return f'<li><a href="{row.href}" title="{row.label}">{self.cut(row.label)}</a><span>{row.date}</span></li>'

    def list_html(self, rows: list[Row]) -> str:
        return f'<ul class="list">{"".join(self.row_html(row) for row in rows)}</ul>'

    def add_list(self, column: Column, rows: list[Row]) -> None:
        """The pages of a column: index.html, index_2.html…, linked by 下一页."""
        home = self.column_path(column)
        pages = chunks(rows, self.page_size)
        for number, part in enumerate(pages, 1):
            path = home if number == 1 else f"{home}index_{number}.{self.extension}"
            following = f'<a href="index_{number + 1}.{self.extension}">下一页</a>' if number < len(pages) else ""
            body = self.parts_html(column) + self.list_html(part) + f'<div class="page">{following}</div>'
            self.add(path, self.column_page(column, body))

    def article_html(self, title: str, body: str) -> str:
        return f'<h1>{title}</h1><div class="article-content">{body}</div>'

    def attachment_html(self, path: str, name: str) -> str:
        return f'<p><a href="{path}">{name}</a></p>'

    def marks(self) -> str:
        """What the family leaves in the head of every page."""
        return ""

    # --- the same for all -------------------------------------------------------------------------------------

    @property
    def truth(self) -> list[Report]:
        return [report for top in (self.root, *self.units) for column in top.walk() for report in column.reports]

    def build(self) -> None:
        self.add("/robots.txt", f"User-agent: *\nDisallow: {FORBIDDEN}\n", media_type="text/plain")
        self.add_home()
        for top in (self.root, *self.units):
            for column in top.walk():
                # Numbers grow with time, so that a new report changes no other's address.
                newest = len(column.reports) - 1
                rows = [self.add_report(column, newest - place, it) for place, it in enumerate(column.reports)]
                if rows:
                    self.spoil(column, rows)
                self.add_list(column, rows)

    def add_report(self, column: Column, number: int, it: Report) -> Row:
        number = self.number_of(column, number)
        article = self.article_path(column, number, it.date)
        document = self.document_path(column, number, it.date)
        name = f"{it.title}.docx"
        if it.form != "html":
            self.add(document, report_docx(it), media_type=DOCX, headers=self.download_headers(name))
        if it.form == "row":
            return Row(document, it.label, it.date)
        body = report_html(it) if it.form == "html" else self.attachment_html(document, name)
        meta = {"ArticleTitle": it.title, "PubDate": f"{it.date} 10:21", "ContentSource": it.agency.name}
        self.add(article, self.page(it.title, self.article_html(it.title, body), meta, column))
        return Row(article, it.label, it.date)

    def spoil(self, column: Column, rows: list[Row]) -> None:
        """Decoys among the rows: in a column of the whole district all kinds, in a unit's or year's the first ones."""
        years = sorted({it.year for it in column.reports}, reverse=True)
        kinds = DECOYS if not column.unit else DECOYS[:1]
        for index, kind in enumerate(kinds):
            year = years[index % len(years)]
            label = kind.format(year=year)
            date = f"{year + 1}-02-0{index + 1}"
            path = self.article_path(column, self.number_of(column, 900 + index), date)
            self.decoys.add(path)
            self.add(path, self.page(label, self.article_html(label, f"<p>{label}。</p>" * 5), {}, column))
            rows.insert(self.random.randint(0, len(rows)), Row(path, label, date))

    def number_of(self, column: Column, number: int) -> int:
        """A number for an article that no other of the site has."""
        tops = [it for top in (self.root, *self.units) for it in top.walk()]
        return 100_000 + next(index for index, it in enumerate(tops) if it is column) * 1000 + number

    def download_headers(self, name: str) -> dict[str, str]:
        return {}

    def add(
        self,
        path: str,
        body: str | bytes,
        *,
        media_type: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        raw = body.encode(self.charset, "xmlcharrefreplace") if isinstance(body, str) else body
        self.pages[path] = Answer(raw, 200, media_type or f"text/html; charset={self.charset}", headers or {})

    def page(self, title: str, body: str, meta: dict[str, str] | None = None, column: Column | None = None) -> str:
        crumbs = f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; {column.label if column else ""}</div>'
        tags = "".join(f'<meta name="{name}" content="{value}">' for name, value in (meta or {}).items())
        return (
            f'<!DOCTYPE html><html><head><meta charset="{self.charset}"><title>{title}_{self.owner.name}</title>{tags}'
            f"{self.marks()}</head><body>{self.header()}{crumbs if column else ''}"
            f'<div class="main">{body}</div>{self.footer()}</body></html>'
        )

    def column_page(self, column: Column, body: str, meta: dict[str, str] | None = None) -> str:
        return self.page(column.label, body, {"ColumnName": column.label, **(meta or {})}, column)

    def parts_html(self, column: Column) -> str:
        if not column.parts:
            return ""
        items = "".join(f'<li><a href="{self.column_path(it)}">{it.label}</a></li>' for it in column.parts)
        return f'<div class="parts"><ul>{items}</ul></div>'

    def header(self) -> str:
        return (
            '<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/xw/list_1.html">要闻动态</a></li>'
            '<li><a href="/zwgk/">政务公开</a></li><li><a href="/fw/list_9.html">政务服务</a></li>'
            '<li><a href="/hd/list_8.html">互动交流</a></li></ul></div>'
        )

    def footer(self) -> str:
        return (
            '<div class="footer"><a href="http://zhengwu.example.com/zfxxgknb/">政府信息公开年报</a>'
            '<a href="http://127.0.0.1:9/">上级政府网站</a><a href="/rili/?month=2024-01">日历</a>'
            f'<a href="{FORBIDDEN}nb/">信息公开年报（内部）</a>网站标识码 {self.owner.division[:6]}0001</div>'
        )

    def add_home(self) -> None:
        column = self.column_path(self.root)
        items = "".join(f'<li><a href="/xw/{number}.html">{news(number)}</a></li>' for number in range(40))
        direct = f'<a href="{column}">政府信息<br>公开年报</a>' if self.way == "direct" else ""
        others = "".join(
            f'<a href="/{slug}/list_1.html">{name}</a>'
            for slug, name in (
                ("czyjs", "财政预决算"),
                ("tjnb", "统计年报"),
                ("fzzf", "法治政府建设年度报告"),
                ("sqgk", "依申请公开"),
            )
        )
        home = f'<div class="news"><ul>{items}</ul></div><div class="side">{direct}{others}</div>'
        meta = {"SiteName": self.owner.name, "SiteIDCode": f"{self.owner.division[:6]}0001"}
        self.add("/", self.page("首页", home, meta))
        units = '<li><a href="/zwgk/bmjd/">部门街道信息公开</a></li>' if self.units else ""
        four = (
            '<li><a href="/zwgk/zn/">政府信息<br>公开指南</a></li><li><a href="/zwgk/zd/">政府信息公开制度</a></li>'
            f'<li><a href="/zwgk/fdzdgknr/">法定主动公开内容</a></li><li><a href="{column}">政府信息<br/>公开年报</a></li>{units}'
        )
        if self.way != "column":
            self.add(
                "/zwgk/", self.page("政务公开", f'<div class="four"><ul>{four}</ul></div>', {"ColumnName": "政务公开"})
            )
        for slug, name in (("zn", "政府信息公开指南"), ("zd", "政府信息公开制度"), ("fdzdgknr", "法定主动公开内容")):
            self.add(f"/zwgk/{slug}/", self.page(name, f"<p>{name}</p>", {"ColumnName": name}))
        if self.units:
            items = "".join(f'<li><a href="/zwgk/d{index}/">{it.label}</a></li>' for index, it in enumerate(self.units))
            self.add(
                "/zwgk/bmjd/", self.page("部门街道信息公开", f"<ul>{items}</ul>", {"ColumnName": "部门街道信息公开"})
            )
            for index, unit in enumerate(self.units):
                links = f'<li><a href="{self.column_path(unit)}">政府信息公开年报</a></li><li><a href="/zwgk/zn/">指南</a></li>'
                self.add(
                    f"/zwgk/d{index}/",
                    self.page(f"{unit.label}信息公开", f"<ul>{links}</ul>", {"ColumnName": unit.label}),
                )

    # --- answering --------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        if (service := self.services.get(asked.path)) and (answer := service(asked)):
            return answer
        full = f"{asked.path}?{asked.query}" if asked.query else asked.path
        for path in (full, asked.path, f"{asked.path}index.{self.extension}"):
            if path in self.pages:
                return self.pages[path]
        if not PurePosixPath(asked.path).suffix and f"{asked.path}/" in self.pages:
            return Answer(status=301, headers={"Location": f"{asked.path}/"})
        return self.distraction(asked) or Answer("没有这个页面".encode(), 404)

    def distraction(self, asked: Asked) -> Answer | None:
        """News and their lists, the calendar without end, and other yearly reports; hundreds of pages."""
        folder, name = asked.path.rsplit("/", 1)
        if folder == "/rili":
            month = asked.values.get("month", "2024-01")
            year = int(month[:4]) if month[:4].isdigit() else 2024
            body = f'<a href="/rili/?month={year - 1}-01">上一年</a><a href="/rili/?month={year + 1}-01">下一年</a>'
            return Answer(self.page("日历", body).encode(self.charset, "replace"))
        stem = name.removesuffix(".html").removeprefix("list_")
        if folder not in ("/xw", "/fw", "/hd", "/czyjs", "/tjnb", "/fzzf", "/sqgk") or not stem.isdigit():
            return None
        number = int(stem)
        if number > NEWS_PAGES:
            return None
        title = {"/fzzf": f"{2015 + number % 9}年法治政府建设年度报告", "/tjnb": f"{2015 + number % 9}年统计年报"}
        links = "".join(
            f'<li><a href="{folder}/{it % NEWS_PAGES}.html">{title.get(folder, news(it))}</a></li>'
            for it in range(number * 20, number * 20 + 20)
        )
        body = self.page(title.get(folder, news(number)), f"<ul>{links}</ul>")
        return Answer(body.encode(self.charset, "replace"), 200, f"text/html; charset={self.charset}")

    @staticmethod
    def cut(label: str, most: int = 60) -> str:
        return label if len(label) <= most else label[: most - 3] + "..."
