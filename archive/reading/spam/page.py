"""A page's strings laid end to end, so that evidence is weighed over all of it, and pieces cut out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from archive.reading.model import Removal
from archive.reading.spam import vocabulary

_HONEST = re.compile(r"(?<![\da-z_])(?:" + vocabulary.alternation(vocabulary.WORDS["honest"]) + ")")
MASK = "\x01"
# Such as join the names of a list.
_MARKS = frozenset(",_|/:、-—·")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece to take out: offsets into the page's joined text, its kind, the rule that found it.

    `suggestion` is the word that stood there, where the page or its owner's name says so.
    """

    start: int
    end: int
    kind: str
    rule: str
    suggestion: str | None = None


@dataclass
class Page:
    """The strings of a page joined by line feeds; `folded` and `masked` have the same length as `text`."""

    texts: Sequence[str]
    where: Sequence[str]
    agency: str | None
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = "\n".join(self.texts)

    @cached_property
    def folded(self) -> str:
        return vocabulary.fold(self.text)

    @cached_property
    def masked(self) -> str:
        """The folded text with phrases that are the state's own, and the agency's name, blotted out."""
        masked = _HONEST.sub(lambda match: MASK * len(match[0]), self.folded)
        if self.agency and len(self.agency) > 2:
            name = vocabulary.fold(self.agency)
            masked = masked.replace(name, MASK * len(name))
        return masked

    def without(self, spans: Sequence[Span]) -> Page:
        """The page with the spans blotted out, for a later look at what is left; offsets stay."""
        pieces = list(self.text)
        for span in spans:
            for offset in range(span.start, span.end):
                if pieces[offset] != "\n":
                    pieces[offset] = MASK
        blotted = "".join(pieces)
        texts, offset = [], 0
        for text in self.texts:
            texts.append(blotted[offset : offset + len(text)])
            offset += len(text) + 1
        return Page(texts, self.where, self.agency)

    def cut(self, spans: Sequence[Span]) -> tuple[list[str], list[Removal]]:
        """The strings without the spans, and what was taken out, in the order in which it first stood.

        Where spans overlap, the one that begins first, and of those the longest, is taken.
        """
        if not spans:
            return list(self.texts), []
        texts: list[str] = []
        found: dict[tuple[str, str], list[tuple[Span, str]]] = {}
        ordered = separate(spans)
        index, offset = 0, 0
        for text, label in zip(self.texts, self.where, strict=True):
            end = offset + len(text)
            kept: list[str] = []
            position = offset
            while index < len(ordered) and ordered[index].start < end:
                span = ordered[index]
                start, stop = max(span.start, offset), min(span.end, end)
                kept.append(self.text[position:start])
                found.setdefault((self.text[start:stop], span.kind), []).append((span, label))
                position = stop
                if span.end > end:  # A title spliced into two lines runs on in the next string.
                    break
                index += 1
            kept.append(self.text[position:end])
            texts.append("".join(kept))
            offset = end + 1
        labels = {label: number for number, label in enumerate(dict.fromkeys(self.where))}
        removals = [
            Removal(
                text,
                len(places),
                kind,
                sorted({label for _, label in places}, key=labels.__getitem__),
                places[0][0].rule,
                _suggested([span.suggestion for span, _ in places]),
            )
            for (text, kind), places in found.items()
            if text
        ]
        return texts, removals


def _suggested(suggestions: Sequence[str | None]) -> str | None:
    """The word that the places suggest; where they suggest several, each with the numbers of its places, from 1."""
    places: dict[str, list[str]] = {}
    for number, word in enumerate(suggestions, start=1):
        if word:
            places.setdefault(word, []).append(str(number))
    if len(places) < 2:
        return next(iter(places), None)
    return "; ".join(f"{word} ({', '.join(numbers)})" for word, numbers in places.items())


def joined(page: Page, spans: Sequence[Span]) -> list[Span]:
    """Separate spans, those that touch as one, each with the mark behind it where only that stands before the next."""
    kept: list[Span] = []
    for span in spans:
        if kept and kept[-1].end == span.start and span.rule == kept[-1].rule:
            kept[-1] = replace(kept[-1], end=span.end)
            continue
        if kept and kept[-1].end + 1 == span.start and page.folded[kept[-1].end] in _MARKS:
            kept[-1] = replace(kept[-1], end=span.start)
        kept.append(span)
    return kept


def separate(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, without those that begin inside an earlier one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < span.end and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept
