"""Servers that break the rules byte by byte, and crawls of them beside an honest site."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.crawling import ROOT, Answer, Crawls, Site, many

HONEST_REPORTS = 20
REPORT = "西工区人民政府{}年政府信息公开工作年度报告"
MARK = "NIANBAO_TEST_FOLDER"
"""Variable by which the processes of a crawl are known."""
LARGEST_PROCESS = 320
"""MiB that a crawl may take, whatever it is served."""

# Like tests.crawling.CRAWL, and says how much memory the crawl took at its height.
CRAWL = """
import json
import sys
from pathlib import Path

# sqlite-utils takes it along where it is installed, as for these tests; it is no dependency.
sys.modules["pandas"] = None

from crawler.run import crawl

if __name__ == "__main__":
    sites, archive, browser, settings = sys.argv[1:]
    code = crawl(Path(sites), Path(archive), browser=browser, settings=json.loads(settings))
    # Not ru_maxrss: that begins with what the process took that started this one.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    Path("peak").write_text(str(int(status["VmHWM"].split()[0]) // 1024))
    sys.exit(code)
"""

Send = Callable[[bytes], None]


class Hostile:
    """A server whose answers are functions that send bytes; it counts what it was asked for.

    The function of a path gets `send`, which raises OSError once the client is gone. Every other path is answered by
    what `otherwise` makes of it, or with 404.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0, *, answers_at_all: bool = True) -> None:
        self.answers: dict[str, Callable[[Send], None]] = {}
        self.otherwise: Callable[[str], Callable[[Send], None] | None] = lambda path: None
        self.asked: Counter[str] = Counter()
        self.heads: list[bytes] = []
        """Of the requests, as they came."""
        self._answers_at_all = answers_at_all
        self._socket = socket.create_server((address, port), backlog=64)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://{address}:{self.port}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
                if not self._answers_at_all:
                    request = b""
            self.heads.append(request.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode()
            self.asked[path] += 1
            answer = self.answers.get(path) or self.otherwise(path)
            if answer is None:
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone")
            else:
                answer(connection.sendall)

    def close(self) -> None:
        self._socket.close()


def whole(body: bytes, *headers: str, status: str = "200 OK") -> Callable[[Send], None]:
    """An answer with its right length."""
    head = "".join(f"{header}\r\n" for header in ("Content-Type: text/html", *headers))
    sent = f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    return lambda send: send(sent)


def column(*years: int) -> dict[str, Answer]:
    """A site as the real spider reads it: the way to a report column, and its reports."""
    rows = "".join(f'<li><a href="/nb/t{year}0125_{year}.html">{REPORT.format(year)}</a></li>' for year in years)
    answers = {"/": '<a href="/nb/">政府信息公开年报</a>', "/nb/": f"<h1>政府信息公开年报</h1><ul>{rows}</ul>"}
    for year in years:
        answers[f"/nb/t{year}0125_{year}.html"] = (
            f"<h1>{REPORT.format(year)}</h1><p>一、总体情况 本年主动公开信息。</p>"
        )
    return {
        path: Answer(body=f"<html><head><title>政府</title></head><body>{body}</body></html>".encode())
        for path, body in answers.items()
    }


def linking(*paths: str, text: str = "") -> Callable[[Send], None]:
    """An entry page that links to reports."""
    links = "".join(f'<a class="report" href="{path}">{path}</a>\n' for path in paths)
    return whole(f"<html><title>hostile</title><body>{text}{links}</body></html>".encode())


class Arena(Crawls):
    """Crawls of an honest site beside others, into one archive, by the tests' small spider or by the real one."""

    def __init__(self, folder: Path, honest: Site, *, real: bool = False) -> None:
        super().__init__(folder, honest)
        self.honest = honest
        self.real = real
        honest.answers = column(*range(2024 - HONEST_REPORTS, 2024)) if real else many(HONEST_REPORTS)
        self.prepare("")
        self.register()

    def prepare(self, before: str) -> None:
        """Have every crawl start with these lines of Python."""
        (self.folder / "run_crawl.py").write_text(textwrap.dedent(before) + CRAWL, encoding="utf-8")

    def register(self, *urls: str) -> None:
        rows = [f"{self.honest.url}/,西工区人民政府,410303", *(f"{url}/,京口区人民政府,321102" for url in urls)]
        self.sites.write_text("\n".join(["url,name,division", *rows, ""]), encoding="utf-8")

    def start(self, browser: str = "none", **settings: Any) -> subprocess.Popen[str]:
        if not self.real:
            return super().start(browser, **settings)
        command = [sys.executable, "run_crawl.py", str(self.sites), str(self.archive), browser]
        return subprocess.Popen(
            [*command, json.dumps({"RETRY_DELAY": 0, "DOWNLOAD_TIMEOUT": 5, **settings})],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def outcome(self, url: str) -> tuple[str, str]:
        """State and reason of the page at a URL, as served."""
        rows = self.rows(
            f"select state, coalesce(reason, '') from frontier where url = '{url}' and key not like '%-rendered'"
        )
        assert len(rows) == 1, (url, rows)
        return rows[0][0], rows[0][1]

    def make_due(self) -> None:
        """Have the next run ask for every report again."""
        with closing(sqlite3.connect(self.archive)) as connection:
            connection.execute("update frontier set next_due = '2020-01-01T00:00:00+00:00' where next_due is not null")
            connection.commit()

    def assert_unharmed(self, *, largest: int = LARGEST_PROCESS) -> None:
        """The crawl ended by itself, small, with a whole archive, every reason told, and the honest site complete."""
        assert int((self.folder / "peak").read_text()) <= largest, "MiB"
        self.assert_whole()
        paths = [path for path in self.honest.answers if path.startswith(("/r", "/nb/t")) and path.endswith(".html")]
        assert len(paths) == HONEST_REPORTS
        read = self.rows("select url from captures join documents on documents.capture = captures.id")
        assert {f"{self.honest.url}{path}" for path in paths} <= {url for (url,) in read}

    def assert_whole(self) -> None:
        """The file is sound, and every URL discovered is in one final state, with the reason."""
        assert self.rows("pragma integrity_check") == [("ok",)]
        assert self.rows("pragma foreign_key_check") == []
        assert self.rows("select url from frontier where state in ('pending', 'in_flight')") == []
        assert self.rows("select url from frontier where reason is null and state != 'stored'") == []
        unread = """select url from captures where kind in ('report', 'attachment')
                    and id not in (select capture from documents)"""
        assert self.rows(unread) == []


@pytest.fixture
def honest() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    yield server
    server.close()


@pytest.fixture
def arena(tmp_path: Path, honest: Site, monkeypatch: pytest.MonkeyPatch) -> Arena:
    monkeypatch.setenv(MARK, str(tmp_path))
    return Arena(tmp_path, honest)


@pytest.fixture
def real_arena(tmp_path: Path, honest: Site, monkeypatch: pytest.MonkeyPatch) -> Arena:
    """Crawls by the spider and the reader of the project."""
    monkeypatch.setenv(MARK, str(tmp_path))
    return Arena(tmp_path, honest, real=True)


__all__ = ["Arena", "Hostile", "arena", "column", "honest", "hostile", "linking", "real_arena", "whole"]
