"""OFD (GB/T 33190, the fixed-layout format of Chinese offices) to sheets: XML in a ZIP, places in millimetres."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from archive.reading.blocks import Content
from archive.reading.documents import recogniser
from archive.reading.documents.embedded import Scans
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.package import open_package
from archive.reading.documents.sheet import Glyph, Ruling, Sheet
from archive.reading.model import UnreadableError, Warning

MAXIMUM_PAGES = 500
_POINTS = 72 / 25.4
_STRAIGHT = 1.0
_A4 = (0.0, 0.0, 210.0, 297.0)
_STAMP_GLYPHS = 80
# Of the page's width.
_PICTURE_SHARE = 0.5
_MOST_GLYPHS = 200_000
_PATH = re.compile(r"([A-Za-z])((?:\s*-?[\d.]+)*)")
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


def from_ofd(body: bytes) -> Content:
    """Read an OFD file; raises UnreadableError for a damaged one, and where it holds pictures only."""
    warnings: list[Warning] = []
    with open_package(body) as package:
        try:
            sheets, title, pages = _sheets(package, warnings)
        # What is missing or garbled in a damaged package comes as these.
        except (KeyError, IndexError, AttributeError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
            raise UnreadableError(f"the OFD file is damaged ({type(error).__name__}: {error})"[:300]) from error
    if not any(sheet.glyphs for sheet in sheets):
        recogniser.require("the OFD file holds no text: it is a scan")
        raise UnreadableError("the OFD file holds no text, and none could be read from its pictures")
    content = Content(blocks_of(sheets), warnings=warnings)
    content.pictures = sum(sheet.recognised for sheet in sheets)
    if title:
        content.titles = [title]
    if pages > MAXIMUM_PAGES:
        content.warnings.append(Warning("pages_unread", f"the first {MAXIMUM_PAGES} of {pages} pages were read"))
    return content


def _sheets(package: zipfile.ZipFile, warnings: list[Warning]) -> tuple[list[Sheet], str | None, int]:
    names = {name.lstrip("/"): name for name in package.namelist()}

    def load(path: str) -> Any:
        # Neither entities nor anything outside the package.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(package.read(names[path]), parser)

    sheets: list[Sheet] = []
    scans = Scans(warnings)
    title: str | None = None
    pages = 0
    for entry in load("OFD.xml").iterfind("{*}DocBody"):
        title = title or entry.findtext("{*}DocInfo/{*}Title")
        root_path = _resolved("", entry.findtext("{*}DocRoot"))
        document = load(root_path)
        usual = _box(document.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox")) or _A4
        templates = {
            template.get("ID"): _resolved(root_path, template.get("BaseLoc"))
            for template in document.iterfind("{*}CommonData/{*}TemplatePage")
        }
        media = _media(root_path, document, load, names)
        for page in document.iterfind("{*}Pages/{*}Page"):
            pages += 1
            if pages > MAXIMUM_PAGES:
                continue
            content = load(_resolved(root_path, page.get("BaseLoc")))
            box = _box(content.findtext("{*}Area/{*}PhysicalBox")) or usual
            sheet = Sheet((box[2]) * _POINTS, box[3] * _POINTS)
            for template in content.iterfind("{*}Template"):
                if template.get("TemplateID") in templates:
                    _fill(sheet, load(templates[template.get("TemplateID")]))
            _fill(sheet, content)
            # A page of pictures, with no more text than the number of the page and a note of who signed it.
            found = [] if len(sheet.glyphs) > _STAMP_GLYPHS else _pictures(content, media, package, sheet)
            sheets += scans.read(found) or [sheet]
    return sheets, title, pages


def _media(root_path: str, document: Any, load: Callable[[str], Any], names: dict[str, str]) -> dict[str, str]:
    """The files of pictures, by their identifiers (GB/T 33190, 7.9)."""
    found: dict[str, str] = {}
    for entry in document.iterfind("{*}CommonData/{*}*"):
        if not entry.tag.endswith(("DocumentRes", "PublicRes")) or not entry.text:
            continue
        path = _resolved(root_path, entry.text.strip())
        resources = load(path)
        base = posixpath.join(resources.get("BaseLoc", ""), "")
        for medium in resources.iterfind("{*}MultiMedias/{*}MultiMedia[@Type='Image']"):
            file = _resolved(path, f"{base}{(medium.findtext('{*}MediaFile') or '').strip().lstrip('/')}")
            if file in names:
                found[medium.get("ID", "")] = names[file]
    return found


def _pictures(content: Any, media: dict[str, str], package: zipfile.ZipFile, sheet: Sheet) -> list[bytes]:
    """The pictures of a page that are large enough to be it, or a table on it."""
    bodies: list[bytes] = []
    for thing in content.iter("{*}ImageObject"):
        box = _box(thing.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        name = media.get(thing.get("ResourceID", ""))
        if name is not None and box[2] * _POINTS > sheet.width * _PICTURE_SHARE:
            bodies.append(package.read(name))
    return bodies


def _resolved(base: str, path: str | None) -> str:
    if not path:
        raise ValueError("a part of the package is not named")
    joined = path if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
    return posixpath.normpath(joined).lstrip("/")


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    numbers = [float(number) for number in (text or "").split()]
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def _fill(sheet: Sheet, page: Any) -> None:
    for thing in page.iter("{*}TextObject", "{*}PathObject"):
        if thing.get("Visible") == "false":
            continue
        box = _box(thing.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        matrix = _matrix(thing.get("CTM"))
        if thing.tag.endswith("TextObject"):
            if len(sheet.glyphs) < _MOST_GLYPHS:
                sheet.glyphs.extend(_glyphs(thing, box, matrix))
        elif thing.get("Stroke", "true") != "false" or thing.get("Fill") == "true":
            _rulings(sheet, thing, box, matrix)


def _matrix(text: str | None) -> _Matrix:
    numbers = [float(number) for number in (text or "").split()]
    if len(numbers) != 6:
        return _IDENTITY
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])


def _placed(x: float, y: float, box: tuple[float, ...], matrix: _Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return (box[0] + a * x + c * y + e) * _POINTS, (box[1] + b * x + d * y + f) * _POINTS


def _glyphs(thing: Any, box: tuple[float, ...], matrix: _Matrix) -> Iterator[Glyph]:
    """Characters from their origins on the base line; only upright text is taken for text."""
    size = float(thing.get("Size", "0"))
    across = size * (matrix[0] or 1.0)
    high = size * abs(matrix[3] or 1.0)
    x = y = 0.0
    for code in thing.iter("{*}TextCode"):
        x, y = float(code.get("X", x)), float(code.get("Y", y))
        steps_x, steps_y = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
        at_x, at_y = x, y
        for number, character in enumerate(code.text or ""):
            left, base = _placed(at_x, at_y, box, matrix)
            advance = steps_x[number] if number < len(steps_x) else 0.0
            drop = steps_y[number] if number < len(steps_y) else 0.0
            wide = abs(across) * (1.0 if character >= "\u2e80" else 0.5) * _POINTS
            yield Glyph(
                character, left, base - high * 0.88 * _POINTS, left + wide, base + high * 0.12 * _POINTS, high * _POINTS
            )
            # Characters without a step of their own stand side by side.
            at_x += advance if advance or drop else size * (1.0 if character >= "\u2e80" else 0.5)
            at_y += drop


def _steps(text: str | None) -> list[float]:
    """A list of steps; `g 3 4.2` is 4.2 three times (GB/T 33190, 11.3)."""
    parts = (text or "").split()
    steps: list[float] = []
    while parts:
        part = parts.pop(0)
        if part == "g" and len(parts) >= 2:
            steps.extend([float(parts[1])] * min(int(parts[0]), 10_000))
            del parts[:2]
        else:
            steps.append(float(part))
    return steps


def _rulings(sheet: Sheet, thing: Any, box: tuple[float, ...], matrix: _Matrix) -> None:
    here = start = (0.0, 0.0)
    ends: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for operator, operands in _PATH.findall(thing.findtext("{*}AbbreviatedData") or ""):
        numbers = [float(number) for number in operands.split()]
        if operator in "SM" and len(numbers) >= 2:
            here = start = _placed(numbers[0], numbers[1], box, matrix)
        elif operator == "L" and len(numbers) >= 2:
            there = _placed(numbers[0], numbers[1], box, matrix)
            ends.append((here, there))
            here = there
        elif operator == "C":
            ends.append((here, start))
    xs, ys = [x for end in ends for x, _ in end], [y for end in ends for _, y in end]
    if not ends:
        return
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= 2.5:
        # A line drawn as a thin rectangle.
        ends = [((min(xs), min(ys)), (max(xs), max(ys)))]
    elif thing.get("Stroke", "true") == "false":
        return
    for (x0, y0), (x1, y1) in ends:
        if abs(y1 - y0) <= max(_STRAIGHT, 2.5 if len(ends) == 1 else 0) and abs(x1 - x0) >= abs(y1 - y0):
            sheet.across.append(Ruling((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= max(_STRAIGHT, 2.5 if len(ends) == 1 else 0):
            sheet.down.append(Ruling((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
