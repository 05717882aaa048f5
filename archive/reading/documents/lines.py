"""Characters to printed lines."""

from __future__ import annotations

from dataclasses import dataclass

from archive.reading.documents.sheet import Glyph

# A gap of this share of the type's size is a blank; Han characters touch, and digits of a number do.
_BLANK = 0.25
_BLANK_BESIDE_TRACKING = 0.2
# Characters whose middles differ by less than this share of their size stand on one line.
_SAME_LINE = 0.4
_SMALL = 0.8
_DIGITS = frozenset("0123456789")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class PrintedLine:
    """Characters on one line, left to right."""

    glyphs: list[Glyph]
    tracking: float = 0.0
    """By how much of their size the characters are set apart, beyond their own width."""
    shift: float = 0.0
    """How much farther down it stands with the pages before it above its own."""

    @property
    def text(self) -> str:
        return text_of(self.glyphs, self.tracking)

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return min(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        return max(glyph.bottom for glyph in self.glyphs)

    @property
    def size(self) -> float:
        return max(self.glyphs, key=lambda glyph: (glyph.text >= "\u2e80", glyph.size)).size


def lines_of(glyphs: list[Glyph]) -> list[PrintedLine]:
    """Lines top to bottom; characters of another size stand on the line whose middle they are nearest to."""
    lines: list[list[Glyph]] = []
    middles: list[float] = []
    for glyph in sorted(glyphs, key=lambda one: (one.top + one.bottom) / 2):
        middle = (glyph.top + glyph.bottom) / 2
        if lines and middle - middles[-1] <= _SAME_LINE * max(glyph.size, lines[-1][-1].size):
            lines[-1].append(glyph)
            middles[-1] += (middle - middles[-1]) / len(lines[-1])
        else:
            lines.append([glyph])
            middles.append(middle)
    return [PrintedLine(sorted(line, key=lambda one: one.x0)) for line in lines]


def text_of(glyphs: list[Glyph], tracking: float = 0.0) -> str:
    """The text of characters on one line, with a blank where they stand apart by more than they do everywhere.

    A small digit beside a large one marks a footnote, and is no digit of the number.
    """
    digits = [glyph.size for glyph in glyphs if glyph.text in _DIGITS]
    small = max(digits, default=0.0) * _SMALL
    parts: list[str] = []
    end: float | None = None
    blank = max(_BLANK, tracking + _BLANK_BESIDE_TRACKING)
    for glyph in glyphs:
        if end is not None and glyph.x0 - end > blank * glyph.size:
            parts.append(" ")
        parts.append(glyph.text.translate(_RAISED) if glyph.text in _DIGITS and glyph.size < small else glyph.text)
        end = glyph.x1 if end is None else max(end, glyph.x1)
    return "".join(parts)
