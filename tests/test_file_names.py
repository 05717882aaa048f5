"""Names of documents as servers give them, and what they tell of a report."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from archive.file_names import file_name
from archive.headers import header_text
from archive.reading import Source, read
from tests.imitations.declaration import district_of, report, report_docx

NAME = "西工区2023年政府信息公开工作年度报告.docx"


@pytest.mark.parametrize(
    "header",
    [
        f"attachment; filename*=UTF-8''{quote(NAME)}".encode(),
        f"attachment; filename=x.docx; filename*=utf-8'zh'{quote(NAME)}".encode(),
        f"attachment; filename*=GBK''{quote(NAME.encode('gbk'))}".encode(),
        f'attachment; filename="{NAME}"'.encode(),
        f'attachment; filename="{NAME}"'.encode("gb18030"),
        f"attachment;filename={NAME}".encode("gbk"),
        f"attachment; filename={quote(NAME)}".encode(),
        f"attachment; filename={quote(NAME.encode('gbk'))}".encode(),
        f'attachment; filename="C:\\\\temp\\\\{NAME}"'.encode(),
        f'attachment; filename="../../{NAME}"'.encode(),
    ],
)
def test_a_name_is_read_however_it_is_written(header: bytes) -> None:
    assert file_name(header_text(header)) == NAME


@pytest.mark.parametrize("header", ["", "inline", "attachment; filename=", 'attachment; filename=""'])
def test_no_name_is_none(header: str) -> None:
    assert file_name(header) is None


def test_a_documents_name_tells_the_agency_and_the_year_where_nothing_else_does() -> None:
    it = report(district_of("410303"), 2023)
    it.title = "年度报告"
    body = report_docx(it)
    known = Source(url="http://a.example.gov.cn/api/file/1", file_name=NAME, division="410303", link_text="附件")
    reading = read(body, known)
    assert (reading.agency, reading.year) == ("西工区人民政府", 2023)
    assert reading.title == NAME.removesuffix(".docx")
