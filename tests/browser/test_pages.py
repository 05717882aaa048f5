"""The site in a browser, over the demo's archive: no outside request, links that land, closed frames, keyboard, axe."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import Watched
from tests.browser.pictures import addresses

SERIOUS = ("serious", "critical")
NAMES = ["home", "coverage", "agency", "report", "compare", "search", "dictionary"]
WINDOWS = [(1280, 860), (390, 800)]


@pytest.fixture(scope="session")
def pages(archive_path: Path) -> dict[str, str]:
    return addresses(archive_path)


@pytest.mark.parametrize("name", NAMES)
def test_pages_load_without_errors_or_outside_requests(watched: Watched, pages: dict[str, str], name: str) -> None:
    page = watched.go(pages[name])
    assert page.locator("h1").count() == 1
    assert watched.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_pages_are_accessible(browser: Browser, root: str, pages: dict[str, str], name: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(root + pages[name])
        found = Axe().run(page).response["violations"]
    finally:
        context.close()
    bad = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS]
    assert bad == []


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_pages_are_no_wider_than_the_window(
    browser: Browser, root: str, pages: dict[str, str], name: str, window: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": window[0], "height": window[1]})
    try:
        page = context.new_page()
        page.goto(root + pages[name])
        assert page.evaluate("document.documentElement.scrollWidth") <= window[0]
    finally:
        context.close()


def test_search_finds_a_word_of_two_characters(watched: Watched) -> None:
    page = watched.go("/")
    page.get_by_role("searchbox").fill("申请")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator(".found li").count() > 5
    assert page.locator(".found mark").first.inner_text() == "申请"
    page.locator(".facets a").first.click()
    assert page.locator(".facets strong").count() == 1
    assert watched.troubles == []


def test_a_number_leads_to_its_highlighted_cell(watched: Watched, pages: dict[str, str]) -> None:
    page = watched.go(pages["report"])
    links = page.locator("table.form.applications td a")
    assert links.count() >= 170
    for place in (0, 20, links.count() - 1):
        link = links.nth(place)
        shown = link.inner_text()
        link.click()
        cell = page.locator(":target")
        assert cell.count() == 1 and cell.inner_text().strip() == shown
        assert cell.is_visible() and cell.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        box = cell.bounding_box()
        assert box is not None and 0 <= box["y"] <= 860
    assert watched.troubles == []


def test_the_page_as_served_runs_no_script_and_asks_for_nothing(
    watched: Watched, archive_path: Path, elsewhere: tuple[str, list[str]]
) -> None:
    with sqlite3.connect(archive_path) as connection:
        capture = connection.execute("select id from captures where url like '%xigong.example/2018.html'").fetchone()[0]
    connection.close()
    page = watched.go(f"/reports/{capture}")
    page.locator("details.original summary").click()
    frame = page.frame_locator("details.original iframe")
    frame.locator("#said").wait_for()
    assert frame.locator("#said").inner_text() == "本街道主动公开政府信息。"
    page.goto(f"{watched.root}/captures/{capture}/page")
    assert page.locator("#said").inner_text() == "本街道主动公开政府信息。"
    page.locator("button").click()
    assert page.url.endswith("/page") and elsewhere[1] == []


def test_the_keyboard_reaches_everything(watched: Watched) -> None:
    page = watched.go("/coverage")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "To the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "province"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.className"))
    assert any(one.startswith("/reports/") for one in reached) and any(one.startswith("/agencies/") for one in reached)


def test_agencies_are_added_to_a_comparison_by_name(watched: Watched) -> None:
    page = watched.go("/compare")
    page.get_by_label("Add an agency by name").fill("汉屯路")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Add an agency by name").fill("西工区")
    page.keyboard.press("Enter")
    page.locator(".matches input").first.check()
    page.get_by_role("button", name="Show").click()
    assert page.locator("table.numbers tbody tr").count() == 2
    assert page.locator("svg.chart circle").count() >= 3
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "applications,new,total" in download.value.path().read_text("utf-8-sig")
    assert watched.troubles == []


def test_the_language_is_the_browser_s(browser: Browser, root: str) -> None:
    context = browser.new_context(locale="zh-CN")
    try:
        page = context.new_page()
        page.goto(f"{root}/coverage")
        assert page.locator("h1").inner_text() == "覆盖情况"
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
    finally:
        context.close()
