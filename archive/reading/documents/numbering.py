"""The numbers that Word puts before paragraphs and keeps out of their text (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand", "ideographDigital"}
)
_DEEPEST_LEVEL = 9


class Numbering:
    """Counts the numbered paragraphs of a document, in reading order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._styles: dict[str, Any] = {}
        abstract: dict[str, dict[int, tuple[str, str, int]]] = {}
        root = next((part for part in _parts(document) if part.tag == f"{_W}numbering"), None)
        for definition in root.iter(f"{_W}abstractNum") if root is not None else ():
            abstract[definition.get(f"{_W}abstractNumId", "")] = {
                int(level.get(f"{_W}ilvl", "0")): (
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    int(_value(level, "start", "1")),
                )
                for level in definition.iter(f"{_W}lvl")
            }
        for instance in root.iter(f"{_W}num") if root is not None else ():
            self._levels[instance.get(f"{_W}numId", "")] = abstract.get(_value(instance, "abstractNumId", ""), {})
        for style in document.styles.element.iter(f"{_W}style"):
            properties = style.find(f"{_W}pPr/{_W}numPr")
            if properties is not None:
                self._styles[style.get(f"{_W}styleId", "")] = properties

    def mark(self, paragraph: Any) -> str:
        """The number in front of a paragraph, counted on; empty where it has none, or one in no known script."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            properties = self._styles.get(style.get(f"{_W}val", "")) if style is not None else None
        if properties is None:
            return ""
        number, level = _value(properties, "numId", ""), int(_value(properties, "ilvl", "0"))
        levels = self._levels.get(number, {})
        if level not in levels or level >= _DEEPEST_LEVEL:
            return ""
        counts = self._counts.setdefault(number, [None] * _DEEPEST_LEVEL)
        known = counts[level]
        counts[level] = levels[level][2] if known is None else known + 1
        counts[level + 1 :] = [None] * (_DEEPEST_LEVEL - level - 1)
        for above in range(level):
            if counts[above] is None:
                counts[above] = levels.get(above, ("", "", 1))[2]

        def printed(match: re.Match[str]) -> str:
            place = int(match.group(1)) - 1
            form = levels.get(place, ("", "", 1))[0]
            count = counts[place] if place < _DEEPEST_LEVEL else None
            return "" if count is None else _printed(count, form)

        # A bullet has no %1, and is no number.
        text = levels[level][1]
        return re.sub(r"%(\d)", printed, text) if "%" in text else ""


def _parts(document: Any) -> list[Any]:
    return [
        relation.target_part.element
        for relation in document.part.rels.values()
        if not relation.is_external and hasattr(relation.target_part, "element")
    ]


def _value(element: Any, name: str, default: str) -> str:
    child = element.find(f"{_W}{name}")
    value = child.get(f"{_W}val") if child is not None else None
    return default if value is None else str(value)


def _printed(count: int, form: str) -> str:
    if form in _CHINESE and 0 < count < 100:
        tens, ones = divmod(count, 10)
        if form == "ideographDigital" or not tens:
            return "".join(_DIGITS[int(digit)] for digit in str(count))
        return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"
    if form == "decimalEnclosedCircle" and 0 < count <= 20:
        return chr(0x245F + count)
    return str(count)
