"""The details of checks and of coverage in the reader's language: their set phrases, and rows and columns by name."""

from __future__ import annotations

import re

from archive.reading import forms

# The set phrases of archive.reading.checks, archive.agreement and archive.views; numbers and addresses stay.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"no report of this year on the site", "网站上未找到该年度年报"),
        (r"the site has not answered", "网站没有应答"),
        (r"read as something else than an annual report", "识别为年报以外的内容"),
        (r"the page is gone", "网页已不存在"),
        (r"the numbers it takes are not all there", "所需数字不全"),
        (r"the tables lack the totals that the text states", "表格中没有正文所述的合计"),
        (r"(\d+) of (\d+) cannot be said", r"\2 项中有 \1 项无法判断"),
        (r"the rows of (\d+) and (\d+) are not both there", r"\1 年与 \2 年的数据不全"),
        (r": (\S+) in the tables", r"，表格中为 \1"),
        (
            r"(\S+) carried into (\d+), (\S+) over from (\d+)",
            r"\4 年“结转下年度”为 \3，\2 年“上年结转”为 \1",
        ),
        (r"(\S+) here, (\S+) in (?=\S+:)", r"本文件为 \1，另一文件为 \2："),
        (r"and (\d+) more\b", r"另有 \1 项"),
        (r"(?<=\d) against (?=\d)", " ≠ "),
    )
)


def _names() -> dict[str, str]:
    """Rows and columns by the name they have in the archive; a row's group where its label alone is not enough."""
    found = {category.name: category.labels[0] for category in (*forms.APPLICANTS, *forms.RESULTS_OF_REVIEW)}
    found |= {category.name: category.labels[0] for category in forms.DISCLOSURE_CATEGORIES}
    for item in forms.ITEMS:
        group = item.group if item.group and item.group != item.label else ""
        found.setdefault(item.name, f"{group} {item.label}".strip())
    return found


_NAMES = _names()
# A name as the details print it: at the front of its number, alone or after its section and row.
_NAME = re.compile(rf"(?<![\w./:])(?:(?:{'|'.join(forms.SECTIONS)})\.)?([a-z_]+(?:\.[a-z_]+)?)(?=: )")


def detail_in_words(detail: str, language: str) -> str:
    """A detail for a reader of that language; what is no set phrase of ours stays as it is."""
    if language != "zh":
        return detail
    for pattern, chinese in _PHRASES:
        detail = pattern.sub(chinese, detail)
    return _NAME.sub(_named, detail)


def _named(found: re.Match[str]) -> str:
    names = found[1].split(".")
    return " · ".join(_NAMES[name] for name in names) if all(name in _NAMES for name in names) else found[0]
