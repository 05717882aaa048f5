"""sites.csv: what is read, and what is said of a row that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.site import SiteEntry
from spiders.registry import Registry, RegistryError, parse_registry, read_registry


def parse(*lines: str) -> Registry:
    return parse_registry("\n".join(lines) + "\n", "sites.csv")


def test_rows_become_entries(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "\ufeffurl,name,division,family,since\r\n"
        "http://www.xigong.example.gov.cn/,西工区人民政府,410303,auto,2019\r\n"
        "\r\n"
        'https://jk.example.gov.cn/nb/," 井口街道办事处 ",500106008,TRS,\r\n',
        encoding="utf-8",
    )
    registry = read_registry(path)
    assert registry.problems == []
    assert registry.sites == [
        SiteEntry("http://www.xigong.example.gov.cn/", "西工区人民政府", "410303", None, 2019),
        SiteEntry("https://jk.example.gov.cn/nb/", "井口街道办事处", "500106008", "trs", None),
    ]


def test_columns_in_another_order_or_missing() -> None:
    registry = parse("name,url", "西工区人民政府,http://a.gov.cn/")
    assert registry.sites == [SiteEntry("http://a.gov.cn/", "西工区人民政府")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",西工区人民政府,,,", "url is missing"),
        ("www.a.gov.cn,西工区人民政府,,,", "not a full http:// or https:// address"),
        ("ftp://a.gov.cn/,西工区人民政府,,,", "not a full http:// or https:// address"),
        ("http://[a.gov.cn/,西工区人民政府,,,", "not an address"),
        ("http://a.gov.cn:port/,西工区人民政府,,,", "not an address"),
        ("http://a.gov.cn/,,,,", "name is missing"),
        ("http://a.gov.cn/,西工区人民政府,4103,,", "not a 6-digit or 9-digit code"),
        ("http://a.gov.cn/,西工区人民政府,４１０３０３,,", "not a 6-digit or 9-digit code"),
        ("http://a.gov.cn/,西工区人民政府,999999,,", "not in the gazetteer"),
        ("http://a.gov.cn/,西工区人民政府,,wordpress,", "'wordpress' is not one of auto, anhui_label, aspnet"),
        ("http://a.gov.cn/,西工区人民政府,,,2007", "not a year from 2008"),
        ("http://a.gov.cn/,西工区人民政府,,,3000", "not a year from 2008"),
        ("http://a.gov.cn/,西工区人民政府,,,去年", "not a year from 2008"),
    ],
)
def test_bad_row_is_named_and_the_others_are_used(row: str, said: str) -> None:
    registry = parse("url,name,division,family,since", row, "http://b.gov.cn/,东城区人民政府,,,")
    assert [entry.url for entry in registry.sites] == ["http://b.gov.cn/"]
    assert len(registry.problems) == 1
    assert registry.problems[0].line == 2
    assert said in str(registry.problems[0])


def test_all_that_is_wrong_in_a_row_is_said_at_once() -> None:
    problem = parse("url,name,division", "a.gov.cn,,12").problems[0]
    assert all(word in problem.message for word in ("url 'a.gov.cn'", "name is missing", "division '12'"))


def test_duplicate_is_named_with_the_first_line() -> None:
    registry = parse("url,name", "http://a.gov.cn/,甲区人民政府", "http://a.gov.cn/,乙区人民政府")
    assert [entry.name for entry in registry.sites] == ["甲区人民政府"]
    assert str(registry.problems[0]).startswith("line 3: url http://a.gov.cn/ is in line 2 already")


def test_line_numbers_count_lines_within_quotes() -> None:
    registry = parse("url,name", 'http://a.gov.cn/,"甲区', '人民政府"', "b,乙区人民政府")
    assert registry.problems[0].line == 4


def test_unknown_column_and_surplus_cells_are_named() -> None:
    registry = parse("url,name,remark", "http://a.gov.cn/,甲区人民政府,好,多")
    assert len(registry.sites) == 1
    assert ["'remark' is not known" in str(registry.problems[0]), "4 cells" in str(registry.problems[1])] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"name,division\n", "missing: url"),
        ("url,name\nhttp://a.gov.cn/,甲区".encode("gb18030"), "is not UTF-8"),
        ("url,name\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_file_that_is_no_registry(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(content)
    with pytest.raises(RegistryError, match=said) as caught:
        read_registry(path)
    assert str(path) in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="there is no such file"):
        read_registry(tmp_path / "sites.csv")


@pytest.mark.parametrize("other", ["https://b.gov.cn/", "http://www.b.gov.cn/", "https://www.b.gov.cn:443/"])
def test_a_site_under_another_of_its_names_is_one_site(other: str) -> None:
    registry = parse("url,name", "http://b.gov.cn/,东城区人民政府", f"{other},东城区人民政府")
    assert [entry.url for entry in registry.sites] == ["http://b.gov.cn/"]
    assert "is in line 2 already" in str(registry.problems[0])


def test_ports_and_literal_addresses_are_sites_of_their_own() -> None:
    urls = ["http://b.gov.cn/", "http://b.gov.cn:9311/", "http://127.0.0.1:8001/", "https://127.0.0.1:8001/"]
    registry = parse("url,name", *(f"{url},东城区人民政府" for url in urls))
    assert [entry.url for entry in registry.sites] == urls


def test_a_note_is_nobodys_business() -> None:
    registry = parse("url,name,note", "http://b.gov.cn/,东城区人民政府,not checked live")
    assert len(registry.sites) == 1 and not registry.problems


def test_the_registry_to_start_with_can_be_used() -> None:
    registry = read_registry(Path(__file__).parents[1] / "sites.csv")
    assert registry.problems == []
    assert len(registry.sites) >= 80
