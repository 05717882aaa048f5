"""Takes injected advertising out of a page's strings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.reading.model import Removal
from archive.reading.spam import (
    damage,
    honest,
    lines,
    marks,
    names,
    shuffle,
    strangers,
    suggestion,
    tokens,
    trade,
    vocabulary,
)
from archive.reading.spam.page import Page, Span, joined, separate

# Kinds that stand where the page had a word of its own.
_REPLACEMENTS = frozenset({"injected_phrase", "name_replacement", "word_replacement"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page's strings without what was injected, as many as were given and in the same order.

    `tampered`: a word that the page needs was replaced, or the page is not repairable. `repairable` is False
    where the text cannot be had back (scattered or shifted characters, a made-up document); only what can be
    told exactly was removed then, and nothing from scattered text.
    """

    texts: list[str]
    removals: list[Removal]
    tampered: bool
    repairable: bool


def clean(texts: Sequence[str], where: Sequence[str], *, agency: str | None = None) -> Cleaned:
    """Takes injected advertising out of the strings of one page and leaves every other character as it was.

    `texts` are in reading order, `where` labels each (title, body); evidence is weighed over all of them.
    `agency` is the name that the page's owner is known by. Raises ValueError when the lengths differ.
    """
    if len(texts) != len(where):
        raise ValueError(f"{len(texts)} texts but {len(where)} labels: give one label (title, body) for each text")
    page = Page(texts, where, agency)
    words, shaped = names.may_stand(page.text), names.may_be_shaped(page.text)
    traded = trade.may_stand(page.text)
    strewn = marks.may_stand(page.text)
    damaged = damage.may_stand(page.text)
    shuffled = shuffle.may_stand(page.text) and shuffle.is_shuffled(page.text)
    foreign = list(strangers.find(page))
    if not (shuffled or words or shaped or traded or strewn or damaged or foreign):
        return Cleaned(list(texts), [], tampered=False, repairable=True)
    if damaged and damage.is_scattered(page):
        return Cleaned(list(texts), [], tampered=True, repairable=False)
    spans: list[Span] = foreign
    if damaged:
        spans += damage.prompts(page)
    if strewn:
        spans += marks.find(page.without(spans) if spans else page)
    if words or shaped:
        rest = page.without(spans) if spans else page
        blocks = lines.find(rest) if words else []
        spans += blocks
        spans += tokens.find(rest.without(blocks) if blocks else rest, words=words)
    if traded:
        spans += trade.find(page.without(spans) if spans else page)
    spans = suggestion.suggested(page, joined(page, honest.without_honest(page, separate(spans))))
    kept, removals = page.cut(spans)
    repairable = not (shuffled or (damaged and (damage.is_shifted(page) or damage.is_generated(page))))
    replaced = any(span.kind in _REPLACEMENTS and not _alone(page, span) for span in spans)
    return Cleaned(kept, removals, tampered=replaced or not repairable, repairable=repairable)


def is_advertising(text: str) -> bool:
    """Whether a text that a page hides is advertising: a brand or filth in it, or several words of the trade."""
    if not names.may_stand(text):
        return False
    masked = Page([text], ["body"], None).masked
    if vocabulary.FIGHTING.search(masked):
        return names.weight(masked) >= tokens.THRESHOLD * 2
    return names.is_blatant(masked) or names.weight(masked) >= tokens.THRESHOLD


def _alone(page: Page, span: Span) -> bool:
    """Whether a piece had its line to itself, so that no sentence lost a word."""
    start = page.text.rfind("\n", 0, span.start) + 1
    end = page.text.find("\n", span.end)
    return not (page.text[start : span.start] + page.text[span.end : end if end >= 0 else None]).strip()
