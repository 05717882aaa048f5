"""What the page /dictionary shows: every table, view, section, item and category, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from archive.publishing.dictionary import type_of
from archive.publishing.site.glossary import column_words, item_words, table_words, view_words
from archive.reading import forms
from archive.schema import TABLES
from archive.views import VIEW_DESCRIPTIONS


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name, type, whether it may be null, whether it is of the key, and what it holds."""

    name: str
    type: str
    nullable: bool
    key: bool
    holds: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: name, what one row is, and its columns."""

    name: str
    row: str
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a statutory table: name, label as printed, meaning, its categories, and the forms it is in."""

    name: str
    label: str
    meaning: str
    categories: tuple[str, ...]
    forms: tuple[str, ...]


class DictionaryPage:
    """Everything the template shows, made from the declarations."""

    def __init__(self, language: str) -> None:
        self.tables = [
            Table(
                table.name,
                table_words(table.name, table.description, language),
                [
                    Column(
                        column.name,
                        type_of(table.name, column),
                        column.nullable,
                        column.name
                        in (table.primary_key if isinstance(table.primary_key, tuple) else [table.primary_key]),
                        column_words(table.name, column.name, column.description, language),
                    )
                    for column in table.columns()
                ],
            )
            for table in TABLES
        ]
        self.views = [
            (name, view_words(name, row, language), columns.replace("`", ""))
            for name, (row, columns) in VIEW_DESCRIPTIONS.items()
        ]
        self.sections = [
            (
                section,
                title,
                [
                    Item(
                        item.name,
                        item.label if item.group in ("", item.label) else f"{item.group} {item.label}",
                        item_words(section, item.name),
                        item.categories,
                        item.forms,
                    )
                    for item in forms.ITEMS
                    if item.section == section
                ],
            )
            for section, title in forms.SECTIONS.items()
        ]
        declared = (*forms.DISCLOSURE_CATEGORIES, *forms.APPLICANTS, *forms.RESULTS_OF_REVIEW)
        labels = {category.name: "、".join(category.labels) for category in reversed(declared)}
        labels["other"] = "其他（三）、其他结果（四）"
        labels |= {"count": "统计数", "cumulative": "历年累计"}
        self.categories = [(name, label, name.replace("_", " ")) for name, label in labels.items()]
