"""Rows to items: every row label is matched, ignored by name, or reported."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from archive.reading import forms
from archive.reading.cells import unit_in
from archive.reading.figures.labels import items_named
from archive.reading.figures.rows import Row

# Labels cut by a page break come in at most this many pieces before and after the values.
_PIECES = 5
# A label with letters lost still reads alike; only tried where both neighbours leave one row and one item.
_ALIKE = 0.6


@dataclass(slots=True)
class Match:
    """A row and the item it is; `item` None where the label is unknown."""

    row: Row
    item: forms.Item | None = None
    inexact: bool = False
    left_over: int = 0
    """Labels of the row that belong to the row before it (a label cut in two)."""


class Matcher:
    """Matches the rows of one section in order; keeps the group ((三)不予公开 …) they stand under."""

    def __init__(self, section: str) -> None:
        self._section = section
        self._known = forms.items_by_core(section)
        self._group = ""
        self._last: forms.Item | None = None

    def run(self, rows: list[Row]) -> list[Match]:
        matches: list[Match] = []
        for row in rows:
            if self._section == "annex" and (row.grid is None or not row.header.columns):
                _part_units(row)
            skipped = self._skipped_items(row)
            matches.extend(skipped)
            match = Match(row, self.item_of(row.labels))
            if row.whole_line and skipped:
                # One line of values below the labels of two rows: whose they are cannot be known.
                match.item = None
            matches.append(match)
            if match.item:
                self._last = match.item
                self._group = match.item.group or self._group
        self._join_cut_labels(matches)
        _part_group_from_row(matches)
        self._match_between_neighbours(matches)
        return matches

    # --- one row ----------------------------------------------------------------------------------------------

    def item_of(self, labels: list[str]) -> forms.Item | None:
        """The item that the last of some labels name, in one or in several pieces, or None."""
        for label in labels:
            self._enter_group(label)
        for count in range(1, min(len(labels), _PIECES) + 1):
            if item := self.find("".join(labels[-count:])):
                return item
        return self._item_of_pieces(labels)

    def _item_of_pieces(self, labels: list[str]) -> forms.Item | None:
        """Cells of labels on one line, set apart by blanks only: 三、本年度办理结果 （一）予以公开."""
        pieces = [piece for label in labels[-1:] for piece in label.split()]
        if len(pieces) < 2:
            return None
        for piece in pieces:
            self._enter_group(piece)
        for count in range(1, len(pieces)):
            if item := self.find("".join(pieces[-count:])):
                return item
        return None

    def _enter_group(self, label: str) -> None:
        group = forms.GROUPS.get(forms.core(label))
        # 总计 without its number is a column.
        if group and group != forms.RESULTS and (group != forms.TOTAL or forms.enumerator(label)):
            self._group = group

    def find(self, label: str) -> forms.Item | None:
        """The item a label names in the present group, or None."""
        for item in items_named(self._section, label):
            if self._fits(item, label):
                return item
        return None

    def _fits(self, item: forms.Item, label: str) -> bool:
        if self._section == "annex":
            last = self._last
            return not item.group or (last is not None and (last.group or last.label).startswith(item.group))
        if item.name == "other_reason":
            return self._group == forms.OTHER and forms.enumerator(label) in ("", "3")
        if item.name == "handled_total":
            return self._last is not None and forms.enumerator(label) in ("", "七", "六", "八")
        return True

    def _skipped_items(self, row: Row) -> list[Match]:
        """Rows of a text whose values were all lost: their labels stand before this row's own."""
        if row.exact or row.table >= 0:
            return []
        skipped: list[Match] = []
        start = 0
        last = self._own_label_start(row.labels)
        while start < last:
            for end in range(last, start, -1):
                label = "".join(row.labels[start:end])
                item = self.find(label)
                if item and not self._only_a_group(item, row.labels[end:]):
                    self._enter_group(label)
                    skipped.append(Match(Row(row.section, [label], [], False, -1, row.header, row.number), item))
                    self._last = item
                    start = end
                    break
                if label_group := forms.GROUPS.get(forms.core(label)):
                    self._enter_group(label_group)
                    start = end
                    break
            else:
                start += 1
        return skipped

    def _own_label_start(self, labels: list[str]) -> int:
        for count in range(1, min(len(labels), _PIECES) + 1):
            if self.find("".join(labels[-count:])):
                return len(labels) - count
        return len(labels)

    def _only_a_group(self, item: forms.Item, following: list[str]) -> bool:
        """（六）其他处理 names a row of its own in form 2019, and only the group of the next rows in form 2021."""
        if item.name != "other_handling":
            return False
        return any(forms.enumerator(label) == "1" for label in following[:2])

    # --- labels cut in two ------------------------------------------------------------------------------------

    def _join_cut_labels(self, matches: list[Match]) -> None:
        for index, match in enumerate(matches):
            if match.item is not None or not match.row.labels:
                continue
            before = _pieces(self._pieces_before(matches, index))
            after = _pieces(self._pieces_after(matches, index))
            item = self._first_whole(before[-_PIECES:], _pieces(match.row.labels), after[:_PIECES])
            if item is not None and not any(
                other.item is item and not other.row.blank for other in matches if other is not match
            ):
                match.item = item

    def _pieces_before(self, matches: list[Match], index: int) -> list[str]:
        pieces: list[str] = []
        for match in reversed(matches[max(0, index - _PIECES) : index]):
            if not match.row.blank:
                break
            pieces[:0] = match.row.labels
        return pieces[-_PIECES:]

    def _pieces_after(self, matches: list[Match], index: int) -> list[str]:
        pieces: list[str] = []
        for match in matches[index + 1 : index + 1 + _PIECES]:
            pieces.extend(match.row.labels)
            if not match.row.blank:
                break
        return pieces[:_PIECES]

    def _first_whole(self, before: list[str], labels: list[str], after: list[str]) -> forms.Item | None:
        """The one item whose whole label is made of pieces before, of the row's own, and behind.

        Pieces of other cells stand between them (三、本年度办理 | 结果), so that any run of pieces is tried.
        """
        own = labels[-_PIECES:]
        whole_group: forms.Item | None = None
        for start in range(len(own) - 1, -1, -1):
            for ahead in _runs(before):
                for behind in _runs(after):
                    if not ahead and not behind:
                        continue
                    candidates = self._known.get(forms.core("".join([*ahead, *own[start:], *behind])), ())
                    if len(candidates) != 1 or candidates[0].name in ("handled_total", "other_reason"):
                        continue
                    if candidates[0].name != "other_handling":
                        return candidates[0]
                    # （六）其他处理 may be but the beginning: 1.申请人无正当理由… goes on.
                    whole_group = candidates[0]
        return whole_group

    # --- labels with letters lost -----------------------------------------------------------------------------

    def _match_between_neighbours(self, matches: list[Match]) -> None:
        """Match a row whose label is only alike, where its neighbours leave exactly this item and this row."""
        items = [item for item in forms.ITEMS if item.section == self._section]
        position = {item.name: number for number, item in enumerate(items)}
        taken = {match.item.name for match in matches if match.item}
        filled = [match for match in matches if match.item or not match.row.blank]
        for index, match in enumerate(filled):
            if match.item is not None or not match.row.labels:
                continue
            before = filled[index - 1].item if index else None
            after = filled[index + 1].item if index + 1 < len(filled) else None
            if before is None or after is None or position[after.name] - position[before.name] != 2:
                continue
            expected = items[position[before.name] + 1]
            label = match.row.labels[-1]
            same_number = forms.enumerator(label) in ("", str(expected.ordinal))
            alike = SequenceMatcher(None, forms.core(label), forms.core(expected.label)).ratio()
            if expected.name not in taken and same_number and alike >= _ALIKE:
                match.item, match.inexact = expected, True


_OTHER_ROWS = frozenset(item.name for item in forms.APPLICATIONS if item.group == forms.OTHER) - {"other_handling"}


def _part_group_from_row(matches: list[Match]) -> None:
    """Beside rows of its group, （六）其他处理 is the group of a row that lost its own label, and no row."""
    tables = {match.row.occurrence for match in matches if match.item and match.item.name in _OTHER_ROWS}
    for match in matches:
        if match.item and match.item.name == "other_handling" and match.row.occurrence in tables:
            match.item = None


_UNITS = frozenset("条 件 次 篇 个 人 人次 万元 元 场 期 份 名".split())


def _part_units(row: Row) -> None:
    """Take the column of units, which in text stands between label and number, out of a row's labels."""
    labels = [part for label in row.labels for part in ([label] if label in _UNITS else _without_unit(label))]
    units = [label for label in labels if label in _UNITS]
    row.labels = [label for label in labels if label not in _UNITS]
    beside = [cell.text.strip() for cell in row.values if cell.text.strip() in _UNITS]
    if beside:
        row.values = [cell for cell in row.values if cell.text.strip() not in _UNITS]
    if (units := units + beside) and row.unit is None:
        row.unit = unit_in(units[-1])


def _without_unit(label: str) -> list[str]:
    name, _, last = label.rpartition(" ")
    return [name, last] if name and last in _UNITS else [label]


def _pieces(labels: list[str]) -> list[str]:
    """Labels taken apart at blanks, where the cells of a line are set apart by nothing else."""
    return [piece for label in labels for piece in label.split()]


def _runs(pieces: list[str]) -> list[list[str]]:
    """Every run of neighbouring pieces, the empty one first."""
    return [[]] + [pieces[start:end] for start in range(len(pieces)) for end in range(start + 1, len(pieces) + 1)]
