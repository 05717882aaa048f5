"""OFD files."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from archive.reading import Source, UnreadableError, read
from archive.reading.documents import media, recogniser
from archive.reading.documents.ofd import from_ofd
from tests.documents import (
    needs_ocr,
    values_of,
)
from tests.paper import TITLE, Figures, random_figures, tables
from tests.rendering.paper import Paper, pages_of
from tests.rendering.picture import Scan, fonts, png
from tests.rendering.tables import Layout, balance, fill
from tests.test_figures_rendered import unnamed
from tests.test_figures_rendered import wrong as rendered_wrong

RENDERED_TITLE = "汉屯路街道办事处2023年政府信息公开工作年度报告"


def ofd(figures: Figures, *, text: bool = True) -> bytes:
    """A report drawn in millimetres: a page for each table, a row every 12 mm."""
    pages = []
    for rows in tables(figures):
        width = sum(cell.right for cell in rows[0])
        edges = [10 + n * 190 / width for n in range(width + 1)]
        things: list[str] = []
        taken: set[tuple[int, int]] = set()
        for number, cells in enumerate(rows):
            column = 0
            for cell in cells:
                while (number, column) in taken:
                    column += 1
                taken |= {(number + a, column + b) for a in range(cell.down) for b in range(cell.right)}
                x0, x1 = edges[column], edges[column + cell.right]
                y0, y1 = 20 + 12 * number, 20 + 12 * (number + cell.down)
                things.append(
                    f'<ofd:PathObject Boundary="{x0} {y0} {x1 - x0} {y1 - y0}" LineWidth="0.2"><ofd:AbbreviatedData>'
                    f"M 0 0 L {x1 - x0} 0 L {x1 - x0} {y1 - y0} L 0 {y1 - y0} C</ofd:AbbreviatedData></ofd:PathObject>"
                )
                fits = max(1, int((x1 - x0) / 2.2))
                for line, start in enumerate(range(0, len(cell.text), fits)):
                    part = cell.text[start : start + fits]
                    things.append(
                        f'<ofd:TextObject Boundary="{x0 + 0.5} {y0 + 0.2} 60 12" Size="2"><ofd:TextCode X="0" '
                        f'Y="{2 + 1.9 * line}" DeltaX="g {len(part)} {2 if part > "⺀" else 1}">{part}'
                        "</ofd:TextCode></ofd:TextObject>"
                    )
        if not text:
            things = [thing for thing in things if "TextObject" not in thing]
        pages.append("".join(things))
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(
            "OFD.xml",
            f"<ofd:OFD {name}><ofd:DocBody><ofd:DocInfo><ofd:Title>{TITLE}</ofd:Title></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
        made.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {name}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 420</ofd:PhysicalBox>"
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for n, drawn in enumerate(pages):
            made.writestr(
                f"Doc_0/Pages/{n}.xml",
                f"<ofd:Page {name}><ofd:Content><ofd:Layer>{drawn}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return stream.getvalue()


def test_ofd_is_read_to_the_last_figure() -> None:
    figures = random_figures(31)
    reading = read(ofd(figures), Source(file_name="report.ofd"))
    assert reading.media_type == media.OFD
    assert values_of(reading) == figures
    assert reading.title == TITLE


def test_ofd_of_pictures_or_with_entities_is_refused() -> None:
    with pytest.raises(UnreadableError, match="holds no text"):
        from_ofd(ofd(random_figures(1), text=False))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("OFD.xml", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><OFD>&e;')
    with pytest.raises(UnreadableError, match="damaged"):
        from_ofd(stream.getvalue())


def ofd_of_pictures(bodies: list[bytes]) -> bytes:
    """Scanned pages: a picture over each, with a note of text."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(
            "OFD.xml",
            f"<ofd:OFD {name}><ofd:DocBody><ofd:DocInfo><ofd:Title>{RENDERED_TITLE}</ofd:Title></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(bodies)))
        made.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {name}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            "</ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        media_listed = "".join(
            f'<ofd:MultiMedia ID="{100 + n}" Type="Image"><ofd:MediaFile>{n}.png</ofd:MediaFile></ofd:MultiMedia>'
            for n in range(len(bodies))
        )
        made.writestr(
            "Doc_0/DocumentRes.xml",
            f'<ofd:Res {name} BaseLoc="Res"><ofd:MultiMedias>{media_listed}</ofd:MultiMedias></ofd:Res>',
        )
        for n, body in enumerate(bodies):
            made.writestr(f"Doc_0/Res/{n}.png", body)
            made.writestr(
                f"Doc_0/Pages/{n}.xml",
                f"<ofd:Page {name}><ofd:Content><ofd:Layer><ofd:ImageObject Boundary='0 0 210 297' "
                f"CTM='210 0 0 297 0 0' ResourceID='{100 + n}'/><ofd:TextObject Boundary='90 285 30 5' Size='3'>"
                "<ofd:TextCode X='0' Y='3'>第1页</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
            )
    return stream.getvalue()


@needs_ocr
@pytest.mark.skipif(not fonts(), reason="needs a font with Chinese characters")
def test_scanned_ofd_is_read_from_its_pictures() -> None:
    draw = random.Random(4)
    filled = fill("2021", 2023, draw)
    balance(filled, draw)
    pages = pages_of(filled, Layout(), Paper(breaks="rows"), draw)
    body = ofd_of_pictures([png(page, Scan(dots=130), draw) for page in pages])
    reading = read(body, Source(file_name="a.ofd"))
    assert rendered_wrong(reading, filled, Layout()) == []
    assert unnamed(reading, filled, Layout()) == set()
    assert sum(figure.value is not None for figure in reading.figures) >= 150
    assert {figure.method for figure in reading.figures if figure.value is not None} == {"ocr"}


def test_scanned_ofd_without_the_extra_says_what_would_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    with pytest.raises(UnreadableError, match=r"nianbao\[ocr\]"):
        from_ofd(ofd(random_figures(1), text=False))
