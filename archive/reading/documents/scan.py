"""Pictures of pages to sheets: the ruled grid first, then each cell read by itself, twice.

A number is believed where two readings at different scales agree on it, both are sure, and it has as many digits as
there are marks of ink; anything else keeps its text with a confidence of 0, so that the figure comes out null.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from archive.reading.blocks import Content
from archive.reading.documents import recogniser
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.recogniser import Recognised
from archive.reading.documents.sheet import Glyph, Ruling, Sheet, lattices
from archive.reading.model import UnreadableError, Warning

MAXIMUM_PAGES = 12
_MAXIMUM_PIXELS = 60_000_000
_DOTS_PER_INCH = 200
# Points across the short side of A4, from which the scale of a picture follows.
_SHORT_SIDE = 595.0
_WORKING_WIDTH = 1650
_NARROWEST_TABLE = 80.0
_MOST_TILT_DEGREES = 5.0
_SECOND_SCALE = 0.7
_VERY_SURE = 0.98
_PADDING = 5
_NUMBER = re.compile(r"[0-9][0-9,.]*")
# What a lone 0 is read as in a cell of its own.
_ROUND = str.maketrans({"O": "0", "o": "0", "〇": "0", "○": "0", "。": "0"})


@dataclass(slots=True)
class _Piece:
    """A line of ink in a picture, with its place and the number of marks side by side in it."""

    left: int
    top: int
    right: int
    bottom: int
    marks: int
    in_cell: bool
    touching: bool = False
    """Whether the ink touches a ruling, so that part of it may have been taken for one."""


def from_picture(body: bytes) -> Content:
    """Read a picture of a page, or of several (TIFF); raises UnreadableError where the extra `ocr` is missing."""
    recogniser.require("the file is a picture")
    from PIL import Image, UnidentifiedImageError

    sheets: list[Sheet] = []
    try:
        with Image.open(io.BytesIO(body)) as picture:
            for number in range(min(getattr(picture, "n_frames", 1), MAXIMUM_PAGES)):
                picture.seek(number)
                if picture.width * picture.height > _MAXIMUM_PIXELS:
                    raise UnreadableError(
                        f"the picture has {picture.width} × {picture.height} dots, more than any page"
                    )
                sheets.append(sheet_of(_grey(picture)))
    # Pillow raises OSError, ValueError and its own errors for damaged pictures.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableError(f"the picture is damaged ({error})"[:300]) from error
    if not any(sheet.glyphs for sheet in sheets):
        raise UnreadableError("the picture holds no text that could be read")
    return Content(blocks_of(sheets), pictures=len(sheets))


def sheet_of_page(page: Any) -> Sheet | None:
    """A page of a PDF read as a picture; None without the extra."""
    if not recogniser.available():
        return None
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / 72, (_MAXIMUM_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        return sheet_of(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width].copy())
    finally:
        bitmap.close()


def sheet_of(grey: Any) -> Sheet:
    """Read a picture (an array of grey, 0 is black)."""
    import cv2
    import numpy

    grey = _straight(_working_size(grey))
    height, width = grey.shape
    scale = _SHORT_SIDE / min(width, height)
    ink = cv2.adaptiveThreshold(cv2.medianBlur(grey, 3), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    across, down, lines = _rulings(ink, scale)
    border = cv2.dilate(lines, numpy.ones((5, 5), numpy.uint8))
    text = cv2.bitwise_and(ink, cv2.bitwise_not(border))
    sheet = Sheet(width * scale, height * scale, [], across, down, recognised=True)
    pieces: list[_Piece] = []
    outside = text.copy()
    for table in lattices(across, down):
        xs, ys = [round(x / scale) for x in table.xs], [round(y / scale) for y in table.ys]
        outside[max(ys[0], 0) : ys[-1], max(xs[0], 0) : xs[-1]] = 0
        for box in table.boxes:
            pieces += _pieces(text, xs[box.left], ys[box.top], xs[box.right + 1], ys[box.bottom + 1], in_cell=True)
    pieces += _pieces(outside, 0, 0, width, height, in_cell=False)
    for piece in pieces:
        around = border[max(piece.top - 1, 0) : piece.bottom + 1, max(piece.left - 1, 0) : piece.right + 1]
        piece.touching = bool(around.any())
    clean = grey.copy()
    clean[lines > 0] = 255
    for piece, found in zip(pieces, _read(clean, pieces), strict=True):
        top, bottom = piece.top * scale, piece.bottom * scale
        place = (piece.left * scale, top, piece.right * scale, bottom)
        sheet.glyphs.append(Glyph(found.text, *place, bottom - top, found.confidence))
    return sheet


def warn_of_pages(pages: int) -> list[Warning]:
    """The warning that scanned pages of a document were not read: beyond the bound, or without the extra."""
    if pages and not recogniser.available():
        return [Warning("pages_unread", f"{pages} pages are pictures, and reading those {recogniser.NEEDS}")]
    if pages <= MAXIMUM_PAGES:
        return []
    return [Warning("pages_unread", f"the first {MAXIMUM_PAGES} of {pages} scanned pages were read")]


# --- the picture --------------------------------------------------------------------------------------------------


def _grey(picture: Any) -> Any:
    import numpy
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "P"):
        # What is transparent is paper.
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return numpy.asarray(upright.convert("L")).copy()


def _working_size(grey: Any) -> Any:
    import cv2

    factor = _WORKING_WIDTH / min(grey.shape)
    if 0.8 < factor < 1.25:
        return grey
    size = (round(grey.shape[1] * factor), round(grey.shape[0] * factor))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


def _straight(grey: Any) -> Any:
    """Turn a page that lies askew, by the tilt of its long lines."""
    import cv2
    import numpy

    # The paper of a photograph is dim.
    dark = min(160.0, float(numpy.percentile(grey, 90)) - 50)
    ink = cv2.threshold(cv2.GaussianBlur(grey, (3, 3), 0), dark, 255, cv2.THRESH_BINARY_INV)[1]
    # What is left of the text by taking only level runs is little, which makes the search for lines short.
    level_runs = cv2.morphologyEx(
        cv2.dilate(ink, numpy.ones((3, 1), numpy.uint8)), cv2.MORPH_OPEN, numpy.ones((1, 40), numpy.uint8)
    )
    small = cv2.resize(level_runs, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    shortest = small.shape[1] // 5
    found = cv2.HoughLinesP((small > 127).astype(numpy.uint8), 1, numpy.pi / 1800, shortest, None, shortest, 5)
    if found is None:
        return grey
    ends = found.reshape(-1, 4).astype(float)
    tilts = numpy.degrees(numpy.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0]))
    level = tilts[numpy.abs(tilts) < _MOST_TILT_DEGREES]
    tilt = float(numpy.median(level)) if len(level) else 0.0
    if abs(tilt) < 0.05:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    return cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def _rulings(ink: Any, scale: float) -> tuple[list[Ruling], list[Ruling], Any]:
    """Long straight runs of ink, in points, and the picture of them."""
    import cv2
    import numpy

    point = 1 / scale
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
    lines = numpy.where(wide[labels], 255, 0).astype(numpy.uint8)
    across = [
        Ruling((top + height / 2) * scale, left * scale, (left + width) * scale)
        for left, top, width, height, _ in cv2.connectedComponentsWithStats(cv2.bitwise_and(runs[0], lines))[2][
            1:
        ].tolist()
    ]
    down = [
        Ruling((left + width / 2) * scale, top * scale, (top + height) * scale)
        for left, top, width, height, _ in cv2.connectedComponentsWithStats(cv2.bitwise_and(runs[1], lines))[2][
            1:
        ].tolist()
    ]
    return across, down, lines


# --- pieces of text -----------------------------------------------------------------------------------------------


def _pieces(text: Any, left: int, top: int, right: int, bottom: int, *, in_cell: bool) -> list[_Piece]:
    """The lines of ink in a part of a picture, specks left out."""
    import cv2
    import numpy

    part = text[max(top, 0) : bottom, max(left, 0) : right]
    if not part.size:
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    kept = numpy.zeros(count, bool)
    kept[1:] = numpy.maximum(stats[1:, 2], stats[1:, 3]) >= 5
    part = numpy.where(kept[labels], 255, 0).astype(numpy.uint8)
    pieces = []
    for start, end in _runs(part.any(axis=1), 2):
        columns = part[start:end].any(axis=0)
        if end - start < 6:
            continue
        filled = numpy.flatnonzero(columns)
        pieces.append(
            _Piece(
                max(left, 0) + int(filled[0]),
                max(top, 0) + start,
                max(left, 0) + int(filled[-1]) + 1,
                max(top, 0) + end,
                len(_runs(columns, 0)),
                in_cell,
            )
        )
    return pieces


def _runs(filled: Any, gap: int) -> list[tuple[int, int]]:
    """Where a row of yes and no is yes, runs with gaps no longer than `gap` taken as one."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for place, value in enumerate([*filled.tolist(), False]):
        if value and start is None:
            start = place
        elif not value and start is not None:
            if runs and start - runs[-1][1] <= gap:
                runs[-1] = (runs[-1][0], place)
            else:
                runs.append((start, place))
            start = None
    return runs


def _read(grey: Any, pieces: list[_Piece]) -> list[Recognised]:
    import cv2

    crops = [
        grey[
            max(piece.top - _PADDING, 0) : piece.bottom + _PADDING,
            max(piece.left - _PADDING, 0) : piece.right + _PADDING,
        ]
        for piece in pieces
    ]
    first = recogniser.recognise(crops)
    numbers = [n for n, found in enumerate(first) if pieces[n].in_cell and _could_be_number(found.text)]
    smaller = [
        cv2.resize(crops[n], None, fx=_SECOND_SCALE, fy=_SECOND_SCALE, interpolation=cv2.INTER_AREA) for n in numbers
    ]
    for n, second in zip(numbers, recogniser.recognise(smaller), strict=True):
        first[n] = _believed(first[n], second, pieces[n])
    return first


def _could_be_number(text: str) -> bool:
    if len(text) > 12 or re.search(r"[.、][^\d]", text):
        return False
    return not text or bool(re.search(r"[0-9OoIl|〇○。]", text))


def _believed(first: Recognised, second: Recognised, piece: _Piece) -> Recognised:
    text = _as_number(first.text)
    if not _NUMBER.fullmatch(text):
        # Ink that is no number and no word either: the cell is not blank, and what it says is not known.
        return Recognised(first.text or "?", 0.0 if len(first.text) <= 2 else first.confidence)
    confidence = min(first.confidence, second.confidence)
    # Digits may touch each other, but one mark is never less than half of two digits; a mark left over was not read.
    whole = len(text) == piece.marks or (piece.marks < len(text) <= 2 * piece.marks and confidence > _VERY_SURE)
    sure = _as_number(second.text) == text and whole and not piece.touching
    return Recognised(text, confidence if sure else 0.0)


def _as_number(text: str) -> str:
    return text.translate(_ROUND) if len(text) == 1 else text
