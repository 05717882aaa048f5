"""The statutory forms of the annual report: every section, row and column, with its printed label.

Sources: 国办公开办函〔2021〕30号 (form 2021), 国办公开办函〔2019〕60号 (form 2019), and the State Council's
statistics form 政府信息公开情况统计表 (form 2014).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from archive.reading.cells import UNSEEN
from archive.reading.script import simplify

SECTIONS = {
    "disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "review": "四、政府信息公开行政复议、行政诉讼情况",
    "annex": "政府信息公开情况统计表",
}


@dataclass(frozen=True, slots=True)
class Category:
    """A column: its name and the labels it is printed under, the statutory one first."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A row: its name, the labels it is printed under (the statutory one first), its place, and the forms it is in."""

    section: str
    name: str
    labels: tuple[str, ...]
    categories: tuple[str, ...]
    group: str = ""
    ordinal: int = 0
    forms: tuple[str, ...] = ("2019", "2021")

    @property
    def label(self) -> str:
        return self.labels[0]


# --- 二、主动公开政府信息情况 -------------------------------------------------------------------------------------

DISCLOSURE_CATEGORIES: tuple[Category, ...] = (
    Category("issued", ("本年制发件数", "本年制发数量", "制发件数")),
    Category("repealed", ("本年废止件数", "本年废止数量", "废止件数")),
    Category("in_force", ("现行有效件数", "现行有效数量")),
    Category("made", ("本年新制作数量", "新制作数量")),
    Category("disclosed", ("本年新公开数量", "新公开数量")),
    Category("total_disclosed", ("对外公开总数量",)),
    Category("decisions", ("本年处理决定数量", "处理决定数量")),
    Category("items_last_year", ("上一年项目数量", "上年项目数量", "上一年度项目数量")),
    Category("change", ("本年增/减", "本年增减")),
    Category("amount", ("本年收费金额", "采购总金额")),
    Category("projects", ("采购项目数量",)),
)

_RULE_COUNTS: dict[str, tuple[str, ...]] = {
    "2021": ("issued", "repealed", "in_force"),
    "2019": ("made", "disclosed", "total_disclosed"),
}
_DECISION_COUNTS: dict[str, tuple[str, ...]] = {
    "2021": ("decisions",),
    "2019": ("items_last_year", "change", "decisions"),
}

# The columns of each row of section 二 by form; the same row has other columns in the other form.
DISCLOSURE_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "rules": _RULE_COUNTS,
    "normative_documents": _RULE_COUNTS,
    "permits": _DECISION_COUNTS,
    "other_services": {"2019": _DECISION_COUNTS["2019"]},
    "penalties": _DECISION_COUNTS,
    "compulsory_measures": _DECISION_COUNTS,
    "fees": {"2021": ("amount",), "2019": ("items_last_year", "change")},
    "procurement": {"2019": ("projects", "amount")},
}


def _disclosure(name: str, *labels: str) -> Item:
    columns = DISCLOSURE_COLUMNS[name]
    categories = tuple(dict.fromkeys(category for form in ("2021", "2019") for category in columns.get(form, ())))
    return Item("disclosure", name, labels, categories, forms=tuple(sorted(columns)))


DISCLOSURE: tuple[Item, ...] = (
    _disclosure("rules", "规章"),
    _disclosure("normative_documents", "行政规范性文件", "规范性文件"),
    _disclosure("permits", "行政许可"),
    _disclosure("other_services", "其他对外管理服务事项"),
    _disclosure("penalties", "行政处罚"),
    _disclosure("compulsory_measures", "行政强制"),
    _disclosure("fees", "行政事业性收费"),
    _disclosure("procurement", "政府集中采购"),
)

# --- 三、收到和处理政府信息公开申请情况 -----------------------------------------------------------------------------

APPLICANTS: tuple[Category, ...] = (
    Category("natural_person", ("自然人",)),
    Category("business", ("商业企业",)),
    Category("research", ("科研机构",)),
    Category("public_interest", ("社会公益组织",)),
    Category("legal_services", ("法律服务机构",)),
    Category("other", ("其他",)),
    Category("total", ("总计", "合计")),
)
APPLICANT_NAMES = tuple(category.name for category in APPLICANTS)

GRANTED, PARTLY, DENIED, UNAVAILABLE, REJECTED, OTHER, TOTAL = (
    "（一）予以公开",
    "（二）部分公开",
    "（三）不予公开",
    "（四）无法提供",
    "（五）不予处理",
    "（六）其他处理",
    "（七）总计",
)
RESULTS = "三、本年度办理结果"


def _application(name: str, group: str, ordinal: int, *labels: str, forms: tuple[str, ...] = ("2019", "2021")) -> Item:
    return Item("applications", name, labels, APPLICANT_NAMES, group, ordinal, forms)


APPLICATIONS: tuple[Item, ...] = (
    _application("new", "", 1, "一、本年新收政府信息公开申请数量"),
    _application("carried_in", "", 2, "二、上年结转政府信息公开申请数量"),
    _application("granted", GRANTED, 0, "（一）予以公开"),
    _application(
        "partly_granted",
        PARTLY,
        0,
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "（二）部分公开",
    ),
    _application("denied_state_secret", DENIED, 1, "1.属于国家秘密"),
    _application("denied_by_law", DENIED, 2, "2.其他法律行政法规禁止公开"),
    _application("denied_public_security", DENIED, 3, "3.危及“三安全一稳定”"),
    _application("denied_third_party", DENIED, 4, "4.保护第三方合法权益"),
    _application("denied_internal_affairs", DENIED, 5, "5.属于三类内部事务信息"),
    _application("denied_process", DENIED, 6, "6.属于四类过程性信息"),
    _application("denied_enforcement_file", DENIED, 7, "7.属于行政执法案卷"),
    _application("denied_inquiry", DENIED, 8, "8.属于行政查询事项"),
    _application("unavailable_not_held", UNAVAILABLE, 1, "1.本机关不掌握相关政府信息"),
    _application("unavailable_not_existing", UNAVAILABLE, 2, "2.没有现成信息需要另行制作"),
    _application("unavailable_unclear", UNAVAILABLE, 3, "3.补正后申请内容仍不明确"),
    _application("rejected_petition", REJECTED, 1, "1.信访举报投诉类申请"),
    _application("rejected_repeat", REJECTED, 2, "2.重复申请"),
    _application("rejected_publication", REJECTED, 3, "3.要求提供公开出版物"),
    _application("rejected_excessive", REJECTED, 4, "4.无正当理由大量反复申请"),
    _application("rejected_reconfirm", REJECTED, 5, "5.要求行政机关确认或重新出具已获取信息"),
    _application("other_handling", OTHER, 0, "（六）其他处理", forms=("2019",)),
    _application(
        "other_not_corrected",
        OTHER,
        1,
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        forms=("2021",),
    ),
    _application(
        "other_fee_unpaid",
        OTHER,
        2,
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        forms=("2021",),
    ),
    _application("other_reason", OTHER, 3, "3.其他", forms=("2021",)),
    _application("handled_total", TOTAL, 0, "（七）总计"),
    _application("carried_over", "", 4, "四、结转下年度继续办理"),
)

# --- 四、政府信息公开行政复议、行政诉讼情况 --------------------------------------------------------------------------

RESULTS_OF_REVIEW: tuple[Category, ...] = (
    Category("upheld", ("结果维持",)),
    Category("corrected", ("结果纠正",)),
    Category("other", ("其他结果",)),
    Category("pending", ("尚未审结",)),
    Category("total", ("总计", "合计")),
)
REVIEW_NAMES = tuple(category.name for category in RESULTS_OF_REVIEW)

REVIEW: tuple[Item, ...] = (
    Item("review", "reconsideration", ("行政复议",), REVIEW_NAMES),
    Item("review", "litigation_direct", ("未经复议直接起诉", "行政诉讼未经复议直接起诉"), REVIEW_NAMES),
    Item("review", "litigation_after_review", ("复议后起诉",), REVIEW_NAMES),
)

# --- 政府信息公开情况统计表 (form 2014) ---------------------------------------------------------------------------


def _indicator(name: str, group: str, *labels: str) -> Item:
    return Item("annex", name, labels, ("count", "cumulative"), group, forms=("2014",))


ANNEX: tuple[Item, ...] = (
    _indicator(
        "disclosed_items",
        "",
        "主动公开政府信息数",
        "主动公开政府信息总数",
        "主动公开政府信息数（不同渠道和方式公开相同信息计1条）",
    ),
    _indicator("normative_documents_disclosed", "", "主动公开规范性文件数", "其中：主动公开规范性文件数"),
    _indicator("normative_documents_issued", "", "制发规范性文件总数"),
    _indicator("via_gazette", "", "政府公报公开政府信息数"),
    _indicator("via_website", "", "政府网站公开政府信息数"),
    _indicator("via_weibo", "", "政务微博公开政府信息数"),
    _indicator("via_wechat", "", "政务微信公开政府信息数"),
    _indicator("via_other", "", "其他方式公开政府信息数"),
    _indicator(
        "responses",
        "",
        "回应公众关注热点或重大舆情数",
        "回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）",
    ),
    _indicator("press_conferences", "", "参加或举办新闻发布会总次数"),
    _indicator("press_conferences_by_head", "", "主要负责同志参加新闻发布会次数", "主要负责同志参加新闻发布会总次数"),
    _indicator("online_interviews", "", "政府网站在线访谈次数"),
    _indicator("online_interviews_by_head", "", "主要负责同志参加政府网站在线访谈次数"),
    _indicator("policy_explanations", "", "政策解读稿件发布数"),
    _indicator("social_media_responses", "", "微博微信回应事件数"),
    _indicator("other_responses", "", "其他方式回应事件数"),
    _indicator("applications_received", "", "收到申请数", "收到申请总数", "收到政府信息公开申请数"),
    _indicator("in_person", "", "当面申请数"),
    _indicator("by_fax", "", "传真申请数"),
    _indicator("online", "", "网络申请数", "网上申请数"),
    _indicator("by_letter", "", "信函申请数"),
    _indicator("applications_completed", "", "申请办结数", "申请办结总数"),
    _indicator("completed_in_time", "", "按时办结数"),
    _indicator("completed_after_extension", "", "延期办结数"),
    _indicator("replies", "", "申请答复数", "申请答复总数", "对申请的答复总数"),
    _indicator("already_public", "", "属于已主动公开范围数"),
    _indicator("granted", "", "同意公开答复数"),
    _indicator("partly_granted", "", "同意部分公开答复数"),
    _indicator("denied", "", "不同意公开答复数"),
    _indicator("denied_state_secret", "", "涉及国家秘密"),
    _indicator("denied_trade_secret", "", "涉及商业秘密"),
    _indicator("denied_privacy", "", "涉及个人隐私"),
    _indicator("denied_public_security", "", "危及国家安全、公共安全、经济安全和社会稳定"),
    _indicator("denied_not_government_information", "", "不是《条例》所指政府信息"),
    _indicator("denied_by_law", "", "法律法规规定的其他情形"),
    _indicator("not_this_agency", "", "不属于本行政机关公开数"),
    _indicator("not_existing", "", "申请信息不存在数"),
    _indicator("to_be_corrected", "", "告知作出更改补充数"),
    _indicator("other_route", "", "告知通过其他途径办理数"),
    _indicator("reconsiderations", "", "行政复议数量", "行政复议数"),
    _indicator("reconsiderations_upheld", "行政复议", "维持具体行政行为数"),
    _indicator("reconsiderations_corrected", "行政复议", "被依法纠错数"),
    _indicator("reconsiderations_other", "行政复议", "其他情形数"),
    _indicator("litigations", "", "行政诉讼数量", "行政诉讼数"),
    _indicator("litigations_upheld", "行政诉讼", "维持具体行政行为或者驳回原告诉讼请求数"),
    _indicator("litigations_corrected", "行政诉讼", "被依法纠错数"),
    _indicator("litigations_other", "行政诉讼", "其他情形数"),
    _indicator("complaints", "", "举报投诉数量"),
    _indicator("fees_collected", "", "依申请公开信息收取的费用", "依申请公开信息收取的费用（万元）"),
    _indicator(
        "offices",
        "",
        "政府信息公开工作专门机构数",
        "设立政府信息公开工作专门机构数",
        "政府信息公开专门机构数",
    ),
    _indicator("reading_points", "", "设置政府信息公开查阅点数"),
    _indicator("staff", "", "从事政府信息公开工作人员数"),
    _indicator("staff_full_time", "", "专职人员数", "专职人员数（不包括政府公报及政府网站工作人员数）"),
    _indicator("staff_part_time", "", "兼职人员数"),
    _indicator(
        "budget",
        "",
        "政府信息公开专项经费",
        "政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
    ),
    _indicator("meetings", "", "召开政府信息公开工作会议或专题会议数"),
    _indicator("trainings", "", "举办各类培训班数"),
    _indicator("people_trained", "", "接受培训人员数"),
)

# Headings inside the annex, which have no number of their own.
ANNEX_HEADINGS = (
    "主动公开情况",
    "通过不同渠道和方式公开政府信息的情况",
    "回应解读情况",
    "通过不同渠道和方式回应解读的情况",
    "依申请公开情况",
    "机构建设和保障经费情况",
    "政府信息公开会议和培训情况",
)

ITEMS: tuple[Item, ...] = DISCLOSURE + APPLICATIONS + REVIEW + ANNEX

# --- how labels are compared ---------------------------------------------------------------------------------

_BLANKS_AND_MARKS = re.compile(r"[\W_]+")
_ENUMERATOR = re.compile(r"^(?:其中[:：]?)?[(（]?(?:[一二三四五六七八九十]+|\d{1,2})(?:[)）][、.．,，]?|[、.．,，])")


# Marks of footnotes behind a label: raised digits, numbers in circles, stars.
_FOOTNOTE_MARKS = re.compile(r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u207d\u207e\u2460-\u2473*＊※★☆▲△\s]+$")
_CIRCLED_NUMBER = re.compile(r"^(\s*[\u2460-\u2473])")
# Words that differ by region, not by script alone.
_REGIONAL_WORDS = (("资讯", "信息"), ("规范性档案", "规范性文件"))


@lru_cache(maxsize=4096)
def _unify(text: str) -> str:
    """One spelling for comparison: footnote marks and what is not seen off, NFKC forms and scripts unified."""
    text = text.translate(UNSEEN)
    unified = unicodedata.normalize("NFKC", _CIRCLED_NUMBER.sub(r"\1.", _FOOTNOTE_MARKS.sub("", text)))
    simplified = simplify(unified)
    if simplified != unified:
        for word, usual in _REGIONAL_WORDS:
            simplified = simplified.replace(word, usual)
    return simplified


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Fold a label for comparison: compatibility forms and scripts unified, blanks and marks out."""
    return _BLANKS_AND_MARKS.sub("", _unify(text))


def enumerator(text: str) -> str:
    """The number a label begins with (`3.`, `（六）`, `四、`), without its marks; empty where there is none."""
    squeezed = re.sub(r"\s+", "", _unify(text))
    match = _ENUMERATOR.match(squeezed)
    return _BLANKS_AND_MARKS.sub("", match.group()).removeprefix("其中") if match else ""


@lru_cache(maxsize=8192)
def core(text: str) -> str:
    """The label without its number, folded for comparison."""
    squeezed = re.sub(r"\s+", "", _unify(text))
    return _BLANKS_AND_MARKS.sub("", _ENUMERATOR.sub("", squeezed, count=1))


@cache
def items_by_core(section: str) -> dict[str, tuple[Item, ...]]:
    """The items of a section by their labels' cores; several where a label occurs in two groups."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in ITEMS:
        if item.section == section:
            labels = [core(label) for label in item.labels]
            if section == "applications":
                # Where an injected word stood for it, a hole is left (本年新收申请数量).
                labels += [label.replace("政府信息公开", "") for label in labels]
                # The cells of the group and of its row run together.
                over = RESULTS if item.name == "granted" else item.group
                if over and over != item.label:
                    labels += [core(over + label) for label in item.labels]
            for label in dict.fromkeys(labels):
                found[label] = (*found.get(label, ()), item)
    return found


@cache
def categories_by_label(section: str) -> dict[str, str]:
    """Category names of a section by their folded labels."""
    declared = {
        "disclosure": DISCLOSURE_CATEGORIES,
        "applications": APPLICANTS,
        "review": RESULTS_OF_REVIEW,
    }[section]
    return {plain(label): category.name for category in declared for label in category.labels}


GROUPS: dict[str, str] = {
    core(label): label for label in (GRANTED, PARTLY, DENIED, UNAVAILABLE, REJECTED, OTHER, TOTAL, RESULTS)
}

# Printed in the tables, and neither row nor column: ignored by name.
IGNORED_LABELS = frozenset(
    plain(label)
    for label in (
        "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和",
        "申请人情况",
        "法人或其他组织",
        "信息内容",
        "第二十条第（一）项",
        "第二十条第（五）项",
        "第二十条第（六）项",
        "第二十条第（八）项",
        "第二十条第（九）项",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "政府信息公开行政复议、行政诉讼情况",
        RESULTS,
        *ANNEX_HEADINGS,
    )
)
