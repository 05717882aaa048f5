"""The demonstration: the bundled sample sites, served on loopback and crawled like any others."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from rich.console import Console

from archive.publishing.coverage import coverage_rows, print_table
from archive.store import Archive
from crawler.outcome import ExitCode
from crawler.rendering import find_browser
from crawler.run import crawl


def run_demo(archive_path: Path, *, browser: str | None = None) -> ExitCode:
    """Serve and crawl the sample sites into an archive, then print its coverage; returns the crawl's exit code."""
    console = Console()
    sites = _sample_sites()
    if sites is None:
        print("nianbao: the sample sites are not installed; run the demo from a checkout", file=sys.stderr)
        return ExitCode.USAGE
    if browser != "none" and find_browser(browser) is None:
        console.print("No Chromium was found: pages drawn by scripts are left out. docs/errors.md says how to get one.")
    with sites.SampleSites() as served, tempfile.TemporaryDirectory() as folder:
        registry = Path(folder) / "sites.csv"
        served.sites_csv(registry)
        console.print(f"Crawling {len(served.urls)} sample sites on loopback into {archive_path} …")
        code = crawl(registry, archive_path, browser=browser, progress=sys.stderr.isatty())
        asked = len(served.requests)
    if code not in (ExitCode.OK, ExitCode.ATTENTION):
        return code
    with Archive(archive_path) as archive:
        reports = archive.rows("select count(*) as number from reports")[0]["number"]
        print_table(coverage_rows(archive), console)
    console.print(f"{reports} reports with {asked} requests. Browse them: nianbao serve --archive {archive_path}")
    return code


def _sample_sites() -> ModuleType | None:
    """The module that serves the sample sites: packaged with the wheel, or among the tests of a checkout."""
    here = Path(__file__).resolve().parent
    for path in (here / "sample_sites" / "serve.py", here.parent / "tests" / "site" / "serve.py"):
        if path.is_file():
            specification = importlib.util.spec_from_file_location("nianbao_sample_sites", path)
            if specification is None or specification.loader is None:
                continue
            module = importlib.util.module_from_spec(specification)
            # dataclasses look their module up by name.
            sys.modules[specification.name] = module
            specification.loader.exec_module(module)
            return module
    return None
