"""A small loopback site, and crawls of it in processes of their own; Scrapy allows a process one crawl."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

SPIDER = """
import csv
import re
from pathlib import Path
from urllib.parse import urljoin

import scrapy

from archive.schema import PageKind
from crawler.notes import FamilyDetected, NotWanted, Trap
from crawler.page import Page
from crawler.site import SiteEntry


class TinySpider(scrapy.Spider):
    name = "reports"

    def __init__(self, sites, archive, **arguments):
        super().__init__(**arguments)
        with open(sites, encoding="utf-8") as file:
            self.sites = [SiteEntry(row["url"], row["name"], row["division"]) for row in csv.DictReader(file)]
        if not self.sites:
            raise ValueError(f"{sites}: no sites")
        self.archive_path = Path(archive)

    async def start(self):
        for site in self.sites:
            yield Page(site.url, site.url, PageKind.ENTRY, priority=100).to_request()

    def parse(self, response):
        page = Page.of(response)
        if page.kind is PageKind.ENTRY:
            yield FamilyDetected(page.site, "tiny")
        if not hasattr(response, "text"):
            return
        for kind, url, text in re.findall(r'<a class="(\\w+)" href="([^"]+)">([^<]*)', response.text):
            child = Page(
                urljoin(response.url, url), page.site, PageKind(kind) if kind in list(PageKind) else PageKind.REPORT,
                depth=page.depth + 1, discovered_on=response.url, link_text=text, render=text == "draw",
                method="POST" if text == "form" else "GET", body="page=1" if text == "form" else None,
            )
            if kind == "decoy":
                yield NotWanted(child, "解读")
            elif kind == "trap":
                yield Trap(child, "calendar")
            else:
                yield child
        if "broken" in response.url:
            raise RuntimeError("no such table")
"""

READER = """
import os
import time

from archive.reading.model import Reading, UnreadableError

READER_VERSION = "tiny-1"


def read(body, source):
    if b"unreadable" in body:
        raise UnreadableError("no document")
    if b"raises" in body:
        raise KeyError("cell")
    if b"kills" in body:
        os._exit(9)
    while b"hangs" in body:
        pass
    text = body.decode("utf-8", "replace")
    return Reading(media_type="text/html", charset="utf-8", title=source.link_text, text=text)
"""

CRAWL = """
import json
import sys
from pathlib import Path

from crawler.run import crawl

if __name__ == "__main__":
    sites, archive, browser, settings = sys.argv[1:]
    sys.exit(crawl(Path(sites), Path(archive), browser=browser, settings=json.loads(settings)))
"""

SETTINGS = {
    "SPIDER_MODULES": ["tiny_spider"],
    "READER": "tiny_reader",
    "RETRY_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 2,
    "DOWNLOAD_MAXSIZE": 100_000,
}


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0
    needs_cookie: bool = False
    first: Answer | None = None
    """The answer to the first request, where it is another."""
    claims: int | None = None
    """Content-Length claimed, where it is not the body's."""


def page(*links: tuple[str, str, str], text: str = "") -> Answer:
    anchors = "".join(f'<a class="{kind}" href="{url}">{label}</a>\n' for kind, url, label in links)
    return Answer(body=f"<html><title>页面</title><body>{text}\n{anchors}</body></html>".encode())


class Site:
    """A loopback site whose answers a test sets; it counts what it was asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: Counter[str] = Counter()
        self.not_modified: Counter[str] = Counter()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            do_POST = do_GET

            def log_message(self, *arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a client that was killed

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if length := int(handler.headers.get("Content-Length") or 0):
            handler.rfile.read(length)
        self.asked[handler.path] += 1
        answer = self.answers.get(handler.path, Answer(404, b"nothing here"))
        if answer.first and self.asked[handler.path] == 1:
            answer = answer.first
        if answer.wait:
            time.sleep(answer.wait)
        status, body, headers = answer.status, answer.body, dict(answer.headers)
        if answer.needs_cookie and "pass=1" not in (handler.headers.get("Cookie") or ""):
            status, body = 302, b""
            headers = {"Location": handler.path, "Set-Cookie": "pass=1; Path=/"}
        elif "ETag" in headers and handler.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
            self.not_modified[handler.path] += 1
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(answer.claims if answer.claims is not None else len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        if answer.claims is not None:
            handler.close_connection = True


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


class Crawls:
    """Runs crawls of one site into one archive."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder = folder
        self.archive = folder / "archive.db"
        for name, text in {"tiny_spider.py": SPIDER, "tiny_reader.py": READER, "run_crawl.py": CRAWL}.items():
            (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
        self.sites = folder / "sites.csv"
        self.sites.write_text(f"url,name,division\n{site.url}/,西工区人民政府,410303\n", encoding="utf-8")

    def start(self, browser: str = "none", **settings: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "run_crawl.py", str(self.sites), str(self.archive), browser]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{self.folder}"}
        return subprocess.Popen(
            [*command, json.dumps({**SETTINGS, **settings})],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, browser: str = "none", **settings: Any) -> tuple[int, str]:
        """The exit code and everything said."""
        process = self.start(browser, **settings)
        said, errors = process.communicate(timeout=120)
        return process.returncode, said + errors

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.archive)) as connection:
            return connection.execute(sql).fetchall()

    def states(self, site: Site) -> dict[str, str]:
        rows = self.rows("select url, state from frontier")
        return {url.removeprefix(site.url): state for url, state in rows}

    def reason(self, path: str) -> str:
        return str(self.rows(f"select reason from frontier where url like '%{path}'")[0][0])


@pytest.fixture
def crawls(tmp_path: Path, site: Site) -> Crawls:
    return Crawls(tmp_path, site)


def many(count: int, wait: float = 0) -> dict[str, Answer]:
    """A site of lists of ten reports each."""
    lists = count // 10
    answers = {"/": page(*(("list", f"/list-{number}.html", "") for number in range(lists)))}
    for number in range(lists):
        reports = range(number * 10, number * 10 + 10)
        answers[f"/list-{number}.html"] = page(*(("report", f"/r{report}.html", str(report)) for report in reports))
        for report in reports:
            answers[f"/r{report}.html"] = page(text=f"report {report}")
    for answer in answers.values():
        answer.wait = wait
    return answers


def wait_for(crawls: Crawls, reports: int) -> None:
    """Return when the archive holds that many reports."""
    for _ in range(600):
        if crawls.archive.exists():
            try:
                if crawls.rows("select count(*) from captures where kind = 'report'")[0][0] >= reports:
                    return
            except sqlite3.OperationalError:
                pass  # the tables are being made
        time.sleep(0.05)
    raise AssertionError("the crawl does not get on")
