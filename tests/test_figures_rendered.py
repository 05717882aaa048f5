"""Random forms with random figures, rendered in every way, read back: exactly, or null with a warning, never wrong."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archive.reading import Reading, Source, read
from tests.rendering.markup import Markup, page, table
from tests.rendering.tables import Filled, Key, Layout, Number, annex, fill
from tests.rendering.text import SHAPES, lines_of, text

OTHER_ROWS = ("other_not_corrected", "other_fee_unpaid", "other_reason")
# Everything that leaves each figure where its head says: all of it must be read.
CLEAR_LAYOUTS = [
    Layout(),
    Layout(total_first=True),
    Layout(extra="备注"),
    Layout(extra="小计"),
    Layout(extra="序号"),
    Layout(extra="上年"),
    Layout(years=True),
    Layout(years=True, this_year_first=True),
    Layout(head="flat"),
    Layout(head="flat", extra="小计"),
    Layout(head="units"),
    Layout(head="none"),
    Layout(results_span=3),
    Layout(results_span=-4),
    Layout(local_row=True),
    Layout(other_in_one_row=True),
    Layout(merged_labels=True),
    Layout(footnotes=True),
]
CLEAR_MARKUP = [
    Markup(),
    *(Markup(cells=cells) for cells in ("th", "unclosed", "unquoted", "upper")),
    *(Markup(text=text) for text in ("paragraphs", "spans", "breaks", "nested")),
    *(Markup(hidden=hidden) for hidden in ("cells", "spans", "tab", "rows")),
    Markup(footnotes=True),
    Markup(struck=True),
    *(Markup(joined=joined) for joined in ("fused", "cut", "cut_head")),
    *(Markup(inner=inner) for inner in ("values", "cell")),
    *(Markup(boxes=boxes) for boxes in ("div", "flex", "spans", "list", "dl")),
    Markup(layout_table=True),
    Markup(deep=True),
    Markup(span_zero=True),
    *(Markup(old_report=old) for old in ("below", "above", "tab")),
]
EXTRAS = ["", "备注", "小计", "序号", "上年"]

layouts = st.builds(
    Layout,
    total_first=st.booleans(),
    extra=st.sampled_from(EXTRAS),
    years=st.booleans(),
    this_year_first=st.booleans(),
    head=st.sampled_from(["whole", "flat", "units", "none"]),
    results_span=st.sampled_from([0, 0, 1, 3, -2, -100]),
    local_row=st.booleans(),
    other_in_one_row=st.booleans(),
    merged_labels=st.booleans(),
    footnotes=st.booleans(),
)
markups = st.builds(
    Markup,
    cells=st.sampled_from(["td", "th", "unclosed", "unquoted", "upper"]),
    text=st.sampled_from(["plain", "paragraphs", "spans", "breaks", "nested"]),
    hidden=st.sampled_from(["", "cells", "spans", "tab", "rows"]),
    footnotes=st.booleans(),
    struck=st.booleans(),
    joined=st.sampled_from(["apart", "fused", "cut", "cut_head"]),
    inner=st.sampled_from(["", "values", "cell"]),
    boxes=st.sampled_from(["", "", "", "div", "flex", "list", "dl"]),
    layout_table=st.booleans(),
    old_report=st.sampled_from(["", "below", "above", "tab"]),
    span_zero=st.booleans(),
)


def values_of(reading: Reading) -> dict[Key, Number]:
    return {(figure.section, figure.item, figure.category): figure.value for figure in reading.figures}


def expected(filled: Filled, layout: Layout) -> dict[Key, Number]:
    left_out = () if filled.form == "2019" else OTHER_ROWS if layout.other_in_one_row else ("other_handling",)
    return {key: value for key, value in filled.values.items() if key[1] not in left_out}


def wrong(reading: Reading, filled: Filled, layout: Layout) -> list[tuple[Key, Number, Number]]:
    """Figures with another number than is printed in their place."""
    truth = expected(filled, layout)
    return [
        (key, value, truth.get(key))
        for key, value in values_of(reading).items()
        if value is not None and (key not in truth or value != truth[key])
    ]


def unnamed(reading: Reading, filled: Filled, layout: Layout) -> set[str]:
    """Items with a figure that is neither read nor named by a warning."""
    read_values = values_of(reading)
    details = " ".join(warning.detail for warning in reading.warnings)
    return {
        key[1]
        for key, value in expected(filled, layout).items()
        if value is not None and read_values.get(key) is None and key[1] not in details and key[0] not in details
    }


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("layout", CLEAR_LAYOUTS, ids=repr)
def test_every_layout_is_read_exactly(layout: Layout, form: str) -> None:
    draw = random.Random(f"{layout}{form}")
    filled = fill(form, 2023, draw, blanks=0.1)
    reading = read(page(filled, layout, Markup(), draw).encode(), Source())
    assert {key: values_of(reading).get(key) for key in expected(filled, layout)} == expected(filled, layout)
    assert reading.form == form


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("markup", CLEAR_MARKUP, ids=repr)
def test_every_markup_is_read_exactly(markup: Markup, form: str) -> None:
    draw = random.Random(f"{markup}{form}")
    filled = fill(form, 2023, draw, blanks=0.1)
    reading = read(page(filled, Layout(), markup, draw).encode(), Source())
    assert values_of(reading) == expected(filled, Layout())
    printed = {(figure.section, figure.item, figure.category): figure for figure in reading.figures}
    for key, figure in printed.items():
        assert figure.grid is not None and figure.row is not None and figure.column is not None, key
        assert reading.grids[figure.grid][figure.row][figure.column] == figure.printed, key


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_text_is_read_exactly_where_no_cell_is_blank(shape: str, form: str) -> None:
    draw = random.Random(f"{shape}{form}")
    filled = fill(form, 2023, draw)
    body = text(filled, Layout(), shape, draw)
    reading = read(body.encode(), Source(file_name="report.txt"))
    assert values_of(reading) == expected(filled, Layout())
    lines = body.split("\n")
    for figure in reading.figures:
        assert figure.line is not None and (figure.printed or "") in lines[figure.line - 1]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(layouts, markups, st.sampled_from(["2021", "2019"]), st.integers(0, 10**9), st.sampled_from([0.0, 0.1, 0.4]))
def test_no_markup_makes_a_figure_wrong(layout: Layout, markup: Markup, form: str, seed: int, blanks: float) -> None:
    # Columns in another order and no head at all: nothing on the page tells them.
    assume(not (layout.head == "none" and (layout.total_first or layout.years)))
    draw = random.Random(seed)
    filled = fill(form, 2022, draw, blanks=blanks)
    reading = read(page(filled, layout, markup, draw).encode(), Source())
    assert wrong(reading, filled, layout) == []
    assert unnamed(reading, filled, layout) == set()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    layouts,
    st.sampled_from(SHAPES),
    st.sampled_from(["2021", "2019"]),
    st.integers(0, 10**9),
    st.sampled_from([0.0, 0.1]),
)
def test_no_shape_of_text_makes_a_figure_wrong(layout: Layout, shape: str, form: str, seed: int, blanks: float) -> None:
    assume(not (layout.head == "none" and (layout.total_first or layout.years or layout.extra)))
    draw = random.Random(seed)
    filled = fill(form, 2022, draw, blanks=blanks)
    reading = read(text(filled, layout, shape, draw).encode(), Source(file_name="report.txt"))
    assert wrong(reading, filled, layout) == []


ANNEX_COLUMNS = [
    (["统计数"], {"count": 0}),
    (["2016年", "2015年"], {"count": 0}),
    (["2015年", "2016年"], {"count": 1}),
    (["上年数", "本年数"], {"count": 1}),
    (["统计数", "历年累计"], {"count": 0, "cumulative": 1}),
    (["数量", "备注"], {"count": 0}),
]


@pytest.mark.parametrize("markup", [Markup(), Markup(boxes="flex"), Markup(text="breaks", cells="th")], ids=repr)
@pytest.mark.parametrize(("columns", "wanted"), ANNEX_COLUMNS)
def test_annex_is_read_exactly(columns: list[str], wanted: dict[str, int], markup: Markup) -> None:
    rows, numbers = annex(2016, columns, random.Random(7))
    title = "汉屯路街道办事处2016年政府信息公开工作年度报告"
    body = f"<h1>{title}</h1><p>政府信息公开情况统计表</p>{table(rows, markup, random.Random(7))}"
    reading = read(f"<html><body>{body}</body></html>".encode(), Source())
    truth = {
        ("annex", item, category): row[place] for item, row in numbers.items() for category, place in wanted.items()
    }
    assert values_of(reading) == truth
    assert reading.form == "2014"
    assert {figure.item: figure.unit for figure in reading.figures if figure.unit} == {
        "fees_collected": "万元",
        "budget": "万元",
    }


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("columns", "wanted"), ANNEX_COLUMNS)
def test_annex_as_text_is_never_wrong(columns: list[str], wanted: dict[str, int], shape: str) -> None:
    rows, numbers = annex(2016, columns, random.Random(7))
    title = "汉屯路街道办事处2016年政府信息公开工作年度报告"
    body = f"{title}\n\n一、概述\n本街道认真贯彻落实条例。\n政府信息公开情况统计表\n" + "\n".join(lines_of(rows, shape))
    reading = read(body.encode(), Source(file_name="report.txt"))
    for figure in reading.figures:
        if figure.value is not None:
            assert figure.value == numbers[figure.item][wanted[figure.category]], figure
    if len(columns) == 1:
        assert all(figure.value is not None for figure in reading.figures) and len(reading.figures) == len(numbers)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet="<>/=\"' tabledrhspnwoci0123456789规章自然人总计一二三（）\n|\t", max_size=400))
def test_no_bytes_make_the_reading_of_tables_fail(body: str) -> None:
    markup = f"<html><body><p>x</p><table><tr><td>规章<td>{body}</table></body></html>"
    reading = read(markup.encode(), Source())
    assert reading.figures == [] or reading.is_report
