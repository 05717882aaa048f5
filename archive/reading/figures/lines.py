"""Blocks to lines: every row of a table, and every line of text taken apart at tabs, pipes or blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.reading.blocks import Block, Cell, Grid
from archive.reading.cells import looks_like_value

PROSE_CHARACTERS = 90
# One cell a line, each closed by a pipe, and the row closed by two: blank cells are there, and count.
_CELL_LINE = re.compile(r"[^|]*\|")
_ROW_END = re.compile(r"\|{2,}")
_HEADING = re.compile(r"^[一二三四五六七八]、")


@dataclass(slots=True)
class Line:
    """A row before its section is known: cells left to right, and the table it stands in (-1 for a line of text)."""

    cells: list[Cell]
    """In a line of text, `Cell.row` is the number of the line in the document's text, counted from 1."""
    exact: bool
    table: int
    piped: bool = False
    grid: int | None = None
    right: int = -1


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """Every grid row, and every line of text taken apart at tabs, pipes or blanks."""
    table = -1
    grid = -1
    number = 0
    in_text_table = False
    pending: list[Cell] = []
    for block in blocks:
        if isinstance(block, Grid):
            yield from _alone(pending)
            pending = []
            table += 1
            grid += 1
            number += sum(1 for _ in block.lines())
            in_text_table = False
            for index, row in enumerate(block.rows):
                own = [cell for cell in row if cell.row == index]
                right = max((cell.last for cell in row), default=-1)
                yield Line(own, block.exact, table, grid=grid, right=right)
            continue
        for offset, text in enumerate(block.text.split("\n")):
            number = block.line + offset if block.line is not None else number + 1
            if block.recognised:
                continue
            if _CELL_LINE.fullmatch(text.strip()):
                pending.append(Cell(text.strip(" |\t\r"), len(pending), len(pending), number))
                continue
            if _ROW_END.fullmatch(text.strip()) and len(pending) > 1:
                in_text_table = False
                yield Line(pending, True, -1, piped=True, right=len(pending) - 1)
                pending = []
                continue
            # Cells whose row does not end stand alone: how many there should be is not known.
            yield from _alone(pending)
            pending = []
            cells = split_line(text)
            if len(cells) > 1:
                if not in_text_table:
                    table += 1
                in_text_table = True
                parts = [Cell(part, column, column, number) for column, part in enumerate(cells)]
                yield Line(parts, False, table, "|" in text or "\t" in text, right=len(parts) - 1)
            elif cells:
                # Blank lines and lone cells between the rows of a text table do not end it; a heading or prose does.
                if len(cells[0]) > PROSE_CHARACTERS or _HEADING.match(cells[0]):
                    in_text_table = False
                yield Line([Cell(cells[0], 0, 0, number)], False, -1)
    yield from _alone(pending)


def _alone(cells: list[Cell]) -> Iterator[Line]:
    for cell in cells:
        if cell.text:
            yield Line([Cell(cell.text, 0, 0, cell.row)], False, -1)


def split_line(text: str) -> list[str]:
    """The cells of a line of text: at tabs, at pipes, or a label with its values set apart by blanks."""
    stripped = text.strip(" \r\n\u3000\u00a0")
    if not stripped.strip("|\t "):
        return []
    if "\t" in text:
        return [part.strip() for part in text.strip("\r\n").split("\t")]
    if "|" in stripped:
        if re.fullmatch(r"\|?(?:\s*:?-{2,}:?\s*\|?)+", stripped):
            return []
        inner = stripped.removeprefix("|").removesuffix("|")
        parts = [part.strip() for part in inner.split("|")]
        filled = [part for part in parts if part]
        if len(filled) > 1 or (stripped.startswith("|") and len(parts) > 2):
            return parts
        return filled
    parts = stripped.split()
    count = 0
    while count < len(parts) and looks_like_value(parts[-1 - count]):
        count += 1
    if count == len(parts) and count > 1:
        return parts
    if count and len(stripped) <= PROSE_CHARACTERS and not stripped.endswith(("。", "；", "，")):
        label = " ".join(parts[:-count])
        return [label, *parts[-count:]] if label else parts
    return [stripped]
