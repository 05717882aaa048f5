"""Every family, whole sites: what is found, under whom, at what cost, what is left alone; and what later runs find."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.store import Archive
from crawler.outcome import ExitCode
from tests.crawling import ROOT
from tests.imitations import static
from tests.imitations.catalogue import catalogue
from tests.imitations.declaration import district_of, flat, report
from tests.imitations.imitation import Imitation
from tests.imitations.measure import Measured, measure
from tests.imitations.server import Answer, Imitations

LEAST_RECALL = 0.99
MOST_REQUESTS_FIRST = 3.0
MOST_REQUESTS_SECOND = 0.3


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measure(tmp_path_factory.mktemp("imitations"), [])


def test_imitations_cover_enough() -> None:
    sites = catalogue(browser=True)
    assert len(sites) >= 24
    assert len({site.family for site in sites}) >= 14
    assert len({(it.agency, it.year) for site in sites for it in site.truth}) == sum(len(site.truth) for site in sites)


def test_reports_are_found_under_the_right_agency_and_year(measured: Measured) -> None:
    total = sum(measured.reports.values())
    missed = {site: sorted(keys) for site, keys in measured.missed.items() if keys}
    assert 1 - sum(map(len, missed.values())) / total >= LEAST_RECALL, missed


def test_nothing_else_is_filed(measured: Measured) -> None:
    assert {site: keys for site, keys in measured.wrong.items() if keys} == {}
    assert {site: paths for site, paths in measured.decoys.items() if paths} == {}


def test_requests_a_report(measured: Measured) -> None:
    total = sum(measured.reports.values())
    assert len(measured.first) / total <= MOST_REQUESTS_FIRST
    assert len(measured.second) / total <= MOST_REQUESTS_SECOND
    spent = {site: measured.asked(measured.first, site) / count for site, count in measured.reports.items()}
    assert {site: cost for site, cost in spent.items() if cost > MOST_REQUESTS_FIRST} == {}


def test_robots_and_traps_are_left_alone(measured: Measured) -> None:
    assert measured.unreasonable == []


def test_families_are_recognised(measured: Measured) -> None:
    families: dict[str, str | None] = {site.key: site.family for site in catalogue(browser=True)}
    # Where only a search gives reports there is no list to tell by.
    families["search_only"] = None
    assert measured.families == {key: families[key] for key in measured.families}


def test_runs_end_well(measured: Measured) -> None:
    assert (measured.codes, measured.said) == ([ExitCode.OK, ExitCode.OK], "")


# --- later runs, and the registry's commands ----------------------------------------------------------------------


def nianbao(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler.cli", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)


def site_of(years: range, family: type[Imitation] = static.Trs) -> Imitation:
    return family("later", district_of("410303"), flat("410303", 3, years))


def test_a_new_report_is_found_and_a_lost_list_is_said(tmp_path: Path) -> None:
    site = site_of(range(2019, 2025))
    with Imitations([site]) as served:
        registry = served.sites_csv(tmp_path / "sites.csv")
        first = nianbao("crawl", registry, "--archive", tmp_path / "a.db", "--browser", "none", "--json")
        assert first.returncode == ExitCode.OK, first.stderr
        said = json.loads(first.stdout)
        assert said["exit_code"] == 0 and said["counts"]["captures"] > 24
        # A year later: four more reports at the head of the list, everything else moved down by four.
        site.pages = site_of(range(2019, 2026)).pages
        before = len(served.requests)
        assert nianbao("crawl", registry, "--archive", tmp_path / "a.db", "--browser", "none").returncode == 0
        with Archive(tmp_path / "a.db") as archive:
            years = archive.rows("select year, count(*) as number from annual_reports group by year order by year")
        assert [(row["year"], row["number"]) for row in years] == [(year, 4) for year in range(2019, 2026)]
        assert len(served.requests) - before <= 10
        # The list is empty: the whole site is looked at, and the run says what is the matter.
        site.pages = {
            path: Answer(site.column_page(site.root, "<p>暂无内容</p>").encode()) if "/zfxxgknb/" in path else page
            for path, page in site.pages.items()
        }
        lost = nianbao("crawl", registry, "--archive", tmp_path / "a.db", "--browser", "none")
        assert lost.returncode == ExitCode.ATTENTION
        assert "gave reports before, gives none now" in lost.stderr


def test_another_family_is_a_finding(tmp_path: Path) -> None:
    years = range(2020, 2026)
    site, moved = site_of(years), site_of(years, static.Vsb)
    with Imitations([site]) as served:
        registry = served.sites_csv(tmp_path / "sites.csv")
        assert nianbao("crawl", registry, "--archive", tmp_path / "a.db", "--browser", "none").returncode == 0
        site.pages = moved.pages
        result = nianbao("crawl", registry, "--archive", tmp_path / "a.db", "--browser", "none")
    assert result.returncode == ExitCode.ATTENTION
    assert "was of the family trs, is of vsb now" in result.stderr


def test_sites_check_names_families_and_what_is_wrong(tmp_path: Path) -> None:
    keys = ("trs_years", "hanweb_xxgk", "jiangxi", "gkmlpt_units")
    sites = [site for site in catalogue(browser=False) if site.key in keys]
    with Imitations(sites) as served:
        registry = served.sites_csv(tmp_path / "sites.csv")
        with registry.open("a", encoding="utf-8") as file:
            file.write("http://127.0.0.1:9/,西工区人民政府,410303\n")
        result = nianbao("sites", "check", registry, "--json", "--browser", "none")
        asked = [request.path for request in served.requests]
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["family"] for line in lines] == [*(site.family for site in sites), None]
    assert all(line["answers"] and line["column"] and line["reports"] for line in lines[:-1])
    assert not lines[-1]["answers"] and "unreachable" in lines[-1]["trouble"]
    assert result.returncode == ExitCode.ATTENTION
    assert len(asked) <= 12 * len(sites)


def test_sites_add_writes_what_the_site_says_of_itself(tmp_path: Path) -> None:
    registry = tmp_path / "sites.csv"
    with Imitations([site for site in catalogue(browser=False) if site.key in ("vsb_flat", "nfcms")]) as served:
        for key in served.urls:
            result = nianbao("sites", "add", f"{served.urls[key]}/", "--sites", registry, "--browser", "none")
            assert result.returncode == 0, result.stderr
        again = nianbao("sites", "add", f"{served.urls['nfcms']}/", "--sites", registry, "--browser", "none")
        rows = registry.read_text(encoding="utf-8").splitlines()
        expected = [
            f"{served.urls['vsb_flat']}/,雁塔区人民政府,610113,vsb,",
            f"{served.urls['nfcms']}/,福田区人民政府,440304,nfcms,",
        ]
    assert rows == ["url,name,division,family,since", *expected]
    assert again.returncode == ExitCode.USAGE and "already" in again.stderr
    silent = nianbao("sites", "add", "http://127.0.0.1:9/", "--sites", registry, "--browser", "none")
    assert silent.returncode == ExitCode.ATTENTION and "nothing is written" in silent.stderr


def test_discover_writes_agencies_of_other_hosts_and_visits_none(tmp_path: Path) -> None:
    site = site_of(range(2023, 2026))
    named = (("http://www.hantun.example.gov.cn/", "王城路街道"), ("http://x.example.com/", "西工街道"))
    links = '<div class="units">' + "".join(f'<a href="{url}">{name}</a>' for url, name in named) + "</div>"
    home = site.pages["/"]
    site.pages["/"] = Answer(home.body.replace(b'<div class="side">', links.encode() + b'<div class="side">'))
    with Imitations([site]) as served:
        registry = served.sites_csv(tmp_path / "sites.csv")
        found = tmp_path / "found.csv"
        options = ("--browser", "none", "--discover", found)
        assert nianbao("crawl", registry, "--archive", tmp_path / "a.db", *options).returncode == 0
        base = served.urls["later"]
    assert found.read_text(encoding="utf-8").splitlines() == [
        "url,name,division,found_on",
        f"http://www.hantun.example.gov.cn/,王城路街道,410303001,{base}/",
    ]


def test_a_report_of_one_year_is_made_the_same_each_time() -> None:
    agency = district_of("410303")
    assert report(agency, 2024) == report(agency, 2024)
