"""Links under a heading that names a report column and leads nowhere itself: folded menus, blocks of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag

from spiders.links import Leads, judge
from spiders.markup import Link, Markup, squeeze
from spiders.soup import beginning

_NAMED = re.compile("年报|年度报告")
_MOST_HEADINGS = 20
_MAX_STEPS_UP = 6
_MAX_STEPS_ASIDE = 12
_LONGEST_HEADING = 30
_NOT_SHOWN = frozenset({"script", "style", "title", "option", "textarea"})
_NOWHERE = "http://heading/x/"


def headed_links(markup: Markup) -> list[Link]:
    """The links that stand under the headings of report columns, each once, in order."""
    found: dict[str, Link] = {}
    for text in islice(markup.soup.find_all(string=_NAMED), _MOST_HEADINGS):
        if text.parent is None or text.parent.name in _NOT_SHOWN:
            continue
        heading = _heading_of(text.parent)
        label = squeeze(beginning(heading, _LONGEST_HEADING + 1))
        if judge(label, _NOWHERE).leads is not Leads.REPORT_COLUMN or next(markup.links_in(heading), None):
            continue
        for link in _under(markup, heading):
            found.setdefault(link.url, link)
    return list(found.values())


def _heading_of(tag: Tag) -> Tag:
    """The largest part of the page that says no more than this tag."""
    said = squeeze(beginning(tag))
    for parent in islice(tag.parents, _MAX_STEPS_UP):
        longer = squeeze(beginning(parent, 2 * _LONGEST_HEADING))
        # 政府信息<br>公开年报, in parts
        if len(longer) > _LONGEST_HEADING or (longer != said and not longer.endswith(said)):
            break
        tag, said = parent, longer
    return tag


def _under(markup: Markup, heading: Tag) -> Iterator[Link]:
    """The links of the first part after a heading that has any, up to the next heading of its kind."""
    for it in islice(heading.next_siblings, _MAX_STEPS_ASIDE):
        if not isinstance(it, Tag):
            continue
        found = list(markup.links_in(it))
        if it.name == heading.name and it.get("class") == heading.get("class") and not found:
            return
        if found:
            yield from found
            return
