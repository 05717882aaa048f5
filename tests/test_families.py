"""Every family against frozen pages: detection, rows, parts, further pages and attachments.

A page stands in tests/pages/families/<family>/ with its expectation beside it (<name>.expected.json: url, page
and what is read). An expectation that holds only url and page is completed by the test, which then fails so that
the outcome is looked at before it is kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, JsonResponse, TextResponse, XmlResponse

from archive.schema import PageKind
from crawler.page import Page
from spiders.families import FAMILIES, Row, detect
from spiders.families.base import MAX_LIST_PAGES, Family, list_page
from spiders.markup import Markup

PAGES = Path(__file__).parent / "pages" / "families"
RESPONSES: dict[str, type[TextResponse]] = {".html": HtmlResponse, ".json": JsonResponse, ".xml": XmlResponse}
FROZEN = sorted(path for path in PAGES.glob("*/*") if path.suffix in RESPONSES and ".expected" not in path.name)

# Their further rows come from a service, which is asked whatever the page as served holds.
SERVED = {"hanweb", "jpaas", "trs_fujian", "ucap"}


def opened(path: Path, expected: dict[str, Any]) -> tuple[Markup, Page]:
    values = {**expected["page"], "kind": PageKind(expected["page"]["kind"])}
    page = Page(url=expected["url"], site=expected["url"], **values)
    body = path.read_bytes()
    # XML from dataproxy.jsp names no encoding and is UTF-8; a page of 2005 only has its meta tag.
    encoding = None if path.suffix == ".html" else "utf-8"
    response = RESPONSES[path.suffix](expected["url"], body=body, encoding=encoding)
    return Markup(response, page.memo.get("referer")), page


def as_json(row: Row) -> dict[str, str | None]:
    return {"url": row.url, "text": row.text, "date": row.date, "title": row.title}


def read(family: Family, markup: Markup, page: Page) -> dict[str, Any]:
    rows = family.rows(markup, page)
    hidden = family.hidden_columns(markup, page)
    return {
        "columns": [{"url": it.url, "kind": it.kind.value, "link_text": it.link_text} for it in hidden],
        "detected": detect(markup),
        "rows": [as_json(row) for row in rows],
        "parts": [as_json(row) for row in family.sub_columns(markup, page)],
        "next": [
            {"method": it.method, "url": it.url, "body": it.body, "headers": it.headers}
            for it in family.next_pages(markup, page, rows)
        ],
        "attachments": [as_json(row) for row in family.attachments(markup, page)],
    }


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_frozen_page(path: Path) -> None:
    beside = path.with_name(path.stem + ".expected.json")
    expected = json.loads(beside.read_text(encoding="utf-8"))
    markup, page = opened(path, expected)
    found = read(FAMILIES[path.parent.name], markup, page)
    if "rows" not in expected:
        beside.write_text(json.dumps({**expected, **found}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{beside} is completed: look it over and run the test again")
    assert found == {key: expected[key] for key in found}


def test_every_family_has_frozen_pages() -> None:
    assert {path.parent.name for path in FROZEN} == set(FAMILIES)


def test_every_expectation_has_its_page() -> None:
    stems = {path.with_suffix("") for path in FROZEN}
    assert all(
        path.with_name(path.name.removesuffix(".expected.json")) in stems
        for path in PAGES.glob("*/*.json")
        if path.name.endswith(".expected.json")
    )


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_list_ends_on_an_empty_or_a_repeated_page(name: str) -> None:
    """Whatever number a page prints, a list without rows or with those of the page before ends there."""
    family, continued = FAMILIES[name], 0
    for path in (path for path in FROZEN if path.parent.name == name):
        expected = json.loads(path.with_name(path.stem + ".expected.json").read_text(encoding="utf-8"))
        markup, page = opened(path, expected)
        rows = family.rows(markup, page)
        following = family.next_pages(markup, page, rows)
        continued += len(following)
        for it in following:
            again = list_page(page, page.url, rows)
            assert family.next_pages(markup, again, rows) == [], f"{path.name} repeated leads to {it.url}"
            page.memo["list_page"] = MAX_LIST_PAGES
            assert family.next_pages(markup, page, rows) == []
        if name not in SERVED:
            assert family.next_pages(markup, page, []) == []
    assert continued, "no frozen page of the family has a next page"
