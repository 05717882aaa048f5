"""Pages as pictures: drawn with a font of this machine, then treated as scanners and copiers treat paper."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.rendering.paper import Page, merged_lines, width_of

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner, a copier or a screen makes of a page."""

    dots: int = 200
    """Per inch."""
    tilt: float = 0.0
    """Degrees."""
    turned: int = 0
    """Quarter turns, in degrees."""
    paper: int = 255
    """How bright the paper is, of 255."""
    ink: int = 0
    """How bright the ink is."""
    noise: float = 0.0
    blur: float = 0.0
    quality: int = 0
    """Of a JPEG in between; 0 for none."""
    seal: bool = False
    """Whether a red seal stands over a table."""
    shadow: bool = False
    """Whether one side of the paper is darker."""
    serif: bool = False
    cropped: bool = False
    """Whether the margins are cut off."""


def fonts() -> list[Path]:
    """The fonts of this machine that have Chinese characters."""
    return [Path(name) for name in _FONTS if Path(name).is_file()]


@cache
def _font(pixels: int, number: int) -> Any:
    from PIL import ImageFont

    found = fonts()
    return ImageFont.truetype(
        str(found[min(number, len(found) - 1)]), pixels, index=2 if "Noto" in str(found[0]) else 0
    )


def picture(page: Page, scan: Scan, draw: random.Random) -> Any:
    """A page as a Pillow picture, without what is blank below."""
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    low = max(text.y for text in page.texts) + 60
    scale = scan.dots / 72
    size = round(page.width * scale), round(min(page.height, low) * scale)
    made = Image.new("RGB", size, (scan.paper,) * 3)
    pen = ImageDraw.Draw(made)
    span = scan.paper - scan.ink
    for x0, y0, x1, y1, grey in page.shades:
        tone = scan.ink + round(grey * span)
        pen.rectangle((x0 * scale, y0 * scale, x1 * scale, y1 * scale), fill=(tone,) * 3)
    for x0, y0, x1, y1 in merged_lines(page.lines):
        thick = max(1, round(0.5 * scale))
        pen.line((x0 * scale, y0 * scale, x1 * scale, y1 * scale), fill=(scan.ink,) * 3, width=thick)
    for text in page.texts:
        x = text.x
        for character in text.text:
            font = _font(round(text.size * scale), int(scan.serif))
            wide = width_of(character, text.size)
            place = ((x + wide / 2) * scale, text.y * scale)
            pen.text(place, character, fill=(scan.ink,) * 3, font=font, anchor="ms")
            x += wide
    if scan.seal:
        radius = 60 * scale
        x, y = draw.uniform(0.4, 0.8) * size[0], draw.uniform(0.3, 0.9) * size[1]
        stamp = Image.new("RGB", size, "white")
        pen = ImageDraw.Draw(stamp)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=(220, 40, 40), width=round(2.5 * scale))
        pen.regular_polygon((x, y, radius / 3), 5, fill=(220, 40, 40))
        # Its ink lets the print through.
        made = ImageChops.multiply(made, stamp)
    if scan.cropped:
        cut = (round(40 * scale), round(40 * scale), size[0] - round(40 * scale), size[1] - round(30 * scale))
        made = made.crop(cut)
    return _treated(made, scan, draw, Image, ImageFilter)


def _treated(made: Any, scan: Scan, draw: random.Random, image: Any, filters: Any) -> Any:
    import numpy

    if scan.tilt:
        made = made.rotate(scan.tilt, resample=image.Resampling.BICUBIC, fillcolor=(scan.paper,) * 3, expand=True)
    if scan.turned:
        made = made.rotate(scan.turned, expand=True)
    if scan.blur:
        made = made.filter(filters.GaussianBlur(scan.blur))
    if scan.noise or scan.shadow:
        pixels = numpy.asarray(made).astype(float)
        chance = numpy.random.default_rng(draw.randrange(1 << 30))
        if scan.shadow:
            pixels *= numpy.linspace(0.6, 1.0, pixels.shape[1])[None, :, None]
        pixels += chance.normal(0, scan.noise, pixels.shape[:2])[:, :, None]
        made = image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))
    if scan.quality:
        packed = io.BytesIO()
        made.save(packed, "JPEG", quality=scan.quality)
        made = image.open(io.BytesIO(packed.getvalue())).convert("RGB")
    return made


def png(page: Page, scan: Scan, draw: random.Random) -> bytes:
    """A page as a PNG file."""
    packed = io.BytesIO()
    picture(page, scan, draw).save(packed, "PNG")
    return packed.getvalue()


def scanned_pdf(pages: Sequence[Page], scan: Scan, draw: random.Random) -> bytes:
    """Pages as a PDF of pictures."""
    packed = io.BytesIO()
    made = [picture(page, scan, draw) for page in pages]
    made[0].save(packed, "PDF", save_all=True, append_images=made[1:], resolution=scan.dots)
    return packed.getvalue()
