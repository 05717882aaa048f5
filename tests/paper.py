"""A report of form 2021 with given numbers, to be set on paper: the statutory tables as rows of cells with spans."""

from __future__ import annotations

import random
from dataclasses import dataclass
from html import escape

from archive.reading import forms

Key = tuple[str, str, str]
Figures = dict[Key, int | float]


@dataclass(frozen=True)
class Printed:
    """A cell to print: its text, the rows and columns it covers, and the figure it holds, if any."""

    text: str
    down: int = 1
    right: int = 1
    key: Key | None = None


Rows = list[list[Printed]]


def random_figures(seed: int, *, largest: int = 300) -> Figures:
    """Numbers for every figure of form 2021, most of them small, as in real reports."""
    chance = random.Random(seed)

    def number() -> int:
        return 0 if chance.random() < 0.6 else chance.randint(1, largest if chance.random() < 0.3 else 20)

    figures: Figures = {}
    for item in forms.ITEMS:
        if item.section == "annex" or "2021" not in item.forms:
            continue
        columns = forms.DISCLOSURE_COLUMNS[item.name]["2021"] if item.section == "disclosure" else item.categories
        for category in columns:
            figures[item.section, item.name, category] = number()
    figures["disclosure", "fees", "amount"] = 12.5
    return figures


def disclosure_rows(figures: Figures) -> Rows:
    """Section 二: four small tables, one below the other in one frame of four columns."""

    def value(item: str, category: str, right: int = 1) -> Printed:
        key = ("disclosure", item, category)
        return Printed(str(figures[key]), right=right, key=key)

    def single(title: str, head: str, *rows: tuple[str, str, str]) -> Rows:
        return [
            [Printed(title, right=4)],
            [Printed("信息内容"), Printed(head, right=3)],
            *([Printed(label), value(item, category, 3)] for label, item, category in rows),
        ]

    three = ("issued", "repealed", "in_force")
    return [
        [Printed("第二十条第（一）项", right=4)],
        [Printed(text) for text in ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")],
        [Printed("规章"), *(value("rules", name) for name in three)],
        [Printed("行政规范性文件"), *(value("normative_documents", name) for name in three)],
        *single("第二十条第（五）项", "本年处理决定数量", ("行政许可", "permits", "decisions")),
        *single(
            "第二十条第（六）项",
            "本年处理决定数量",
            ("行政处罚", "penalties", "decisions"),
            ("行政强制", "compulsory_measures", "decisions"),
        ),
        *single("第二十条第（八）项", "本年收费金额（单位：万元）", ("行政事业性收费", "fees", "amount")),
    ]


def applications_rows(figures: Figures) -> Rows:
    """Section 三 with its three columns of labels and seven of numbers."""
    head: Rows = [
        [
            Printed("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
            Printed("申请人情况", right=7),
        ],
        [Printed("自然人", 2), Printed("法人或其他组织", right=5), Printed("总计", 2)],
        [Printed(category.labels[0]) for category in forms.APPLICANTS[1:6]],
    ]
    items = [item for item in forms.APPLICATIONS if "2021" in item.forms]
    inner = [item for item in items if item.name not in ("new", "carried_in", "carried_over")]
    rows = head
    for item in items:
        labels: list[Printed] = []
        if item is inner[0]:
            labels.append(Printed(forms.RESULTS, len(inner)))
        members = [one for one in inner if one.group == item.group]
        if item not in inner:
            labels.append(Printed(item.label, right=3))
        elif len(members) == 1:
            labels.append(Printed(item.label, right=2))
        else:
            if item is members[0]:
                labels.append(Printed(item.group, len(members)))
            labels.append(Printed(item.label))
        keys = [("applications", item.name, name) for name in forms.APPLICANT_NAMES]
        rows.append([*labels, *(Printed(str(figures[key]), key=key) for key in keys)])
    return rows


def review_rows(figures: Figures) -> Rows:
    """Section 四: fifteen columns, no column of labels."""
    words = [category.labels[0] for category in forms.RESULTS_OF_REVIEW]
    keys = [("review", item.name, name) for item in forms.REVIEW for name in forms.REVIEW_NAMES]
    return [
        [Printed("行政复议", right=5), Printed("行政诉讼", right=10)],
        [
            *(Printed(word, 2) for word in words),
            Printed("未经复议直接起诉", right=5),
            Printed("复议后起诉", right=5),
        ],
        [Printed(word) for word in words * 2],
        [Printed(str(figures[key]), key=key) for key in keys],
    ]


def tables(figures: Figures) -> list[Rows]:
    """The three statutory tables."""
    return [disclosure_rows(figures), applications_rows(figures), review_rows(figures)]


TITLE = "江宁镇人民政府2023年政府信息公开工作年度报告"
HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)
PROSE = (
    "根据《中华人民共和国政府信息公开条例》的规定，现公布江宁镇人民政府2023年政府信息公开工作年度报告。"
    "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。"
)


def html_page(figures: Figures, *, style: str = "") -> str:
    """The whole report as a page, to be printed or to be converted."""
    parts = [f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>一、总体情况</h2><p>{PROSE}</p>"]
    for heading, rows in zip(HEADINGS, tables(figures), strict=True):
        parts.append(f"<h2>{heading}</h2><table>")
        for row in rows:
            cells = "".join(
                f'<td rowspan="{cell.down}" colspan="{cell.right}">{escape(cell.text)}</td>' for cell in row
            )
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    parts.append(f"<h2>五、存在的主要问题及改进情况</h2><p>{PROSE}</p><h2>六、其他需要报告的事项</h2><p>无。</p>")
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title></title><style>'
        "table{border-collapse:collapse;width:100%}td{border:1px solid #000;padding:3px;text-align:center;"
        f"font-size:10.5pt}}{style}</style></head><body>{''.join(parts)}</body></html>"
    )
