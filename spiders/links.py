"""Which link leads to annual reports: judged by what it says and by where it points, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from crawler.page import route_of


class Leads(StrEnum):
    """Where a link leads."""

    REPORT = "report"
    REPORT_COLUMN = "report_column"
    UNITS = "units"
    """A directory of departments, streets and towns."""
    UNIT = "unit"
    """The pages of one department, street or town."""
    DISCLOSURE = "disclosure"
    DOUBTFUL = "doubtful"
    DECOY = "decoy"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a link leads, how surely (0 to 100), and why; year and unit as the link names them."""

    leads: Leads
    score: int = 0
    reason: str = ""
    year: int | None = None
    unit: str | None = None


NOWHERE = Verdict(Leads.NOWHERE)
_KNOWN = 8192
"""Judgements that are kept in mind: the links in the frame of a site's pages are the same on each."""

DOCUMENT_SUFFIXES = "pdf|docx?|wps|xlsx?|et|ofd|zip|rar|rtf"
_DOCUMENT = re.compile(rf"\.(?:{DOCUMENT_SUFFIXES})$", re.IGNORECASE)
# Addresses without an extension that answer with a document: Hanweb, VSB, SiteServer, Bozhou.
DOWNLOAD_ADDRESS = (
    r"/down(?:load)?(?:file|attach)?\.(?:jsp|php|aspx?|ashx|do|action)\b|/downxxgk\.php|AnnualReport/download/"
    r"|/virtual_attach_file|type=Download&"
)
_DOWNLOAD = re.compile(DOWNLOAD_ADDRESS, re.IGNORECASE)
_ARTICLE = re.compile(
    r"""/t20\d{6}_\d+(?:_\d+)?(?:_wap)?\.s?html?$        # TRS
    |/art/|/art_[\w]+\.html                                # Hanweb
    |/content/(?:m?post_\d+|[0-9a-f-]{20,})|/m?post_\d+\.html
    |/info/\w+/\d+\.html?$|/content\.jsp\?                 # VSB
    |/20\d{4}/(?:\d{1,2}/)?[\w-]+\.s?html?$                # month folders: UCAP, Hebei
    |/20\d\d/(?:\d{1,4}/){1,2}[\w-]+(?:\.s?html?)?$        # year/month(/day) folders
    |/20\d{6}/[\w-]+\.s?html?$                             # Shanghai
    |/[0-9a-f]{24,32}\.s?html?$|/\d{5,}\.(?:s?html?|jhtml)$|/i\d{5,}\.html
    |/doc_[0-9a-f]+\.html|content[-_]\w+(?:-\d+)?\.html|/pnidpv\d+
    |/(?:show|detail|view|article|content|info|news)\w*/(?:\w+/)*\w*\d\w*(?:\.s?html?)?$
    |(?:show|detail|article|content|view)\w*(?:\.(?:aspx?|jsp|php|do|s?html?))?\?.*(?:id|Key|no)=
    |/iIndex\.jsp\?|/show-\d+-\d+|xxgkAnnualReport\.jsp\?|[?&]nbYear=\d|articleKey=
    """,
    re.IGNORECASE | re.VERBOSE,
)

# 年报 pages are addressed by the initials of their name; channel numbers may follow: zfxxgknb_97478, ndbg2.
_REPORT_SLUG = re.compile(
    r"^(?:20\d\dn?d?)?(?:[a-z]{0,6}(?:(?:xx|zw)gk)(?:gz)?nd?bg?|n?gkn(?:b|dbg)|(?:bm|jd|xz|zj|jz|qzf|xzf|q|x)?n(?:b|dbg)"
    r"|annual_?reports?|niandubaogao|nianbao)(?:20\d\d)?(?:[_-]?\d+\w?)?$"
)
_DISCLOSURE_SLUG = re.compile(
    r"^(?:gkmlpt|zfxxgk(?:pt|zl|ml)?|xxgk(?:ml)?|zwgk|zwxxgk|gkml|gongkai|openness)(?:[_-]?\d+)?$"
)
_UNITS_SLUG = re.compile(r"^(?:bmjd|bmjz|jdbsc|xzjd|jdzf|zjjd|xzbm|bmxx|bmxxgk|xzxxgk|dfbmptlj|jdxxgk)(?:[_-]?\d+)?$")

_STRONG = re.compile(
    r"(?:信息|政务)公开(?:工作)?.{0,14}?(?:年报|年度报告|年度工作报告|报告)|(?:年报|年度报告).{0,4}信息公开$"
)
_FULL_REPORT = re.compile(r"信息公开.{0,8}(?:年度.{0,4}报告|年报)")
_COLUMN_NAMES = (
    (re.compile(r"(?:政府)?信息公开(?:工作)?(?:年报|年度报告|年度工作报告|年度报告专栏|工作报告)"), 100),
    (re.compile(r"(?:信息|政务)公开.{0,6}(?:年报|年度报告)"), 90),
    (re.compile(r"^(?:公开)?(?:工作)?(?:年报|年度报告|年度工作报告)(?:专栏|公开|列表)?$"), 80),
    (re.compile(r"^(?:历年|往年)?(?:政府)?(?:公开)?(?:年报|年度报告)$"), 80),
)
_DISCLOSURE_NAMES = (
    (re.compile(r"^(?:法定)?政府信息公开(?:专栏|平台|网|栏目|专题)?$"), 60),
    (re.compile(r"^(?:政府|政务)?信息公开(?:目录|专栏|平台|网|栏目)?$"), 55),
    (re.compile(r"^政务公开(?:专栏|平台|网|栏目)?$"), 50),
    (re.compile(r"^(?:区|县|市|镇|乡|街道)?(?:政府)?(?:信息公开|政务公开|政府信息公开)$"), 50),
    (re.compile(r"^(?:公开目录|信息公开目录|政务信息公开|政务信息|公开专栏)$"), 45),
    (re.compile(r"^(?:法定)?主动公开(?:内容|目录|信息)?$|^法定主动公开内容$"), 30),
)
_DOUBTFUL_NAMES = (
    (re.compile(r"^(?:网站地图|站点地图|网站导航)$"), 25),
    (re.compile(r"公开"), 20),
    (re.compile(r"^(?:通知公告|公示公告|公告公示|通知|公告|文件资料|政府文件|公文公告)$"), 12),
    (re.compile(r"^(?:政务|政府|关于我们|本街道|走进.*|机构.*)$"), 8),
)
_NOT_ON_THE_WAY = re.compile(
    r"依申请|申请公开|公开申请|指南|制度|意见箱|监督|投诉|举报|条例|规定|英文|English|登录|注册|无障碍|解读|回应|财政|预算|决算|目录下载|邮箱"
)

GROUPS = re.compile(
    r"^(?:(?:各|本)?(?:省|市|区|县|州|旗)?(?:直|级|政府|委办)?(?:各)?(?:部门|单位|委办局|工作部门|职能部门|直属机构|直部门|级部门|直单位)"
    r"|(?:区|县|市|省|州)?(?:人民)?政府(?:本级|办公室)?|(?:区|县|市)?本级|(?:各)?(?:乡镇|镇街|街镇|镇乡|街乡|乡镇街道|街道乡镇|乡镇场|镇乡场|乡镇\(?街道\)?|镇\(街道?\))"
    r"|(?:各)?(?:街道|镇|乡)(?:办事处)?(?:和镇|、镇|、乡镇)?|部门(?:和|、)?(?:街道|乡镇|镇街|街镇)|功能区|开发区|园区|企事业单位|公共企事业单位)"
    r"(?:(?:政府)?信息公开)?(?:年报|年度报告|平台|目录|专栏|链接)?$"
)
_UNITS_NAMES = re.compile(
    r"(?:部门|街道|乡镇|镇街|街镇|街乡|地方|单位|基层|各镇).{0,6}(?:公开|平台|目录|链接|导航|网站)|^(?:部门街道|街道部门|地方部门|部门乡镇)|"
    r"(?:公开|平台).{0,4}(?:部门|街道|乡镇|镇街)"
)
_UNIT = re.compile(
    r"^[\u3400-\u9fff〇()]{1,22}?(?:街道(?:办事处|办)?|地区办事处|办事处|镇(?:人民政府|政府)?|乡(?:人民政府|政府)?|苏木|管委会|管理委员会|"
    r"局|委员会|发改委|卫健委|卫计委|办公室|政府办|厅|中心|分局|大队|支队|署|科协|残联|妇联|工商联|档案馆)$"
)
# The district among its departments and streets in a directory.
_GOVERNMENT = re.compile(
    r"^[\u3400-\u9fff]{0,12}?(?:区|县|市|旗)(?:人民)?政府(?:办公室|办公厅|办)?$|^(?:区|县|市|旗|政府)本级$"
    r"|^[\u3400-\u9fff]{1,10}(?<!社)(?<!景)(?<!发)(?<!城)(?:区|县|旗)$"
)
_NOT_UNIT = re.compile(r"^(?:办事|服务|便民|政务服务|新闻|网上|互动|举报|咨询|下载|帮助)|公开|中国|国务院|人民网|大厅$")
_UNIT_OF_LABEL = re.compile(
    r"(?:\d{4}年?度?)?(?:政府)?(?:信息|政务)公开.*$|(?:\d{4}年?度?)?(?:工作)?(?:年报|年度报告|年度工作报告)$|^\d{4}年?度?"
)

# What stands in a report column without being a report. Of these, the forms spoil even a report's own name:
# 《2023年政府信息公开工作年度报告》解读; the subjects only count where the name is not a report's, since
# 预算评审中心 publishes a report of its own.
_DECOY_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"解读|图解|一图|图说|读懂|漫画|动漫|长图|(?:音|视)频(?:版|解读)"),
        "explains a report and is none",
    ),
    (re.compile(r"网站.{0,8}(?:报表|年报)|网站工作年度报告"), "is the yearly table on the web site itself"),
    (re.compile(r"(?:函|通知|通报|请示|批复)(?:\(.*\))?$"), "is a letter about reports"),
    (re.compile(r"(?:格式|模板|范本|样表|填报说明)(?:\(.*\))?$"), "is a form for reports"),
    (re.compile(r"(?:指南|制度|办法|条例|细则)(?:\(.*\))?$"), "is a guide or a rule"),
)
_DECOY_SUBJECTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"法治政府|依法行政|法治建设"), "reports on the rule of law"),
    (re.compile(r"要点|方案|计划|规划|规定|意见|公约|清单"), "is a plan or a rule"),
    (re.compile(r"预算|决算|财务|审计(?:报告|结果)"), "is on money"),
    (re.compile(r"统计(?:年|公|月|季)|公报|年鉴|月报|季报|季度"), "is on statistics"),
    (re.compile(r"环保|环境|污染|排污"), "is on the environment"),
    (re.compile(r"企业(?:年报|年度报告)|年检|工商年报|法人年度报告"), "is on companies"),
    (
        re.compile(r"政府工作报告|工作总结|履职报告|述职|述法|双随机|行政执法|行政许可|权力清单"),
        "reports on other work",
    ),
    (
        re.compile(r"培训|召开|举办|举行|开展|启用|建成|部署|考核|座谈|会议|流程图|申请表|名单|招聘|招标|采购公告"),
        "is news or an office matter",
    ),
    (re.compile(r"政府信息公开指南|政府信息公开制度|信息公开申请"), "is a guide or a rule"),
)
_DUPLICATE_FORM = re.compile(r"[\(\[【]?(?:超链|超链接|图片|图文|pdf|PDF|word|WORD)(?:版)?[\)\]】]?$")
_CHINESE_YEAR = re.compile(r"二[〇○零O0Ｏ][〇○零一二三四五六七八九O0Ｏ]{2}(?=年)")
_DIGITS = {character: str(digit) for digit, character in enumerate("零一二三四五六七八九")} | dict.fromkeys(
    "〇○OＯ0", "0"
)
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?=年|度|政府|信息|年度|$|\D)(?!\d)")
_YEAR_ONLY = re.compile(r"^(20[0-3]\d)(?:年)?(?:度)?(?:年报|年度报告|报告)?$")


def year_of(label: str) -> int | None:
    """The first year a label names, in figures or in Chinese numerals (二〇二三年)."""
    if match := _CHINESE_YEAR.search(label):
        return int("".join(_DIGITS[character] for character in match[0]))
    match = _YEAR.search(label)
    return int(match[1]) if match else None


def year_only(label: str) -> int | None:
    """The year of a label that says nothing else: 2023, 2023年度, 2023年年报."""
    match = _YEAR_ONLY.match(label)
    if match:
        return int(match[1])
    chinese = _CHINESE_YEAR.match(label)
    return year_of(label) if chinese and label[chinese.end() :] in ("年", "年度", "年年报", "年年度报告") else None


def unit_of(label: str) -> str | None:
    """The department, street or town a label names, as printed; None for 区政府, 各街道 and the like."""
    rest = _UNIT_OF_LABEL.sub("", label).strip("-—:：·的()")
    if not rest or GROUPS.match(rest) or _NOT_UNIT.search(rest):
        return None
    return rest if _UNIT.match(rest) else None


def is_group_column(label: str) -> bool:
    """Whether a label names the report column of a class of units: 乡镇街道年度报告, 区级部门年报."""
    return label.endswith(("年报", "年度报告")) and bool(GROUPS.match(label))


@lru_cache(maxsize=_KNOWN)
def _parts(url: str) -> SplitResult:
    """The parts of an address; an application's route (#/list/7) is taken for its path."""
    parts = urlsplit(url)
    route = route_of(url).lstrip("#!")
    return parts._replace(path=parts.path.rstrip("/") + route, fragment="") if route else parts


@lru_cache(maxsize=_KNOWN)
def is_document(url: str) -> bool:
    """Whether an address is a document's rather than a page's."""
    parts = _parts(url)
    return bool(
        _DOCUMENT.search(unquote(parts.path)) or _DOWNLOAD.search(url) or re.search(r"=[^&]*" + _DOCUMENT.pattern, url)
    )


@lru_cache(maxsize=_KNOWN)
def is_article(url: str) -> bool:
    """Whether an address has the shape of an article's in one of the known families."""
    parts = _parts(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    return bool(_ARTICLE.search(target[:_MAX_ADDRESS])) and not re.search(
        r"/(?:index|list|default)(?:_\d+)?\.\w+$", parts.path
    )


@lru_cache(maxsize=_KNOWN)
def is_leaf(url: str) -> bool:
    """Whether an address names a file, not a folder or its index: hand-made sites have nb/2022.htm."""
    name = _parts(url).path.rsplit("/", 1)[-1]
    return "." in name and not re.match(r"^(?:n?index|n?list|default|home|main)(?:[_-]?\d+)?\.", name, re.IGNORECASE)


def slugs(url: str) -> list[str]:
    """The names in an address's path, without the page's own file name where that is an index."""
    parts = [unquote(part).lower() for part in _parts(url).path.split("/") if part]
    if parts and "." in parts[-1]:
        name = parts.pop().rsplit(".", 1)[0]
        if not re.match(r"^(?:n?index|n?list|default|home)?(?:_\d+)?$", name):
            parts.append(name)
    elif parts and parts[-1] == "index":
        parts.pop()
    return parts


def folder(url: str) -> str:
    """The address up to the last slash."""
    return urlsplit(url)._replace(query="", fragment="").geturl().rsplit("/", 1)[0] + "/"


def shape(url: str) -> tuple[str, str]:
    """An address with its numbers left out, and the numbers: what two columns, or two articles, have in common."""
    parts = _parts(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    numbers = re.compile(r"[0-9a-f]{20,}|\d+")
    return numbers.sub("0", target), "".join(numbers.findall(target))


def decoy(label: str) -> str | None:
    """Why a thing of that name is no report though it stands among them; None where nothing says so."""
    for pattern, reason in _DECOY_FORMS:
        if pattern.search(label):
            return reason
    if not _FULL_REPORT.search(label):
        for pattern, reason in _DECOY_SUBJECTS:
            if pattern.search(label):
                return reason
    return None


def plain_name(label: str) -> str:
    """A label without the mark of its form: …年度报告（图片版） stands beside …年度报告."""
    return _DUPLICATE_FORM.sub("", label)


def is_copy(label: str) -> bool:
    """Whether a label names a linked or pictured copy of a report that stands beside it."""
    return bool(re.search(r"(?:超链|超链接|图片|图文)(?:版)?[\)\]】]?$", label))


@lru_cache(maxsize=_KNOWN)
def is_report_name(label: str) -> bool:
    """Whether a label names an annual report on information disclosure, or a column of them."""
    return bool(_STRONG.search(label)) and decoy(label) is None


@lru_cache(maxsize=_KNOWN)
def judge(label: str, url: str) -> Verdict:
    """Where a link anywhere on a site leads."""
    if decoy(label):
        return NOWHERE
    year, unit = year_of(label), unit_of(label)
    document, article = is_document(url), is_article(url)
    # 政府信息公开年报 may lead straight to the one report there is; a folder may hold just one.
    if _STRONG.search(label) and (
        article or document or (year and (is_leaf(url) or (unit and _FULL_REPORT.search(label))))
    ):
        return Verdict(Leads.REPORT, 100, "is named a report", year, unit)
    if document:
        return NOWHERE
    for pattern, score in _COLUMN_NAMES:
        if pattern.search(label):
            return Verdict(Leads.REPORT_COLUMN, score, "is named a report column", year, unit)
    if is_group_column(label):
        return Verdict(Leads.REPORT_COLUMN, 75, "is named the report column of a class of units", year, unit)
    slug = (slugs(url) or [""])[-1]
    # 财政局 and 市场监督管理局 are units like others.
    if article or (_NOT_ON_THE_WAY.search(label) and not unit):
        return NOWHERE
    if _REPORT_SLUG.match(slug) and slug not in ("nb",):
        return Verdict(Leads.REPORT_COLUMN, 70, f"has the address of a report column ({slug})", year, unit)
    if _UNITS_NAMES.search(label) or _UNITS_SLUG.match(slug):
        return Verdict(Leads.UNITS, 40, "lists departments, streets or towns")
    for pattern, score in _DISCLOSURE_NAMES:
        if pattern.search(label):
            return Verdict(Leads.DISCLOSURE, score, "is named a disclosure page")
    # Before the address: a unit's own platform is addressed like the district's.
    if unit:
        return Verdict(Leads.UNIT, 30, "is named a unit", unit=unit)
    if _GOVERNMENT.match(label) and slug:
        return Verdict(Leads.UNIT, 29, "is named a government")
    if _DISCLOSURE_SLUG.match(slug):
        return Verdict(Leads.DISCLOSURE, 35, f"has the address of a disclosure page ({slug})")
    if GROUPS.match(label):
        return Verdict(Leads.UNITS, 30, "lists departments, streets or towns")
    for pattern, score in _DOUBTFUL_NAMES:
        if pattern.search(label):
            return Verdict(Leads.DOUBTFUL, score, "may lead there")
    return NOWHERE


@lru_cache(maxsize=_KNOWN)
def judge_row(label: str, url: str) -> Verdict:
    """Where a row or a sub-column of a report column leads."""
    year, unit = year_of(label), unit_of(label)
    if reason := decoy(label):
        return Verdict(Leads.DECOY, 0, reason, year, unit)
    if is_article(url) or is_document(url):
        return Verdict(Leads.REPORT, 90, "is a row of a report column", year, unit)
    if year and _FULL_REPORT.search(label) and (unit or is_leaf(url)):
        return Verdict(Leads.REPORT, 80, "is named a report", year, unit)
    # A unit's or a year's own list may be called so too; a report page that is a list is read as one.
    if (year_only(label) or unit) and is_leaf(url):
        return Verdict(Leads.REPORT, 70, "is named a year or a unit in a report column", year, unit)
    if year_only(label) or GROUPS.match(label) or unit or _STRONG.search(label):
        return Verdict(Leads.REPORT_COLUMN, 60, "is a part of a report column", year, unit)
    return NOWHERE


def is_disclosure_address(url: str) -> bool:
    """Whether an address is that of a page on the disclosure of government information."""
    return any(_DISCLOSURE_SLUG.match(slug) for slug in slugs(url)[-1:])


def is_report_column(names: list[str], url: str) -> bool:
    """Whether a page is a report column, by what it and its breadcrumb call it, or by its address."""
    if any(_STRONG.search(name) and not decoy(name) for name in names if len(name) < 30):
        return True
    if any(pattern.search(name) for pattern, _ in _COLUMN_NAMES for name in names):
        return True
    if any(map(is_group_column, names)):
        return True
    return any(_REPORT_SLUG.match(slug) for slug in slugs(url))


_TRAP_SESSION = re.compile(
    r"(?:[?&;](?:jsessionid|phpsessid|sessionid|sid|aspsessionid\w*)=[\w.-]{8,})|/\(S\(", re.IGNORECASE
)
_MAX_ADDRESS = 1000
_MAX_SEGMENTS = 20
_MAX_REPEATS = 3


def trap(url: str) -> str | None:
    """Why an address looks made by a program that never ends; None where it does not."""
    if len(url) > _MAX_ADDRESS:
        return f"the address is longer than {_MAX_ADDRESS} characters"
    segments = [part for part in urlsplit(url).path.split("/") if part]
    if len(segments) > _MAX_SEGMENTS:
        return f"the address has more than {_MAX_SEGMENTS} path segments"
    for segment in set(segments):
        if segments.count(segment) >= _MAX_REPEATS:
            return f"the path segment {segment!r} repeats"
    if _TRAP_SESSION.search(url):
        return "the address carries a session"
    return None
