"""The data dictionary: every table, view, section, item and category, made from the declarations.

`python -m archive.publishing.dictionary` prints the page docs/tables.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive.reading import forms
from archive.schema import TABLES, ColumnDeclaration, FrontierState
from archive.views import VIEW_DESCRIPTIONS

_TYPES = {int: "integer", float: "number", str: "text", bytes: "blob"}

_HEAD = """# Every table and column

Made from the declarations in `archive/schema.py`, `archive/views.py` and `archive/reading/forms.py`
(`python -m archive.publishing.dictionary > docs/tables.md`); a test compares them.

The archive is one SQLite file. Times are UTC; dates printed by agencies are as printed, in China's time zone.
"""


def markdown() -> str:
    """The data dictionary as one Markdown page."""
    return "\n".join([_HEAD, *_tables(), *_views(), *_states(), *_figures()]) + "\n"


def type_of(table: str, column: ColumnDeclaration) -> str:
    """A column's type in plain words."""
    return "integer or real" if (table, column.name) == ("figures", "value") else _TYPES[column.type]


def _tables() -> Iterator[str]:
    yield "## Tables\n"
    for table in TABLES:
        yield f"### `{table.name}`\n"
        yield f"{table.description}\n"
        yield "| column | type | null | holds |\n|---|---|---|---|"
        keys = table.primary_key if isinstance(table.primary_key, tuple) else (table.primary_key,)
        for column in table.columns():
            holds = f"{column.description} (key)" if column.name in keys else column.description
            kind, null = type_of(table.name, column), "yes" if column.nullable else "no"
            yield f"| `{column.name}` | {kind} | {null} | {holds} |"
        yield ""


def _views() -> Iterator[str]:
    yield "## Views\n"
    yield "Other people's queries rely on the views; their columns are kept.\n"
    yield "| view | one row is | columns |\n|---|---|---|"
    for name, (row, columns) in VIEW_DESCRIPTIONS.items():
        yield f"| `{name}` | {row} | {columns} |"
    yield ""


def _states() -> Iterator[str]:
    yield "## States of a URL\n"
    yield "`frontier.state`: every URL that was discovered ends in exactly one state, with its reason beside it:"
    yield ", ".join(f"`{state}`" for state in FrontierState) + ".\n"


def _figures() -> Iterator[str]:
    yield "## Figures\n"
    yield "A figure is named by section, item (row) and category (column).\n"
    for section, title in forms.SECTIONS.items():
        yield f"### `{section}` {title}\n"
        yield "| item | label | categories | forms |\n|---|---|---|---|"
        for item in forms.ITEMS:
            if item.section == section:
                label = f"{item.group} {item.label}" if item.group and item.group not in item.label else item.label
                categories = " ".join(f"`{category}`" for category in item.categories)
                yield f"| `{item.name}` | {label} | {categories} | {', '.join(item.forms)} |"
        yield ""
    yield "| category | column |\n|---|---|"
    for declared in (forms.DISCLOSURE_CATEGORIES, forms.APPLICANTS, forms.RESULTS_OF_REVIEW):
        for category in declared:
            yield f"| `{category.name}` | {category.labels[0]} |"
    yield "| `count` | 统计数 |\n| `cumulative` | 历年累计 |"


if __name__ == "__main__":
    print(markdown(), end="")
