"""What is drawn on a page of a PDF: its straight lines, its pictures, and which of its text can be seen.

Text may be printed in the colour of the paper, clipped away, or painted over: a reader of the page does not see it,
and an editor of the PDF has put other text in its place.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

_MAXIMUM_OBJECTS = 60_000
_MAXIMUM_DEPTH = 8
_MAXIMUM_SEGMENTS = 4_000
# Borders are drawn as lines, or as rectangles (Word) or pictures (old printers' drivers) this thin.
_THIN_POINTS = 2.5
# A thick border is no higher than this, and many times as long.
_THICK_POINTS, _MANY_TIMES = 5.0, 4.0
# A clip is drawn around text to the point; rounding and overhanging strokes go over it.
_OVERHANG = 1.0
# Of 255: type this near to the colour it is printed on cannot be read by anyone.
_SAME_COLOUR = 30
_TRANSPARENT = 25
_SHELF = 20.0
# Neither filled nor stroked: invisible, and a clip for what comes after.
INVISIBLE = (3, 7)
_WHITE = (255, 255, 255)

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(slots=True)
class _Fill:
    """A painted area: when it was painted, and in which colour (None: several, or not known)."""

    order: int
    box: Box
    colour: Colour | None
    covers: bool
    """Whether nothing printed before is seen through it."""


@dataclass(slots=True)
class _Type:
    """How a text is printed."""

    order: int
    clip: Box | None
    colour: Colour | None
    transparent: bool


@dataclass(slots=True)
class Drawing:
    """Lines and pictures of a page in its own coordinates (points, upward)."""

    lines: list[Box] = field(default_factory=list)
    """Straight lines and thin shapes, as (x0, y0, x1, y1)."""
    pictures: list[Box] = field(default_factory=list)
    texts: dict[int, Box] = field(default_factory=dict)
    """The bounds of the text objects that are meant to be seen, by their addresses."""
    _types: dict[int, _Type] = field(default_factory=dict)
    _shelves: dict[int, list[_Fill]] = field(default_factory=dict)

    def is_seen(self, text: int, x: float, y: float) -> bool:
        """Whether a character of a text object (its address), with its middle at a place, can be seen."""
        kind = self._types.get(text)
        if kind is None:
            return True
        if kind.transparent or not _inside(kind.clip, x, y):
            return False
        ground: Colour | None = _WHITE
        for fill in self._shelves.get(int(y // _SHELF), ()):
            if not _inside(fill.box, x, y):
                continue
            if fill.order > kind.order:
                if fill.covers:
                    return False
            else:
                ground = fill.colour
        if ground is None or kind.colour is None:
            return True
        return max(abs(one - other) for one, other in zip(ground, kind.colour, strict=True)) > _SAME_COLOUR

    def _paint(self, fill: _Fill) -> None:
        _, low, _, high = fill.box
        for shelf in range(int(low // _SHELF), int(min(high, low + 20_000) // _SHELF) + 1):
            self._shelves.setdefault(shelf, []).append(fill)


def drawing_of(raw: Any, page: Any) -> Drawing:
    """Everything drawn on a page, forms within forms included, in the order of drawing."""
    drawn = Drawing()
    for order, (thing, outer, clip) in enumerate(_objects(raw, page)):
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            _take_path(raw, thing, outer, clip, order, drawn)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            _take_picture(raw, thing, outer, clip, order, drawn)
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            address = ctypes.cast(thing, ctypes.c_void_p).value or 0
            if raw.FPDFTextObj_GetTextRenderMode(thing) not in INVISIBLE:
                drawn.texts[address] = _bounds_of(raw, thing, outer)
            colour, alpha = _colour(raw.FPDFPageObj_GetFillColor, thing)
            drawn._types[address] = _Type(order, clip, colour, alpha < _TRANSPARENT)
    return drawn


def _objects(raw: Any, page: Any) -> Iterator[tuple[Any, Matrix, Box | None]]:
    """The objects of a page with the matrix and the clip they stand under."""
    budget = _MAXIMUM_OBJECTS
    pending: list[tuple[Any, Matrix, Box | None, int]] = [
        (raw.FPDFPage_GetObject(page.raw, number), _IDENTITY, None, 0)
        for number in reversed(range(min(raw.FPDFPage_CountObjects(page.raw), budget)))
    ]
    while pending and budget:
        budget -= 1
        thing, outer, around, depth = pending.pop()
        clip = _common(around, _clip(raw, thing, outer))
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_FORM:
            yield thing, outer, clip
        elif depth < _MAXIMUM_DEPTH:
            inner = _combined(_matrix(raw, thing), outer)
            pending.extend(
                (raw.FPDFFormObj_GetObject(thing, number), inner, clip, depth + 1)
                for number in reversed(range(min(raw.FPDFFormObj_CountObjects(thing), budget)))
            )


def _bounds_of(raw: Any, thing: Any, outer: Matrix) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(thing, *map(ctypes.byref, edges)):
        return 0.0, 0.0, 0.0, 0.0
    x0, y0, x1, y1 = (edge.value for edge in edges)
    a, b, c, d, e, f = outer
    return _bounds([(a * x + c * y + e, b * x + d * y + f) for x, y in ((x0, y0), (x0, y1), (x1, y0), (x1, y1))])


def _take_picture(raw: Any, thing: Any, outer: Matrix, clip: Box | None, order: int, drawn: Drawing) -> None:
    a, b, c, d, e, f = _combined(_matrix(raw, thing), outer)
    x0, y0, x1, y1 = e, f, e + a + c, f + b + d
    if _is_thin(abs(x1 - x0), abs(y1 - y0)):
        drawn.lines.append(_thin_line(x0, y0, x1, y1))
        return
    drawn.pictures.append((x0, y0, x1, y1))
    box = _common((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), clip)
    if box is not None:
        drawn._paint(_Fill(order, box, None, not raw.FPDFPageObj_HasTransparency(thing)))


def _take_path(raw: Any, thing: Any, outer: Matrix, clip: Box | None, order: int, drawn: Drawing) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value and not stroke.value:
        return
    outlines = _outlines(
        lambda number: raw.FPDFPath_GetPathSegment(thing, number),
        raw.FPDFPath_CountSegments(thing),
        raw,
        _combined(_matrix(raw, thing), outer),
    )
    colour, alpha = _colour(raw.FPDFPageObj_GetFillColor, thing)
    for outline in outlines:
        box = _bounds(outline)
        x0, y0, x1, y1 = box
        if _is_thin(x1 - x0, y1 - y0):
            drawn.lines.append(_thin_line(x0, y0, x1, y1))
            continue
        if stroke.value:
            drawn.lines.extend((ax, ay, bx, by) for (ax, ay), (bx, by) in pairwise(outline))
        painted = _common(box, clip)
        if fill.value and alpha >= _TRANSPARENT and painted is not None:
            plain = len(outlines) == 1 and _is_rectangle(outline, box)
            solid = plain and not raw.FPDFPageObj_HasTransparency(thing)
            drawn._paint(_Fill(order, painted, colour if solid else None, solid and colour is not None))


def _colour(read: Callable[..., int], thing: Any) -> tuple[Colour | None, int]:
    """A colour and its alpha; None for patterns and shades of several colours."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not read(thing, *map(ctypes.byref, parts)):
        return None, 255
    red, green, blue, alpha = (part.value for part in parts)
    return (red, green, blue), alpha


# --- shapes -------------------------------------------------------------------------------------------------------


def _outlines(
    segment_at: Callable[[int], Any], count: int, raw: Any, matrix: Matrix
) -> list[list[tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    outlines: list[list[tuple[float, float]]] = []
    for number in range(min(count, _MAXIMUM_SEGMENTS)):
        segment = segment_at(number)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (
            matrix[0] * x.value + matrix[2] * y.value + matrix[4],
            matrix[1] * x.value + matrix[3] * y.value + matrix[5],
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([point])
        else:
            outlines[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    return outlines


def _clip(raw: Any, thing: Any, outer: Matrix) -> Box | None:
    """The box that an object is clipped to, None for none."""
    path = raw.FPDFPageObj_GetClipPath(thing)
    count = raw.FPDFClipPath_CountPaths(path) if path else 0
    box: Box | None = None
    for number in range(max(count, 0)):
        outlines = _outlines(
            lambda place, number=number: raw.FPDFClipPath_GetPathSegment(path, number, place),  # type: ignore[misc]
            raw.FPDFClipPath_CountPathSegments(path, number),
            raw,
            outer,
        )
        if points := [point for outline in outlines for point in outline]:
            box = _common(box, _bounds(points))
    return box


def _bounds(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _common(one: Box | None, other: Box | None) -> Box | None:
    """What two boxes have in common; None is everything. Boxes apart leave one turned inside out, which is nothing."""
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _inside(box: Box | None, x: float, y: float) -> bool:
    if box is None:
        return True
    x0, y0, x1, y1 = box
    return x0 - _OVERHANG <= x <= x1 + _OVERHANG and y0 - _OVERHANG <= y <= y1 + _OVERHANG


def _is_rectangle(outline: list[tuple[float, float]], box: Box) -> bool:
    x0, y0, x1, y1 = box
    corners = {(x0, y0), (x0, y1), (x1, y0), (x1, y1)}
    return len(outline) >= 4 and all(
        any(abs(x - cx) <= _OVERHANG and abs(y - cy) <= _OVERHANG for cx, cy in corners) for x, y in outline
    )


def _is_thin(wide: float, high: float) -> bool:
    thin, long = sorted((wide, high))
    return thin <= _THIN_POINTS or (thin <= _THICK_POINTS and long >= _MANY_TIMES * thin)


def _thin_line(x0: float, y0: float, x1: float, y1: float) -> Box:
    if abs(x1 - x0) >= abs(y1 - y0):
        middle = (y0 + y1) / 2
        return (x0, middle, x1, middle)
    middle = (x0 + x1) / 2
    return (middle, y0, middle, y1)


def _matrix(raw: Any, thing: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix)):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _combined(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    )
