"""A demo archive served on loopback, and a Chromium to look at it with; skipped where there is none."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from archive.reading import Source, read
from archive.store import Archive
from tests.browser.serving import browser_path, serving

SCRIPTED = """<html><head><meta charset="utf-8"><title>old</title><link rel="stylesheet" href="OUTSIDE/a.css">
</head><body><h1>汉屯路街道办事处2018年政府信息公开工作年度报告</h1><p id="said">本街道主动公开政府信息。</p>
<img src="OUTSIDE/a.png"><form action="OUTSIDE/"><button>go</button></form>
<script>document.getElementById('said').textContent = 'RAN'; top.location = '/x'</script>
<script>fetch('OUTSIDE/b')</script>
</body></html>"""


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """The address of another host, and what it was asked for."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing to say on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory, elsewhere: tuple[str, list[str]]) -> Path:
    """The demo's archive, and in it a report whose page has a script."""
    path = tmp_path_factory.mktemp("browser") / "demo.db"
    # In a process of its own: an event loop that has crawled is of no use to the browser's driver.
    crawled = subprocess.run(
        [sys.executable, "-m", "crawler.cli", "demo", "--archive", str(path), "--browser", "none"],
        capture_output=True,
        text=True,
    )
    assert path.exists(), crawled.stderr
    body = SCRIPTED.replace("OUTSIDE", elsewhere[0]).encode()
    with Archive(path) as archive:
        url = "http://xigong.example/2018.html"
        capture = archive.store_capture(
            url=url,
            body=body,
            status=200,
            headers=[("Content-Type", "text/html; charset=utf-8")],
            kind="report",
        ).id
        archive.store_reading(capture, read(body, Source(url=url, division="410303")), "1")
    return path


@pytest.fixture(scope="session")
def root(archive_path: Path) -> Iterator[str]:
    with serving(archive_path) as address:
        yield address


# Not for the whole session: while the driver runs, no other test can run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        except Error as error:
            pytest.skip(f"no Chromium starts on this machine, so no page was looked at: {error.message[:200]}")
        yield launched
        launched.close()


class Watched:
    """A page, and what it should not have done: console errors, failed scripts, requests to elsewhere."""

    def __init__(self, page: Page, root: str) -> None:
        self.page = page
        self.root = root
        self.troubles: list[str] = []
        page.on("console", lambda message: self._note(message.type == "error", message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.on("request", lambda request: self._note(not request.url.startswith((root, "data:")), request.url))

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.troubles.append(what)

    def go(self, address: str) -> Page:
        self.page.goto(self.root + address)
        return self.page


@pytest.fixture
def watched(browser: Browser, root: str) -> Iterator[Watched]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    yield Watched(context.new_page(), root)
    context.close()
