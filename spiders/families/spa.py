"""Single-page applications: an empty shell; rows come as JSON, or from the page as a browser draws it."""

from __future__ import annotations

import json
import re
from urllib.parse import urldefrag

from bs4 import Tag

from crawler.page import Page
from spiders.families.base import Row, list_page
from spiders.families.generic import Generic
from spiders.families.pagers import has_more
from spiders.families.records import rows_of_records, template_of
from spiders.markup import Markup, squeeze

_CONTAINER = re.compile(r"^(?:app|root)$")


class SinglePage(Generic):
    """Sites drawn by Vue, React or Angular."""

    name = "spa"

    def signs(self, markup: Markup) -> float:
        if markup.data is not None:
            return 0.0
        body = markup.soup.find("body")
        angular = "ng-app" in markup.text or "ng-controller" in markup.text
        container = markup.soup.find("div", id=_CONTAINER)
        empty = isinstance(container, Tag) and not squeeze(container.get_text()) and not container.find("a")
        shell = empty and isinstance(body, Tag) and markup.soup.find("script") is not None and not markup.links
        vue = bool(re.search(r"createApp\(|new Vue\(|chunk-vendors|/static/js/app\.", markup.text))
        return min(0.6 * shell + 0.5 * angular + 0.3 * vue, 0.8) if "_CONFIG" not in markup.text else 0.0


def seen_lists(markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
    """The services that a drawn list comes from, where they hold rows that the page does not show."""
    found = []
    for seen in markup.seen_data:
        try:
            data = json.loads(seen["text"])
        except ValueError:
            continue
        template = template_of(data, rows)
        known = rows_of_records(data, page.url, template)
        if not any("年报" in it.label or "年度报告" in it.label for it in known):
            continue
        more = isinstance(data, dict) and bool(has_more(data, 1, len(known)))
        if rows and not more:
            continue
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": urldefrag(page.url).url}
        if seen["body"]:
            is_json = seen["body"].lstrip()[:1] in ("{", "[")
            headers["Content-Type"] = "application/json" if is_json else "application/x-www-form-urlencoded"
        asked = list_page(page, seen["url"], [], method=seen["method"], body=seen["body"], headers=headers)
        asked.memo.update({"family": SinglePage.name, "column": True, "referer": page.url, "template": template})
        found.append(asked)
    return found
