"""The identities a well-filled report keeps; a broken one is a finding, never a reason to change a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from archive.reading import forms
from archive.reading.model import Check, Figure
from archive.reading.prose import Statement, statements

# Rules on one document: identities 1 to 4, and 6.
RULES = (
    "applications.balance",
    "applications.handled_total",
    "applications.row_totals",
    "review.totals",
    "text.counts",
)
# Rules across documents, tried by the archive: identity 5, and whether the documents of one year agree.
ACROSS_YEARS = "applications.carried_over"
OTHER_DOCUMENTS = "report.documents_agree"
_HANDLED = [item.name for item in forms.APPLICATIONS if item.group and item.group != forms.TOTAL]
_FEWEST_ROWS = 19

Key = tuple[str, str, str]
Values = dict[Key, int | float]
Identity = tuple[str, list[Key], list[Key]]
_Sums = Callable[[set[tuple[str, str]]], Iterable[Identity]]


def check(figures: Iterable[Figure], text: str = "", year: int | None = None) -> list[Check]:
    """Try every rule on the figures of one document and the counts its text states.

    A blank cell counts as nothing in a sum, as agencies use it. A rule that lacks its numbers is kept with `holds`
    None and what is missing; where the document has no figures of its section, it is not tried.
    """
    figures = list(figures)
    sections = {figure.section for figure in figures}
    values: Values = {
        (figure.section, figure.item, figure.category): figure.value for figure in figures if figure.value is not None
    }
    unknown = {_key(figure) for figure in figures if figure.value is None and not _is_blank(figure)}
    present = {(figure.section, figure.item) for figure in figures}
    checks = [_try(rule, sums(present), values, unknown) for rule, sums in _SUMS if rule.split(".")[0] in sections]
    if sections & {"applications", "review"} and (stated := statements(text, year)):
        checks.append(_compare(stated, values))
    return checks


def _key(figure: Figure) -> Key:
    return figure.section, figure.item, figure.category


def _is_blank(figure: Figure) -> bool:
    """Whether the cell was read, and holds nothing: not so where it could not be placed or not be read."""
    return figure.printed is not None and not any(character.isdigit() for character in figure.printed)


def _try(rule: str, identities: Iterable[Identity], values: Values, unknown: set[Key]) -> Check:
    broken: list[str] = []
    tried = left_out = 0
    for where, left, right in identities:
        # A total that was left blank says nothing; blanks among the terms count as none.
        known = any(key in values for key in left) and any(key in values for key in right)
        if not known or any(key in unknown for key in (*left, *right)):
            left_out += 1
            continue
        tried += 1
        if _sum(values, left) != _sum(values, right):
            broken.append(f"{where}: {_terms(values, left)} against {_terms(values, right)}")
    if broken:
        return Check(rule, False, "; ".join(broken))
    if not tried:
        return Check(rule, None, "the numbers it takes are not all there")
    return Check(rule, True, f"{left_out} of {tried + left_out} cannot be said" if left_out else "")


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
    if complete and other and len(rows) >= _FEWEST_ROWS:
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


_SUMS: tuple[tuple[str, _Sums], ...] = (
    ("applications.balance", _balance),
    ("applications.handled_total", _handled_total),
    ("applications.row_totals", _row_totals),
    ("review.totals", _review_totals),
)


def identities(present: set[tuple[str, str]]) -> Iterator[Identity]:
    """The sums (1 to 4) that can be tried where these rows (section and item) are there."""
    for _, sums in _SUMS:
        yield from sums(present)


def _compare(stated: list[Statement], values: Values) -> Check:
    """Identity 6: the counts the text states plainly = the tables' totals."""
    broken: list[str] = []
    tried = 0
    for statement in stated:
        numbers = [values.get(key) for key in statement.keys]
        if any(number is None for number in numbers):
            continue
        tried += 1
        total = sum(number for number in numbers if number is not None)
        if total != statement.number:
            broken.append(f"{statement.text}: {total:g} in the tables")
    if broken:
        return Check("text.counts", False, "; ".join(broken))
    if not tried:
        return Check("text.counts", None, "the tables lack the totals that the text states")
    return Check("text.counts", True)


def check_years(
    carried_in: Mapping[str, int | float | None], carried_over: Mapping[str, int | float | None], year: int
) -> Check:
    """Identity 5: what year `year` carried in, by applicant, = what the year before carried over."""
    broken = [
        f"{category}: {carried_in[category]:g} carried into {year}, {carried_over[category]:g} over from {year - 1}"
        for category in forms.APPLICANT_NAMES
        if carried_in.get(category) is not None
        and carried_over.get(category) is not None
        and carried_in[category] != carried_over[category]
    ]
    known = any(
        carried_in.get(category) is not None and carried_over.get(category) is not None
        for category in forms.APPLICANT_NAMES
    )
    if not known:
        return Check(ACROSS_YEARS, None, f"the rows of {year - 1} and {year} are not both there")
    return Check(ACROSS_YEARS, not broken, "; ".join(broken))
