"""The labels of rows and of groups of rows without rulings: pieces below one another that make a label of the forms."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.reading.documents.labels import begins_label, is_group_label, is_row_label
from archive.reading.documents.sheet import Glyph

# Lines of one cell follow one another at this many times their size at the most.
_NEXT_LINE = 1.8
_MOST_LINES = 24
# Words of one line that stand no farther apart than this may be of one cell.
_SAME_LINE = 0.3


@dataclass(slots=True)
class Fragment:
    """A piece of text in the columns of labels, with its place and the size of its type."""

    text: str
    x0: float
    x1: float
    middle: float
    size: float
    glyphs: list[Glyph] = field(default_factory=list)


@dataclass(slots=True)
class Label:
    """A whole label, from the middle of its first line to that of its last."""

    text: str
    top: float
    bottom: float
    x0: float
    parts: list[Fragment] = field(default_factory=list)


def labels_of(fragments: list[Fragment]) -> tuple[list[Label], list[Fragment]]:
    """The labels that pieces make, each piece in one of them, the longest first; and the pieces that are left."""
    found = [label for part in fragments for label in _beginning_with(part, fragments)]
    used: set[int] = set()
    labels: list[Label] = []
    for label in sorted(found, key=lambda one: -len(one.text)):
        if not any(id(part) in used for part in label.parts):
            used.update(id(part) for part in label.parts)
            labels.append(label)
    return labels, [part for part in fragments if id(part) not in used]


def _beginning_with(first: Fragment, fragments: list[Fragment]) -> list[Label]:
    """Every label of a form that begins with a piece and goes on beside or below it."""
    labels: list[Label] = []
    pending = [[first]]
    while pending:
        parts = pending.pop()
        text = "".join(part.text for part in parts)
        if not begins_label(text):
            continue
        if is_row_label(text) or is_group_label(text):
            labels.append(Label(text, first.middle, parts[-1].middle, min(part.x0 for part in parts), parts))
        if len(parts) < _MOST_LINES:
            pending.extend([*parts, part] for part in _next(parts, fragments))
    return labels


def _next(parts: list[Fragment], fragments: list[Fragment]) -> list[Fragment]:
    """The piece that stands right behind the last one, and the one right below all of its line."""
    last = parts[-1]
    line = [part for part in parts if part.middle == last.middle]
    x0, x1 = min(part.x0 for part in line), max(part.x1 for part in line)
    beside = [
        part for part in fragments if part.middle == last.middle and 0 <= part.x0 - last.x1 <= _SAME_LINE * last.size
    ]
    below = [
        part
        for part in fragments
        if 0 < part.middle - last.middle <= _NEXT_LINE * max(part.size, last.size)
        and min(part.x1, x1) - max(part.x0, x0) > 0.5 * min(part.x1 - part.x0, x1 - x0)
    ]
    nearest = min((part.middle for part in below), default=0.0)
    return beside + [part for part in below if part.middle == nearest]
