"""Pictures of pages made ready to be read: even paper, one size of type, upright, straight, and their ruled lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archive.reading.documents.recogniser import Recognised
from archive.reading.documents.sheet import Ruling

POINTS_PER_DOT = 0.36
"""In a prepared picture, whose type is as high as type of ten points is at 200 dots per inch."""
_TYPE_DOTS = 26.0
_SMALLEST_FACTOR, _LARGEST_FACTOR = 0.3, 4.0
_MAXIMUM_DOTS = 40_000_000
# Ink is darker than this share of the paper around it.
_INK = 0.68
_SURE_INK = 0.55
_MOST_TILT_DEGREES = 6.0
_LEAST_TILT_DEGREES = 0.03
# Of 255, between the brightest and the darkest of red, green and blue.
_COLOURED = 50
# Of the page's width; and how much longer one side may be.
_SEAL_SIZE = (0.03, 0.5)
_SEAL_SHAPE = 1.7
_NARROWEST_TABLE = 80.0
_PIECE_OF_LINE = 72
_LINE_DOTS = 3
_UNBROKEN = 0.9
_HIGHEST_TYPE = 90
_FEWEST_MARKS = 12
_SAMPLES = 8
_SURE = 0.9


Factors = dict[tuple[int, ...], float]
"""By how much pictures of one size were enlarged: the pages of a document stay as they are to each other."""


def prepared(grey: Any, read: Callable[[list[Any]], list[Recognised]], factors: Factors) -> Any:
    """A picture (an array of grey, 0 is black) with white paper, type of one size, upright and straight.

    `read` is the recogniser: a picture that lies on its side or on its head is told by how little of it can be read.
    """
    even = _of_one_size(_even(grey), factors)
    straight = _straight(even)
    best, best_score = straight, _score(straight, read)
    if best_score < _SURE:
        for quarter in (1, 2, 3):
            turned = straight if quarter == 2 else _straight(_turned(even, quarter))
            turned = _turned(straight, 2) if quarter == 2 else turned
            score = _score(turned, read)
            if score > best_score:
                best, best_score = turned, score
    return best


def ink_of(grey: Any) -> Any:
    """Where a prepared picture has ink: 255 there, 0 elsewhere."""
    import numpy

    return numpy.where(grey < 255 * _INK, 255, 0).astype(numpy.uint8)


def without_seals(colours: Any) -> Any:
    """A picture in grey (from an array of red, green and blue), with the coloured seals on it bleached.

    The black that a seal lies over stays; coloured type and lines stay too, being no round spot.
    """
    import cv2
    import numpy

    grey = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    brightest = colours.max(axis=2)
    coloured = ((brightest - colours.min(axis=2)) > _COLOURED).astype(numpy.uint8)
    if not coloured.any():
        return grey
    width = min(grey.shape)
    reach = max(3, width // 60)
    spots = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, numpy.ones((reach, reach), numpy.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    smallest, largest = (share * width for share in _SEAL_SIZE)
    wide, high = stats[:, 2], stats[:, 3]
    round_ones = (wide >= smallest) & (high >= smallest) & (wide <= largest) & (high <= largest)
    round_ones &= (wide < _SEAL_SHAPE * high) & (high < _SEAL_SHAPE * wide)
    round_ones[0] = False
    # Colour runs over the edge by a dot or two.
    seal = cv2.dilate(round_ones[labels].astype(numpy.uint8), numpy.ones((5, 5), numpy.uint8)) > 0
    return numpy.where(seal, brightest, grey)


def _even(grey: Any) -> Any:
    """Paper to white and ink to black, wherever the light fell."""
    import cv2
    import numpy

    height, width = grey.shape
    factor = min(1.0, 500 / min(height, width))
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # The brightest in a neighbourhood wider than a character is its paper.
    reach = max(3, round(21 * max(factor * min(height, width) / 500, 0.5))) | 1
    paper = cv2.dilate(cv2.medianBlur(small, 3), numpy.ones((reach, reach), numpy.uint8))
    paper = cv2.blur(paper, (reach, reach))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    share = grey.astype(numpy.float32) / numpy.maximum(paper, 1)
    # The faintest print still has ink in one dot of two hundred.
    darkest = min(float(numpy.percentile(share, 0.5)), 0.75)
    return (255 * (share - darkest) / max(1.0 - darkest, 0.05)).clip(0, 255).astype(numpy.uint8)


def _of_one_size(grey: Any, factors: Factors) -> Any:
    """Bring the type to one height, by which everything else is measured."""
    import cv2

    key = tuple(sorted(grey.shape))
    factor = factors.get(key) or min(max(_TYPE_DOTS / _type_height(grey), _SMALLEST_FACTOR), _LARGEST_FACTOR)
    factor = min(factor, (_MAXIMUM_DOTS / grey.size) ** 0.5)
    factors[key] = factor
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


def _type_height(grey: Any) -> float:
    """How high most of the type is, in dots."""
    import cv2
    import numpy

    stats = cv2.connectedComponentsWithStats(ink_of(cv2.GaussianBlur(grey, (3, 3), 0)), connectivity=8)[2][1:]
    wide, high = stats[:, 2], stats[:, 3]
    marks = (high >= 6) & (high <= _HIGHEST_TYPE) & (wide >= 3) & (wide < 2.5 * high) & (high < 6 * wide)
    if marks.sum() < _FEWEST_MARKS:
        return _TYPE_DOTS
    # Characters fall apart into strokes: the taller marks are whole ones.
    return max(float(numpy.percentile(high[marks], 75)), 6.0)


def _turned(grey: Any, quarter: int) -> Any:
    import numpy

    return numpy.ascontiguousarray(numpy.rot90(grey, quarter))


def _straight(grey: Any) -> Any:
    """Turn a page that lies askew, by the tilt of its long lines."""
    import cv2
    import numpy

    ink = numpy.where(cv2.blur(grey, (3, 3)) < 255 * _SURE_INK * 1.3, 255, 0).astype(numpy.uint8)
    # What is left of the text by taking only level runs is little, which makes the search for lines short.
    level_runs = cv2.morphologyEx(
        cv2.dilate(ink, numpy.ones((3, 1), numpy.uint8)), cv2.MORPH_OPEN, numpy.ones((1, 40), numpy.uint8)
    )
    small = cv2.resize(level_runs, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    shortest = max(small.shape[1] // 5, 40)
    found = cv2.HoughLinesP((small > 100).astype(numpy.uint8), 1, numpy.pi / 3600, shortest, None, shortest, 5)
    if found is None:
        return grey
    ends = found.reshape(-1, 4).astype(float)
    tilts = numpy.degrees(numpy.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0]))
    level = tilts[numpy.abs(tilts) < _MOST_TILT_DEGREES]
    tilt = float(numpy.median(level)) if len(level) else 0.0
    if abs(tilt) < _LEAST_TILT_DEGREES:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    # Nothing at the edges may be turned off the picture.
    slope = abs(numpy.sin(numpy.radians(tilt)))
    larger = round(width + height * slope), round(height + width * slope)
    turn[:, 2] += ((larger[0] - width) / 2, (larger[1] - height) / 2)
    return cv2.warpAffine(grey, turn, larger, flags=cv2.INTER_CUBIC, borderValue=255)


def _score(grey: Any, read: Callable[[list[Any]], list[Recognised]]) -> float:
    """How much of the longest lines is read, and how surely, 0 to 1."""
    import cv2
    import numpy

    _, _, lines = rulings(ink_of(grey))
    ink = cv2.bitwise_and(ink_of(grey), cv2.bitwise_not(cv2.dilate(lines, numpy.ones((5, 5), numpy.uint8))))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, numpy.ones((1, round(_TYPE_DOTS)), numpy.uint8))
    stats = cv2.connectedComponentsWithStats(joined, connectivity=8)[2][1:]
    longest = [
        (int(x), int(y), int(wide), int(high))
        for x, y, wide, high, _ in stats[numpy.argsort(-stats[:, 2])]
        if _TYPE_DOTS / 2 < high < _TYPE_DOTS * 2.5 and wide > 3 * high
    ][:_SAMPLES]
    pieces = [
        grey[max(y - 4, 0) : y + high + 4, max(x - 4, 0) : x + min(wide, 400) + 4] for x, y, wide, high in longest
    ]
    if not pieces:
        return 0.0
    # A line of squares: as many characters as it is wider than high.
    room = [piece.shape[1] / piece.shape[0] for piece in pieces]
    found = [min(len(one.text), most) * one.confidence for one, most in zip(read(pieces), room, strict=True)]
    return float(sum(found) / sum(room))


def rulings(ink: Any) -> tuple[list[Ruling], list[Ruling], Any]:
    """Long straight runs of ink, in points, and the picture of them."""
    import cv2
    import numpy

    point = 1 / POINTS_PER_DOT
    runs = []
    # A row is at least some ten points high; longer strokes of large characters are told by their extent below.
    for length, upright in ((round(26 * point), False), (round(13 * point), True)):
        reach = max(3, round(1.5 * point))
        long_way, gap = ((1, length), (1, reach)) if upright else ((length, 1), (reach, 1))
        # A slight wave of the paper must not break a line: it is thickened before the run is measured.
        thick = cv2.dilate(ink, numpy.ones((1, 3) if upright else (3, 1), numpy.uint8))
        thick = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, gap))
        runs.append(cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, long_way)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_or(runs[0], runs[1]))
    wide = numpy.zeros(count, bool)
    wide[1:] = stats[1:, 2] >= _NARROWEST_TABLE * point
    tables = numpy.where(wide[labels], 255, 0).astype(numpy.uint8)
    lines = numpy.zeros_like(ink)
    across: list[Ruling] = []
    down: list[Ruling] = []
    for run, upright in zip(runs, (False, True), strict=True):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_and(run, tables))
        kept = numpy.zeros(count, bool)
        for number in range(1, count):
            left, top, width, height, _ = stats[number].tolist()
            kept[number] = _is_line(ink, (left, top, width, height), upright=upright)
            if kept[number] and upright:
                down.append(_ruling(left + width / 2, top, top + height))
            elif kept[number]:
                across.append(_ruling(top + height / 2, left, left + width))
        lines[kept[labels]] = 255
    return across, down, lines


def _ruling(at: float, start: float, end: float) -> Ruling:
    return Ruling(at * POINTS_PER_DOT, start * POINTS_PER_DOT, end * POINTS_PER_DOT)


def _is_line(ink: Any, box: tuple[int, int, int, int], *, upright: bool) -> bool:
    """Whether a run of ink is a line, and not the strokes of characters that stand close: those leave gaps."""
    left, top, wide, high = box
    part = ink[max(top - 1, 0) : top + high + 1, max(left, 0) : left + wide]
    if upright:
        part = ink[top : top + high, max(left - 1, 0) : left + wide + 1].T
    filled = total = 0
    # Piece by piece, since paper is not quite flat.
    for start in range(0, part.shape[1], _PIECE_OF_LINE):
        piece = part[:, start : start + _PIECE_OF_LINE] > 0
        bands = [piece[row : row + _LINE_DOTS].any(axis=0).sum() for row in range(max(piece.shape[0] - 2, 1))]
        filled, total = filled + int(max(bands)), total + piece.shape[1]
    return filled >= total * _UNBROKEN
