"""The benchmark's parts do what they say; nothing here measures time."""

from __future__ import annotations

import gzip
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from archive.reading import Source, read
from bench import generator, simulation, table
from bench.measuring import cost_of
from bench.rows import Limit, Row
from bench.server import served


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[generator.Site]]:
    folder = tmp_path_factory.mktemp("pages")
    return folder, generator.generate(folder, 24)


def test_generated_pages_are_as_large_and_as_linked_as_real_ones(made: tuple[Path, list[generator.Site]]) -> None:
    folder, sites = made
    assert sum(len(site.reports) for site in sites) == 24
    for site in sites:
        for path in site.reports:
            body = (folder / site.host / path).read_bytes()
            assert 60_000 <= len(body) <= 140_000
            assert 240 <= body.count(b"<a ") <= 280
            assert gzip.decompress((folder / site.host / f"{path}.gz").read_bytes()) == body


def test_the_same_seed_gives_the_same_pages(made: tuple[Path, list[generator.Site]], tmp_path: Path) -> None:
    folder, sites = made
    assert generator.generate(tmp_path, 24) == sites
    for file in folder.rglob("*.gz"):
        assert (tmp_path / file.relative_to(folder)).read_bytes() == file.read_bytes()


def test_without_links_the_words_stay(tmp_path: Path, made: tuple[Path, list[generator.Site]]) -> None:
    folder, sites = made
    generator.generate(tmp_path, 24, links=0)
    path = next(iter(sites[0].reports))
    plain = (tmp_path / sites[0].host / path).read_bytes()
    assert b"<a " not in plain
    assert len(plain) > 0.8 * len((folder / sites[0].host / path).read_bytes())


def test_a_generated_page_is_a_report_with_all_its_figures(made: tuple[Path, list[generator.Site]]) -> None:
    folder, sites = made
    for site in sites:
        path, (agency, year) = next(iter(site.reports.items()))
        reading = read((folder / site.host / path).read_bytes(), Source())
        assert reading.is_report and reading.year == year
        assert reading.agency is not None and reading.agency.startswith(agency)
        assert len(reading.figures) > 150
        assert all(figure.value is not None for figure in reading.figures)


def test_the_server_answers_with_gzip_where_it_is_taken(made: tuple[Path, list[generator.Site]]) -> None:
    folder, sites = made
    path = next(iter(sites[1].reports))
    with served(folder) as port:
        url = f"http://{sites[1].host}:{port}/{path}"
        plain = urllib.request.urlopen(url).read()
        asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.read()) == plain
    assert plain == (folder / sites[1].host / path).read_bytes()


def test_children_count_and_failures_are_told() -> None:
    spin = "sum(range(20_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}], check=True)"
    assert cost_of([sys.executable, "-c", child]).processor > cost_of([sys.executable, "-c", "pass"]).processor
    with pytest.raises(RuntimeError, match="ended with 3"):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_table_and_the_picture_say_which_goals_hold() -> None:
    rows = [
        Row("reread", "one core → two", (Limit("", 1.9, 1.8, least=True),), "fast"),
        Row("a & b", "c", (Limit("", 0.5, 0.4), Limit("memory", 90, 150, "MiB")), "slow"),
    ]
    lines = table.markdown(rows, "# today").splitlines()
    assert "| yes |" in lines[4] and "1.9× (≥ 1.8×)" in lines[4]
    assert "| no |" in lines[5] and "memory 90 MiB (≤ 150 MiB)" in lines[5]
    bars = [it for it in ElementTree.fromstring(table.picture(rows)) if it.get("fill") in ("#2b7a4b", "#b3412e")]
    assert [bar.get("fill") for bar in bars] == ["#2b7a4b", "#b3412e", "#2b7a4b"]


def test_the_model_of_a_national_crawl_agrees_with_the_crawlers_own_scheduler(tmp_path: Path) -> None:
    hosts = [simulation.Host(f"{number}.example", 30, 10, 0.5 + number / 10, dead=number == 2) for number in range(4)]
    by_model = simulation.model(hosts)
    by_scheduler, cost = simulation.through_scheduler(hosts, tmp_path / "frontier.db")
    assert by_model.stored == by_scheduler.stored == 3 * 40
    assert by_model.hours == pytest.approx(by_scheduler.hours, rel=0.15)
    assert by_model.requests == pytest.approx(by_scheduler.requests, rel=0.1)
    assert cost["bytes_a_row"] > 0


def test_the_country_has_a_site_for_every_district() -> None:
    hosts = simulation.country()
    assert 2_800 <= len(hosts) <= 3_100
    # 41,000 streets and towns, and what the districts themselves and their departments publish.
    assert sum(host.reports for host in hosts) / simulation.YEARS > 41_000 + len(hosts)
