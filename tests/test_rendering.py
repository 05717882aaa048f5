"""Finding a browser, and pages drawn by one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler import rendering
from crawler.outcome import ExitCode
from crawler.rendering import find_browser, rendering_settings
from tests.crawling import Answer, Crawls, Site, crawls, page, site

__all__ = ["crawls", "site"]


def executable(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the extra and no browser; returns the folder its commands are looked for in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv(rendering.ENVIRONMENT, raising=False)
    monkeypatch.setattr(rendering, "_has_extra", lambda: True)
    return folder


def test_without_a_browser_rendering_is_off(bare: Path) -> None:
    assert find_browser() is None
    assert rendering_settings(None) == {"RENDERING": False}


def test_the_browser_set_comes_first_then_the_systems_then_playwrights(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path / "playwright", "chromium-999/chrome-linux/chrome")
    newest = executable(tmp_path / "playwright", "chromium-1200/chrome-linux64/chrome")
    assert find_browser() == newest
    chrome = executable(bare, "google-chrome")
    assert find_browser() == chrome
    chromium = executable(bare, "chromium")
    assert find_browser() == chromium
    own = executable(tmp_path, "own")
    monkeypatch.setenv(rendering.ENVIRONMENT, str(own))
    assert find_browser() == own
    assert find_browser(str(chrome)) == chrome
    assert find_browser("none") is None


def test_a_browser_that_is_set_and_not_there_is_an_error(bare: Path) -> None:
    executable(bare, "chromium")
    with pytest.raises(ValueError, match="no such browser"):
        find_browser("/nowhere/chromium")


def test_without_the_extra_rendering_is_off(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(bare, "chromium")
    monkeypatch.setattr(rendering, "_has_extra", lambda: False)
    assert find_browser() is None


def test_installing_where_it_cannot_be_done_says_so_and_is_no_failure(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str]) -> list[str]:
        commands.append(command)
        return ["playwright: failed", "no network"]

    monkeypatch.setattr(rendering, "_run", run)
    assert rendering.install() == 0
    assert commands == [[sys.executable, "-m", "playwright", "install", "chromium"]]
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["playwright: failed", "no network"]
    assert "rendering is off" in said[2] and rendering.ENVIRONMENT in said[2]


def test_installing_where_there_is_a_browser_does_nothing(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    executable(bare, "chromium")
    commands: list[list[str]] = []
    monkeypatch.setattr(rendering, "_run", commands.append)
    assert rendering.install() == 0
    assert commands == []
    assert str(bare / "chromium") in capsys.readouterr().out


def test_nothing_of_playwright_is_imported_before_it_is_needed() -> None:
    code = "import sys, crawler.run, crawler.scheduler, crawler.rendering; print('playwright' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


BROWSER = find_browser()


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
def test_a_page_is_drawn_within_the_scope(site: Site, crawls: Crawls) -> None:
    canary = Site()
    script = f"""
        fetch("/rows").then(answer => answer.text()).then(rows => document.body.innerHTML += rows);
        fetch("{canary.url}/stolen");
        new Image().src = "{canary.url}/pixel.png";
        window.open("{canary.url}/window");
        new WebSocket("{canary.url.replace("http", "ws")}/socket");
        fetch("/away");
        fetch("http://localhost:{canary.server.server_port}/name");
        alert("stop");
    """
    drawn = f"<html><head><meta charset='gbk'><title>年报</title></head><body><script>{script}</script></body></html>"
    site.answers = {
        "/": page(("list", "/drawn.html", "draw"), ("list", "/leaves.html", "draw")),
        "/drawn.html": Answer(body=drawn.encode("gbk"), headers={"Content-Type": "text/html"}),
        "/leaves.html": Answer(301, headers={"Location": f"{canary.url}/redirected"}),
        "/away": Answer(302, headers={"Location": f"{canary.url}/away"}),
        "/rows": Answer(body=b'<a class="report" href="/r1.html">one</a>', headers={"Content-Type": "text/html"}),
        "/r1.html": page(text="r1"),
    }
    code, said = crawls.run(browser=str(BROWSER))
    assert code == ExitCode.OK, said
    assert crawls.states(site)["/r1.html"] == "stored"
    assert crawls.states(site)["/leaves.html"] == "failed"
    rendered = crawls.rows("select url, status from captures where rendered = 1")
    assert rendered == [(f"{site.url}/drawn.html", 200)]
    assert site.asked["/rows"] == 1
    assert site.asked["/away"] == 1
    assert canary.asked == {}
    # Drawn again and the same: nothing new is stored.
    assert crawls.run(browser=str(BROWSER))[0] == ExitCode.OK
    assert len(crawls.rows("select id from captures where url like '%/drawn.html'")) == 1
    canary.server.shutdown()
    canary.server.server_close()
