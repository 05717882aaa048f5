"""Grids, cells and labels: the steps between a table and its figures."""

from __future__ import annotations

import io
from typing import Any

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

from archive.reading import forms
from archive.reading.blocks import MAXIMUM_CELLS, MAXIMUM_COLUMNS, Grid, Paragraph, grid_of_rows
from archive.reading.cells import looks_like_value, read_cell
from archive.reading.documents.html import blocks_of, grid_of, parse
from archive.reading.figures import read_tables
from archive.reading.figures.lines import split_line


def spread(grid: Grid) -> list[list[str]]:
    """Every cell's text at every place it covers, as pandas gives it."""
    width = max(cell.last for row in grid.rows for cell in row) + 1
    table = [[""] * width for _ in grid.rows]
    for number, row in enumerate(grid.rows):
        for cell in row:
            for column in range(cell.first, cell.last + 1):
                table[number][column] = cell.text
    return table


@st.composite
def tables(draw: st.DrawFn) -> str:
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        cells = []
        for _ in range(draw(st.integers(1, 5))):
            rowspan, colspan = draw(st.integers(1, 3)), draw(st.integers(1, 3))
            cells.append(f'<td rowspan="{rowspan}" colspan="{colspan}">x{draw(st.integers(0, 99))}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def overlaps(markup: str) -> bool:
    """Whether a cell would be laid over another: an error of the table model, which every reader takes differently."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(fragment_fromstring(markup).iter("tr")):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            rowspan, colspan = int(cell.get("rowspan", "1")), int(cell.get("colspan", "1"))
            places = {(number + down, column + right) for down in range(rowspan) for right in range(colspan)}
            if places & taken:
                return True
            taken |= places
            column += colspan
    return False


@settings(max_examples=60, deadline=None)
@given(tables())
def test_grid_is_laid_out_as_pandas_does(markup: str) -> None:
    if overlaps(markup):
        return
    frame = pandas.read_html(io.StringIO(markup), header=None)[0].fillna("")
    expected = [[str(value) for value in row] for row in frame.values.tolist()]
    actual = spread(grid_of(fragment_fromstring(markup)))
    # pandas makes rows of what spans below the last row; a browser does not.
    assert [[text for text in row if text] for row in actual] == [
        [text for text in row if text] for row in expected[: len(actual)]
    ]


def test_absurd_spans_are_bounded() -> None:
    row = '<tr><td rowspan="65534" colspan="1000">a</td><td colspan="0">b</td><td rowspan="0">c</td></tr>'
    grid = grid_of(fragment_fromstring(f"<table>{row * 3000}</table>"))
    assert max(cell.last for cells in grid.rows for cell in cells) < MAXIMUM_COLUMNS
    assert sum(len(cells) for cells in grid.rows) <= MAXIMUM_CELLS


def test_text_below_the_depth_limit_of_libxml2_is_kept() -> None:
    for depth in (252, 256, 300, 2060, 5000):
        page = parse(
            f"<html><body>{'<div>' * depth}内文<table><tr><td>甲</td><td>1</td></tr></table>{'</div>' * depth}末</body>"
        )
        text = "".join(
            block.text if isinstance(block, Paragraph) else "".join(block.texts()) for block in blocks_of(page.body)
        )
        assert "内文" in text and "甲1" in text and "末" in text, depth


def test_layout_tables_are_taken_apart_and_hidden_cells_left_out() -> None:
    page = parse(
        "<html><body><table><tr><td><p>导航</p></td><td><table>"
        "<tr><td>规章</td><td style='display: none'>9</td><td>0</td></tr>"
        "<tr><td>行政许可</td><td>1</td></tr></table></td></tr></table></body></html>"
    )
    blocks = blocks_of(page.body)
    assert isinstance(blocks[0], Paragraph) and blocks[0].text == "导航"
    assert isinstance(blocks[1], Grid)
    assert blocks[1].to_lists() == [["规章", "0"], ["行政许可", "1"]]


def paragraphs(markup: str) -> list[str]:
    blocks = blocks_of(parse(f"<html><body>{markup}</body></html>").body)
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def test_marks_within_a_number_leave_it_whole_and_raised_or_struck_ones_are_not_joined_to_it() -> None:
    assert paragraphs("<p>12<wbr>34</p><p>61<sup>1</sup></p><p><s>12</s>34</p><p><del>旧办法</del>新办法</p>") == [
        "1234",
        "61¹",
        "34",
        "旧办法新办法",
    ]
    cells = "<td>规章<td>1<wbr>2<td>0<tr><td>行政许可<td>5"
    page = parse(f"<html><body><table><tr>{cells}</table></body></html>")
    (grid,) = [block for block in blocks_of(page.body) if isinstance(block, Grid)]
    assert grid.to_lists() == [["规章", "12", "0"], ["行政许可", "5"]]


def test_placeholders_that_word_writes_are_no_cells() -> None:
    placeholder = "<td style='mso-cell-special:placeholder;border:none' width=0><p>&nbsp;</p></td>"
    page = parse(f"<html><body><table><tr><td>规章</td><td>1</td>{placeholder}</tr></table></body></html>")
    (grid,) = [block for block in blocks_of(page.body) if isinstance(block, Grid)]
    assert grid.to_lists() == [["规章", "1"]]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("- 2 -", []),
        ("— 12 —", []),
        ("第 3 页 共 9 页", []),
        ("3 / 9", []),
        ("3", ["3"]),
        ("行政许可 12 件", ["行政许可", "12件"]),
        ("规章\t", ["规章"]),
        ("行政许可\t5", ["行政许可", "5"]),
        ("（三）不予公开 1.", ["（三）不予公开 1."]),
    ],
)
def test_line_of_text_is_taken_apart(line: str, cells: list[str]) -> None:
    assert split_line(line) == cells


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("１２", 12),
        ("1,234", 1234),
        ("1，234，567", 1234567),
        ("12件", 12),
        ("12 条", 12),
        ("", None),
        ("\u00a0", None),
        ("/", None),
        ("—", None),
        ("-", None),
        ("无", None),
        ("不涉及", None),
        ("1\u200b2", 12),
        ("\ufeff0", 0),
        ("3\u00ad", 3),
    ],
)
def test_count_cell(printed: str, value: int | None) -> None:
    read = read_cell(printed, "new", "total")
    assert (read.number, read.readable) == (value, True)


@pytest.mark.parametrize(
    "printed", ["200 000121", "007", "1,23", "3.5", "-1", "+2", "约10", "12%", "见附件", "1 2", "1e3", "²"]
)
def test_unreadable_count_is_null_with_a_warning(printed: str) -> None:
    read = read_cell(printed, "new", "total")
    assert (read.number, read.readable) == (None, False)


@pytest.mark.parametrize(
    ("printed", "header", "value", "unit"),
    [
        ("3.5", None, 3.5, None),
        ("3.5万元", "元", 3.5, "万元"),
        ("251000元", None, 251000, "元"),
        ("75394432.52元", None, 75394432.52, "元"),
        ("24252.311082", "万元", 24252.311082, "万元"),
        ("0", "万元", 0, "万元"),
        ("/", "万元", None, None),
    ],
)
def test_amount_cell(printed: str, header: str | None, value: float | None, unit: str | None) -> None:
    read = read_cell(printed, "procurement", "amount", header)
    assert (read.number, read.unit, read.readable) == (value, unit, True)


@pytest.mark.parametrize(
    ("printed", "value"),
    [("+2", 2), ("-1", -1), ("增2", 2), ("减1", -1), ("↑2", 2), ("0", 0), ("－3", -3), ("-", None)],
)
def test_signed_cell_only_where_the_column_is_a_change(printed: str, value: int | None) -> None:
    read = read_cell(printed, "permits", "change")
    assert (read.number, read.readable) == (value, True)


@given(st.text(max_size=20))
def test_no_text_makes_reading_a_cell_fail(text: str) -> None:
    for item, category in (("new", "total"), ("fees", "amount"), ("permits", "change")):
        read = read_cell(text, item, category)
        assert read.number is None or looks_like_value(text)


def test_forms_have_the_figures_the_law_prescribes() -> None:
    def count(form: str) -> dict[str, int]:
        disclosure = sum(len(columns.get(form, ())) for columns in forms.DISCLOSURE_COLUMNS.values())
        applications = sum(len(item.categories) for item in forms.APPLICATIONS if form in item.forms)
        review = sum(len(item.categories) for item in forms.REVIEW)
        return {"disclosure": disclosure, "applications": applications, "review": review}

    assert count("2021") == {"disclosure": 10, "applications": 175, "review": 15}
    assert count("2019") == {"disclosure": 22, "applications": 161, "review": 15}
    names = [(item.section, item.name) for item in forms.ITEMS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("printed", "number", "core"),
    [
        ("3.危及“三安全一稳定”", "3", "危及三安全一稳定"),
        ("（六）其他处理", "六", "其他处理"),
        ("四、结转下年度继续办理", "四", "结转下年度继续办理"),
        ("( 七 ) 总 计", "七", "总计"),
        ("其中：1、政府网站公开数", "1", "政府网站公开数"),
        ("2023年", "", "2023年"),
    ],
)
def test_label_is_folded(printed: str, number: str, core: str) -> None:
    assert (forms.enumerator(printed), forms.core(printed)) == (number, core)


HEAD = ["", "", "", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def applications(rows: list[list[str]], *, exact: bool = True, head: list[str] | None = None) -> dict[Any, Any]:
    grid = grid_of_rows([head or HEAD, *rows], exact=exact)
    tables = read_tables([grid])
    return {(figure.item, figure.category): figure.value for figure in tables.figures}


def test_blank_stays_blank_and_keeps_its_column() -> None:
    read = applications([["一、本年新收政府信息公开申请数量", "", "", "821", "35", "", "", "2", "1", "859"]])
    assert read[("new", "business")] == 35
    assert read[("new", "research")] is None
    assert read[("new", "legal_services")] == 2
    assert read[("new", "total")] == 859


def test_row_with_one_cell_too_few_is_not_placed() -> None:
    rows = [["一、本年新收政府信息公开申请数量", "", "", "5", "0", "0", "0", "0", "5"]]
    assert set(applications(rows).values()) == {None}
    assert set(applications(rows, exact=False).values()) == {None}


def test_columns_follow_the_head_and_not_the_form() -> None:
    head = ["", "", "", "总计", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    read = applications([["一、本年新收政府信息公开申请数量", "", "", "9", "4", "5", "0", "0", "0", "0"]], head=head)
    assert read[("new", "total")] == 9
    assert read[("new", "natural_person")] == 4


def test_blanks_of_a_shifted_text_table_are_not_trusted() -> None:
    """A row out of line with its head shows that blanks may be lost cells: only full rows are placed."""
    rows = [
        ["三、本年度办理结果", "(一) 予以公开", "3", "0", "0", "0", "0", "3", "", ""],
        ["一、本年新收政府信息公开申请数量", "", "", "1", "2", "3", "4", "5", "6", "21"],
        ["", "", "2.重复申请", "", "7", "", "", "", "", "7"],
    ]
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计", "", ""]
    read = applications(rows, exact=False, head=head)
    assert {value for (item, _), value in read.items() if item in ("granted", "rejected_repeat")} == {None}
    assert read[("new", "natural_person")] == 1
    assert read[("new", "total")] == 21


def test_label_cut_by_a_page_end_is_joined() -> None:
    values = ["1", "0", "0", "0", "0", "0", "1"]
    blank = [""] * 7
    first = grid_of_rows([HEAD, ["", "", "4.无正当理由大量反", *values]], exact=True)
    second = grid_of_rows(
        [["结果", "", "复申请", *blank], ["", "", "5.要求行政机关确认或重新出具已获取信息", *values]], exact=True
    )
    tables = read_tables([first, second])
    assert {figure.item for figure in tables.figures} == {"rejected_excessive", "rejected_reconfirm"}
    assert not [warning for warning in tables.warnings if warning.code == "label_inexact"]


def test_label_with_letters_lost_is_matched_only_between_its_neighbours() -> None:
    values = ["1", "0", "0", "0", "0", "0", "1"]
    rows = [["", "", label, *values] for label in ("1.属于国家秘密", "2.其他法律行政止公开", "3.危及“三安全一稳定”")]
    read = applications(rows)
    assert read[("denied_by_law", "total")] == 1
    alone = applications([["", "", "2.其他法律行政止公开", *values]])
    assert alone == {}


def test_unknown_row_is_reported_and_never_placed() -> None:
    tables = read_tables([grid_of_rows([HEAD, ["", "", "9.自定事项", "1", "2", "3", "4", "5", "6", "21"]], exact=True)])
    assert tables.figures == []
    assert [warning.code for warning in tables.warnings][:1] == ["label_unknown"]


def test_second_table_that_says_otherwise_is_reported() -> None:
    row = ["一、本年新收政府信息公开申请数量", "", ""]
    grids = [grid_of_rows([HEAD, [*row, *[str(number)] * 7]], exact=True) for number in (1, 2)]
    tables = read_tables(grids)
    assert {figure.value for figure in tables.figures} == {1}
    assert "row_repeated" in [warning.code for warning in tables.warnings]
