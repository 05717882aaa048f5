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
