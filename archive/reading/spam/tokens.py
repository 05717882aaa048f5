"""Advertising names glued into honest sentences: found by shape, place and repetition, with the words as support.

Two moves wrote them: a search-and-replace over a stolen page put a name where a place, an agency or an ordinary word stood, and
a banner was set above the text. So the same odd name stands before several honest endings (区人民政府, 局, 网), often joined by
marks that no official would write inside a word (A_B_C, A-【B】@).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from archive.reading.spam import vocabulary
from archive.reading.spam.page import Page, Span

THRESHOLD = 4


def _words(*lists: str) -> str:
    """A pattern of the words of the lists; Latin words and numbers match only whole."""
    words = {vocabulary.fold(word) for text in lists for word in text.split()}
    latin = {word for word in words if word[0].isascii() and word[0].isalnum()}
    ending = {word for word in words - latin if word[-1].isascii() and word[-1].isalnum()}
    closed = r"(?:" + vocabulary.alternation(latin) + r")(?!(?<=[a-z])[a-z]|(?<=\d)\d|年)" if latin else ""
    opened = r"(?<![a-z\d])" if latin else ""
    parts = [opened + closed] if latin else []
    if ending:
        parts.append("(?:" + vocabulary.alternation(ending) + r")(?![a-z\d])")
    parts.append(vocabulary.alternation(words - latin - ending))
    return "|".join(parts)


_BRANDS = (
    rf"{vocabulary.LATIN_BRAND}|{_words(vocabulary.BRANDS)}|(?:{_words(vocabulary.AMBIGUOUS)}){vocabulary.TRADE}"
)
_BRAND = re.compile(_BRANDS)
_GAMBLING = re.compile(_words(vocabulary.GAMBLING))
_PORN = re.compile(_words(vocabulary.PORN))
_MEDIA = re.compile(_words(vocabulary.MEDIA))
_PART = re.compile(_words(vocabulary.LURES, vocabulary.PARTS, vocabulary.ENDINGS))
_ENDING = re.compile(rf"(?:{_words(vocabulary.ENDINGS)})[^\w【(]*+")
_OPENING = re.compile(rf"(?:{vocabulary.alternation(vocabulary.OPENINGS.split())})+$")
_STRONG = re.compile("|".join(pattern.pattern for pattern in (_BRAND, _GAMBLING, _PORN, _MEDIA)))

_WORD = (
    rf"(?:{_BRANDS}|"
    + _words(
        vocabulary.GAMBLING, vocabulary.PORN, vocabulary.LURES, vocabulary.MEDIA, vocabulary.PARTS, vocabulary.ENDINGS
    )
    + ")"
)
# Between two underscores stands whatever the advertiser wrote; no honest word is closed in so.
_BETWEEN = r"_[^_\n,。;:!?《》【】\x01]{1,30}(?=_|-【)"
_BRACKETS = r"[-_—]{0,2}【[^【】\n\x01]{1,20}】"
_NAME = re.compile(
    rf"{_WORD}(?:[-_—–·|¥@:/.、,&+~]{{0,2}}{_WORD}|(?<=[a-z\d]) {_WORD}|{_BRACKETS}|{_BETWEEN})*+@?"
)
_RUN = re.compile(r"[^\s_,。;:!?、《》【】()“”\"\x01|>]{1,25}")
_RUN_BEFORE = re.compile(r"[^\s_,。;:!?、《》【】()“”\"\x01|>]{1,25}$")
_GLUE = re.compile(r"(?<=[^\s_])_(?=[^\s_])|-【|】@|¥|(?<=\w)—(?=\w)")
_BOUNDARY = re.compile(r"[\s,。;:!?、《》【】()“”\"\x01|>•·]")
_HOLE_BEFORE = re.compile(r"(?:收到和处理|中华人民共和国|主动公开|人民|因|\d{4}年度?)$")
_HOLE_AFTER = re.compile(r"条例|申请|行政复议|工作年度报告|年度报告|指南|情况|工作要点|目录|年报")
_SENTENCE_END = re.compile(r"[。;!?\n]")


# The same words to find in a text that has not been folded, at the speed of a plain search.
_SUSPECT = vocabulary.unfolded(
    " ".join(
        (
            vocabulary.BRANDS,
            vocabulary.AMBIGUOUS,
            vocabulary.GAMBLING,
            vocabulary.PORN,
            vocabulary.MEDIA,
            "bet bt3 beat365 365365 188体育 6686体育 hg0",
        )
    ).split()
)


@dataclass(slots=True)
class _Candidate:
    start: int
    end: int
    words: float
    shaped: bool


def _weight(name: str) -> float:
    """How much the words of a name tell: 3 a brand, 2 a word of the trade, 1 a part, each word once."""
    rest = name
    total = 0.0
    for pattern, weight in ((_BRAND, 3), (_GAMBLING, 2), (_PORN, 2), (_MEDIA, 1)):
        total += weight * len(set(pattern.findall(rest)))
        rest = pattern.sub("\x01", rest)
    return total + min(len(set(_PART.findall(rest))), 3)


def weight(text: str) -> float:
    """How much the advertising words of a folded and masked text tell; 0 where none stands."""
    return _weight(text) if _STRONG.search(text) else 0.0


def is_shaped(name: str) -> bool:
    """Whether a name is joined by marks as no official joins words: A_B_C, A-【B】@."""
    return len(_GLUE.findall(name)) > 0


def _trim(page: Page, start: int, end: int) -> int:
    """Where a name begins once endings that belong to the page's own word (政府网站…) are left to it."""
    while start < end and not _at_boundary(page, start):
        match = _ENDING.match(page.masked, start, end)
        if match is None or match.end() >= end:
            break
        start = match.end()
    return start


def _at_boundary(page: Page, offset: int) -> bool:
    return offset == 0 or _BOUNDARY.match(page.folded, offset - 1) is not None


def _widen(page: Page, start: int, end: int) -> tuple[int, int]:
    """The name with its first and last part whole, where an underscore shows that there is more of it."""
    text = page.masked
    if (
        start
        and text[start - 1] == "_"
        and (before := _RUN_BEFORE.search(text, max(0, start - 26), start - 1))
    ):
        genuine = list(vocabulary.GENUINE.finditer(before[0]))
        start = before.start() + (genuine[-1].end() if genuine else 0)
    if end < len(text) and text[end] == "_" and (after := _RUN.match(text, end + 1)):
        genuine_word = vocabulary.GENUINE.search(after[0])
        if genuine_word is None:
            end = after.end()
        elif genuine_word.start() > 1:
            end = after.start() + genuine_word.start()
    if opening := _OPENING.search(text, max(0, start - 24), start):
        start = opening.start()
    if start and end < len(text) and text[start - 1] == "【" and text[end] == "】":
        start, end = start - 1, end + 1
    return start, end


def _candidates(page: Page) -> Iterator[_Candidate]:
    done = 0
    for suspect in _SUSPECT.finditer(page.masked):
        if suspect.start() < done:
            continue
        first = page.masked.rfind("\n", 0, suspect.start()) + 1
        last = page.masked.find("\n", suspect.end())
        done = last if last >= 0 else len(page.masked)
        for match in _NAME.finditer(page.masked, first, done):
            if candidate := _candidate(page, match.start(), match.end()):
                yield candidate


def _candidate(page: Page, start: int, end: int) -> _Candidate | None:
    start = _trim(page, start, end)
    # A mark at the end of a name joins it to nothing: it is the sentence's.
    end = start + len(page.masked[start:end].rstrip("-_—–·|:/.、,&+~"))
    name = page.masked[start:end]
    if not _STRONG.search(name):
        return None
    shaped = is_shaped(name)
    start, end = _widen(page, start, end)
    return _Candidate(start, end, _weight(page.masked[start:end]), shaped or is_shaped(page.masked[start:end]))


def _stands_alone(page: Page, start: int, end: int) -> bool:
    """Whether a name has its line to itself."""
    line_start = page.folded.rfind("\n", 0, start) + 1
    line_end = page.folded.find("\n", end)
    around = page.folded[line_start:start] + page.folded[end : line_end if line_end >= 0 else None]
    return not re.search(r"[^\W_]", around)


def _place(page: Page, start: int, end: int) -> tuple[float, bool]:
    """How odd a place is: glued to the rest of an agency's name, in a hole of the statutory wording, with a colon glued on."""
    text = page.folded
    score = 0.0
    after = end
    if text[after : after + 1] == ":" and re.match(r"[\u4e00-\u9fff]", text[after + 1 : after + 2]):
        after += 1
        score += 1
    rest = vocabulary.AGENCY_REST.match(text, after)
    if rest or (
        page.agency and len(page.agency) > 2 and text.startswith(vocabulary.fold(page.agency)[-4:], after)
    ):
        score += 2
    if _HOLE_BEFORE.search(text, max(0, start - 10), start) and _HOLE_AFTER.match(text, after):
        score += 3
    if _stands_alone(page, start, end):
        score += 1
    return score, rest is not None or score >= 3


def _fought(page: Page, start: int, end: int) -> bool:
    """Whether the sentence around a name tells of gambling or filth because it fights them."""
    text = page.folded
    first = max(
        (match.end() for match in _SENTENCE_END.finditer(text, max(0, start - 80), start)),
        default=max(0, start - 80),
    )
    following = _SENTENCE_END.search(text, end, end + 60)
    last = following.start() if following else min(len(text), end + 60)
    return bool(vocabulary.FIGHTING.search(text, first, start) or vocabulary.FIGHTING.search(text, end, last))


def _convinces(page: Page, group: list[_Candidate]) -> bool:
    """Whether words, shape and the places where a name stands speak together for advertising."""
    words = max(candidate.words for candidate in group)
    shaped = group[0].shaped
    places = [_place(page, candidate.start, candidate.end) for candidate in group]
    place = max(score for score, _ in places)
    if not shaped and words < 3 and (place < 3 or len(group) < 2):
        return False
    score = min(words, 6.0) + place + (2 if shaped else 0)
    if len(group) > 1 and any(odd for _, odd in places):
        score += 2 if len({page.folded[c.end : c.end + 2] for c in group}) > 1 else 1
    if any(_fought(page, candidate.start, candidate.end) for candidate in group):
        score -= 1 if shaped or words > 6 else 4
    return score >= (THRESHOLD if shaped or place else THRESHOLD + 1)


def _agreed(page: Page, starts: list[int], length: int) -> tuple[int, int]:
    """How many more characters, to the left and to the right, all places of a name have in common as part of it.

    Words that belong to the page end the common part; one place at a boundary shows that nothing is missing there.
    """
    if len(starts) < 2:
        return 0, 0
    text = page.masked
    left = 0
    while left < 12:
        before = {text[start - left - 1 : start - left] for start in starts}
        if len(before) > 1 or not (letter := before.pop()) or _BOUNDARY.match(letter):
            break
        left += 1
    common = text[starts[0] - left : starts[0]]
    genuine = list(vocabulary.GENUINE.finditer(common))
    if genuine:
        left -= genuine[-1].end()
    right = 0
    end = starts[0] + length
    while right < 12:
        after = {text[start + length + right : start + length + right + 1] for start in starts}
        if len(after) > 1 or not (letter := after.pop()) or _BOUNDARY.match(letter):
            break
        right += 1
    genuine_word = vocabulary.GENUINE.search(text[end : end + right])
    if genuine_word:
        right = genuine_word.start()
    # A place name left behind (太平 of 太平乡) is no part of the name.
    if vocabulary.AGENCY_REST.match(text, end + right):
        right = 0
    return left if left > 1 else 0, right if right > 1 else 0


def _occurrences(text: str, name: str) -> list[int]:
    starts = []
    found = text.find(name)
    while found >= 0:
        starts.append(found)
        found = text.find(name, found + len(name))
    return starts


def _shared(groups: dict[str, list[_Candidate]]) -> None:
    """Gives back an ending (平台 of 平台管理) that a name bears in one place and lacks in several others."""
    for name in sorted(groups, key=len, reverse=True):
        for shorter in sorted(groups, key=len):
            tail = name[len(shorter) :]
            if not tail or not name.startswith(shorter) or len(groups[shorter]) <= max(1, len(groups[name])):
                continue
            if _ENDING.fullmatch(tail) and not _STRONG.search(tail):
                for candidate in groups.pop(name):
                    candidate.end -= len(tail)
                    groups[shorter].append(candidate)
                break


def find(page: Page) -> list[Span]:
    """The advertising names of a page, each with every place where it stands."""
    groups: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in _candidates(page):
        groups[page.masked[candidate.start : candidate.end]].append(candidate)
    _shared(groups)
    spans: list[Span] = []
    taken = bytearray(len(page.text))
    accepted = [(name, group) for name, group in groups.items() if _convinces(page, group)]
    for name, group in sorted(accepted, key=lambda item: -len(item[0])):
        starts = [
            start for start in _occurrences(page.masked, name) if not any(taken[start : start + len(name)])
        ]
        if not starts:
            continue
        left, right = _agreed(page, starts, len(name))
        if name.endswith(("】", "@")):
            right = 0
        places = []
        for start in starts:
            first, last = start - left, start + len(name) + right
            if page.folded[last : last + 1] == ":" and page.folded[last + 1 : last + 2].strip(" \n/"):
                last += 1
            places.append((first, last))
            taken[first:last] = b"\x01" * (last - first)
        kind = _kind(page, name, places)
        spans.extend(Span(first, last, kind) for first, last in places)
    return spans


def _kind(page: Page, name: str, places: list[tuple[int, int]]) -> str:
    if "【" in name or name.endswith("@"):
        return "injected_phrase"
    if all(_stands_alone(page, first, last) for first, last in places):
        return "keyword_block" if _PORN.search(name) and not _BRAND.search(name) else "brand_list"
    if any(vocabulary.AGENCY_REST.match(page.folded, last) for _, last in places):
        return "name_replacement"
    return "word_replacement"


def is_porn(text: str) -> bool:
    """Whether the words of a folded text are rather those of filth than of betting."""
    return len(_PORN.findall(text)) > len(_BRAND.findall(text)) + len(_GAMBLING.findall(text))


def may_stand(text: str) -> bool:
    """Whether a page's joined text, not folded, holds any word of advertising; quick."""
    return _SUSPECT.search(text) is not None
