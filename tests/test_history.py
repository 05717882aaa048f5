"""Versions of a report: what changed, figure by figure, and pages that vanished or were taken over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.publishing.history import Change, agency_named, changes, history
from archive.reading import READER_VERSION, read
from archive.store import Archive, ArchiveError
from crawler.cli import main
from crawler.outcome import ExitCode

PAGE = (Path(__file__).parent / "pages" / "reports" / "columns_reordered.html").read_bytes()
SITE = "http://127.0.0.1:1/"
URL = SITE + "art/2026/1/9/art_1_2.html"
AGENCY = "440307016"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as opened:
        opened.register_site(SITE, "龙岗区人民政府", "440307", None, None)
        yield opened


def put(archive: Archive, body: bytes, day: int, url: str = URL) -> int:
    moment = f"2026-02-{day:02}T00:00:00+00:00"
    stored = archive.store_capture(
        url=url, body=body, status=200, headers=[], kind="report", site=SITE, fetched_at=moment
    )  # fmt: skip
    return archive.store_reading(stored.id, read(*archive.source(stored.id)), READER_VERSION)


def with_figure(archive: Archive, document: int, item: str, value: int | None) -> None:
    archive.db.execute(
        """update figures set value = ? where document = ? and section = 'applications' and item = ?
           and category = 'total'""",
        (value, document, item),
    )


def state(archive: Archive, url: str, state: str, reason: str) -> None:
    archive.db.execute(
        """insert into frontier (key, url, site, kind, depth, priority, state, reason, attempts, request, discovered,
           fetched) values (?, ?, ?, 'report', 1, 0, ?, ?, 1, '{}', '2026-01-01', '2026-03-01T00:00:00+00:00')""",
        (url, url, SITE, state, reason),
    )


def run(archive: Archive, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["history", *arguments, "--archive", str(archive.path)])


def test_figures_that_changed_are_told(archive: Archive) -> None:
    put(archive, PAGE, 1)
    second = put(archive, PAGE.replace("无</p>".encode(), "无。</p>".encode()), 2)
    with_figure(archive, second, "new", 4711)
    archive.db.execute(
        "delete from figures where document = ? and item = 'carried_in' and category = 'total'", (second,)
    )
    first, latest = history(archive, AGENCY, 2025)
    assert first.changes == []
    assert {(change.kind, change.item) for change in latest.changes} == {
        ("changed", "new"),
        ("withdrawn", "carried_in"),
    }
    changed = next(change for change in latest.changes if change.item == "new")
    assert (changed.category, changed.after) == ("total", "4711")
    assert latest.text_changed and latest.against == first.document
    assert (first.is_best, latest.is_best) == (False, True)


def test_blank_and_missing_are_not_the_same() -> None:
    name = ("applications", "new", "total")
    assert changes({name: "no number"}, {}) == [Change(*name, "no number", None)]
    assert changes({name: "no number"}, {name: "0"})[0].kind == "changed"
    assert changes({name: "0"}, {name: "0"}) == []


def test_a_vanished_report_stays_and_says_so(archive: Archive) -> None:
    put(archive, PAGE, 1)
    state(archive, URL, "gone", "HTTP 404")
    result = run(archive, "龙岗街道办事处", "2025")
    assert result.exit_code == ExitCode.OK
    assert "since then gone at 2026-03-01T00:00:00+00:00: HTTP 404" in result.stdout
    assert archive.rows("select count(*) as number from annual_reports")[0]["number"] == 1
    coverage = archive.rows("select detail from coverage where agency = '龙岗街道办事处' and year = 2025")
    assert coverage[0]["detail"].endswith("the page is gone (HTTP 404)")


def test_a_page_taken_over_is_a_version_and_not_the_report(archive: Archive) -> None:
    best = put(archive, PAGE, 1)
    put(archive, "<html><body><p>网站改版公告</p></body></html>".encode(), 9)
    versions = history(archive, AGENCY, 2025)
    assert [version.is_report for version in versions] == [True, False]
    assert [version.document for version in versions if version.is_best] == [best]
    assert "reads as something else" in run(archive, AGENCY, "2025").stdout


def test_two_publications_are_compared(archive: Archive) -> None:
    put(archive, PAGE, 1)
    put(archive, PAGE, 2, SITE + "other.html")
    text = run(archive, AGENCY, "2025").stdout
    assert "2 versions" in text
    assert "neither text nor figures changed (against version 1)" in text


def test_json_has_every_version(archive: Archive) -> None:
    put(archive, PAGE, 1)
    lines = [json.loads(line) for line in run(archive, AGENCY, "2025", "--json").stdout.splitlines()]
    assert [(line["url"], line["changes"]) for line in lines] == [(URL, [])]


def test_names_are_found_or_their_candidates_told(archive: Archive) -> None:
    put(archive, PAGE, 1)
    assert agency_named(archive, "龙岗街道")["id"] == AGENCY
    with pytest.raises(ArchiveError, match="2 agencies"):
        agency_named(archive, "龙岗")
    assert run(archive, "浦东新区人民政府", "2025").exit_code == ExitCode.USAGE
    missing = run(archive, AGENCY, "2019")
    assert missing.exit_code == ExitCode.ATTENTION
    assert "no report" in missing.stderr
