"""Labels as printed to the items they may name: without their number, their note in parentheses, their 其中."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.reading import forms
from archive.reading.cells import looks_like_value

_NOTE = re.compile(r"[（(][^（()）]*[）)]?$")
# The number behind a label, with nothing between: 行政许可97.
_NUMBER_BEHIND = re.compile(
    r"(?P<label>.*[\u3400-\u9fff）)\u201c\u201d\u2019》〉])\s*(?P<value>[0-9０-９][0-9０-９,，.．]*[件条项个]?)"
)
# Words that agencies put in or leave out, where nothing else tells labels apart.
_LOOSE_WORDS = (
    ("上年度", "上年"),
    ("下年度", "下年"),
    ("或者", "或"),
    ("数量", ""),
    ("数", ""),
    ("情况", ""),
    ("的", ""),
)


@lru_cache(maxsize=8192)
def items_named(section: str, label: str) -> tuple[forms.Item, ...]:
    """The items of a section that a label may name; several where a label occurs in two groups."""
    known = forms.items_by_core(section)
    folded = forms.core(label)
    if found := known.get(folded) or known.get(forms.plain(label)):
        return found
    cores = [folded]
    note = _NOTE.search(label)
    if note and note.start() > 3:
        # （二）部分公开（区分处理的…）, 主动公开政府信息数（…计1条）: the note may be worded otherwise or left out.
        cores.append(forms.core(label[: note.start()]))
    for core in cores:
        if found := known.get(core) or (known.get(core.removeprefix("其中")) if section == "annex" else None):
            return found
    return _by_loose_words(section).get(_without_loose_words(section, cores[-1]), ())


def _without_loose_words(section: str, core: str) -> str:
    if section == "applications":
        # 信息 is left out, or an injected word stood for all or part of it.
        for word in ("政府信息公开", "政府公开", "信息公开", "政府"):
            core = core.replace(word, "")
    for word, usual in _LOOSE_WORDS:
        core = core.replace(word, usual)
    return core


@lru_cache(maxsize=8)
def _by_loose_words(section: str) -> dict[str, tuple[forms.Item, ...]]:
    """The items of a section by their labels without such words, where no two items come to the same."""
    found: dict[str, tuple[forms.Item, ...]] = {}
    for core, items in forms.items_by_core(section).items():
        loose = _without_loose_words(section, core)
        found[loose] = tuple(dict.fromkeys((*found.get(loose, ()), *items)))
    exact = forms.items_by_core(section)
    return {loose: items for loose, items in found.items() if len(loose) >= 4 and (len(items) == 1 or loose in exact)}


def part_number_behind(section: str, text: str) -> tuple[str, str] | None:
    """A label of a section and the number that runs on behind it, or None where the text is not just that."""
    match = _NUMBER_BEHIND.fullmatch(text.strip())
    if match is None or items_named(section, text) or not looks_like_value(match["value"]):
        return None
    label = match["label"]
    pieces = label.split()
    named = items_named(section, label) or (pieces and items_named(section, pieces[-1]))
    return (label, match["value"]) if named else None
