"""An archive built by hand for the tests of what is published, and the site over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from archive.publishing.site.application import application
from archive.reading.checks import check
from archive.reading.model import Figure, Reading
from archive.store import Archive

SITE = "http://xigong.example/"
OTHER_SITE = "http://jianxi.example/"
YEAR = date.today().year
# Due whatever the day is: reports of last year are not before 31 March.
GOOD, BROKEN, UNPARSED, UNREAD, MISSING = (YEAR - back for back in (6, 5, 4, 3, 2))
STREET = "汉屯路街道办事处"
HOSTILE = "<script>alert(1)</script>\x1b[31m年报"


def reading(year: int, *, figures: list[Figure] | None = None, **values: Any) -> Reading:
    figures = figures or []
    made: dict[str, Any] = {
        "is_report": True,
        "title": f"{STREET}{year}年政府信息公开工作年度报告",
        "agency": STREET,
        "agency_id": "410303007",
        "division": "410303007",
        "level": "street",
        "year": year,
        "form": "2021",
        "text": f"{year}年，本街道主动公开政府信息。",
        "figures": figures,
        "checks": check(figures),
    }
    return Reading(**{"media_type": "text/html", "charset": "utf-8", **made, **values})


def number(item: str, value: int) -> Figure:
    return Figure("applications", item, "total", value, None, str(value))


def balanced(new: int, carried_in: int, handled: int, carried_over: int) -> list[Figure]:
    numbers = {"new": new, "carried_in": carried_in, "handled_total": handled, "carried_over": carried_over}
    return [number(item, value) for item, value in numbers.items()]


def keep(archive: Archive, name: str, kept: Reading) -> int:
    capture = archive.store_capture(
        url=f"{SITE}{name}.html", body=f"<p>{name}</p>".encode() * 50, status=200, headers=[], kind="report", site=SITE
    )
    return archive.store_reading(capture.id, kept, "1")


def build(path: Path) -> Path:
    with Archive(path, create=True) as archive:
        archive.register_site(SITE, "西工区人民政府", "410303", None, GOOD)
        archive.note_site(SITE, working=True)
        archive.register_site(OTHER_SITE, "涧西区人民政府", "410305", None, GOOD)
        keep(archive, "good", reading(GOOD, figures=[*balanced(5, 0, 4, 1), number("denied_process", 1)]))
        keep(archive, "broken", reading(BROKEN, figures=balanced(3, 2, 4, 0)))
        keep(archive, "unparsed", reading(UNPARSED, text="本街道未收到申请。收费标准另行公布。"))
        keep(archive, "unread", reading(UNREAD, is_report=False, title="关于年报的通知"))
        nobody: dict[str, Any] = {"agency": HOSTILE, "agency_id": "x-1", "level": "other", "division": None}
        markup: dict[str, Any] = {"title": "<img src=x onerror=alert(1)>", "text": "<script>alert(2)</script>危险品"}
        keep(archive, "hostile", reading(GOOD, **nobody, **markup))
        archive.db.execute(
            """insert into frontier
               (key, url, site, kind, depth, priority, state, reason, attempts, request, discovered)
               values ('k', ?, ?, 'entry', 0, 0, 'blocked', 'HTTP 403', 1, '{}', '2024-01-01')""",
            (OTHER_SITE, OTHER_SITE),
        )
    return path


class Page(HTMLParser):
    """The links, the loaded addresses and the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name))]


Get = Callable[..., Any]


def served(path: Path, **options: bool) -> Iterator[Get]:
    """Answers to addresses of a site over the archive, asked for in a language."""
    site = application(path, **options)

    def fetch(address: str, language: str = "", **headers: str) -> Any:
        return asyncio.run(site.client.get(address, headers={"Accept-Language": language, **headers}))

    yield fetch
    for database in site.databases.values():
        database.close()
    site.nianbao.overviews.close()
    site.executor.shutdown()
