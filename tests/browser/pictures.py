"""Takes the pictures of docs/pictures: `python -m tests.browser.pictures ARCHIVE DIRECTORY`, over a demo archive."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.serving import browser_path, serving

# Names and queries of the pages; {report}, {agency} and {other} are taken from the archive.
PAGES = {
    "home": "/",
    "coverage": "/coverage",
    "agency": "/agencies/{agency}",
    "report": "/reports/{report}",
    "compare": "/compare?agency={agency}&agency={other}&figure=applications.new.total",
    "search": "/search?q=行政复议",
    "dictionary": "/dictionary",
}
WINDOWS = {"": (1280, 860), "-narrow": (390, 860)}
SCHEMES = {"": "light", "-dark": "dark"}


def addresses(archive: Path) -> dict[str, str]:
    """The address of each page, with the agency of the most reports and its newest one with a broken check."""
    with sqlite3.connect(archive) as connection:
        by_reports = connection.execute(
            "select agency_id from reports group by agency_id order by count(*) desc, agency_id limit 2"
        ).fetchall()
        report = connection.execute(
            """select document from reports order by
               exists (select 1 from checks where checks.document = reports.document and not holds) desc, year desc"""
        ).fetchone()
    connection.close()
    values = {"agency": by_reports[0][0], "other": by_reports[1][0], "report": report[0]}
    return {name: address.format(**values) for name, address in PAGES.items()}


def take(archive: Path, directory: Path) -> None:
    """One picture a page, window and colour scheme; the wide light one bears the page's bare name."""
    directory.mkdir(parents=True, exist_ok=True)
    with serving(archive) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for scheme_suffix, scheme in SCHEMES.items():
            for window_suffix, (width, height) in WINDOWS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
                )
                page = context.new_page()
                for name, address in addresses(archive).items():
                    page.goto(root + address)
                    page.screenshot(path=directory / f"{name}{window_suffix}{scheme_suffix}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
