"""What a link is taken for, by its words and its address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse

from spiders import links
from spiders.links import Leads
from spiders.markup import Markup, _address, label_of, squeeze

HOST = "http://www.linhe.example.gov.cn"


@pytest.mark.parametrize(
    ("label", "path", "leads"),
    [
        ("政府信息公开年报", "/zwgk/zfxxgk/zfxxgknb/", Leads.REPORT_COLUMN),
        ("政府信息公开工作年度报告", "/xxgk/2231/", Leads.REPORT_COLUMN),
        ("年度报告", "/zwgk/nb/list.htm", Leads.REPORT_COLUMN),
        ("", "/zfxxgknb_97478/", Leads.REPORT_COLUMN),
        ("更多", "/xxgk/gzdt/ndbg/", Leads.REPORT_COLUMN),
        ("政府信息公开", "/zfxxgk/", Leads.DISCLOSURE),
        ("政务公开", "/col/col12/index.html", Leads.DISCLOSURE),
        ("进入", "/zwgk/", Leads.DISCLOSURE),
        ("部门街道信息公开", "/bmjd/", Leads.UNITS),
        ("沿江街道办事处", "/yanjiang/", Leads.UNIT),
        ("财政局", "/czj/", Leads.UNIT),
        ("市场监督管理局", "/scjgj/", Leads.UNIT),
        ("沿江街道", "/yanjiang/gkmlpt/index", Leads.UNIT),
        ("临河区人民政府", "/openness/qzf/", Leads.UNIT),
        ("临河区人民政府", "/", Leads.NOWHERE),
        ("乡镇街道年度报告", "/xzjd/", Leads.REPORT_COLUMN),
        ("进入", "/bmnb2025/", Leads.REPORT_COLUMN),
        ("统计", "/tjnb/", Leads.NOWHERE),
        ("通知公告", "/tzgg/", Leads.DOUBTFUL),
        ("政府信息公开指南", "/zfxxgk/zfxxgkzn/", Leads.NOWHERE),
        ("政府信息公开制度", "/zfxxgk/zfxxgkzd/", Leads.NOWHERE),
        ("依申请公开", "/zfxxgk/ysqgk/", Leads.NOWHERE),
        ("财政预决算", "/zwgk/czyjs/", Leads.NOWHERE),
        ("要闻", "/xwzx/", Leads.NOWHERE),
        ("沿江街道开展消防演练", "/xwzx/202401/t20240102_1.html", Leads.NOWHERE),
        ("沿江街道2023年政府信息公开工作年度报告", "/a/202401/t20240125_1.html", Leads.REPORT),
        ("2023年政府信息公开年度报告", "/gongkai/2023nianbao.html", Leads.REPORT),
        ("政府信息公开年报", "/info/1039/108122.htm", Leads.REPORT),
        ("沿江街道2023年政府信息公开工作年度报告", "/dxqzf69/2291822/2292928/index.html", Leads.REPORT),
        ("2023年政府信息公开工作年度报告", "/files/a.pdf", Leads.REPORT),
        ("《2023年政府信息公开工作年度报告》解读", "/a/202401/t20240125_1.html", Leads.NOWHERE),
        ("2023年统计年报", "/a/202401/t20240125_1.html", Leads.NOWHERE),
    ],
)
def test_link_anywhere(label: str, path: str, leads: Leads) -> None:
    assert links.judge(label, HOST + path).leads is leads


@pytest.mark.parametrize(
    ("label", "path", "leads"),
    [
        ("2023年", "/nb/202401/t20240125_1.html", Leads.REPORT),
        ("2023年度", "/openness/detail/annual_report/696a01208866886b2b8b456e.html", Leads.REPORT),
        ("汉屯路街道", "/nb/202401/t20240125_2.html", Leads.REPORT),
        ("2022年", "/nb/2022.htm", Leads.REPORT),
        ("财政预算评审中心2023年政府信息公开工作年度报告", "/nb/5.doc", Leads.REPORT),
        ("2023年", "/nb/2023n/", Leads.REPORT_COLUMN),
        ("二〇二三年", "/nb/23/", Leads.REPORT_COLUMN),
        ("街道办事处", "/nb/jd/", Leads.REPORT_COLUMN),
        ("教育局", "/nb/jyj/", Leads.REPORT_COLUMN),
        ("《2023年政府信息公开工作年度报告》解读", "/nb/202401/t20240125_3.html", Leads.DECOY),
        ("图解2023年政府信息公开工作年度报告", "/nb/202401/t20240125_4.html", Leads.DECOY),
        ("一图读懂2023年政府信息公开工作年度报告", "/nb/202401/t20240125_4.html", Leads.DECOY),
        ("政府网站工作年度报表(2023年度)", "/nb/202401/t20240125_5.html", Leads.DECOY),
        ("2023年法治政府建设年度报告", "/nb/202401/t20240125_6.html", Leads.DECOY),
        ("政府信息公开指南(2023年版)", "/nb/202401/t20240125_7.html", Leads.DECOY),
        ("关于报送2023年政府信息公开工作年度报告的通知", "/nb/202401/t20240125_8.html", Leads.DECOY),
        ("关于2014年政府信息公开工作要点落实情况的函", "/nb/202401/t20240125_8.html", Leads.DECOY),
        ("2023年政务公开工作要点", "/nb/202401/t20240125_9.html", Leads.DECOY),
        ("2023年部门决算", "/nb/a.pdf", Leads.DECOY),
        ("2023年环境质量年报", "/nb/a.pdf", Leads.DECOY),
        ("首页", "/index.html", Leads.NOWHERE),
    ],
)
def test_link_in_a_report_column(label: str, path: str, leads: Leads) -> None:
    verdict = links.judge_row(label, HOST + path)
    assert verdict.leads is leads
    assert verdict.reason or leads is Leads.NOWHERE


def test_real_report_addresses_are_articles_or_documents() -> None:
    """Addresses of reports of many families; folders and their indexes are none."""
    paths = [
        "/gzzfxxgk/zfxxgknb/2025n/bmnb2025/202601/t20260123_1501783.html",
        "/zwgk_159/zfxxgknb/qzfxxgknb/202403/t20240327_13086081_wap.html",
        "/xxgk/openness/detail/annual_report/696a01208866886b2b8b456e.html",
        "/zwgk/fdzdgknr/zzjg/jzjg/jzljdbsc/xxgknb/2015678676080836610.html",
        "/tzzfxxgk/c109617fbdgnp/202601/1778607.shtml",
        "/hebdlq/c111239/202301/c01_868731.shtml",
        "/art/2024/1/16/art_1229325036_3913369.html",
        "/xjnlk/c112945/202401/46aba5e181454bc798b5443c493da056.shtml",
        "/XxgkAnnualReport/show/5848.html",
        "/zfxxgkmlfg/jyzcrmzfw/zfxxgkgzndbg/content/post_619240.html",
        "/pages/xxgk/PublicDetail.aspx?id=100000000000438172&title=",
        "/zwgkcontent-888888040-56270.html",
        "/nw12344/20230331/4a03b5fa47ae4c73b7ec42801de6be66.html",
        "/module/xxgk/xxgkAnnualReport.jsp?area=004374579&fbtime=2022&showType=2",
        "/lygslyqrmzfldjdbsc/zfxxgknb/content/c0d73b29-85df-4f2c-aeea-7c1999f239ec.html",
        "/xxgk/gknb-xhljdzfxxgk/2024/11/71421.html",
        "/zfxxgk_gmx_dxx/zfxxgknb.html?nbYear=2023",
        "/yp-zwgk/zwgk/buffersInformation/details?id=75464988-77bf-4668-8a50-aa92301d6db9",
        "/News/Detail/20230105154514427.html",
        "/gongkai/show/b690b33f4b2a432e8e9cc4f7472d3c0a.html",
        "/zfxxgknb/24967596.jhtml",
        "/info/1039/108122.htm",
    ]
    assert [path for path in paths if not links.is_article(HOST + path)] == []
    folders = ["/zwgk/zfxxgknb/", "/col/col12/index.html", "/zwgk/nb/list.htm", "/zfxxgknb/index_2.html", "/"]
    assert [path for path in folders if links.is_article(HOST + path)] == []


def test_documents() -> None:
    for path in (
        "/a.PDF",
        "/a/b.docx",
        "/附件.wps",
        "/downfile.jsp?filename=1",
        "/get?name=a.xls",
        "/x.ofd",
        "/y.zip",
    ):
        assert links.is_document(HOST + "/module/download" + path), path
    assert not links.is_document(HOST + "/a.html?from=pdf")


def test_title_is_preferred_where_the_text_is_cut_short() -> None:
    full = "沿江街道2023年政府信息公开工作年度报告"
    assert label_of(squeeze("沿江街道2023年政府…"), full) == full
    assert label_of("", full) == full
    assert label_of("2023年", "在新窗口打开") == "2023年"


def test_white_space_and_full_width_forms() -> None:
    assert squeeze("政府信息\n　公开年报\xa0（２０２３）\u200b") == "政府信息公开年报(2023)"


@pytest.mark.parametrize(
    ("label", "year"),
    [("2023年政府信息公开工作年度报告", 2023), ("二〇二一年年度报告", 2021), ("二○一九年年报", 2019),
     ("年报", None),
     ("电话12023456", None), ("2023年度", 2023)],
)  # fmt: skip
def test_year(label: str, year: int | None) -> None:
    assert links.year_of(label) == year


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("汉屯路街道", "汉屯路街道"),
        ("汉屯路街道办事处政府信息公开年报", "汉屯路街道办事处"),
        ("2023年教育局政府信息公开工作年度报告", "教育局"),
        ("悦来镇2022年政府信息公开年报", "悦来镇"),
        ("街道办事处", None),
        ("区直部门", None),
        ("区政府", None),
        ("政府信息公开年报", None),
        ("政务服务中心办事大厅", None),
    ],
)
def test_unit(label: str, unit: str | None) -> None:
    assert links.unit_of(label) == unit


@pytest.mark.parametrize(
    ("path", "trapped"),
    [
        ("/zwgk/zfxxgk/zfxxgknb/202401/t20240125_1.html", False),
        ("/a/b/a/b/a/b/", True),
        ("/" + "x/" * 25, True),
        ("/nb/;jsessionid=0123456789ABCDEF", True),
        ("/nb/?" + "q" * 1200, True),
        ("/gkmlpt/api/all/9?page=1&sid=755041", False),
    ],
)
def test_trap(path: str, trapped: bool) -> None:
    assert bool(links.trap(HOST + path)) is trapped


def test_report_columns_are_known_by_name_breadcrumb_or_address() -> None:
    assert links.is_report_column(["政府信息公开年报", "西工区人民政府"], HOST + "/col/col1/index.html")
    assert links.is_report_column(["街道", "首页", "年度报告", "街道"], HOST + "/1/2/")
    assert links.is_report_column([], HOST + "/zwgk/zfxxgknb_97478/jd/")
    assert not links.is_report_column(["政府信息公开指南", "首页", "政府信息公开"], HOST + "/zwgk/zfxxgk/zn/")
    assert not links.is_report_column(["法治政府建设年度报告"], HOST + "/fzzf/")


def test_sample_reports_are_named_as_such() -> None:
    truth = json.loads((Path(__file__).parent / "site" / "expected.json").read_text(encoding="utf-8"))
    titles = [report["title"] for site in truth.values() for report in site["reports"] if report.get("title")]
    assert titles
    assert [title for title in titles if links.decoy(squeeze(title))] == []


@pytest.mark.parametrize(
    "base", ["http://a.cn/x/y.html", "http://A.cn:8080", "http://a.cn/x/../y/;p?q=/z", "https://政府.cn/公 开/a"]
)
def test_plain_references_lead_where_joining_and_quoting_would_lead(base: str) -> None:
    markup = Markup(HtmlResponse("http://q.cn/"), base)
    plain = ["/", "/a/b.html", "a/b/", "t2023_1.html?id=7&x=a/b", "/-_~", "a?b"]
    others = [
        "",
        "?",
        "?a=1",
        "a?",
        "./a",
        "../a",
        "/a/../b",
        "/.a",
        "//b.cn/c",
        "/a//b",
        "#",
        "#/x",
        "a#b",
        "/a b",
        "年报",
    ]
    more = ["javascript:x", "mailto:x", "a:b", "/a;b", "/a?b=%20", "/a?b=c?d", "http:a", "https://c.cn/d/./e", "/a%"]
    for reference in [*plain, *others, *more]:
        assert markup.absolute(reference) == _address(base, reference, "utf-8"), reference
