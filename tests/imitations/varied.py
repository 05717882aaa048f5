"""Ways of showing a column that no family owns: trees, lists to choose from, 更多, names of downloads, routes."""

# Markup is easier to compare with a site's when its lines are not broken.
# ruff: noqa: E501
from __future__ import annotations

import json
from urllib.parse import quote

from tests.imitations.declaration import Agency, Column, Report, report_docx
from tests.imitations.hanweb import HanwebModule, Served, as_json
from tests.imitations.imitation import Imitation, Row, chunks
from tests.imitations.server import Answer, Asked
from tests.imitations.static import Trs


class TreeOfUnits(Imitation):
    """The units' columns are nodes of a zTree in a script."""

    def parts_html(self, column: Column) -> str:
        nodes = [{"id": 1, "pId": 0, "name": column.label, "open": True}]
        nodes += [
            {"id": number, "pId": 1, "name": part.label, "url": self.column_path(part), "target": "_self"}
            for number, part in enumerate(column.parts, 10)
        ]
        tree = json.dumps(nodes, ensure_ascii=_is_escaped(column))
        return f'<ul id="tree" class="ztree"></ul><script>var zNodes = {tree}; $.fn.zTree.init($("#tree"), {{}}, zNodes);</script>'


def _is_escaped(column: Column) -> bool:
    """Whether a script is written with escapes (\\u6559); some servers do."""
    return len(column.parts) % 2 == 0


class ChosenUnits(Imitation):
    """The units' columns are options of a select."""

    def parts_html(self, column: Column) -> str:
        options = "".join(f'<option value="{self.column_path(part)}">{part.label}</option>' for part in column.parts)
        return f'<select onchange="location.href=this.value"><option value="">请选择</option>{options}</select>'


class MoreOfUnits(Imitation):
    """The column shows the first rows of each unit under its name, with 更多 beside it."""

    shown = 2

    def build(self) -> None:
        self.first_rows: dict[str, list[Row]] = {}
        super().build()
        # The units' rows are known once their own lists are made.
        self.add_list(self.root, self.first_rows.get(self.root.key, []))

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.first_rows[column.key] = rows
        super().add_list(column, rows)

    def parts_html(self, column: Column) -> str:
        blocks = ""
        for part in column.parts:
            more = (
                f'<div class="tit"><span>{part.label}</span><a href="{self.column_path(part)}">更多&gt;&gt;</a></div>'
            )
            blocks += f"<div>{more}{self.list_html(self.first_rows.get(part.key, [])[: self.shown])}</div>"
        return blocks


class RowsInScript(Imitation):
    """All rows are an array in a script, which draws them by pages."""

    def add_list(self, column: Column, rows: list[Row]) -> None:
        data = [{"title": it.label, "url": it.href, "date": it.date} for it in rows]
        script = f"<script>var rows = {json.dumps(data, ensure_ascii=False)}; draw(rows, 1, 15);</script>"
        self.add(self.column_path(column), self.column_page(column, f'<ul id="list"></ul>{script}'))


class NamedByDownload(Imitation):
    """Pages say 政府信息公开年度报告 and 附件下载; whose and of which year stands in the name of the download only."""

    def add_report(self, column: Column, number: int, it: Report) -> Row:
        number = self.number_of(column, number)
        article, document = self.article_path(column, number, it.date), f"/api/file/{number:032x}"
        name = f"{it.title}.docx"
        ways = (
            f"attachment; filename*=UTF-8''{quote(name)}",
            f'attachment; filename="{name}"'.encode("gb18030").decode("latin-1"),
            f"attachment; filename={quote(name)}",
        )
        # Of the text, only the paragraphs that name nobody are left.
        nameless = Report(Agency("本机关", it.agency.division, it.agency.level), it.year, "", "年度报告", it.date)
        headers = {"Content-Disposition": ways[number % len(ways)]}
        self.add(document, report_docx(nameless), media_type="application/octet-stream", headers=headers)
        label = "政府信息公开年度报告"
        body = self.article_html(label, self.attachment_html(document, "附件下载"))
        self.add(article, self.page(label, body, {"PubDate": f"{it.date} 10:21"}, column))
        return Row(article, label, it.date)


class ListedUnits(Imitation):
    """政务公开 lists departments and streets themselves, the district among them, and no directory of them."""

    def add_home(self) -> None:
        super().add_home()
        units = [Column(self.owner.name, self.root.key, unit=self.owner), *self.units]
        items = ""
        for index, unit in enumerate(units):
            items += f'<li><a href="/zwgk/unit{index}/index.html">{unit.label}</a></li>'
            links = f'<a href="/zwgk/zn/">信息公开指南</a><a href="{self.column_path(unit)}">信息公开年报</a>'
            self.add(f"/zwgk/unit{index}/index.html", self.page(unit.label, links, {"ColumnName": unit.label}))
        for stale in ("/zwgk/bmjd/", *(f"/zwgk/d{index}/" for index in range(len(self.units)))):
            self.pages.pop(stale, None)
        self.add("/zwgk/", self.page("政务公开", f'<ul class="units">{items}</ul>', {"ColumnName": "政务公开"}))


class TrsInlined(Trs):
    """TRS whose list is called list and whose pager is written out in the page; a stale call stands in a comment."""

    def add_list(self, column: Column, rows: list[Row]) -> None:
        home = self.column_path(column)
        pages = chunks([Row(self.relative(home, it.href), it.label, it.date) for it in rows], self.page_size)
        for number, part in enumerate(pages):
            path = home if number == 0 else f"{home}list_{number}.{self.extension}"
            pager = (
                f'<!--createPageHTML(67, 0, "list", "html");--><script>var currentPage = {number};//所在页从0开始\n'
                f"var nextPage = currentPage+1;\nvar countPage = {len(pages)};//共多少页\n"
                'if(nextPage < countPage) document.write("<a href=list_"+nextPage+".html>下一页</a>");</script>'
            )
            self.add(path, self.column_page(column, self.parts_html(column) + self.list_html(part) + pager))


class ModuleTree(HanwebModule):
    """module/xxgk whose columns are known only by the tree that tree.jsp answers as JSON."""

    def build(self) -> None:
        super().build()
        self.services["/module/xxgk/tree.jsp"] = self.tree

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.lists[self.identifier(column)] = rows
        script = (
            '<div id="div1"></div><script>var param={infotypeId:"",jdid:"3",area:"11330106",divid:"div1"};'
            '$("#tree").jstree({core:{data:{url:"/module/xxgk/tree.jsp?divid=div1&area=11330106&standardXxgk=1"}}});'
            'function load(id){$.post("/module/xxgk/search.jsp",$.extend(param,{infotypeId:id}),show);}</script>'
        )
        if column is self.root:
            self.add("/zwgk/", self.page("政府信息公开目录", script, {"ColumnName": "政府信息公开目录"}))

    def tree(self, asked: Asked) -> Answer:
        def node(column: Column, label: str) -> dict[str, object]:
            return {"id": f"B{self.identifier(column)}", "text": label}

        return as_json(
            [
                {"id": "A1", "text": "政府信息公开指南"},
                node(self.root, "政府信息公开年报"),
                *(
                    {"id": f"U{index}", "text": part.label, "children": [node(part, "政府信息公开年报")]}
                    for index, part in enumerate(self.units)
                ),
            ]
        )

    def search(self, asked: Asked) -> Answer:
        identifier = asked.values.get("infotypeId", "").removeprefix("B")
        if asked.method != "POST" or asked.values.get("area") != "11330106" or identifier not in self.lists:
            return Answer("<div>没有信息</div>".encode())
        page = int(asked.values.get("currpage", "1"))
        items = "".join(
            f'<li><a href="{it.href}">{it.label}</a><b>{it.date}</b></li>' for it in self.rows_of(identifier, page)
        )
        pages = len(chunks(self.lists[identifier], self.page_size))
        return Answer(f'<div class="zfxxgk_zdgkc"><ul>{items}</ul></div><div>共{pages}页</div>'.encode())


class Routed(Served):
    """An application of one address: columns and reports are routes (#/list/7), drawn from JSON that names no address."""

    family = "spa"
    page_size = 8

    def build(self) -> None:
        self.reports: dict[str, tuple[str, str]] = {}
        super().build()
        self.pages = {path: page for path, page in self.pages.items() if path == "/robots.txt"}
        script = (
            "var app = document.getElementById('app');"
            "function ask(url, done) { fetch(url).then(r => r.json()).then(done); }"
            "function go() { var route = location.hash.split('/');"
            "if (route[1] == 'list') ask('/api/list?column=' + route[2] + '&pageNum=1', d => { app.innerHTML = '<ul>' + d.rows.map("
            "it => '<li><a href=\"#/detail/' + it.id + '\">' + it.title + '</a><span>' + it.publishDate + '</span></li>').join('')"
            " + '</ul><a href=\"javascript:void(0)\">下一页</a>'; });"
            "else if (route[1] == 'detail') ask('/api/detail?id=' + route[2], d => { document.title = d.title;"
            "app.innerHTML = '<h1>' + d.title + '</h1><div>' + d.content + '</div>'; });"
            "else ask('/api/menu', d => { app.innerHTML = d.map("
            "it => '<a href=\"#/list/' + it.id + '\">' + it.name + '</a>').join(''); }); }"
            "window.onhashchange = go; go();"
        )
        self.add("/static/app.js", script, media_type="text/javascript")
        shell = '<div id="app"></div><script src="/static/app.js"></script>'
        self.add("/", f"<!DOCTYPE html><html><head><title>政府信息公开平台</title></head><body>{shell}</body></html>")
        menu = ((1, "政府信息公开指南"), (int(self.identifier(self.root)), "政府信息公开年报"))
        self.services["/api/menu"] = lambda asked: as_json([{"id": number, "name": name} for number, name in menu])
        self.services["/api/list"] = self.api
        self.services["/api/detail"] = self.detail

    def article_path(self, column: Column, number: int, date: str) -> str:
        return f"/detail/{number}"

    def article_html(self, title: str, body: str) -> str:
        self.reports[title] = (title, body)
        return body

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.lists[self.identifier(column)] = rows

    def api(self, asked: Asked) -> Answer:
        column = asked.values.get("column", "")
        rows = self.rows_of(column, int(asked.values.get("pageNum", "1")))
        records = [{"id": it.href.rsplit("/", 1)[-1], "title": it.label, "publishDate": it.date} for it in rows]
        return as_json({"total": len(self.lists.get(column, [])), "rows": records})

    def detail(self, asked: Asked) -> Answer:
        rows = [row for rows in self.lists.values() for row in rows if row.href.endswith(f"/{asked.values.get('id')}")]
        title, body = self.reports.get(rows[0].label, (rows[0].label, "")) if rows else ("", "")
        return as_json({"title": title, "content": body})


class FewInColumn(Imitation):
    """The column keeps the newest reports only; the older ones are found by the site's search, among other things."""

    kept = 2

    def build(self) -> None:
        self.found: list[Row] = []
        super().build()
        self.services["/jsearch/search.do"] = self.results

    def header(self) -> str:
        form = (
            '<form action="/jsearch/search.do" method="get"><input type="hidden" name="webid" value="1">'
            '<input name="q"><button>搜索</button></form>'
        )
        return super().header() + form

    def add_list(self, column: Column, rows: list[Row]) -> None:
        self.found = rows
        super().add_list(column, [it for it in rows if it.href not in self.decoys][: self.kept])

    def results(self, asked: Asked) -> Answer:
        if "政府信息公开" not in asked.values.get("q", ""):
            return Answer(self.page("检索", "没有结果").encode())
        noise = [
            Row(f"/xw/{number}.html", f"政府信息公开工作培训会举办（{number}）", "2024-05-01") for number in range(5)
        ]
        return Answer(self.page("检索", self.list_html([*self.found, *noise])).encode())
