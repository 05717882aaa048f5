"""The command line: what it prints, its exit codes, and that every command is documented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.schema import TABLES
from archive.store import Archive
from crawler.cli import main
from crawler.outcome import ExitCode
from tests.published import build

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "pages" / "reports"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_read_prints_one_object_a_line_and_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.touch()
    result = run("read", "--json", PAGES / "tabs.txt", empty, tmp_path / "none.pdf", PAGES / "spaced.txt")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("agency") for line in lines] == ["桃花镇人民政府", None, None, "流村镇人民政府"]
    assert "empty" in lines[1]["error"]
    assert "No such file" in lines[2]["error"]
    assert result.exit_code == ExitCode.ATTENTION


def test_read_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><p>今天天气很好。</p></body></html>", "utf-8")
    result = run("read", PAGES / "cells_lost.txt", tmp_path / "a.html")
    assert result.exit_code == ExitCode.OK
    assert "清溪乡2021年政府信息公开工作年度报告" in result.stdout
    assert "3 × 188娱乐彩票-【指定下载入口】@" in result.stdout
    assert "row_incomplete: applications.carried_in: 5 of 7 cells" in result.stdout
    assert "a.html: not an annual report" in result.stdout


def test_division_is_context_for_an_ambiguous_name() -> None:
    without = json.loads(run("read", "--json", PAGES / "cells_lost.txt").stdout)
    within = json.loads(run("read", "--json", "--division", "360733", PAGES / "cells_lost.txt").stdout)
    assert (without["division"], within["division"]) == (None, "360733200")


@pytest.mark.parametrize("command", ["coverage", "check", "reread", "serve", "compress"])
def test_missing_archive_is_wrong_use_in_plain_words(command: str, tmp_path: Path) -> None:
    result = run(command, "--archive", tmp_path / "none.db")
    assert result.exit_code == ExitCode.USAGE
    assert "no such archive" in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_made_is_told_in_a_line(tmp_path: Path) -> None:
    archive, in_the_way = tmp_path / "a.db", tmp_path / "file"
    Archive(archive, create=True).close()
    in_the_way.write_text("no folder")
    result = run("snapshot", in_the_way / "published", "--archive", archive)
    assert result.exit_code == ExitCode.USAGE
    assert str(in_the_way) in result.output and "Traceback" not in result.output


def test_a_damaged_archive_is_told_in_a_line(tmp_path: Path) -> None:
    archive = build(tmp_path / "a.db")
    damaged = bytearray(archive.read_bytes())
    damaged[8192:-8192] = bytes(len(damaged) - 16384)
    archive.write_bytes(damaged)
    result = run("coverage", "--archive", archive)
    assert result.exit_code in (ExitCode.USAGE, ExitCode.STOPPED)
    assert result.output.startswith("nianbao: ") and "Traceback" not in result.output


def test_wrong_division_is_wrong_use() -> None:
    result = run("read", "--division", "999999999", PAGES / "tabs.txt")
    assert result.exit_code == ExitCode.USAGE
    assert "999999999" in result.stderr


def test_coverage_and_check_of_an_empty_archive(tmp_path: Path) -> None:
    Archive(tmp_path / "a.db", create=True).close()
    assert run("coverage", "--archive", tmp_path / "a.db").exit_code == ExitCode.OK
    assert run("coverage", "--archive", tmp_path / "a.db", "--json").stdout == ""
    assert run("check", "--archive", tmp_path / "a.db").exit_code == ExitCode.OK


def documentation() -> str:
    return "\n".join(path.read_text("utf-8") for path in (*ROOT.glob("docs/*.md"), ROOT / "README.md"))


def test_every_command_and_option_is_documented() -> None:
    text = documentation()
    for name, command in main.commands.items():
        assert command.help, name
        assert f"nianbao {name}" in text, name
        for parameter in command.params:
            for option in parameter.opts:
                assert not option.startswith("--") or option in text, f"{name} {option}"


def test_every_table_column_and_exit_code_is_documented() -> None:
    tables = (ROOT / "docs" / "tables.md").read_text("utf-8")
    for table in TABLES:
        assert f"`{table.name}`" in tables
        for column in table.columns():
            assert f"| `{column.name}` |" in tables, (table.name, column.name)
    errors = (ROOT / "docs" / "errors.md").read_text("utf-8")
    for code in ExitCode:
        assert f"| {int(code)} |" in errors


def test_every_warning_code_is_documented() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "archive" / "reading").rglob("*.py"))
    codes = set(re.findall(r'(?:Warning|warn)\(\s*"(\w+)"', sources))
    assert len(codes) >= 8
    errors = (ROOT / "docs" / "errors.md").read_text("utf-8")
    for code in codes:
        assert f"| `{code}` |" in errors, code


def test_tables_page_is_made_from_the_declaration() -> None:
    from archive.publishing.dictionary import markdown

    assert (ROOT / "docs" / "tables.md").read_text("utf-8") == markdown()
