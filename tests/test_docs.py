"""The code in docs/read-the-archive.md runs, on an archive and on a snapshot of it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from tests.published import build

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "read-the-archive.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, language
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with reports.db, as the page has it."""
    made = tmp_path_factory.mktemp("docs")
    build(made / "reports.db")
    return made


def test_sql_runs(folder: Path) -> None:
    connection = sqlite3.connect(folder / "reports.db")
    ran = 0
    for block in blocks("sql"):
        for statement in block.split(";"):
            if statement.strip():
                connection.execute(statement).fetchall()
                ran += 1
    connection.close()
    assert ran >= 4


def test_python_runs(folder: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed, so its example was not run")
    for block in blocks("python"):
        program = f"{block}\nprint(len(figures), len(denied))\narchive.close()"
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        figures, denied = map(int, done.stdout.split())
        assert figures >= 9 and denied >= 2


def test_duckdb_reads_a_snapshot(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed, so its example was not run")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed, so there is no Parquet to read")
    monkeypatch.chdir(folder)
    made = CliRunner().invoke(main, ["snapshot", "published", "--archive", "reports.db"])
    assert made.exit_code in (0, 1), made.output
    for block in blocks("sql duckdb"):
        connection = duckdb.connect()
        assert connection.execute(block).fetchall() == [("denied_process", 1, 1)]
        connection.close()


def test_r_asks_for_columns_that_are_there(folder: Path) -> None:
    connection = sqlite3.connect(folder / "reports.db")
    for block in blocks("r"):
        for statement in re.findall(r'dbGetQuery\(archive, "(.*?)"\)', block, re.DOTALL):
            assert connection.execute(statement).fetchall()
    connection.close()


def test_r_runs(folder: Path) -> None:
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, "-e", "library(RSQLite)"], capture_output=True).returncode:
        pytest.skip("R with RSQLite is not installed, so its example was not run")
    for block in blocks("r"):
        done = subprocess.run(
            [program, "-e", f"{block}\ncat(nrow(received))"], cwd=folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) >= 2
