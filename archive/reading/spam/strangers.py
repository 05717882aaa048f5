"""Strings of no list that stand, several times over, where nothing of the page's own can stand.

A search-and-replace puts one string in every place of a word. Whatever it says, it then stands where the fixed wording
of a report has another word, before the rest of an agency's name, between a heading and its number, behind the last
full stop of several paragraphs, or amid clauses that have nothing else in common. One such place is chance; several,
of a string that no official would write, are not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from archive.gazetteer import gazetteer
from archive.reading.spam import names, vocabulary
from archive.reading.spam.page import MASK, Page, Span
from archive.reading.spam.sentences import Place, beside_titles, in_wordings, outside_sentences

_NOUN = "(?:体育|娱乐|棋牌|真人|电子|国际|游戏|电竞|彩票|博彩|视讯|集团|足球|电玩)"
_ENDING = (
    r"(?:官方网站|官方网址|官网|平台|登录入口|登陆入口|登录|登陆|app|下载|注册|手机版|网址|网页版|客户端|在线|首页|最新版|入口|线路检测|线路"
    r"|会员中心|全站|备用|投注|直播|安装|\(中国\))"
)
_TRADE = re.compile(
    rf"(?<=[a-z\d\u4e00-\u9fff.]){_NOUN}?{_ENDING}+(?=\W|_|\Z)|(?<=[a-z\d\u4e00-\u9fff]){_NOUN}(?=\W|_|\Z)"
)
_BETTING = "(?:体育|娱乐|棋牌|真人|电竞|彩票|博彩|视讯|电玩)"
_OFFER = (
    "(?:官方网站|官方网址|官网|登录|登陆|app|注册|手机版|网页版|首页|下载"
    r"|投注|娱乐|体育|棋牌|真人|电子|彩票|电竞|入口|网址|平台|客户端|在线)"
)
# 棋牌登录, m6官网, 88体育; not H5网页版 nor 12345平台.
_SELLS = re.compile(
    rf"{_BETTING}{_OFFER}|(?<![a-z\d])(?!h5|v\d|web|app|pc|wap)[a-z]{{1,6}}\d{{1,4}}{_OFFER}"
    rf"|(?<![\d.])\d{{2,4}}(?!平台|在线|入口){_OFFER}"
)
_SELLING_SEAL = re.compile(
    r"-?【[^】]*(?:官方|授权|下载|注册|唯一|指定|入口|点击|点我|推荐|app|平台|首页|网站|网址|登录|安全|稳定|最新|送\d|返|信誉|认证|客服|首发|持牌|诚信)[^】]*】"
)
_SOLD = re.compile(
    rf"{_NOUN}|{_ENDING}|公司|网站|赌场|娱乐场|城中心|流程|推荐|排名|吗|老虎机|捕鱼|【[^】]+】@?|\([^()]{{1,8}}\)|[a-z\d.]{{3,}}"
)
_SEAL = re.compile(r"【[^】]+】@?")
_JOINED = re.compile(r"[\w)】](?:[_|·¥@/:,&+~—–-]| ?\(|【| )[\w(【]")
_LATIN = re.compile(
    r"[a-z]+\d+|\d+[a-z]+|[a-z\d]\.[a-z]{2,}|[\u4e00-\u9fff][a-z]{2,}|[a-z]{2,}[\u4e00-\u9fff]|[\u4e00-\u9fff]\d{3,}"
    r"|\d{3,}[\u4e00-\u9fff]"
)
_WORD = re.compile(r"[a-z\u4e00-\u9fff]{2}")
_EDGE = " \t_|·¥@/:,&+~—–-)."
_LONGEST = 44
_STOP = re.compile(r"[、。;!?《》<>“”\"'\x01\n]")
# What makes a run of text worth a closer look; the words begin with few characters, for a quick search.
_ODD_MARK = re.compile(r"[_|·¥@&+~—–【】a-z]")
_ODD_WORD = re.compile(
    "官方网|官网|登录|登陆|娱乐|棋牌|电竞|博彩|彩票|真人|体育|投注|下载|注册|手机版|网址|网页版|客户端|平台|入口|会员中心|首页|在线|直播|国际|电子|游戏"
    "|视讯|集团|全站|电玩|足球|最新版|线路"
)
# A mark amid words; where the same stand around it several times, more of them may.
_AROUND_MARK = re.compile(r"(?<=[\w】)]{2})[_|·¥@/&+~—–\-【,: ](?=[\w【(]{2})")

# The rest of an agency's name from where the place's own name ends, firm enough to be no other word.
_REST_BEGINS = re.compile("[区县市旗镇乡]|街道|街办|人民政府|自治")
_REST = re.compile(
    r"(?:自治[县旗州]|街道|街办|[区县市旗镇乡])(?=(?:街道)?(?:人民政府|政府(?!信息|采购|网站)|办事处|党工委|党委|党政|人大|政协|纪委|委员会|20\d\d"
    r"|[\s,。、;:)》”|]|\Z|(?:(?![的在了将为举等是对由从到把被并于及级])[\u4e00-\u9fff]){1,10}(?:局|委员会|办公室|中心|[署院厅所站])))"
    r"|人民政府(?!门户|网|信息)"
)
# Words of the page's own that hold none of vocabulary.GENUINE and often stand before a name.
_LEAD = re.compile(
    "(?:主动|依托|照|根据|通过|利用|围绕|推进|推动|提升|提高|强化|加大|完善|健全|优化|做好|抓好|规范|现公布|公布|请|各项|相关|依法|坚持|不断|确保|结合|登录|关注|打开|进入|有关)+"
)
_KINDS = ("街道", "镇", "乡", "区", "县", "市", "旗", "自治县", "省")
_UPPER = re.compile(r"(?:[省市区县旗]|自治[区州县])\Z")
_FOUGHT = re.compile(r"赌|打击|查处|取缔|查获|诈骗|违法|非法|犯罪|禁止|严禁|抵制|防范")


def find(page: Page) -> Iterator[Span]:
    """The strangers of a page, each in every place where it stands."""
    text = page.folded
    odd = _odd_places(text)
    found: dict[str, list[Place]] = defaultdict(list)
    for place in (*in_wordings(text), *beside_titles(text), *(outside_sentences(text) if odd else ())):
        found[text[place.start : place.end]].append(place)
    runs = list(_before_agencies(page, odd))
    for place in runs:
        for word in found:
            if text[place.start : place.end].endswith(word):
                found[word].append(Place(place.end - len(word), place.end, "name"))
    for word, places in _common(text, runs).items():
        found.setdefault(word, places)
    for word in _repeated(page):
        found.setdefault(word, [])
    taken = bytearray(len(text))
    # How far a string goes the fixed wording says best.
    for word, places in sorted(found.items(), key=lambda item: (not _is_exact(item[1]), -len(item[0]), item[0])):
        free = [place for place in places if not any(taken[place.start : place.end])]
        if len(word) < 3 or not _convinces(page, word, free):
            continue
        spread = len(word) > 3 or names.STRONG.search(word)
        starts = _occurrences(text, word) if spread else [place.start for place in free]
        kind, rule = _kind(text, word, starts), _rule(free)
        for start in starts:
            if not any(taken[start : start + len(word)]):
                taken[start : start + len(word)] = b"\x01" * len(word)
                yield Span(start, names.with_glued_colon(text, start + len(word)), kind, rule)


def _convinces(page: Page, word: str, places: list[Place]) -> bool:
    """Whether a string is odd enough for the number and the kinds of its places, and says nothing of the page's own."""
    text = page.folded
    if MASK in word or not _WORD.search(word) or vocabulary.FIGHTING.search(word) or _is_own(_bare(word)):
        return False
    kinds = {place.kind for place in places}
    wordings = kinds - {"name", "end", "opener", "title"}
    odd = sum(1 for mark in (_JOINED, _LATIN, _TRADE, _SEAL) if mark.search(word))
    if not odd:
        return len(wordings) > 1
    starts = _occurrences(text, word)
    if any(MASK in page.masked[start : start + len(word)] for start in starts):
        return False  # 体育彩票, 棋牌室 and the like are the state's own business.
    contexts = {_around(text, start, start + len(word)) for start in starts}
    sells = _sells(word)
    if sells and "title" in kinds and (_TRADE.search(word) or odd > 2):
        return True
    if sells and len(contexts) > 2 and not any(_is_fought(text, start, word) for start in starts):
        return True
    if sells and "name" in kinds and len(contexts) > 1:
        return True
    if wordings and odd > 1 and len(contexts) > 2:
        return True
    # An app's or an account's name may stand outside a sentence too, unless it sells.
    places = [place for place in places if sells or place.kind not in ("end", "opener", "title")]
    kinds = {place.kind for place in places}
    if len({_around(text, place.start, place.end) for place in places}) < 2:
        return False
    if len(wordings) > 1:
        return True
    if kinds == {"name"} and not (_TRADE.search(word) or _SEAL.search(word) or word[-1].isascii()):
        return False  # It may end in the place's own name, and nothing says where.
    if kinds == {"end"}:
        return odd > 2 or (odd > 1 and (len(places) > 2 or _SEAL.search(word) is not None))
    return odd > 1 or len(kinds) > 1 or len(places) > 3


def _is_exact(places: Iterable[Place]) -> bool:
    return any(place.kind not in ("name", "end", "opener", "title") for place in places)


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    return text[max(0, start - 2) : start], text[end : end + 3]


def _is_own(text: str) -> bool:
    return vocabulary.GENUINE.search(text) is not None


def _bare(word: str) -> str:
    """A string without what sells in it, whose words are an official's too (全站, 会员中心)."""
    return names.blotted(_SEAL.sub(_blotted, _TRADE.sub(_blotted, word)))


def _blotted(match: re.Match[str]) -> str:
    return MASK * len(match[0])


def _is_fought(text: str, start: int, word: str) -> bool:
    return _FOUGHT.search(text, max(0, start - 30), start + len(word) + 30) is not None


def _sells(word: str) -> bool:
    """Whether a string is names joined of which one sells: what is bet on and what is offered, a brand, a seal."""
    if not _JOINED.search(word):
        return False
    if _SELLS.search(word) or _SELLING_SEAL.search(word):
        return True
    listed = names.STRONG.search(word) is not None and names.weight(word) > 2
    return listed or ("_" in word and names.weight(word) > 1)


def _kind(text: str, word: str, starts: Iterable[int]) -> str:
    if "【" in word or word.endswith("@"):
        return "injected_phrase"
    named = any(vocabulary.AGENCY_REST.match(text, start + len(word)) for start in starts)
    return "name_replacement" if named else "word_replacement"


def _rule(places: list[Place]) -> str:
    """What spoke for a string: the fixed wording, its places beside names or sentences, or their number."""
    kinds = {place.kind for place in places}
    if _is_exact(places):
        return "statutory_wording"
    return "before_agencies" if "name" in kinds else "outside_sentences" if kinds else "repeated"


def _occurrences(text: str, word: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(word), text)]


# --- candidates ---------------------------------------------------------------------------------------------------


def _odd_places(text: str) -> list[int]:
    """Where marks, letters and words stand that hardly any name of a place has, and the same stand once more."""
    cores: dict[str, list[int]] = defaultdict(list)
    for pattern in (_ODD_MARK, _ODD_WORD):
        for match in pattern.finditer(text):
            cores[text[max(0, match.start() - 2) : match.start() + 2]].append(match.start())
    return sorted(
        place
        for core, places in cores.items()
        if len(places) > 1 and not vocabulary.GENUINE.search(core)
        for place in places
    )


def _repeated(page: Page) -> set[str]:
    """The strings around a mark that stand three times or more, as far as they are the same in every place."""
    text = page.folded
    groups: dict[str, list[int]] = defaultdict(list)
    for match in _AROUND_MARK.finditer(text):
        groups[text[match.start() - 2 : match.end() + 2]].append(match.start() - 2)
    words: set[str] = set()
    for core, starts in groups.items():
        if len(starts) < 3 or core.isdecimal() or (_is_own(core) and _is_own(_bare(core))):
            continue
        left, right = 0, len(core)
        while left < _LONGEST and _agree({text[start - left - 1 : start - left] for start in starts}):
            left += 1
        while right < _LONGEST and _agree({text[start + right : start + right + 1] for start in starts}):
            right += 1
        first, whole = starts[0] - left, text[starts[0] - left : starts[0] + right]
        own = list(vocabulary.GENUINE.finditer(_bare(whole)))
        begin = max((match.end() for match in own if match.end() <= left + 2), default=0)
        end = min((match.start() for match in own if match.start() >= left + 2), default=len(whole))
        if end < len(whole):  # The page's own words follow in every place, and the name of a place may be among them.
            end -= known_names(text, whole[begin:end], "") or _unknown_name(page.masked, whole[begin:end], first + end)
        words.add(_without_lead(whole[begin:end]))
    return words


def _without_lead(word: str) -> str:
    """A string without a word of the page's own that stands before it in every place."""
    lead = _LEAD.match(word)
    word = word[lead.end() if lead else 0 :].lstrip(_EDGE)
    return word if word.endswith("】@") else word.rstrip(_EDGE)


def _agree(letters: set[str]) -> bool:
    return len(letters) == 1 and "" not in letters and not any(map(_STOP.search, letters))


def _before_agencies(page: Page, odd: list[int]) -> Iterator[Place]:
    """What stands before the rest of an agency's name, or before the known name of a place, and is no name itself."""
    text = page.folded
    for begins in _REST_BEGINS.finditer(text):
        end = begins.start()
        first = max(0, end - _LONGEST)
        place = bisect_left(odd, first)
        if place == len(odd) or odd[place] >= end or not (match := _REST.match(text, end)):
            continue
        run = text[first:end]
        stops = [stop.end() for stop in _STOP.finditer(run)]
        run = run[stops[-1] :] if stops else run
        if not (_JOINED.search(run) or _LATIN.search(run) or _TRADE.search(run)):
            continue
        end -= known_names(text, run, match[0]) or _unknown_name(page.masked, run, end)
        run = text[begins.start() - len(run) : end]
        own = max((found.end() for found in vocabulary.GENUINE.finditer(_bare(run))), default=0)
        run = _without_lead(run[own:] + "\x00")[:-1].lstrip("(")
        if len(run) > 2 and (run[-1:].isalnum() or run[-1:] in "】@:)"):
            yield Place(end - len(run), end, "name")


def _unknown_name(masked: str, run: str, end: int) -> int:
    """How many characters at the end of a run may be the name of a place that nobody knows: behind what sells."""
    tail = masked[end - len(run) : end]
    sold = max((found.end() for found in _SOLD.finditer(tail)), default=0)
    rest = len(tail) - sold
    return rest if sold and rest < 8 else 0


def known_names(text: str, run: str, rest: str) -> int:
    """How many characters at the end of a run are names of places, one within the other, the last before its kind."""
    length = _known_name(text, run, rest)
    while length:
        upper = _UPPER.search(run[:-length])
        more = _known_name(text, run[: -length - len(upper[0])], upper[0]) if upper else 0
        if not upper or not more:
            break
        length += len(upper[0]) + more
    return length


def _known_name(text: str, run: str, rest: str) -> int:
    """How many characters at the end of a run are the name of a place, known or named on the page without the run."""
    index = gazetteer()
    for length in range(min(len(run), 10), 1, -1):
        name = run[-length:]
        if _SOLD.fullmatch(name):
            continue
        kinds = _KINDS if rest in _KINDS else ("",) if rest else ("", *_KINDS)
        if any(name + kind in index.lower or name + kind in index.upper for kind in kinds):
            return length
        if rest in _KINDS and re.search(rf"(?:^|[\n。;:《》“”、]){re.escape(name + rest)}", text):
            return length
    return 0


def _common(text: str, runs: Iterable[Place]) -> dict[str, list[Place]]:
    """The strings that several runs end in, with their places."""
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in runs:
        groups[text[place.end - 3 : place.end]].append(place)
    found: dict[str, list[Place]] = {}
    for group in groups.values():
        if len(group) < 2:
            continue
        length = min(place.end - place.start for place in group)
        while length > 2 and len({text[place.end - length : place.end] for place in group}) > 1:
            length -= 1
        word = text[group[0].end - length : group[0].end].lstrip(_EDGE)
        if len(word) > 2:
            found[word] = [Place(place.end - len(word), place.end, "name") for place in group]
    return found
