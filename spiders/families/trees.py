"""Trees of columns, as data, as lists in HTML or as calls in a script: which are report columns, and whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from bs4 import Tag

from spiders import links
from spiders.calls import closing, parts_of
from spiders.markup import Markup, attribute, squeeze
from spiders.soup import beginning

_NAMES = ("name", "text", "title", "label")
_CHILDREN = ("children", "nodes", "childs", "child")
_PARENTS = ("pId", "pid", "parentId", "parent", "parent_id", "pId_", "fid")
_NOWHERE = "http://node/x/"
_ADDED = re.compile(r"\.\s*add\s*\(")
_QUOTED = re.compile(r"""\(\s*['"]?([\w-]+)['"]?""")
_MOST_NODES = 2000


def name_of(node: dict[str, Any]) -> str:
    """What a node is called, without white space."""
    return squeeze(next((str(node[key]) for key in _NAMES if node.get(key)), ""))


def nodes_of(markup: Markup) -> list[dict[str, Any]]:
    """The nodes of a tree, each with its children: JSON (nested or by parents' ids), nested lists, dTree's calls."""
    if markup.data is not None:
        data = markup.data if isinstance(markup.data, list) else [markup.data]
        return _nested([it for it in data if isinstance(it, dict)])
    called = list(islice(_called(markup.program.text), _MOST_NODES))
    if called:
        return _nested(called)
    top = markup.soup.find(["ul", "ol", "dl"])
    return _listed(top) if isinstance(top, Tag) else []


def _nested(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Nodes below those that they name as their parents."""
    by_id = {str(it.get("id")): {**it, "children": list(it.get("children") or [])} for it in nodes}
    top: list[dict[str, Any]] = []
    for node in by_id.values():
        above = by_id.get(str(next((node[key] for key in _PARENTS if node.get(key) is not None), "")))
        (above["children"] if above is not None and above is not node else top).append(node)
    return top


def _called(script: str) -> Iterator[dict[str, Any]]:
    """The nodes of d.add(id, parent, 'name', 'address or call')."""
    for match in _ADDED.finditer(script):
        closed = closing(script, match.end() - 1)
        said = [it.strip("'\"") for it in parts_of(script[match.end() : closed], ",")] if closed > 0 else []
        if len(said) >= 3:
            called = _QUOTED.search(said[3]) if len(said) > 3 else None
            yield {"id": said[0], "pId": said[1], "name": said[2], "key": called[1] if called else said[0]}


def _listed(part: Tag) -> list[dict[str, Any]]:
    found = []
    for item in part.find_all(["li", "dd"], limit=_MOST_NODES):
        # Those of lists within lists come with the list they stand in.
        if item.find_parent(["ul", "ol", "dl"]) is not part:
            continue
        inner = item.find(["ul", "ol", "dl"])
        named = next((it for it in item.find_all(["a", "span"]) if squeeze(beginning(it))), item)
        called = _QUOTED.search(attribute(named, "onclick") or attribute(named, "href"))
        key = called[1] if called else attribute(named, "id") or attribute(item, "id")
        found.append(
            {
                "name": squeeze(beginning(named)),
                "id": key,
                "key": key,
                "children": _listed(inner) if isinstance(inner, Tag) else [],
            }
        )
    return found


def report_columns(
    nodes: Any, *, inside: bool = False, unit: str | None = None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """The report columns of a tree with the years and units below them, and the unit each belongs to."""
    for node in nodes if isinstance(nodes, list) else [nodes]:
        if not isinstance(node, dict):
            continue
        name = name_of(node)
        named = inside or links.judge(name, _NOWHERE).leads is links.Leads.REPORT_COLUMN
        own = links.unit_of(name) or unit
        if named:
            yield node, own
        for key in _CHILDREN:
            yield from report_columns(node.get(key) or [], inside=named, unit=own)
