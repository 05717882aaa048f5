"""Trees of columns that arrive as data: which nodes are report columns, and whose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spiders import links
from spiders.markup import squeeze

_NAMES = ("name", "text", "title", "label")
_CHILDREN = ("children", "nodes", "childs", "child")
_NOWHERE = "http://node/x/"


def name_of(node: dict[str, Any]) -> str:
    """What a node is called, without white space."""
    return squeeze(next((str(node[key]) for key in _NAMES if node.get(key)), ""))


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
