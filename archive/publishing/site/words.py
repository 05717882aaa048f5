"""The words of the site's pages, in English and Chinese."""

from __future__ import annotations

LANGUAGES = ("en", "zh")

_WORDS: dict[str, tuple[str, str]] = {
    # the frame of every page
    "subject": ("Annual reports on government information disclosure", "政府信息公开工作年度报告"),
    "skip": ("To the content", "跳到正文"),
    "home": ("Home", "首页"),
    "coverage": ("Coverage", "覆盖情况"),
    "compare": ("Compare", "比较"),
    "search": ("Search", "检索"),
    "dictionary": ("Dictionary", "数据字典"),
    "data": ("Tables and SQL", "数据表与 SQL"),
    "footer": (
        "Figures are as the agencies printed them, mistakes included; each leads to its page.",
        "数据均为机关原文所载，错误照录；每个数字都可回到原文。",
    ),
    # things
    "agency": ("Agency", "机关"),
    "agencies": ("Agencies", "机关"),
    "year": ("Year", "年份"),
    "years": ("Years", "年份"),
    "state": ("State", "状态"),
    "reason": ("Reason", "原因"),
    "province": ("Province", "省"),
    "city": ("City", "市"),
    "district": ("District", "区县"),
    "level": ("Level", "层级"),
    "report": ("Report", "年报"),
    "reports": ("Reports", "年报"),
    "figures": ("Figures", "数据"),
    "figure": ("Figure", "指标"),
    "title": ("Title", "标题"),
    "published": ("Published", "公开日期"),
    "fetched": ("Fetched", "抓取时间"),
    "form": ("Form", "表式"),
    "address": ("Address", "网址"),
    "host": ("Host", "网站"),
    "total": ("Total", "合计"),
    "chosen": ("chosen", "采用"),
    "none": ("None.", "没有。"),
    "unknown": ("unknown", "不详"),
    "all": ("all", "全部"),
    "of": ("of", "/"),
    "filter": ("Show", "查看"),
    "clear": ("Clear", "清除"),
    "previous": ("Previous", "上一页"),
    "next": ("Next", "下一页"),
    "pages": ("Pages", "页码"),
    "download": ("Download CSV", "下载 CSV"),
    # home
    "search_label": ("Words in titles and texts", "标题与正文中的词语"),
    "search_hint": ("for example 行政复议, 不予公开", "例如：行政复议、不予公开"),
    "by_year": ("Reports by province and year", "各省各年年报数"),
    "no_province": ("no division known", "区划不详"),
    "freshness": ("Freshness", "更新情况"),
    "last_run": ("Last run", "最近一次运行"),
    "running": ("running, or ended without a word", "运行中或异常中止"),
    "no_run": ("No run yet.", "尚未运行。"),
    "answered_sites": ("sites that have answered", "个网站有应答"),
    "findings": ("Sites that need a look", "需要查看的网站"),
    "changed": ("Lately come or changed", "最近新增或变化"),
    "new_page": ("new", "新增"),
    "changed_page": ("changed", "有变化"),
    "questions": ("Questions people have", "常见问题"),
    "empty_archive": (
        "The archive holds no reports yet: `nianbao crawl` brings them.",
        "档案中还没有年报：用 `nianbao crawl` 抓取。",
    ),
    # coverage
    "due": ("reports due are in the archive", "份应公开年报已收录"),
    "gaps": ("Gaps and doubts, with reasons", "缺口、存疑及原因"),
    "not_published": ("Without a report for the last year that is due", "最近应公开年度尚无年报"),
    "empty": ("No agency matches.", "没有符合条件的机关。"),
    "caption": ("Agencies down, years across, one cell a report.", "每行一个机关，每列一年，每格一份年报。"),
    "legend": ("Legend", "图例"),
    # agency
    "its_years": ("Year by year", "逐年情况"),
    "received": ("Applications received in the year", "本年新收申请"),
    "outcomes": ("Outcomes of applications", "申请办理结果"),
    "reviews": ("Reconsideration and litigation", "行政复议与行政诉讼"),
    "carry": ("Carried over against carried in", "结转衔接"),
    "carry_note": (
        "What one year carries over, the next one should carry in.",
        "上年“结转下年度继续办理”应等于下年“上年结转”。",
    ),
    "carried_over": ("Carried over", "结转下年度"),
    "carried_in": ("Carried in the year after", "次年上年结转"),
    "agrees": ("agrees", "一致"),
    "disagrees": ("differs", "不一致"),
    "not_known": ("not known", "无法判断"),
    "documents": ("Documents and versions", "文件与版本"),
    "below": ("Agencies of this district", "本区县其他机关"),
    "compare_with": ("Compare with others", "与其他机关比较"),
    "as_table": ("The numbers", "数据表"),
    "code": ("Division", "区划代码"),
    # report
    "year_reported": ("Year reported on", "报告年度"),
    "checks": ("Checks", "勾稽关系核对"),
    "no_checks": ("No check could be tried.", "无可核对的勾稽关系。"),
    "holds": ("holds", "成立"),
    "broken": ("broken", "不成立"),
    "cannot_say": ("cannot be said", "无法判断"),
    "warnings": ("What the reading could not settle", "未能确定之处"),
    "removed": ("Taken out as injected", "已剔除的植入内容"),
    "times": ("times", "次"),
    "kind": ("Kind", "种类"),
    "where": ("Where", "位置"),
    "rule": ("Rule", "规则"),
    "suggestion": ("Stood there, probably", "原处疑为"),
    "versions": ("Versions", "版本"),
    "this_one": ("this one", "当前"),
    "differences": ("differences", "差异"),
    "differences_with": ("Differences from the document of", "与以下文件的差异："),
    "same_figures": ("The figures are the same.", "数据相同。"),
    "same_text": ("The text is the same.", "正文相同。"),
    "here": ("Here", "本文件"),
    "there": ("There", "对比文件"),
    "figures_differ": ("Figures", "数据"),
    "text_differs": ("Text", "正文"),
    "original": ("The page as served", "网页原件"),
    "original_note": (
        "Shown in a closed frame: no script runs, nothing is loaded.",
        "在隔离框架中显示：不运行脚本，不加载外部内容。",
    ),
    "source": ("Source", "源代码"),
    "bytes": ("Download", "下载原件"),
    "headers": ("The answer's headers", "响应头"),
    "text": ("Cleaned text", "清理后的正文"),
    "text_note": ("A number in the tables above leads to its cell here.", "点击上方表中的数字可跳到此处对应单元格。"),
    "parsed_tables": ("Tables as parsed", "解析出的表格"),
    "no_figures": ("No figures could be read.", "未能提取数据。"),
    "lost": ("the cell could not be placed with certainty", "单元格无法确定"),
    "printed": ("printed", "原文"),
    "not_chosen": ("Another document stands for this agency and year:", "该机关该年度采用的是另一文件："),
    "not_report": ("This page does not read as an annual report.", "该页面未识别为年度报告。"),
    "ocr_note": (
        "Numbers set like this were recognized in a picture of the table; cells that were not clear are left out.",
        "这样显示的数字由表格图片识别而来；不清晰的单元格留空。",
    ),
    "by_ocr": ("read from a picture", "由图片识别"),
    # search
    "results": ("reports", "份年报"),
    "no_results": ("No report holds all these words.", "没有年报同时包含这些词语。"),
    "newest_first": ("many: the newest first", "结果较多，按年份排列"),
    "narrow": ("Narrow", "缩小范围"),
    "remove_filter": ("remove", "取消"),
    # compare
    "compare_lead": (
        "Up to eight agencies and four figures side by side, over the years.",
        "最多八个机关、四项指标，逐年并列。",
    ),
    "add_agency": ("Add an agency by name", "按名称添加机关"),
    "add_figure": ("Add a figure", "添加指标"),
    "matches": ("Which one?", "请选择："),
    "no_match": ("No agency of that name.", "没有该名称的机关。"),
    "add": ("Add", "添加"),
    "choose": ("Name an agency to begin.", "请先输入机关名称。"),
    # dictionary
    "dictionary_lead": (
        "Every table, view, section, item and category, made from the archive's declarations.",
        "全部数据表、视图、部分、指标与栏目，由档案的声明生成。",
    ),
    "tables": ("Tables", "数据表"),
    "views": ("Views", "视图"),
    "views_note": (
        "Other people's queries rely on the views; their columns are kept.",
        "视图供外部查询使用，其列保持不变。",
    ),
    "column": ("Column", "列"),
    "type": ("Type", "类型"),
    "holds_column": ("Holds", "含义"),
    "sections": ("Figures", "指标"),
    "item": ("Item", "项"),
    "label": ("Label", "原文标签"),
    "meaning": ("Meaning", "含义"),
    "categories": ("Categories", "栏目"),
    "category": ("Category", "栏目"),
    "forms": ("Forms", "表式"),
    "one_row": ("One row is", "每行为"),
    "columns": ("Columns", "列"),
}

WORDS: dict[str, dict[str, str]] = {
    language: {key: pair[place] for key, pair in _WORDS.items()} for place, language in enumerate(LANGUAGES)
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

HOSTS: dict[str, tuple[str, str]] = {
    "own": ("the agency's own site", "机关自有网站"),
    "government": ("a government site", "政府网站"),
    "other": ("another site", "其他网站"),
    "clone": ("a copy of a government site", "仿冒政府网站"),
}

# How a run ended, and what it counts.
RUNS: dict[str, tuple[str, str]] = {
    "finished": ("finished", "完成"),
    "stopped": ("stopped before its end", "中断"),
    "failed": ("failed", "失败"),
    "captures": ("answers kept", "保存应答"),
    "readings": ("documents read", "解析文件"),
    "stored": ("new or changed", "新增或变化"),
    "unchanged": ("unchanged", "未变化"),
    "redirected": ("redirected", "重定向"),
    "offsite": ("on other hosts", "站外"),
    "robots": ("closed by robots.txt", "robots.txt 禁止"),
    "blocked": ("blocked", "被拒绝"),
    "gone": ("gone", "已不存在"),
    "too_big": ("too big", "过大"),
    "trap": ("traps", "陷阱"),
    "not_wanted": ("not wanted", "不需要"),
    "pending": ("to go", "待抓取"),
    "in_flight": ("under way", "抓取中"),
    "requests": ("requests", "请求"),
}

RULES: dict[str, tuple[str, str]] = {
    "applications.balance": (
        "Received and carried in equal handled and carried over",
        "本年新收＋上年结转＝办理总计＋结转下年度",
    ),
    "applications.handled_total": ("The total handled is the sum of all outcomes", "办理结果总计＝各项结果之和"),
    "applications.row_totals": (
        "Each row's total is the sum of the six kinds of applicants",
        "各行总计＝六类申请人之和",
    ),
    "review.totals": ("Each review total is the sum of its four results", "复议诉讼总计＝四类结果之和"),
    "applications.carried_over": (
        "What the year before carried over is carried in",
        "上年年报“结转下年度”＝本年“上年结转”",
    ),
    "report.documents_agree": (
        "All documents of this agency and year print the same figures",
        "同一机关同一年度各文件数据一致",
    ),
    "text.counts": ("The numbers told in the text are those of the tables", "正文所述数字与表格一致"),
}

# Outcomes drawn as one bar a year: the items that add up to each.
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("granted", "granted", "予以公开"),
    ("partly_granted", "partly granted", "部分公开"),
    ("denied_", "denied", "不予公开"),
    ("unavailable_", "not available", "无法提供"),
    ("rejected_", "not processed", "不予处理"),
    ("other_", "other handling", "其他处理"),
)


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


def host_in_words(state: str, language: str) -> str:
    """Whose host a page came from; the state's name where it is not one of those known here."""
    pair = HOSTS.get(state)
    return pair[LANGUAGES.index(language)] if pair else state


def run_in_words(name: str, language: str) -> str:
    """An outcome of a run or something it counts; its name where it is not one of those known here."""
    pair = RUNS.get(name)
    return pair[LANGUAGES.index(language)] if pair else name


def rule_in_words(rule: str, language: str) -> str:
    """A check's rule as a sentence; its name where it is not one of those known here."""
    pair = RULES.get(rule)
    return pair[LANGUAGES.index(language)] if pair else rule
