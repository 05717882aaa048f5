"""The words of the site's pages, in English and Chinese."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Coverage",
        "subject": "Annual reports on government information disclosure",
        "home": "Archive",
        "search": "Search",
        "agency": "Agency",
        "year": "Year",
        "state": "State",
        "reason": "Reason",
        "province": "Province",
        "city": "City",
        "district": "District",
        "level": "Level",
        "all": "all",
        "filter": "Show",
        "clear": "Clear",
        "due": "reports due are in the archive",
        "of": "of",
        "agencies": "agencies:",
        "gaps": "Gaps and doubts, with reasons",
        "no_gaps": "None.",
        "empty": "No agency matches.",
        "caption": "Agencies down, years across, one cell a report.",
        "legend": "Legend",
        "pages": "Pages",
        "previous": "Previous",
        "next": "Next",
    },
    "zh": {
        "title": "覆盖情况",
        "subject": "政府信息公开工作年度报告",
        "home": "档案",
        "search": "检索",
        "agency": "机关",
        "year": "年份",
        "state": "状态",
        "reason": "原因",
        "province": "省",
        "city": "市",
        "district": "区县",
        "level": "层级",
        "all": "全部",
        "filter": "查看",
        "clear": "清除",
        "due": "份应公开年报已收录",
        "of": "/",
        "agencies": "机关：",
        "gaps": "缺口、存疑及原因",
        "no_gaps": "没有。",
        "empty": "没有符合条件的机关。",
        "caption": "每行一个机关，每列一年，每格一份年报。",
        "legend": "图例",
        "pages": "页码",
        "previous": "上一页",
        "next": "下一页",
    },
}

LEVELS: dict[str, tuple[str, str]] = {
    "province": ("province", "省级"),
    "city": ("city", "市级"),
    "district": ("district", "区县级"),
    "street": ("street office", "街道"),
    "town": ("town", "乡镇"),
    "department": ("department", "部门"),
    "other": ("other", "其他"),
}


def preferred_language(accepted: str) -> str:
    """`zh` or `en`, whichever an Accept-Language header prefers (RFC 9110, 12.5.4); `en` where it names neither."""
    best, quality = "en", 0.0
    for part in accepted.split(","):
        name, _, parameter = part.strip().partition(";")
        language = name.strip().lower().split("-")[0]
        weight = 1.0
        if parameter.strip().startswith("q="):
            try:
                weight = float(parameter.strip()[2:])
            except ValueError:
                weight = 0.0
        if language in WORDS and weight > quality:
            best, quality = language, weight
    return best
