"""What datasette is told of the archive, made from the declared schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import schema, views
from archive.publishing.site.queries import QUERIES
from archive.reading import forms

_HIDDEN = frozenset({"dictionaries", "frontier", "grids", "payloads", "runs"})
_OTHER_HIDDEN = ("_sqlite_migrations", "documents_search")

_TABLES: dict[str, dict[str, Any]] = {
    "agencies": {"facets": ["level"], "label_column": "name"},
    "captures": {"sort_desc": "id"},
    "documents": {"sort_desc": "id", "label_column": "title", "facets": ["year"]},
    "reports": {"sort_desc": "year", "facets": ["year"]},
    "removals": {"facets": ["kind"]},
    "checks": {"facets": ["rule", "holds"]},
}

_VIEWS: dict[str, dict[str, Any]] = {
    "annual_reports": {
        "description": "One row per agency and year: the best document, with the agency and where it came from.",
        "sort_desc": "year",
        "size": 50,
    },
    "annual_figures": {
        "description": "One row per number of every report in annual_reports.",
        "sort_desc": "year",
    },
    "coverage": {
        "description": "Agency × year: which reports are there, and why the others are not (/coverage).",
        "sort_desc": "year",
    },
    "applications_by_report": {"description": "One row per report: applications received and handled.", "size": 20},
    "disclosure_by_report": {"description": "One row per report: information disclosed proactively.", "size": 50},
    "review_by_report": {"description": "One row per report: reconsideration and litigation.", "size": 50},
}

# Where the columns of the views come from.
_VIEW_COLUMNS: dict[str, tuple[str, str]] = {
    "agency": ("agencies", "name"),
    **{name: ("agencies", name) for name in ("level", "division", "province", "city", "district")},
    **{name: ("documents", name) for name in ("year", "title", "published", "form", "text")},
    "url": ("captures", "url"),
    "fetched_at": ("captures", "fetched_at"),
    "sha256": ("captures", "payload"),
    **{name: ("figures", name) for name in ("section", "item", "category", "value", "unit", "printed")},
}
_MADE_COLUMNS = {
    "checks_failed": "number of checks that fail on the figures",
    "state": "good, checks_failed, unparsed, fetched_not_report, blocked, not_found or not_due",
    "detail": "the reason for the state",
}


def metadata(archive_path: Path) -> dict[str, Any]:
    """Datasette's metadata for an archive: descriptions, hidden tables, facets, sort orders, canned queries."""
    tables: dict[str, dict[str, Any]] = {name: {"hidden": True} for name in _OTHER_HIDDEN}
    for table in schema.TABLES:
        tables[table.name] = {
            "description": table.description,
            "columns": {column.name: column.description for column in table.columns()},
            **_TABLES.get(table.name, {}),
        }
        if table.name in _HIDDEN:
            tables[table.name]["hidden"] = True
    described = _described_columns()
    for view, columns in _columns_of_views().items():
        section = view.removesuffix("_by_report")
        known = described | (_figure_columns(section) if section != view else {})
        tables[view] = {"columns": {name: known[name] for name in columns}, **_VIEWS[view]}
    origin = {
        "source": "政府信息公开工作年度报告, as published on the sites of the agencies; each row names its URL",
        "license": "official documents of the agencies; figures as printed, unchanged",
    }
    return {
        "title": "年报 nianbao",
        "description_html": (
            "Annual reports of Chinese agencies on government information disclosure (政府信息公开工作年度报告). "
            '<a href="/coverage">Coverage 覆盖情况</a>: which reports are there, and why the others are not.'
        ),
        **origin,
        "databases": {archive_path.stem: {**origin, "tables": tables, "queries": QUERIES}},
    }


def settings(*, immutable: bool = False) -> dict[str, int | bool]:
    """Datasette's settings: bounded queries, short cells in lists, no download of the file being written to."""
    return {
        "default_cache_ttl": 3600 if immutable else 5,
        "default_page_size": 100,
        "max_returned_rows": 2000,
        "sql_time_limit_ms": 3000,
        "facet_time_limit_ms": 1000,
        "suggest_facets": False,
        "truncate_cells_html": 120,
        "allow_download": False,
        "max_csv_mb": 200,
    }


def _columns_of_views() -> dict[str, list[str]]:
    """The columns of each view, as SQLite tells them of an empty archive."""
    empty = Database(memory=True)
    schema.prepare(empty)
    return {view: [column.name for column in empty.view(view).columns] for view in views.VIEWS}


def _described_columns() -> dict[str, str]:
    described = {table.name: {column.name: column.description for column in table.columns()} for table in schema.TABLES}
    return {**{name: described[table][column] for name, (table, column) in _VIEW_COLUMNS.items()}, **_MADE_COLUMNS}


def _figure_columns(section: str) -> dict[str, str]:
    declared = {
        "disclosure": forms.DISCLOSURE_CATEGORIES,
        "applications": forms.APPLICANTS,
        "review": forms.RESULTS_OF_REVIEW,
    }[section]
    labels = {category.name: category.labels[0] for category in declared}
    found = {
        f"{item.name}_{category}": " · ".join(filter(None, (item.group, item.label, labels[category])))
        for item in forms.ITEMS
        if item.section == section
        for category in item.categories
    }
    amounts = {f"{name}_yuan": f"{label}, in 元" for name, label in found.items() if name.endswith("_amount")}
    return {**found, **amounts}
