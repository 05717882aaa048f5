"""The gazetteer: divisions by code and name, agencies as printed, agencies found in titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.gazetteer import (
    Agency,
    Division,
    GazetteerError,
    Parents,
    agency_id,
    find_agencies,
    gazetteer,
    looks_like_agency,
)
from archive.gazetteer.build import build, main
from archive.gazetteer.divisions import DIVISIONS, DivisionIndex, prefix


@pytest.mark.parametrize(
    ("code", "division"),
    [
        ("410000", Division("410000", "河南省", "province")),
        ("410300", Division("410300", "洛阳市", "city")),
        ("410303", Division("410303", "西工区", "district")),
        ("330782", Division("330782", "义乌市", "district")),
        ("441900", Division("441900", "东莞市", "city")),
        ("410303007", Division("410303007", "汉屯路街道", "street")),
        ("110105021", Division("110105021", "南磨房地区", "street")),
        ("530924204", Division("530924204", "木场乡", "town")),
        ("110100", None),
        ("999999", None),
    ],
)
def test_division(code: str, division: Division | None) -> None:
    assert gazetteer().division(code) == division


@pytest.mark.parametrize(
    ("code", "parents"),
    [
        ("410303007", Parents("河南省", "洛阳市", "西工区")),
        ("330782", Parents("浙江省", "金华市", "义乌市")),
        ("110112002", Parents("北京市", None, "通州区")),
        ("419001", Parents("河南省", None, "济源市")),
        ("441900004", Parents("广东省", "东莞市", None)),
        ("620201001", Parents("甘肃省", "嘉峪关市", None)),
        ("310000", Parents("上海市", None, None)),
        ("410300", Parents("河南省", "洛阳市", None)),
    ],
)
def test_parents(code: str, parents: Parents) -> None:
    assert gazetteer().parents(code) == parents


def test_find_takes_the_suffix_and_the_scope() -> None:
    found = gazetteer().find("振兴街道办事处")
    assert len(found) == 7
    assert {division.name for division in found} == {"振兴街道"}
    assert [division.code for division in gazetteer().find("振兴街道", within="141181")] == ["141181003"]
    assert [division.code for division in gazetteer().find("西工区人民政府", within="410300")] == ["410303"]
    assert [division.code for division in gazetteer().find("耿马县")] == ["530926"]
    assert gazetteer().find("没有的街道") == []


@pytest.mark.parametrize("code", ["abc", "41030", "４１０３０３"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="is not the code of a division"):
        gazetteer().resolve("教育局", within=code)


@pytest.mark.parametrize(
    ("printed", "within", "name", "level", "division"),
    [
        ("西工区汉屯路街道办事处", None, "汉屯路街道办事处", "street", "410303007"),
        ("汉屯路街道", None, "汉屯路街道办事处", "street", "410303007"),
        ("汉屯路办事处", "410303", "汉屯路街道办事处", "street", "410303007"),
        ("汉屯路街道办", "410303", "汉屯路街道办事处", "street", "410303007"),
        (" 西工区 汉屯路街道 ", None, "汉屯路街道办事处", "street", "410303007"),
        ("街道办事处", "410303007", "汉屯路街道办事处", "street", "410303007"),
        ("深圳市南山区人民政府蛇口街道办事处", None, "蛇口街道办事处", "street", "440305005"),
        ("义乌市廿三里街道办事处", None, "廿三里街道办事处", "street", "330782007"),
        ("朝阳区南磨房地区办事处", "110105", "南磨房地区办事处", "street", "110105021"),
        ("新华街道办事处", "110112", "新华街道办事处", "street", "110112002"),
        ("南城街道", "441900", "南城街道办事处", "street", "441900004"),
        ("高新区青田街道办事处", None, "青田街道办事处", "street", "371602013"),
        # Names that begin or end like something else.
        ("北京街道办事处", None, "北京街道办事处", "street", "440104003"),
        ("体育馆路街道", None, "体育馆路街道办事处", "street", "110101015"),
        ("钢花村街道办事处", None, "钢花村街道办事处", "street", "420107010"),
        ("古镇镇人民政府", "442000", "古镇镇人民政府", "town", "442000105"),
        ("阿合奇县阿合奇镇", None, "阿合奇镇人民政府", "town", "653023100"),
        # The site decides between namesakes; a printed district decides against the site.
        ("振兴街道", "141181", "振兴街道办事处", "street", "141181003"),
        ("悦来镇", "320614", "悦来镇人民政府", "town", "320614104"),
        ("张家湾镇人民政府", "610628", "张家湾镇人民政府", "town", "610628103"),
        ("衢州市衢江区湖南镇人民政府", "330303", "湖南镇人民政府", "town", "330803113"),
        ("耿马县大兴乡人民政府", None, "大兴乡人民政府", "town", "530926200"),
        ("吉村镇人民政府办公室", "360723", "吉村镇人民政府", "town", "360723107"),
        ("悦来镇财政所", "320614", "悦来镇财政所", "department", "320614104"),
        # Governments.
        ("淮安市洪泽区人民政府", None, "淮安市洪泽区人民政府", "district", "320813"),
        ("三亚市海棠区", None, "三亚市海棠区人民政府", "district", "460202"),
        ("江苏淮安洪泽区政府", None, "江苏淮安洪泽区人民政府", "district", "320813"),
        ("义乌市", None, "义乌市人民政府", "district", "330782"),
        ("上海市人民政府", None, "上海市人民政府", "city", "310000"),
        ("黔东南州人民政府", None, "黔东南州人民政府", "city", "522600"),
        ("区人民政府", "410303", "西工区人民政府", "district", "410303"),
        ("平潭综合实验区管委会", "350128", "平潭综合实验区管委会", "district", "350128"),
        ("平潭综合实验区", None, "平潭综合实验区管委会", "district", "350128"),
        ("浦东新区", None, "浦东新区人民政府", "district", "310115"),
        # Departments, completed with the site's district or city.
        ("区统计局", "610116", "长安区统计局", "department", "610116"),
        ("区民政局", "500106", "沙坪坝区民政局", "department", "500106"),
        ("市民族宗教事务局", "320583", "昆山市民族宗教事务局", "department", "320583"),
        ("市民服务中心", "320583", "昆山市市民服务中心", "department", "320583"),
        ("教育局", "410303", "西工区教育局", "department", "410303"),
        ("教育局", "410303007", "西工区教育局", "department", "410303"),
        ("市财政局", "410303", "洛阳市财政局", "department", "410300"),
        ("市财政局", "330782", "义乌市财政局", "department", "330782"),
        ("市教育委员会", "310110", "上海市教育委员会", "department", "310000"),
        ("市场监督管理局", "410303", "西工区市场监督管理局", "department", "410303"),
        ("住房和城乡建设局", "410303", "西工区住房和城乡建设局", "department", "410303"),
        ("国有资产监督管理委员会", "310000", "上海市国有资产监督管理委员会", "department", "310000"),
        ("自治区财政厅", "150000", "内蒙古自治区财政厅", "department", "150000"),
        ("公安局长安分局", "610116", "公安局长安分局", "department", "610116"),
        ("国家税务总局西工区税务局", "410303", "国家税务总局西工区税务局", "department", "410303"),
        ("区政府办公室", "420104", "硚口区人民政府办公室", "department", "420104"),
        ("硚口区人民政府办公室", None, "硚口区人民政府办公室", "department", "420104"),
        ("上海市人民政府办公厅", None, "上海市人民政府办公厅", "department", "310000"),
        ("西安市高陵区行政审批服务局", None, "西安市高陵区行政审批服务局", "department", "610117"),
        ("高陵县教育局", None, "高陵县教育局", "department", "610117"),
        ("城区教育局", "140502", "城区教育局", "department", "140502"),
        ("富县乡村振兴局", None, "富县乡村振兴局", "department", "610628"),
        ("西工区教育局", "330303", "西工区教育局", "department", "410303"),
    ],
)
def test_resolve(printed: str, within: str | None, name: str, level: str, division: str) -> None:
    agency = gazetteer().resolve(printed, within=within)
    assert (agency.name, agency.level, agency.division) == (name, level, division)


@pytest.mark.parametrize(
    ("printed", "within", "name", "level"),
    [
        ("振兴街道", None, "振兴街道办事处", "street"),
        ("湖南镇", "330303", "湖南镇人民政府", "town"),
        ("云林街道办事处", "320205", "云林街道办事处", "street"),
        ("下城区天水街道办事处", None, "天水街道办事处", "street"),
        ("和平区教育局", None, "和平区教育局", "department"),
        ("和平区教育局", "330303", "和平区教育局", "department"),
        ("区统计局", None, "区统计局", "department"),
        # 370125 was 济阳县: its departments are not the city's.
        ("教育局", "370125", "教育局", "department"),
        ("市财政局", "370125", "市财政局", "department"),
        ("滨州高新区管委会", None, "滨州高新区管委会", "other"),
        ("开发区管委会", "610628", "开发区管委会", "other"),
        ("新华社", None, "新华社", "other"),
        ("", None, "", "other"),
    ],
)
def test_nothing_is_guessed(printed: str, within: str | None, name: str, level: str) -> None:
    agency = gazetteer().resolve(printed, within=within)
    assert (agency.name, agency.level, agency.division) == (name, level, None)


@pytest.mark.parametrize(
    ("printed", "within", "text", "division"),
    [
        ("悦来镇", None, "乐山市市中区悦来镇2023年报告", "511102117"),
        ("振兴街道", None, "孝义市振兴街道", "141181003"),
        ("振兴街道", "371503", "孝义市振兴街道", "371503001"),
        ("湖南镇", "330303", "衢江区湖南镇人民政府", "330803113"),
        ("木场乡", None, "郑州市中原区", None),
        ("和平区教育局", None, "天津市", "120101"),
        ("小营街道", None, "杭州市上城区和滨州市滨城区", None),
    ],
)
def test_the_text_is_evidence(printed: str, within: str | None, text: str, division: str | None) -> None:
    assert gazetteer().resolve(printed, within=within, text=text).division == division


def test_a_department_is_completed_from_the_text_that_prints_it_in_full() -> None:
    resolved = gazetteer().resolve("区审计局", text="碑林区审计局2020年政府信息公开工作年度报告")
    assert resolved == Agency("碑林区审计局", "department", "610103")
    assert gazetteer().resolve("区审计局", text="碑林区审计局、莲湖区审计局").division is None


def test_every_division_is_found_on_its_own_site() -> None:
    index = gazetteer()
    wrong = [
        code
        for name, codes in index.lower.items()
        if name.endswith(("街道", "镇", "乡")) and "（" not in name
        for code in codes
        if index.resolve(name, within=code).division != code
    ]
    assert wrong == []


def test_agency_id() -> None:
    resolve = gazetteer().resolve
    assert agency_id(resolve("汉屯路街道"), "410303") == "410303007"
    assert agency_id(resolve("西工区人民政府")) == "410303"
    full = agency_id(resolve("洛阳市西工区教育局"))
    assert full == agency_id(resolve("教育局", within="410303")) == agency_id(resolve("西工区教育局"))
    assert full.startswith("410303-") and len(full) == len("410303-") + 8
    assert agency_id(resolve("区统计局")).startswith("x-")
    assert agency_id(resolve("云林街道", within="320205"), "320205").startswith("320205-")


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("西工区汉屯路街道办事处2023年政府信息公开工作年度报告", ["西工区汉屯路街道办事处"]),
        ("2021年区集体经济发展服务署政府信息公开工作年度报告", ["区集体经济发展服务署"]),
        ("关于公布西工区教育局2022年度政府信息公开工作年度报告的通知", ["西工区教育局"]),
        ("2022年上海市政府信息公开工作年度报告", ["上海市"]),
        ("上海市人民政府信息公开工作年度报告", ["上海市人民政府"]),
        ("平潭综合实验区2016年度政府信息公开工作年度报告", ["平潭综合实验区"]),
        ("二〇二三年度西工区统计局政府信息公开工作年度报告", ["西工区统计局"]),
        ("硚口区人民政府办公室(政务服务局)2023年", ["硚口区人民政府办公室", "政务服务局"]),
        ("本溪市人民政府2023年政府信息公开工作年度报告", ["本溪市人民政府"]),
        ("区委机构编制委员会办公室2023年政府信息公开工作年度报告", ["区委机构编制委员会办公室"]),
        ("西工区司法局23年政府信息公开工作年度报告", ["西工区司法局"]),
        ("郑州市第23中学2023年政府信息公开工作年度报告", ["郑州市第23中学"]),
        ("自由路街道办事处", ["自由路街道办事处"]),
        ("来源：长安区统计局 发布时间：2024-01-02", ["长安区统计局"]),
        ("本报告由高楼乡人民政府按照《中华人民共和国政府信息公开条例》编制", ["高楼乡人民政府"]),
        ("2019年,新华街道办事处高度重视政府信息公开工作", ["新华街道办事处"]),
        ("当前位置:街镇 > 河包镇 > 政务公开 > 政府信息公开年报", ["河包镇"]),
        ("一、总体情况", []),
        ("收费标准", []),
        ("政府信息公开工作年度报告", []),
    ],
)
def test_find_agencies(text: str, agencies: list[str]) -> None:
    assert find_agencies(text) == agencies


def test_looks_like_agency() -> None:
    agencies = ["井口街道办事处", "西工区教育局", "全州县人民政府", "悦来镇", "洪泽区"]
    others = ["各乡镇人民政府", "我局", "本机关", "不予公开", "城区", "总体情况", ""]
    assert [looks_like_agency(text) for text in agencies + others] == [True] * 5 + [False] * 7


def test_build_reads_the_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file, content in {
        "provinces.csv": 'code,name\n44,"广东省"\n',
        "cities.csv": 'code,name,provinceCode\n4419,"东莞市",44\n1101,"市辖区",11\n',
        "areas.csv": 'code,name,cityCode,provinceCode\n441900,"东莞市",4419,44\n',
        "streets.csv": 'code,name\n441900004,"南城街道"\n',
    }.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    assert build(tmp_path, tmp_path / "divisions.csv.xz") == 3
    (tmp_path / "streets.csv").unlink()
    before = DIVISIONS.read_bytes()
    assert main([str(tmp_path)]) == 1
    assert "streets.csv is missing" in capsys.readouterr().err
    assert main([]) == 2
    assert DIVISIONS.read_bytes() == before


def test_overrides() -> None:
    index = DivisionIndex(
        [("110000", "北京市"), ("110101", "东城区"), ("110102", "西城区")],
        [("110101", "中城区", "rename"), ("110103", "崇文区", "add"), ("110102", "", "remove")],
    )
    assert [division.name for division in index.find("东城区")] == ["中城区"]
    assert index.division("110103") == Division("110103", "崇文区", "district")
    assert index.division("110102") is None
    with pytest.raises(GazetteerError, match="kind 'other'"):
        DivisionIndex([("110000", "北京市")], [("110000", "", "other")])


def test_prefix() -> None:
    assert [prefix(code) for code in ("410000", "410300", "410303", "410303007", "441900")] == [
        "41",
        "4103",
        "410303",
        "410303007",
        "4419",
    ]
