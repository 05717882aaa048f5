"""Figures read from pictures, held against the sums of their form: a digit misread breaks them, and is not kept."""

from __future__ import annotations

from dataclasses import replace

from archive.reading.checks import Key, identities
from archive.reading.model import Figure, Warning

# In a broken sum, the numbers read less surely than this are not kept.
_SURE = 0.97


def without_doubtful(figures: list[Figure]) -> tuple[list[Figure], list[Warning]]:
    """The figures, those read from a picture null where a broken sum and another sign speak against them.

    Agencies add up wrongly themselves, so that a broken sum alone is no such sign. One is that a number in it was read
    with little confidence, and no other sum bears it out; or that two broken sums are both mended by one change.
    """
    read = {_key(figure): figure for figure in figures if figure.method == "ocr" and figure.value is not None}
    if not read:
        return figures, []
    doubtful = _doubtful(figures, read)
    kept = [replace(figure, value=None) if _key(figure) in doubtful else figure for figure in figures]
    return kept, [
        Warning("cell_unreadable", f"{'.'.join(key)}: {read[key].printed} (read from a picture; its sums do not hold)")
        for key in read
        if key in doubtful
    ]


def _doubtful(figures: list[Figure], read: dict[Key, Figure]) -> set[Key]:
    values = {_key(figure): figure.value for figure in figures if figure.value is not None}
    blank = {_key(figure) for figure in figures if figure.value is None and figure.printed == ""}
    borne_out: set[Key] = set()
    changes: dict[Key, list[float]] = {}
    for _, left, right in identities({(figure.section, figure.item) for figure in figures}):
        if not all(key in values or key in blank for key in (*left, *right)):
            continue
        difference = sum(values.get(key, 0) for key in left) - sum(values.get(key, 0) for key in right)
        if not difference:
            borne_out.update(left, right)
            continue
        for side, sign in ((left, -1), (right, 1)):
            for key in side:
                changes.setdefault(key, []).append(sign * difference)
    return {
        key
        for key, found in changes.items()
        if key in read
        and (len(set(found)) < len(found) or (key not in borne_out and (read[key].confidence or 0.0) < _SURE))
    }


def _key(figure: Figure) -> Key:
    return figure.section, figure.item, figure.category
