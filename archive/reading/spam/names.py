"""Patterns of advertising names: their words, the marks that join them, and how much a name tells."""

from __future__ import annotations

import re

from archive.reading.spam import vocabulary


def _words(*sections: str) -> str:
    """A pattern of the words of the lists; Latin words and numbers match only whole."""
    words = {vocabulary.fold(word) for section in sections for word in vocabulary.WORDS[section]}
    latin = {word for word in words if word[0].isascii() and word[0].isalnum()}
    ending = {word for word in words - latin if word[-1].isascii() and word[-1].isalnum()}
    parts = []
    if latin:
        parts.append(rf"(?<![a-z\d])(?:{vocabulary.alternation(latin)})(?!(?<=[a-z])[a-z]|(?<=\d)\d|年)")
    if ending:
        parts.append(rf"(?:{vocabulary.alternation(ending)})(?![a-z\d])")
    # 体育网页版 and 体育网址 are no 体育网.
    sites = {word for word in words - latin - ending if word.endswith("网")}
    if sites:
        parts.append(rf"(?:{vocabulary.alternation(sites)})(?!页[版登]|址|站)")
    parts.append(vocabulary.alternation(words - latin - ending - sites))
    return "|".join(parts)


_BRANDS = rf"{vocabulary.LATIN_BRAND}|{_words('brands')}|(?:{_words('ambiguous')}){vocabulary.TRADE}"
_OPENINGS = rf"(?:{vocabulary.alternation(vocabulary.WORDS['openings'])})+"

BRAND = re.compile(_BRANDS)
COMPOUND = re.compile(_words("compounds"))
GAMBLING = re.compile(_words("gambling"))
PORN = re.compile(_words("porn"))
MEDIA = re.compile(_words("media"))
ENDING = re.compile(rf"(?:{_words('endings')})[^\w【(]*+")
HEADLESS = re.compile(_words("endings", "compounds"))
OPENING = re.compile(rf"{_OPENINGS}\Z")
# What a site of the trade offers, as far as hardly anything else does.
OFFER = re.compile(
    r"官网|官方|app|登[录陆]|注册|手机版|网页版|客户端|下载|提款|平台|网站|网址|公司|排名|推荐|合法吗|\(集团\)|bet"
)
_OPENED = re.compile(_OPENINGS)
STRONG = re.compile("|".join(pattern.pattern for pattern in (BRAND, COMPOUND, GAMBLING, PORN, MEDIA)))
_ANY = re.compile(_words("brands", "compounds", "gambling", "porn", "media", "lures", "parts", "endings", "ambiguous"))
_PART = re.compile(_words("lures", "parts", "endings"))

_LISTED = _words("compounds", "gambling", "porn", "lures", "media", "parts", "endings")
_WORD = rf"(?:{_BRANDS}|{_LISTED})"
# Between two underscores stands whatever the advertiser wrote; no honest word is closed in so.
_NOT_OWN = r"(?!政府|公开|信息|工作|制度|报告|条例|申请|行政|部门|单位|严格|认真|根据|要求|建立|建设|管理|机关)"
_BETWEEN = rf"_(?:{_NOT_OWN}[^_\n,。、;:!?《》【】\x01]){{1,30}}+(?=_|-【)"
_BRACKETS = r"[-_—]{0,2}【[^【】\n\x01]{1,20}】"
# A word of no list between a name and its trade: 必威西汉姆联官网.
_BRIDGE = (
    rf"(?:(?!{vocabulary.GENUINE.pattern})[\u4e00-\u9fffa-z\d]){{1,6}}?"
    r"(?=官网|官方网|app下载|投注|登录入口|娱乐城|娱乐场|棋牌|手机版|赌场|真人|城中心|老虎机|捕鱼|bet)"
)
_MORE = "|".join(
    (
        rf"[-_—–·|¥@:/,&+~]{{0,2}}{_WORD}",
        rf"[-_—|]{_OPENINGS}{_WORD}",
        rf"(?<=[a-z\d]) {_WORD}",
        r"\([a-z\d ]{2,10}\)",
        _BRACKETS,
        _BETWEEN,
        _BRIDGE,
        r"[a-z]{1,4}\d{2,6}[a-z]{0,3}",
    )
)
NAME = re.compile(rf"{_WORD}(?:{_MORE})*+@?")

_RUN = r"[^\s_,。;:!?、《》【】()“”\"\x01|>]{1,25}"
RUN = re.compile(_RUN)
RUN_BEFORE = re.compile(rf"{_RUN}\Z")
_PIECE = r"[^\s_,。;:!?、《》【】()“”\"\x01|>./=&-]{2,25}+"
_SEAL = rf"-【{_PIECE}】@?"
SHAPE = re.compile(
    rf"({_PIECE})((?:_{_NOT_OWN}{_PIECE}){{0,12}}?)(?:_({_PIECE})(?!{_SEAL})|(?:_{_PIECE})?{_SEAL})(?!_)"
)
LATIN_BEFORE = re.compile(r"(?<![a-z\d.第])(?:[a-z]{1,12}|\d{2,4})\Z")
_OWN_COLON = re.compile(r"[\s/\d一二三四五六七八九十(“\"《]|主要|即|\Z")
_GLUE = re.compile(r"(?<=[^\s_])_(?=[^\s_])|-【|】@|¥|(?<=\w)—(?=\w)")

# The same words to find in a text that has not been folded, at the speed of a plain search.
_TELLING = ("brands", "ambiguous", "compounds", "gambling", "porn", "media")
SUSPECT = vocabulary.unfolded(
    [word for section in _TELLING for word in vocabulary.WORDS[section]]
    + ["bet", "bt3", "beat", "365", "188体育", "6686体育", "hg0"]
)


def may_stand(text: str) -> bool:
    """Whether a page's joined text, not folded, holds any word of advertising; quick."""
    return SUSPECT.search(text) is not None


def may_be_shaped(text: str) -> bool:
    """Whether a page's joined text holds a mark that joins names; quick."""
    return any(mark in text for mark in ("_", "-【", "】@"))


def with_glued_colon(text: str, end: int) -> int:
    """Where a name ends once a colon glued to it is its own; the page's stands before points, quotations, addresses."""
    return end + 1 if text[end : end + 1] == ":" and not _OWN_COLON.match(text, end + 1) else end


def weight(name: str) -> float:
    """How much the words of a folded and masked name tell: 3 a brand, 2 a word of the trade, 1 a part, each once.

    Of words in a row (老虎机,百家乐) the weightiest counts: an honest list names things too.
    """
    if "," in name:
        return max(map(weight, name.split(",")))
    total = 0.0
    for pattern, value in ((BRAND, 3), (COMPOUND, 3), (GAMBLING, 2), (PORN, 2), (MEDIA, 1)):
        total += value * len(set(pattern.findall(name)))
        name = pattern.sub("\x01", name)
    return total + min(len(set(_PART.findall(name))), 3)


def ends(text: str) -> tuple[str, str]:
    """What stands before the first and after the last advertising word of a text; nothing where it holds none."""
    places = [match.span() for match in _ANY.finditer(text)]
    return (text[: places[0][0]], text[places[-1][1] :]) if places else ("", "")


def blotted(text: str) -> str:
    """A text with advertising words and their openings blotted out, as long as it was."""
    for pattern in (_ANY, _OPENED):
        text = pattern.sub(lambda match: "\x01" * len(match[0]), text)
    return text


def without_words(text: str) -> str:
    """A text without advertising words and the greetings of such sites."""
    return re.sub(r"首页|欢迎您?|您好?|你好|访问", "", _ANY.sub("", text))


def is_shaped(name: str) -> bool:
    """Whether a name is joined by marks as no official joins words: A_B_C, A-【B】@."""
    return _GLUE.search(name) is not None


def is_blatant(text: str) -> bool:
    """Whether a folded and masked text holds a betting brand or filth, not words of the trade alone."""
    return any(pattern.search(text) for pattern in (BRAND, PORN, COMPOUND))


def is_porn(text: str) -> bool:
    """Whether the words of a folded text are rather those of filth than of betting."""
    return len(PORN.findall(text)) > len(BRAND.findall(text)) + len(GAMBLING.findall(text))
