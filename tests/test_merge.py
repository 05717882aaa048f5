"""Merging: nothing twice, nothing lost, and the same whatever comes first."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.compression import compress_archive
from archive.publishing.integrity import check_archive
from archive.publishing.merge import merge
from archive.reading import READER_VERSION, read
from archive.store import Archive, ArchiveError
from crawler.cli import main
from crawler.lock import ArchiveLock
from crawler.outcome import ExitCode
from tests.fingerprint import contents

PAGE = (Path(__file__).parent / "pages" / "reports" / "columns_reordered.html").read_bytes()
SITE = "http://127.0.0.1:1/"
URL = SITE + "art/2026/1/9/art_1_2.html"


def put(archive: Archive, body: bytes, moment: str, url: str = URL, version: str = READER_VERSION) -> int:
    stored = archive.store_capture(
        url=url, body=body, status=200, headers=[("Content-Type", "text/html")], kind="report", site=SITE,
        fetched_at=moment,
    )  # fmt: skip
    return archive.store_reading(stored.id, read(*archive.source(stored.id)), version)


def frontier(archive: Archive, url: str, state: str, fetched: str | None, discovered: str) -> None:
    archive.db.execute(
        """insert into frontier (key, url, site, kind, depth, priority, state, attempts, request, discovered, fetched)
           values (?, ?, ?, 'report', 1, 0, ?, 1, '{}', ?, ?)""",
        (url, url, SITE, state, discovered, fetched),
    )


@pytest.fixture
def archives(tmp_path: Path) -> list[Path]:
    """Three machines' archives of one site: different days, a changed page, one page in two of them."""
    paths = [tmp_path / f"{name}.db" for name in "abc"]
    changed = PAGE.replace("无</p>".encode(), "无。</p>".encode())
    for number, path in enumerate(paths):
        with Archive(path, create=True) as archive:
            archive.register_site(SITE, "龙岗区人民政府" if number else "深圳市龙岗区人民政府", "440307", None, None)
            archive.db.execute(
                "insert into runs (started, ended, outcome) values (?, ?, 'finished')", (f"2026-02-0{number}", "x")
            )
            put(archive, (PAGE, changed, PAGE)[number], f"2026-02-0{number + 1}T00:00:00+00:00")
            put(archive, PAGE, "2026-01-31T00:00:00+00:00", SITE + "same.html", f"{number + 8}")
            frontier(
                archive,
                URL,
                ("stored", "gone", "in_flight")[number],
                f"2026-02-0{number + 1}",
                f"2026-01-0{3 - number}",
            )
            frontier(archive, f"{SITE}only/{number}", "pending", None, "2026-01-01")
    return paths  # fmt: skip


def merged(target: Path, sources: list[Path]) -> dict[str, list[str]]:
    with Archive(target, create=True) as archive:
        for path in sources:
            with Archive(path, read_only=True) as other:
                merge(archive, other)
        assert [finding for finding in check_archive(archive) if finding.kind != "identity"] == []
        return contents(archive)


def test_order_does_not_matter(tmp_path: Path, archives: list[Path]) -> None:
    orders = list(itertools.permutations(archives))
    results = [merged(tmp_path / f"{number}.db", list(order)) for number, order in enumerate(orders)]
    assert all(result == results[0] for result in results)
    assert len(results[0]["captures"]) == 4
    assert len(results[0]["payloads"]) == 2
    assert len(results[0]["frontier"]) == 4
    assert len(results[0]["runs"]) == 3


def test_grouping_does_not_matter(tmp_path: Path, archives: list[Path]) -> None:
    a, b, c = archives
    merged(tmp_path / "bc.db", [b, c])
    assert merged(tmp_path / "left.db", [a, tmp_path / "bc.db"]) == merged(tmp_path / "right.db", [c, a, b])


def test_merging_again_adds_nothing(tmp_path: Path, archives: list[Path]) -> None:
    once = merged(tmp_path / "m.db", archives)
    with Archive(tmp_path / "m.db") as archive, Archive(archives[1], read_only=True) as other:
        assert not merge(archive, other)
        assert contents(archive) == once


def test_both_versions_stay_and_the_newest_is_the_report(tmp_path: Path, archives: list[Path]) -> None:
    merged(tmp_path / "m.db", archives)
    with Archive(tmp_path / "m.db") as archive:
        assert len(archive.rows("select * from documents where year = 2025")) == 4
        report = archive.rows("select * from annual_reports")[0]
        assert report["fetched_at"] == "2026-02-03T00:00:00+00:00"
        assert archive.rows(f"select state from frontier where url = '{URL}'") == [{"state": "gone"}]


def test_reading_of_the_later_reader_stays(tmp_path: Path, archives: list[Path]) -> None:
    merged(tmp_path / "m.db", list(reversed(archives)))
    with Archive(tmp_path / "m.db") as archive:
        versions = archive.rows(
            "select reader_version from documents join captures on captures.id = capture where url like '%same.html'"
        )
        # 10 is later than 9.
        assert versions == [{"reader_version": "10"}]


def test_bodies_of_another_dictionary_come_over(tmp_path: Path, archives: list[Path]) -> None:
    with Archive(archives[0]) as archive:
        for number in range(30):
            put(archive, PAGE + b" " * number, "2026-03-01T00:00:00+00:00", f"{SITE}{number}.html")
        assert compress_archive(archive).dictionary == 1
    merged(tmp_path / "m.db", archives)
    with Archive(tmp_path / "m.db") as archive:
        assert archive.source(1)[0]


def test_damaged_bytes_bring_nothing_in(tmp_path: Path, archives: list[Path]) -> None:
    with sqlite3.connect(archives[0]) as connection:
        connection.execute("update payloads set body = cast(substr(body, 1, 40) as blob)")
    connection.close()
    with Archive(tmp_path / "m.db", create=True) as archive, Archive(archives[0], read_only=True) as other:
        with pytest.raises(ArchiveError, match=r"a\.db: payload"):
            merge(archive, other)
        assert archive.rows("select * from captures") == []
        assert archive.rows("select * from agencies") == []


def test_a_backup_brings_back_what_was_damaged(tmp_path: Path, archives: list[Path]) -> None:
    whole = merged(tmp_path / "m.db", archives)
    with Archive(tmp_path / "m.db") as archive:
        archive.db.execute("update payloads set body = cast(substr(body, 1, 40) as blob)")
        with Archive(archives[1], read_only=True) as backup:
            assert not merge(archive, backup)
        with Archive(archives[0], read_only=True) as backup:
            merge(archive, backup)
        assert [finding for finding in check_archive(archive) if finding.kind != "identity"] == []
        assert contents(archive) == whole


@pytest.mark.parametrize("command", [["merge", "{other}"], ["compress"], ["ingest", "{other}"]])
def test_commands_that_write_wait_for_nobody(tmp_path: Path, archives: list[Path], command: list[str]) -> None:
    arguments = [argument.format(other=archives[1]) for argument in command]
    lock = ArchiveLock(archives[0])
    try:
        result = CliRunner().invoke(main, [*arguments, "--archive", str(archives[0])])
    finally:
        lock.release()
    assert result.exit_code == ExitCode.HELD
    assert "another run holds it" in result.stderr


def test_the_command(tmp_path: Path, archives: list[Path]) -> None:
    arguments = ["merge", *map(str, archives), "--archive", str(tmp_path / "all.db")]
    first = CliRunner().invoke(main, arguments)
    assert first.exit_code == ExitCode.OK, first.output
    assert "2 captures" in first.stdout
    assert CliRunner().invoke(main, arguments).stdout.count("nothing new") == 3
    itself = CliRunner().invoke(main, ["merge", str(archives[0]), "--archive", str(archives[0])])
    assert itself.exit_code == ExitCode.USAGE
    (tmp_path / "text.db").write_text("no archive", "utf-8")
    other = CliRunner().invoke(main, ["merge", str(tmp_path / "text.db"), "--archive", str(tmp_path / "all.db")])
    assert other.exit_code == ExitCode.USAGE
    assert "text.db: cannot be opened as an archive" in other.stderr
