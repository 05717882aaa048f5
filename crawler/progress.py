"""What a terminal shows of a run while it goes on, and the summary at its end, in words or as one line of JSON."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections import deque
from typing import Any, Self

from rich.cells import set_cell_size
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.outcome import OUTCOME_STAT, RunOutcome

_REDRAW_SECONDS = 1.0
_RATE_SECONDS = 30.0
_MOST_NAMED = 2


class Progress:
    """A line on a terminal, drawn anew every second, and a summary (PROGRESS); the outcome as JSON (SUMMARY_JSON)."""

    def __init__(self, crawler: Crawler) -> None:
        self._shown = crawler.settings.getbool("PROGRESS")
        self._as_json = crawler.settings.getbool("SUMMARY_JSON")
        if not (self._shown or self._as_json):
            raise NotConfigured
        self._crawler = crawler
        self._started = time.monotonic()
        self._answers = 0
        self._recent: deque[float] = deque()
        self._drawing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._answered, signals.response_received)
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._ended, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _answered(self) -> None:
        self._answers += 1
        self._recent.append(time.monotonic())

    def _opened(self) -> None:
        self._drawing = asyncio.get_running_loop().create_task(self._draw_on())

    async def _draw_on(self) -> None:
        while True:
            await asyncio.sleep(_REDRAW_SECONDS)
            line = self._line()
            if self._shown and line:
                width = shutil.get_terminal_size().columns - 1
                # Cut to the width: a line that wraps could not be drawn over.
                print(f"\r{set_cell_size(line, width).rstrip()}\x1b[K", end="", file=sys.stderr, flush=True)

    def _line(self) -> str:
        engine = self._crawler.engine
        scheduler: Any = engine.scheduler if engine else None
        frontier = getattr(scheduler, "frontier", None)
        # A run that was refused, or that is being closed, has no frontier to ask.
        if frontier is None or self._crawler.stats.get_value(OUTCOME_STAT) is not None:
            return ""
        sites, done = frontier.standing()
        # Short enough for 80 columns with what it waits for.
        parts = [
            f"{done}/{sites} sites",
            f"{scheduler.readers.done} reports",
            f"{self._answers} answers ({self._rate():.0f}/min)",
            f"{frontier.pending()} pages to go",
        ]
        waiting = self._waiting_for(scheduler)
        return ", ".join([*parts, f"waits for {waiting}"] if waiting else parts)

    def _rate(self) -> float:
        now = time.monotonic()
        while self._recent and self._recent[0] < now - _RATE_SECONDS:
            self._recent.popleft()
        seconds = min(_RATE_SECONDS, max(now - self._started, 1.0))
        return 60 * len(self._recent) / seconds

    def _waiting_for(self, scheduler: Any) -> str:
        """Hosts that asked for a pause, answers under way, pages being read: whichever hold up the run."""
        parts = [f"{host} until {until:%H:%M} UTC" for host, until in sorted(scheduler.frontier.pauses().items())]
        named = parts[:_MOST_NAMED] + ([f"{len(parts) - _MOST_NAMED} more hosts"] if len(parts) > _MOST_NAMED else [])
        engine = self._crawler.engine
        asked = sorted({request.url.split("/")[2] for request in engine.downloader.active}) if engine else []
        if asked:
            named.append(asked[0] if len(asked) == 1 else f"{len(asked)} hosts")
        if scheduler.readers.waiting:
            named.append(f"{scheduler.readers.waiting} readings")
        return " and ".join(named)

    def _ended(self) -> None:
        if self._drawing is not None:
            self._drawing.cancel()
        outcome = self._crawler.stats.get_value(OUTCOME_STAT)
        if not isinstance(outcome, RunOutcome):
            return
        seconds = round(time.monotonic() - self._started)
        if self._shown:
            print(f"\r\x1b[K{self._summary(outcome, seconds)}", file=sys.stderr, flush=True)
        if self._as_json:
            told = {
                "exit_code": int(outcome.code),
                "outcome": outcome.code.name.lower(),
                "seconds": seconds,
                "answers": self._answers,
                "counts": outcome.counts,
                "messages": outcome.messages,
            }
            print(json.dumps(told, ensure_ascii=False), flush=True)

    def _summary(self, outcome: RunOutcome, seconds: int) -> str:
        counted = ", ".join(f"{count} {name}" for name, count in outcome.counts.items())
        minutes = f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
        told = ", ".join(filter(None, (f"{self._answers} answers", counted)))
        lines = [f"{_ENDS[outcome.code.name]} after {minutes}: {told}"]
        if outcome.messages:
            lines.append(f"{len(outcome.messages)} to look at:")
            lines += [f"  {message}" for message in outcome.messages]
        return "\n".join(lines)


_ENDS = {
    "OK": "All well",
    "ATTENTION": "Done, and something needs a look,",
    "USAGE": "Not started",
    "HELD": "Not started",
    "STOPPED": "Stopped; start it again to go on;",
}
