"""Gate of the injected text: taken out by kind, and no honest character with it, against pinned floors.

`python -m tests.gate_spam` prints precision and recall of characters by kind, and fails below a floor.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.reading import Source, read
from archive.reading.spam import clean
from tests.imitation import imitate
from tests.injection import KINDS, Injected, inject, scatter, shift, shuffle

PAGES = Path(__file__).parent / "pages" / "reports"
SEEDS = range(6)
# Share of the injected characters taken out, by kind, 1 where none is named; precision is 1 for all of them.
FLOORS: dict[str, float] = {}
# Share of the pages that cannot be had back which are known as such.
KNOWN = {"scatter": 1.0, "shift": 1.0, "shuffle": 0.3}


@dataclass
class Score:
    """Characters injected, taken out, and rightly taken out."""

    injected: int = 0
    removed: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.removed if self.removed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.injected if self.injected else 1.0


def honest_pages() -> list[list[str]]:
    """The lines of clean pages that text is injected into: imitations of several families."""
    drawn = [imitate(family, seed) for family in ("trs", "vsb", "eportal", "ucap") for seed in (7, 8, 9)]
    return [[page.title, *page.prose, *page.cells] for page in drawn]


def frozen_pages() -> list[list[str]]:
    """The lines of the frozen reports of the tests, in which nothing is injected."""
    pages = []
    for path in sorted(PAGES.glob("*.*")):
        if path.suffix in (".html", ".txt") and not path.name.startswith("cells_lost"):
            reading = read(path.read_bytes(), Source(file_name=path.name))
            if not reading.removals:
                pages.append([line for line in reading.text.split("\n") if line.strip()])
    return pages


def cleaned(lines: Sequence[str]) -> list[str]:
    return clean(lines, ["title"] + ["body"] * (len(lines) - 1)).texts


def measure(page: Injected, score: Score) -> None:
    """Add one page: compare line by line what is left with what was honest."""
    for spoiled, honest, left in zip(page.spoiled(), page.clean(), cleaned(page.spoiled()), strict=True):
        injected, removed = len(spoiled) - len(honest), len(spoiled) - len(left)
        score.injected += injected
        score.removed += removed
        if left == honest:
            score.right += removed
            continue
        # What is honest must all be left: of what is missing, that much was taken wrongly.
        matcher = difflib.SequenceMatcher(None, honest, left, autojunk=False)
        kept = sum(block.size for block in matcher.get_matching_blocks())
        score.right += max(0, removed - (len(honest) - kept))


def scores(seeds: Sequence[int] = SEEDS) -> dict[str, Score]:
    """Every kind, injected into every honest page."""
    found = {kind: Score() for kind in KINDS}
    for number, lines in enumerate(honest_pages()):
        for kind, score in found.items():
            for seed in seeds:
                measure(inject(kind, lines, seed * 100 + number), score)
    return found


def unrepairable() -> dict[str, tuple[int, int]]:
    """Pages that cannot be had back: how many were known as such, of how many."""
    found = {}
    for name, change in (("scatter", scatter), ("shift", shift), ("shuffle", shuffle)):
        pages = [change(lines, seed) for lines in honest_pages() for seed in SEEDS]
        results = [clean(lines, ["title"] + ["body"] * (len(lines) - 1)) for lines in pages]
        found[name] = sum(not result.repairable for result in results), len(results)
    return found


def failures(found: dict[str, Score], damaged: dict[str, tuple[int, int]]) -> list[str]:
    """The kinds below their floor, and any honest character taken out."""
    problems = [f"{kind}: honest characters were taken out" for kind, score in found.items() if score.precision < 1]
    problems += [
        f"{kind}: recall is {score.recall:.4f}, pinned {FLOORS.get(kind, 1.0):g}"
        for kind, score in found.items()
        if score.recall < FLOORS.get(kind, 1.0)
    ]
    problems += [
        f"{name}: {known} of {pages} pages known as not repairable, pinned {KNOWN[name]:g}"
        for name, (known, pages) in damaged.items()
        if known < KNOWN[name] * pages
    ]
    for lines in honest_pages() + frozen_pages():
        result = clean(lines, ["title"] + ["body"] * (len(lines) - 1))
        if result.texts != lines or result.tampered:
            problems.append(f"an honest page was changed, or marked as tampered with: {lines[0]}")
    return problems


def main() -> int:
    found = scores()
    print(f"Injected text: {len(honest_pages())} honest pages, {len(KINDS)} kinds, {len(SEEDS)} draws each")
    print(f"{'':22} {'injected':>9} {'precision':>9} {'recall':>7}")
    for kind, score in found.items():
        print(f"{kind:22} {score.injected:9} {score.precision:9.4f} {score.recall:7.4f}")
    damaged = unrepairable()
    for name, (known, pages) in damaged.items():
        print(f"{name:22} {known} of {pages} pages known as not repairable")
    problems = failures(found, damaged)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
