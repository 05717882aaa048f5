"""A filled-in form as tables: cells with their spans, before any markup."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from archive.reading import forms

Key = tuple[str, str, str]
Number = int | float | None


@dataclass(slots=True)
class Filled:
    """A form filled in: the text printed for every figure, and the value that stands for."""

    form: str
    year: int
    printed: dict[Key, str] = field(default_factory=dict)
    values: dict[Key, Number] = field(default_factory=dict)

    def text(self, section: str, item: str, category: str) -> str:
        return self.printed[section, item, category]


def keys_of(form: str) -> Iterator[Key]:
    """Every figure of a form."""
    for item in forms.ITEMS:
        if form in item.forms:
            categories = forms.DISCLOSURE_COLUMNS[item.name][form] if item.section == "disclosure" else item.categories
            for category in categories:
                yield item.section, item.name, category
    if form == "2021":
        # Some fill in （六）其他处理 in one row all the same.
        for category in forms.APPLICANT_NAMES:
            yield "applications", "other_handling", category


def fill(form: str, year: int, draw: random.Random, *, blanks: float = 0.0) -> Filled:
    """Fill a form with figures that are all different, so that a figure in a wrong place shows."""
    filled = Filled(form, year)
    numbers = iter(draw.sample(range(1, 9000), 400))
    for key in keys_of(form):
        category = key[2]
        number: Number = next(numbers)
        text = str(number)
        chance = draw.random()
        if chance < blanks:
            text, number = draw.choice([("", None), ("\u00a0", None), ("/", None), ("—", None)])
        elif chance < blanks + 0.3:
            text, number = "0", 0
        elif category == "amount":
            number = round(draw.uniform(1, 90000), draw.choice([0, 1, 2, 6]))
            number = int(number) if number == int(number) else number
            text = str(number)
        elif category == "change" and draw.random() < 0.7:
            sign = draw.choice(["+", "-", "增", "减", "－"])
            number = int(text) if sign in "+增" else -int(text)
            text = sign + text
        elif draw.random() < 0.1:
            text = draw.choice(
                [
                    f"{int(text):,}",
                    text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
                    f"{text}件",
                    f"{text}（其中重复{draw.randint(1, 9)}件）",
                    f" {text} ",
                ]
            )
        filled.printed[key], filled.values[key] = text, number
    return filled


def balance(filled: Filled, draw: random.Random) -> None:
    """Make the figures add up as a well-filled report's do, most of them small, and print them plainly."""
    values = {
        key: 0 if draw.random() < 0.5 else draw.randint(1, 400 if draw.random() < 0.2 else 20) for key in filled.values
    }
    rows = [item for item in forms.APPLICATIONS if filled.form in item.forms and item.name != "other_handling"]
    rows += [item for item in forms.APPLICATIONS if filled.form == "2019" and item.name == "other_handling"]
    handled = [item.name for item in rows if item.group and item.name != "handled_total"]
    for category in forms.APPLICANT_NAMES[:-1]:
        total = sum(values["applications", name, category] for name in handled)
        carried = values["applications", "carried_in", category] % (total + 1)
        values["applications", "handled_total", category] = total
        values["applications", "carried_in", category] = carried
        values["applications", "new", category] = total + values["applications", "carried_over", category] - carried
    for item in rows:
        parts = [values["applications", item.name, name] for name in forms.APPLICANT_NAMES[:-1]]
        values["applications", item.name, "total"] = sum(parts)
    for item in forms.REVIEW:
        values["review", item.name, "total"] = sum(
            values["review", item.name, name] for name in forms.REVIEW_NAMES[:-1]
        )
    for key, value in values.items():
        filled.values[key], filled.printed[key] = value, str(value)


@dataclass(slots=True)
class Cell:
    text: str
    rows: int = 1
    columns: int = 1
    kind: str = "label"
    """label, head or value"""


Rows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the tables are laid out; every field is a liberty that agencies take."""

    total_first: bool = False
    extra: str = ""
    """A column more: 备注, 小计, 序号, or 上年 (last year's total)."""
    years: bool = False
    """Two columns, last year's and this year's, under every column of sections 二 and 三."""
    this_year_first: bool = False
    head: str = "whole"
    """whole, flat (one line), units (自然人（件）), none"""
    results_span: int = 0
    """Rows by which 三、本年度办理结果 spans too many or too few."""
    local_row: bool = False
    other_in_one_row: bool = False
    merged_labels: bool = False
    """行政许可：97 in one cell."""
    footnotes: bool = False
    traditional_marks: bool = False


def _value(text: str, columns: int = 1) -> Cell:
    return Cell(text, 1, columns, "value")


def _head(text: str, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(text, rows, columns, "head")


def disclosure(filled: Filled, layout: Layout) -> Rows:
    """The table of section 二."""
    labels = {category.name: category.labels[0] for category in forms.DISCLOSURE_CATEGORIES}
    labels["amount"] = "本年收费金额（单位：万元）" if filled.form == "2021" else "采购总金额"
    if filled.form == "2019":
        labels["decisions"] = "处理决定数量"
    groups: list[tuple[str, list[str]]] = [
        ("第二十条第（一）项", ["rules", "normative_documents"]),
        ("第二十条第（五）项", ["permits", "other_services"]),
        ("第二十条第（六）项", ["penalties", "compulsory_measures"]),
        ("第二十条第（八）项", ["fees"]),
        ("第二十条第（九）项", ["procurement"]),
    ]
    rows: Rows = []
    for title, names in groups:
        items = [item for item in forms.DISCLOSURE if item.name in names and filled.form in item.forms]
        if not items:
            continue
        columns = forms.DISCLOSURE_COLUMNS[items[0].name][filled.form]
        widths = [1] * (len(columns) - 1) + [3 - len(columns) + 1]
        rows.append([_head(title, columns=4)])
        if layout.head != "none":
            rows.append(
                [_head("信息内容")]
                + [_head(labels[name], columns=width) for name, width in zip(columns, widths, strict=True)]
            )
        for item in items:
            texts = [filled.text("disclosure", item.name, category) for category in columns]
            label = item.label + ("①" if layout.footnotes and item.name == "permits" else "")
            if layout.merged_labels and len(texts) == 1 and texts[0].strip():
                rows.append([Cell(f"{label}：{texts[0]}", columns=4)])
                continue
            values = [_value(text, width) for text, width in zip(texts, widths, strict=True)]
            rows.append([Cell(label), *values])
    return rows


def applications(filled: Filled, layout: Layout, draw: random.Random) -> Rows:
    """The table of section 三."""
    order = list(forms.APPLICANT_NAMES)
    if layout.total_first:
        order = ["total", *order[:-1]]
    by_name = {category.name: category.labels[0] for category in forms.APPLICANTS}
    unit = "（件）" if layout.head == "units" else ""
    rows: Rows = _applications_head(layout, order, {name: label + unit for name, label in by_name.items()}, filled.year)
    items = [item for item in forms.APPLICATIONS if filled.form in item.forms]
    if layout.other_in_one_row and filled.form == "2021":
        one = next(item for item in forms.APPLICATIONS if item.name == "other_handling")
        at = next(index for index, item in enumerate(items) if item.group == forms.OTHER)
        items = [item for item in items if item.group != forms.OTHER]
        items.insert(at, one)
    results = [item for item in items if item.group]
    body: Rows = []
    for item in items:
        cells = _application_labels(item, items, results, layout)
        cells += _application_values(filled, item, order, layout, draw)
        if layout.extra == "序号":
            cells.insert(0, Cell(str(len(body) + 1), kind="value"))
        body.append(cells)
        if layout.local_row and item.name == "denied_inquiry":
            values = [_value(str(draw.randint(1, 99))) for _ in _application_values(filled, item, order, layout, draw)]
            body.append([Cell("9.其他不予公开情形"), *values])
    return rows + body


def _applications_head(layout: Layout, order: list[str], labels: dict[str, str], year: int) -> Rows:
    if layout.head == "none":
        return []
    corner = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    extra: dict[str, list[Cell]] = {"备注": [_head("备注", 3)], "上年": [_head("上年总计", 3)]}
    first = [_head("序号", 3)] if layout.extra == "序号" else []
    years = [f"{year}年", f"{year - 1}年"] if layout.this_year_first else [f"{year - 1}年", f"{year}年"]
    width = 2 if layout.years else 1
    below = [[_head(text) for _ in order for text in years]] if layout.years else []
    if layout.head == "flat":
        flat = [_head(labels[name], columns=width) for name in order]
        if layout.extra == "小计":
            flat.insert(order.index("other") + 1, _head("小计"))
        more = [_head(cell.text) for cell in extra.get(layout.extra, [])]
        first = [_head("序号")] if first else []
        return [[*first, _head("申请人情况", columns=3), *flat, *more], *_under_label(below, 4 if first else 3)]
    subtotal = layout.extra == "小计"
    wide = 5 * width + (1 if subtotal else 0)
    second = [_head(labels["natural_person"], 2, width), _head("法人或其他组织", columns=wide)]
    total = _head(labels["total"], 2, width)
    second = [total, *second] if layout.total_first else [*second, total]
    five = [_head(labels[name], columns=width) for name in order if name not in ("natural_person", "total")]
    if subtotal:
        five.append(_head("小计"))
    count = 7 * width + (1 if subtotal else 0)
    rows = [[*first, _head(corner, 3, 3), _head("申请人情况", columns=count)], second, five]
    rows[0].extend(extra.get(layout.extra, []))
    return [*rows, *_under_label(below, 4 if first else 3)]


def _under_label(below: Rows, columns: int) -> Rows:
    return [[Cell("", columns=columns), *row] for row in below]


def _application_labels(
    item: forms.Item, items: list[forms.Item], results: list[forms.Item], layout: Layout
) -> list[Cell]:
    if not item.group:
        return [Cell(item.label, columns=3)]
    cells: list[Cell] = []
    if item is results[0]:
        span = len(results) + layout.results_span + (1 if layout.local_row else 0)
        cells.append(Cell(forms.RESULTS, rows=max(span, 1)))
    siblings = [other for other in items if other.group == item.group]
    if len(siblings) == 1:
        cells.append(Cell(item.label + ("②" if layout.footnotes else ""), columns=2))
        return cells
    if item is siblings[0]:
        more = 1 if layout.local_row and item.group == forms.DENIED else 0
        cells.append(Cell(item.group, rows=len(siblings) + more))
    cells.append(Cell(item.label + ("*" if layout.footnotes and item.ordinal == 2 else "")))
    return cells


def _application_values(
    filled: Filled, item: forms.Item, order: list[str], layout: Layout, draw: random.Random
) -> list[Cell]:
    cells: list[Cell] = []
    for name in order:
        text = filled.text("applications", item.name, name)
        own = _value(text)
        if layout.years:
            old = _value(str(draw.randint(1, 9000)))
            cells += [own, old] if layout.this_year_first else [old, own]
        else:
            cells.append(own)
        if layout.extra == "小计" and name == "other":
            cells.append(_value(str(draw.randint(1, 9000))))
    if layout.extra == "备注":
        cells.append(_value(draw.choice(["", "", "见说明", "3"])))
    if layout.extra == "上年":
        cells.append(_value(str(draw.randint(1, 9000))))
    return cells


def review(filled: Filled, layout: Layout) -> Rows:
    """The table of section 四."""
    order = list(forms.REVIEW_NAMES)
    if layout.total_first:
        order = ["total", *order[:-1]]
    labels = {category.name: category.labels[0] for category in forms.RESULTS_OF_REVIEW}
    unit = "（件）" if layout.head == "units" else ""
    rows: Rows = []
    if layout.head != "none":
        heads = [_head(labels[name] + unit) for name in order]
        rows.append([_head("行政复议", columns=5), _head("行政诉讼", columns=10)])
        rows.append(
            [replace(cell, rows=2) for cell in heads]
            + [_head("未经复议直接起诉", columns=5), _head("复议后起诉", columns=5)]
        )
        rows.append([replace(cell) for cell in heads * 2])
    rows.append([_value(filled.text("review", item.name, name)) for item in forms.REVIEW for name in order])
    return rows


_ANNEX_OUTLINE = """
一、主动公开情况
（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条|disclosed_items
其中：主动公开规范性文件数|条|normative_documents_disclosed
制发规范性文件总数|件|normative_documents_issued
（二）通过不同渠道和方式公开政府信息的情况
1.政府公报公开政府信息数|条|via_gazette
2.政府网站公开政府信息数|条|via_website
3.政务微博公开政府信息数|条|via_weibo
4.政务微信公开政府信息数|条|via_wechat
5.其他方式公开政府信息数|条|via_other
二、回应解读情况
（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）|次|responses
（二）通过不同渠道和方式回应解读的情况
1.参加或举办新闻发布会总次数|次|press_conferences
其中：主要负责同志参加新闻发布会次数|次|press_conferences_by_head
2.政府网站在线访谈次数|次|online_interviews
其中：主要负责同志参加政府网站在线访谈次数|次|online_interviews_by_head
3.政策解读稿件发布数|篇|policy_explanations
4.微博微信回应事件数|次|social_media_responses
5.其他方式回应事件数|次|other_responses
三、依申请公开情况
（一）收到申请数|件|applications_received
1.当面申请数|件|in_person
2.传真申请数|件|by_fax
3.网络申请数|件|online
4.信函申请数|件|by_letter
（二）申请办结数|件|applications_completed
1.按时办结数|件|completed_in_time
2.延期办结数|件|completed_after_extension
（三）申请答复数|件|replies
1.属于已主动公开范围数|件|already_public
2.同意公开答复数|件|granted
3.同意部分公开答复数|件|partly_granted
4.不同意公开答复数|件|denied
其中：涉及国家秘密|件|denied_state_secret
涉及商业秘密|件|denied_trade_secret
涉及个人隐私|件|denied_privacy
危及国家安全、公共安全、经济安全和社会稳定|件|denied_public_security
不是《条例》所指政府信息|件|denied_not_government_information
法律法规规定的其他情形|件|denied_by_law
5.不属于本行政机关公开数|件|not_this_agency
6.申请信息不存在数|件|not_existing
7.告知作出更改补充数|件|to_be_corrected
8.告知通过其他途径办理数|件|other_route
四、行政复议数量|件|reconsiderations
（一）维持具体行政行为数|件|reconsiderations_upheld
（二）被依法纠错数|件|reconsiderations_corrected
（三）其他情形数|件|reconsiderations_other
五、行政诉讼数量|件|litigations
（一）维持具体行政行为或者驳回原告诉讼请求数|件|litigations_upheld
（二）被依法纠错数|件|litigations_corrected
（三）其他情形数|件|litigations_other
六、举报投诉数量|件|complaints
七、依申请公开信息收取的费用|万元|fees_collected
八、机构建设和保障经费情况
（一）政府信息公开工作专门机构数|个|offices
（二）设置政府信息公开查阅点数|个|reading_points
（三）从事政府信息公开工作人员数|人|staff
1.专职人员数（不包括政府公报及政府网站工作人员数）|人|staff_full_time
2.兼职人员数|人|staff_part_time
（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）|万元|budget
九、政府信息公开会议和培训情况
（一）召开政府信息公开工作会议或专题会议数|次|meetings
（二）举办各类培训班数|次|trainings
（三）接受培训人员数|人次|people_trained
"""


def annex(year: int, columns: list[str], draw: random.Random) -> tuple[Rows, dict[str, list[int]]]:
    """The statistics annex with number columns of those names, and the numbers of each item."""
    rows: Rows = [[_head("统计指标"), _head("单位"), *(_head(column) for column in columns)]]
    numbers = iter(draw.sample(range(1, 9000), 80 * len(columns)))
    values: dict[str, list[int]] = {}
    for line in _ANNEX_OUTLINE.strip().split("\n"):
        label, *rest = line.split("|")
        if not rest:
            rows.append([Cell(label), Cell("——"), *(_value("") for _ in columns)])
            continue
        unit, name = rest
        values[name] = [next(numbers) for _ in columns]
        rows.append([Cell(label), Cell(unit), *(_value(str(number)) for number in values[name])])
    return rows, values


def section_tables(filled: Filled, layout: Layout, draw: random.Random) -> dict[str, Rows]:
    """The tables of a report by section."""
    made: dict[str, Callable[[], Rows]] = {
        "disclosure": lambda: disclosure(filled, layout),
        "applications": lambda: applications(filled, layout, draw),
        "review": lambda: review(filled, layout),
    }
    return {section: make() for section, make in made.items()}
