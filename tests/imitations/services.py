"""Other families whose lists come from a service: gkmlpt, Anhui's two, Jiangxi, JSP, eportal, ASP.NET, SPA."""

# Markup is easier to compare with a site's when its lines are not broken.
# ruff: noqa: E501
from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from tests.imitations.declaration import Column
from tests.imitations.hanweb import Served, as_json
from tests.imitations.imitation import Row, chunks
from tests.imitations.server import Answer, Asked


class Gkmlpt(Served):
    """gkmlpt: columns in _CONFIG.TREE, rows from api/all; page 0 is page 1; content escaped within _CONFIG."""

    family = "gkmlpt"

    def column_path(self, column: Column) -> str:
        return "/gkmlpt/index"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/gkmlpt/content/{number // 100000}/{number // 1000}/post_{number}.html"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/attachment/0/{number // 1000}/{number}.docx"

    def tree(self, column: Column) -> dict[str, object]:
        children = [self.tree(part) for part in column.parts]
        return {"id": int(self.identifier(column)), "name": column.label, "children": children, "jump_url": ""}

    def config(self, detail: dict[str, object] | None = None) -> str:
        other = {"id": 1, "name": "政府信息公开指南", "children": [], "jump_url": ""}
        tree = json.dumps([other, self.tree(self.root)], ensure_ascii=False)
        rest = f",DETAIL:{json.dumps(detail, ensure_ascii=False)}" if detail else ""
        return f"<script>window._CONFIG = {{HOST:'/gkmlpt', SID:'755041', TREE:{tree}{rest}}}</script>"

    def page(self, title: str, body: str, meta: dict[str, str] | None = None, column: Column | None = None) -> str:
        page = super().page(title, body, meta, column)
        return (
            page.replace("</body>", self.config({"title": title, "content": body}) + "</body>")
            if meta and column
            else page
        )

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[identifier] = rows
        self.services[f"/gkmlpt/api/all/{identifier}"] = self.api
        if column is self.root:
            self.add(
                "/gkmlpt/index",
                f'<html><head><title>政府信息公开</title></head><body><div id="app"></div>{self.config()}</body></html>',
            )

    def api(self, asked: Asked) -> Answer:
        identifier = asked.path.rsplit("/", 1)[-1]
        page = max(1, int(asked.values.get("page", "1")))
        if asked.values.get("sid") != "755041":
            return as_json({"articles": []})
        rows = self.rows_of(identifier, page, 100)
        articles = [
            {
                "id": index,
                "title": it.label,
                "display_publish_time": f"{it.date} 09:00:00",
                "url": self.absolute(it.href),
            }
            for index, it in enumerate(rows)
        ]
        return as_json({"classify": {}, "total": len(self.lists[identifier]), "articles": articles})

    @staticmethod
    def absolute(href: str) -> str:
        return href + ("#20765" if href.endswith(".html") else "")


class AnhuiLabel(Served):
    """site/label/8888: rows as a fragment with titles cut short, unless a greater length is asked for."""

    family = "anhui_label"

    def build(self) -> None:
        super().build()
        self.services["/site/label/8888"] = self.label

    def column_path(self, column: Column) -> str:
        return f"/public/column/{self.identifier(column)}?type=4&action=list"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/upload/{date[:4]}/{number}.docx"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/public/{self.identifier(column)}/{number}.html"

    def article_html(self, title: str, body: str) -> str:
        return f'<h1>{title}</h1><div class="wzcon j-fontContent">{body}</div>'

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[identifier] = rows
        query = {
            "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "siteId": "6795621", "pageSize": "15",
            "pageIndex": "1", "action": "list", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "14",
            "organId": "6", "type": "4", "catId": identifier, "cId": "", "result": "暂无相关信息",
            "file": "/c1/hefei/publicInfoList_new2022",
        }  # fmt: skip
        script = (
            f"<script src='/site/tpl/js/ls.js'></script><div id='list'></div><script>$.ajax({{url:'/site/label/8888?"
            f"{urlencode(query)}',success:function(html){{$('#list').html(html)}}}})</script>"
        )
        self.add(self.column_path(column), self.column_page(column, self.parts_html(column) + (script if rows else "")))

    def label(self, asked: Asked) -> Answer:
        values = asked.values
        if values.get("labelName") != "publicInfoList" or values.get("organId") != "6":
            return Answer("暂无相关信息".encode())
        rows = self.rows_of(
            values.get("catId", ""), int(values.get("pageIndex", "1")), int(values.get("pageSize", "15"))
        )
        most = int(values.get("length", "50"))
        items = "".join(
            f'<ul class="xxgk_navli"><li><a href="{it.href}" title="{self.cut(it.label, most)}">{self.cut(it.label, most)}</a>'
            f'<span class="date">{it.date}</span></li></ul>'
            for it in rows
        )
        return Answer((items or "暂无相关信息").encode())


class Openness(Served):
    """openness: branches are units, pages by &page=, details of the kind annual_report."""

    family = "openness"

    def build(self) -> None:
        super().build()
        self.services["/opennessTarget/"] = self.target

    def column_path(self, column: Column) -> str:
        return f"/opennessTarget/?branch_id={self.branch(column)}&column_code=10700&tag=&page=1"

    def branch(self, column: Column) -> str:
        return f"{self.number_of(column, 0):024x}"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/upload/{date[:4]}/{number}.docx"

    def article_path(self, column: Column, number: int, date: str) -> str:
        kind = "annual_report" if number % 1000 < 900 else "content"
        return f"/openness/detail/{kind}/{number:024x}.html"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.lists[self.branch(column)] = rows
        self.columns = {**getattr(self, "columns", {}), self.branch(column): column}

    def target(self, asked: Asked) -> Answer:
        branch = asked.values.get("branch_id", "")
        column = self.columns.get(branch)
        if column is None:
            return Answer(b"", 404)
        page = int(asked.values.get("page", "1"))
        rows = self.rows_of(branch, page)
        more = page < len(chunks(self.lists[branch], self.page_size))
        following = f"/opennessTarget/?branch_id={branch}&column_code=10700&tag=&page={page + 1}"
        pager = f'<a href="{following}">下一页</a>' if more else ""
        body = self.column_page(column, self.parts_html(column) + self.list_html(rows) + pager)
        return Answer(body.encode())


class Jiangxi(Served):
    """queryList: the list page has no rows, POST /queryList answers with JSON that holds addresses and bodies."""

    family = "jiangxi"

    def build(self) -> None:
        super().build()
        self.services["/queryList"] = self.query

    def column_path(self, column: Column) -> str:
        return f"/{self.key}/col{self.identifier(column)}/list.shtml"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/{self.key}/col{self.identifier(column)}/{date[:4]}{date[5:7]}/{number:032x}.shtml"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[f"col{identifier}"] = rows
        script = (
            '<script src="/js/handlebars.js"></script><script src="/js/jquery.jpage.js"></script><div id="u1"></div>'
            f"<script>var params = {{current:1,pageSize:15,webSiteCode:['{self.key}'],channelCode:['col{identifier}'],"
            "sort:'sortNum',order:'desc'}; loadPageData(params,'u1');"
            "function loadPageData(p,u){$.ajax({url:'/queryList',type:'POST',data:p})}</script>"
        )
        self.add(self.column_path(column), self.column_page(column, self.parts_html(column) + (script if rows else "")))

    def query(self, asked: Asked) -> Answer:
        values = asked.values
        if asked.method != "POST" or values.get("webSiteCode[]") != self.key:
            return Answer(b"{}", 400, "application/json")
        channel = values.get("channelCode[]", "")
        rows = self.rows_of(channel, int(values.get("current", "1")), int(values.get("pageSize", "15")))
        results = [
            {
                "source": {
                    "title": it.label,
                    "pubDate": f"{it.date} 08:59:00",
                    "urls": json.dumps({"pc": it.href, "wap": ""}),
                    "metadata": "{}",
                    "content": {"content": "<p>正文见<a href='/xw/3.html'>新闻</a></p>"},
                }
            }
            for it in rows
        ]
        return as_json({"code": 200, "data": {"total": len(self.lists.get(channel, [])), "results": results}})


class JspList(Served):
    """/info/iList.jsp?cat_id=…&cur_page=n."""

    family = "ilist"

    def build(self) -> None:
        super().build()
        self.services["/info/iList.jsp"] = self.list_page

    def column_path(self, column: Column) -> str:
        return f"/info/iList.jsp?node_id=GKxz&cat_id={self.identifier(column)}"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/upload/{date[:4]}/{number}.docx"

    def article_path(self, column: Column, number: int, date: str) -> str:
        if number % 2:
            return f"/{self.identifier(column)}/{number}.htm"
        return f"/info/iIndex.jsp?node_id=GKxz&cat_id={self.identifier(column)}&cur_id={number}"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.lists[self.identifier(column)] = rows
        self.columns = {**getattr(self, "columns", {}), self.identifier(column): column}

    def list_page(self, asked: Asked) -> Answer:
        category = asked.values.get("cat_id", "")
        column = self.columns.get(category)
        if column is None:
            return Answer(b"", 404)
        page = int(asked.values.get("cur_page", "1"))
        pages = len(chunks(self.lists[category], self.page_size))
        # Beyond the last page it answers with the last one again.
        rows = self.rows_of(category, min(page, pages))
        pager = f"<div class='page'>第{page}页 共{pages}页 <a href='javascript:go({page + 1})'>下一页</a></div>"
        script = (
            "<script>function go(n){location.href='iList.jsp?node_id=GKxz&cat_id="
            + category
            + "&cur_page='+n}</script>"
        )
        body = self.parts_html(column) + self.list_html(rows) + (pager + script if pages > 1 else "")
        return Answer(self.column_page(column, body).encode())


class Eportal(Served):
    """/eportal/ui?pageId=…: further pages by currentPage and moduleId."""

    family = "eportal"
    module = "0123456789abcdef0123456789abcdef"

    def build(self) -> None:
        super().build()
        self.services["/eportal/ui"] = self.ui

    def column_path(self, column: Column) -> str:
        return f"/eportal/ui?pageId={self.identifier(column)}"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/eportal/ui?pageId={self.identifier(column)}&articleKey={number}&columnId={self.identifier(column)}"

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/eportal/fileDir/{number}.docx"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.lists[self.identifier(column)] = rows
        self.columns = {**getattr(self, "columns", {}), self.identifier(column): column}

    def ui(self, asked: Asked) -> Answer | None:
        page_id = asked.values.get("pageId", "")
        column = self.columns.get(page_id)
        if column is None or "articleKey" in asked.values:
            return None
        page = int(asked.values.get("currentPage", "1")) if asked.values.get("moduleId") == self.module else 1
        pages = len(chunks(self.lists[page_id], self.page_size))
        cells = "".join(
            f'<tr><td><a href="{it.href}">{it.label}</a></td><td>{it.date}</td></tr>'
            for it in self.rows_of(page_id, page)
        )
        form = (
            f'<form id="f"><input type="hidden" name="moduleId" value="{self.module}"><input type="hidden" name="currentPage" '
            f'value="{page}"></form><a href="javascript:void(0)" onclick="gotoPage({page + 1})">下一页</a>第{page}页/共{pages}页'
        )
        table = f'<table class="xxgkzclbtab3">{cells}</table>' if cells else ""
        body = self.parts_html(column) + table + (form if pages > 1 else "")
        return Answer(self.column_page(column, body).encode())


class AspNet(Served):
    """AspNetPager: a page is posted back with the view state of the page before it, in order."""

    family = "aspnet"

    def build(self) -> None:
        super().build()
        self.services["/pages/xxgk/PublicList.aspx"] = self.postback

    def column_path(self, column: Column) -> str:
        return f"/pages/xxgk/PublicList.aspx?code={self.identifier(column)}"

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/pages/xxgk/PublicDetail.aspx?id={number:018}&title="

    def document_path(self, column: Column, number: int, date: str) -> str:
        return f"/upload/{number}.docx"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.lists[self.identifier(column)] = rows
        self.columns = {**getattr(self, "columns", {}), self.identifier(column): column}

    def postback(self, asked: Asked) -> Answer:
        code = asked.values.get("code", "")
        column = self.columns.get(code)
        if column is None:
            return Answer(b"", 404)
        page = 1
        if asked.method == "POST":
            page = int(asked.values.get("__EVENTARGUMENT", "1"))
            valid = asked.values.get("__VIEWSTATE") == f"state/{code}/{page - 1}" and (
                asked.values.get("__EVENTTARGET") == "ctl00$Pager"
                and asked.values.get("__EVENTVALIDATION") == f"v{page - 1}"
            )
            if not valid:
                return Answer("视图状态无效".encode(), 500)
        pages = len(chunks(self.lists[code], self.page_size))
        pager = "".join(
            f"<a href=\"javascript:__doPostBack('ctl00$Pager','{it}')\">{it}</a>"
            for it in range(1, pages + 1)
            if it != page
        )
        hidden = (
            '<input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="">'
            f'<input type="hidden" name="__VIEWSTATE" value="state/{code}/{page}">'
            f'<input type="hidden" name="__EVENTVALIDATION" value="v{page}">'
        )
        body = f'<form method="post" action="{self.column_path(column)}">{hidden}{self.list_html(self.rows_of(code, page))}{pager}</form>'
        return Answer(self.column_page(column, self.parts_html(column) + body).encode())


class SinglePage(Served):
    """A shell whose script, in a file of its own, fetches JSON and draws the list."""

    family = "spa"

    def build(self) -> None:
        super().build()
        self.services["/api/list"] = self.api
        script = (
            "var id = document.body.dataset.column; var app = document.getElementById('app');"
            "fetch('/api/list?column=' + id).then(r => r.json()).then(d => { app.innerHTML = '<ul>' + d.rows.map("
            "it => '<li><a href=\"' + it.url + '\">' + it.title + '</a><span>' + it.date + '</span></li>').join('') + '</ul>'; });"
        )
        self.add("/static/app.js", script, media_type="text/javascript")

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/ItemDetail.html?docId={number}"

    def add_list(self, column: Column, rows: list[Row]) -> None:
        identifier = self.identifier(column)
        self.lists[identifier] = rows
        self.add(
            self.column_path(column),
            f'<html><head><title>{column.label}</title><meta name="ColumnName" content="{column.label}"></head>'
            f'<body data-column="{identifier}"><div id="app"></div><script src="/static/app.js"></script></body></html>',
        )

    def api(self, asked: Asked) -> Answer:
        rows = self.lists.get(asked.values.get("column", ""), [])
        return as_json({"rows": [{"title": it.label, "url": it.href, "date": it.date} for it in rows]})


class SinglePageData(SinglePage):
    """The same with the address of the data in the page itself."""

    def add_list(self, column: Column, rows: list[Row]) -> None:
        super().add_list(column, rows)
        path = self.column_path(column)
        text = self.pages[path].body.decode()
        script = f"<script>fetch('/api/list?column={quote(self.identifier(column))}').then(draw)</script>"
        self.add(path, text.replace('<script src="/static/app.js"></script>', script))
