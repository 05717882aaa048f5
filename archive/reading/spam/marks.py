"""Marks strewn into a text: zero-width characters, empty tags, pinyin, jammers, a foreign host's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from archive.reading.script import simplify
from archive.reading.spam.page import Page, Span

_SIGN = re.compile(r"[#$&{}^~@!*+=;:?%\[\]<>|]")
_LETTER = re.compile("[a-zA-Z]")
_ZERO_WIDTH = re.compile("(?<=[\u4e00-\u9fff])[\u200b-\u200d\u2060\ufeff\u00ad]+(?=[\u4e00-\u9fff])")
_ANY_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]+")
_FEWEST_STREWN = 5

_TAG = r"<(?:/[a-zA-Z][a-zA-Z\d]*|[a-zA-Z][a-zA-Z\d]*(?:\s+(?:id|class)\s*=\s*[\"'][a-z\d]{4,7}[\"'])?)\s*/?>"
_TAGS = re.compile(rf"(?:{_TAG})++")
_MARKED = re.compile(r"(?:id|class)\s*=\s*[\"']([a-z\d]{4,7})[\"']")
_EMPTY = re.compile(r"<([a-zA-Z][a-zA-Z\d]*)[^<>]*></\1>")

_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])?"
_VOWEL = "aāáǎàeēéěèiīíǐìoōóǒòuūúǔùüǖǘǚǜvɑ"
_TONES = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
_SYLLABLE = rf"{_INITIAL}[{_VOWEL}]{{1,3}}(?:ng|n|r)?"
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff\U00020000-\U0003ffff)])[(（]\s?({_SYLLABLE})\s?[)）]")
# Units and marks that stand in brackets after a Chinese word and read like a syllable.
_NOT_A_SYLLABLE = frozenset({"a", "e", "i", "o", "u", "v", "ha"})
# Forum software hides such lines between paragraphs against copying: 5 v3 a# l$ l& I6 {- ^
_JAMMER = re.compile(r" {2,}(?:[!-~]{1,2} ){5,60}[!-~]{1,2}(?![!-~])|(?:[!-~]{1,2} ){5,60}[!-~]{1,2}(?![!-~])")

_HOST = re.compile(
    r"(?<![\w./@-])(?:www\.)?((?:[a-zA-Z\d-]{2,40}\.)+(?:com|cn|net|org|top|xyz|vip|cc|co|info|site|club|shop))(?=[\u4e00-\u9fff])"
)

# What no host is followed by unless a place stood there; 网站, 公司 may follow any.
_PLACE_REST = re.compile(
    r"特别行政区|自治[区州县旗]|[省市县区镇乡州旗](?!域|内|里|外)|街道|街办|人民政府|政府(?!采购|网)|办事处|管委会|管理委员会|"
    r"(?!公司|网|平台|官|上|等|或|和|的|是|为|进行|查[询看]|下载|发[布送]|公[布示开]|向|在|由|登[录陆])[\u4e00-\u9fff]{2,6}(?:局|委员会|街道|镇|乡)"
)


def may_stand(text: str) -> bool:
    """Whether a page's joined text holds anything that this module looks for; quick."""
    return ("(" in text and _GLOSS.search(text) is not None) or _ODD.search(text) is not None


_ODD = re.compile(
    r"[\u200b-\u200d\u2060\ufeff\u00ad]|</?[a-z]+|[#$^{}&~\[\]%+;] |（[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+）"
    r"|\.(?:com|cn|net|org|top|xyz|vip|cc|co|info|site|club|shop)[\u4e00-\u9fff]"
)


def find(page: Page) -> list[Span]:
    """The strewn marks of a page."""
    spans = [Span(match.start(), match.end(), "zero_width", "between_characters") for match in _zero_width(page.text)]
    spans.extend(_junk_tags(page.text))
    spans.extend(_jammers(page.text))
    spans.extend(_glosses(page.text))
    spans.extend(_hosts(page))
    return spans


def _zero_width(text: str) -> list[re.Match[str]]:
    """Characters of no width amid words; where there are several, those beside marks and figures were strewn too."""
    between = list(_ZERO_WIDTH.finditer(text))
    return between if len(between) < _FEWEST_STREWN else list(_ANY_ZERO_WIDTH.finditer(text))


def _junk_tags(text: str) -> Iterator[Span]:
    """Empty tags that share one meaningless id: what a link farm's generator leaves around its links."""
    shared = Counter(_MARKED.findall(text))
    for run in _TAGS.finditer(text):
        if _EMPTY.search(run[0]) and any(shared[name] > 1 for name in _MARKED.findall(run[0])):
            yield Span(run.start(), run.end(), "junk_markup", "empty_tags_of_one_name")


def _jammers(text: str) -> Iterator[Span]:
    """Lines of single characters; beside one with several odd signs, those with fewer signs are such too."""
    found = [(match, set(_SIGN.findall(match[0])), len(_LETTER.findall(match[0]))) for match in _JAMMER.finditer(text)]
    certain = any(len(signs) > 2 and letters > 1 for _, signs, letters in found)
    for match, signs, letters in found:
        if letters > 1 and (len(signs) > 1 or (certain and letters > 4)) and _is_jumbled(match[0], len(signs)):
            yield Span(match.start(), match.end(), "junk_markup", "jammer")


def _is_jumbled(text: str, signs: int) -> bool:
    return signs > 2 or re.search(r"\d|[A-Z]", text) is not None


def _glosses(text: str) -> Iterator[Span]:
    """Pinyin in brackets after a character; a page that glosses rare characters (歙, 珲) keeps them."""
    found = [match for match in _GLOSS.finditer(text) if match[1] not in _NOT_A_SYLLABLE]
    needless = [match for match in found if _needs_no_gloss(text[match.start() - 1])]
    distinct = {match[1] for match in needless}
    strewn = len(distinct) > 4 or (len(distinct) > 1 and len(needless) > 5)
    if not strewn or len(needless) < 0.5 * len(found):
        # The converter glosses the characters that it turned into Traditional ones.
        found = [match for match in found if _is_converted(text, match.start())]
    for match in found:
        yield Span(match.start(), match.end(), "pinyin_gloss", "needless_gloss")


def _needs_no_gloss(letter: str) -> bool:
    """Whether a character is among the 3,755 most common ones (GB 2312, level 1), or Traditional."""
    try:
        return letter.encode("gb2312")[0] < 0xD8
    except UnicodeEncodeError:
        return _is_traditional(letter)


def _is_converted(text: str, offset: int) -> bool:
    """Whether the character before `offset` is Traditional, and so are others around it."""
    around = [letter for letter in text[max(0, offset - 20) : offset + 25] if _is_traditional(letter)]
    return _is_traditional(text[offset - 1]) and len(around) > 3


@lru_cache(maxsize=4096)
def _is_traditional(letter: str) -> bool:
    """Whether a character has another form in Simplified script: not so rare ones of names of places (甪, 埇)."""
    return "\u4e00" <= letter <= "\u9fff" and simplify(letter) != letter


def _hosts(page: Page) -> Iterator[Span]:
    """A host's name where the place stood: the clone's own domain before 东城街道, in several places."""
    places: dict[str, list[re.Match[str]]] = {}
    for match in _HOST.finditer(page.text):
        if not match[1].lower().endswith(".gov.cn") and _PLACE_REST.match(page.folded, match.end()):
            places.setdefault(match[0].lower(), []).append(match)
    for matches in places.values():
        if len(matches) > 1:
            for match in matches:
                yield Span(match.start(), match.end(), "name_replacement", "host_for_a_place")
