"""One run over a registry of sites, from the command line or from a program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# Not used here: it looks at all frames and modules there are while it is loaded, and these are few yet.
from scrapy.core.downloader.handlers import http11  # noqa: F401
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.discovery import write_candidates
from crawler.hours import Hours
from crawler.outcome import OUTCOME_STAT, ExitCode, RunOutcome
from crawler.rendering import find_browser

SPIDER = "reports"


def crawl(
    sites: Path,
    archive: Path,
    *,
    delay: float | None = None,
    progress: bool = False,
    summary_json: bool = False,
    browser: str | None = None,
    log_level: str | None = None,
    hours: str | None = None,
    discover: Path | None = None,
    settings: dict[str, Any] | None = None,
) -> ExitCode:
    """Crawl the sites of a registry into an archive; safe to start again, safe to start twice.

    `delay` is the seconds between requests to a host, `browser` the path of a Chromium or `none`, `hours` a window
    like 22-6, `discover` the file that other sites come across are written to, `settings` other settings of
    crawler.settings. What needs a person is said on standard error, and with `summary_json` the whole outcome on
    standard output, as one line. Scrapy allows a process one crawl.
    """
    values: dict[str, Any] = {"PROGRESS": progress, "SUMMARY_JSON": summary_json, "BROWSER": browser}
    values |= {"HOURS": hours or "", "DISCOVER": discover is not None}
    try:
        Hours.parse(hours)
        find_browser(browser)
    except ValueError as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    if delay is not None:
        values |= {"DOWNLOAD_DELAY": delay, "LOOPBACK_DELAY": delay, "AUTOTHROTTLE_START_DELAY": delay}
    if log_level is not None:
        values["LOG_LEVEL"] = log_level
    all_settings = Settings()
    all_settings.setmodule("crawler.settings", priority="project")
    all_settings.setdict(values | (settings or {}), priority="cmdline")
    return _run(all_settings, sites, archive, discover)


def _run(settings: Settings, sites: Path, archive: Path, discover: Path | None) -> ExitCode:
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(SPIDER)
    task = process.crawl(crawler, sites=str(sites), archive=str(archive))
    process.start()
    failure = task.exception() if task.done() and not task.cancelled() else None
    if failure is not None and crawler.spider is None and isinstance(failure, ValueError | OSError | UsageError):
        print(failure, file=sys.stderr)
        return ExitCode.USAGE
    if failure is not None:
        raise failure
    outcome = crawler.stats.get_value(OUTCOME_STAT) if crawler.spider is not None else None
    if discover is not None and crawler.spider is not None and archive.is_file():
        write_candidates(archive, crawler.spider.sites, discover)  # type: ignore[attr-defined]
    # A second signal ends the process before the run could be judged; the archive has all that was done.
    return outcome.code if isinstance(outcome, RunOutcome) else ExitCode.STOPPED
