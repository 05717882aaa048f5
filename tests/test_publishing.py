"""Coverage and integrity of an archive built here by hand, and serving it."""

from __future__ import annotations

import io
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from archive.publishing.coverage import STATES, CoverageRow, as_json_lines, coverage_rows, print_table
from archive.publishing.integrity import Finding, check_archive
from archive.publishing.serve import serve
from archive.store import Archive, ArchiveError
from tests.published import BROKEN, GOOD, MISSING, STREET, UNPARSED, UNREAD, YEAR, build, keep, reading


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(build(tmp_path / "a.db")) as opened:
        yield opened


def states(rows: list[CoverageRow], agency: str) -> dict[int, str]:
    return {row.year: row.state for row in rows if row.agency == agency}


# --- coverage -----------------------------------------------------------------------------------------------------


def test_every_state_is_told(archive: Archive) -> None:
    rows = coverage_rows(archive)
    street = states(rows, STREET)
    assert [street[year] for year in (GOOD, BROKEN, UNPARSED, UNREAD, MISSING, YEAR)] == [
        "good", "checks_failed", "unparsed", "fetched_not_report", "not_found", "not_due",
    ]  # fmt: skip
    assert {state for year, state in states(rows, "涧西区人民政府").items() if year <= MISSING} == {"blocked"}
    details = {(row.agency, row.year): row for row in rows}
    assert "applications.balance: total: 3 + 2 = 5 against 4 + 0 = 4" in details[STREET, BROKEN].detail
    assert "HTTP 403" in details["涧西区人民政府", MISSING].detail
    assert "unread.html" in details[STREET, UNREAD].detail
    assert details[STREET, GOOD].document and not details[STREET, MISSING].document
    assert (details[STREET, GOOD].level, details[STREET, GOOD].district) == ("street", "西工区")


def test_the_view_and_the_rows_agree(archive: Archive) -> None:
    view = archive.rows("select agency, division, year, state, detail from coverage")
    rows = [(row.agency, row.division, row.year, row.state, row.detail) for row in coverage_rows(archive)]
    assert sorted(map(repr, rows)) == sorted(repr(tuple(row.values())) for row in view)


def test_agencies_of_one_name_are_two_lines(archive: Archive) -> None:
    for identifier in ("x-aaaaaaaa", "y-aaaaaaaa"):
        values: dict[str, Any] = {"agency": "财政局", "agency_id": identifier, "division": None, "level": "department"}
        keep(archive, identifier, reading(GOOD, **values))
    found = [row for row in coverage_rows(archive) if row.agency == "财政局" and row.year == GOOD]
    assert [row.agency_id for row in found] == ["x-aaaaaaaa", "y-aaaaaaaa"]


def test_rows_as_json_lines(archive: Archive) -> None:
    rows = coverage_rows(archive)
    objects = [json.loads(line) for line in as_json_lines(rows)]
    assert len(objects) == len(rows)
    assert {"agency", "division", "year", "state", "detail"} <= objects[0].keys()


def printed(rows: list[CoverageRow], **options: Any) -> str:
    output = io.StringIO()
    print_table(rows, Console(file=output, **options))
    return output.getvalue()


def test_the_printed_table_lines_up_and_names_every_gap(archive: Archive) -> None:
    text = printed(coverage_rows(archive))
    lines = text.splitlines()
    columns = Console().render_str
    street = next(line for line in lines if line.startswith(STREET))
    head = lines[0]
    for year, mark in ((GOOD, "+"), (BROKEN, "!"), (UNPARSED, "?"), (UNREAD, "~"), (MISSING, "-"), (YEAR, ".")):
        start = columns(head[: head.index(str(year))]).cell_len
        at = next(place for place in range(len(street)) if columns(street[:place]).cell_len >= start)
        assert street[at : at + 4].strip() == mark
    assert re.search(rf"^{STREET} \(西工区\) +{MISSING}\S* +not_found", text, re.MULTILINE)
    assert sum(line.startswith("涧西区人民政府 ") for line in lines) < 4
    assert "HTTP 403" in text and "new + carried in ≠ handled + carried over" in text
    assert "\x1b" not in text
    assert all(name in text for name, state in STATES.items() if name != "not_due")


def test_reasons_are_not_padded_in_a_file_and_wrapped_under_their_column_on_a_terminal(archive: Archive) -> None:
    in_file = printed(coverage_rows(archive)).split("reason 原因")[1].splitlines()[2:]
    assert in_file and all(line == line.rstrip() for line in in_file)
    assert any("3 + 2 = 5 against 4 + 0 = 4" in line for line in in_file)
    lines = printed(coverage_rows(archive), force_terminal=True, width=90, color_system=None).splitlines()
    head = next(line for line in lines if "reason 原因" in line)
    column = Console().render_str(head[: head.index("reason")]).cell_len
    wrapped = [line for line in lines[lines.index(head) + 2 :] if line.startswith(" ")]
    assert wrapped and all(len(line) - len(line.lstrip()) == column for line in wrapped)


def test_a_narrow_terminal_gets_years_on_two_lines(archive: Archive) -> None:
    text = printed(coverage_rows(archive), force_terminal=True, width=50, color_system=None)
    assert str(GOOD) not in text.splitlines()[0]
    assert all(Console().render_str(line).cell_len <= 50 for line in text.splitlines())


def test_an_empty_archive_prints_a_sentence(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty.db", create=True) as archive:
        assert coverage_rows(archive) == []
        assert check_archive(archive) == []
    assert "No agencies yet" in printed([])


# --- integrity ----------------------------------------------------------------------------------------------------


def findings(archive: Archive, kind: str) -> list[Finding]:
    return [finding for finding in check_archive(archive) if finding.kind == kind]


def test_a_sound_archive_has_only_what_its_reports_say(archive: Archive) -> None:
    told: list[tuple[str, int, int]] = []
    found = check_archive(archive, lambda *step: told.append(step))
    assert {finding.kind for finding in found} == {"identity"}
    balance, across = found
    assert str(BROKEN) in balance.what and "applications.balance" in balance.detail
    assert f"2 carried into {BROKEN} against 1 carried over from {GOOD}" in across.detail
    assert told[-1][1] == told[-1][2]


def test_years_that_agree_or_are_blank_break_no_identity(archive: Archive) -> None:
    archive.db.execute("update figures set value = 1 where item = 'carried_in' and document = 2")
    archive.db.execute("update figures set value = null where item = 'carried_over' and document = 2")
    assert not [one for one in findings(archive, "identity") if "applications.carried_in" in one.detail]


@pytest.mark.parametrize("position", [0, 4, 5, 9, -1])
def test_one_flipped_bit_in_a_blob_is_found_and_named(archive: Archive, position: int) -> None:
    sha256, body = archive.db.execute(
        "select sha256, body from payloads join captures on payload = sha256 where url like '%/broken.html'"
    ).fetchone()
    damaged = bytearray(body)
    damaged[position] ^= 1
    archive.db.execute("update payloads set body = ? where sha256 = ?", (bytes(damaged), sha256))
    (found,) = findings(archive, "payload")
    assert sha256 in found.what and "broken.html" in found.what


def test_a_wrong_size_is_found(archive: Archive) -> None:
    archive.db.execute("update payloads set size = size + 1 where rowid = 1")
    archive.db.execute("update payloads set size = size - 1 where rowid = 2")
    assert [finding.detail.split(" bytes")[0] for finding in findings(archive, "payload")] != []
    assert len(findings(archive, "payload")) == 2


def test_missing_and_crossed_references_are_found(archive: Archive) -> None:
    archive.db.execute("pragma foreign_keys = off")
    archive.db.execute("delete from payloads where sha256 = (select payload from captures where id = 1)")
    archive.db.execute("delete from captures where id = 2")
    archive.db.execute(f"update reports set year = {MISSING} where document = 3")
    details = [f"{one.what} {one.detail}" for one in findings(archive, "reference")]
    assert any("good.html" in detail and "payload" in detail for detail in details)
    assert any("its capture 2 is missing" in detail for detail in details)
    assert any(f"410303007 {MISSING}" in detail and f"is of 410303007 {UNPARSED}" in detail for detail in details)
    assert any("unparsed.html" in detail and "no row in reports" in detail for detail in details)


def test_a_document_that_search_does_not_know_is_found(archive: Archive) -> None:
    archive.db.execute("insert into documents_search(rowid, title, text) values (99, 'a', 'b')")
    archive.db.execute("delete from documents_search_docsize where id = 1")
    assert {finding.what for finding in findings(archive, "search")} == {"document 1", "document 99"}


def test_damaged_pages_give_findings(tmp_path: Path) -> None:
    path = build(tmp_path / "a.db")
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        size = connection.execute("pragma page_size").fetchone()[0]
        roots = dict(connection.execute("select name, rootpage from sqlite_master where rootpage"))
    connection.close()
    for table in ("payloads", "captures", "figures", "checks"):
        damaged = bytearray(path.read_bytes())
        start = (roots[table] - 1) * size
        damaged[start : start + size] = b"\xff" * size
        copy = tmp_path / f"{table}.db"
        copy.write_bytes(damaged)
        with Archive(copy) as archive:
            assert "sqlite" in {finding.kind for finding in check_archive(archive)}, table


# --- serving ------------------------------------------------------------------------------------------------------


def test_what_cannot_be_served_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArchiveError, match=r"none\.db: no such archive"):
        serve(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("not a database, and longer than a header of one hundred bytes " * 4)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        serve(tmp_path / "text.db")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("create table things (id)")
    other.close()
    with pytest.raises(ArchiveError, match="not an archive"):
        serve(tmp_path / "other.db")
    path = build(tmp_path / "a.db")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ArchiveError, match="choose another"):
        serve(path, port=taken.getsockname()[1])
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ArchiveError, match=r"pip install 'nianbao\[web\]'"):
        serve(path)


def test_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    path = build(tmp_path / "a.db")
    program = (
        f"from pathlib import Path; from archive.publishing.serve import serve; serve(Path({str(path)!r}), port=0)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert address
            with urllib.request.urlopen(f"{address[0]}coverage") as answer:
                assert STREET in answer.read().decode()
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0
        finally:
            process.kill()
