"""A page as things on paper: characters and rulings with their places; and the cells that the rulings enclose.

PDF, OFD and scans are all brought to this. Coordinates run right and down from the upper left corner; the unit is
the point (1/72 inch), in which a row of text is some ten high.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

# Rulings of one edge differ by fractions of a point between cells; a row of text is three times as high.
_SNAP = 3.0
_SHORTEST = 4.0
# A ruling that goes on this far past the outermost one across it stands for an open side of the table.
_OPEN = 6.0
_MOST_EDGES = 1_500


@dataclass(slots=True)
class Glyph:
    """A character, or a run of them, with its box; `size` is the height of its type."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    confidence: float | None = None
    """Of text read from a picture, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line along an axis: `at` across it, from `start` to `end` along it."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Sheet:
    """A page with its upright characters and its rulings."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    across: list[Ruling] = field(default_factory=list)
    """Horizontal rulings; `at` is their y."""
    down: list[Ruling] = field(default_factory=list)
    """Vertical rulings; `at` is their x."""
    recognised: bool = False
    """Whether the text was read from a picture."""


@dataclass(slots=True)
class Box:
    """A cell of a lattice: first and last row and column, inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Lattice:
    """A ruled table: the places of its edges, and the cells between them in reading order."""

    xs: list[float]
    ys: list[float]
    boxes: list[Box]
    _owner: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, box in enumerate(self.boxes):
            for row in range(box.top, box.bottom + 1):
                for column in range(box.left, box.right + 1):
                    self._owner[row, column] = number

    @property
    def area(self) -> float:
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def box_at(self, x: float, y: float) -> int | None:
        """Number of the cell a point lies in, None outside the table."""
        return self._owner.get((bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1))


def lattices(across: list[Ruling], down: list[Ruling]) -> list[Lattice]:
    """The ruled tables of a page, those within a cell of another before it; a frame around text is no table."""
    across, down = _merged(across), _merged(down)
    if not down or len(across) > _MOST_EDGES or len(down) > _MOST_EDGES:
        return []
    found = [lattice for group in _connected(across, down) if (lattice := _lattice(*group)) is not None]
    return sorted((one for one in found if len(one.boxes) > 1), key=lambda lattice: lattice.area)


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Pieces of one line joined: borders are drawn cell by cell."""
    kept = sorted((one for one in rulings if one.end >= one.start), key=lambda one: one.at)
    lines: list[list[Ruling]] = []
    for one in kept:
        if lines and one.at - lines[-1][0].at <= _SNAP:
            lines[-1].append(one)
        else:
            lines.append([one])
    merged: list[Ruling] = []
    for pieces in lines:
        at = sum(piece.at for piece in pieces) / len(pieces)
        pieces.sort(key=lambda piece: piece.start)
        start, end = pieces[0].start, pieces[0].end
        for piece in pieces[1:]:
            if piece.start - end <= _SNAP:
                end = max(end, piece.end)
            else:
                merged.append(Ruling(at, start, end))
                start, end = piece.start, piece.end
        merged.append(Ruling(at, start, end))
    return [one for one in merged if one.end - one.start >= _SHORTEST]


def _connected(across: list[Ruling], down: list[Ruling]) -> list[tuple[list[Ruling], list[Ruling]]]:
    """Rulings that touch belong to one table."""
    parent = list(range(len(across) + len(down)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for a, horizontal in enumerate(across):
        for d, vertical in enumerate(down):
            if (
                horizontal.start - _SNAP <= vertical.at <= horizontal.end + _SNAP
                and vertical.start - _SNAP <= horizontal.at <= vertical.end + _SNAP
            ):
                parent[root(len(across) + d)] = root(a)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for number, ruling in enumerate([*across, *down]):
        groups.setdefault(root(number), ([], []))[number >= len(across)].append(ruling)
    return [group for group in groups.values() if group[0] and group[1]]


def _lattice(across: list[Ruling], down: list[Ruling]) -> Lattice | None:
    xs, ys = _places(down), _places(across)
    open_x = _open_sides(xs, across)
    open_y = _open_sides(ys, down)
    if len(xs) < 2 or len(ys) < 2:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    right = _walls(down, xs, ys, open_x)
    below = _walls(across, ys, xs, open_y)
    return Lattice(xs, ys, _boxes(rows, columns, right, below))


def _open_sides(places: list[float], crossing: list[Ruling]) -> set[float]:
    """Add an edge where a table is open: it has no outer border, or its page ends in the middle of a row."""
    first, last = min(ruling.start for ruling in crossing), max(ruling.end for ruling in crossing)
    added: set[float] = set()
    if first < places[0] - _OPEN:
        places.insert(0, first)
        added.add(first)
    if last > places[-1] + _OPEN:
        places.append(last)
        added.add(last)
    return added


def _places(rulings: list[Ruling]) -> list[float]:
    places: list[float] = []
    for at in sorted(ruling.at for ruling in rulings):
        if not places or at - places[-1] > _SNAP:
            places.append(at)
    return places


def _walls(rulings: list[Ruling], places: list[float], along: list[float], open_at: set[float]) -> set[tuple[int, int]]:
    """Which unit edges are ruled: (number of the place, number of the interval along it)."""
    walls: set[tuple[int, int]] = set()
    middles = [(along[n] + along[n + 1]) / 2 for n in range(len(along) - 1)]
    for number, place in enumerate(places):
        if place in open_at:
            walls.update((number, n) for n in range(len(middles)))
            continue
        for ruling in rulings:
            if abs(ruling.at - place) <= _SNAP:
                walls.update((number, n) for n, middle in enumerate(middles) if ruling.start <= middle <= ruling.end)
    return walls


def _boxes(rows: int, columns: int, right: set[tuple[int, int]], below: set[tuple[int, int]]) -> list[Box]:
    """Unit cells with no wall between them are one cell; what is open to the outside is none."""
    seen: set[tuple[int, int]] = set()
    boxes: list[Box] = []
    for start in ((row, column) for row in range(rows) for column in range(columns)):
        if start in seen:
            continue
        seen.add(start)
        area, pending, outside = [start], [start], False
        while pending:
            row, column = pending.pop()
            for next_row, next_column, wall in (
                (row, column - 1, (column, row) in right),
                (row, column + 1, (column + 1, row) in right),
                (row - 1, column, (row, column) in below),
                (row + 1, column, (row + 1, column) in below),
            ):
                if wall or (next_row, next_column) in seen:
                    continue
                if not (0 <= next_row < rows and 0 <= next_column < columns):
                    outside = True
                    continue
                seen.add((next_row, next_column))
                area.append((next_row, next_column))
                pending.append((next_row, next_column))
        box = Box(
            min(row for row, _ in area),
            min(column for _, column in area),
            max(row for row, _ in area),
            max(column for _, column in area),
        )
        if not outside and (box.bottom - box.top + 1) * (box.right - box.left + 1) == len(area):
            boxes.append(box)
        elif not outside:
            # No rectangle: a ruling is missing somewhere. Its unit cells are kept apart, so that nothing is joined.
            boxes.extend(Box(row, column, row, column) for row, column in area)
    return sorted(boxes, key=lambda one: (one.top, one.left))
