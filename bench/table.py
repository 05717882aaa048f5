"""The rows as a table in Markdown and as a picture: how each measurement stands to its goal."""

from __future__ import annotations

import html
import math

from bench.rows import Limit, Row

_BAR_HEIGHT, _LEFT, _SCALE, _WIDTH = 26, 360, 200, 860
_MOST = 2.2
"""Times the goal at which a bar ends, however long it would be."""


def markdown(rows: list[Row], about: str) -> str:
    """The table, with what it was measured on."""
    lines = [about, "", "| work | compared with | measured (goal) | holds | |", "|---|---|---|---|---|"]
    for row in rows:
        measured = "; ".join(map(str, row.limits))
        lines.append(
            f"| {row.work} | {row.compared_with} | {measured} | {'yes' if row.holds else 'no'} | {row.details} |"
        )
    return "\n".join([*lines, ""])


def picture(rows: list[Row]) -> str:
    """An SVG: a bar for every measurement, as a part of what its goal allows; shorter is better."""
    bars = [(row, limit) for row in rows for limit in row.limits]
    height, goal = 40 + len(bars) * _BAR_HEIGHT, _LEFT + _SCALE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<line x1="{goal}" x2="{goal}" y1="24" y2="{height - 8}" stroke="#333" stroke-dasharray="3 3"/>',
        f'<text x="{goal}" y="16" text-anchor="middle">goal</text>',
    ]
    for number, (row, limit) in enumerate(bars):
        top = 30 + number * _BAR_HEIGHT
        share = _share(limit)
        name = html.escape(f"{row.work} {limit.name}".strip())
        color = "#2b7a4b" if limit.holds else "#b3412e"
        said = html.escape(str(limit).removeprefix(limit.name).strip())
        width = max(1, round(min(share, _MOST) * _SCALE))
        parts += [
            f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{name}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{width}" height="18" fill="{color}"/>',
            f'<text x="{_LEFT + width + 6}" y="{top + 14}">{said}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _share(limit: Limit) -> float:
    if not limit.goal or not math.isfinite(limit.measured):
        return _MOST
    return limit.goal / limit.measured if limit.least else limit.measured / limit.goal
