"""What pages say stays data, on the way in and out, and what is kept is known to be whole (FAULTS 11, 12, 15, 17)."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.publishing.integrity import check_archive
from archive.publishing.snapshot import verify, write_snapshot
from archive.schema import TABLES
from archive.store import Archive
from crawler.outcome import ExitCode
from tests.crawling import Answer, wait_for
from tests.faults.hostile import HONEST_REPORTS, REPORT, Arena, arena, honest, real_arena
from tests.published import Page, served

__all__ = ["arena", "honest", "real_arena"]

ATTACKS = (
    "'); DROP TABLE documents; --",
    '"; delete from figures; --',
    '=HYPERLINK("http://evil.example/","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '<a href="javascript:alert(3)">x</a><iframe src="//evil.example/"></iframe>',
    "\x1b[31m\u202etxt.exe\ufeff",
)


def report(attack: str, year: int) -> bytes:
    """A report whose title, text, and table heads are an attack."""
    head = "".join(f"<th>{attack}</th>" for _ in range(3))
    cells = "".join(f"<td>{attack}</td>" for _ in range(3))
    return (
        f"<html><head><title>{REPORT.format(year)}{attack}</title></head><body><h1>{REPORT.format(year)}</h1>{attack}"
        f"<p>一、总体情况 本年主动公开政府信息，依法办理政府信息公开申请。</p>"
        f"<table><tr>{head}</tr><tr>{cells}</tr></table></body></html>"
    ).encode("utf-8", "surrogatepass")


@pytest.fixture
def attacked(real_arena: Arena) -> Arena:
    """An archive after a crawl of a site, some of whose reports attack."""
    for attack, year in zip(ATTACKS, range(2005, 2023), strict=False):
        path = f"/nb/t{year}0125_{year}.html"
        real_arena.honest.answers[path] = Answer(body=report(attack, year), headers={"X-Odd": "'\"; drop table runs"})
    code, said = real_arena.run()
    assert code in (ExitCode.OK, ExitCode.ATTENTION) and "Traceback" not in said, said
    real_arena.assert_unharmed()
    return real_arena


def test_text_of_a_page_becomes_no_table_and_no_column(attacked: Arena) -> None:
    declared = {table.name: {column.name for column in table.columns()} for table in TABLES}
    with Archive(attacked.archive) as archive:
        assert set(archive.db.table_names()) - set(declared) <= {
            "_sqlite_migrations", *(name for name in archive.db.table_names() if name.startswith("documents_search"))
        }  # fmt: skip
        for name, columns in declared.items():
            assert {column.name for column in archive.db.table(name).columns} == columns
        assert len(archive.rows("select id from documents")) == HONEST_REPORTS
        assert [finding for finding in check_archive(archive) if finding.kind != "identity"] == []


def test_what_a_page_says_is_shown_and_never_run(attacked: Arena) -> None:
    captures = [id for (id,) in attacked.rows("select capture from documents order by 1")]
    for get in served(attacked.archive):
        addresses = ["/", "/coverage", "/search?q=公开", *(f"/reports/{capture}" for capture in captures)]
        for address in (*addresses, "/archive/documents", "/archive/grids", "/archive/captures"):
            answer = get(address)
            assert answer.status_code in (200, 404), address
            page = Page(answer.text)
            tags = [tag for tag, attributes in page.tags if "evil.example" in str(attributes)]
            assert set(tags) <= {"a"}, address
            assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, address
            links = [link.strip().lower() for link in page.values("href")]
            assert not [link for link in links if link.startswith(("javascript:", "data:", "vbscript:"))], address
            assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")], address
        for capture in captures:
            raw = get(f"/captures/{capture}/page")
            assert raw.headers["content-security-policy"].startswith("sandbox;")
            assert raw.headers["x-content-type-options"] == "nosniff"
            assert get(f"/captures/{capture}/source").headers["content-type"].startswith("text/plain")


def test_a_spreadsheet_runs_nothing_and_the_exact_export_stays_exact(attacked: Arena) -> None:
    with Archive(attacked.archive) as archive:
        # Whatever a table may come to print.
        (document, *_) = [row["document"] for row in archive.rows("select document from reports")]
        for number, attack in enumerate(ATTACKS):
            archive.db.table("figures").insert(
                {"document": document, "section": "annex", "item": f"x{number}", "category": "total", "printed": attack}
            )
        made = write_snapshot(archive, attacked.folder / "snapshots", "2026-01-01")
    assert verify(made.folder) == []

    def cells(kind: str) -> list[str]:
        with open(made.folder / kind / "figures.csv", encoding="utf-8-sig", newline="") as file:
            return [row["printed"] for row in csv.DictReader(file)]

    assert set(ATTACKS) <= set(cells("csv"))
    assert not [cell for cell in cells("spreadsheet") if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_snapshot_of_an_archive_in_use_is_whole(arena: Arena) -> None:
    arena.honest.answers["/"].wait = 0
    for number in range(HONEST_REPORTS):
        arena.honest.answers[f"/r{number}.html"].wait = 0.3
    process = arena.start()
    wait_for(arena, 2)
    with Archive(arena.archive) as archive:
        made = [write_snapshot(archive, arena.folder / "snapshots", "2026-01-01") for _ in range(2)]
    assert process.poll() is None, "the crawl goes on meanwhile"
    _, said = process.communicate(timeout=60)
    assert process.returncode == ExitCode.OK, said
    arena.assert_unharmed()
    for snapshot in made:
        assert verify(snapshot.folder) == []
        with closing(sqlite3.connect(snapshot.folder / "nianbao.db")) as copy:
            assert copy.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert copy.execute("pragma foreign_key_check").fetchall() == []
            kept = copy.execute("select count(*) from captures where kind = 'report'").fetchone()[0]
            assert 2 <= kept <= HONEST_REPORTS


@pytest.mark.parametrize("column", ["body", "size", "sha256", "dictionary"])
def test_one_flipped_bit_is_found_and_named(arena: Arena, column: str) -> None:
    assert arena.run() == (ExitCode.OK, "")
    ((sha256, url),) = arena.rows("select payload, url from captures where url like '%/r5.html'")
    with closing(sqlite3.connect(arena.archive)) as connection, connection:
        body, size = connection.execute("select body, size from payloads where sha256 = ?", (sha256,)).fetchone()
        flipped = {
            "body": body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 4]) + body[len(body) // 2 + 1 :],
            "size": size ^ 8,
            "sha256": hashlib.sha256(sha256.encode()).hexdigest(),
            "dictionary": 1,
        }[column]
        connection.execute("pragma foreign_keys = off")
        connection.execute(f"update payloads set {column} = ? where sha256 = ?", (flipped, sha256))
    command = ["check", "--archive", str(arena.archive)]
    code, said = nianbao(command)
    assert code == ExitCode.ATTENTION and sha256 in said and url in said and "Traceback" not in said, said


def nianbao(arguments: list[str]) -> tuple[int, str]:
    from click.testing import CliRunner

    from crawler.cli import main

    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.output


def test_a_file_that_is_damaged_anywhere_is_never_called_whole(arena: Arena, tmp_path: Path) -> None:
    assert arena.run() == (ExitCode.OK, "")
    with closing(sqlite3.connect(arena.archive)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    whole = arena.archive.read_bytes()
    stored = [body for (body,) in arena.rows("select body from payloads")]
    for body in stored[:5]:
        position = whole.find(body[8:40]) + 8
        assert position > 8
        damaged = tmp_path / "damaged.db"
        damaged.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        code, said = nianbao(["check", "--archive", str(damaged)])
        assert code != ExitCode.OK and "Traceback" not in said, said
