"""Measures this project beside the tools a user would otherwise pick: `python -m bench [--pages N] [--only WORK...]`.

Writes a table in Markdown and a picture, named by the day, and prints the table. Ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import keeping, reading, table
from bench.crawling import Crawls
from bench.rows import Row

_RESULTS = Path(__file__).parent / "results"


def works(work: Path, pages: int, reports: int, documents: int) -> dict[str, Callable[[], Row]]:
    """The measurements by name."""
    crawls = Crawls(work, pages)
    return {
        "crawl": crawls.crawl_without_reading,
        "links": crawls.links,
        "page": lambda: reading.one_page(work),
        "paper": lambda: reading.one_paper(work),
        "whole": crawls.whole_way,
        "reread": crawls.reread,
        "stored": lambda: keeping.stored_bytes(work, max(pages // 4, 96)),
        "search": lambda: keeping.searching(work, reports),
        "growth": lambda: keeping.growth(work, documents),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=2000, help="pages of the sites that are crawled (2000)")
    parser.add_argument("--reports", type=int, default=20_000, help="reports that are searched (20000)")
    parser.add_argument("--documents", type=int, default=100_000, help="documents that an archive grows to (100000)")
    parser.add_argument(
        "--only", nargs="*", help="names of works: crawl links page paper whole reread stored search growth"
    )
    parser.add_argument("--out", type=Path, default=_RESULTS, help="folder for the table and the picture")
    parser.add_argument("--note", default="", help="a sentence on the circumstances, kept with the table")
    arguments = parser.parse_args()
    work = Path(tempfile.gettempdir()) / f"nianbao_bench_{arguments.pages}"
    work.mkdir(exist_ok=True)
    started = time.perf_counter()
    rows = []
    for name, measure in works(work, arguments.pages, arguments.reports, arguments.documents).items():
        if not arguments.only or name in arguments.only:
            rows.append(measure())
            print(f"{name}: {'; '.join(map(str, rows[-1].limits))} [{rows[-1].details}]", flush=True)
    day = datetime.now(UTC).date().isoformat()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    about = (
        f"# {day}\n\n{arguments.pages:,} generated pages on loopback; CPU time of the whole tree of processes. "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load at the end {load}, "
        f"{time.perf_counter() - started:.0f} s in all. {arguments.note}"
    ).rstrip()
    arguments.out.mkdir(exist_ok=True)
    text = table.markdown(rows, about)
    (arguments.out / f"{day}.md").write_text(text, encoding="utf-8")
    (arguments.out / f"{day}.svg").write_text(table.picture(rows), encoding="utf-8")
    print(text)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
