"""The whole way, for real: the sample sites crawled into an archive, again, and read again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.store import Archive
from crawler.outcome import ExitCode
from crawler.rendering import find_browser
from tests.site.serve import Request, SampleSites

EXPECTED: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "site" / "expected.json").read_text("utf-8"))
BROWSER = find_browser(None)


def nianbao(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler.cli", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@dataclass
class Crawled:
    archive: Path
    sites: SampleSites
    first: subprocess.CompletedProcess[str]
    asked_first: list[Request]
    second: subprocess.CompletedProcess[str]
    asked_second: list[Request]
    captures_after_first: int


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("demo")
    archive, registry = folder / "a.db", folder / "sites.csv"
    with SampleSites() as sites:
        sites.sites_csv(registry)
        first = nianbao("crawl", registry, "--archive", archive)
        asked = list(sites.requests)
        with Archive(archive) as opened:
            captures = opened.rows("select count(*) as number from captures")[0]["number"]
        second = nianbao("crawl", registry, "--archive", archive)
        yield Crawled(archive, sites, first, asked, second, sites.requests[len(asked) :], captures)


def expected_reports() -> list[tuple[str, dict[str, Any]]]:
    """Reports by site; those behind a list that only scripts draw are found where there is a browser."""
    return [
        (folder, report)
        for folder, site in EXPECTED.items()
        if BROWSER or not site.get("needs_rendering")
        for report in site["reports"]
    ]


def test_every_report_is_filed_under_its_agency_and_year_and_nothing_else_is(crawled: Crawled) -> None:
    with Archive(crawled.archive) as archive:
        filed = archive.rows("select agency, division, level, year, url from annual_reports")
    expected = Counter((report["division"], report["level"], report["year"]) for _, report in expected_reports())
    assert Counter((row["division"], row["level"], row["year"]) for row in filed) == expected


def test_every_figure_is_as_printed(crawled: Crawled) -> None:
    with Archive(crawled.archive) as archive:
        for folder, report in expected_reports():
            rows = archive.rows(
                """select section, item, category, value from annual_figures
                   join agencies using (division)
                   where agencies.name = annual_figures.agency
                     and annual_figures.division = ? and agencies.level = ? and year = ?""",
                (report["division"], report["level"], report["year"]),
            )
            actual = {(row["section"], row["item"], row["category"]): row["value"] for row in rows}
            printed = {
                (section, item, category): value
                for section, items in report["figures"].items()
                for item, categories in items.items()
                for category, value in categories.items()
            }
            assert actual == printed, (folder, report["path"])


def test_no_forbidden_page_no_trap_and_no_other_host(crawled: Crawled) -> None:
    forbidden = {(folder, path) for folder, site in EXPECTED.items() for path in site["robots_forbidden"]}
    asked = {(request.site, request.path.split("?")[0]) for request in crawled.asked_first}
    assert not asked & forbidden
    assert not [path for _, path in asked if path.startswith("/rili")]
    with Archive(crawled.archive) as archive:
        offsite = archive.rows("select url, reason from frontier where state = 'offsite'")
    assert offsite
    assert all(row["reason"] for row in offsite)


def test_every_discovered_url_ended_in_a_state(crawled: Crawled) -> None:
    with Archive(crawled.archive) as archive:
        open_rows = archive.rows("select url, state from frontier where state in ('pending', 'in_flight')")
        silent = archive.rows("select url from frontier where state not in ('stored', 'unchanged') and reason is null")
        working = archive.rows("select url from sites where last_working is null")
    assert (open_rows, silent, working) == ([], [], [])


def test_the_way_is_short(crawled: Crawled) -> None:
    pages = [request for request in crawled.asked_first if not request.path.endswith("robots.txt")]
    assert len(pages) <= 3 * len(expected_reports())


def test_exit_codes_say_all_is_well(crawled: Crawled) -> None:
    assert (crawled.first.returncode, crawled.first.stderr) == (ExitCode.OK, "")
    assert (crawled.second.returncode, crawled.second.stderr) == (ExitCode.OK, "")


def test_second_run_stores_nothing_and_asks_only_for_what_may_have_changed(crawled: Crawled) -> None:
    with Archive(crawled.archive) as archive:
        captures = archive.rows("select count(*) as number from captures")[0]["number"]
        report_urls = {row["url"] for row in archive.rows("select url from captures where kind = 'report'")}
    assert captures == crawled.captures_after_first
    asked = {crawled.sites.urls[request.site].rstrip("/") + request.path for request in crawled.asked_second}
    assert not asked & report_urls
    conditional = [request for request in crawled.asked_second if "If-None-Match" in request.headers]
    assert {request.status for request in conditional} == {304}
    assert len(conditional) >= len(crawled.sites.urls)


def test_family_of_each_site_is_detected(crawled: Crawled) -> None:
    with Archive(crawled.archive) as archive:
        families = {row["url"]: row["family"] for row in archive.rows("select url, family from sites")}
    for folder, site in EXPECTED.items():
        if family := site.get("family"):
            assert families[crawled.sites.urls[folder] + "/"] == family, folder


def test_reading_again_gives_the_same(crawled: Crawled) -> None:
    def contents() -> dict[str, list[dict[str, Any]]]:
        with Archive(crawled.archive) as archive:
            return {
                name: sorted(archive.rows(f"select * from {name}"), key=lambda row: json.dumps(row, ensure_ascii=False))
                for name in ("annual_reports", "annual_figures", "checks", "removals", "grids", "coverage")
            }

    before = contents()
    result = nianbao("reread", "--archive", crawled.archive)
    assert result.returncode == ExitCode.OK, result.stderr
    assert contents() == before


def test_coverage_and_check_of_the_archive(crawled: Crawled) -> None:
    lines = nianbao("coverage", "--archive", crawled.archive, "--json").stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    states = {(row["agency"], row["year"]): row["state"] for row in rows}
    assert states[("汉屯路街道办事处", 2021)] == "good"
    # The office carried another number into 2023 than it carried over from 2022.
    assert states[("汉屯路街道办事处", 2023)] == "checks_failed"
    assert states[("汉屯路街道办事处", 2024)] == "not_found"
    assert states[("西工区人民政府", 2023)] == "checks_failed"
    assert all(row["detail"] for row in rows if row["state"] not in ("good", "not_due"))
    table = nianbao("coverage", "--archive", crawled.archive).stdout
    assert "汉屯路街道办事处" in table
    check = nianbao("check", "--archive", crawled.archive)
    findings = check.stdout.splitlines()[:-1]
    assert findings and all(line.startswith("identity:") for line in findings)
    assert check.returncode == ExitCode.ATTENTION


def test_bad_rows_are_named_and_the_good_ones_crawled(tmp_path: Path) -> None:
    with SampleSites() as sites:
        registry = tmp_path / "sites.csv"
        registry.write_text(
            "url,name,division\n"
            "ftp://example.gov.cn/,某区人民政府,\n"
            f"{sites.urls['baojian']},保健路街道办事处,230103017\n"
            f"{sites.urls['yuelai']},,\n",
            "utf-8",
        )
        result = nianbao("crawl", registry, "--archive", tmp_path / "a.db", "--browser", "none")
    assert result.returncode == ExitCode.ATTENTION
    assert "line 2" in result.stderr and "ftp://example.gov.cn/" in result.stderr
    assert "line 4" in result.stderr
    with Archive(tmp_path / "a.db") as archive:
        assert [row["agency"] for row in archive.rows("select agency from annual_reports")] == ["保健路街道办事处"]


def test_scrapy_runs_the_same_spider(tmp_path: Path) -> None:
    with SampleSites() as sites:
        registry = tmp_path / "sites.csv"
        registry.write_text(f"url,name\n{sites.urls['baojian']},保健路街道办事处\n", "utf-8")
        command = [sys.executable, "-m", "scrapy", "crawl", "reports", "-a", f"sites={registry}"]
        archive = tmp_path / "a.db"
        result = subprocess.run(
            [*command, "-a", f"archive={archive}"],
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    with Archive(archive) as opened:
        assert opened.rows("select year from annual_reports") == [{"year": 2020}]
