"""Gate of the main content: prose kept, chrome and injection gone, on imitation pages, against pinned floors.

`python -m tests.gate_text` prints them beside the extractors that are installed, and fails below a floor.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from archive.reading import Source, read
from tests.imitation import FAMILIES, Imitation, imitate

SEEDS = range(12)
# Shares of the prose's five-character sequences kept (worst page, mean) and strings of chrome and injection left.
FLOORS = {"worst": 0.999, "mean": 0.9995, "noise": 0.002, "chrome": 0, "injected": 0}


@dataclass
class Score:
    """What an extractor made of a set of pages."""

    kept: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    chrome: int = 0
    injected: int = 0
    seconds: float = 0.0
    worst: str = ""

    @property
    def mean(self) -> float:
        return sum(self.kept) / len(self.kept)


def sequences(text: str) -> set[str]:
    """The five-character sequences of a text without blanks and marks."""
    squeezed = re.sub(r"[\W_]", "", text)
    return {squeezed[start : start + 5] for start in range(len(squeezed) - 4)}


def ours(page: Imitation) -> str:
    return read(page.markup.encode(), Source(content_type="text/html; charset=utf-8")).text


def score(pages: list[Imitation], extract: Callable[[Imitation], str]) -> Score:
    """Measure an extractor on pages."""
    result = Score()
    for page in pages:
        started = time.process_time()
        text = extract(page)
        result.seconds += time.process_time() - started
        wanted, found = set().union(*map(sequences, page.prose)), sequences(text)
        share = len(wanted & found) / len(wanted)
        if not result.kept or share < min(result.kept):
            result.worst = page.family
        result.kept.append(share)
        # Lines, as joins of two lines are nobody's words.
        known = wanted | sequences(page.title)
        own = [line for line in text.split("\n") if "|" not in line and line.strip() not in page.cells]
        lines = [line for line in own if line.strip() not in page.attachments]
        strange = set().union(*(sequences(line) for line in lines)) - known if lines else set()
        result.noise.append(len(strange) / max(1, len(found)))
        squeezed = re.sub(r"\s", "", text)
        said = re.sub(r"\s", "", "".join(page.prose))
        chrome = {re.sub(r"\s", "", line) for line in page.chrome}
        result.chrome += sum(line in squeezed for line in chrome if line not in said)
        result.injected += sum(re.sub(r"\s", "", token) in squeezed for token in page.injected)
    return result


def pages(*, inject: bool, seeds: Sequence[int] = SEEDS) -> list[Imitation]:
    return [imitate(family, seed, inject=inject) for family in FAMILIES for seed in seeds]


def others() -> dict[str, Callable[[Imitation], str]]:
    """The extractors to compare with, as far as they are installed."""
    found: dict[str, Callable[[Imitation], str]] = {}
    try:
        import trafilatura

        found["trafilatura"] = lambda page: trafilatura.extract(page.markup, favor_recall=True) or ""
    except ImportError:
        pass
    try:
        import justext

        words = frozenset("的一是在不了有和人这中大为上个国我以要他时来用们")
        found["justext"] = lambda page: "\n".join(
            part.text for part in justext.justext(page.markup.encode(), words) if not part.is_boilerplate
        )
    except ImportError:
        pass
    try:
        import readability
        from lxml.html import fromstring

        found["readability"] = lambda page: str(
            fromstring(readability.Document(page.markup).summary()).xpath("string()")
        )
    except ImportError:
        pass
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda page: extract_plain_text(page.markup, main_content=True)
    except ImportError:
        pass
    return found


def failures(clean: Score, injected: Score) -> list[str]:
    """The floors that a measure of ours falls below."""
    found = []
    for name, result in (("clean", clean), ("injected", injected)):
        values = {
            "worst": min(result.kept),
            "mean": result.mean,
            "noise": max(result.noise),
            "chrome": result.chrome,
            "injected": result.injected,
        }
        for key, value in values.items():
            low = key in ("worst", "mean")
            if value < FLOORS[key] if low else value > FLOORS[key]:
                found.append(f"{name} pages: {key} is {value:.4g}, pinned {FLOORS[key]:g} ({result.worst})")
    return found


def main() -> int:
    clean, injected = pages(inject=False), pages(inject=True)
    print(f"Main content: {len(clean)} clean and {len(injected)} injected imitation pages of {len(FAMILIES)} families")
    print(f"{'':12} {'kept':>6} {'worst':>6} {'noise':>6} {'chrome':>7} {'injected':>9} {'ms/page':>8}")
    measured: dict[str, tuple[Score, Score]] = {}
    for name, extract in {"nianbao": ours, **others()}.items():
        one, two = score(clean, extract), score(injected, extract)
        measured[name] = one, two
        kept = one.kept + two.kept
        milliseconds = (one.seconds + two.seconds) / len(kept) * 1000
        print(
            f"{name:12} {sum(kept) / len(kept):6.3f} {min(kept):6.3f} {max(one.noise + two.noise):6.3f}"
            f" {one.chrome + two.chrome:7} {two.injected:9} {milliseconds:8.1f}"
        )
    problems = failures(*measured["nianbao"])
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
