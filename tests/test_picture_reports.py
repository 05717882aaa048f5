"""Reports whose tables are pictures: found on the page, fetched with it, and read with it."""

from __future__ import annotations

import base64
import io
import random
from pathlib import Path

import docx
import pytest
from PIL import Image

from archive.pictures import addresses
from archive.reading import Reading, Source, read
from archive.reading.documents import recogniser
from archive.store import Archive
from tests.crawling import Answer, Crawls, Site, crawls, site
from tests.rendering.paper import Paper, pages_of
from tests.rendering.picture import Scan, fonts, png
from tests.rendering.tables import Filled, Key, Layout, Number, balance, fill
from tests.test_figures_rendered import expected, unnamed, values_of, wrong

__all__ = ["crawls", "site"]

TITLE = "汉屯路街道办事处2023年政府信息公开工作年度报告"
needs_ocr = pytest.mark.skipif(not (recogniser.available() and fonts()), reason="needs the extra `ocr` and a font")


def drawn(seed: int) -> tuple[Filled, list[bytes]]:
    """A report that adds up, and the pictures of its pages as a screen shows them."""
    draw = random.Random(seed)
    filled = fill("2021", 2023, draw)
    balance(filled, draw)
    scan = Scan(dots=120, cropped=True)
    return filled, [png(page, scan, draw) for page in pages_of(filled, Layout(), Paper(breaks="rows"), draw)]


def blank(width: int, height: int) -> bytes:
    packed = io.BytesIO()
    Image.new("L", (width, height), 255).save(packed, "PNG")
    return packed.getvalue()


def page(pictures: list[str]) -> str:
    shown = "".join(f'<p><img src="{address}" /></p>' for address in pictures)
    text = "现公布汉屯路街道办事处2023年政府信息公开工作年度报告，欢迎社会各界监督。"
    return (
        f"<html><head><title>{TITLE}</title></head><body><div id='nav'><img src='/logo.png'></div>"
        f"<div id='zoom'><h1>{TITLE}</h1><p>{text}</p>{shown}</div></body></html>"
    )


def holds(reading: Reading, filled: Filled, least: int) -> None:
    """Figures are exact or null, each null has its row named, and all are marked as read from a picture."""
    values: dict[Key, Number] = values_of(reading)
    assert wrong(reading, filled, Layout()) == []
    assert unnamed(reading, filled, Layout()) == set()
    assert sum(value is not None for value in values.values()) >= least
    for figure in reading.figures:
        if figure.value is not None:
            assert figure.method == "ocr" and figure.confidence is not None and figure.confidence >= 0.85


@needs_ocr
def test_pictures_within_the_page_are_read_in_its_order() -> None:
    filled, pictures = drawn(1)
    assert len(pictures) > 1
    addresses = ["data:image/png;base64," + base64.b64encode(body).decode() for body in pictures]
    reading = read(page(addresses).encode(), Source())
    assert reading.is_report and (reading.year, reading.form) == (2023, "2021")
    holds(reading, filled, len(expected(filled, Layout())) * 9 // 10)


@needs_ocr
def test_pictures_of_a_word_file_are_read(tmp_path: Path) -> None:
    filled, pictures = drawn(2)
    made = docx.Document()
    made.add_heading(TITLE)
    for number, body in enumerate(pictures):
        (tmp_path / f"{number}.png").write_bytes(body)
        made.add_picture(str(tmp_path / f"{number}.png"))
    made.save(str(tmp_path / "a.docx"))
    holds(read((tmp_path / "a.docx").read_bytes(), Source(file_name="a.docx")), filled, 150)


def test_pictures_that_are_not_at_hand_are_told_of() -> None:
    reading = read(page(["1.png", "2.png"]).encode(), Source(url="http://x.gov.cn/a/b.html"))
    assert reading.is_report and reading.figures == []
    assert ("pages_unread", "2 pictures of the document are not at hand") in [
        (warning.code, warning.detail) for warning in reading.warnings
    ]


def test_pictures_without_the_extra_say_what_would_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    body = blank(600, 300)
    reading = read(
        page(["1.png"]).encode(), Source(url="http://x.gov.cn/", pictures=(("http://x.gov.cn/1.png", body),))
    )
    assert any("nianbao[ocr]" in warning.detail for warning in reading.warnings if warning.code == "pages_unread")
    assert reading.figures == []


def test_icons_and_pictures_of_other_pages_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    icon = ("http://x.gov.cn/1.png", blank(32, 32))
    reading = read(page(["1.png"]).encode(), Source(url="http://x.gov.cn/", pictures=(icon,)))
    assert [warning for warning in reading.warnings if warning.code == "pages_unread"] == []
    other = page(["1.png"]).replace("年度报告", "办事指南")
    reading = read(other.encode(), Source(url="http://x.gov.cn/"))
    assert not reading.is_report and [one for one in reading.warnings if one.code == "pages_unread"] == []


def test_addresses_of_pictures_follow_the_page() -> None:
    body = b"""<base href="http://y.gov.cn/z/"><IMG data-src=a.png src='l.gif'><img alt=">" src="b.png?x=1&amp;y=2">"""
    assert addresses(body, "http://x.gov.cn/p/q.html") == {
        "http://x.gov.cn/p/a.png": "http://y.gov.cn/z/a.png",
        "http://x.gov.cn/p/l.gif": "http://y.gov.cn/z/l.gif",
        "http://x.gov.cn/p/b.png?x=1&y=2": "http://y.gov.cn/z/b.png?x=1&y=2",
    }


@needs_ocr
def test_crawl_fetches_the_pictures_of_a_report_and_files_its_figures(site: Site, crawls: Crawls) -> None:
    _, pictures = drawn(3)
    site.answers = {
        "/": Answer(body="<html><body><a href='/nb/'>政府信息公开年报</a></body></html>".encode()),
        "/nb/": Answer(body=f"<html><title>政府信息公开年报</title><ul><li><a href='/nb/1.html'>{TITLE}</a>".encode()),
        "/nb/1.html": Answer(body=page([f"/img/{n}.png" for n in range(len(pictures))]).encode()),
        **{f"/img/{n}.png": Answer(body=body) for n, body in enumerate(pictures)},
    }
    _, said = crawls.run(SPIDER_MODULES=["spiders"], READER="archive.reading", DOWNLOAD_MAXSIZE=10_000_000)
    with Archive(crawls.archive) as archive:
        kinds = {row["kind"] for row in archive.rows("select kind from captures where url like '%.png'")}
        assert kinds == {"picture"}, said
        (row,) = archive.rows(
            """select reports.year, count(figures.value) as figures from reports
               join figures on figures.document = reports.document group by reports.document"""
        )
        assert row["year"] == 2023 and row["figures"] > 150
    assert site.asked["/logo.png"] == 0
