"""PDF files: characters, rulings, what can be seen of them, and the tables they make."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archive.reading import Source, UnreadableError, read
from archive.reading.blocks import Grid
from archive.reading.documents import recogniser
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.lines import text_of
from archive.reading.documents.pdf import from_pdf
from archive.reading.documents.sheet import Glyph, Ruling, Sheet, lattices
from tests.documents import (
    PAGES,
    document,
    expected_of,
    texts,
    values_of,
)
from tests.rendering.paper import Paper, pages_of
from tests.rendering.pdf import Ink, pdf
from tests.rendering.tables import Layout, balance, fill
from tests.test_figures_rendered import expected, unnamed
from tests.test_figures_rendered import values_of as rendered_values
from tests.test_figures_rendered import wrong as rendered_wrong


def test_table_without_rulings_is_read_by_its_columns() -> None:
    reading = document("unruled.pdf")
    assert values_of(reading) == expected_of("unruled.pdf")
    assert {warning.code for warning in reading.warnings} <= {"label_inexact"}


def test_fonts_that_do_not_say_what_they_print_are_suspect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    reading = document("no_unicode.pdf")
    assert "charset_suspect" in [warning.code for warning in reading.warnings]
    assert reading.figures == []


def test_tables_are_cut_into_cells_as_pdfplumber_does() -> None:
    pdfplumber = pytest.importorskip("pdfplumber")
    body = (PAGES / "office.pdf").read_bytes()
    ours = [
        "".join(cell.split())
        for block in from_pdf(body).blocks
        if isinstance(block, Grid)
        for row in block.to_lists()
        for cell in row
        if cell
    ]
    with pdfplumber.open(io.BytesIO(body)) as other:
        theirs = [
            "".join(cell.split())
            for page in other.pages
            for table in page.extract_tables()
            for row in table
            for cell in row
            if cell
        ]
    assert sorted(ours) == sorted(theirs)


def drawn_pdf(*texts: tuple[str, float, float]) -> bytes:
    """A page with a ruled row of three cells, and texts at places."""
    stream = "0.5 w 50 700 300 40 re S 150 700 m 150 740 l S 250 700 m 250 740 l S BT /F 12 Tf "
    stream += " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for text, x, y in texts) + " ET"
    stream += " BT /F 60 Tf 0.7 0.7 -0.7 0.7 60 600 Tm (DRAFT) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return body.encode()


def test_bold_type_printed_twice_is_one_digit_and_a_watermark_none() -> None:
    body = drawn_pdf(("A", 60, 715), ("1", 160, 715), ("1", 160.4, 715), ("11", 260, 715))
    (grid,) = from_pdf(body).blocks
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [["A", "1", "11"]]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_truncated_pdf_is_refused(share: float) -> None:
    body = (PAGES / "office.pdf").read_bytes()
    with pytest.raises(UnreadableError, match="damaged or truncated"):
        from_pdf(body[: int(len(body) * share)])


@pytest.mark.parametrize("behind", [b"\r\n" + bytes(5_000), b"<script>x()</script>" * 200])
def test_what_a_server_puts_behind_a_pdf_is_no_damage(behind: bytes) -> None:
    body = (PAGES / "office.pdf").read_bytes()
    assert texts(from_pdf(body + behind).blocks) == texts(from_pdf(body).blocks)


def test_locked_pdf_is_refused() -> None:
    with pytest.raises(UnreadableError, match="password"):
        document("user_password.pdf")


# --- sheets -------------------------------------------------------------------------------------------------------


def glyph(text: str, x: float, y: float, size: float = 10.0) -> Glyph:
    return Glyph(text, x, y, x + size, y + size, size)


def ruled(xs: list[float], ys: list[float]) -> tuple[list[Ruling], list[Ruling]]:
    return [Ruling(y, xs[0], xs[-1]) for y in ys], [Ruling(x, ys[0], ys[-1]) for x in xs]


def test_borders_drawn_cell_by_cell_and_a_fraction_apart_are_one() -> None:
    across = [Ruling(y + shift, x, x + 51) for y in (0, 20, 40) for x, shift in ((0, 0.4), (50, -0.4))]
    down = [Ruling(x, y, y + 19) for x in (0, 50.5, 100) for y in (0, 20)]
    (lattice,) = lattices(across, down)
    assert [(box.top, box.left) for box in lattice.boxes] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_missing_rulings_make_a_span_and_never_two_texts_of_one() -> None:
    across, down = ruled([0, 50, 100], [0, 20, 40])
    (spanned,) = lattices(across, [down[0], Ruling(50, 20, 40), down[2]])
    assert [(box.top, box.left, box.bottom, box.right) for box in spanned.boxes] == [
        (0, 0, 0, 1),
        (1, 0, 1, 0),
        (1, 1, 1, 1),
    ]
    (crooked,) = lattices([across[0], Ruling(20, 50, 100), across[2]], [down[0], Ruling(50, 20, 40), down[2]])
    assert len(crooked.boxes) == 4


def test_frame_around_text_is_no_table() -> None:
    across, down = ruled([0, 300], [0, 100])
    sheet = Sheet(300, 400, [glyph(text, 10 + 10 * n, 40) for n, text in enumerate("政府信息")], across, down)
    assert texts(blocks_of([sheet])) == ["政府信息"]


def test_label_in_two_vertical_columns_is_read_downwards() -> None:
    across, down = ruled([0, 30, 60, 90], [0, 100])
    label = "行政规范性文件"
    glyphs = [glyph(text, 2 if n >= 4 else 14, 5 + 12 * (n % 4)) for n, text in enumerate(label)]
    (grid,) = blocks_of([Sheet(100, 120, [*glyphs, glyph("7", 40, 40), glyph("8", 70, 40)], across, down)])
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [[label, "7", "8"]]


def line_of(text: str, x: float, y: float) -> list[Glyph]:
    return [Glyph(one, x + 6 * n, y, x + 6 * n + 6, y + 10, 10) for n, one in enumerate(text)]


def test_number_broken_in_a_narrow_cell_is_one_and_two_numbers_are_none() -> None:
    across, down = ruled([0, 60, 84, 144], [0, 30])
    glyphs = [*line_of("规章", 3, 5), *line_of("123", 63, 3), *line_of("4", 63, 16)]
    glyphs += [*line_of("12", 90, 3), *line_of("34", 90, 16)]
    (grid,) = blocks_of([Sheet(150, 100, glyphs, across, down)])
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [["规章", "1234", "12 34"]]


@pytest.mark.parametrize("running", ["", "江宁镇人民政府"])
def test_row_cut_through_a_number_by_a_page_break_is_put_together(running: str) -> None:
    across, down = ruled([0, 60, 84, 144], [0, 30])
    label, rest = "1.信访举报", "投诉类申请"
    first = [glyph(text, 3 + 9 * n, 5, 9) for n, text in enumerate(label)]
    second = [glyph(text, 3 + 9 * n, 5, 9) for n, text in enumerate(rest)]
    head = [glyph(text, 10 + 10 * n, -15) for n, text in enumerate(running)]
    above = Sheet(150, 100, [*first, *line_of("123", 63, 3), *line_of("7", 90, 3)], across, down)
    below = Sheet(150, 100, [*head, *second, *line_of("4", 63, 3)], across, down)
    (grid,) = [block for block in blocks_of([above, below]) if isinstance(block, Grid)]
    assert grid.to_lists() == [[label + rest, "1234", "7"], ["", "", ""]]


def test_type_set_apart_is_told_from_blanks() -> None:
    across, down = ruled([0, 80, 130], [0, 30])
    label = [glyph(text, 3 + 14 * n, 5) for n, text in enumerate("行政许可")]
    number = [Glyph(text, 90 + 9 * n, 5, 95 + 9 * n, 15, 10) for n, text in enumerate("125")]
    (grid,) = blocks_of([Sheet(150, 100, [*label, *number], across, down)])
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [["行政许可", "125"]]


def test_mark_of_a_footnote_is_no_digit() -> None:
    assert text_of([glyph("1", 0, 0), glyph("2", 10, 0), glyph("1", 20, 0, size=6)]) == "12¹"


def test_table_over_three_pages_with_running_heads_is_one() -> None:
    sheets = []
    for number in range(3):
        across, down = ruled([50, 100, 150], [100, 120, 140])
        cells = [glyph(str(number), 60, 105), glyph("5", 110, 105), glyph(str(number), 60, 125), glyph("6", 110, 125)]
        head = [glyph(text, 60 + 10 * n, 20) for n, text in enumerate(f"政府{number}页")]
        sheets.append(Sheet(595, 842, [*head, *cells], across, down))
    (grid,) = blocks_of(sheets)
    assert isinstance(grid, Grid)
    assert len(grid.rows) == 6


# --- every way of setting a report on paper -----------------------------------------------------------------------

PAPERS = [
    Paper(),
    *(Paper(rulings=rulings) for rulings in ("frame", "shaded")),
    *(Paper(breaks=breaks) for breaks in ("rows", "labels", "heads")),
    Paper(breaks="rows", cover=True, running="汉屯路街道办事处年度报告", numbers="第1页"),
    Paper(breaks="rows", landscape=True),
    Paper(breaks="rows", frame=True),
    Paper(columns=2),
    Paper(downwards=True),
    *(Paper(size=size) for size in (6.0, 10.0)),
]
INKS = [
    *(Ink(texts=texts) for texts in ("characters", "scaled", "spaced")),
    *(Ink(lines=lines) for lines in ("whole", "rectangles")),
    *(Ink(turned=turned) for turned in (90, 180, 270)),
    *(Ink(drawn_turned=turned) for turned in (90, 180, 270)),
    Ink(form=True),
    Ink(compatible=True),
    Ink(white="77"),
    Ink(painted="77"),
    Ink(clipped="5"),
    Ink(watermark="内部资料"),
    Ink(shuffled=True),
    Ink(twice=True),
]


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("paper", PAPERS, ids=repr)
def test_every_way_of_setting_a_report_is_read_exactly(paper: Paper, form: str) -> None:
    draw = random.Random(f"{paper}{form}")
    filled = fill(form, 2023, draw, blanks=0.1)
    reading = read(pdf(pages_of(filled, Layout(), paper, draw)), Source(file_name="a.pdf"))
    assert {key: rendered_values(reading).get(key) for key in expected(filled, Layout())} == expected(filled, Layout())
    assert (reading.year, reading.form) == (2023, form)


@pytest.mark.parametrize("ink", INKS, ids=repr)
def test_every_way_of_writing_it_down_is_read_exactly(ink: Ink) -> None:
    draw = random.Random(f"{ink}")
    filled = fill("2021", 2023, draw, blanks=0.1)
    body = pdf(pages_of(filled, Layout(), Paper(breaks="labels"), draw), ink)
    assert rendered_values(read(body, Source(file_name="a.pdf"))) == expected(filled, Layout())


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize(
    "paper",
    [
        *(Paper(rulings=rulings) for rulings in ("none", "across", "three", "shades")),
        *(Paper(rulings="none", breaks=breaks) for breaks in ("rows", "heads")),
        Paper(rulings="none", size=12.0),
    ],
    ids=repr,
)
def test_table_told_by_its_columns_alone_is_read_exactly(paper: Paper, form: str) -> None:
    draw = random.Random(f"{paper}{form}")
    filled = fill(form, 2023, draw)
    balance(filled, draw)
    reading = read(pdf(pages_of(filled, Layout(), paper, draw)), Source(file_name="a.pdf"))
    assert rendered_values(reading) == expected(filled, Layout())


@pytest.mark.parametrize("paper", [Paper(rulings="none", align="left"), Paper(rulings="none", size=16.0)], ids=repr)
def test_applications_without_rulings_are_read_however_numbers_stand(paper: Paper) -> None:
    draw = random.Random(f"{paper}")
    filled = fill("2021", 2023, draw)
    balance(filled, draw)
    found = rendered_values(read(pdf(pages_of(filled, Layout(), paper, draw)), Source(file_name="a.pdf")))
    wanted = {key: value for key, value in expected(filled, Layout()).items() if key[0] == "applications"}
    assert {key: found.get(key) for key in wanted} == wanted


papers = st.builds(
    Paper,
    rulings=st.sampled_from(["all", "frame", "across", "three", "none", "shades", "shaded"]),
    landscape=st.booleans(),
    breaks=st.sampled_from(["", "rows", "labels", "heads"]),
    cover=st.booleans(),
    frame=st.booleans(),
    columns=st.sampled_from([1, 2]),
    downwards=st.booleans(),
    size=st.sampled_from([6.0, 8.0, 10.0]),
    align=st.sampled_from(["center", "left", "right"]),
)
inks = st.builds(
    Ink,
    texts=st.sampled_from(["lines", "characters", "scaled", "spaced"]),
    lines=st.sampled_from(["strokes", "whole", "rectangles"]),
    turned=st.sampled_from([0, 90, 180, 270]),
    drawn_turned=st.sampled_from([0, 90]),
    form=st.booleans(),
    compatible=st.booleans(),
    white=st.sampled_from(["", "77", "年"]),
    painted=st.sampled_from(["", "77"]),
    clipped=st.sampled_from(["", "5"]),
    watermark=st.sampled_from(["", "内部资料"]),
    shuffled=st.booleans(),
    twice=st.booleans(),
)
paper_layouts = st.builds(
    Layout,
    total_first=st.booleans(),
    extra=st.sampled_from(["", "备注", "小计", "序号", "上年"]),
    head=st.sampled_from(["whole", "flat", "units"]),
    local_row=st.booleans(),
    other_in_one_row=st.booleans(),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(paper_layouts, papers, inks, st.sampled_from(["2021", "2019"]), st.integers(0, 10**9))
def test_no_paper_makes_a_figure_wrong(layout: Layout, paper: Paper, ink: Ink, form: str, seed: int) -> None:
    # White on a shade can be read.
    assume(paper.rulings != "shades" or not (ink.white or ink.painted))
    draw = random.Random(seed)
    filled = fill(form, 2022, draw, blanks=0.1)
    reading = read(pdf(pages_of(filled, layout, paper, draw), ink), Source(file_name="a.pdf"))
    assert rendered_wrong(reading, filled, layout) == []
    assert unnamed(reading, filled, layout) == set()
