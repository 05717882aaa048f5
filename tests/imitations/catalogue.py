"""The imitations: every family, each with its traps, in the ways sites are laid out."""

from __future__ import annotations

from tests.imitations import hanweb, services, static, varied
from tests.imitations.declaration import (
    Column,
    by_unit,
    by_year,
    district_of,
    flat,
    of_town,
    report,
    towns_of,
)
from tests.imitations.imitation import Imitation


def _with_documents(root: Column) -> Column:
    """Every fourth report as a Word document on a page without text, every seventh as the document alone."""
    reports = [it for column in root.walk() for it in column.reports]
    for index, it in enumerate(reports):
        if index % 4 == 1:
            it.form = "docx"
        elif index % 7 == 3:
            it.form = "row"
    return root


def _units(division: str, most: int, years: range) -> list[Column]:
    return [
        Column(it.short, f"d{index:02}/zfxxgknb", [report(it, year, style=2) for year in reversed(years)], unit=it)
        for index, it in enumerate(towns_of(division, most))
    ]


def _own(division: str, years: range) -> Column:
    return Column("政府信息公开年报", "zfxxgknb", [report(district_of(division), year) for year in reversed(years)])


def catalogue(*, browser: bool) -> list[Imitation]:
    """The sites; those that only a browser can read are left out where there is none."""
    late, long = range(2020, 2026), range(2015, 2026)
    owner = district_of
    found: list[Imitation] = [
        static.Trs(
            "trs_years", owner("500107"), _with_documents(by_year("500107", 10, late, classes=True, departments=4))
        ),
        static.Trs("trs_flat", owner("410303"), _with_documents(flat("410303", 8, late, departments=3)), way="direct"),
        static.Trs("trs_units", owner("230103"), _own("230103", long), units=_units("230103", 12, late)),
        static.TrsFujian("trs_fujian", owner("350104"), _with_documents(flat("350104", 3, range(2011, 2026)))),
        hanweb.Hanweb("hanweb_flat", owner("330782"), _with_documents(flat("330782", 10, late)), way="direct"),
        hanweb.Hanweb("hanweb_units", owner("320302"), by_unit("320302", 8, range(2016, 2026))),
        hanweb.Jpaas("jpaas_flat", owner("330106"), _with_documents(flat("330106", 9, late)), way="column"),
        hanweb.Jpaas("jpaas_units", owner("370202"), by_unit("370202", 6, long, departments=3)),
        hanweb.HanwebModule(
            "hanweb_xxgk", owner("130102"), _with_documents(by_unit("130102", 6, range(2006 + 3, 2026)))
        ),
        static.Vsb("vsb_flat", owner("610113"), _with_documents(flat("610113", 8, late))),
        static.Vsb("vsb_town", towns_of("511002", 9)[2], of_town("511002", 2, range(2008, 2026)), way="direct"),
        static.GuardedUcap("ucap_guarded", owner("220102"), _with_documents(flat("220102", 7, late))),
        static.UcapStatic("ucap_static", owner("650102"), by_year("650102", 18, late)),
        services.Gkmlpt("gkmlpt_flat", owner("440115"), _with_documents(flat("440115", 9, range(2012, 2026)))),
        services.Gkmlpt("gkmlpt_units", owner("441802"), by_unit("441802", 8, late), way="direct"),
        static.Nfcms("nfcms", owner("440304"), _with_documents(flat("440304", 8, late))),
        services.AnhuiLabel("anhui_label", owner("340111"), _with_documents(by_unit("340111", 7, long, style=0))),
        services.Openness("openness", owner("340103"), by_unit("340103", 7, range(2008, 2026))),
        services.Jiangxi("jiangxi", owner("360102"), _with_documents(flat("360102", 8, late))),
        services.JspList("ilist", owner("510903"), _with_documents(flat("510903", 8, late))),
        services.Eportal("eportal", owner("130104"), flat("130104", 9, late), way="direct"),
        services.AspNet("aspnet", owner("120102"), _with_documents(flat("120102", 8, late))),
        services.SinglePageData("spa_data", owner("460105"), flat("460105", 6, late)),
        static.HandMade("hand_made", owner("360723"), flat("360723", 8, late), charset="gb18030"),
        static.Shanghai("shanghai", owner("310110"), _with_documents(flat("310110", 8, late))),
    ]
    if browser:
        found.append(static.Challenged("challenged", owner("420106"), flat("420106", 6, late)))
        found.append(services.SinglePage("spa", owner("441702"), flat("441702", 6, late), way="direct"))
        found.append(varied.Routed("routed", owner("210302"), flat("210302", 2, late)))
    few = range(2021, 2026)
    found += [
        varied.TreeOfUnits("unit_tree", owner("450103"), by_unit("450103", 4, few)),
        varied.ChosenUnits("unit_choice", owner("640104"), by_unit("640104", 5, few)),
        varied.MoreOfUnits("unit_more", owner("520103"), by_unit("520103", 5, few, departments=2)),
        varied.RowsInScript("script_rows", owner("540102"), flat("540102", 4, few)),
        varied.NamedByDownload("named_by_download", owner("220502"), flat("220502", 4, few)),
        varied.ListedUnits("listed_units", owner("510683"), _own("510683", few), units=_units("510683", 5, few)),
        varied.TrsInlined("trs_inlined", owner("500106"), _with_documents(flat("500106", 5, late))),
        varied.FewInColumn("few_in_column", towns_of("530102", 3)[2], of_town("530102", 2, range(2017, 2026))),
        varied.ModuleTree("module_tree", owner("630102"), _own("630102", few), units=_units("630102", 4, few)),
    ]
    found.append(static.SearchOnly("search_only", owner("421003"), flat("421003", 3, late), way="home"))
    found.append(static.Bozhou("bozhou", owner("341623"), _with_documents(flat("341623", 8, late))))
    found.append(static.Baoding("baoding", owner("130638"), by_unit("130638", 6, range(2009, 2026))))
    return found
