"""Snapshots: whole, checked, self-describing, made while others write, and never in the way of an earlier one."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import parquet

from archive.publishing.exports import spreadsheet_safe
from archive.publishing.integrity import check_archive
from archive.publishing.snapshot import Snapshot, snapshots, verify, write_snapshot
from archive.reading import READER_VERSION, read
from archive.store import Archive, ArchiveError
from crawler.cli import main
from crawler.outcome import ExitCode

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "tests" / "pages" / "reports" / "columns_reordered.html").read_bytes()
SITE = "http://127.0.0.1:1/"
URL = SITE + "art/2026/1/9/art_1_2.html"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as opened:
        opened.register_site(SITE, "龙岗区人民政府", "440307", None, None)
        put(opened, PAGE)
        yield opened


def put(archive: Archive, body: bytes, url: str = URL) -> int:
    stored = archive.store_capture(url=url, body=body, status=200, headers=[], kind="report", site=SITE)
    return archive.store_reading(stored.id, read(*archive.source(stored.id)), READER_VERSION)


def snap(archive: Archive, date: str = "2026-03-01", *, with_bytes: bool = True) -> Snapshot:
    return write_snapshot(archive, archive.path.parent / "snapshots", date, with_bytes=with_bytes)


def table(snapshot: Snapshot, name: str, kind: str = "csv") -> list[dict[str, str]]:
    with open(snapshot.folder / kind / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_is_there_and_agrees(archive: Archive) -> None:
    made = snap(archive)
    assert made.folder.name == "nianbao-2026-03-01"
    assert verify(made.folder) == []
    figures = archive.rows("select * from annual_figures")
    assert len(table(made, "figures")) == len(figures) > 100
    assert [row["year"] for row in table(made, "reports")] == ["2025"]
    new = next(row for row in figures if row["item"] == "new" and row["category"] == "total")
    assert table(made, "applications")[0]["new_total"] == str(new["value"])
    package = json.loads((made.folder / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        path = made.folder / resource["path"]
        written = parquet.read_table(made.folder / "parquet" / f"{resource['name']}.parquet")
        assert resource["rowCount"] == len(table(made, resource["name"])) == written.num_rows
        assert resource["bytes"] == path.stat().st_size
        assert [field["name"] for field in resource["schema"]["fields"]] == written.column_names
        assert all(field["description"] for field in resource["schema"]["fields"])
    with closing(sqlite3.connect(made.folder / "nianbao.db")) as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    for name in ("README.md", "CITATION.cff", "dictionary.md"):
        assert (made.folder / name).stat().st_size > 200


def test_the_data_package_is_valid(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    snap(archive)
    frictionless = pytest.importorskip("frictionless", reason="frictionless is for development only")
    archive.db.execute("update figures set value = 4711 where item = 'new' and category = 'total'")
    made = snap(archive, "2026-03-02")
    monkeypatch.chdir(made.folder)
    report = frictionless.Package("datapackage.json").validate()
    assert report.valid, report.flatten(["type", "note"])[:5]
    assert len(report.tasks) == 9


def test_types_are_those_declared(archive: Archive) -> None:
    made = snap(archive)
    reports = parquet.read_table(made.folder / "parquet" / "reports.parquet").to_pylist()[0]
    assert reports["fetched_at"].utcoffset().total_seconds() == 0
    assert isinstance(reports["year"], int)
    figures = parquet.read_table(made.folder / "parquet" / "figures.parquet").to_pylist()
    assert all(row["value"] is None or isinstance(row["value"], float) for row in figures)


def test_the_difference_to_the_last_one(archive: Archive) -> None:
    first = snap(archive)
    assert first.previous is None and first.changes == {}
    archive.db.execute("update figures set value = 4711, printed = '4711' where item = 'new' and category = 'total'")
    archive.db.execute("delete from figures where item = 'carried_in' and category = 'total'")
    archive.db.execute("update figures set category = 'annex' where item = 'fees'")
    made = snap(archive, "2026-03-08")
    assert made.previous == first.folder
    assert made.changes == {"changed": 1, "withdrawn": 2, "added": 1}
    changed = next(row for row in table(made, "changes") if row["change"] == "changed")
    assert (changed["item"], changed["value"], changed["printed"]) == ("new", "4711", "4711")
    assert changed["value_before"] not in ("", "4711")
    assert snap(archive, "2026-03-09").changes == {}


def test_two_of_one_day_do_not_meet(archive: Archive) -> None:
    names = [snap(archive).folder.name for _ in range(3)]
    assert names == ["nianbao-2026-03-01", "nianbao-2026-03-01.2", "nianbao-2026-03-01.3"]
    assert [path.name for path in snapshots(archive.path.parent / "snapshots")] == names


def test_same_archive_gives_the_same_tables(archive: Archive) -> None:
    first, second = snap(archive), snap(archive)
    sums = [(made.folder / "SHA256SUMS").read_text("utf-8").splitlines() for made in (first, second)]
    same = set(sums[0]) & set(sums[1])
    differ = {line.split("  ")[1] for line in sums[1] if line not in same}
    # Their names, and what the second compares with.
    assert differ <= {"README.md", "datapackage.json"}


def test_formulas_are_harmless_in_spreadsheets_and_exact_in_csv(archive: Archive) -> None:
    for number, text in enumerate(
        ('=HYPERLINK("http://x","y")', "+cmd|'/c calc'!A0", "@SUM(1)", "-1+2", "\t=1", "＝1")
    ):
        archive.db.execute("update figures set printed = ? where rowid = ?", (text, number + 1))
        assert spreadsheet_safe(text) == f"'{text}"
    made = snap(archive)
    exact = {row["printed"] for row in table(made, "figures")}
    assert '=HYPERLINK("http://x","y")' in exact
    safe = {row["printed"] for row in table(made, "figures", "spreadsheet")}
    assert '\'=HYPERLINK("http://x","y")' in safe
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "＝")) for text in safe)


def test_null_and_empty_are_told_apart(archive: Archive) -> None:
    archive.db.execute("update figures set value = null, printed = '' where item = 'new' and category = 'total'")
    archive.db.execute(
        "update figures set value = null, printed = null where item = 'carried_in' and category = 'total'"
    )
    made = snap(archive)
    lines = (made.folder / "csv" / "figures.csv").read_text("utf-8").splitlines()
    place = lines[0].split(",").index("printed")
    cells = {tuple(line.split(",")[5:7]): line.split(",")[place] for line in lines[1:] if "applications" in line}
    assert cells["new", "total"] == '""'
    assert cells["carried_in", "total"] == ""


def test_without_bytes(archive: Archive) -> None:
    made = snap(archive, with_bytes=False)
    with Archive(made.folder / "nianbao.db", read_only=True) as copy:
        assert copy.rows("select count(*) as number from annual_reports")[0]["number"] == 1
        assert [finding for finding in check_archive(copy) if finding.kind != "identity"] == []
        with pytest.raises(ArchiveError, match="left out"):
            copy.source(1)
    assert archive.source(1)[0] == PAGE


def test_while_another_writes(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.path, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        writer.execute("insert into runs (started) values ('2026-01-01')")
        made = snap(archive)
        writer.execute("commit")
    with closing(sqlite3.connect(made.folder / "nianbao.db")) as copy:
        assert copy.execute("select count(*) from runs").fetchone() == (0,)


KILLED = """
import os, signal, sys
from pathlib import Path
from archive.publishing import snapshot
from archive.store import Archive

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(snapshot, sys.argv[1], die)
with Archive(sys.argv[2]) as archive:
    snapshot.write_snapshot(archive, Path(sys.argv[3]), "2026-03-02")
"""


@pytest.mark.parametrize("step", ["_check_database", "_write_table", "_write_sums", "sync_folder"])
def test_killed_in_between_the_old_one_is_untouched(archive: Archive, step: str) -> None:
    old = snap(archive)
    folder = old.folder.parent
    command = [sys.executable, "-c", KILLED, step, str(archive.path), str(folder)]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert verify(old.folder) == []
    assert all(verify(path) == [] for path in snapshots(folder))
    again = snap(archive, "2026-03-03")
    assert verify(again.folder) == []
    assert not list(folder.glob(".partial-*"))


def test_a_damaged_archive_gives_no_snapshot(archive: Archive) -> None:
    old = snap(archive)
    archive.db.execute("pragma foreign_keys = off")
    archive.db.execute("update figures set document = 99")
    with pytest.raises(ArchiveError, match="not sound"):
        snap(archive, "2026-03-02")
    assert snapshots(old.folder.parent) == [old.folder]


def test_a_value_of_another_type_is_told(archive: Archive) -> None:
    archive.db.execute("update documents set published = 'last week'")
    with pytest.raises(ArchiveError, match="reports: a row does not have the types declared"):
        snap(archive)


def test_a_changed_file_is_told(archive: Archive) -> None:
    made = snap(archive)
    with open(made.folder / "csv" / "figures.csv", "a", encoding="utf-8") as file:
        file.write("\n")
    (made.folder / "README.md").unlink()
    (made.folder / "more.txt").touch()
    assert verify(made.folder) == ["csv/figures.csv: changed", "README.md: missing", "more.txt: not in SHA256SUMS"]


def test_the_command(archive: Archive, tmp_path: Path) -> None:
    arguments = ["snapshot", str(tmp_path / "out"), "--archive", str(archive.path), "--without-bytes"]
    first = CliRunner().invoke(main, arguments)
    assert first.exit_code == ExitCode.OK
    assert "1 reports" in first.stdout
    assert "no figure changed" in CliRunner().invoke(main, arguments).stdout
