"""No connection reaches this machine or its network but those that sites.csv names (FAULTS 5)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawler import resolving
from crawler.guard import Scope, address_refusal
from crawler.outcome import ExitCode
from crawler.rendering import find_browser
from crawler.resolving import GuardedResolver
from crawler.site import SiteEntry
from tests.faults.hostile import REPORT, Arena, Hostile, arena, honest, hostile, linking, real_arena, whole

__all__ = ["arena", "honest", "hostile", "real_arena"]

BROWSER = find_browser()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "169.254.169.254",
        "168.63.129.16",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
    ],
)
def test_addresses_that_are_nobodys_public_site_are_refused(address: str) -> None:
    assert address_refusal(address) is not None


@pytest.mark.parametrize("address", ["1.1.1.1", "202.108.22.5", "2408:80f0::1", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses_are_not(address: str) -> None:
    assert address_refusal(address) is None


class Names:
    """A resolver of names from a dictionary."""

    def __init__(self, **addresses: str | list[str]) -> None:
        self.addresses = {name.replace("_", "."): addresses for name, addresses in addresses.items()}

    def resolveHostName(self, receiver: Any, host: str, port: int, *_: Any) -> None:
        receiver.resolutionBegan(None)
        found = self.addresses.get(host, [])
        for address in [found] if isinstance(found, str) else found:
            receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, port))
        receiver.resolutionComplete()


def test_a_public_name_that_turns_inward_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n10.0.0.7 mirror.gov.cn www.mirror.gov.cn # ours\n", encoding="utf-8")
    monkeypatch.setattr(resolving, "HOSTS_FILE", hosts)
    urls = ("http://www.xigong.gov.cn/", "http://mirror.gov.cn/", "http://127.0.0.1:81/", "http://[::1]:82/")
    names = Names(www_xigong_gov_cn="1.2.3.4", mirror_gov_cn="1.2.3.4", other_gov_cn="1.2.3.4")
    guard = GuardedResolver(names, Scope(SiteEntry(url, "") for url in urls))

    def address(host: str, port: int = 80) -> str | None:
        return asyncio.run(guard.resolve(host, port))

    assert address("www.xigong.gov.cn") == "1.2.3.4"
    for inward in ("127.0.0.1", "10.0.0.8", "::1", "::ffff:10.0.0.8", "64:ff9b::7f00:1"):
        names.addresses["www.xigong.gov.cn"] = inward
        assert address("www.xigong.gov.cn") is None
        assert f"leads to {inward} (" in guard.refusals["www.xigong.gov.cn"]
        # Under its other name, and when it answers with both, it is the same site.
        names.addresses["xigong.gov.cn"] = inward
        assert address("xigong.gov.cn") is None
        names.addresses["xigong.gov.cn"] = [inward, "1.2.3.4"]
        assert address("xigong.gov.cn") == "1.2.3.4"
    names.addresses["www.xigong.gov.cn"] = "1.2.3.5"
    assert address("www.xigong.gov.cn") == "1.2.3.5" and "www.xigong.gov.cn" not in guard.refusals
    # What the operator wrote in the hosts file is meant, and nothing else that the name may lead to.
    assert address("mirror.gov.cn") == "1.2.3.4"
    names.addresses["mirror.gov.cn"] = "10.0.0.7"
    assert address("mirror.gov.cn") == "10.0.0.7"
    names.addresses["mirror.gov.cn"] = "10.0.0.8"
    assert address("mirror.gov.cn") is None
    assert address("other.gov.cn") is None and "not a host of the registry" in guard.refusals["other.gov.cn"]
    assert address("127.0.0.1", 81) == "127.0.0.1" and address("::1", 82) == "::1"
    assert address("127.0.0.1", 82) is None and address("10.0.0.7") is None


def test_a_site_of_the_registry_may_be_within_but_not_everywhere() -> None:
    names = Names(intern_gov_cn="10.0.0.7")
    guard = GuardedResolver(names, Scope([SiteEntry("http://intern.gov.cn/", "")]))

    def address() -> str | None:
        return asyncio.run(guard.resolve("intern.gov.cn", 80))

    for within in ("10.0.0.7", "127.0.0.1", "192.168.1.9", "100.64.0.9", "fd12::9"):
        names.addresses["intern.gov.cn"] = within
        assert address() == within
    for never in ("169.254.169.254", "100.100.100.200", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "::ffff:169.254.1.1"):
        names.addresses["intern.gov.cn"] = never
        assert address() is None, never
    # It was public in an earlier run.
    guard.remember([("www.intern.gov.cn", "1.2.3.4")])
    names.addresses["intern.gov.cn"] = "10.0.0.7"
    assert address() is None and "was at a public address before" in guard.refusals["intern.gov.cn"]


def test_no_way_leads_to_a_server_that_is_not_in_the_registry(arena: Arena, hostile: Hostile) -> None:
    canary = Hostile()
    away = [
        *(f"http://{host}:{canary.port}/x" for host in ("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0.0.0.0")),
        *(f"http://{host}:{canary.port}/x" for host in ("localhost", "[::1]", "[::ffff:127.0.0.1]", "a.localhost")),
        f"http://user@127.0.0.1:{canary.port}/x",
        f"http://localhost.:{canary.port}/x",
    ]
    hostile.answers = {
        "/robots.txt": whole(b"", f"Location: {canary.url}/robots.txt", status="302 Found"),
        "/meta.html": whole(f"<meta http-equiv=refresh content='0;url={canary.url}/meta'>".encode()),
        "/script.html": whole(f"<script>location.href='{canary.url}/script'</script>".encode()),
    }
    for number, url in enumerate(away):
        hostile.answers[f"/to-{number}"] = whole(b"", f"Location: {url}", status="302 Found")
    hostile.answers["/"] = linking(*hostile.answers, *away)
    arena.register(hostile.url)
    code, said = arena.run()
    assert code == ExitCode.OK, said
    arena.assert_unharmed()
    assert canary.connections == 0
    outside = dict(arena.rows(f"select url, state from frontier where url like '%:{canary.port}/%'"))
    assert len(outside) >= len(away) + 2 and set(outside.values()) == {"offsite"}
    for number in range(len(away)):
        assert arena.outcome(f"{hostile.url}/to-{number}")[0] == "redirected"
    canary.close()


def canary_ways(canary: str) -> dict[str, Any]:
    """Pages of a site of the real kind that lead to another server in every way a page can."""
    bare = canary.removeprefix("http://")
    report = REPORT.format(2023)
    column = f"""<html><head><title>政府信息公开年报</title><base target=_blank>
      <link rel=sitemap href="{canary}/sitemap.xml">
      <link rel=preload href="{canary}/preload"><link rel=stylesheet href="{canary}/style.css">
      <link rel=prefetch href="//{bare}/prefetch"><meta http-equiv=refresh content="900;url={canary}/refresh"></head>
      <body><h1>政府信息公开年报</h1><iframe src="{canary}/frame"></iframe><frame src="{canary}/old-frame">
      <object data="{canary}/object"></object><embed src="{canary}/embed"><img src="{canary}/image.png">
      <form action="{canary}/search"><input name=q></form>
      <ul><li><a href="/nb/t20240125_2023.html">{report}</a></li>
      <li><a href="{canary}/nb/t20230125_2022.html">{REPORT.format(2022)}</a></li>
      <li><a href="//{bare}/nb/2021.pdf">{REPORT.format(2021)}.pdf</a></li>
      <li><a href="/nb/moved.pdf">{REPORT.format(2020)}.pdf</a></li></ul>
      <a href="{canary}/nb/?page=2">下一页</a><script src="{canary}/script.js"></script>
      <script>var dataUrl = "{canary}/rows.json"; createPageHTML(3, 0, "{canary}/index", "html");</script>
      <script>fetch("{canary}/fetch"); new WebSocket("ws://{bare}/socket"); navigator.sendBeacon("{canary}/beacon");
      fetch("/rows").then(a => a.text()).then(rows => document.body.innerHTML += rows);
      window.open("{canary}/window"); setTimeout(() => location.href = "{canary}/location", 300);</script>
      </body></html>"""
    article = f"""<html><head><title>{report}</title></head><body><h1>{report}</h1><p>一、总体情况 主动公开。</p>
      <a href="{canary}/files/report.docx">附件：{report}.docx</a><a href="/files/moved.doc">附件2：{report}.doc</a>
      <iframe src="{canary}/viewer?file=a.pdf"></iframe></body></html>"""
    moved = whole(b"", f"Location: {canary}/moved", status="302 Found")
    home = f"""<html><head><title>政府</title></head><frameset><frame src="{canary}/home"></frameset>
      <body><a href="/nb/">政府信息公开年报</a><a href="{canary}/nb/">政府信息公开年报</a>
      <script>if(0)location.href="{canary}/mobile"</script></body></html>"""
    return {
        "/robots.txt": whole(f"User-agent: *\nAllow: /\nSitemap: {canary}/sitemap.xml\n".encode()),
        "/sitemap.xml": moved,
        "/": whole(home.encode()),
        "/nb/": whole(column.encode()),
        "/nb/t20240125_2023.html": whole(article.encode()),
        "/nb/moved.pdf": moved,
        "/files/moved.doc": moved,
        "/rows": moved,
    }


@pytest.mark.parametrize(
    "drawn", [False, pytest.param(True, marks=pytest.mark.skipif(not BROWSER, reason="no browser"))]
)
def test_no_part_of_a_page_leads_the_spider_or_the_browser_away(
    real_arena: Arena, hostile: Hostile, drawn: bool
) -> None:
    canary = Hostile()
    hostile.answers = canary_ways(canary.url)
    real_arena.register(hostile.url)
    if drawn:
        # The browser draws what it is asked to, so that every sub-resource is tried.
        real_arena.prepare("""
            from spiders.reports import ReportsSpider

            parse = ReportsSpider.parse

            def drawing(self, response, **named):
                from dataclasses import replace
                from crawler.page import Page
                page = Page.of(response)
                if page.url.endswith("/nb/") and not page.render:
                    yield replace(page, render=True)
                yield from parse(self, response, **named)

            ReportsSpider.parse = drawing
        """)
    code, said = real_arena.run(browser=str(BROWSER) if drawn else "none", DOWNLOAD_TIMEOUT=60)
    assert code in (ExitCode.OK, ExitCode.ATTENTION) and "Traceback" not in said, said
    assert canary.connections == 0, canary.asked
    real_arena.assert_unharmed()
    outside = dict(real_arena.rows(f"select url, state from frontier where url like '%:{canary.port}/%'"))
    assert set(outside.values()) == {"offsite"} and len(outside) >= 4, outside
    assert real_arena.outcome(f"{hostile.url}/nb/t20240125_2023.html")[0] == "stored"
    if drawn:
        assert hostile.asked["/rows"] >= 1, "the page was drawn"
    canary.close()


# A name service that anyone could run: it leads to a public site until the file `turned` is there, then to this
# machine. 127.0.0.2 stands for the public site, since tests must not leave this machine.
REBINDING = """
    import socket
    from pathlib import Path

    from crawler import resolving

    judged = resolving.address_refusal
    resolving.address_refusal = lambda address: None if address == "127.0.0.2" else judged(address)

    def resolve(name):
        if name != "www.rebound.example":
            raise socket.gaierror(name)
        return "127.0.0.1" if Path("turned").exists() else "127.0.0.2"

    socket.gethostbyname = resolve
"""


@pytest.mark.parametrize(
    "drawn", [False, pytest.param(True, marks=pytest.mark.skipif(not BROWSER, reason="no browser"))]
)
def test_a_name_that_turns_inward_is_not_followed(arena: Arena, tmp_path: Path, drawn: bool) -> None:
    public = Hostile("127.0.0.2")
    canary = Hostile("127.0.0.1", public.port)
    script = (
        "<html><title>t</title><script>fetch('/rows').then(a => a.text()).then(t => document.title = t)</script></html>"
    )

    def turn(send: Any) -> None:
        (tmp_path / "turned").touch()
        whole(script.encode())(send)

    link = '<a class="report" href="/turn.html">draw</a>' if drawn else '<a class="report" href="/turn.html">x</a>'
    public.answers = {
        "/": whole(f"<html><title>t</title>{link}</html>".encode()),
        "/turn.html": turn,
        "/rows": whole(b"from the public site"),
    }
    arena.prepare(REBINDING)
    entry = f"http://www.rebound.example:{public.port}"
    arena.register(entry)
    settings: dict[str, Any] = {"DNSCACHE_ENABLED": False, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}
    code, said = arena.run(browser=str(BROWSER) if drawn else "none", **settings)
    assert code == ExitCode.OK, said
    assert (tmp_path / "turned").exists()
    assert [name for (name,) in arena.rows("select url from captures where url like '%/turn.html'")] == [
        f"{entry}/turn.html"
    ]
    if drawn:
        assert public.asked["/rows"] == 1, "the browser stays with the address that was judged"
    code, said = arena.run(**settings)
    assert code == ExitCode.ATTENTION and "leads to 127.0.0.1 (this machine)" in said
    arena.assert_unharmed()
    assert arena.outcome(f"{entry}/")[0] == "offsite"
    assert canary.connections == 0
    public.close()
    canary.close()
