"""Pictures of pages to sheets: the ruled grid first, then each cell read by itself, twice.

A number is believed where two readings at different scales agree on it, both are sure, and it has as many digits as
there are marks of ink; anything else keeps its text with a confidence of 0, so that the figure comes out null.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from statistics import median
from typing import Any

from archive.reading.blocks import Content
from archive.reading.documents import picture, recogniser
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.recogniser import Recognised
from archive.reading.documents.sheet import Glyph, Sheet, lattices
from archive.reading.model import UnreadableError, Warning

MAXIMUM_PAGES = 12
_MAXIMUM_PIXELS = 60_000_000
_DOTS_PER_INCH = 200
_SECOND_SCALE = 0.7
_VERY_SURE = 0.98
_PADDING = 5
# Of white; digits hang together by their palest edges, and fall apart where only the darkest counts.
_INKS = (0.68, 0.5, 0.35)
# Of the height of a line; less is a comma, a point or a speck.
_WHOLE_MARK = 0.6
# How wide a digit is to its height, from the narrowest type to the widest with its gap.
_DIGIT_SHAPE = (0.4, 1.1)
# Dots, in a prepared picture; what is lower is a speck.
_LOWEST_DIGIT = 11
_LOWER, _HIGHER = 0.8, 1.2
# Dots sideways for each dot down.
_MOST_SLANT = 0.2
_NUMBER = re.compile(r"[0-9][0-9,.]*")
# What a lone 0 is read as in a cell of its own.
_ROUND = str.maketrans({"O": "0", "o": "0", "〇": "0", "○": "0", "。": "0"})


@dataclass(slots=True)
class _Piece:
    """A line of ink in a picture, with its place."""

    left: int
    top: int
    right: int
    bottom: int
    table: int | None
    """Number of the ruled table it stands in."""
    touching: bool = False
    """Whether the ink touches a ruling, so that part of it may have been taken for one."""


def from_picture(body: bytes) -> Content:
    """Read a picture of a page, or of several (TIFF); raises UnreadableError where the extra `ocr` is missing."""
    recogniser.require("the file is a picture")
    sheets = sheets_of_picture(body, {})
    if not any(sheet.glyphs for sheet in sheets):
        raise UnreadableError("the picture holds no text that could be read")
    return Content(blocks_of(sheets), pictures=len(sheets))


def sheets_of_picture(body: bytes, factors: picture.Factors) -> list[Sheet]:
    """The pages of a picture; raises UnreadableError for a damaged one and for one larger than any page."""
    from PIL import Image, UnidentifiedImageError

    sheets: list[Sheet] = []
    try:
        with Image.open(io.BytesIO(body)) as image:
            for number in range(min(getattr(image, "n_frames", 1), MAXIMUM_PAGES)):
                image.seek(number)
                if image.width * image.height > _MAXIMUM_PIXELS:
                    raise UnreadableError(f"the picture has {image.width} × {image.height} dots, more than any page")
                sheets.append(sheet_of(_grey(image), factors))
    # Pillow raises OSError, ValueError and its own errors for damaged pictures.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableError(f"the picture is damaged ({error})"[:300]) from error
    return sheets


def sheet_of_page(page: Any, factors: picture.Factors) -> Sheet | None:
    """A page of a PDF read as a picture; None without the extra."""
    if not recogniser.available():
        return None
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / 72, (_MAXIMUM_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        return sheet_of(_grey(bitmap.to_pil()), factors)
    finally:
        bitmap.close()


def sheet_of(grey: Any, factors: picture.Factors) -> Sheet:
    """Read a picture (an array of grey, 0 is black)."""
    import cv2
    import numpy

    grey = picture.prepared(grey, recogniser.recognise, factors)
    height, width = grey.shape
    scale = picture.POINTS_PER_DOT
    ink = picture.ink_of(grey)
    across, down, lines = picture.rulings(ink)
    border = cv2.dilate(lines, numpy.ones((5, 5), numpy.uint8))
    text = cv2.bitwise_and(ink, cv2.bitwise_not(border))
    sheet = Sheet(width * scale, height * scale, [], across, down, recognised=True)
    pieces: list[_Piece] = []
    for number, table in enumerate(lattices(across, down)):
        xs, ys = [round(x / scale) for x in table.xs], [round(y / scale) for y in table.ys]
        for box in table.boxes:
            pieces += _pieces(text, xs[box.left], ys[box.top], xs[box.right + 1], ys[box.bottom + 1], number)
        text[max(ys[0], 0) : ys[-1], max(xs[0], 0) : xs[-1]] = 0
    pieces += _pieces(text, 0, 0, width, height, None)
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


def _grey(image: Any) -> Any:
    import numpy
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "P"):
        # What is transparent is paper.
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return picture.without_seals(numpy.asarray(upright.convert("RGB")))


# --- pieces of text -----------------------------------------------------------------------------------------------


def _pieces(text: Any, left: int, top: int, right: int, bottom: int, table: int | None) -> list[_Piece]:
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
                table,
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
    numbers = [n for n, found in enumerate(first) if pieces[n].table is not None and _could_be_number(found.text)]
    smaller = [
        cv2.resize(crops[n], None, fx=_SECOND_SCALE, fy=_SECOND_SCALE, interpolation=cv2.INTER_AREA) for n in numbers
    ]
    for n, second in zip(numbers, recogniser.recognise(smaller), strict=True):
        piece = pieces[n]
        body = grey[piece.top : piece.bottom, piece.left : piece.right]
        first[n] = _believed(first[n], second, piece, body)
    _doubt_odd_heights(first, pieces)
    return first


def _doubt_odd_heights(found: list[Recognised], pieces: list[_Piece]) -> None:
    """Disbelieve a number higher or lower than the others of its table: a stroke that there is none, or a part of one.

    The digits of one table are of one height.
    """
    heights: dict[int | None, list[int]] = {}
    numbers = [n for n, one in enumerate(found) if pieces[n].table is not None and _NUMBER.fullmatch(one.text)]
    for n in numbers:
        heights.setdefault(pieces[n].table, []).append(pieces[n].bottom - pieces[n].top)
    for n in numbers:
        usual = median(heights[pieces[n].table])
        if not _LOWER * usual <= pieces[n].bottom - pieces[n].top <= _HIGHER * usual:
            found[n] = Recognised(found[n].text, 0.0)


def _is_slanted(body: Any) -> bool:
    """Whether a mark leans: 1 stands upright, and the stroke of an empty cell does not."""
    import numpy

    down, across = numpy.nonzero(body < 255 * _INKS[1])
    if len(down) < 2 or not numpy.ptp(down):
        return True
    return bool(abs(numpy.polyfit(down, across, 1)[0]) > _MOST_SLANT)


def _marks(body: Any) -> set[int]:
    """How many marks stand side by side, by several ideas of what is ink: digits printed close run together."""
    import cv2
    import numpy

    counts: set[int] = set()
    for share in _INKS:
        ink = (body < 255 * share).astype(numpy.uint8)
        counts.add(len(_runs(ink.any(axis=0), 0)))
        stats = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:]
        counts.add(int((stats[:, 3] > body.shape[0] * _WHOLE_MARK).sum()))
    return counts


def _could_be_number(text: str) -> bool:
    if len(text) > 12 or re.search(r"[.、][^\d]", text):
        return False
    return not text or bool(re.search(r"[0-9OoIl|〇○。]", text))


def _believed(first: Recognised, second: Recognised, piece: _Piece, body: Any) -> Recognised:
    text = _as_number(first.text)
    if not _NUMBER.fullmatch(text):
        # Ink that is no number and no word either: the cell is not blank, and what it says is not known.
        return Recognised(first.text or "?", 0.0 if len(first.text) <= 2 else first.confidence)
    confidence = min(first.confidence, second.confidence)
    marks = _marks(body)
    digits = sum(character.isdigit() for character in text)
    high = piece.bottom - piece.top
    narrowest, widest = _DIGIT_SHAPE
    as_wide = narrowest * (digits - 1) <= (piece.right - piece.left) / high <= widest * len(text)
    # Digits may touch each other, but one mark is never less than half of two digits; a mark left over was not read.
    touching = min(marks) < digits <= 2 * max(marks) and confidence > _VERY_SURE
    whole = as_wide and high >= _LOWEST_DIGIT and (len(text) in marks or digits in marks or touching)
    sure = _as_number(second.text) == text and whole and not piece.touching and not (text == "1" and _is_slanted(body))
    return Recognised(text, confidence if sure else 0.0)


def _as_number(text: str) -> str:
    return text.translate(_ROUND) if len(text) == 1 else text
