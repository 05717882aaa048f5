"""Tables as sites lay them out and damage them: the first are read exactly, the second never wrongly."""

from __future__ import annotations

import random

import pytest

from archive.reading import Source, forms, read
from archive.reading.blocks import grid_of_rows
from archive.reading.figures import read_tables
from tests.rendering.irregular import DAMAGE, LIBERTIES, Change, with_sums
from tests.rendering.markup import Markup, page, table
from tests.rendering.tables import Cell, Layout, Number, annex, fill, section_tables
from tests.rendering.text import text
from tests.test_figures_rendered import expected, unnamed, values_of, wrong


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("change", LIBERTIES, ids=lambda change: change.__name__)
def test_liberties_leave_every_figure_readable(change: Change, form: str) -> None:
    draw = random.Random(f"{change.__name__}{form}")
    filled = with_sums(fill(form, 2023, draw))
    tables = section_tables(filled, Layout(), draw)
    change(tables, draw)
    reading = read(page(filled, Layout(), Markup(), draw, tables).encode(), Source())
    assert values_of(reading) == expected(filled, Layout())


@pytest.mark.parametrize("seed", range(24))
def test_several_liberties_at_once_make_no_figure_wrong(seed: int) -> None:
    draw = random.Random(seed)
    filled = with_sums(fill(draw.choice(["2021", "2019"]), 2023, draw, blanks=draw.choice([0.0, 0.1])))
    layout = Layout(total_first=draw.random() < 0.3, extra=draw.choice(["", "备注", "小计", "序号"]))
    tables = section_tables(filled, layout, draw)
    for change in draw.sample(LIBERTIES, 3):
        change(tables, draw)
    markup = Markup(joined=draw.choice(["apart", "fused"]), cells=draw.choice(["td", "unclosed"]))
    reading = read(page(filled, layout, markup, draw, tables).encode(), Source())
    assert wrong(reading, filled, layout) == []
    assert unnamed(reading, filled, layout) == set()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("change", DAMAGE, ids=lambda change: change.__name__)
def test_damage_makes_figures_null_and_never_wrong(change: Change, seed: int) -> None:
    draw = random.Random(f"{change.__name__}{seed}")
    filled = fill(draw.choice(["2021", "2019"]), 2023, draw, blanks=draw.choice([0.0, 0.1, 0.4]))
    filled = with_sums(filled) if draw.random() < 0.7 else filled
    layout = Layout(
        total_first=draw.random() < 0.2,
        extra=draw.choice(["", "", "备注", "小计", "序号", "上年"]),
        head=draw.choice(["whole", "flat", "units"]),
        results_span=draw.choice([0, 0, 2, -2]),
    )
    tables = section_tables(filled, layout, draw)
    change(tables, draw)
    markup = Markup(joined=draw.choice(["apart", "fused"]), boxes=draw.choice(["", "", "", "flex"]))
    reading = read(page(filled, layout, markup, draw, tables).encode(), Source())
    assert wrong(reading, filled, layout) == []


@pytest.mark.parametrize("shape", ["pipes", "tabs", "lines", "spaced"])
@pytest.mark.parametrize("seed", range(8))
def test_text_that_lost_a_cell_is_never_wrong(seed: int, shape: str) -> None:
    draw = random.Random(f"{shape}{seed}")
    filled = with_sums(fill(draw.choice(["2021", "2019"]), 2023, draw))
    tables = section_tables(filled, Layout(), draw)
    rows = tables["applications"]
    for row in draw.sample(rows[3:], 3):
        del row[draw.choice([place for place, cell in enumerate(row) if cell.kind == "value"])]
    reading = read(text(filled, Layout(), shape, draw, tables).encode(), Source(file_name="report.txt"))
    assert wrong(reading, filled, Layout()) == []


PAGE_NUMBERS = ["- {} -", "— {} —", "第{}页", "{} / 9", "第 {} 页 共 9 页"]


@pytest.mark.parametrize("printed", [*PAGE_NUMBERS, "{}"])
@pytest.mark.parametrize("shape", ["lines", "spaced"])
def test_page_numbers_between_the_lines_are_none_of_the_figures(shape: str, printed: str) -> None:
    draw = random.Random(f"{shape}{printed}")
    filled = with_sums(fill("2021", 2023, draw))
    lines = text(filled, Layout(), shape, draw).split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("三、收到和处理"))
    for number, at in enumerate(range(start + 12, len(lines) - 8, 31)):
        lines.insert(at, printed.format(number + 2))
    reading = read("\n".join(lines).encode(), Source(file_name="report.txt"))
    assert wrong(reading, filled, Layout()) == []
    found = values_of(reading)
    applications = {key: value for key, value in expected(filled, Layout()).items() if key[0] == "applications"}
    assert {key: found.get(key) for key in applications} == applications


def test_a_page_number_in_the_place_of_a_lost_cell_is_not_read() -> None:
    draw = random.Random(3)
    filled = with_sums(fill("2021", 2023, draw))
    lines = text(filled, Layout(), "lines", draw).split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith("二、上年结转"))
    lines[at + 3] = "4"
    lines.insert(next(at for at, line in enumerate(lines) if line.startswith("（七）总计")), "5")
    reading = read("\n".join(lines).encode(), Source(file_name="report.txt"))
    assert wrong(reading, filled, Layout()) == []
    assert "carried_in" in unnamed_or_null(values_of(reading))


def unnamed_or_null(found: dict[tuple[str, str, str], int | float | None]) -> set[str]:
    return {key[1] for key, value in found.items() if value is None}


@pytest.mark.parametrize("cut", ["before", "within", "behind"])
def test_labels_broken_over_lines_keep_their_figures(cut: str) -> None:
    """The label begins a line before its figures, or goes on below them."""
    draw = random.Random(cut)
    filled = with_sums(fill("2021", 2023, draw))
    tables = section_tables(filled, Layout(), draw)
    lines = text(filled, Layout(), "spaced", draw, tables).split("\n")
    broken: list[str] = []
    for line in lines:
        label, values = _parted(line)
        if not values or len(label) < 9 or label[:1] not in "一二三四（12345678":
            broken.append(line)
            continue
        at = draw.randint(4, len(label) - 3)
        if cut == "before":
            broken += [label[:at], f"{label[at:]} {values}"]
        elif cut == "within":
            broken += [label[:at], values, label[at:]]
        else:
            broken += [f"{label[:at]} {values}", label[at:]]
    reading = read("\n".join(broken).encode(), Source(file_name="report.txt"))
    assert values_of(reading) == expected(filled, Layout())


def _parted(line: str) -> tuple[str, str]:
    parts = line.split(" ")
    first = next((at for at in range(len(parts)) if all(part[:1].isdigit() for part in parts[at:])), len(parts))
    return " ".join(parts[:first]), " ".join(parts[first:])


@pytest.mark.parametrize("head", [[], ["指 标", "单位", "2016年"], ["项目名称", "计量单位", "数量"]], ids=str)
def test_annex_is_known_by_its_rows_where_its_head_does_not_say_so(head: list[str]) -> None:
    draw = random.Random(7)
    rows, numbers = annex(2016, ["统计数"], draw)
    rows[:1] = [[Cell(label, kind="head") for label in head]] if head else []
    title = "汉屯路街道办事处2016年政府信息公开工作年度报告"
    body = f"<h1>{title}</h1><p>一、概述</p><p>本街道认真贯彻落实条例。</p>{table(rows, Markup(), draw)}"
    reading = read(f"<html><body>{body}</body></html>".encode(), Source())
    assert values_of(reading) == {("annex", item, "count"): row[0] for item, row in numbers.items()}
    assert {figure.item: figure.unit for figure in reading.figures if figure.unit} == {
        "fees_collected": "万元",
        "budget": "万元",
    }


BALANCED = {
    "一、本年新收政府信息公开申请数量": [32, 2, 0, 0, 0, 0, 34],
    "二、上年结转政府信息公开申请数量": [2, 0, 0, 0, 0, 0, 2],
    "（七）总计": [33, 2, 0, 0, 0, 0, 35],
    "四、结转下年度继续办理": [1, 0, 0, 0, 0, 0, 1],
}


def balanced(changed: dict[str, list[int]]) -> dict[tuple[str, str], Number]:
    """The last row of a text whose other rows balance it."""
    rows = [[label, *map(str, numbers)] for label, numbers in (BALANCED | changed).items()]
    names = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    found = read_tables([grid_of_rows([["申请人情况", *names], *rows], exact=False)]).figures
    return {(figure.item, figure.category): figure.value for figure in found if figure.item == "carried_over"}


def test_a_row_that_lost_a_cell_is_placed_as_far_as_the_balance_of_every_column_says() -> None:
    label = "四、结转下年度继续办理"
    lost_total = {("carried_over", name): 0 for name in forms.APPLICANT_NAMES} | {
        ("carried_over", "natural_person"): 1,
        ("carried_over", "total"): None,
    }
    assert balanced({label: [1, 0, 0, 0, 0, 0]}) == lost_total
    # One of five zeros: which one cannot be said, and all of them stay open.
    found = balanced({label: [1, 0, 0, 0, 0, 1]})
    assert {name for (_, name), value in found.items() if value is not None} == {"natural_person", "total"}
    assert set(balanced({label: [1, 3, 0, 0, 0, 0]}).values()) == {None}
    broken = {"（七）总计": [33, 2, 0, 0, 0, 0, 36], label: [1, 0, 0, 0, 0, 0]}
    assert set(balanced(broken).values()) == {None}


TITLE = "汉屯路街道办事处2023年政府信息公开工作年度报告"
HEAD = "项目 | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计"


def applications(lines: list[str]) -> dict[str, list[Number]]:
    """The rows of section 三 as read from lines of text."""
    text_of_report = "\n".join([TITLE, "三、收到和处理政府信息公开申请情况", *lines])
    reading = read(text_of_report.encode(), Source(file_name="report.txt"))
    rows: dict[str, list[Number]] = {}
    for figure in reading.figures:
        if figure.section == "applications":
            rows.setdefault(figure.item, []).append(figure.value)
    warned = " ".join(warning.detail for warning in reading.warnings)
    assert all(item in warned for item, values in rows.items() if all(value is None for value in values))
    return rows


@pytest.mark.parametrize(
    "damaged",
    ["20 | 12 | 0 | 0 | 0 | 32 |  ", "2012 | 0 | 0 | 0 | 0 | 32 |  ", "20 | 12 | 0 | 00 | 0 | 32 |  "],
    ids=["a cell lost", "two run together", "two noughts run together"],
)
def test_a_padded_row_that_does_not_add_up_is_null(damaged: str) -> None:
    rows = applications(
        [
            HEAD,
            "一、本年新收政府信息公开申请数量 | " + damaged,
            "二、上年结转政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1",
        ]
    )
    assert rows["new"] == [None] * 7
    assert rows["carried_in"] == [1, 0, 0, 0, 0, 0, 1]


def test_an_agency_s_own_mistake_in_a_whole_table_is_kept_as_printed() -> None:
    rows = applications(
        [
            HEAD,
            "一、本年新收政府信息公开申请数量 | 20 | 3 | 0 | 0 | 0 | 0 | 24",
            "二、上年结转政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1",
        ]
    )
    assert rows["new"] == [20, 3, 0, 0, 0, 0, 24]


def test_blanks_between_pipes_are_cells() -> None:
    rows = applications(
        [
            "自然人 | 法人或其他组织 | 总计",
            "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他",
            "一、本年新收政府信息公开申请数量 | 20 | 3 |  | 0 | 0 | 0 | 23",
            "二、上年结转政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1",
        ]
    )
    assert rows["new"] == [20, 3, None, 0, 0, 0, 23]


def test_labels_and_heads_run_together_with_what_follows() -> None:
    rows = applications(
        [
            "自然人法人或其他组织总计",
            "商业企业科研机构社会公益组织法律服务机构其他",
            "一、本年新收政府信息公开申请数量20 3 0 0 0 0 23",
            "二、上年度结转政府公开申请数量1 0 0 0 0 0 1",
        ]
    )
    assert rows == {"new": [20, 3, 0, 0, 0, 0, 23], "carried_in": [1, 0, 0, 0, 0, 0, 1]}


def test_the_total_before_all_others_is_read_where_it_stands_before_the_first_known_head() -> None:
    head = "总计 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他".split()
    numbers = "23 20 3 0 0 0 0".split()
    rows = applications([*head, "一、本年新收政府信息公开申请数量", *numbers])
    assert rows["new"] == [20, 3, 0, 0, 0, 0, 23]


def cells(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def figures(markup: str, title: str = TITLE) -> dict[tuple[str, str], Number]:
    body = f"<h1>{title}</h1><p>一、总体情况</p><p>本街道认真贯彻落实条例。</p>{markup}"
    reading = read(f"<html><body>{body}</body></html>".encode(), Source())
    return {(figure.item, figure.category): figure.value for figure in reading.figures if figure.value is not None}


def test_a_table_printed_the_other_way_round_keeps_its_places() -> None:
    kinds = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    labels = [item.label for item in forms.APPLICATIONS[:8]]
    rows = [["申请人情况", *labels], *([kind, *[str(place)] * 8] for place, kind in enumerate(kinds))]
    names = [item.name for item in forms.APPLICATIONS[:8]]
    expected_figures = {(name, kind): place for name in names for place, kind in enumerate(forms.APPLICANT_NAMES)}
    assert figures(cells(rows)) == expected_figures


def test_one_table_for_each_kind_of_applicant() -> None:
    label = "一、本年新收政府信息公开申请数量"
    markup = cells([["项目", "自然人"], [label, "5"]]) + cells([["项目", "总计"], [label, "7"]])
    assert figures(markup) == {("new", "natural_person"): 5, ("new", "total"): 7}


def test_an_annex_in_two_halves_side_by_side() -> None:
    rows = [
        ["统计指标", "统计数", "统计指标", "统计数"],
        ["制发规范性文件总数", "1", "四、行政复议数量", "5"],
        ["1.政府公报公开政府信息数", "2", "（一）维持具体行政行为数", "6"],
        ["2.政府网站公开政府信息数", "3", "（二）被依法纠错数", "7"],
        ["3.政务微博公开政府信息数", "4", "（三）其他情形数", "8"],
    ]
    names = ["normative_documents_issued", "via_gazette", "via_website", "via_weibo", "reconsiderations"]
    names += [f"reconsiderations_{end}" for end in ("upheld", "corrected", "other")]
    found = figures(cells(rows), TITLE.replace("2023", "2016"))
    assert found == {(name, "count"): number for number, name in enumerate(names, 1)}


def test_the_unit_in_traditional_script_is_the_same_unit() -> None:
    rows = [["信息内容", "本年收费金额（单位：萬元）"], ["行政事业性收费", "3.5"]]
    body = f"<h1>{TITLE}</h1><p>二、主动公开政府信息情况</p>{cells(rows)}"
    reading = read(f"<html><body>{body}</body></html>".encode(), Source())
    assert [(figure.value, figure.unit) for figure in reading.figures if figure.item == "fees"] == [(3.5, "万元")]


def test_one_row_for_each_column_of_section_two() -> None:
    labels = {"issued": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"}
    rows = [["信息内容", "指标", "数量"], ["规章", labels["issued"], "3"]]
    rows += [[labels["repealed"], "4"], [labels["in_force"], "5"]]
    rows += [["行政许可", "本年处理决定数量", "97"], ["行政事业性收费", "本年收费金额（单位：万元）", "1.5"]]
    expected_figures: dict[tuple[str, str], float] = {("rules", name): 3 + place for place, name in enumerate(labels)}
    expected_figures |= {("permits", "decisions"): 97, ("fees", "amount"): 1.5}
    assert figures(f"<p>二、主动公开政府信息情况</p>{cells(rows)}") == expected_figures
