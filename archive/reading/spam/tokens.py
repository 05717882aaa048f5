"""Advertising names glued into honest sentences, told by shape, place and repetition; words are support.

Two moves wrote them: a search-and-replace over a stolen page put a name where a place, an agency or an
ordinary word stood, and a banner was set above the text. So one odd name stands before several honest endings
(区人民政府, 局, 网), often joined by marks that no official would write inside a word (A_B_C, A-【B】@).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from archive.reading.spam import names, vocabulary
from archive.reading.spam.page import MASK, Page, Span
from archive.reading.spam.strangers import known_names

THRESHOLD = 4

_BOUNDARY = re.compile(r"[\s,。;:!?、《》【】()“”\"\x01|>•·]")
_HOLE_BEFORE = re.compile(r"(?:收到和处理|中华人民共和国|主动公开|人民|因|\d{4}年度?)\Z")
_HOLE_AFTER = re.compile(r"条例|申请|行政复议|工作年度报告|年度报告|指南|情况|工作要点|目录|年报")
_NUMBERING = re.compile(r"[一二三四五六七八九十]、|\d")
_OF_A_PLACE = tuple("村路街巷组社")
_MARK = re.compile("_|-【")
_REST = re.compile("街道|[区县市旗镇乡]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DATE = re.compile(r"(?:19|20)\d\d(?=[-年/.度])")
_CLOSE = 12
_SENTENCE_END = re.compile(r"[。;!?\n]")


@dataclass(slots=True)
class _Candidate:
    """A name as its words mark it, and how many characters more it may have to the left and to the right."""

    start: int
    end: int
    left: int = 0
    right: int = 0


def _trim(page: Page, start: int, end: int) -> int:
    """Where a name begins once endings that belong to the page's own word (政府网站…) are left to it.

    An ending that is joined to what follows (官网_…) is the end of the name's first part, and stays.
    """
    while start < end and not _at_boundary(page, start):
        match = names.ENDING.match(page.masked, start, end)
        if match is None or match.end() >= end or page.masked[match.end()] in "_-·":
            break
        start = match.end()
    return start


def _at_boundary(page: Page, offset: int) -> bool:
    return offset == 0 or _BOUNDARY.match(page.folded, offset - 1) is not None


def _after_own(run: str) -> int:
    """Where a run of characters goes on once the last of the page's own words in it is over."""
    return max((match.end() for match in vocabulary.GENUINE.finditer(names.blotted(run))), default=0)


def _lacks_head(text: str, start: int, end: int) -> bool:
    """Whether a name begins with what none begins with: an ending, or a first part (娱乐_…) without a name in it."""
    if names.HEADLESS.match(text, start):
        return True
    head, mark, _ = text[start:end].partition("_")
    return bool(mark) and not head[:1].isascii() and not names.STRONG.search(head)


def _widen(page: Page, start: int, end: int) -> tuple[int, int]:
    """The name with its first and last part whole, where an underscore shows that there is more of it."""
    text = page.masked
    if start and text[start - 1] == "_" and (before := names.RUN_BEFORE.search(text, max(0, start - 26), start - 1)):
        start = before.start() + _after_own(before[0])
    elif _lacks_head(text, start, end) and (before := names.RUN_BEFORE.search(text, max(0, start - 10), start)):
        # What stands before it, back to the page's own words, is the name.
        start = before.start() + _after_own(before[0])
    # A made-up name (豪盈通体育_豪盈通登录入口) stands again behind the mark.
    if before := names.RUN_BEFORE.search(text, max(0, start - 6), start):
        again = (length for length in range(len(before[0]), 1, -1) if before[0][-length:] in text[start:end])
        start -= next(again, 0)
    if prefix := names.LATIN_BEFORE.search(text, max(0, start - 14), start):
        start = prefix.start()
    if opening := names.OPENING.search(text, max(0, start - 24), start):
        start = opening.start()
    # In the last part an honest phrase (体育工作) may be half the name's and half the page's.
    if end < len(text) and text[end] == "_" and (after := names.RUN.match(page.folded, end + 1)):
        genuine_word = vocabulary.GENUINE.search(after[0])
        part = after[0][: genuine_word.start()] if genuine_word else after[0]
        # Behind the last word of advertising the page's own sentence goes on (…平台承担).
        rest = names.ends(part)[1]
        if genuine_word is None or len(part) > 1:
            end = after.start() + len(part) - (len(rest) if genuine_word else 0)
    if start and end < len(text) and text[start - 1] == "【" and text[end] == "】":
        start, end = start - 1, end + 1
    return start, end


def _candidates(page: Page) -> Iterator[_Candidate]:
    done = 0
    for suspect in names.SUSPECT.finditer(page.masked):
        if suspect.start() < done:
            continue
        first = page.masked.rfind("\n", 0, suspect.start()) + 1
        last = page.masked.find("\n", suspect.end())
        done = last if last >= 0 else len(page.masked)
        for match in names.NAME.finditer(page.masked, first, done):
            if candidate := _candidate(page, match.start(), match.end()):
                yield candidate
    yield from _shapes(page)


def _shaped(text: str) -> Iterator[re.Match[str]]:
    """The names of such a shape in the lines that hold the marks; few do, and the search is slow."""
    done = 0
    for mark in _MARK.finditer(text):
        if mark.start() >= done:
            first = text.rfind("\n", 0, mark.start()) + 1
            done = text.find("\n", mark.start())
            done = done if done >= 0 else len(text)
            yield from names.SHAPE.finditer(text, first, done)


def _shapes(page: Page) -> Iterator[_Candidate]:
    """Names of unknown words, told by the marks that join them: A_B_C or A-【B】@ amid a sentence."""
    for match in _shaped(page.masked):
        start, end = match.span()
        start += _after_own(match[1])
        middle = page.masked[match.end(1) : match.start(3) if match[3] else end]
        if vocabulary.GENUINE.search(names.blotted(middle)):
            continue
        if match[3] and (genuine_word := vocabulary.GENUINE.search(match[3])):
            end = match.start(3) + genuine_word.start()
            # The name of a place may stand between a name's last word and the first of the page's own.
            rest = names.ends(match[3][: genuine_word.start()])[1]
            if len(rest) > 1 and vocabulary.AGENCY_REST.match(page.folded, end - len(rest)):
                end -= len(rest)
        name = page.masked[start:end]
        if name.strip("_-") != name or not _HAN.search(name) or names.STRONG.search(name):
            continue
        if kind := _REST.match(page.folded, end):
            end -= known_names(page.folded, page.masked[start:end], kind[0])
        # What touches the marks is the same in every place; how far the name goes, the places tell together.
        first = max(start, match.end(1) - 2)
        last = min(end, (match.start(3) if match[3] else end) + 2)
        yield _Candidate(first, last, first - start, end - last)


def _candidate(page: Page, start: int, end: int) -> _Candidate | None:
    start = _trim(page, start, end)
    if dated := _DATE.search(page.masked, max(start, end - 4), end + 1):
        end = dated.start()  # A date begins there.
    # A mark at the end of a name joins it to nothing: it is the sentence's.
    end = start + len(page.masked[start:end].rstrip("-_—–·|:/,&+~"))
    first, last = _widen(page, start, end)
    whole = page.masked[first:last]
    if not names.STRONG.search(whole):
        return None
    if first == start and names.COMPOUND.match(whole) and names.weight(whole) <= 3:
        return _Candidate(start, end) if _at_boundary(page, start) else None
    return _Candidate(start, end, start - first, last - end)


def _bounds(page: Page, start: int, end: int) -> tuple[int, int]:
    """Where the line around a piece begins and ends, looking no further than a long paragraph's half."""
    first = page.folded.rfind("\n", max(0, start - 300), start) + 1 or max(0, start - 300)
    last = page.folded.find("\n", end, end + 300)
    return first, last if last >= 0 else min(len(page.folded), end + 300)


def _stands_alone(page: Page, start: int, end: int) -> bool:
    """Whether a name has its line to itself."""
    first, last = _bounds(page, start, end)
    return not re.search(r"[^\W_]", page.folded[first:start] + page.folded[end:last])


def _place(page: Page, start: int, end: int) -> tuple[float, bool]:
    """How odd a place is: before the rest of an agency's name, in the statutory wording, with a colon glued on."""
    text = page.folded
    score = 0.0
    after = end
    if text[after : after + 1] == ":" and re.match(r"[\u4e00-\u9fff]", text[after + 1 : after + 2]):
        after += 1
        score += 1
    rest = vocabulary.AGENCY_REST.match(text, after)
    if rest or (page.agency and len(page.agency) > 2 and text.startswith(vocabulary.fold(page.agency)[-4:], after)):
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
    return any(
        match[0] not in vocabulary.EVERYDAY or (match.end() > start - _CLOSE and match.start() < end + _CLOSE)
        for one, other in ((first, start), (end, last))
        for match in vocabulary.FIGHTING.finditer(text, one, other)
    )


def _may_be_a_name(page: Page, one: _Candidate, places: int) -> bool:
    """Whether a word of the trade may be what it stands for: 九游村, wherever it stands, and 中国竞彩网, once."""
    name, after = page.folded[one.start : one.end], page.folded[one.end : one.end + 1]
    if places > 1:
        return len(name) < 3 and after in _OF_A_PLACE
    return len(name) < 3 or not names.BRAND.search(name) or after == "网" or after in _OF_A_PLACE


def _convinces(page: Page, group: list[_Candidate]) -> bool:
    """Whether words, shape and the places where a name stands speak together for advertising."""
    name = page.folded[group[0].start : group[0].end]
    words = names.weight(name)
    shaped = names.is_shaped(name)
    contexts = len({page.folded[one.end : one.end + 2] for one in group})
    places = [_place(page, candidate.start, candidate.end) for candidate in group]
    place = max(score for score, _ in places)
    if not names.STRONG.search(name):
        # Unknown words must be joined oddly, stand oddly, and mostly more than once.
        odd = sum(1 for _, strange in places if strange)
        if words > 1 and contexts > 2:
            return True
        return odd > 0 and (words >= 2 or (len(group) > 1 and (words > 0 or contexts > 1)))
    if not shaped and words < 3 and (place < 3 or len(group) < 2):
        return False
    if not shaped and words <= 3 and place < 3 and all(_may_be_a_name(page, one, len(group)) for one in group):
        return False
    score = min(words, 6.0) + place + (2 if shaped else 0)
    if words >= 4 and not shaped and any(_is_glued(page, one) for one in group) and names.OFFER.search(name):
        score += 1
    if len(group) > 1 and any(odd for _, odd in places):
        score += 2 if contexts > 1 else 1
    elif words >= 3 and contexts > 2:
        score += 2
    if any(_fought(page, candidate.start, candidate.end) for candidate in group):
        score -= 1 if shaped or words > 6 else 4
    return score >= (THRESHOLD if shaped or place else THRESHOLD + 1)


def _is_glued(page: Page, one: _Candidate) -> bool:
    """Whether a name stands between two characters of a sentence without any word that would join it to them."""
    before, after = page.folded[max(0, one.start - 1) : one.start], page.folded[one.end : one.end + 1]
    return bool(_HAN.match(after)) and (one.start == 0 or before == "\n" or bool(_HAN.match(before)))


def _agreed(page: Page, starts: list[int], length: int) -> tuple[int, int]:
    """How many more characters, left and right, all places of a name have in common as part of it.

    Words that belong to the page end the common part; a place at a boundary shows that nothing is missing there.
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
        for length in range(len(name) - 1, 1, -1):
            shorter, tail = name[:length], name[length:]
            if len(groups.get(shorter, ())) <= max(1, len(groups[name])):
                continue
            if names.ENDING.fullmatch(tail.lstrip(":,|")) and not names.STRONG.search(tail):
                for candidate in groups.pop(name):
                    candidate.end -= len(tail)
                    candidate.right = 0
                    groups[shorter].append(candidate)
                break


def _complete(page: Page, group: list[_Candidate]) -> str:
    """Gives the places of a name as much around it as belongs to it in all of them; the name."""
    left, right = min(one.left for one in group), min(one.right for one in group)
    text = page.folded
    while left and len({text[one.start - left : one.start] for one in group}) > 1:
        left -= 1
    while right and len({text[one.end : one.end + right] for one in group}) > 1:
        right -= 1
    for one in group:
        one.start -= left
        one.end += right
    return text[group[0].start : group[0].end]


def _line(page: Page, first: int, last: int) -> tuple[int, int]:
    """The whole line where a name makes up most of it and nothing of the page's own stands beside it."""
    start, end = _bounds(page, first, last)
    start += len(page.folded[start:first]) - len(page.folded[start:first].lstrip(" \t\u3000\xa0•●▪*·-"))
    end -= len(page.folded[last:end]) - len(page.folded[last:end].rstrip())
    beside = page.folded[start:first] + page.folded[last:end]
    if len(beside) > last - first or MASK in beside or _NUMBERING.search(beside):
        return first, last
    # Greetings of the advertiser's site stand beside its name, and marks.
    return (first, last) if _HAN.search(names.without_words(beside)) else (start, end)


def find(page: Page, *, words: bool = True) -> list[Span]:
    """The advertising names of a page, each with every place where it stands.

    `words`: whether any word of the lists stands on it; without, names are told by their shape alone.
    """
    groups: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in _candidates(page) if words else _shapes(page):
        groups[page.masked[candidate.start : candidate.end]].append(candidate)
    _shared(groups)
    spans: list[Span] = []
    taken = bytearray(len(page.text))
    accepted = set()
    for group in groups.values():
        name = _complete(page, group)
        if _convinces(page, group):
            accepted.add(name)
    for name in sorted(accepted, key=lambda name: (-len(name), name)):
        starts = []
        for start in _occurrences(page.folded, name):
            if not any(taken[start : start + len(name)]):
                starts.append(start)
            elif taken[start + len(name) - 1] and not taken[start]:  # Its rest was told apart.
                end = taken.index(1, start)
                spans.append(Span(start, end, _kind(page, name, [(start, start + len(name))]), _rule(name)))
        if not starts:
            continue
        left, right = _agreed(page, starts, len(name))
        if name.endswith(("】", "@")):
            right = 0
        places = []
        ends = [start + len(name) + right for start in starts]
        # A colon that is the name's own in several places is its own at a line's end too.
        own = sum(names.with_glued_colon(page.folded, end) > end for end in ends) > 1
        for start, end in zip(starts, ends, strict=True):
            last = end + 1 if own and page.folded[end : end + 1] == ":" else names.with_glued_colon(page.folded, end)
            first, last = _line(page, start - left, last)
            places.append((first, last))
            taken[first:last] = b"\x01" * (last - first)
        kind, rule = _kind(page, name, places), _rule(name)
        spans.extend(Span(first, last, kind, rule) for first, last in places)
    return spans


def _rule(name: str) -> str:
    """What spoke for a name: the marks that join it, its words, or both."""
    if not names.is_shaped(name):
        return "words"
    return "shape_and_words" if names.STRONG.search(name) else "shape"


def _kind(page: Page, name: str, places: list[tuple[int, int]]) -> str:
    if "【" in name or name.endswith("@"):
        return "injected_phrase"
    if all(_stands_alone(page, first, last) for first, last in places):
        return "keyword_block" if names.PORN.search(name) and not names.BRAND.search(name) else "brand_list"
    if any(vocabulary.AGENCY_REST.match(page.folded, last) for _, last in places):
        return "name_replacement"
    return "word_replacement"
