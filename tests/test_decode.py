"""Bytes to text where header, meta, byte order mark and bytes disagree."""

from __future__ import annotations

import pytest

from archive.reading.dates import date_in_url, dates
from archive.reading.decode import decode

TEXT = "悦来镇人民政府信息公开工作年度报告，本年度收到申请数量为零，依法公开有关工作情况和办理结果。" * 4
MARKUP = '<html><head><meta charset="{}"></head><body>' + TEXT + "</body></html>"


@pytest.mark.parametrize(
    ("actual", "meta", "header"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("utf-8", "gb2312", "gbk"),
        ("utf-8", "utf-8", "iso-8859-1"),
        ("gb18030", "gb2312", None),
        ("gb18030", "utf-8", None),
        ("gb18030", "gb2312", "utf-8"),
        ("gb18030", "nonsense", "utf-16"),
        ("utf-8", "gb2312", "utf-16"),
        ("utf-8-sig", "gb2312", "gbk"),
        ("utf-16", "utf-8", "utf-8"),
    ],
)
def test_bytes_have_the_last_word(actual: str, meta: str, header: str | None) -> None:
    page = MARKUP.format(meta)
    decoded = decode(page.encode(actual), f"text/html; charset={header}" if header else None)
    assert decoded.text == page
    assert not decoded.suspect


def test_gb2312_means_gb18030() -> None:
    page = MARKUP.format("gb2312").replace("悦来镇", "㙍溪镇朱镕〇")
    decoded = decode(page.encode("gb18030"), None)
    assert "㙍溪镇朱镕〇" in decoded.text
    assert decoded.charset == "gb18030"


def test_ascii_with_a_utf16_label_stays_ascii() -> None:
    assert decode(b"<html><p>hello</p></html>", "text/html; charset=utf-16").text == "<html><p>hello</p></html>"


def test_damaged_bytes_are_suspect_and_nothing_fails() -> None:
    body = MARKUP.format("utf-8").encode()
    broken = b"".join(body[start : start + 7] + b"\xff\xfe\x80" for start in range(0, len(body), 7))
    assert decode(broken, None).suspect
    assert decode(bytes(range(256)), "text/html; charset=big5").text


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2025-03-10 15:35", "2025-03-10"),
        ("2020年08月02日", "2020-08-02"),
        ("2024 年 1 月 25 日", "2024-01-25"),
        ("二〇二三年一月十七日", "2023-01-17"),
        ("二○二一年十二月三十一日", "2021-12-31"),
        ("2016/11/25 09:26:37", "2016-11-25"),
    ],
)
def test_dates_as_printed(printed: str, iso: str) -> None:
    assert dates(printed) == [iso]


def test_impossible_dates_are_none() -> None:
    assert dates("2023年13月40日，2023-02-30") == []


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("http://x/zwgk/202401/t20240125_97791.html", "2024-01-25"),
        ("http://x/art/2024/1/25/art_1_2.html", "2024-01-25"),
        ("http://x/nw12344/20230331/4a03.html", "2023-03-31"),
        ("http://x/a/20230105154514427.html", "2023-01-05"),
        ("http://x/1314868.shtml", None),
    ],
)
def test_date_in_url(url: str, iso: str | None) -> None:
    assert date_in_url(url) == iso
