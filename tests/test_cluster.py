"""Crawling and reading again on a Dask cluster of two workers on this machine, one of which dies."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.shards import extract_sites
from archive.store import Archive
from crawler import cluster
from crawler.cli import main
from crawler.outcome import ExitCode
from crawler.readers import reread
from crawler.site import SiteEntry

distributed = pytest.importorskip("distributed", reason="the extra `cluster` (Dask) is not installed")

HOSTS = [f"127.0.0.{number}" for number in range(11, 15)]
YEARS = range(2021, 2023)


class Sites:
    """One small site on each of several loopback hosts; knows which process asked which host, and when."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, str, str, int]] = []
        """When, host, path, and the port that it was asked from."""
        self.wait = 0.0
        sites = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = self.connection.getsockname()[0]
                sites.asked.append((time.monotonic(), host, self.path, self.client_address[1]))
                time.sleep(sites.wait)
                body = sites.page(host, self.path).encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a crawl that was killed

        self.server = Server(("0.0.0.0", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, host: str, path: str) -> str:
        name = f"第{int(host.rpartition('.')[2])}街道办事处"
        if path == "/":
            links = "".join(
                f'<li><a href="/nb/{year}.html">{name}{year}年政府信息公开工作年度报告</a></li>' for year in YEARS
            )
            return f"<html><title>政府信息公开年报</title><body><ul>{links}</ul></body></html>"
        if not path.startswith("/nb/"):
            return ""
        title = f"{name}{path[4:8]}年政府信息公开工作年度报告"
        headings = "".join(
            f"<p>{it}</p>"
            for it in (
                "一、总体情况",
                "二、主动公开政府信息情况",
                "五、存在的主要问题及改进情况",
                "六、其他需要报告的事项",
            )
        )
        return f"<html><title>{title}</title><body><h1>{title}</h1>{headings}</body></html>"

    def entries(self) -> list[SiteEntry]:
        port = self.server.server_port
        return [SiteEntry(f"http://{host}:{port}/", f"第{host[8:]}街道办事处", "410303") for host in HOSTS]


@pytest.fixture
def sites() -> Iterator[Sites]:
    sites = Sites()
    yield sites
    sites.server.shutdown()
    sites.server.server_close()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


def kept(path: Path) -> Counter[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return Counter(connection.execute("select kind, url from captures"))


def test_shards_have_all_sites_of_a_host() -> None:
    sites = [
        SiteEntry(url, "甲")
        for url in ("http://www.a.gov.cn/", "https://a.gov.cn/xxgk/", "http://b.gov.cn/", "http://a.gov.cn:8080/")
    ]
    shards = cluster.shards_of(sites, size=1)
    assert [[site.url for site in shard] for shard in shards] == [
        ["http://www.a.gov.cn/", "https://a.gov.cn/xxgk/", "http://a.gov.cn:8080/"],
        ["http://b.gov.cn/"],
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_dies_loses_nothing_and_no_host_is_asked_by_two(
    sites: Sites, client: Any, tmp_path: Path
) -> None:
    sites.wait = 0.3
    victims = {info["pid"] for info in client.run(_about_me).values()}
    killed: list[float] = []

    def kill_one() -> None:
        while len(sites.asked) < 5:
            time.sleep(0.05)
        os.kill(min(victims), signal.SIGKILL)
        killed.append(time.monotonic())

    threading.Thread(target=kill_one, daemon=True).start()
    with Archive(tmp_path / "whole.db", create=True) as archive:
        code = cluster.crawl(client, sites.entries(), archive, ["--browser=none", "--delay=0"], size=1)
    assert killed
    assert code is ExitCode.OK
    # Everything is there, once, although what the dead worker had was fetched again.
    reports = [page for page in kept(tmp_path / "whole.db") if page[0] == "report"]
    assert len(reports) == len(HOSTS) * len(YEARS)
    assert set(kept(tmp_path / "whole.db").values()) == {1}
    for host in HOSTS:
        starts = [when for when, asked, path, _ in sites.asked if asked == host and path == "/robots.txt"]
        assert 1 <= len(starts) <= 2
        if len(starts) == 2:
            # The second crawl of a host began when the first was dead, with all that it had started.
            before = [when for when, asked, _, _ in sites.asked if asked == host and when < starts[1]]
            assert starts[1] > killed[0] and max(before) < killed[0] + 1.0


def _about_me() -> dict[str, int]:
    return {"pid": os.getpid()}


@pytest.mark.filterwarnings("ignore")
def test_a_second_run_knows_what_the_first_has_and_reads_it_alike(sites: Sites, client: Any, tmp_path: Path) -> None:
    options = ["--browser=none", "--delay=0"]
    with Archive(tmp_path / "whole.db", create=True) as archive:
        assert cluster.crawl(client, sites.entries(), archive, options, size=2) is ExitCode.OK
        first = kept(tmp_path / "whole.db")
        sites.asked.clear()
        assert cluster.crawl(client, sites.entries(), archive, options, size=2) is ExitCode.OK
        assert kept(tmp_path / "whole.db") == first
        assert not [path for _, _, path, _ in sites.asked if path.startswith("/nb/")]
        assert len(archive.rows("select id from runs where outcome = 'finished'")) >= 2
        assert len(archive.rows("select * from documents")) == len(HOSTS) * len(YEARS)

        everything = "select id, title, text, agency_id, year, warnings from documents order by id"
        counts = reread(archive, again=True, workers=1)
        alone = archive.rows(everything)
        archive.db.execute("update documents set title = 'old', text = ''")
        assert cluster.reread(client, archive, size=5) == counts
        assert archive.rows(everything) == alone


def test_a_part_has_what_a_crawl_of_its_sites_needs(tmp_path: Path) -> None:
    with Archive(tmp_path / "whole.db", create=True) as archive:
        for name in ("a", "b"):
            site = f"http://{name}.gov.cn/"
            archive.register_site(site, "西工区人民政府", "410303", None, None)
            archive.store_capture(
                url=f"{site}1.html", body=name.encode(), status=200, headers=[], kind="report", site=site
            )
        extract_sites(archive, ["http://b.gov.cn/"], tmp_path / "part.db")
    with Archive(tmp_path / "part.db") as part:
        assert [row["url"] for row in part.rows("select url from sites")] == ["http://b.gov.cn/"]
        assert [row["url"] for row in part.rows("select url from captures")] == ["http://b.gov.cn/1.html"]
        assert [part.payload(row["payload"]) for row in part.rows("select payload from captures")] == [b"b"]


def test_without_a_scheduler_it_ends_with_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECTING_SECONDS", 0.5)
    (tmp_path / "sites.csv").write_text("url,name\nhttp://a.gov.cn/,西工区人民政府\n", encoding="utf-8")
    arguments = [str(tmp_path / "sites.csv"), "--archive", str(tmp_path / "a.db"), "--cluster", "tcp://127.0.0.1:9"]
    result = CliRunner().invoke(main, ["crawl", *arguments])
    assert result.exit_code == ExitCode.USAGE
    assert "no Dask scheduler answers" in result.output
    assert not (tmp_path / "a.db").exists()
