"""A national crawl with a simulated clock: `python -m bench.simulation [--hosts N] [--check N]`.

The country is the gazetteer's: the site of every district has the reports of its streets, towns and departments. Hosts
answer after a while, slow ones after longer, some not at all. The whole country goes through a model of the rules that
the crawl keeps to; a sample of it goes, page by page, through the crawler's own scheduler and frontier as well, with
the same clock, which says how far the model can be trusted.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from scrapy.settings import Settings

from archive.gazetteer.divisions import load
from archive.schema import FrontierState, PageKind
from archive.store import Archive
from crawler import frontier, scheduler
from crawler.capture import ATTEMPTS
from crawler.page import Page
from crawler.site import SiteEntry

YEARS = 6
DEPARTMENTS = 25
"""Of a district that publish a report on its site."""
REPORTS_OF_A_LIST = 15
PAGES_ON_THE_WAY = 8
"""Home, columns and what leads to them."""
PAGE_BYTES = 95 * 1024
_DEAD, _SLOW, _FAILING = 0.03, 0.05, 0.02
_SECONDS, _SLOW_SECONDS = 0.5, 5.0
_START = datetime(2026, 2, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Host:
    """A site: how many reports it has, how many other pages, how long it takes to answer, and whether it does."""

    name: str
    reports: int
    others: int
    seconds: float
    dead: bool

    @property
    def pages(self) -> int:
        return self.reports + self.others


@dataclass(slots=True)
class Crawled:
    """What a simulated crawl came to."""

    hours: float
    requests: int
    stored: int
    failed: int
    """Pages given up; of a host that does not answer no others are known."""
    longest_host_hours: float
    busy: float
    """Mean number of requests under way."""


def country(seed: int = 1) -> list[Host]:
    """The sites of all districts, as the gazetteer has them."""
    chance = random.Random(seed)
    streets: dict[str, int] = {}
    districts = []
    for code, _ in load()[0]:
        if len(code) == 9:
            streets[code[:6]] = streets.get(code[:6], 0) + 1
        elif len(code) == 6 and not code.endswith("00"):
            districts.append(code)
    hosts = []
    for code in districts:
        reports = (streets.get(code, 0) + DEPARTMENTS + 1) * YEARS
        seconds = _SLOW_SECONDS if chance.random() < _SLOW else _SECONDS * chance.lognormvariate(0, 0.5)
        others = PAGES_ON_THE_WAY + -(-reports // REPORTS_OF_A_LIST)
        hosts.append(Host(f"{code}.example", reports, others, seconds, chance.random() < _DEAD))
    return hosts


def settings() -> Settings:
    """The crawler's own."""
    values = Settings()
    values.setmodule("crawler.settings", priority="project")
    values.set("READERS", 0)
    return values


# --- the model ----------------------------------------------------------------------------------------------------


def model(hosts: list[Host], seed: int = 2) -> Crawled:
    """Every host asked again as soon as its delay and the requests under way allow, whoever has waited longest first.

    The delay is AutoThrottle's: the time that the host takes to answer, at least DOWNLOAD_DELAY.
    """
    chance, rules = random.Random(seed), settings()
    slots, least = rules.getint("CONCURRENT_REQUESTS"), rules.getfloat("DOWNLOAD_DELAY")
    waiting = [(0.0, number) for number in range(len(hosts))]
    heapq.heapify(waiting)
    busy: list[float] = []
    # Of a host that does not answer, the entry page is all that is known.
    left = [ATTEMPTS if host.dead else host.pages for host in hosts]
    result = Crawled(0, 0, 0, 0, 0, 0)
    ended, worked = 0.0, 0.0
    while waiting:
        ready, number = heapq.heappop(waiting)
        start = ready
        if len(busy) >= slots:
            start = max(ready, heapq.heappop(busy))
        host = hosts[number]
        takes = rules.getfloat("DOWNLOAD_TIMEOUT") if host.dead else host.seconds * chance.lognormvariate(0, 0.3)
        again = host.dead or chance.random() < _FAILING
        heapq.heappush(busy, start + takes)
        result.requests += 1
        worked += takes
        ended = max(ended, start + takes)
        result.longest_host_hours = max(result.longest_host_hours, (start + takes) / 3600)
        if host.dead or not again:
            left[number] -= 1
            result.stored += not host.dead
        if left[number]:
            pause = max(least, host.seconds) * chance.uniform(0.5, 1.5)
            if host.dead:
                pause = takes + rules.getfloat("RETRY_DELAY") * 4 ** (ATTEMPTS - 1 - left[number])
            heapq.heappush(waiting, (start + pause, number))
        elif host.dead:
            result.failed += 1
    result.hours, result.busy = ended / 3600, worked / ended
    return result


# --- the crawler's own scheduler ----------------------------------------------------------------------------------


class _Clock:
    """Stands in for the clocks that the scheduler and the frontier look at."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def moment(self) -> datetime:
        return _START + timedelta(seconds=self.seconds)

    @contextmanager
    def shown(self) -> Iterator[None]:
        clock = self

        class Simulated(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return clock.moment()

        with (
            mock.patch.object(scheduler, "time", SimpleNamespace(monotonic=lambda: clock.seconds)),
            mock.patch.object(scheduler, "datetime", Simulated),
            mock.patch.object(frontier, "datetime", Simulated),
            mock.patch.object(frontier, "now", lambda: clock.moment().isoformat(timespec="seconds")),
        ):
            yield


def through_scheduler(hosts: list[Host], path: Path, seed: int = 2) -> tuple[Crawled, dict[str, float]]:
    """The same crawl with the crawler's own scheduler and frontier; besides, what that cost.

    The downloader is left out: the delays and the number of requests at a time that it keeps to are kept to here.
    """
    chance, rules, clock = random.Random(seed), settings(), _Clock()
    by_url = {f"http://{host.name}/": host for host in hosts}
    spider = SimpleNamespace(sites=[SiteEntry(url, "某区人民政府") for url in by_url], name="reports")
    engine = SimpleNamespace(downloader=SimpleNamespace(per_slot_settings={}))
    started = time.process_time()
    with clock.shown(), Archive(path, create=True) as archive:
        archive.db.execute("pragma synchronous = off")
        ours = scheduler.FrontierScheduler(SimpleNamespace(settings=rules, engine=engine, spider=spider))  # type: ignore[arg-type]
        ours._begin(spider, archive)  # type: ignore[arg-type]
        ours._archive = archive
        for url in by_url:
            ours.enqueue_request(Page(url, url, PageKind.ENTRY, priority=900).to_request())
        result = _drive(ours, by_url, rules, clock, chance)
        rows = archive.rows("select count(*) as n from frontier")[0]["n"]
    cost = {"milliseconds_a_request": 1000 * (time.process_time() - started) / result.requests}
    cost["bytes_a_row"] = path.stat().st_size / rows
    return result, cost


def _drive(
    ours: scheduler.FrontierScheduler, hosts: dict[str, Host], rules: Settings, clock: _Clock, chance: random.Random
) -> Crawled:
    result = Crawled(0, 0, 0, 0, 0, 0)
    free_at: dict[str, float] = {}
    events: list[tuple[float, int, Callable[[], None]]] = []
    worked, number, under_way = 0.0, 0, 0

    def at(when: float, event: Callable[[], None]) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (when, number, event))

    def answered(page: Page, host: Host, attempts: int) -> None:
        nonlocal under_way
        under_way -= 1
        if host.dead or chance.random() < _FAILING:
            if host.dead:
                ours._unreachable[host.name] += 1
            if attempts < ATTEMPTS:
                ours.frontier.retry(page, "no answer", rules.getfloat("RETRY_DELAY") * 4 ** (attempts - 1))
            else:
                ours.frontier.finish(page, FrontierState.FAILED, "no answer")
        else:
            ours._unreachable.pop(host.name, None)
            ours.frontier.add(_children(page, host))
            ours.frontier.finish(page, FrontierState.STORED, None)
            result.stored += 1
            result.longest_host_hours = clock.seconds / 3600
        slot = frontier.slot_of(page)
        ours._in_flight[slot] -= 1
        ours._in_flight += Counter()
        ours._refreshed = -1e9

    while True:
        while under_way < rules.getint("CONCURRENT_REQUESTS") and (request := ours.next_request()):
            page = Page.of(request)
            host = hosts[page.site]
            takes = rules.getfloat("DOWNLOAD_TIMEOUT") if host.dead else host.seconds * chance.lognormvariate(0, 0.3)
            start = max(clock.seconds, free_at.get(host.name, 0.0))
            pause = max(rules.getfloat("DOWNLOAD_DELAY"), host.seconds) * chance.uniform(0.5, 1.5)
            free_at[host.name] = start + pause
            under_way += 1
            result.requests += 1
            worked += takes
            at(start + takes, lambda page=page, host=host, it=request: answered(page, host, it.meta["attempts"]))  # type: ignore[misc]
        if not events:
            if not ours.has_pending_requests():
                break
            # Nothing under way: what waits has been put off.
            clock.seconds += 5.0
            ours._refreshed = -1e9
            continue
        clock.seconds, _, event = heapq.heappop(events)
        event()
    result.failed = ours.frontier.counts().get("failed", 0)
    result.hours, result.busy = clock.seconds / 3600, worked / max(clock.seconds, 1)
    return result


def _children(page: Page, host: Host) -> Iterator[Page]:
    """What a page leads to: the entry to the lists, a list to its reports."""
    url = f"http://{host.name}/"
    lists = -(-host.reports // REPORTS_OF_A_LIST)
    if page.kind is PageKind.ENTRY:
        for number in range(lists):
            yield Page(f"{url}list/{number}.html", url, PageKind.LIST, depth=1, priority=800)
        for number in range(PAGES_ON_THE_WAY - 1):
            yield Page(f"{url}way/{number}.html", url, PageKind.COLUMN, depth=1, priority=700)
    elif page.kind is PageKind.LIST:
        first = int(page.url.rsplit("/", 1)[1].partition(".")[0]) * REPORTS_OF_A_LIST
        for number in range(first, min(first + REPORTS_OF_A_LIST, host.reports)):
            yield Page(f"{url}nb/{number}.html", url, PageKind.REPORT, depth=2, priority=1000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.simulation")
    parser.add_argument("--hosts", type=int, default=0, help="only so many hosts (all)")
    parser.add_argument("--check", type=int, default=60, help="hosts that go through the scheduler itself (60)")
    arguments = parser.parse_args()
    hosts = country()
    hosts = hosts[: arguments.hosts] if arguments.hosts else hosts
    whole = model(hosts)
    sample = random.Random(5).sample(hosts, min(arguments.check, len(hosts)))
    print(f"{len(hosts)} hosts, {sum(host.reports for host in hosts):,} reports")
    print("country", json.dumps(asdict(whole)), f"{whole.stored * PAGE_BYTES / 1e9:.0f} GB received")
    print("sample by the model", json.dumps(asdict(model(sample))))
    with tempfile.TemporaryDirectory(prefix="nianbao_simulation_") as folder:
        result, cost = through_scheduler(sample, Path(folder) / "frontier.db")
    print("sample by the scheduler", json.dumps(asdict(result)), json.dumps(cost))


if __name__ == "__main__":
    main()
