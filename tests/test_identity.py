"""Who, which year, when: each from its best evidence, and null where the page does not say."""

from __future__ import annotations

import random
from typing import Any

import pytest

from archive.reading import Reading, Source, read
from tests.rendering.tables import Layout, fill
from tests.rendering.text import text

BODY = """一、总体情况
{opening}
二、主动公开政府信息情况
规章0件。
三、收到和处理政府信息公开申请情况
没有收到申请。
四、政府信息公开行政复议、行政诉讼情况
没有。
五、存在的主要问题及改进情况
栏目更新不够及时。
六、其他需要报告的事项
无。
"""


def identify(body: str, **source: Any) -> Reading:
    return read(body.encode(), Source(file_name="a.txt", **source))


@pytest.mark.parametrize(
    ("opening", "year"),
    [
        ("2023年，桃花镇人民政府按照条例开展工作。", 2023),
        ("统计期限自20221月1日至202212月31日。2023年将继续努力。", 2022),
        ("统计期限为202111日至20211230日。", 2021),
        ("统计期限从２０２２年１月１日至１２月３１日。", 2022),
        ("所列数据的统计期限为2022.1.1-2022.12.31。", 2022),
        ("统计期限自二〇二二年一月一日至十二月三十一日。", 2022),
        ("我镇编制了《桃花镇2020年政府信息公开工作年度报告》，所列数据自2021年1月1日至12月31日。", 2021),
        ("按照《关于做好2019年政府信息公开工作的通知》，2021年桃花镇发布信息96条，2021年没有收费。", 2021),
    ],
)
def test_year_without_a_title(opening: str, year: int) -> None:
    assert identify(BODY.format(opening=opening)).year == year


@pytest.mark.parametrize(("published", "year"), [("2024-01-25", 2023), ("2023-12-29", 2023), ("2024-03-30", 2023)])
def test_year_from_the_date_published(published: str, year: int) -> None:
    text = f"桃花镇政府信息公开工作年度报告\n发布时间：{published}\n" + BODY.format(opening="桃花镇按照条例开展工作。")
    reading = identify(text)
    assert (reading.year, reading.published) == (year, published)
    assert not [warning for warning in reading.warnings if warning.code == "year_disagrees"]


@pytest.mark.parametrize(
    "text",
    [
        "桃花镇2023年政府信息公开工作年度报告\n统计期限自2022年1月1日至2022年12月31日。\n"
        + BODY.format(opening="开展工作。"),
        "桃花镇2023年政府信息公开工作年度报告\n发布时间：2022-01-20\n" + BODY.format(opening="开展工作。"),
    ],
)
def test_disagreement_is_recorded_and_the_title_governs(text: str) -> None:
    reading = identify(text)
    assert reading.year == 2023
    assert "year_disagrees" in [warning.code for warning in reading.warnings]


@pytest.mark.parametrize(
    ("opening", "agency"),
    [
        ("本报告由流村镇人民政府按照条例编制。", "流村镇人民政府"),
        ("按照规定要求，由昌平区流村镇人民政府编制，全文六个部分。", "流村镇人民政府"),
        ("现将昌平区流村镇2023年度政府信息公开工作年度报告予以公布。", "流村镇人民政府"),
        ("2023年，流村镇人民政府认真落实条例。", "流村镇人民政府"),
        ("如有疑问，请与昌平区流村镇人民政府办公室联系（地址：镇政府二楼）。", "流村镇人民政府"),
        ("我单位认真落实条例，在区委、区政府领导下开展工作。", None),
    ],
)
def test_agency_without_a_title(opening: str, agency: str | None) -> None:
    assert identify(BODY.format(opening=opening)).agency == agency


def test_the_title_of_an_annex_is_the_reports() -> None:
    reading = identify("附件：桃花镇2023年政府信息公开工作年度报告\n" + BODY.format(opening="开展工作。"))
    assert (reading.agency, reading.year, reading.is_report) == ("桃花镇人民政府", 2023, True)


def test_a_notice_is_the_report_where_it_carries_its_tables() -> None:
    title = "桃花镇人民政府关于印发2023年政府信息公开工作年度报告的通知"
    notice = identify(f"{title}\n各村、各部门：现将年度报告印发给你们，请认真抓好落实，按时报送。\n")
    assert not notice.is_report
    draw = random.Random(1)
    filled = fill("2021", 2023, draw)
    tables = text(filled, Layout(), "pipes", draw).partition("二、主动公开")[2]
    reading = identify(f"{title}\n二、主动公开{tables}")
    assert (reading.agency, reading.year, reading.is_report) == ("桃花镇人民政府", 2023, True)


def test_the_signature_names_the_agency() -> None:
    reading = identify(BODY.format(opening="我街道开展工作。") + "井口街道办事处\n2024年1月25日\n")
    assert (reading.agency, reading.year, reading.published) == ("井口街道办事处", 2023, "2024-01-25")


def test_a_site_owner_is_meant_by_our_town_and_nobody_else() -> None:
    text = BODY.format(opening="2023年，我镇认真落实条例。")
    assert identify(text, division="110114118").agency == "流村镇人民政府"
    assert identify(text, division="110114").agency is None
    assert identify(text).agency is None


def test_the_link_names_agency_and_year_where_the_page_does_not() -> None:
    reading = identify(
        BODY.format(opening="开展工作。"), link_text="汉屯路街道办事处2022年政府信息公开工作年度报告", division="410303"
    )
    assert (reading.agency, reading.division, reading.year) == ("汉屯路街道办事处", "410303007", 2022)


def test_traditional_script_is_compared_in_simplified_and_kept_as_printed() -> None:
    reading = identify("南山區蛇口街道辦事處2021年政府信息公開工作年度報告\n" + BODY.format(opening="開展工作。"))
    assert reading.is_report
    assert (reading.agency, reading.division, reading.year) == ("蛇口街道办事处", "440305005", 2021)
    assert "蛇口街道辦事處" in reading.text


@pytest.mark.parametrize(
    "title",
    [
        "《桃花镇2023年政府信息公开工作年度报告》解读",
        "一图读懂桃花镇2023年政府信息公开工作年度报告",
        "桃花镇政府信息公开指南（2023年版）",
        "政府网站工作年度报表（2023年度）",
        "桃花镇2023年法治政府建设年度报告",
        "关于印发政府信息公开工作年度报告格式的通知",
        "桃花镇2023年政务公开工作要点",
        "政府信息公开年度报告制度（试行）",
        "2023年桃花镇政府工作报告",
    ],
)
def test_near_misses_are_refused(title: str) -> None:
    text = f"{title}\n为进一步做好工作，提升透明度，结合实际，制定本文，内容如下，请认真贯彻执行，确保取得实效。\n" * 3
    reading = identify(text)
    assert not reading.is_report
    assert reading.figures == []


def test_a_list_of_reports_is_no_report() -> None:
    text = "\n".join(f"桃花镇{year}年政府信息公开工作年度报告\n{year + 1}-01-20" for year in range(2018, 2025))
    reading = identify(text)
    assert (reading.is_report, reading.agency, reading.year) == (False, None, None)


def test_titled_and_signed_by_different_agencies_is_recorded() -> None:
    text = (
        "昌平区流村镇2023年政府信息公开工作年度报告\n"
        + BODY.format(opening="开展工作。")
        + "西工区汉屯路街道办事处\n2024年1月25日\n"
    )
    reading = identify(text)
    assert reading.agency == "流村镇人民政府"
    assert "agency_disagrees" in [warning.code for warning in reading.warnings]


@pytest.mark.parametrize(
    ("signed", "agency"),
    [("蒋坝镇人民政府", "蒋坝镇人民政府"), ("", "洪泽区人民政府"), ("岔河镇人民政府", "洪泽区人民政府")],
)
def test_a_sites_name_before_a_title_is_not_its_agency(signed: str, agency: str) -> None:
    """Old Hanweb titles begin with the site's name; the unit's column counts where the signature confirms it."""
    row = "2023年政府信息公开年度报告"
    body = BODY.format(opening="2023年，我单位按照条例开展工作。").replace("\n", "</p><p>")
    page = (
        f"<html><title>洪泽区人民政府 {row}</title><body><p>{body}</p><p>{signed}</p><p>2024年1月20日</p></body></html>"
    )
    known = Source(url="http://a.example.gov.cn/art/1.html", division="320813", link_text=row, link_agency="蒋坝镇")
    assert read(page.encode(), known).agency == agency


def test_a_document_number_before_the_title_is_neither_year_nor_agency() -> None:
    opening = "本报告所列数据的统计期限为2024年1月1日至2024年12月31日。"
    head = "桃花镇人民政府文件\n桃政办〔2025〕3号\n桃花镇人民政府政府信息\n公开工作年度报告\n"
    reading = identify(head + BODY.format(opening=opening))
    assert (reading.title, reading.year) == ("桃花镇人民政府政府信息公开工作年度报告", 2024)
    assert reading.agency == "桃花镇人民政府"


@pytest.mark.parametrize(
    "declared",
    [
        "余杭区人民政府 信息公开年报 2020年余杭区径山镇政府信息公开工作年度报告",
        "2020年余杭区径山镇政府信息公开工作年度报告_年度报告_杭州市余杭区人民政府",
    ],
)
def test_the_names_of_site_and_column_are_no_part_of_the_title(declared: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in BODY.format(opening="我镇认真贯彻落实条例。").splitlines())
    page = f"<html><head><title>{declared}</title></head><body><h3>政府信息公开</h3>{body}</body></html>"
    reading = read(page.encode(), Source())
    assert (reading.title, reading.agency) == ("2020年余杭区径山镇政府信息公开工作年度报告", "径山镇人民政府")


def test_another_report_in_a_list_of_links_is_not_the_title() -> None:
    own, other = "余杭区教育局政府信息公开工作年度报告", "余杭区民政局2022年政府信息公开工作年度报告"
    opening = "本报告所列数据的统计期限为2019年1月1日至2019年12月31日。"
    body = "".join(f"<p>{line}</p>" for line in [other, own, *BODY.format(opening=opening).splitlines()])
    reading = read(f"<html><head><title>{own}</title></head><body>{body}</body></html>".encode(), Source())
    assert (reading.title, reading.agency, reading.year) == (own, "余杭区教育局", 2019)


def test_a_remark_that_it_is_a_draft_leaves_a_report_a_report() -> None:
    title = "桃花镇2024年政府信息公开工作年度报告（公示稿）"
    reading = identify(f"{title}\n{BODY.format(opening='我镇认真贯彻落实条例。')}")
    assert (reading.is_report, reading.title, reading.year) == (True, title, 2024)


def test_radicals_that_pdf_fonts_yield_are_read_as_the_characters_they_stand_for() -> None:
    title = "桃花镇人民政府2024年政府信息公开工作年度报告"
    printed = title.replace("工", "\u2f2f").replace("人", "\u2f08").replace("民", "\u2ea0")
    reading = identify(f"{printed}\n{BODY.format(opening='我镇认真贯彻落实条例。')}")
    assert (reading.title, reading.year, reading.agency) == (title, 2024, "桃花镇人民政府")
    assert printed in reading.text


@pytest.mark.parametrize("beside", ["来源：桃花镇", "【字体：大 中 小】", "10:22　作者：桃花镇　点击：[88]"])
def test_a_date_beside_the_source_is_the_date_published(beside: str) -> None:
    title = "桃花镇人民政府2021年政府信息公开工作年度报告"
    body = "".join(f"<p>{line}</p>" for line in BODY.format(opening="我镇认真贯彻落实条例。").splitlines())
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>2022-01-12　{beside}</p>{body}</body>"
    assert read(page.encode(), Source()).published == "2022-01-12"
