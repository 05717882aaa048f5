"""Reading one page and one paper, against the tools one would take for it."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from archive.reading import Source, read
from archive.reading.model import Figure
from bench import generator
from bench.measuring import cost_of
from bench.rows import Limit, Row
from tests.rendering.paper import Paper, pages_of
from tests.rendering.pdf import pdf
from tests.rendering.tables import Filled, Layout, fill

_PEERS = Path(__file__).parent / "peers"
_PAGES_READ = 40
_PAPERS = 5


def one_page(work: Path) -> Row:
    """Clean text, tables and figures of a page; every figure of every page has to be right."""
    folder = work / "pages_read"
    sites = generator.generate(folder, 8 * len(generator.YEARS), seed=9)
    paths = [folder / site.host / path for site in sites for path in site.reports][:_PAGES_READ]
    bodies = [path.read_bytes() for path in paths]
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        readings = [read(body, Source()) for body in bodies]
        best = min(best, time.process_time() - started)
    if not all(reading.is_report and reading.figures for reading in readings):
        raise RuntimeError("a page was not read")
    peer = _seconds("page.py", paths)
    return Row(
        "clean text + tables + figures, one page",
        "trafilatura.extract + bs4 table loop",
        (Limit("", best / peer, 0.12),),
        f"{1000 * best / len(paths):.1f} ms and {1000 * peer / len(paths):.1f} ms a page",
    )


def one_paper(work: Path) -> Row:
    """A report of five pages as PDF, its tables cut by the ends of pages; every figure has to be right."""
    chance = random.Random(3)
    paths: list[Path] = []
    filled: list[Filled] = []
    while len(paths) < _PAPERS:
        form = generator.consistent(fill("2021", 2023, chance))
        pages = pages_of(form, Layout(), Paper(breaks="labels", cover=True, landscape=True, size=12.0), chance)
        body = pdf(pages)
        path = work / f"report_{len(paths)}.pdf"
        path.write_bytes(body)
        paths.append(path)
        filled.append(form)
    bodies = [path.read_bytes() for path in paths]
    read(bodies[0], Source())
    started = time.process_time()
    readings = [read(body, Source()) for body in bodies]
    ours = time.process_time() - started
    right = sum(_is_right(form, reading.figures) for form, reading in zip(filled, readings, strict=True))
    peer = _seconds("paper.py", paths)
    return Row(
        f"PDF report of {len(pages)} pages",
        "pdfplumber.extract_tables",
        (Limit("", ours / peer, 0.8), Limit("page-split tables right", right, len(paths), "reports", least=True)),
        f"{1000 * ours / len(paths):.0f} ms and {1000 * peer / len(paths):.0f} ms a report",
    )


def _is_right(filled: Filled, figures: list[Figure]) -> bool:
    found = {(it.section, it.item, it.category): it.value for it in figures}
    wanted = {key: value for key, value in filled.values.items() if key in found}
    return all(found[key] == value for key, value in wanted.items()) and len(wanted) > 150


def _seconds(peer: str, paths: list[Path]) -> float:
    return float(cost_of([sys.executable, str(_PEERS / peer), *map(str, paths)]).said.split()[-1])
