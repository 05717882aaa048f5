"""What a terminal shows of a run."""

from __future__ import annotations

import sys
import time
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.outcome import OUTCOME_STAT, RunOutcome

_REDRAW_SECONDS = 0.5


class Progress:
    """One line on a terminal, drawn anew twice a second; silent anywhere else."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("PROGRESS"):
            raise NotConfigured
        self._crawler = crawler
        self._fetched = 0
        self._drawn = 0.0
        crawler.signals.connect(self._answered, signals.response_received)
        crawler.signals.connect(self._ended, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _answered(self) -> None:
        self._fetched += 1
        if time.monotonic() - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = time.monotonic()
        scheduler: Any = self._crawler.engine.scheduler
        line = f"{self._fetched} answers, {scheduler.frontier.pending()} pages to go, {scheduler.readers.done} read"
        print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def _ended(self) -> None:
        outcome = self._crawler.stats.get_value(OUTCOME_STAT)
        counts = outcome.counts if isinstance(outcome, RunOutcome) else {}
        said = ", ".join(f"{count} {name}" for name, count in counts.items())
        print(f"\r{self._fetched} answers, {said}\x1b[K", file=sys.stderr, flush=True)
