"""Scrapy's settings for this project; each choice with its reason.

Several defaults of Scrapy 2.19 favour reach: they open ports that run code, follow links to files, and crawl without
robots.txt. They are set the other way here.
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


def _version() -> str:
    try:
        return version("nianbao")
    except PackageNotFoundError:
        # Run from a checkout that is not installed.
        return "0"


BOT_NAME = "nianbao"
SPIDER_MODULES = ["spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Takes an eighth less of the processor than Python's own loop, which does where it is not installed.
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if find_spec("uvloop") else None

# --- who we are ---------------------------------------------------------------------------------------------------

# A site that is troubled by the crawl must be able to reach a person: set NIANBAO_CONTACT to a page or an address.
CONTACT = os.environ.get("NIANBAO_CONTACT") or "no contact set, see NIANBAO_CONTACT in the README of nianbao"
USER_AGENT = f"nianbao/{_version()} (+{CONTACT})"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # Sites with an English edition send the Chinese one, which carries the reports.
    "Accept-Language": "zh-CN,zh;q=0.9",
    # The bytes transferred are kept; compressed ones would have to be kept twice, as they came and to be read.
    "Accept-Encoding": "identity",
}
# Guards of openresty let a client pass that sends back the cookie it was given.
COOKIES_ENABLED = True

# --- one mechanism: the frontier in the archive ---------------------------------------------------------------------

SCHEDULER = "crawler.scheduler.FrontierScheduler"
# The frontier keeps each URL once, also across runs; Scrapy's filter forgets and, killed, remembers too much.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# Scrapy's own lists are left out whole. It loads whatever they name, also where it is switched off; and most of it
# drops or replaces a request without leaving a record (redirects, retries, other hosts), opens a port that runs code
# (telnet, remote control), or counts what nobody looks at. The capture of a page and crawler.download do the rest.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {"crawler.robots.RobotsMiddleware": 100, "crawler.cookies.CookiesMiddleware": 700}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    "crawler.progress.Progress": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
# The capture of a page gives no items; Scrapy starts that many tasks for every answer all the same.
CONCURRENT_ITEMS = 1
ROBOTSTXT_OBEY = False  # crawler.robots obeys it; Scrapy's middleware allows everything when robots.txt cannot be had

# --- politeness -----------------------------------------------------------------------------------------------------

DOWNLOAD_DELAY = 1.0
# Spread by half to either side, so that many sites on one server are not asked in step.
DOWNLOAD_DELAY_JITTER = 0.5
CONCURRENT_REQUESTS_PER_DOMAIN = 2
CONCURRENT_REQUESTS = 32
# A server that answers slowly is asked less often.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# Hosts of the registry on this machine; a delay asked for on the command line holds for them too.
LOOPBACK_DELAY = 0.0
LOOPBACK_CONCURRENCY = 8
# Seconds before the second attempt; the third waits four times as long.
RETRY_DELAY = 5.0
# Hours in China's time, like 22-6, outside of which nothing is asked for; every hour where empty.
HOURS = ""
# Reports do not change often, and after 30 days a changed one is still found well within its year.
REVISIT_DAYS = 30
# A run looks at the columns where something new would stand (crawler.revisit); set, it looks at all of them.
LOOK_AT_EVERYTHING = False
# `nianbao sites check`: the way to the reports alone, and no report.
PROBE = False
# `nianbao crawl --discover`: addresses of agencies' own sites are recorded, as offsite.
DISCOVER = False

# --- bounds ---------------------------------------------------------------------------------------------------------

# The largest scanned report seen is under 20 MB; counts bytes after decompression as well.
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Total time of a download, from the first packet to the last byte, so that an answer that dribbles ends too.
DOWNLOAD_TIMEOUT = 60
# A body that broke off is not stored as if it were whole.
DOWNLOAD_FAIL_ON_DATALOSS = True
MEMUSAGE_ENABLED = True
MEMUSAGE_LIMIT_MB = 2048
# Depth and length of URLs are bounded where pages are recorded (crawler.frontier), pages of a site by the spider.
DEPTH_LIMIT = 0
# The run ends when nothing is pending; it is safe to stop it at any time.
CLOSESPIDER_TIMEOUT = 0

# Seconds that pages in flight, and readings, get to end after a signal; what does not is left to the next run.
LONGEST_STOP = 20.0

# --- guards ---------------------------------------------------------------------------------------------------------

# Both run code that a client sends to a port of this machine.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.download.DownloadHandler",
    "https": "crawler.download.DownloadHandler",
    # A page must not be able to make the crawl read files or speak other protocols.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Many district sites have certificates that expired or lack the intermediate; a report is public, and what was served
# is kept with its URL and time. This is Scrapy's default, stated since it is a choice.
DOWNLOAD_VERIFY_CERTIFICATES = False

# --- reading and drawing --------------------------------------------------------------------------------------------

READER = "archive.reading"
# Processes that read while pages are fetched; more of them would slow down the fetching.
READERS = min(2, os.cpu_count() or 1)
# Finds a browser (setting BROWSER: its path, or `none`). Without one, pages that need it are recorded as failed.
ADDONS = {"crawler.rendering.RenderingAddon": 0}

# --- what is said ---------------------------------------------------------------------------------------------------

# Silent when all is well, so that cron mails only what needs a person.
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s: %(message)s"
STATS_DUMP = False
