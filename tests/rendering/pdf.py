"""Pages as PDF, written out by hand: every way in which programs put the same characters on a page."""

from __future__ import annotations

import base64
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from tests.rendering.paper import Page, Text, merged_lines, width_of

# What PDF fonts give back for plain characters: radicals and compatibility ideographs that NFKC folds.
_COMPATIBLE = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFA6D))
}


# A TrueType font whose glyphs are boxes: 1 as wide as the type is high, 2 half as wide.
_FONT = zlib.decompress(
    base64.b85decode(
        b"c-n<fJxc>Y5Pf?aV-k!ZC<;~)1O*F;XsQD>T1U}Bu+c-$q_{IjKHvlk3lU2T3&p>XLV|^rm7R^+sHGz45716H-{vkMh?obnJ8x!p=FLC=h+!WR"
        b"sl}Cv$%V7iI3UIt-Pp7Z=lrF9O@2bI=dIoCquBfd`4f4rU>aNL)xJaeHCm>?K=+!wp#Mf2DcBV^dV@>8KO*n3ikk+8Fhzbx9<dGAK^Ma05%ScI"
        b"VVl{+^dq3D{%cOLT%j&PJ5YHjt+d<O*XQ+w{sk#NRQ7%R{iSv5-i545_TWzqKKMsE9yRd24qet7mD(X25s6Tc(eN8m&WU5H4WTm{<1{ft@Ji<b"
        b"4SyizD^n&usnGAQChrfF^|P<qNw}d<Q`J1ruj+Z;eO<Io6z7gd$(x&Cox$XAQkTw>Jow)0lo3~L8L{VQ6hg=ZT?F@l)~342s4^5~B!-^A*U*cB"
        b"Y|%B#%Vxf686{*<gbNd8Ec48x3JV5G!KDA-2V#9<d;"
    )
)
_GLYPHS = 2_000


@dataclass(frozen=True, slots=True)
class Ink:
    """How the content of the pages is written down."""

    texts: str = "lines"
    """lines, characters (one by one), scaled (type of size 1, enlarged), spaced (in one array with steps)"""
    lines: str = "strokes"
    """strokes, whole (joined over cells), rectangles (thin filled ones)"""
    turned: int = 0
    """/Rotate of the pages; their content is drawn so that it is upright when shown."""
    drawn_turned: int = 0
    """Quarter turns, in degrees, by which everything is drawn askew, with no /Rotate to put it right."""
    form: bool = False
    """Whether the content stands in a form XObject, moved and enlarged."""
    compatible: bool = False
    """Whether the fonts give back compatibility characters."""
    white: str = ""
    """Characters printed beside every number, in white."""
    painted: str = ""
    """Characters printed where the numbers are, and painted over before those are printed."""
    clipped: str = ""
    """Characters printed beside every number, and clipped away."""
    watermark: str = ""
    shuffled: bool = False
    """Whether the order of the content is the reverse of the reading order."""
    twice: bool = False
    """Bold type, made by printing everything twice."""


def pdf(pages: Sequence[Page], ink: Ink = Ink()) -> bytes:
    """A PDF of pages."""
    codes: dict[str, int] = {}
    objects: list[bytes] = [b""] * 7
    kids = []
    for page in pages:
        content = _content(page, ink, codes)
        width, height = page.width, page.height
        place, box = _place(ink, width, height)
        resources = b"<< /Font << /F 3 0 R >> >>"
        if ink.form:
            objects.append(
                _stream(
                    content.encode(),
                    f"/Type /XObject /Subtype /Form /BBox [0 0 {width * 2} {height * 2}] "
                    "/Matrix [0.5 0 0 0.5 0 0] /Resources << /Font << /F 3 0 R >> >>",
                )
            )
            resources = f"<< /Font << /F 3 0 R >> /XObject << /X {len(objects)} 0 R >> >>".encode()
            content = "2 0 0 2 0 0 cm /X Do"
        objects.append(_stream(f"q {place} cm {content} Q".encode(), ""))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box[0]} {box[1]}] /Rotate {ink.turned} "
            f"/Contents {len(objects)} 0 R /Resources ".encode()
            + resources
            + b" >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects[2] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Boxes /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    )
    half = [code for text, code in codes.items() if width_of(text, 1) < 1]
    widths = " ".join(f"{code} [500]" for code in half)
    objects[3] = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Boxes /CIDSystemInfo << /Registry (Adobe) /Ordering "
        f"(Identity) /Supplement 0 >> /DW 1000 /W [{widths}] /CIDToGIDMap 7 0 R /FontDescriptor << /Type "
        "/FontDescriptor /FontName /Boxes /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 "
        "/Descent -120 /CapHeight 880 /StemV 80 /FontFile2 6 0 R >> >>"
    ).encode()
    objects[4] = _stream(_to_unicode(codes, compatible=ink.compatible), "")
    objects[5] = _stream(_FONT, f"/Length1 {len(_FONT)}")
    objects[6] = _stream(b"".join(bytes((0, 2 if code in half else 1)) for code in range(_GLYPHS)), "")
    return _file(objects)


def _place(ink: Ink, width: float, height: float) -> tuple[str, tuple[float, float]]:
    """The matrix that turns the upright content, and the size of the page it is then on."""
    turn = (ink.turned + ink.drawn_turned) % 360
    if turn == 90:
        # Shown turned clockwise, so drawn counterclockwise.
        return f"0 1 -1 0 {height} 0", (height, width)
    if turn == 180:
        return f"-1 0 0 -1 {width} {height}", (width, height)
    if turn == 270:
        return f"0 -1 1 0 0 {width}", (height, width)
    return "1 0 0 1 0 0", (width, height)


def _content(page: Page, ink: Ink, codes: dict[str, int]) -> str:
    parts = [
        f"{grey} g {x0:.2f} {page.height - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re f 0 g"
        for x0, y0, x1, y1, grey in page.shades
    ]
    lines = page.lines if ink.lines == "strokes" else merged_lines(page.lines)
    for x0, y0, x1, y1 in lines:
        low, high = page.height - y1, page.height - y0
        if ink.lines == "rectangles":
            parts.append(f"{x0 - 0.25:.2f} {low - 0.25:.2f} {x1 - x0 + 0.5:.2f} {high - low + 0.5:.2f} re f")
        else:
            parts.append(f"0.5 w {x0:.2f} {low:.2f} m {x1:.2f} {high:.2f} l S")
    texts = page.texts[::-1] if ink.shuffled else page.texts
    for text in texts:
        if ink.painted and text.text.isdigit():
            wide, low = width_of(max(text.text, ink.painted, key=len), text.size), page.height - text.y - 2
            parts.append(_text(Text(text.x, text.y, ink.painted, text.size), page, ink, codes))
            parts.append(f"1 g {text.x - 1:.2f} {low:.2f} {wide + 2:.2f} {text.size + 1:.2f} re f 0 g")
        parts.append(_text(text, page, ink, codes))
        if ink.twice:
            parts.append(_text(Text(text.x + 0.3, text.y, text.text, text.size), page, ink, codes))
        if ink.white and text.text.isdigit():
            beside = Text(text.x + width_of(text.text, text.size), text.y, ink.white, text.size, (1, 1, 1))
            parts.append(_text(beside, page, ink, codes))
        if ink.clipped and text.text.isdigit():
            x, y = text.x + width_of(text.text, text.size), page.height - text.y
            hidden = Text(x, text.y, ink.clipped, text.size)
            parts.append(f"q {x - 200:.2f} {y - 50:.2f} 10 5 re W n {_text(hidden, page, ink, codes)} Q")
    if ink.watermark:
        code = _codes(ink.watermark, codes)
        parts.append(f"0.8 g BT /F 60 Tf 0.7 0.7 -0.7 0.7 120 {page.height / 2:.2f} Tm <{code}> Tj ET 0 g")
    return "\n".join(parts)


def _text(text: Text, page: Page, ink: Ink, codes: dict[str, int]) -> str:
    y = page.height - text.y
    colour = "{} {} {} rg".format(*text.colour)
    if ink.texts == "characters":
        x, parts = text.x, []
        for character in text.text:
            parts.append(f"BT /F {text.size} Tf {x:.3f} {y:.3f} Td <{_codes(character, codes)}> Tj ET")
            x += width_of(character, text.size)
        return f"{colour} {' '.join(parts)}"
    if ink.texts == "scaled":
        place = f"/F 1 Tf {text.size} 0 0 {text.size} {text.x:.3f} {y:.3f} Tm"
        return f"{colour} BT {place} <{_codes(text.text, codes)}> Tj ET"
    if ink.texts == "spaced":
        steps = "".join(f"<{_codes(character, codes)}> -20 " for character in text.text)
        return f"{colour} BT /F {text.size} Tf {text.x:.3f} {y:.3f} Td [{steps}] TJ ET"
    return f"{colour} BT /F {text.size} Tf {text.x:.3f} {y:.3f} Td <{_codes(text.text, codes)}> Tj ET"


def _codes(text: str, codes: dict[str, int]) -> str:
    return "".join(f"{codes.setdefault(character, len(codes) + 1):04X}" for character in text)


def _to_unicode(codes: dict[str, int], *, compatible: bool) -> bytes:
    pairs = [
        f"<{code:04X}> <{(_COMPATIBLE.get(text, text) if compatible else text).encode('utf-16-be').hex()}>"
        for text, code in codes.items()
    ]
    chunks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    mapped = "\n".join(f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar" for chunk in chunks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def /CMapName /U def "
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{mapped}\nendcmap end end"
    ).encode()


def _stream(content: bytes, entries: str) -> bytes:
    packed = zlib.compress(content)
    return f"<< /Length {len(packed)} /Filter /FlateDecode {entries} >>\nstream\n".encode() + packed + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.5\n", []
    for number, part in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        body
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
        + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )
