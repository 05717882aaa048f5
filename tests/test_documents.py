"""Documents that are not HTML: every shape with the numbers printed in it, and how each is refused."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from archive.reading import Reading, Source, UnreadableError, read
from archive.reading.blocks import Grid, Paragraph
from archive.reading.documents import convert, media, package, recogniser
from archive.reading.documents.layout import blocks_of
from archive.reading.documents.lines import text_of
from archive.reading.documents.ofd import from_ofd
from archive.reading.documents.pdf import from_pdf
from archive.reading.documents.sheet import Glyph, Ruling, Sheet, lattices
from archive.reading.documents.word import from_docx
from archive.reading.documents.workbook import from_workbook
from crawler.readers import Worker, outcome_of
from tests.paper import PROSE, TITLE, Figures, html_page, random_figures, tables

PAGES = Path(__file__).parent / "pages" / "documents"
EXPECTED: dict[str, dict[str, dict[str, dict[str, int | float]]]] = json.loads(
    (PAGES / "expected.json").read_text("utf-8")
)
needs_ocr = pytest.mark.skipif(not recogniser.available(), reason="needs the extra `ocr`")
needs_libreoffice = pytest.mark.skipif(convert.soffice() is None, reason="needs LibreOffice")


def expected_of(name: str) -> Figures:
    return {
        (section, item, category): value
        for section, items in EXPECTED[name].items()
        for item, categories in items.items()
        for category, value in categories.items()
    }


def document(name: str) -> Reading:
    return read((PAGES / name).read_bytes(), Source(file_name=name))


def values_of(reading: Reading) -> dict[Any, Any]:
    return {(figure.section, figure.item, figure.category): figure.value for figure in reading.figures}


def wrong(reading: Reading, expected: Figures) -> dict[Any, Any]:
    return {key: value for key, value in values_of(reading).items() if value is not None and value != expected[key]}


def texts(blocks: list[Any]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


# --- every shape --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "browser.pdf",
        "office.pdf",
        "turned.pdf",
        "rotated.pdf",
        "no_user_password.pdf",
        "new_word.docx",
        "old_excel.xls",
        pytest.param("old_word.doc", marks=needs_libreoffice),
        pytest.param("rich.rtf", marks=needs_libreoffice),
    ],
)
def test_report_is_read_to_the_last_figure(name: str) -> None:
    reading = document(name)
    assert values_of(reading) == expected_of(name)
    assert (reading.title, reading.agency, reading.year) == (TITLE, "江宁镇人民政府", 2023)
    assert reading.warnings == []


def test_table_without_rulings_is_read_by_its_columns() -> None:
    reading = document("unruled.pdf")
    values = values_of(reading)
    assert wrong(reading, expected_of("unruled.pdf")) == {}
    assert sum(value is not None for value in values.values()) == 185
    # Its section 四 has no labels but in the head, whose words run into each other.
    assert "table_missing" in [warning.code for warning in reading.warnings]


@needs_ocr
@pytest.mark.parametrize(("name", "least"), [("scan.pdf", 174), ("hidden_text.pdf", 8), ("picture.png", 10)])
def test_scan_is_exact_or_null_and_never_wrong(name: str, least: int) -> None:
    reading = document(name)
    values = values_of(reading)
    assert wrong(reading, expected_of(name)) == {}
    assert sum(value is not None for value in values.values()) >= least
    for figure in reading.figures:
        if figure.value is not None:
            assert figure.method == "ocr"
            assert figure.confidence is not None and 0.85 <= figure.confidence <= 1
    unreadable = {warning.detail.split(":")[0] for warning in reading.warnings if warning.code == "cell_unreadable"}
    nulls = {".".join(key) for key, value in values.items() if value is None}
    assert {name for name in nulls if name in unreadable} == unreadable


def test_page_with_pictures_for_tables_says_so() -> None:
    page = (
        f"<html><head><title>{TITLE}</title></head><body><div id='zoom'><h1>{TITLE}</h1>"
        f"<p>一、总体情况</p><p>{PROSE}</p>"
        "<p>二、主动公开政府信息情况</p><p><img src='t2.png'></p><p>三、收到和处理政府信息公开申请情况</p>"
        "<p><img src='t3.png'></p></div></body></html>"
    )
    reading = read(page.encode(), Source())
    assert reading.is_report and reading.figures == []
    missing = [warning.detail for warning in reading.warnings if warning.code == "table_missing"]
    assert len(missing) == 3
    assert all("2 pictures" in detail for detail in missing)


def test_scan_without_the_extra_says_what_would_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    for name in ("scan.pdf", "picture.png"):
        with pytest.raises(UnreadableError, match=r"needs the extra `ocr`: pip install 'nianbao\[ocr\]'"):
            document(name)


def test_text_behind_a_scan_is_text_and_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    reading = document("hidden_text.pdf")
    assert "规章 8 8 8" in reading.text
    assert reading.figures == []


def test_fonts_that_do_not_say_what_they_print_are_suspect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    reading = document("no_unicode.pdf")
    assert "charset_suspect" in [warning.code for warning in reading.warnings]
    assert reading.figures == []


def test_tables_are_cut_into_cells_as_pdfplumber_does() -> None:
    pdfplumber = pytest.importorskip("pdfplumber")
    body = (PAGES / "office.pdf").read_bytes()
    ours = [
        "".join(cell.split())
        for block in from_pdf(body).blocks
        if isinstance(block, Grid)
        for row in block.to_lists()
        for cell in row
        if cell
    ]
    with pdfplumber.open(io.BytesIO(body)) as other:
        theirs = [
            "".join(cell.split())
            for page in other.pages
            for table in page.extract_tables()
            for row in table
            for cell in row
            if cell
        ]
    assert sorted(ours) == sorted(theirs)


def drawn_pdf(*texts: tuple[str, float, float]) -> bytes:
    """A page with a ruled row of three cells, and texts at places."""
    stream = "0.5 w 50 700 300 40 re S 150 700 m 150 740 l S 250 700 m 250 740 l S BT /F 12 Tf "
    stream += " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for text, x, y in texts) + " ET"
    stream += " BT /F 60 Tf 0.7 0.7 -0.7 0.7 60 600 Tm (DRAFT) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return body.encode()


def test_bold_type_printed_twice_is_one_digit_and_a_watermark_none() -> None:
    body = drawn_pdf(("A", 60, 715), ("1", 160, 715), ("1", 160.4, 715), ("11", 260, 715))
    (grid,) = from_pdf(body).blocks
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [["A", "1", "11"]]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_truncated_pdf_is_refused(share: float) -> None:
    body = (PAGES / "office.pdf").read_bytes()
    with pytest.raises(UnreadableError, match="damaged or truncated"):
        from_pdf(body[: int(len(body) * share)])


def test_locked_pdf_is_refused() -> None:
    with pytest.raises(UnreadableError, match="password"):
        document("user_password.pdf")


# --- sheets -------------------------------------------------------------------------------------------------------


def glyph(text: str, x: float, y: float, size: float = 10.0) -> Glyph:
    return Glyph(text, x, y, x + size, y + size, size)


def ruled(xs: list[float], ys: list[float]) -> tuple[list[Ruling], list[Ruling]]:
    return [Ruling(y, xs[0], xs[-1]) for y in ys], [Ruling(x, ys[0], ys[-1]) for x in xs]


def test_borders_drawn_cell_by_cell_and_a_fraction_apart_are_one() -> None:
    across = [Ruling(y + shift, x, x + 51) for y in (0, 20, 40) for x, shift in ((0, 0.4), (50, -0.4))]
    down = [Ruling(x, y, y + 19) for x in (0, 50.5, 100) for y in (0, 20)]
    (lattice,) = lattices(across, down)
    assert [(box.top, box.left) for box in lattice.boxes] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_missing_rulings_make_a_span_and_never_two_texts_of_one() -> None:
    across, down = ruled([0, 50, 100], [0, 20, 40])
    (spanned,) = lattices(across, [down[0], Ruling(50, 20, 40), down[2]])
    assert [(box.top, box.left, box.bottom, box.right) for box in spanned.boxes] == [
        (0, 0, 0, 1),
        (1, 0, 1, 0),
        (1, 1, 1, 1),
    ]
    (crooked,) = lattices([across[0], Ruling(20, 50, 100), across[2]], [down[0], Ruling(50, 20, 40), down[2]])
    assert len(crooked.boxes) == 4


def test_frame_around_text_is_no_table() -> None:
    across, down = ruled([0, 300], [0, 100])
    sheet = Sheet(300, 400, [glyph(text, 10 + 10 * n, 40) for n, text in enumerate("政府信息")], across, down)
    assert texts(blocks_of([sheet])) == ["政府信息"]


def test_label_in_two_vertical_columns_is_read_downwards() -> None:
    across, down = ruled([0, 30, 60, 90], [0, 100])
    label = "行政规范性文件"
    glyphs = [glyph(text, 2 if n >= 4 else 14, 5 + 12 * (n % 4)) for n, text in enumerate(label)]
    (grid,) = blocks_of([Sheet(100, 120, [*glyphs, glyph("7", 40, 40), glyph("8", 70, 40)], across, down)])
    assert isinstance(grid, Grid)
    assert grid.to_lists() == [[label, "7", "8"]]


def test_mark_of_a_footnote_is_no_digit() -> None:
    assert text_of([glyph("1", 0, 0), glyph("2", 10, 0), glyph("1", 20, 0, size=6)]) == "12¹"


def test_table_over_three_pages_with_running_heads_is_one() -> None:
    sheets = []
    for number in range(3):
        across, down = ruled([50, 100, 150], [100, 120, 140])
        cells = [glyph(str(number), 60, 105), glyph("5", 110, 105), glyph(str(number), 60, 125), glyph("6", 110, 125)]
        head = [glyph(text, 60 + 10 * n, 20) for n, text in enumerate(f"政府{number}页")]
        sheets.append(Sheet(595, 842, [*head, *cells], across, down))
    (grid,) = blocks_of(sheets)
    assert isinstance(grid, Grid)
    assert len(grid.rows) == 6


# --- Word ---------------------------------------------------------------------------------------------------------


def saved(made: Any) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def add_table(made: Any, rows: Any) -> None:
    width = sum(cell.right for cell in rows[0])
    table = made.add_table(len(rows), width)
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            last = table.cell(number + cell.down - 1, column + cell.right - 1)
            merged = table.cell(number, column).merge(last) if cell.down * cell.right > 1 else last
            merged.text = cell.text
            taken |= {(number + a, column + b) for a in range(cell.down) for b in range(cell.right)}


def word_report(figures: Figures) -> Any:
    made = docx.Document()
    made.add_heading(TITLE)
    made.add_paragraph("现公布江宁镇人民政府2023年政府信息公开工作年度报告。")
    for rows in tables(figures):
        add_table(made, rows)
        made.add_paragraph("")
    return made


def test_word_file_with_merged_cells() -> None:
    figures = random_figures(21)
    reading = read(saved(word_report(figures)), Source(file_name="report.docx"))
    assert values_of(reading) == figures


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


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


# --- OFD ----------------------------------------------------------------------------------------------------------


def ofd(figures: Figures, *, text: bool = True) -> bytes:
    """A report drawn in millimetres: a page for each table, a row every 12 mm."""
    pages = []
    for rows in tables(figures):
        width = sum(cell.right for cell in rows[0])
        edges = [10 + n * 190 / width for n in range(width + 1)]
        things: list[str] = []
        taken: set[tuple[int, int]] = set()
        for number, cells in enumerate(rows):
            column = 0
            for cell in cells:
                while (number, column) in taken:
                    column += 1
                taken |= {(number + a, column + b) for a in range(cell.down) for b in range(cell.right)}
                x0, x1 = edges[column], edges[column + cell.right]
                y0, y1 = 20 + 12 * number, 20 + 12 * (number + cell.down)
                things.append(
                    f'<ofd:PathObject Boundary="{x0} {y0} {x1 - x0} {y1 - y0}" LineWidth="0.2"><ofd:AbbreviatedData>'
                    f"M 0 0 L {x1 - x0} 0 L {x1 - x0} {y1 - y0} L 0 {y1 - y0} C</ofd:AbbreviatedData></ofd:PathObject>"
                )
                fits = max(1, int((x1 - x0) / 2.2))
                for line, start in enumerate(range(0, len(cell.text), fits)):
                    part = cell.text[start : start + fits]
                    things.append(
                        f'<ofd:TextObject Boundary="{x0 + 0.5} {y0 + 0.2} 60 12" Size="2"><ofd:TextCode X="0" '
                        f'Y="{2 + 1.9 * line}" DeltaX="g {len(part)} {2 if part > "⺀" else 1}">{part}'
                        "</ofd:TextCode></ofd:TextObject>"
                    )
        if not text:
            things = [thing for thing in things if "TextObject" not in thing]
        pages.append("".join(things))
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(
            "OFD.xml",
            f"<ofd:OFD {name}><ofd:DocBody><ofd:DocInfo><ofd:Title>{TITLE}</ofd:Title></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
        made.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {name}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 420</ofd:PhysicalBox>"
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for n, drawn in enumerate(pages):
            made.writestr(
                f"Doc_0/Pages/{n}.xml",
                f"<ofd:Page {name}><ofd:Content><ofd:Layer>{drawn}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return stream.getvalue()


def test_ofd_is_read_to_the_last_figure() -> None:
    figures = random_figures(31)
    reading = read(ofd(figures), Source(file_name="report.ofd"))
    assert reading.media_type == media.OFD
    assert values_of(reading) == figures
    assert reading.title == TITLE


def test_ofd_of_pictures_or_with_entities_is_refused() -> None:
    with pytest.raises(UnreadableError, match="holds no text"):
        from_ofd(ofd(random_figures(1), text=False))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("OFD.xml", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><OFD>&e;')
    with pytest.raises(UnreadableError, match="damaged"):
        from_ofd(stream.getvalue())


# --- ZIP, and what a file is -----------------------------------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            made.writestr(name.replace("__", "."), body)
    return stream.getvalue()


def test_best_report_of_a_zip_is_read() -> None:
    figures = random_figures(41)
    reading = read(
        zipped(
            a__html="<html><body><p>办事指南</p></body></html>".encode(),
            b__pdf=b"%PDF-1.4 broken",
            c__docx=saved(word_report(figures)),
        ),
        Source(file_name="附件.zip"),
    )
    assert values_of(reading) == figures
    assert [(warning.code, warning.detail[:6]) for warning in reading.warnings] == [("member_unread", "b.pdf:")]


def test_bombs_are_refused_by_their_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAXIMUM_UNPACKED_BYTES", 1 << 20)
    with pytest.raises(UnreadableError, match="would unpack to"):
        read(zipped(a__txt=bytes(2 << 20)), Source(file_name="a.zip"))


def test_zip_without_documents_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no document"):
        read(zipped(a__exe=b"MZ"), Source(file_name="a.zip"))


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (b"<html><body>404</body></html>", "report.pdf", media.HTML),
        (saved(docx.Document()), "report.doc", media.DOCX),
        (b"{\\rtf1 text}", "report.doc", media.RTF),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "a.doc", media.WORD_XML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", "a.doc", media.MHTML),
        (b"Rar!\x1a\x07\x00", "a.rar", "application/vnd.rar"),
    ],
)
def test_type_is_told_by_the_bytes(body: bytes, name: str, kind: str) -> None:
    assert media.media_type(body, file_name=name) == kind


def test_page_saved_as_a_web_archive_is_read() -> None:
    figures = random_figures(51)
    page = html_page(figures).encode()
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    part = (
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + page + b"\r\n--x--\r\n"
    )
    assert values_of(read(head + part, Source(file_name="a.doc"))) == figures


def test_locked_office_document_says_so() -> None:
    body = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableError, match="password"):
        read(body, Source(file_name="a.docx"))


# --- LibreOffice --------------------------------------------------------------------------------------------------


def program(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_old_word_file_without_libreoffice_says_what_would_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(convert.SETTING, "none")
    with pytest.raises(UnreadableError, match=r"libreoffice-writer-nogui.*NIANBAO_SOFFICE"):
        document("old_word.doc")


def test_conversion_that_fails_or_never_ends_is_one_unreadable_document(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(convert.SETTING, program(tmp_path, "echo no filter >&2; exit 1"))
    with pytest.raises(UnreadableError, match=r"cannot convert the document \(no filter"):
        document("old_word.doc")
    monkeypatch.setattr(convert, "LONGEST_CONVERSION", 1)
    monkeypatch.setenv(convert.SETTING, program(tmp_path, "sleep 60"))
    with pytest.raises(UnreadableError, match="longer than 1 s"):
        document("old_word.doc")


# --- limits -------------------------------------------------------------------------------------------------------


def test_document_that_hangs_crashes_or_eats_memory_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "hostile_reader.py").write_text(
        "import os\nfrom archive.reading.model import Reading\nREADER_VERSION = '1'\n"
        "def read(body, source):\n"
        "    if body == b'hang':\n        while True: pass\n"
        "    if body == b'crash':\n        os.abort()\n"
        "    if body == b'eat':\n        return [bytearray(1 << 30) for _ in range(64)]\n"
        "    return Reading('text/plain', text=body.decode())\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "hostile_reader" not in sys.modules
    worker = Worker("hostile_reader", longest=3)
    try:
        for body in (b"hang", b"crash", b"eat"):
            lost = outcome_of(worker.submit(body, Source()))
            assert lost.reading is None and lost.unexpected
            assert lost.error is not None and "memory" in lost.error
            kept = outcome_of(worker.submit(b"fine", Source()))
            assert kept.reading is not None and kept.reading.text == "fine"
    finally:
        worker.close(now=True)
