"""Advertising names whose own words are of no list, told by what they end in and by where they stand.

A made-up name (鼎丰) is followed by what such names always end in (体育官网, 登录入口, -【…】@), and by the rest of an
agency's name, or it fills the place of a word in the statutory wording. One of both is nothing: an agency has a site
to log in to, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from archive.reading.spam import vocabulary
from archive.reading.spam.page import MASK, Page, Span

_NOUN = r"(?:体育|娱乐|国际|棋牌|电竞|真人|彩票|博彩|电子|游戏|视讯|竞技|赌场|足球|集团)"
# Endings that an official page has of its own sites too (平台, 网址), and those that it hardly has.
_WEAK = r"(?:平台|网址|注册|登录|登陆|下载|手机版|客户端|app|中心|首页|网站|在线|直播|入口|有限公司)"
_STRONG = (
    r"(?:官方网站|官方网址|官方入口|官方平台|官网|app(?:官方)?下载|官方app|官方下载|登[录陆]入口|官网入口|网页版|备用网址|最新网址|客户端下载|在线投注|投注网?|"
    r"贵宾会|娱乐城|娱乐场|全站|手机版(?:登[录陆]|下载)|注册(?:送[a-z\d]*|登[录陆]|入口|平台)|在线娱乐|足彩网|(?:\(中国\)|中国)(?:官网|官方网站))"
)
_COUNTRY = r"[·_-]?\((?:中国|全站|官方|集团|中国区|欢迎您|[a-z]{2,8})\)"
_SEAL = r"[-_—]{0,2}【[^【】\n\x01]{1,20}】@?|@"
_ENDING = rf"(?:{_NOUN}|{_STRONG}|{_WEAK}|{_COUNTRY})"
# Parts of a name are joined by such marks; what stands between two of them is a part whatever it says.
_JOINT = r"(?:[_·|¥—–]|-(?!【))"
_PART = r"[\u4e00-\u9fffa-z\d]{1,12}?"
_SHORT = r"[\u4e00-\u9fffa-z\d]{0,8}?"
_TAIL = re.compile(
    rf"{_ENDING}+(?:{_JOINT}(?:{_PART})?{_ENDING}+|,{_SHORT}(?:{_STRONG}|{_NOUN}+{_WEAK}){_ENDING}*)*(?:{_COUNTRY})*(?:{_JOINT}首页(?:\(欢迎您\))?)?(?:{_SEAL})?(?![a-z\d])"
)
_STRONG_ENDING = re.compile(_STRONG)
_MARKED = re.compile(rf"-【|】|@|{_COUNTRY}|(?<=[\u4e00-\u9fffa-z\d]){_JOINT}(?=[\u4e00-\u9fffa-z\d])")
_JOINED = re.compile(rf"【|@|[\u4e00-\u9fffa-z\d]{_JOINT}[\u4e00-\u9fffa-z\d]")
_SELLING = re.compile(
    r"【[^】]*(?:官方|授权|下载|注册|唯一|指定|入口|点击|推荐|app|平台|首页|网站|网址|登录|安全|稳定|最新|送\d)[^】]*】"
)
_NUMBERED = re.compile(r"[a-z]{1,8}\d{1,4}|(?<!\d)\d{1,3}[a-z]{1,6}|[\u4e00-\u9fff]\d{1,3}(?!\d)(?=\D)")
_NUMBER_BEFORE = re.compile(r"[a-z]\d{1,3}\Z")
_TRADE = re.compile(r"体育|娱乐|棋牌|电竞|真人|彩票|博彩|投注|赌|足彩|贵宾")
_SUSPECT = re.compile(rf"{_STRONG}|{_NOUN}{_WEAK}|】@?|\(中国\)|【")
_STOP = re.compile(r"[\s,。;:!?、《》【】()“”\"\x01|>•]")
_HOLE = re.compile(
    r"(?:收到和处理(?:政府)?|中华人民共和国(?:政府)?|主动公开(?:政府)?|本年新收(?:政府)?|上年结转(?:政府)?|因(?:政府)?|\d{4}年度?(?:政府)?)\Z"
)
_BEHIND_HOLE = re.compile(
    r"条例|(?:的)?申请|(?:工作)?(?:被)?(?:申请|提起)?行政复议|(?:工作)?年度报告|指南|情况|工作|目录|年报"
)
# Of the rests of agencies' names those that a site's name is not followed by.
_AGENCY = re.compile(
    r"(?:街道|街办|办事处|人民政府|管委会|管理委员会|[镇乡](?!村|级|域|街)|(?:[区县市旗]|自治[县旗州])(?!级|域|内|外|场|面|直|属|里|民)|"
    r"(?:(?![的在和与了将为举参等是对由从到把被并于及开召打查])[\u4e00-\u9fff]){2,6}(?:街道|镇|乡)(?:办事处|人民政府|20\d\d))"
)
_THRESHOLD = 6
_LONGEST = 24


@dataclass(slots=True)
class _Place:
    """Where a name's ending stands, how far left of it the name may begin, and whether a mark or a line ends there."""

    start: int
    end: int
    reach: int
    firm: bool


def may_stand(text: str) -> bool:
    """Whether a page's joined text, not folded, holds an ending of the trade; quick."""
    return _QUICK.search(text) is not None


_QUICK = re.compile(
    r"官[方网]|[Aa][Pp][Pp]|登[录錄陆]入|注[册冊]|网页版|網頁版|备用网|客户端|投注|贵宾会|娱乐|娛樂|体育[官网在平]|手机版|】@|-【|[(（]中国[)）]|棋牌|电竞"
)


def find(page: Page) -> Iterator[Span]:
    """Names of the trade that stand before the rest of an agency's name or in a hole of the statutory wording."""
    groups: dict[str, list[_Place]] = defaultdict(list)
    for place in _places(page):
        groups[page.masked[place.start : place.end]].append(place)
    taken: list[tuple[int, int]] = []
    for places in sorted(groups.values(), key=lambda places: places[0].start - places[0].end):
        name, reach = _whole(page, places)
        if not _convinces(page, name, places):
            continue
        kind = _kind(page, name, places)
        for place in places:
            start = place.start - reach
            if not any(first < place.end and start < last for first, last in taken):
                taken.append((start, place.end))
                yield Span(start, place.end, kind, "trade_ending")


def _places(page: Page) -> Iterator[_Place]:
    text = page.masked
    for match in _TAIL.finditer(text):
        start = match.start()
        if not (_SUSPECT.search(match[0]) or _NUMBER_BEFORE.search(text, max(0, start - 6), start)):
            continue
        first = start
        while first and start - first < _LONGEST and not _STOP.match(text, first - 1):
            first -= 1
        firm = start - first < _LONGEST
        first += text.startswith("无", first) and firm
        own = max((found.end() for found in vocabulary.GENUINE.finditer(text, first, start)), default=first)
        # The rest of the name may have been taken out already, behind a comma.
        end = match.end() + (page.text[match.end() : match.end() + 2] == f",{MASK}")
        yield _Place(start, end, start - own, firm and own == first)


def _whole(page: Page, places: list[_Place]) -> tuple[str, int]:
    """A name with as much before its ending as all its places have in common; how much that is.

    A name that stands once goes back to the beginning of its line, or to a mark, and no further than such names do.
    """
    text = page.masked
    if len(places) == 1:
        only = places[0]
        reach = only.reach if only.firm and only.reach <= 8 else 0
        if not reach and (
            mixed := re.search(r"(?<![a-z\d])[a-z]{0,8}\d{0,4}\Z", text[only.start - only.reach : only.start])
        ):
            reach = len(mixed[0])
    else:
        reach = min(place.reach for place in places)
        while reach and len({text[place.start - reach : place.start] for place in places}) > 1:
            reach -= 1
        if reach == 1 and not any(place.firm and place.reach == 1 for place in places):
            reach = 0
    return text[places[0].start - reach : places[0].end], reach


def _convinces(page: Page, name: str, places: list[_Place]) -> bool:
    text = page.folded
    score = 2 if _STRONG_ENDING.search(name) else 1
    score += 2 if _MARKED.search(name) else 0
    score += 2 if _SELLING.search(name) else 0
    score += 1 if _TRADE.search(name) else 0
    score += 1 if _NUMBERED.search(name) else 0
    before_agency = [
        place for place in places if _AGENCY.match(text, place.end) or page.text[place.end : place.end + 1] == MASK
    ]
    reach = len(name) - (places[0].end - places[0].start)
    if not reach and not _JOINED.search(name):
        return False  # An ending alone (官网, 注册登录) is what any page speaks of.
    in_holes = [
        place
        for place in places
        if _HOLE.search(text, max(0, place.start - reach - 12), place.start - reach)
        and _BEHIND_HOLE.match(text, place.end)
    ]
    if not before_agency and not in_holes:
        # A seal sells something wherever it stands.
        return bool(_SELLING.search(name) and re.search(r"-【|】@", name))
    score += 3 if in_holes else 2
    firsts = ((max(0, place.start - reach - 1), place) for place in (*before_agency, *in_holes))
    contexts = {(text[first : place.start - reach], text[place.end : place.end + 2]) for first, place in firsts}
    score += min(len(contexts), 3) if len(contexts) > 1 else 0
    if MASK in name or any(
        vocabulary.FIGHTING.search(text, max(0, place.start - 40), place.end + 40) for place in places
    ):
        score -= 4
    plain = not (_STRONG_ENDING.search(name) or _MARKED.search(name) or _TRADE.search(name))
    return score >= _THRESHOLD + plain


def _kind(page: Page, name: str, places: list[_Place]) -> str:
    if "【" in name or name.endswith("@"):
        return "injected_phrase"
    if any(_AGENCY.match(page.folded, place.end) for place in places):
        return "name_replacement"
    return "word_replacement"
