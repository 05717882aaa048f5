"""The common shape of every document: paragraphs and tables in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.reading.model import Removal, Warning

# A statutory table has some 30 rows and 16 columns; these bounds stop absurd spans, not real tables.
MAXIMUM_COLUMNS = 200
MAXIMUM_ROWS = 5_000
MAXIMUM_CELLS = 200_000
CONFIDENT = 0.85
"""A number read from a picture with less confidence than this is null."""


@dataclass(slots=True)
class Cell:
    """A table cell with its text and the columns it covers, first to last; a cell over several rows is one object."""

    text: str
    first: int
    last: int
    row: int
    """Row the cell begins in."""
    confidence: float | None = None
    """Of a cell read from a picture, 0 to 1; None where the text is the document's own."""


@dataclass(slots=True)
class Grid:
    """A table with its spans laid out.

    `rows` holds for each row the cells that cover it, left to right. `exact` says that the cells are those of the
    document (HTML, PDF, Word); in text recovered from a table, blank cells may be padding.
    """

    rows: list[list[Cell]]
    exact: bool = True

    def to_lists(self) -> list[list[str | None]]:
        """Cell texts by row and column; None where a cell that began elsewhere goes on."""
        lists: list[list[str | None]] = []
        for number, row in enumerate(self.rows):
            width = max((cell.last for cell in row), default=-1) + 1
            texts: list[str | None] = [None] * width
            for cell in row:
                if cell.row == number:
                    texts[cell.first] = cell.text
            lists.append(texts)
        return lists

    def lines(self) -> Iterator[str]:
        """The table as readable text, one row a line."""
        for number, row in enumerate(self.rows):
            texts = [cell.text for cell in row if cell.row == number]
            if any(texts):
                yield " | ".join(texts)

    def texts(self) -> Iterator[str]:
        for number, row in enumerate(self.rows):
            for cell in row:
                if cell.row == number and cell.text:
                    yield cell.text


@dataclass(slots=True)
class Paragraph:
    """A run of text that stands on its own."""

    text: str
    recognised: bool = False
    """Whether it was read from a picture: text to be searched, and no evidence for figures."""
    line: int | None = None
    """Line of the document's text it begins on, from 1, where that is not simply its place among the blocks."""


Block = Paragraph | Grid


@dataclass(slots=True)
class Content:
    """A document brought to blocks, with what its metadata says."""

    blocks: list[Block]
    title: str | None = None
    """Title as the metadata or a heading gives it, unchecked."""
    titles: list[str] = field(default_factory=list)
    """Every candidate for the title, best first."""
    published: str | None = None
    source: str | None = None
    """Issuing agency as the metadata names it (ContentSource), unchecked."""
    text: str | None = None
    """The text where it is not simply the blocks' (plain text files are kept as they are)."""
    pictures: int = 0
    """Pictures in the main content, some of which may be tables."""
    images: list[str | bytes] = field(default_factory=list)
    """Those pictures in reading order: the address of each, or its bytes where the document holds them."""
    metadata: list[str] = field(default_factory=list)
    """What meta tags say besides the title: source, keywords, description."""
    markup: str | None = None
    """The page as decoded, for what stands outside its main content."""
    attributes: list[str] = field(default_factory=list)
    """Texts of the main content's attributes (alt, title), which are no part of its text."""
    removals: list[Removal] = field(default_factory=list)
    """Hidden advertising taken out while the markup was at hand."""
    warnings: list[Warning] = field(default_factory=list)
    """What the document's format left open."""


def grid_of_rows(rows: list[list[str]], *, exact: bool) -> Grid:
    """A grid without spans."""
    return Grid(
        [[Cell(text, column, column, number) for column, text in enumerate(row)] for number, row in enumerate(rows)],
        exact,
    )


class GridBuilder:
    """Lays out cells with their spans as a browser does (HTML Standard, 4.9.12.1), within bounds."""

    def __init__(self) -> None:
        self._rows: list[dict[int, Cell]] = []
        self._row = -1
        self._column = 0
        self._area = 0
        self._until: dict[int, tuple[Cell, int]] = {}

    def start_row(self) -> bool:
        """Begin a row; False when the table is longer than any real one."""
        if self._row + 1 >= MAXIMUM_ROWS:
            return False
        self._row += 1
        self._column = 0
        occupied: dict[int, Cell] = {}
        for column, (cell, last_row) in list(self._until.items()):
            if last_row < self._row:
                del self._until[column]
            else:
                occupied[column] = cell
        self._rows.append(occupied)
        return True

    def add(self, text: str, rowspan: int = 1, colspan: int = 1) -> None:
        """Place a cell; rowspan 0 means to the end of the table."""
        if self._row < 0 and not self.start_row():
            return
        row = self._rows[self._row]
        while self._column in row:
            self._column += 1
        if self._column >= MAXIMUM_COLUMNS or self._area >= MAXIMUM_CELLS:
            return
        if rowspan == colspan == 1:
            row[self._column] = Cell(text, self._column, self._column, self._row)
            self._area += 1
            self._column += 1
            return
        colspan = min(max(colspan, 1), MAXIMUM_COLUMNS - self._column)
        # A span stops where a cell from above begins: overlapping cells are a table model error.
        width = 1
        while width < colspan and self._column + width not in row:
            width += 1
        cell = Cell(text, self._column, self._column + width - 1, self._row)
        last_row = MAXIMUM_ROWS if rowspan == 0 else self._row + max(rowspan, 1) - 1
        for column in range(cell.first, cell.last + 1):
            row[column] = cell
            if last_row > self._row:
                self._until[column] = (cell, last_row)
        self._area += width
        self._column = cell.last + 1

    def grid(self) -> Grid:
        rows: list[list[Cell]] = []
        for columns in self._rows:
            seen: list[Cell] = []
            for column in sorted(columns):
                if not seen or seen[-1] is not columns[column]:
                    seen.append(columns[column])
            rows.append(seen)
        return Grid(rows, exact=True)
