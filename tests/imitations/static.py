"""Families whose lists are files: TRS, TRS in Fujian, VSB, UCAP, NFCMS, and sites of no family."""

# Markup is easier to compare with a site's when its lines are not broken.
# ruff: noqa: E501
from __future__ import annotations

import json
from urllib.parse import quote

from tests.imitations.declaration import Column
from tests.imitations.imitation import Imitation, Row, chunks
from tests.imitations.server import Answer, Asked


class Trs(Imitation):
    """index.html, index_1.html = page 2; a removed document; a decoy call in a comment; unquoted TRS_Editor."""

    family = "trs"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"{self.column_path(column)}{date[:4]}{date[5:7]}/t{date.replace('-', '')}_{number}.{self.extension}"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"{self.column_path(column)}{date[:4]}{date[5:7]}/P0{date.replace('-', '')}{number:012}.docx"

    def article_html(self, title: str, body: str) -> str:
        # A page whose body is a document only lacks the editor's container.
        held = f"<div class=TRS_Editor>{body}</div>" if "<a " not in body else body
        return f'<a class="CurrChnlCls" href="../">政府信息公开年报</a><div class="article_title">{title}</div>{held}'

    def attachment_html(self, path: str, name: str) -> str:
        file = path.rsplit("/", 1)[-1]
        return (
            f'<p class="insertfileTag"><a appendix="true" href="./{file}" title="{name}" download="{name}" '
            f'oldsrc="/protect/{file}">附件</a></p>'
        )

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        if column is self.root and rows:
            gone = f"{home}202003/t20200301_99.{self.extension}"
            self.add(gone, '<html><head><meta http-equiv="refresh" content="0;URL=../" /></head></html>')
            rows = [*rows, Row(gone, "2008年政府信息公开工作年度报告", "2020-03-01")]
        pages = chunks([Row(self.relative(home, it.href), it.label, it.date) for it in rows], self.page_size)
        for number, part in enumerate(pages):
            path = home if number == 0 else f"{home}index_{number}.{self.extension}"
            pager = (
                f'<!--createPageHTML({len(pages) + 3}, 0, "index", "{self.extension}");-->'
                f'<script>createPageHTML({len(pages)}, {number}, "index", "{self.extension}");</script>'
            )
            self.add(path, self.column_page(column, self.parts_html(column) + self.list_html(part) + pager))

    @staticmethod
    def relative(home: str, href: str) -> str:
        return "./" + href.removeprefix(home) if href.startswith(home) else href


class TrsFujian(Trs):
    """The first ten rows in the page, all of them from POST /fjdzapp/search."""

    family = "trs_fujian"
    extension = "htm"

    def build(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        super().build()
        self.services["/fjdzapp/search"] = self.search

    def search(self, asked: Asked) -> Answer:
        if asked.method != "POST" or asked.headers.get("x-requested-with") != "XMLHttpRequest":
            return Answer(b"forbidden", 403)
        rows = self.rows.get(asked.values.get("classsql", "").removeprefix("chnlid="), [])
        pages = chunks(rows, int(asked.values.get("prepage", "10")))
        page = int(asked.values.get("page", "1"))
        part = pages[page - 1] if page <= len(pages) else []
        data = [{"docpuburl": it.href, "doctitle": it.label, "docreltime": f"{it.date} 10:00:00"} for it in part]
        answer = {"pageCount": len(pages), "count": len(rows), "data": data}
        return Answer(json.dumps(answer, ensure_ascii=False).encode(), media_type="application/json")

    def add_list(self, column: Column, rows: list[Row]) -> None:
        channel = str(self.number_of(column, 813))
        self.rows[channel] = rows
        shown = "".join(
            f'<dl><dd><a href="{self.relative(self.column_path(column), it.href)}" title="{it.label}">{it.label}</a></dd>'
            f"<dd>{it.date}</dd></dl>"
            for it in rows[:10]
        )
        script = (
            "<script>var SiteInfo = {searchId: 200210};listModel({quickMode:'动静结合', maxStaticIndex:1, listArgs:"
            f'{{channelid: SiteInfo.searchId, classsql:"chnlid={channel}", sortfield:"-docorderpri,-docreltime"}}, '
            f"pagebar:{{prepage:10, recordCount:'{len(rows)}'}}}})</script><script src=\"/js/list2.trsapi.js\"></script>"
        )
        leftovers = '<div ms-controller="list"><a ms-attr-href="el.url" href="qzbFile">下载</a></div>'
        self.add(
            self.column_path(column), self.column_page(column, self.parts_html(column) + shown + leftovers + script)
        )


class Vsb(Imitation):
    """Further pages count down; truncated titles; documents without an extension, named in GBK."""

    family = "vsb"
    extension = "htm"

    def column_path(self, column: Column) -> str:
        return f"/zwgk/{column.key}.htm"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/info/{1000 + number // 1000}/{number}.htm"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid={number}"

    def attachment_html(self, path: str, name: str) -> str:
        return f'<ul><li>附件【<a href="{path.replace("&", "&amp;")}">{name}</a>】</li></ul>'

    def download_headers(self, name: str) -> dict[str, str]:
        raw = f'attachment; filename="{name}"'.encode("gb18030")
        return {"Content-Disposition": raw.decode("latin-1")}

    def article_html(self, title: str, body: str) -> str:
        return f'<h1>{title}</h1><div id="vsb_content"><div class="v_news_content">{body}</div></div>'

    def marks(self) -> str:
        return (
            '<!--Announced by Visual SiteBuilder 9--><link rel="stylesheet" href="/_sitegray/_sitegray_d.css">'
            '<script src="/system/resource/js/counter.js"></script><!-- CustomerNO:77656262657232307e7 -->'
        )

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        stem = home.removesuffix(".htm")
        pages = chunks(rows, self.page_size)
        count = len(pages)
        for number, part in enumerate(pages, 1):
            path = home if number == 1 else f"{stem}/{count - number + 1}.htm"
            items = "".join(
                f'<li id="line_u13_{index}"><a href="{it.href}" title="{it.label}">{self.cut(it.label, 14)}</a>'
                f"<span>{it.date}</span></li>"
                for index, it in enumerate(part)
            )
            pager = f"<script>_simple_list_gotopage_fun({count},'u13_goto',2)</script>共{count}页 {number}/{count}"
            self.add(path, self.column_page(column, f"{self.parts_html(column)}<ul>{items}</ul>{pager}"))


class Ucap(Imitation):
    """A six-argument createPageHTML in a comment, the live list at /common/search; the first answer is a guard's."""

    family = "ucap"
    extension = "shtml"
    guarded = False

    def build(self) -> None:
        self.lists: dict[str, list[Row]] = {}
        super().build()

    def column_path(self, column: Column) -> str:
        return f"/{self.code(column)}/{column.key.replace('/', '_')}.shtml"

    def code(self, column: Column) -> str:
        return f"c{self.number_of(column, 0)}"

    def channel(self, column: Column) -> str:
        return f"{self.number_of(column, 7):032x}"

    def article_path(self, column: Column, number: int, date: str) -> str:
        shapes = (f"{number:032x}", str(number), f"c01_{number}")
        return f"/{self.key}/{self.code(column)}/{date[:4]}{date[5:7]}/{shapes[number % 3]}.shtml"

    def article_html(self, title: str, body: str) -> str:
        return f'<h1>{title}</h1><div id="UCAP-CONTENT">{body}</div>'

    def column_page(self, column: Column, body: str, meta: dict[str, str] | None = None) -> str:
        return super().column_page(column, body, {"channelId": self.channel(column), "code": self.code(column)})

    def add_list(self, column: Column, rows: list[Row]) -> None:
        channel = self.channel(column)
        self.lists[channel] = rows
        self.services[f"/common/search/{channel}"] = self.search
        pages = len(chunks(rows, self.page_size))
        call = f"<!--<script>createPageHTML('page_div',{pages + 4}, 1,'list','shtml',999)</script>-->"
        live = f'<script>$("#list").load("/common/search/{channel}?_isAgg=false&_pageSize=20&page=1")</script>'
        shown = self.list_html(rows[: self.page_size])
        self.add(self.column_path(column), self.column_page(column, self.parts_html(column) + shown + call + live))

    def search(self, asked: Asked) -> Answer:
        rows = self.lists[asked.path.rsplit("/", 1)[-1]]
        pages = chunks(rows, int(asked.values.get("_pageSize", "20")))
        page = int(asked.values.get("page", "1"))
        part = pages[page - 1] if page <= len(pages) else []
        items = "".join(
            f'<li><div class="title"><a href="{it.href}" title="{it.label}">{it.label}</a></div><span>{it.date}</span></li>'
            for it in part
        )
        return Answer(f'<ul id="body">{items}</ul>'.encode())

    def answer(self, asked: Asked) -> Answer:
        if self.guarded and asked.path != "/robots.txt" and "pass=1" not in asked.headers.get("cookie", ""):
            body = "<html><head><meta content='x' r='m'><script r='m' src='/tQrl/a.js'></script></head></html>"
            return Answer(body.encode(), 412, headers={"Set-Cookie": "pass=1; Path=/"})
        return super().answer(asked)


class GuardedUcap(Ucap):
    guarded = True


class UcapStatic(Ucap):
    """The same with files: list.shtml, list_2.shtml = page 2."""

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        stem = home.removesuffix(".shtml")
        pages = chunks(rows, self.page_size)
        for number, part in enumerate(pages, 1):
            base = stem.rsplit("/", 1)[-1]
            call = f"<script>createPageHTML('page_div',{len(pages)}, {number},'{base}','shtml',{len(rows)})</script>"
            body = self.parts_html(column) + self.list_html(part) + call
            self.add(home if number == 1 else f"{stem}_{number}.shtml", self.column_page(column, body))


class Nfcms(Imitation):
    """Guangdong's portal: …/content/post_N.html, index_2.html = page 2."""

    family = "nfcms"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"{self.column_path(column)}content/{'mpost' if number % 5 == 0 else 'post'}_{number}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/attachment/0/{number // 1000}/{number}/{number}.docx"

    def marks(self) -> str:
        return "<script>var NFCMS_SITE_ID = '755041'; var NFCMS_POST_ID = '';</script>"

    def article_html(self, title: str, body: str) -> str:
        return f'<h1>{title}</h1><div class="news_cont_d_wrap">{body}</div>'

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        pages = chunks(rows, self.page_size)
        for number, part in enumerate(pages, 1):
            numbers = "".join(
                f'<a href="{home}{"" if it == 1 else f"index_{it}.html"}">{it}</a>' for it in range(1, len(pages) + 1)
            )
            following = (
                f'<a class="next" href="{home}index_{number + 1}.html">下一页</a>' if number < len(pages) else ""
            )
            body = self.parts_html(column) + self.list_html(part) + f'<div class="page">{numbers}{following}</div>'
            self.add(home if number == 1 else f"{home}index_{number}.html", self.column_page(column, body))


class HandMade(Imitation):
    """A site of no family, in GB18030 that calls itself gb2312: tables, upper-case tags, unquoted attributes."""

    def answer(self, asked: Asked) -> Answer:
        answer = super().answer(asked)
        if answer.media_type.startswith("text/html"):
            return Answer(answer.body, answer.status, "text/html", answer.headers)
        return answer

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"{self.column_path(column)}{number}.html"

    def page(self, title: str, body: str, meta: dict[str, str] | None = None, column: Column | None = None) -> str:
        page = super().page(title + "㛃", body, meta, column)
        return page.replace(
            '<meta charset="gb18030">', '<META http-equiv=Content-Type content="text/html; charset=gb2312">'
        )

    def list_html(self, rows: list[Row]) -> str:
        cells = "".join(f"<TR><TD><A HREF={it.href}>{it.label}</A></TD><TD>[{it.date}]</TD></TR>" for it in rows)
        return f"<TABLE>{cells}</TABLE>"


class Shanghai(Imitation):
    """/YYYYMMDD/<hex>.html articles in #ivs_content, numbered pages without 下一页."""

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/nw{column.key.replace('/', '')}/{date.replace('-', '')}/{number:032x}.html"

    def article_html(self, title: str, body: str) -> str:
        return f'<h2 class="Article_title">{title}</h2><div id="ivs_content">{body}</div>'

    def attachment_html(self, path: str, name: str) -> str:
        return f'<iframe src="/pdfjs/web/viewer.html?file={quote(path)}"></iframe>'

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        pages = chunks(rows, self.page_size)
        for number, part in enumerate(pages, 1):
            numbers = "".join(f'<a href="{home}list_{it}.html">{it}</a>' for it in range(1, len(pages) + 1))
            pager = f'<div class="pagination">共{len(pages)}页 {numbers}</div>' if len(pages) > 1 else ""
            path = home if number == 1 else f"{home}list_{number}.html"
            self.add(path, self.column_page(column, self.parts_html(column) + self.list_html(part) + pager))


class Baoding(Imitation):
    """zwgkbmlist-<unit>-<id>.html lists, zwgkcontent-<unit>-<id>.html articles."""

    def column_path(self, column: Column) -> str:
        return f"/zwgkbmlist-888888040-{self.number_of(column, 0)}.html"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/zwgkcontent-888888040-{number}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/uploads/{number}.docx"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        pages = chunks(rows, self.page_size)
        for number, part in enumerate(pages, 1):
            following = f'<a href="{home}?page={number + 1}">下一页</a>' if number < len(pages) else ""
            path = home if number == 1 else f"{home}?page={number}"
            self.add(path, self.column_page(column, self.parts_html(column) + self.list_html(part) + following))


class Bozhou(Imitation):
    """/XxgkAnnualReport/show/N.html, documents from /XxgkAnnualReport/download/N."""

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/XxgkAnnualReport/show/{number}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/XxgkAnnualReport/download/{number}"

    def download_headers(self, name: str) -> dict[str, str]:
        return {"Content-Disposition": f"attachment; filename={quote(name)}"}


class Challenged(Imitation):
    """A guard that answers 521 with a script, which sets the cookie it wants to see."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt" or "__jsl_clearance_s=1" in asked.headers.get("cookie", ""):
            return super().answer(asked)
        script = (
            "<script>document.cookie=('_')+('_')+'jsl_clearance_s='+(1)+';path=/';"
            "location.href=location.pathname+location.search</script>"
        )
        return Answer(script.encode(), 521, headers={"Set-Cookie": "__jsluid_s=abc; Path=/; HttpOnly"})


class SearchOnly(Imitation):
    """No column leads to the reports; the site's search finds them, among other things."""

    def build(self) -> None:
        super().build()
        rows = [it for it in self.rows_seen if "政府信息公开工作年度报告" in it.label]
        self.services["/igs/front/search/list.html"] = lambda asked: self.results(asked, rows)

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.rows_seen = [*getattr(self, "rows_seen", []), *rows]

    def results(self, asked: Asked, rows: list[Row]) -> Answer:
        if asked.values.get("searchWord") != "政府信息公开工作年度报告" or asked.values.get("siteId") != "41":
            return Answer(self.page("检索", "没有结果").encode())
        noise = [
            Row(f"/xw/{number}.html", f"政府信息公开工作培训会举办（{number}）", "2024-05-01") for number in range(5)
        ]
        return Answer(self.page("检索", self.list_html([*rows, *noise])).encode())

    def add_home(self) -> None:
        form = (
            '<form action="/igs/front/search/list.html" method="get"><input type="hidden" name="siteId" value="41">'
            '<input type="text" name="searchWord"><input type="submit" value="搜索"></form>'
        )
        self.add("/", self.page("首页", form + '<a href="/xw/list_1.html">要闻动态</a>', {"SiteName": self.owner.name}))
