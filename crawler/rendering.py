"""Pages that only a browser can draw: finding a browser, and how it is set up.

scrapy-playwright is an optional extra (`browser`); nothing of it is imported, and no browser started, before the first
page that needs one.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

ENVIRONMENT = "NIANBAO_BROWSER"
LONGEST_NAVIGATION = 30.0
"""Seconds until the document is there."""
SEEN_DATA_KEY = "seen_data"
"""In a request's meta: what the page's scripts asked for and got as JSON, as url, method, body and text."""
BROWSERS = 2
"""Browsers at once: each takes some 200 MB."""
_SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LAUNCH_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-quic",
    # Through a proxy, names would be resolved by it, and not by the rules that keep the browser within the scope.
    "--no-proxy-server",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--metrics-recording-only",
    # WebRTC would name the addresses of this machine to the page.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_HINT = (
    "rendering is off: no browser was found. Pages drawn by scripts are recorded as failed. Install chromium and"
    f" libatomic1 with the system's package manager, or set {ENVIRONMENT} to the path of a Chromium"
)


class RenderingError(Exception):
    """The browser could not draw a page; the message says why."""


class RenderingOffError(Exception):
    """A page needs a browser and there is none."""


def find_browser(setting: str | None = None) -> Path | None:
    """A Chromium to draw pages with: the one set, the system's, Playwright's own.

    None without one, without the extra, or with the setting `none`. Raises ValueError when a browser is set and is
    not there: what was asked for is not silently replaced.
    """
    if chosen := setting or os.environ.get(ENVIRONMENT):
        if chosen == "none":
            return None
        path = shutil.which(chosen)
        if path is None:
            raise ValueError(f"{chosen}: no such browser; correct the setting or unset {ENVIRONMENT}")
        return Path(path) if _has_extra() and _driver_starts() else None
    if not (_has_extra() and _driver_starts()):
        return None
    for name in _SYSTEM_BROWSERS:
        if path := shutil.which(name):
            return Path(path)
    return _playwright_browser()


@cache
def _driver_starts() -> bool:
    """Whether Playwright's driver starts; on a bare Debian a library of it is missing (libatomic1)."""
    driver = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(driver, capture_output=True, check=False).returncode == 0


def _has_extra() -> bool:
    return all(importlib.util.find_spec(name) for name in ("playwright", "scrapy_playwright"))


def _playwright_browser() -> Path | None:
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    root = Path(folder) if folder else Path.home() / ".cache" / "ms-playwright"
    found = [path for path in root.glob("chromium-*/chrome-linux*/chrome") if os.access(path, os.X_OK)]
    # Folders carry the build number; the newest is the one the installed Playwright asked for.
    return max(found, key=lambda path: int(path.parent.parent.name.rpartition("-")[2]), default=None)


def rendering_settings(browser: Path | None) -> dict[str, Any]:
    """The Scrapy settings for drawing pages with a browser; with None, pages that need one fail."""
    if browser is None:
        return {"RENDERING": False}
    root = getattr(os, "geteuid", lambda: 1)() == 0
    return {
        "RENDERING": True,
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": str(browser),
            "headless": True,
            # Chromium refuses to run as root with its sandbox; the page still sees only what the scope lets through.
            "chromium_sandbox": not root,
            "args": list(_LAUNCH_ARGUMENTS),
        },
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": LONGEST_NAVIGATION * 1000,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
    }


def rendering_meta() -> dict[str, Any]:
    """What makes a Scrapy request one for the browser."""
    return {
        "playwright": True,
        # A page that plays media or polls is never idle: the document is enough, the rest is waited for within bounds.
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
        "playwright_context_kwargs": {
            "accept_downloads": False,
            "service_workers": "block",
            "locale": "zh-CN",
        },
    }


class RenderingAddon:
    """Scrapy add-on that finds the browser when a crawl is set up."""

    def update_settings(self, settings: BaseSettings) -> None:
        for name, value in rendering_settings(find_browser(settings.get("BROWSER"))).items():
            settings.set(name, value, "addon")


def install() -> int:
    """Have a browser, by whatever way this machine allows; without one, say what that means. Always returns 0."""
    if not _has_extra():
        print("rendering is off: install nianbao with its extra `browser`", file=sys.stderr)
        return 0
    complaints: list[str] = []
    for attempt in (None, _from_playwright, _from_the_system):
        if attempt is not None:
            complaints += attempt()
        if browser := find_browser():
            print(f"browser: {browser}")
            return 0
    print(*complaints, _HINT, sep="\n", file=sys.stderr)
    return 0


def _from_playwright() -> list[str]:
    print("Getting a Chromium from Playwright …", flush=True)
    return _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _from_the_system() -> list[str]:
    if not shutil.which("apt-get") or getattr(os, "geteuid", lambda: 1)() != 0:
        return []
    print("Getting the system's Chromium (apt-get install chromium) …", flush=True)
    packages = ["chromium", "libatomic1"]
    said = _run(["apt-get", "update"]) or _run(["apt-get", "install", "-y", "--no-install-recommends", *packages])
    _driver_starts.cache_clear()
    return said


def _run(command: list[str]) -> list[str]:
    """Run an installation silently; returns what it said last where it failed."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)
    if done.returncode == 0:
        return []
    said = (done.stderr or done.stdout).strip().splitlines()
    return [f"{' '.join(command)}: failed", *said[-1:]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m crawler.rendering", description="The browser pages are drawn with."
    )
    parser.add_argument("--install", action="store_true", help="install a browser where none is found")
    if parser.parse_args().install:
        sys.exit(install())
    print(find_browser() or _HINT)
