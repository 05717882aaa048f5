"""Charts as SVG made here: bars, stacked bars and lines over years; colours come from the style sheet by class."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 16, 28
_TICKS = 4

Number = int | float | None


@dataclass(frozen=True, slots=True)
class Series:
    """A name and one number a year, None where it is not known."""

    name: str
    values: Sequence[Number]


def stacked_bars(title: str, years: Sequence[int], series: Sequence[Series]) -> Markup:
    """One bar a year, the series on top of each other; a year of which nothing is known has no bar."""
    sums = [_known(one.values[place] for one in series) for place in range(len(years))]
    scale = _Scale(max((sum(values) for values in sums), default=0), len(years))
    parts = [scale.frame(years)]
    width = min(scale.step * 0.62, 56)
    for place, year in enumerate(years):
        base = 0.0
        for number, one in enumerate(series):
            value = one.values[place]
            if not value or value < 0:
                continue
            top, bottom = scale.y(base + value), scale.y(base)
            said = escape(f"{year} {one.name}: {value:g}")
            parts.append(
                f'<rect class="series-{number}" x="{scale.x(place) - width / 2:.1f}" y="{top:.1f}" '
                f'width="{width:.1f}" height="{bottom - top:.1f}"><title>{said}</title></rect>'
            )
            base += value
        if sums[place]:
            parts.append(_text(scale.x(place), scale.y(base) - 4, f"{sum(sums[place]):g}", "value"))
        else:
            parts.append(_text(scale.x(place), scale.y(0) - 4, "?", "missing"))
    return _svg(title, parts)


def lines(title: str, years: Sequence[int], series: Sequence[Series]) -> Markup:
    """One line a series, broken where a year is not known."""
    highest = max((value for one in series for value in _known(one.values)), default=0)
    scale = _Scale(highest, len(years))
    parts = [scale.frame(years)]
    for number, one in enumerate(series):
        points = [
            None if value is None else (scale.x(place), scale.y(max(value, 0)))
            for place, value in enumerate(one.values)
        ]
        for before, after in itertools.pairwise(points):
            if before and after:
                parts.append(
                    f'<line class="series-{number}" x1="{before[0]:.1f}" y1="{before[1]:.1f}" '
                    f'x2="{after[0]:.1f}" y2="{after[1]:.1f}"/>'
                )
        for year, value, point in zip(years, one.values, points, strict=True):
            if point:
                said = escape(f"{year} {one.name}: {value:g}")
                parts.append(
                    f'<circle class="series-{number}" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="4">'
                    f"<title>{said}</title></circle>"
                )
    return _svg(title, parts)


class _Scale:
    def __init__(self, highest: float, years: int) -> None:
        self.tick = _nice(highest / _TICKS)
        self.highest = self.tick * max(math.ceil(highest / self.tick), 1)
        self.step = (_WIDTH - _LEFT - _RIGHT) / max(years, 1)

    def x(self, place: int) -> float:
        return _LEFT + self.step * (place + 0.5)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / self.highest

    def frame(self, years: Sequence[int]) -> str:
        parts = []
        for number in range(round(self.highest / self.tick) + 1):
            value = number * self.tick
            height = self.y(value)
            ends = f'x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height:.1f}" y2="{height:.1f}"'
            parts.append(f'<line class="grid" {ends}/>')
            parts.append(_text(_LEFT - 6, height + 4, f"{value:,g}", "tick"))
        parts += [_text(self.x(place), _HEIGHT - 8, str(year), "year") for place, year in enumerate(years)]
        return "".join(parts)


def _nice(step: float) -> float:
    """The next of 1, 2, 5, 10, 20 … : applications come in whole numbers."""
    if step <= 1:
        return 1
    power = float(10 ** math.floor(math.log10(step)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step)


def _known(values: Iterable[Number]) -> list[float]:
    return [value for value in values if value is not None]


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str]) -> Markup:
    # Everything put in is a number of ours or escaped above.
    return Markup(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
