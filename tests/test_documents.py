"""Documents of every kind: read to the last figure, told by their bytes, refused where they are damaged or bombs."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from archive.reading import Source, UnreadableError, read
from archive.reading.documents import convert, media, package
from crawler.readers import Worker, outcome_of
from tests.documents import (
    document,
    expected_of,
    needs_libreoffice,
    saved,
    values_of,
    word_report,
)
from tests.paper import TITLE, html_page, random_figures


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


def test_report_of_the_year_that_the_link_names_is_read_from_zip_files_within() -> None:
    figures, older = random_figures(42), random_figures(43)
    last_year = html_page(older).replace("2023", "2022")
    inner = zipped(a__html=last_year.encode(), b__html=html_page(figures).encode())
    reading = read(zipped(inner__zip=inner), Source(file_name="2023年.zip"))
    assert values_of(reading) == figures
    assert [(warning.code, warning.detail[:6]) for warning in reading.warnings] == [("member_unread", "a.html")]


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
