"""PDF to sheets, by PDFium: characters and rulings with their places, pages turned upright."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from archive.reading.blocks import Content
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.sheet import Glyph, Ruling, Sheet
from archive.reading.model import UnreadableError, Warning

MAXIMUM_PAGES = 500
_MAXIMUM_GLYPHS = 30_000
_MAXIMUM_OBJECTS = 60_000
_MAXIMUM_DEPTH = 8
# Borders are drawn as lines, or as rectangles (Word) or pictures (old printers' drivers) this thin.
_THIN_POINTS = 2.5
_STRAIGHT_POINTS = 1.0
# A PDF ends in this mark; pdfium would read what is left of a truncated one, and half a table is no table.
_END_MARK = b"%%EOF"
_END_WINDOW = 2_048
_INVISIBLE = 3
_IMPLAUSIBLE = 6
_ODD_SHARE = 0.2
# Quarter turns; more is text across the page.
_ASKEW = 0.1
# Points; no two digits are printed as close as this.
_NEAR = 1.2
# A picture over so much of a page, with no more characters than a stamp and a page number beside it, is a scan.
_SCAN_SHARE = 0.4
_STAMP_GLYPHS = 80
_Place = Callable[[float, float], tuple[float, float]]


def from_pdf(body: bytes) -> Content:
    """Read a PDF; raises UnreadableError for a damaged, truncated or locked file, and where there is no text in it."""
    try:
        import pypdfium2
    except ImportError as error:
        raise UnreadableError("reading PDF needs the extra `documents`: pip install 'nianbao[documents]'") from error
    if _END_MARK not in body.rstrip(b"\x00\r\n\t ")[-_END_WINDOW:]:
        raise UnreadableError("the PDF is damaged or truncated: its end is missing")
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError("the PDF is locked with a password") from error
        raise UnreadableError(f"the PDF is damaged or truncated ({error})") from error
    try:
        return _read(document)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"the PDF is damaged or truncated ({error})") from error
    finally:
        document.close()


def _read(document: Any) -> Content:
    from archive.reading.documents import recogniser, scan

    count = len(document)
    if not count:
        raise UnreadableError("the PDF has no readable page: it is damaged or truncated")
    sheets: list[Sheet] = []
    warnings: list[Warning] = []
    pictures = 0
    if count > MAXIMUM_PAGES:
        warnings.append(Warning("pages_unread", f"the first {MAXIMUM_PAGES} of {count} pages were read"))
    for number in range(min(count, MAXIMUM_PAGES)):
        page = document[number]
        try:
            sheet, state = _sheet(page)
            if state:
                pictures += 1
                drawn = scan.sheet_of_page(page) if pictures <= scan.MAXIMUM_PAGES else None
                if drawn is None and state == "odd" and not any(one.code == "charset_suspect" for one in warnings):
                    warnings.append(
                        Warning("charset_suspect", f"page {number + 1}: the fonts do not say what they print")
                    )
                sheet = drawn or sheet
            sheets.append(sheet)
        finally:
            page.close()
    if not any(sheet.glyphs for sheet in sheets):
        recogniser.require("the PDF holds no text: it is a scan")
        raise UnreadableError("the PDF holds no text, and none could be read from its pictures")
    warnings += scan.warn_of_pages(pictures)
    content = Content(blocks_of(sheets), warnings=warnings)
    content.pictures = sum(1 for sheet in sheets if sheet.recognised or not sheet.glyphs)
    return content


def _sheet(page: Any) -> tuple[Sheet, str]:
    """A page, and why it should be read as a picture instead: `odd` fonts, `hidden` text, `empty`; else nothing."""
    import pypdfium2.raw as raw

    upright = _upright(page)
    text_page = page.get_textpage()
    try:
        glyphs, angles, odd, hidden = _glyphs(raw, text_page.raw, upright)
    finally:
        text_page.close()
    across: list[Ruling] = []
    down: list[Ruling] = []
    covered = 0.0
    for kind, x0, y0, x1, y1 in _strokes(raw, page):
        (x0, y0), (x1, y1) = upright(x0, y0), upright(x1, y1)
        if kind == "picture":
            covered = max(covered, abs(x1 - x0) * abs(y1 - y0))
        elif abs(y1 - y0) <= _STRAIGHT_POINTS:
            across.append(Ruling((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= _STRAIGHT_POINTS:
            down.append(Ruling((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    width, height = page.get_size()
    sheet = Sheet(width, height, glyphs, across, down)
    state = ""
    scanned = covered > width * height * _SCAN_SHARE
    if not glyphs:
        state = "empty" if covered or across or down else ""
    elif scanned and len(glyphs) <= _STAMP_GLYPHS:
        state = "empty"
    elif odd > len(glyphs) * _ODD_SHARE:
        state = "odd"
    elif hidden > len(glyphs) * 0.5 and covered:
        state = "hidden"
    if state:
        # The text layer of a scan is another program's guess: text to search, no evidence for figures.
        sheet.recognised = True
        for glyph in glyphs:
            glyph.confidence = 0.0
    quarter = Counter(angles).most_common(1)[0][0] if angles else 0
    return (_turned(sheet, quarter) if quarter else sheet), state


def _upright(page: Any) -> _Place:
    """From the page's coordinates (upward, unrotated) to the sheet's."""
    left, bottom, right, top = page.get_bbox()
    turns: dict[int, _Place] = {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }
    return turns[page.get_rotation() % 360]


def _glyphs(raw: Any, text_page: Any, upright: _Place) -> tuple[list[Glyph], list[int], int, int]:
    """Characters; the quarter turns they are set at; how many have no Unicode; how many are invisible."""
    glyphs: list[Glyph] = []
    angles: list[int] = []
    odd = hidden = 0
    box = raw.FS_RECTF()
    ink = [ctypes.c_double() for _ in range(4)]
    count = min(raw.FPDFText_CountChars(text_page), _MAXIMUM_GLYPHS)
    zero, one = upright(0, 0), upright(1, 0)
    page_angle = math.atan2(one[1] - zero[1], one[0] - zero[0])
    modes: dict[int, int] = {}
    places: dict[tuple[str, int, int], Glyph] = {}
    for index in range(count):
        # A generated character is a blank that pdfium puts in between; the places say more.
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code < 33 and raw.FPDFText_IsGenerated(text_page, index):
            continue
        text = chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd"
        if code in (10, 13):
            continue
        if not raw.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
            continue
        owner = raw.FPDFText_GetTextObject(text_page, index)
        address = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if address not in modes:
            modes[address] = raw.FPDFTextObj_GetTextRenderMode(owner)
        # pdfium measures clockwise, as the sheet does.
        turns = (page_angle + raw.FPDFText_GetCharAngle(text_page, index)) / (math.pi / 2)
        if abs(turns - round(turns)) > _ASKEW:
            # A watermark across the page.
            continue
        if not text.isspace():
            if (
                text == "\ufffd"
                or "\ue000" <= text <= "\uf8ff"
                or raw.FPDFText_HasUnicodeMapError(text_page, index) == 1
            ):
                odd += 1
            if modes[address] == _INVISIBLE:
                hidden += 1
            angles.append(round(turns) % 4)
        left, high, right, low = box.left, box.top, box.right, box.bottom
        if text >= "\u2e80" and raw.FPDFText_GetCharBox(text_page, index, *map(ctypes.byref, ink)):
            inked = max(ink[1].value - ink[0].value, ink[3].value - ink[2].value)
            # pdfium takes the origin of a vertical font unscaled, and its box comes out many times too large.
            if 0 < inked * _IMPLAUSIBLE < right - left:
                left, right, low, high = (edge.value for edge in ink)
        (x0, y0), (x1, y1) = upright(left, high), upright(right, low)
        x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        glyph = _glyph(text, x0, y0, x1, y1)
        if not _printed_again(glyph, places):
            glyphs.append(glyph)
    return glyphs, angles, odd, hidden


def _glyph(text: str, x0: float, top: float, x1: float, bottom: float) -> Glyph:
    # The font size that a PDF names may be scaled by any factor; a Han character is as wide as its type is high.
    return Glyph(text, x0, top, x1, bottom, x1 - x0 if text >= "\u2e80" else bottom - top)


def _printed_again(glyph: Glyph, places: dict[tuple[str, int, int], Glyph]) -> bool:
    """Whether a character lies over the same one: bold type is made by printing twice, and 1 must not become 11."""
    column, line = int(glyph.x0 / _NEAR), int(glyph.top / _NEAR)
    for x in (column - 1, column, column + 1):
        for y in (line - 1, line, line + 1):
            other = places.get((glyph.text, x, y))
            if other is not None and max(abs(other.x0 - glyph.x0), abs(other.top - glyph.top)) < _NEAR:
                return True
    places[glyph.text, column, line] = glyph
    return False


def _turned(sheet: Sheet, quarter: int) -> Sheet:
    """A page whose text is set at quarter turns, turned back."""
    width, height = sheet.width, sheet.height
    places: dict[int, _Place] = {
        1: lambda x, y: (y, width - x),
        2: lambda x, y: (width - x, height - y),
        3: lambda x, y: (height - y, x),
    }
    place = places[quarter]
    turned = Sheet(*((height, width) if quarter != 2 else (width, height)), recognised=sheet.recognised)
    for glyph in sheet.glyphs:
        (x0, y0), (x1, y1) = place(glyph.x0, glyph.top), place(glyph.x1, glyph.bottom)
        moved = _glyph(glyph.text, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        moved.confidence = glyph.confidence
        turned.glyphs.append(moved)
    ends = [(r.start, r.at, r.end, r.at) for r in sheet.across] + [(r.at, r.start, r.at, r.end) for r in sheet.down]
    for x0, y0, x1, y1 in ends:
        (x0, y0), (x1, y1) = place(x0, y0), place(x1, y1)
        if y0 == y1:
            turned.across.append(Ruling(y0, min(x0, x1), max(x0, x1)))
        else:
            turned.down.append(Ruling(x0, min(y0, y1), max(y0, y1)))
    return turned


# --- drawn lines --------------------------------------------------------------------------------------------------

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


def _strokes(raw: Any, page: Any) -> Iterator[tuple[str, float, float, float, float]]:
    """Straight lines and thin shapes of a page in its own coordinates, and a note of every larger `picture`."""
    budget = _MAXIMUM_OBJECTS
    pending = [
        (raw.FPDFPage_GetObject(page.raw, number), _IDENTITY, 0)
        for number in range(min(raw.FPDFPage_CountObjects(page.raw), budget))
    ]
    while pending and budget:
        budget -= 1
        thing, outer, depth = pending.pop()
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAXIMUM_DEPTH:
            inner = _combined(_matrix(raw, thing), outer)
            pending.extend(
                (raw.FPDFFormObj_GetObject(thing, number), inner, depth + 1)
                for number in range(min(raw.FPDFFormObj_CountObjects(thing), budget))
            )
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            yield from _lines(raw, thing, outer)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            a, b, c, d, e, f = _combined(_matrix(raw, thing), outer)
            x0, y0, x1, y1 = e, f, e + a + c, f + b + d
            thin = min(abs(x1 - x0), abs(y1 - y0)) <= _THIN_POINTS
            yield _thin_line(x0, y0, x1, y1) if thin else ("picture", x0, y0, x1, y1)


def _lines(raw: Any, path: Any, outer: _Matrix) -> Iterator[tuple[str, float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value and not stroke.value:
        return
    matrix = _combined(_matrix(raw, path), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    outlines: list[list[tuple[float, float]]] = []
    for number in range(min(raw.FPDFPath_CountSegments(path), 4_000)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (
            matrix[0] * x.value + matrix[2] * y.value + matrix[4],
            matrix[1] * x.value + matrix[3] * y.value + matrix[5],
        )
        if kind == raw.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([point])
        else:
            outlines[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    for outline in outlines:
        xs, ys = [px for px, _ in outline], [py for _, py in outline]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        if min(x1 - x0, y1 - y0) <= _THIN_POINTS:
            yield _thin_line(x0, y0, x1, y1)
        elif stroke.value:
            for (ax, ay), (bx, by) in pairwise(outline):
                yield ("line", ax, ay, bx, by)


def _thin_line(x0: float, y0: float, x1: float, y1: float) -> tuple[str, float, float, float, float]:
    if abs(x1 - x0) >= abs(y1 - y0):
        middle = (y0 + y1) / 2
        return ("line", x0, middle, x1, middle)
    middle = (x0 + x1) / 2
    return ("line", middle, y0, middle, y1)


def _matrix(raw: Any, thing: Any) -> _Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix)):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _combined(inner: _Matrix, outer: _Matrix) -> _Matrix:
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
