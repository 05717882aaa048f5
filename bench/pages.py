"""Times every kind of page over a made-up archive: `python -m bench.pages [REPORTS]`, 20,000 reports by default.

Prints for each page the median of the processor's time and, of the time on the clock, the median and the slowest, in
milliseconds; exits with 1 where a median of the processor's time is over the limit (the clock counts what else the
machine does). The archive is kept in the directory for temporary files and used again.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive import search
from archive.gazetteer import gazetteer
from archive.gazetteer.divisions import load
from archive.publishing.site.application import application
from archive.reading import forms
from archive.store import Archive

LIMIT_MILLISECONDS = 60
_YEARS = range(2019, 2024)
_ROUNDS = 15
_PROSE = (
    "本街道深入贯彻落实政府信息公开条例，主动公开工作动态、财政预决算和民生项目进度。",
    "全年收到政府信息公开申请，均在法定期限内答复，未发生行政复议和行政诉讼。",
    "通过门户网站、微信公众号和公开栏公开信息，定期清理失效链接。",
    "存在的问题是解读形式单一，下一步将加强培训，规范答复文书格式。",
    "老旧小区改造、社区养老服务、垃圾分类、防汛排涝等信息及时更新。",
)


def build(path: Path, reports: int) -> None:
    """An archive of streets with a report for each of five years, all 200 figures each, and about 5,000 characters."""
    chance = random.Random(20)
    streets = [(code, name) for code, name in load()[0] if len(code) == 9]
    streets = chance.sample(streets, reports // len(_YEARS))
    with Archive(path, create=True) as archive:
        archive.db.execute("pragma synchronous = off")
        with archive.transaction():
            for number, (code, name) in enumerate(streets):
                if number % 40 == 0:
                    site = f"http://site{number}.example/"
                    archive.register_site(site, name, code, None, _YEARS[0])
                    archive.note_site(site, working=True)
                parents = gazetteer().parents(code)
                archive.db.execute(
                    "insert or ignore into agencies values (?, ?, 'street', ?, ?, ?, ?)",
                    (code, name, code, parents.province, parents.city, parents.district),
                )
                for year in _YEARS:
                    _report(archive, site, code, name, year, chance)


def _report(archive: Archive, site: str, code: str, name: str, year: int, chance: random.Random) -> None:
    title = f"{name}{year}年政府信息公开工作年度报告"
    text = "\n".join(
        [title, *chance.choices(_PROSE, k=120), *(f"{title}第{chance.randrange(10**6)}号" for _ in range(3))]
    )
    url = f"{site}{code}/{year}.html"
    capture = archive.store_capture(
        url=url, body=text.encode(), status=200, headers=[("Content-Type", "text/html")], kind="report", site=site
    ).id
    archive.db.table("documents").insert(
        {
            "id": capture, "capture": capture, "agency_id": code, "year": year, "is_report": 1, "title": title,
            "published": f"{year + 1}-01-20", "form": "2021", "media_type": "text/html", "charset": "utf-8",
            "text": text, "warnings": "[]", "reader_version": "1", "read_at": f"{year + 1}-01-21T00:00:00+00:00",
        }
    )  # fmt: skip
    figures = []
    for item in forms.ITEMS:
        if item.section == "annex" or "2021" not in item.forms:
            continue
        for category in (
            forms.DISCLOSURE_COLUMNS[item.name]["2021"] if item.section == "disclosure" else item.categories
        ):
            value = chance.randrange(40)
            figures.append((capture, item.section, item.name, category, value, str(value)))
    archive.db.conn.executemany(
        "insert into figures (document, section, item, category, value, printed) values (?, ?, ?, ?, ?, ?)", figures
    )
    checks = [(capture, rule, int(chance.random() > 0.05), "") for rule in ("applications.balance", "review.totals")]
    archive.db.conn.executemany("insert into checks (document, rule, holds, detail) values (?, ?, ?, ?)", checks)
    archive.db.execute("insert into reports values (?, ?, ?)", (code, year, capture))
    archive.db.execute(
        "insert into documents_search (rowid, title, text) values (?, ?, ?)",
        (capture, search.bigrams(title), search.bigrams(text)),
    )


def addresses(path: Path) -> dict[str, list[str]]:
    """Several addresses of each kind of page, so that no page is warmer than a reader finds it."""
    chance = random.Random(7)
    with Archive(path) as archive:
        documents = [row["document"] for row in archive.rows("select document from reports")]
        agencies = [row["agency_id"] for row in archive.rows("select distinct agency_id from reports")]
        provinces = [row["province"] for row in archive.rows("select distinct province from agencies")]
    name = path.stem
    pairs = [chance.sample(agencies, 2) for _ in range(_ROUNDS)]
    return {
        "home": ["/"] * _ROUNDS,
        "coverage": [f"/coverage?page={page + 1}" for page in range(_ROUNDS)],
        "coverage of a province": [
            f"/coverage?province={quote(chance.choice(provinces) or '')}" for _ in range(_ROUNDS)
        ],
        "agency": [f"/agencies/{chance.choice(agencies)}" for _ in range(_ROUNDS)],
        "report": [f"/reports/{chance.choice(documents)}" for _ in range(_ROUNDS)],
        "page as served": [f"/captures/{chance.choice(documents)}/page" for _ in range(_ROUNDS)],
        "compare": [f"/compare?agency={one}&agency={two}" for one, two in pairs],
        "compare, by name": [f"/compare?name={quote(word)}" for word in ("东风", "人民路", "新华") * (_ROUNDS // 3)],
        "search, a rare word": [f"/search?q={quote(f'{year}年 东风')}" for year in _YEARS] * 3,
        "search, a word of every report": [f"/search?q={quote(word)}" for word in ("公开", "培训", "行政复议") * 5],
        "search, narrowed": [f"/search?q={quote('行政复议')}&year={year}" for year in _YEARS] * 3,
        "dictionary": ["/dictionary"] * _ROUNDS,
        "table reports": [f"/{name}/annual_reports?year={year}" for year in _YEARS] * 3,
        "table documents": [f"/{name}/documents"] * _ROUNDS,
        "table figures": [f"/{name}/figures"] * _ROUNDS,
        "table agencies": [f"/{name}/agencies"] * _ROUNDS,
        "query denial_rates": [f"/{name}/denial_rates"] * _ROUNDS,
        "query without_report": [f"/{name}/without_report?year=2022"] * _ROUNDS,
        "query failed_checks": [f"/{name}/failed_checks"] * _ROUNDS,
    }


async def _time(site: Any, pages: dict[str, list[str]]) -> dict[str, list[tuple[float, float]]]:
    """Of each request to each page: milliseconds of the processor and of the clock."""
    taken: dict[str, list[tuple[float, float]]] = {}
    for name, list_of_addresses in pages.items():
        for address in list_of_addresses:
            start = time.process_time(), time.perf_counter()
            # A request with a condition is never answered from memory: every page is made anew.
            answer = await site.client.get(address, headers={"If-None-Match": 'W/"none"'})
            spent = (time.process_time() - start[0]) * 1000, (time.perf_counter() - start[1]) * 1000
            taken.setdefault(name, []).append(spent)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: HTTP {answer.status_code}: {answer.text[:400]}")
    return taken


def main(reports: int) -> int:
    """Build the archive if it is not there, time the pages, print a table and a line of JSON; the exit code."""
    path = Path(tempfile.gettempdir()) / f"nianbao_pages_{reports}.db"
    if not path.exists():
        start = time.perf_counter()
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        build(unfinished, reports)
        unfinished.rename(path)
        print(f"built {path} ({path.stat().st_size >> 20} MiB) in {time.perf_counter() - start:.0f} s")
    taken = asyncio.run(_time(application(path), addresses(path)))
    medians = {name: statistics.median(cpu for cpu, _ in values) for name, values in taken.items()}
    for name, values in taken.items():
        clock = [on_clock for _, on_clock in values]
        print(
            f"{name:32} processor {medians[name]:6.1f}  clock {statistics.median(clock):6.1f}, "
            f"slowest {max(clock):7.1f} ms"
        )
    slow = [name for name, median in medians.items() if median > LIMIT_MILLISECONDS]
    print(json.dumps({name: round(median, 1) for name, median in medians.items()}, ensure_ascii=False))
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
