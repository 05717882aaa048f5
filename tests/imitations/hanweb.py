"""Hanweb's three families, whose lists come from a service, and what the others with a service share with them."""

# Markup is easier to compare with a site's when its lines are not broken.
# ruff: noqa: E501
from __future__ import annotations

import hashlib
import json

from tests.imitations.declaration import Column
from tests.imitations.imitation import Imitation, Row, chunks
from tests.imitations.server import Answer, Asked


def as_json(data: object) -> Answer:
    return Answer(json.dumps(data, ensure_ascii=False).encode(), media_type="application/json;charset=UTF-8")


class Served(Imitation):
    """Keeps the rows of each column for the service."""

    def build(self) -> None:
        self.lists: dict[str, list[Row]] = {}
        super().build()

    def identifier(self, column: Column) -> str:
        return str(self.number_of(column, 0))

    def rows_of(self, identifier: str, page: int, size: int | None = None) -> list[Row]:
        pages = chunks(self.lists.get(identifier, []), size or self.page_size)
        return pages[page - 1] if 0 < page <= len(pages) else []


class Hanweb(Served):
    """jcms: the first rows as records in a script, the others from dataproxy.jsp, 1-based and both ends included."""

    family = "hanweb"

    def build(self) -> None:
        super().build()
        self.services["/module/web/jpage/dataproxy.jsp"] = self.proxy

    def column_path(self, column: Column) -> str:
        return f"/col/col{self.identifier(column)}/index.html"

    def article_path(self, column: Column, number: int, date: str) -> str:
        year, month, day = (int(part) for part in date.split("-"))
        return f"/art/{year}/{month}/{day}/art_{self.identifier(column)}_{number}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/module/download/downfile.jsp?classid=0&filename={number:032x}.docx"

    def attachment_html(self, path: str, name: str) -> str:
        return f'<p><a href="{path.replace("&", "&amp;")}"><img src="/icon_doc.gif">{name}</a></p>'

    def article_html(self, title: str, body: str) -> str:
        zoom = f'<div class="zoom">{body}</div>' if len(title) % 2 else f'<div id="zoom">{body}</div>'
        return (
            f"<h1>{title}</h1><!--<$[信息内容]>begin--><!--ZJEG_RSS.content.begin-->{zoom}<!--ZJEG_RSS.content.end-->"
            "<!--<$[信息内容]>end-->"
        )

    def marks(self) -> str:
        return '<script src="/module/jslib/jquery/jquery.js"></script><link href="/script/page.css">'

    def footer(self) -> str:
        return super().footer() + '<a style="display:none">Produced By 大汉网络 大汉版通发布系统</a>'

    def record(self, row: Row) -> str:
        item = f'<li><a href="{row.href}" title=\'{row.label}\'>{row.label}</a><b readlabel="{row.date}"></b></li>'
        return f"<record><![CDATA[{item}]]></record>"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[identifier] = rows
        first = "".join(map(self.record, rows[: 3 * self.page_size]))
        store = (
            f'<script type="text/xml"><datastore><totalrecord>{len(rows)}</totalrecord><recordset>{first}</recordset>'
            "</datastore></script>"
        )
        script = (
            f'<div id="u{identifier}"></div><script>$("#u{identifier}").jpage({{perPage:{self.page_size},totalRecord:'
            f"{len(rows)},proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:{{col:1,appid:1,webid:3010,path:'/',"
            f"columnid:{identifier},sourceContentType:1,unitid:'u{identifier}',webname:'政府网站',permissiontype:0}}}})</script>"
        )
        body = self.parts_html(column) + (store + script if rows else "")
        self.add(self.column_path(column), self.column_page(column, body))

    def proxy(self, asked: Asked) -> Answer:
        if asked.headers.get("x-requested-with") != "XMLHttpRequest":
            return Answer(b"forbidden", 403)
        rows = self.lists.get(asked.values.get("columnid", ""), [])
        if asked.values.get("unitid") != f"u{asked.values.get('columnid')}":
            rows = []
        start, end = int(asked.values.get("startrecord", "1")), int(asked.values.get("endrecord", "45"))
        records = "".join(map(self.record, rows[start - 1 : end]))
        body = f"<datastore><totalrecord>{len(rows)}</totalrecord><recordset>{records}</recordset></datastore>"
        return Answer(body.encode(), media_type="text/xml")


class Jpaas(Served):
    """The unit service turns pages by paramJson only; a bare pageNo answers page 1."""

    family = "jpaas"
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def build(self) -> None:
        super().build()
        self.services[self.unit] = self.service

    def column_path(self, column: Column) -> str:
        return f"/col/col{self.identifier(column)}/index.html"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/art/{date[:4]}/art_{hashlib.md5(str(number).encode()).hexdigest()}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/attach/0/{number:032x}.docx"

    def article_html(self, title: str, body: str) -> str:
        return f'<h1>{title}</h1><div class="article-conter">{body}</div>'

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[identifier] = rows
        query = {"parseType": "bulidstatic", "webId": "330106", "tplSetId": "7", "pageType": "column"}
        query |= {"tagId": "信息列表", "editType": "null", "pageId": identifier}
        data = json.dumps(query, ensure_ascii=False).replace('"', "'")
        shown = self.list_html(rows[: self.page_size]) if int(identifier) % 2000 else "<ul></ul>"
        unit = (
            f'<div count="{len(rows)}" rows="{self.page_size}" unitUrl="{self.unit}" queryData="{data}">{shown}</div>'
        )
        self.add(self.column_path(column), self.column_page(column, self.parts_html(column) + (unit if rows else "")))

    def service(self, asked: Asked) -> Answer:
        if asked.headers.get("x-requested-with") != "XMLHttpRequest" or "referer" not in asked.headers:
            return Answer(b"forbidden", 403)
        values = json.loads(asked.values.get("paramJson", "{}"))
        identifier = asked.values.get("pageId", "")
        rows = self.rows_of(identifier, int(values.get("pageNo", 1)), int(values.get("pageSize", self.page_size)))
        count = len(self.lists.get(identifier, []))
        html = f'{self.list_html(rows)}<div count="{count}" rows="{self.page_size}"></div>'
        return as_json({"success": True, "data": {"html": html}})


class HanwebModule(Served):
    """module/xxgk: the list is a fragment from POST search.jsp, the units are in a tree of their own."""

    family = "hanweb_xxgk"

    def build(self) -> None:
        super().build()
        self.services["/module/xxgk/search.jsp"] = self.search

    def column_path(self, column: Column) -> str:
        return f"/col/col{self.identifier(column)}/index.html"

    def article_path(self, column: Column, number: int, date: str) -> str:
        year, month, day = (int(part) for part in date.split("-"))
        return f"/art/{year}/{month}/{day}/art_{self.identifier(column)}_{number}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/module/download/downfile.jsp?classid=0&filename={number:032x}.docx"

    def article_html(self, title: str, body: str) -> str:
        return f'<table class="xxgk_article"><tr><td>索引号</td><td>002/2024</td></tr></table><h1>{title}</h1><div id="zoom">{body}</div>'

    def marks(self) -> str:
        return '<script src="/module/jslib/jquery/jquery.js"></script>'

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[identifier] = rows
        script = (
            f'<div id="div{identifier}"></div><script>var param={{infotypeId:"B{identifier}",jdid:"3",area:"11330106",'
            f'divid:"div{identifier}",standardXxgk:"1"}};$.post("/module/xxgk/search.jsp",param,function(html){{}});</script>'
        )
        self.add(self.column_path(column), self.column_page(column, self.parts_html(column) + (script if rows else "")))

    def search(self, asked: Asked) -> Answer:
        identifier = asked.values.get("infotypeId", "").removeprefix("B")
        if asked.method != "POST" or asked.values.get("divid") != f"div{identifier}" or asked.values.get("jdid") != "3":
            return Answer("<div>没有信息</div>".encode())
        rows = self.rows_of(identifier, int(asked.values.get("currpage", "1")))
        pages = len(chunks(self.lists.get(identifier, []), self.page_size))
        total = f'<div class="page">共<span>{pages}</span>页 第{asked.values.get("currpage", "1")}页</div>'
        if int(identifier) % 2000:
            items = "".join(
                f'<li><a href="{it.href}" title="{it.label}">{it.label}</a><b>{it.date}</b></li>' for it in rows
            )
            return Answer(f'<div class="zfxxgk_zdgkc"><ul>{items}</ul></div>{total}'.encode())
        heads = "".join(f"<tr><th>{name}</th></tr>" for name in ("索引号", "名称", "日期", "文号"))
        items = "".join(
            f'<tr><td><a href="{it.href}" mc="{it.label}" rq="{it.date}" wh="">{it.label[:12]}…</a></td></tr>'
            for it in rows
        )
        return Answer(f"<table>{heads}{items}</table>{total}".encode())
