"""Word and Excel files."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from archive.reading import Source, UnreadableError, read
from archive.reading.blocks import Grid
from archive.reading.documents import binary_cells, media
from archive.reading.documents.word import from_docx
from archive.reading.documents.workbook import from_workbook
from tests.documents import (
    PAGES,
    saved,
    texts,
    values_of,
    word_report,
)
from tests.paper import html_page, random_figures


def test_word_file_with_merged_cells() -> None:
    figures = random_figures(21)
    reading = read(saved(word_report(figures)), Source(file_name="report.docx"))
    assert values_of(reading) == figures


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def rewritten(body: bytes, changes: dict[bytes, bytes], more: dict[str, bytes]) -> bytes:
    """A Word file with pieces of its parts replaced, and with more parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as package, zipfile.ZipFile(stream, "w") as made:
        for name in package.namelist():
            part = package.read(name)
            for old, new in changes.items():
                part = part.replace(old, new)
            made.writestr(name, part)
        for name, part in more.items():
            made.writestr(name, part)
    return stream.getvalue()


def test_word_file_of_the_strict_kind_is_read() -> None:
    figures = random_figures(22)
    strict = {
        b"http://schemas.openxmlformats.org/%s/2006/" % part: b"http://purl.oclc.org/ooxml/%s/" % part
        for part in (b"wordprocessingml", b"officeDocument")
    }
    assert values_of(read(rewritten(saved(word_report(figures)), strict, {}), Source(file_name="a.docx"))) == figures


def test_page_that_a_word_file_shows_in_its_place_is_read() -> None:
    figures = random_figures(23)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    changes = {
        b"<w:sectPr": f'<w:altChunk xmlns:r="{relation}" r:id="rIdX"/><w:sectPr'.encode(),
        b"</Relationships>": f'<Relationship Id="rIdX" Type="{relation}/aFChunk" Target="/word/page.htm"/>'.encode()
        + b"</Relationships>",
        b"</Types>": b'<Default Extension="htm" ContentType="text/html"/></Types>',
    }
    body = rewritten(saved(docx.Document()), changes, {"word/page.htm": html_page(figures).encode()})
    assert values_of(read(body, Source(file_name="a.docx"))) == figures


def test_number_in_a_table_of_one_cell_stands_in_the_cell_around_it() -> None:
    made = docx.Document()
    table = made.add_table(1, 2)
    table.cell(0, 0).text = "规章"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "7"
    (grid,) = from_docx(saved(made)).blocks
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [["规章", "7"]]


def test_tracked_changes_are_accepted_and_hidden_text_left_out() -> None:
    made = docx.Document()
    raised = "<w:vertAlign w:val='superscript'/>"
    made.element.body.insert(
        0,
        parse_xml(
            f"<w:p {nsdecls('w')}>{run('共收到')}<w:del w:id='1'><w:r><w:delText>3</w:delText></w:r></w:del>"
            f"<w:ins w:id='2'>{run('5')}</w:ins><w:moveFrom w:id='3'>{run('移走')}</w:moveFrom>"
            f"{run('密', '<w:vanish/>')}{run('件')}{run('2', raised)}</w:p>"
        ),
    )
    assert texts(from_docx(saved(made)).blocks) == ["共收到5件²"]


def test_deleted_rows_nested_tables_and_content_controls() -> None:
    made = docx.Document()
    layout = made.add_table(1, 2)
    layout.cell(0, 0).text = "导航"
    inner = layout.cell(0, 1).add_table(3, 2)
    for number, (label, value) in enumerate((("规章", "1"), ("行政许可", "2"), ("行政处罚", "3"))):
        inner.cell(number, 0).text, inner.cell(number, 1).text = label, value
    deleted = OxmlElement("w:trPr")
    deleted.append(OxmlElement("w:del"))
    inner.rows[1]._tr.insert(0, deleted)
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('控件内的文字')}</w:p></w:sdtContent></w:sdt>")
    made.element.body.insert(0, control)
    blocks = from_docx(saved(made)).blocks
    assert texts(blocks) == ["控件内的文字", "导航"]
    assert [block.to_lists() for block in blocks if isinstance(block, Grid)] == [[["规章", "1"], ["行政处罚", "3"]]]


def test_text_box_is_read_once() -> None:
    made = docx.Document()
    box = f"<w:txbxContent><w:p>{run('框内标题')}</w:p></w:txbxContent>"
    made.element.body.insert(
        0,
        parse_xml(
            f"<w:p {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>{run('正文')}"
            f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
    )
    assert texts(from_docx(saved(made)).blocks) == ["正文", "框内标题"]


def test_numbers_that_word_counts_are_text() -> None:
    made = docx.Document()
    numbering = made.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'><w:lvl w:ilvl='0'><w:start w:val='1'/>"
            "<w:numFmt w:val='chineseCounting'/><w:lvlText w:val='%1、'/></w:lvl><w:lvl w:ilvl='1'><w:start w:val='1'/>"
            "<w:numFmt w:val='decimal'/><w:lvlText w:val='%2.'/></w:lvl></w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"))
    for text, level in (("总体情况", 0), ("甲", 1), ("乙", 1), ("主动公开", 0), ("丙", 1)):
        properties = getattr(made.add_paragraph(text)._p.get_or_add_pPr(), "get_or_add_numPr")()  # noqa: B009
        properties.get_or_add_ilvl().set(qn("w:val"), str(level))
        properties.get_or_add_numId().set(qn("w:val"), "77")
    assert texts(from_docx(saved(made)).blocks) == ["一、总体情况", "1.甲", "2.乙", "二、主动公开", "1.丙"]


def test_damaged_word_file_is_refused() -> None:
    body = saved(docx.Document())
    with pytest.raises(UnreadableError, match="damaged"):
        read(body[: len(body) // 2], Source(file_name="x.docx"))


# --- Excel --------------------------------------------------------------------------------------------------------


def workbook(sheets: dict[str, tuple[str, str]]) -> bytes:
    """An .xlsx of sheets: name to (state, rows of XML)."""
    stream = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "http://schemas.openxmlformats.org/package/2006/relationships"
    names = list(sheets)
    with zipfile.ZipFile(stream, "w") as made:
        listed = "".join(
            f'<sheet name="{name}" sheetId="{n + 1}" state="{sheets[name][0]}" r:id="r{n}"/>'
            for n, name in enumerate(names)
        )
        made.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        made.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kinds}"><Relationship Id="r" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        made.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>'
        )
        related = "".join(
            f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/s{n}.xml"/>'
            for n in range(len(names))
        )
        made.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{kinds}">{related}</Relationships>')
        for n, name in enumerate(names):
            made.writestr(f"xl/worksheets/s{n}.xml", f'<worksheet xmlns="{main}">{sheets[name][1]}</worksheet>')
    return stream.getvalue()


def row(number: int, *cells: str | float) -> str:
    made = []
    for column, cell in enumerate(cells):
        place = f"{chr(65 + column)}{number}"
        if isinstance(cell, str):
            made.append(f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>' if cell else "")
        else:
            made.append(f'<c r="{place}"><v>{cell}</v></c>')
    return f'<row r="{number}">{"".join(made)}</row>'


def test_workbook_with_merged_cells_and_a_hidden_sheet() -> None:
    shown = (
        "<sheetData>"
        + row(1, "政府信息公开情况表")
        + row(3, "", "申请人情况")
        + row(4, "", "自然人", "总计")
        + row(5, "一、本年新收政府信息公开申请数量", 12.0, 12.5)
        + '</sheetData><mergeCells><mergeCell ref="B3:C3"/><mergeCell ref="A3:A4"/></mergeCells>'
    )
    hidden = f"<sheetData>{row(1, '规章', 99.0, 99.0)}</sheetData>"
    blocks = from_workbook(workbook({"年报": ("visible", shown), "上年": ("hidden", hidden)})).blocks
    assert texts(blocks) == ["政府信息公开情况表"]
    (grid,) = (block for block in blocks if isinstance(block, Grid))
    assert grid.to_lists() == [
        ["", "申请人情况", None],
        [None, "自然人", "总计"],
        ["一、本年新收政府信息公开申请数量", "12", "12.5"],
    ]


def test_hidden_rows_and_columns_of_a_workbook_are_left_out() -> None:
    cells = (
        '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
        + row(1, "申请人情况", "上年", "总计")
        + row(2, "一、本年新收政府信息公开申请数量", 99.0, 12.0)
        + row(3, "上年", 98.0, 97.0).replace('r="3"', 'r="3" hidden="1"', 1)
        + row(4, "二、上年结转政府信息公开申请数量", 96.0, 3.0)
        + '</sheetData><mergeCells><mergeCell ref="B1:C1"/></mergeCells>'
    )
    (grid,) = from_workbook(workbook({"年报": ("visible", cells)})).blocks
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [
        ["申请人情况", "上年"],
        ["一、本年新收政府信息公开申请数量", "12"],
        ["二、上年结转政府信息公开申请数量", "3"],
    ]


def test_hidden_rows_and_columns_of_an_old_workbook_are_left_out() -> None:
    body = (PAGES / "hidden.xls").read_bytes()
    (grid,) = from_workbook(body).blocks
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "1", "2", "3"],
        ["行政规范性文件", "4", "5", "6"],
    ]
    assert [binary_cells.hidden_cells(body[:size]) for size in (0, 100, 600)] == [{}, {}, {}]


def test_values_of_cells_are_read_as_printed_or_not_at_all() -> None:
    cells = f"<sheetData>{row(1, '规章', '1,234', 7.0, 1e6)}{row(2, '行政规范性文件', '12%', 0.12, 2.5)}</sheetData>"
    (grid,) = from_workbook(workbook({"年报": ("visible", cells)})).blocks
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [["规章", "1,234", "7", "1000000"], ["行政规范性文件", "12%", "0.12", "2.5"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["report.xls", "report.doc", "report.wps", "report.docx"])
def test_page_under_the_name_of_an_office_file_is_read_as_the_page_it_is(name: str, encoding: str) -> None:
    figures = random_figures(61)
    body = html_page(figures).replace('charset="utf-8"', f'charset="{encoding}"').encode(encoding)
    reading = read(body, Source(file_name=name, content_type="application/vnd.ms-excel"))
    assert reading.media_type == media.HTML
    assert values_of(reading) == figures
