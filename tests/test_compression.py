"""Compression by a dictionary of the archive's own pages, and damage that is found whatever it hits."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.compression import compress_archive
from archive.publishing.integrity import check_archive
from archive.publishing.warc import write_warc
from archive.store import Archive
from tests.test_store import PAGE, SITE, store


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as opened:
        opened.register_site(SITE, "龙岗区人民政府", "440307", None, None)
        yield opened


def template(site: int) -> Callable[[str], bytes]:
    """Pages of one made-up site: its own chrome and markup around what every report has."""
    chance = random.Random(site)
    words = ["".join(chance.choices("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往", k=4)) for _ in range(40)]
    menu = "".join(
        f'<li class="m{site}-{n}"><a href="/{site}/{n}.html">{word}</a></li>' for n, word in enumerate(words)
    )
    style = f"border:{site}px;padding:{site % 7}pt;font-family:{words[0]}"

    def fill(body: str) -> bytes:
        body = body.replace("<td", f'<td style="{style}"').replace("<p", f'<p class="c{site}"')
        return f"<html><head><title>{words[1]}</title></head><body><ul>{menu}</ul>{body}</body></html>".encode()

    return fill


def report(number: int) -> str:
    """The body of a report with figures and prose of its own."""
    chance = random.Random(number)
    text = PAGE.read_text("utf-8")
    prose = "".join(chance.choices("本机关严格依照条例及时准确公开信息受理申请答复群众关切推进工作落实", k=600))
    return re.sub(r">\d+<", lambda _: f">{chance.randint(0, 300)}<", text) + f"<p>{prose}</p>"


@pytest.mark.parametrize("held_out", range(4))
def test_a_dictionary_of_some_layouts_serves_others(archive: Archive, held_out: int) -> None:
    """The frozen pages are each of a layout of its own; the dictionary is made from some and used for the others."""
    pages = [path.read_bytes() for path in sorted(PAGE.parent.parent.rglob("*.html"))]
    for number, page in enumerate(pages):
        if number % 4 != held_out:
            store(archive, page, f"{SITE}{number}.html")
    compress_archive(archive)
    assert archive.payloads.newest is not None
    unseen = [page for number, page in enumerate(pages) if number % 4 == held_out]
    digests = [archive.payloads.keep(page) for page in unseen]
    stored = sum(
        archive.rows("select length(body) as size from payloads where sha256 = ?", (digest,))[0]["size"]
        for digest in digests
    )
    assert stored <= 0.5 * sum(len(gzip.compress(page)) for page in unseen)


def test_a_dictionary_halves_what_a_warc_needs_on_sites_it_has_not_seen(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        for site in range(12):
            fill = template(site)
            for year in range(4):
                store(archive, fill(report(site * 10 + year)), f"http://{site}.example.cn/{year}.html")
        done = compress_archive(archive)
        assert done.dictionary == 1
        assert done.after < done.before < done.size
        assert [finding for finding in check_archive(archive) if finding.kind != "identity"] == []
        unseen = template(99)
        for year in range(4):
            body = unseen(report(990 + year))
            capture = store(archive, body, f"http://99.example.cn/{year}.html")
            assert archive.source(capture)[0] == body
        stored = archive.rows(
            """select sum(length(body)) as bytes, count(*) as pages from payloads
               join captures on payload = sha256 where url like 'http://99.%' and dictionary = 1"""
        )[0]
        assert stored["pages"] == 4
        archive.db.execute("pragma foreign_keys = off")
        archive.db.execute("delete from captures where url not like 'http://99.%'")
        write_warc(archive, tmp_path / "unseen.warc.gz")
    assert stored["bytes"] <= 0.5 * (tmp_path / "unseen.warc.gz").stat().st_size


def test_compressing_again_changes_nothing_until_there_is_twice_as_much(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        for number in range(23):
            store(archive, template(number)(report(number)), f"{SITE}{number}.html")
        assert compress_archive(archive).dictionary is None
        store(archive, template(23)(report(23)), f"{SITE}23.html")
        assert compress_archive(archive).dictionary == 1
        before = archive.rows("select * from payloads")
        assert compress_archive(archive).dictionary == 1
        assert archive.rows("select * from payloads") == before
        for number in range(24, 48):
            store(archive, template(number)(report(number)), f"{SITE}{number}.html")
        assert compress_archive(archive).dictionary == 2
        assert {len(archive.source(row["id"])[0]) > 1000 for row in archive.rows("select id from captures")} == {True}


def test_a_lost_dictionary_is_told(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        for number in range(24):
            store(archive, template(number)(report(number)), f"{SITE}{number}.html")
        compress_archive(archive)
        archive.db.execute("update dictionaries set body = x'00'")
    with Archive(tmp_path / "a.db") as archive:
        findings = [finding for finding in check_archive(archive) if finding.kind == "payload"]
        assert findings and all("dictionary 1 is damaged" in finding.detail for finding in findings)
        store(archive, b"<html>new</html>", f"{SITE}new.html")


def test_every_flipped_byte_of_a_body_is_found(archive: Archive) -> None:
    store(archive, PAGE.read_bytes())
    sha256, body = archive.db.execute("select sha256, body from payloads").fetchone()
    for position in range(0, len(body), max(1, len(body) // 60)):
        flipped = body[:position] + bytes([body[position] ^ 4]) + body[position + 1 :]
        archive.db.execute("update payloads set body = ?", (flipped,))
        findings = [finding for finding in check_archive(archive) if finding.kind == "payload"]
        assert [sha256 in finding.what for finding in findings] == [True], position


def test_views_and_orphans_are_checked(archive: Archive) -> None:
    store(archive, PAGE.read_bytes())
    archive.db.execute("drop view annual_reports")
    archive.db.execute("create view annual_reports as select something from nowhere")
    archive.payloads.keep(b"nobody's")
    findings = check_archive(archive)
    assert ("view", "annual_reports") in {(finding.kind, finding.what) for finding in findings}
    assert any("belongs to no capture" in finding.detail for finding in findings)
