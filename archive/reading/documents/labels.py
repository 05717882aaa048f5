"""The labels of the statutory forms, by which pieces of text are known to belong together."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.reading import forms

_UNIT = re.compile(r"[(（][^()（）]*[)）]$")
_ROWS = frozenset(forms.core(label) for item in forms.ITEMS for label in item.labels)
_KNOWN = _ROWS | frozenset(forms.GROUPS) | forms.IGNORED_LABELS
_BEGINNINGS = _ROWS | frozenset(forms.GROUPS)
_COLUMNS = frozenset(
    label for section in ("disclosure", "applications", "review") for label in forms.categories_by_label(section)
)


def is_row_label(text: str) -> bool:
    """Whether a text is the label of a row of a form, its number aside."""
    return forms.core(text) in _ROWS


def is_group_label(text: str) -> bool:
    """Whether a text is the label of a group of rows, its number aside."""
    return forms.core(text) in forms.GROUPS


def is_label(text: str) -> bool:
    """Whether a text is a label of a form: of a row, a group of rows, or a head."""
    return forms.core(text) in _KNOWN


def is_column_label(text: str) -> bool:
    """Whether a text is the head of a column of numbers, its unit in parentheses aside."""
    return forms.plain(text) in _COLUMNS or forms.plain(_UNIT.sub("", text)) in _COLUMNS


@lru_cache(maxsize=8192)
def begins_label(text: str) -> bool:
    """Whether a label of a row or of a group of rows begins with a text, its number aside."""
    core = forms.core(text)
    return any(label.startswith(core) for label in _BEGINNINGS)
