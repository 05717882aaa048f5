"""Blocks to lines: every row of a table, and every line of text taken apart at tabs, pipes or blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from archive.reading import forms
from archive.reading.blocks import Block, Cell, Grid
from archive.reading.cells import COUNTERS, looks_like_value
from archive.reading.figures.labels import items_named, part_number_behind
from archive.reading.figures.turned import upright
from archive.reading.script import without_radicals

PROSE_CHARACTERS = 90
# One cell a line, each closed by a pipe, and the row closed by two: blank cells are there, and count.
_CELL_LINE = re.compile(r"[^|]*\|")
_ROW_END = re.compile(r"\|{2,}")
_PAGE_NUMBER = re.compile(
    r"[-–—―－─_·~～]+\s*[0-9０-９]{1,3}\s*[-–—―－─_·~～]+|[1-9][0-9]?\s*/\s*[1-9][0-9]?"
    r"|第?\s*[0-9]{1,3}\s*页(?:[\s,，、/]*共\s*[0-9]{1,3}\s*页)?|共\s*[0-9]{1,3}\s*页[\s,，、/]*第\s*[0-9]{1,3}\s*页"
    r"|page\s*[0-9]{1,3}(?:\s*(?:of|/)\s*[0-9]{1,3})?",
    re.IGNORECASE,
)
_COUNTER_APART = re.compile(rf"(?<=[0-9]) (?=[{COUNTERS}](?:\s|$))")
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
    turned: bool = False
    """Whether the table is printed the other way round: its rows are the document's columns."""


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
            turned = upright(block)
            for index, row in enumerate((turned or block).rows):
                own = [cell for cell in row if cell.row == index]
                right = max((cell.last for cell in row), default=-1)
                yield Line(own, block.exact, table, grid=grid, right=right, turned=turned is not None)
            continue
        for offset, text in enumerate(without_radicals(block.text).split("\n")):
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


def is_page_number(text: str) -> bool:
    """Whether a line is the number of a page and nothing else; a bare number might as well be a figure."""
    return _PAGE_NUMBER.fullmatch(text.strip()) is not None


def split_line(text: str) -> list[str]:
    """The cells of a line of text: at tabs, at pipes, or a label with its values set apart by blanks."""
    stripped = text.strip(" \r\n\u3000\u00a0")
    if not stripped.strip("|\t ") or is_page_number(stripped):
        return []
    if re.fullmatch(r"[^\t]*[^\s][^\t]*\t", text):
        # One cell a line, each closed by a tab.
        return [stripped.strip()]
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
    parts = _COUNTER_APART.sub("", stripped).split()
    parts = _without_glue(parts)
    count = 0
    while count < len(parts) and looks_like_value(parts[-1 - count]):
        count += 1
    if count == len(parts) and count > 1:
        return parts
    if count and len(stripped) <= PROSE_CHARACTERS and not stripped.endswith(("。", "；", "，")):
        label = " ".join(parts[:-count])
        return [label, *parts[-count:]] if label else parts
    return [stripped]


def _without_glue(parts: list[str]) -> list[str]:
    """A line's parts, with a label and the first of the numbers behind it set apart (行政许可97)."""
    count = 0
    while count < len(parts) and looks_like_value(parts[-1 - count]):
        count += 1
    label = " ".join(parts[: len(parts) - count])
    for section in forms.SECTIONS:
        if parted := part_number_behind(section, label):
            return [*parted, *parts[len(parts) - count :]]
    return parts


def first_value(cells: list[Cell], section: str) -> int | None:
    """Index of the cell the values begin at: after the last known label, else at the first value; None if none."""
    last_label: int | None = None
    for index, cell in enumerate(cells):
        if not cell.text.strip() or looks_like_value(cell.text):
            continue
        if items_named(section, cell.text) or (last_label is None and forms.core(cell.text) in forms.GROUPS):
            last_label = index
    first = next(
        (
            index
            for index, cell in enumerate(cells)
            if index > (last_label if last_label is not None else -1) and looks_like_value(cell.text)
        ),
        None,
    )
    if first is None:
        return None
    if last_label is None:
        # An unknown label: everything before the first value that is not blank is label.
        return first if any(cell.text.strip() for cell in cells[:first]) else 0
    return last_label + 1


def split_merged(line: Line, section: str) -> Line:
    """Part a label from the number in its own cell (行政许可：97), where the row has no other value."""
    filled = [cell for cell in line.cells if cell.text.strip()]
    if not filled or any(looks_like_value(cell.text) for cell in filled):
        return line
    last = filled[-1]
    label, colon, value = last.text.replace(":", "：").rpartition("：")
    if not colon or not looks_like_value(value) or not items_named(section, label):
        if (parted := part_number_behind(section, last.text)) is None:
            return line
        label, value = parted
    parts = [
        Cell(label, last.first, last.first, last.row, last.confidence),
        Cell(value.strip(), last.last + 1, last.last + 1, last.row, last.confidence),
    ]
    before = line.cells[: next(index for index, cell in enumerate(line.cells) if cell is last)]
    return replace(line, cells=[*before, *parts], exact=False)
