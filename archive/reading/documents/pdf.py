"""PDF to sheets, by PDFium: characters and rulings with their places, pages turned upright."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from archive.reading.blocks import Content
from archive.reading.documents.drawing import INVISIBLE, Drawing, drawing_of
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.picture import Factors
from archive.reading.documents.sheet import Glyph, Ruling, Sheet
from archive.reading.model import UnreadableError, Warning

MAXIMUM_PAGES = 500
_MAXIMUM_GLYPHS = 30_000
_STRAIGHT_POINTS = 1.0
# A PDF ends so; pdfium would read what is left of a truncated one, and half a table is no table. The first part of a
# file made for the web ends so too, with objects behind it; servers put other things behind.
_END_MARK = re.compile(rb"startxref\s+\d+\s*(?:%%EOF|%?%?E?O?\s*\Z)")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_IMPLAUSIBLE = 6
_ODD_SHARE = 0.2
# Quarter turns; more is text across the page.
_ASKEW = 0.1
# Points; no two digits are printed as close as this.
_NEAR = 1.2
_SHELF = 20.0
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
    ends = [match.end() for match in _END_MARK.finditer(body)]
    if not ends or _OBJECT.search(body, ends[-1]):
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
    factors: Factors = {}
    if count > MAXIMUM_PAGES:
        warnings.append(Warning("pages_unread", f"the first {MAXIMUM_PAGES} of {count} pages were read"))
    for number in range(min(count, MAXIMUM_PAGES)):
        page = document[number]
        try:
            sheet, state = _sheet(page)
            if state:
                pictures += 1
                drawn = scan.sheet_of_page(page, factors) if pictures <= scan.MAXIMUM_PAGES else None
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
    drawing = drawing_of(raw, page)
    text_page = page.get_textpage()
    try:
        text = _text(raw, text_page.raw, upright, drawing)
    finally:
        text_page.close()
    across: list[Ruling] = []
    down: list[Ruling] = []
    for x0, y0, x1, y1 in drawing.lines:
        (x0, y0), (x1, y1) = upright(x0, y0), upright(x1, y1)
        if abs(y1 - y0) <= _STRAIGHT_POINTS:
            across.append(Ruling((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= _STRAIGHT_POINTS:
            down.append(Ruling((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    covered = max((abs(x1 - x0) * abs(y1 - y0) for x0, y0, x1, y1 in drawing.pictures), default=0.0)
    width, height = page.get_size()
    glyphs = [glyph for glyph in text.seen if _is_on(glyph, width, height)]
    sheet = Sheet(width, height, glyphs, across, down)
    state = ""
    scanned = covered > width * height * _SCAN_SHARE
    if not glyphs:
        state = "empty" if covered or across or down else ""
    elif scanned and len(glyphs) <= _STAMP_GLYPHS:
        state = "empty"
    elif text.odd > (len(glyphs) + len(text.unseen)) * _ODD_SHARE:
        state = "odd"
    elif len(text.unseen) > len(glyphs) and covered:
        state = "hidden"
    if state:
        # The text layer of a scan is another program's guess: text to search, no evidence for figures.
        sheet.recognised = True
        sheet.glyphs += text.unseen
        for glyph in sheet.glyphs:
            glyph.confidence = 0.0
    quarter = Counter(text.quarters).most_common(1)[0][0] if text.quarters else 0
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


def _is_on(glyph: Glyph, width: float, height: float) -> bool:
    """Whether a character stands on the page: what is beside it (outside its crop box) is not shown."""
    return 0 <= (glyph.x0 + glyph.x1) / 2 <= width and 0 <= (glyph.top + glyph.bottom) / 2 <= height


@dataclass(slots=True)
class _Text:
    seen: list[Glyph] = field(default_factory=list)
    unseen: list[Glyph] = field(default_factory=list)
    """Invisible, clipped away, painted over, or in the colour of the paper."""
    quarters: list[int] = field(default_factory=list)
    """The quarter turns that the characters are set at."""
    odd: int = 0
    """How many have no Unicode."""


def _text(raw: Any, text_page: Any, upright: _Place, drawing: Drawing) -> _Text:
    found = _Text()
    box = raw.FS_RECTF()
    ink = [ctypes.c_double() for _ in range(4)]
    count = min(raw.FPDFText_CountChars(text_page), _MAXIMUM_GLYPHS)
    zero, one = upright(0, 0), upright(1, 0)
    page_angle = math.atan2(one[1] - zero[1], one[0] - zero[0])
    modes: dict[int, int] = {}
    places: dict[tuple[str, int, int], Glyph] = {}
    seen_of: set[int] = set()
    unseen_of: set[int] = set()
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
            unseen_of.add(address)
            continue
        left, high, right, low = box.left, box.top, box.right, box.bottom
        if text >= "\u2e80" and raw.FPDFText_GetCharBox(text_page, index, *map(ctypes.byref, ink)):
            inked = max(ink[1].value - ink[0].value, ink[3].value - ink[2].value)
            # pdfium takes the origin of a vertical font unscaled, and its box comes out many times too large.
            if 0 < inked * _IMPLAUSIBLE < right - left:
                left, right, low, high = (edge.value for edge in ink)
        (x0, y0), (x1, y1) = upright(left, high), upright(right, low)
        x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        glyph = _glyph(text, x0, y0, x1, y1)
        if not text.isspace():
            if (
                text == "\ufffd"
                or "\ue000" <= text <= "\uf8ff"
                or raw.FPDFText_HasUnicodeMapError(text_page, index) == 1
            ):
                found.odd += 1
            found.quarters.append(round(turns) % 4)
        if modes[address] in INVISIBLE or not drawing.is_seen(address, (left + right) / 2, (low + high) / 2):
            found.unseen.append(glyph)
            unseen_of.add(address)
        elif not _printed_again(glyph, places):
            found.seen.append(glyph)
            seen_of.add(address)
    if found.unseen:
        _fill_holes(found, upright, drawing, seen_of, unseen_of)
    return found


def _fill_holes(
    found: _Text,
    upright: _Place,
    drawing: Drawing,
    seen_of: set[int],
    unseen_of: set[int],
) -> None:
    """Take back the unseen characters that stand for one that is seen.

    pdfium leaves out a character that repeats one before it in the same place, wherever that one was painted over. The
    text that is seen then has a hole there, within its bounds, or is nothing but a hole.
    """
    texts = []
    for address, (left, low, right, high) in drawing.texts.items():
        missing = address not in unseen_of and drawing.is_seen(address, (left + right) / 2, (low + high) / 2)
        if address in seen_of or missing:
            (x0, y0), (x1, y1) = upright(left, high), upright(right, low)
            texts.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    lines: dict[int, list[Glyph]] = {}
    for glyph in found.seen:
        for shelf in range(int(glyph.top // _SHELF), int(glyph.bottom // _SHELF) + 1):
            lines.setdefault(shelf, []).append(glyph)
    again = []
    for glyph in found.unseen:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        over = (one.x0 <= x <= one.x1 and one.top <= y <= one.bottom for one in lines.get(int(y // _SHELF), ()))
        if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in texts) and not any(over):
            again.append(glyph)
    found.seen += again
    found.unseen = [glyph for glyph in found.unseen if not any(glyph is other for other in again)]


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
