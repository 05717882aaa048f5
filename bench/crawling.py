"""Crawling generated sites on loopback: bare, with links, whole, and reading again in one core and in two."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from bench import generator
from bench.measuring import Cost, cost_of
from bench.rows import Limit, Row
from bench.server import served

_PEERS = Path(__file__).parent / "peers"
_ROOT = Path(__file__).parent.parent


class Crawls:
    """Crawls of generated sites, ours and the peers', in one working directory."""

    def __init__(self, work: Path, pages: int) -> None:
        self._work = work
        self._pages = pages
        work.mkdir(exist_ok=True)

    def crawl_without_reading(self) -> Row:
        """The pages fetched and kept, against a bare Scrapy that counts them."""
        bare = self._peer("counting.py", entries=False)
        ours, _ = self._ours(generator.LINKS, {"READERS": 0})
        return Row(
            "crawl without reading",
            "bare Scrapy 2.19, a callback that counts",
            (Limit("", ours.processor / bare.processor, 0.40),),
            f"{self._each(ours)} and {self._each(bare)} a page",
        )

    def links(self) -> Row:
        """Pages with their links, against the same pages with none but those of the reports."""
        with_links, _ = self._ours(generator.LINKS, {"READERS": 0})
        without, _ = self._ours(0, {"READERS": 0})
        return Row(
            f"following ~{generator.LINKS} links a page",
            "the same without links",
            (Limit("", with_links.processor / without.processor, 1.1),),
            f"{self._each(with_links)} and {self._each(without)} a page",
        )

    def whole_way(self) -> Row:
        """A page fetched, kept, read and its figures stored, against the same put together of well-known parts."""
        # The peer takes minutes for a thousand pages; what it takes for one is the same with fewer.
        fewer = Crawls(self._work / "fewer", max(self._pages // 8, 48))
        peer = fewer._peer("whole.py", entries=True)
        ours, archive = self._ours(generator.LINKS, {})
        self._check(archive)
        ratio = (ours.processor / self._pages) / (peer.processor / fewer._pages)
        return Row(
            "the whole way of a page",
            "Scrapy + LinkExtractor + trafilatura + bs4 + sqlite-utils one by one",
            (
                Limit("", ratio, 0.10),
                Limit("", 1000 * ours.processor / self._pages, 15, "ms"),
                Limit("", ours.largest, 150, "MiB"),
            ),
            f"{self._each(ours)} and {fewer._each(peer)} a page; largest process {ours.largest:.0f} MiB, all together "
            f"{ours.together:.0f} MiB (the peer {peer.together:.0f} MiB)",
        )

    def reread(self) -> Row:
        """Everything read again in one core and in two; of the clock, since the work is the same."""
        archive = self._work / "whole.db"
        if not archive.exists():
            self._ours(generator.LINKS, {})
        times = []
        for cores in (1, 2):
            copy = self._work / f"reread_{cores}.db"
            shutil.copy(archive, copy)
            allowed = sorted(os.sched_getaffinity(0))[:cores]
            os.sched_setaffinity(0, allowed)
            try:
                cost = cost_of([_nianbao(), "reread", "--archive", str(copy), "--workers", str(cores)], folder=_ROOT)
            finally:
                os.sched_setaffinity(0, range(os.cpu_count() or 1))
            times.append(cost.clock)
        return Row(
            "reread",
            "one core → two",
            (Limit("", times[0] / times[1], 1.8, least=True),),
            f"{self._pages / times[0]:.0f} and {self._pages / times[1]:.0f} pages a second",
        )

    # --- runs -----------------------------------------------------------------------------------------------------

    def _sites(self, links: int) -> tuple[Path, list[generator.Site]]:
        folder = self._work / f"pages_{links}"
        return folder, generator.generate(folder, self._pages, links=links)

    def _ours(self, links: int, settings: dict[str, int]) -> tuple[Cost, Path]:
        folder, sites = self._sites(links)
        archive = self._work / ("whole.db" if not settings else "crawled.db")
        for path in self._work.glob(f"{archive.name}*"):
            path.unlink()
        with served(folder) as port:
            registry = self._work / "sites.csv"
            registry.write_text(generator.registry(sites, port), encoding="utf-8")
            command = [sys.executable, "-m", "bench.crawl", str(registry), str(archive), json.dumps(settings)]
            return cost_of(command, folder=_ROOT), archive

    def _peer(self, name: str, *, entries: bool) -> Cost:
        folder, sites = self._sites(generator.LINKS)
        database = self._work / "peer.db"
        database.unlink(missing_ok=True)
        with served(folder) as port:
            asked = [f"http://{site.host}:{port}/" for site in sites] if entries else generator.addresses(sites, port)
            addresses = self._work / "addresses.txt"
            addresses.write_text("\n".join(asked))
            cost = cost_of([sys.executable, str(_PEERS / name), str(addresses), str(database)], folder=self._work)
        if f"{self._pages} pages" not in cost.said:
            raise RuntimeError(f"{name} did not get the {self._pages} pages: {cost.said[-300:]}")
        return cost

    def _check(self, archive: Path) -> None:
        from archive.store import Archive

        with Archive(archive, read_only=True) as crawled:
            reports = crawled.rows("select count(*) as number from documents where is_report")[0]["number"]
        if reports != self._pages:
            raise RuntimeError(f"{reports} reports were found of {self._pages}")

    def _each(self, cost: Cost) -> str:
        return f"{1000 * cost.processor / self._pages:.1f} ms"


def _nianbao() -> str:
    return str(Path(sys.executable).with_name("nianbao"))
