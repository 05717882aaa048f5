"""The quality gate: `python -m tests.gate` reads known reports of every shape and holds them against pinned floors.

Prints the figures exact, null and wrong of each shape; then runs the other gates (tests/gate_*.py, each with a `main`
that returns an exit code). Fails on any wrong figure and on fewer exact figures than tests/gate_floors.json says;
`--update` raises the floors to what is read now, and never lowers one.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.reading import Reading, Source, read
from tests.rendering.markup import Markup, page
from tests.rendering.tables import Key, Layout, Number, fill
from tests.rendering.text import SHAPES, text
from tests.test_figures_rendered import CLEAR_LAYOUTS, CLEAR_MARKUP, expected

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "pages" / "reports"
SHARED = ROOT.parent / "shared"
FLOORS = Path(__file__).with_name("gate_floors.json")
Truth = dict[Key, Number]
Case = tuple[str, str, Reading, Truth, bool]
"""Shape, name, reading, what is printed, and whether that is the whole report."""


@dataclass(slots=True)
class Score:
    exact: int = 0
    null: int = 0
    wrong: int = 0
    mistakes: list[str] = field(default_factory=list)

    def add(self, name: str, reading: Reading, truth: Truth, *, whole: bool) -> None:
        values = {(figure.section, figure.item, figure.category): figure.value for figure in reading.figures}
        for key, value in truth.items():
            if values.get(key) == value:
                self.exact += 1
            elif values.get(key) is None:
                self.null += 1
            else:
                self._mistake(name, key, values[key], value)
        if whole:
            for key, value in values.items():
                if key not in truth and value is not None:
                    self._mistake(name, key, value, None)

    def _mistake(self, name: str, key: Key, value: Number, printed: Number) -> None:
        self.wrong += 1
        self.mistakes.append(f"{name}: {'.'.join(key)} read as {value}, printed {printed}")


def cases() -> Iterator[Case]:
    """Every report whose figures are known."""
    yield from _frozen()
    yield from _rendered()
    if SHARED.is_dir():
        yield from _corpus()


def _frozen() -> Iterator[Case]:
    for path in sorted(PAGES.glob("*.expected.json")):
        name = path.name.removesuffix(".expected.json")
        body = next(other for other in PAGES.glob(f"{name}.*") if other != path)
        truth = _truth(json.loads(path.read_text("utf-8"))["figures"])
        yield "frozen pages", name, read(body.read_bytes(), Source(file_name=body.name)), truth, True


def _rendered() -> Iterator[Case]:
    variants: list[tuple[str, Layout, Markup]] = [
        *(("rendered layouts", layout, Markup()) for layout in CLEAR_LAYOUTS),
        *(("rendered markup", Layout(), markup) for markup in CLEAR_MARKUP),
    ]
    for form in ("2021", "2019"):
        for shape, layout, markup in variants:
            draw = random.Random(f"{layout}{markup}{form}")
            filled = fill(form, 2023, draw, blanks=0.1)
            reading = read(page(filled, layout, markup, draw).encode(), Source())
            yield shape, f"{layout} {markup}", reading, expected(filled, layout), True
        for name in SHAPES:
            for layout in CLEAR_LAYOUTS:
                if layout.head == "none":
                    continue
                draw = random.Random(f"{layout}{name}{form}")
                filled = fill(form, 2023, draw, blanks=0.03)
                reading = read(text(filled, layout, name, draw).encode(), Source(file_name="report.txt"))
                yield f"rendered text: {name}", str(layout), reading, expected(filled, layout), True


def _corpus() -> Iterator[Case]:
    folder = SHARED / "corpus" / "reports"
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        path = folder / gold["file"]
        reading = read(path.read_bytes(), Source(file_name=path.name))
        yield f"corpus: {gold['kind']}", path.name, reading, _truth(gold["figures"]), not gold["partial"]


def _truth(figures: Iterable[dict[str, Any]]) -> Truth:
    return {(figure["section"], figure["item"], figure["category"]): figure["value"] for figure in figures}


def scores() -> dict[str, Score]:
    found: dict[str, Score] = {}
    for shape, name, reading, truth, whole in cases():
        found.setdefault(shape, Score()).add(name, reading, truth, whole=whole)
    return found


def main(arguments: list[str]) -> int:
    floors: dict[str, int] = json.loads(FLOORS.read_text("utf-8")) if FLOORS.is_file() else {}
    failed = False
    print(f"{'shape':<30}{'exact':>8}{'null':>8}{'wrong':>8}{'floor':>8}")
    for shape, score in (found := scores()).items():
        floor = floors.get(shape, 0)
        print(f"{shape:<30}{score.exact:>8}{score.null:>8}{score.wrong:>8}{floor:>8}")
        for mistake in score.mistakes[:10]:
            print(f"  wrong: {mistake}")
        if score.exact < floor:
            print(f"  fewer exact figures than the floor: {score.exact} of {floor}")
        failed = failed or bool(score.wrong) or score.exact < floor
    if "--update" in arguments:
        raised = floors | {shape: max(score.exact, floors.get(shape, 0)) for shape, score in found.items()}
        FLOORS.write_text(json.dumps(raised, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    for module in sorted(Path(__file__).parent.glob("gate_*.py")):
        print(f"\n{module.stem}")
        failed = bool(importlib.import_module(f"tests.{module.stem}").main()) or failed
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
