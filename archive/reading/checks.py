"""The identities a well-filled report keeps; a broken one is a finding, never a reason to change a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from archive.reading import forms
from archive.reading.model import Check, Figure

_HANDLED = [item.name for item in forms.APPLICATIONS if item.group and item.group != forms.TOTAL]

Values = dict[tuple[str, str, str], int | float]


def check(figures: Iterable[Figure]) -> list[Check]:
    """Try identities 1 to 4 on the figures of one document; one whose numbers are not all there is not tried.

    A blank cell counts as nothing in a sum, as agencies use it; a sum of blanks only is not tried.
    """
    figures = list(figures)
    values: Values = {
        (figure.section, figure.item, figure.category): figure.value for figure in figures if figure.value is not None
    }
    unknown = {(figure.section, figure.item, figure.category) for figure in figures if figure.printed is None}
    present = {(figure.section, figure.item) for figure in figures}
    checks: list[Check] = []
    for rule, sums in (
        ("applications.balance", _balance),
        ("applications.handled_total", _handled_total),
        ("applications.row_totals", _row_totals),
        ("review.totals", _review_totals),
    ):
        broken: list[str] = []
        tried = 0
        for where, left, right in sums(present):
            # A total that was left blank says nothing; blanks among the terms count as none.
            if any(key in unknown for key in (*left, *right)) or not any(key in values for key in left):
                continue
            if not any(key in values for key in right):
                continue
            tried += 1
            one, other = _sum(values, left), _sum(values, right)
            if one != other:
                broken.append(f"{where}: {_terms(values, left)} against {_terms(values, right)}")
        if tried:
            checks.append(Check(rule, not broken, "; ".join(broken)))
    return checks


Key = tuple[str, str, str]
Identity = tuple[str, list[Key], list[Key]]
_Sums = Callable[[set[tuple[str, str]]], Iterable[Identity]]


def _sum(values: Values, keys: list[Key]) -> float:
    return round(sum(values.get(key, 0) for key in keys), 6)


def _terms(values: Values, keys: list[Key]) -> str:
    shown = [str(values[key]) for key in keys if key in values and (len(keys) <= 2 or values[key])]
    total = _sum(values, keys)
    return f"{' + '.join(shown)} = {total:g}" if len(shown) > 1 else f"{total:g}"


def _balance(present: set[tuple[str, str]]) -> Iterable[Identity]:
    """Identity 1: new + carried in = handled + carried over, each column (the table's 勾稽关系)."""
    rows = ("new", "carried_in", "handled_total", "carried_over")
    if all(("applications", row) in present for row in rows):
        for category in forms.APPLICANT_NAMES:
            new, carried_in, handled, over = (("applications", row, category) for row in rows)
            yield category, [new, carried_in], [handled, over]


def _handled_total(present: set[tuple[str, str]]) -> Iterable[Identity]:
    """Identity 2: handled total = every row between 予以公开 and the last of 三（六）, each column."""
    rows = [row for row in _HANDLED if ("applications", row) in present]
    complete = {"granted", "partly_granted"} <= set(rows) and ("applications", "handled_total") in present
    other = "other_handling" in rows or {"other_not_corrected", "other_fee_unpaid", "other_reason"} <= set(rows)
    if complete and other and len(rows) >= 19:
        for category in forms.APPLICANT_NAMES:
            yield (
                category,
                [("applications", "handled_total", category)],
                [("applications", row, category) for row in rows],
            )


def _row_totals(present: set[tuple[str, str]]) -> Iterable[Identity]:
    """Identity 3: total = the six applicant columns, each row."""
    for item in forms.APPLICATIONS:
        if ("applications", item.name) in present:
            yield (
                item.name,
                [("applications", item.name, "total")],
                [("applications", item.name, category) for category in forms.APPLICANT_NAMES if category != "total"],
            )


def _review_totals(present: set[tuple[str, str]]) -> Iterable[Identity]:
    """Identity 4: total = upheld + corrected + other + pending, each item."""
    for item in forms.REVIEW:
        if ("review", item.name) in present:
            yield (
                item.name,
                [("review", item.name, "total")],
                [("review", item.name, category) for category in forms.REVIEW_NAMES if category != "total"],
            )
