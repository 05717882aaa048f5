"""Pictures of pages: exact or null, and never wrong."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from archive.reading import Source, UnreadableError, forms, read
from archive.reading.documents import recogniser
from archive.reading.model import Figure
from archive.reading.recognition import without_doubtful
from tests.documents import (
    document,
    expected_of,
    needs_ocr,
    values_of,
    wrong,
)
from tests.paper import PROSE, TITLE
from tests.rendering.paper import Paper, pages_of
from tests.rendering.picture import Scan, fonts, scanned_pdf
from tests.rendering.tables import Layout, balance, fill
from tests.test_figures_rendered import expected, unnamed
from tests.test_figures_rendered import wrong as rendered_wrong


@needs_ocr
@pytest.mark.parametrize(("name", "least"), [("scan.pdf", 174), ("hidden_text.pdf", 8), ("picture.png", 10)])
def test_scan_is_exact_or_null_and_never_wrong(name: str, least: int) -> None:
    reading = document(name)
    values = values_of(reading)
    assert wrong(reading, expected_of(name)) == {}
    assert sum(value is not None for value in values.values()) >= least
    for figure in reading.figures:
        if figure.value is not None:
            assert figure.method == "ocr"
            assert figure.confidence is not None and 0.85 <= figure.confidence <= 1
    unreadable = {warning.detail.split(":")[0] for warning in reading.warnings if warning.code == "cell_unreadable"}
    nulls = {".".join(key) for key, value in values.items() if value is None}
    assert {name for name in nulls if name in unreadable} == unreadable


def test_page_with_pictures_for_tables_says_so() -> None:
    page = (
        f"<html><head><title>{TITLE}</title></head><body><div id='zoom'><h1>{TITLE}</h1>"
        f"<p>一、总体情况</p><p>{PROSE}</p>"
        "<p>二、主动公开政府信息情况</p><p><img src='t2.png'></p><p>三、收到和处理政府信息公开申请情况</p>"
        "<p><img src='t3.png'></p></div></body></html>"
    )
    reading = read(page.encode(), Source())
    assert reading.is_report and reading.figures == []
    missing = [warning.detail for warning in reading.warnings if warning.code == "table_missing"]
    assert len(missing) == 3
    assert all("2 pictures" in detail for detail in missing)


def test_scan_without_the_extra_says_what_would_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    for name in ("scan.pdf", "picture.png"):
        with pytest.raises(UnreadableError, match=r"needs the extra `ocr`: pip install 'nianbao\[ocr\]'"):
            document(name)


def test_text_behind_a_scan_is_text_and_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    reading = document("hidden_text.pdf")
    assert "规章 8 8 8" in reading.text
    assert reading.figures == []


SCANS = [
    Scan(dots=100),
    Scan(dots=300, turned=90, serif=True),
    Scan(dots=150, turned=180, tilt=-3.0),
    Scan(dots=150, tilt=1.5, paper=230, ink=50, noise=6, quality=60),
    Scan(dots=150, paper=150, ink=80, noise=5, shadow=True),
    Scan(dots=200, noise=15, seal=True),
]


@needs_ocr
@pytest.mark.skipif(not fonts(), reason="needs a font with Chinese characters")
@pytest.mark.parametrize("scan", SCANS, ids=repr)
def test_every_way_of_scanning_is_exact_or_null_with_its_row_named(scan: Scan) -> None:
    draw = random.Random(f"{scan}")
    filled = fill("2021", 2023, draw, blanks=0.05)
    if scan.seal:
        balance(filled, draw)
    paper = Paper(breaks="rows" if scan.dots < 300 else "labels")
    body = scanned_pdf(pages_of(filled, Layout(), paper, draw), scan, draw)
    reading = read(body, Source(file_name="a.pdf"))
    assert rendered_wrong(reading, filled, Layout()) == []
    assert unnamed(reading, filled, Layout()) == set()
    found = [figure for figure in reading.figures if figure.value is not None]
    printed = [value for value in expected(filled, Layout()).values() if value is not None]
    assert len(found) >= len(printed) * 3 // 4
    assert {figure.method for figure in found} == {"ocr"}


def figure(item: str, category: str, value: int | None, confidence: float = 0.99) -> Figure:
    printed = "" if value is None else str(value)
    return Figure("applications", item, category, value, None, printed, method="ocr", confidence=confidence)


def table(**changed: tuple[int | None, float]) -> list[Figure]:
    """Two rows of section 三 that add up, and cells that differ: `item__category`."""
    names = (*forms.APPLICANT_NAMES,)
    figures = [
        figure(item, name, number)
        for item in ("granted", "partly_granted")
        for name, number in zip(names, (1, 2, 3, 4, 5, 6, 21), strict=True)
    ]
    for n, one in enumerate(figures):
        if (key := f"{one.item}__{one.category}") in changed:
            figures[n] = figure(one.item, one.category, *changed[key])
    return figures


def test_number_read_with_doubt_in_a_sum_that_fails_is_null() -> None:
    kept, warnings = without_doubtful(table(granted__business=(7, 0.9)))
    assert [(one.item, one.category) for one in kept if one.value is None] == [("granted", "business")]
    assert [warning.code for warning in warnings] == ["cell_unreadable"]
    assert warnings[0].detail.startswith("applications.granted.business: 7")


def test_sum_that_fails_alone_is_the_agencys_own() -> None:
    figures = table(granted__business=(7, 0.99))
    assert without_doubtful(figures) == (figures, [])


def test_sum_that_holds_bears_a_doubtful_number_out() -> None:
    figures = table(granted__business=(2, 0.86))
    assert without_doubtful(figures) == (figures, [])


def test_figures_of_the_documents_own_text_are_never_doubted() -> None:
    figures = [replace(one, method=None, confidence=None) for one in table(granted__business=(7, 0.9))]
    assert without_doubtful(figures) == (figures, [])
