"""Injection of every known kind into honest pages, drawn from a seed, with the injected characters known.

Names are put together anew from parts, known and made up, so that no list of names can hold them all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Marks around what was injected; no page holds them.
OPEN, CLOSE = "\ue000", "\ue001"

_BRANDS = (
    "澳门新葡京 皇冠 威廉希尔 必威 亚博 开云 九游 乐鱼 立博 伟德 金沙 永利 太阳城 银河 bet365 188bet 万博 爱游戏 米兰"
).split()
_MADE_UP = "鑫瑞德 豪盈通 星耀汇 博莱克 聚彩堂 凯顿斯 悦盈达 尊宝利".split()
# Of no list, and put together anew: what tells them is what they end in, and where they stand.
_UNLISTED = "禾川 锐跃 朗驰 昊盛 凌峰 卓能 腾瑞 翼龙 巨匠 欣荣".split()
_TRADES = "体育 娱乐 国际娱乐 博彩 彩票 棋牌 真人娱乐 电竞".split()
_ENDINGS = "官网 官方网站 app下载 手机版 登录入口 平台 注册 在线投注 网址".split()
_PLAY = "百家乐 老虎机 飞禽走兽老虎机 六合彩 龙虎斗 轮盘赌 时时彩 牛牛棋牌".split()
_SEALS = "官方授权牌照 指定下载入口 官方推荐平台 唯一官网 安全稳定".split()
_FILTH = (
    "国产精品自拍 久久人妻无码 亚洲av成人片 欧美激情视频 成人一级黄片 日韩无码中文字幕 免费看毛片 丝袜美女诱惑".split()
)
_SIMPLIFIED = "国们对关动开报发应办实务进个过时来会经这为产业设该东长门问间车马云电龙"
_TRADITIONAL = "國們對關動開報發應辦實務進個過時來會經這為產業設該東長門問間車馬雲電龍"
_PINYIN = dict(
    zip(
        _SIMPLIFIED,
        "guó men duì guān dòng kāi bào fā yīng bàn shí wù jìn gè guò shí lái huì jīng zhè wéi chǎn yè shè gāi dōng "
        "cháng mén wèn jiān chē mǎ yún diàn lóng".split(),
        strict=True,
    )
)


@dataclass(frozen=True)
class Injected:
    """A page's lines with injected text between the marks."""

    kind: str
    lines: list[str]

    def spoiled(self) -> list[str]:
        """The page as it would be served."""
        return [line.replace(OPEN, "").replace(CLOSE, "") for line in self.lines]

    def clean(self) -> list[str]:
        """The page without what was injected."""
        return [re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}", "", line) for line in self.lines]


def _mark(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


def bracketed(draw: random.Random) -> str:
    """A token of the shape A-【B】@."""
    return f"{draw.choice(_BRANDS)}{draw.choice(_TRADES)}-【{draw.choice(_SEALS)}】@"


def underscored(draw: random.Random) -> str:
    """A token of the shape A_B_C or A_B-【C】, of a known brand."""
    brand = draw.choice(_BRANDS)
    parts = [f"{brand}{draw.choice(_TRADES)}" for _ in range(draw.randint(2, 3))]
    parts[-1] += draw.choice(_ENDINGS)
    return "_".join(parts) + (f"-【{draw.choice(_SEALS)}】" if draw.random() < 0.3 else "")


def made_up(draw: random.Random) -> str:
    """A token of the shape A_B_C whose words are of no list."""
    brand = draw.choice(_MADE_UP)
    return (
        f"{brand}{draw.choice(_TRADES)}_{brand}{draw.choice(_ENDINGS)}_{draw.choice(_MADE_UP)}{draw.choice(_ENDINGS)}"
    )


def plain(draw: random.Random) -> str:
    """A brand with its trade, joined by nothing."""
    return f"{draw.choice(_BRANDS)}{draw.choice(_TRADES)}{draw.choice(_ENDINGS)}"


def commaed(draw: random.Random) -> str:
    """Two names with a comma between them: A,B."""
    return f"{plain(draw)},{draw.choice(_BRANDS)}{draw.choice(_TRADES)}平台"


def unlisted(draw: random.Random) -> str:
    """A name of no list with an ending of the trade, joined by marks or not."""
    name = f"{draw.choice(_UNLISTED)}{draw.choice(('', '88', 'k8', 'm6'))}{draw.choice(('体育', '娱乐', '电竞'))}"
    ending = draw.choice(("官网", "官方网站", "app下载", "登录入口", "备用网址", "在线投注"))
    return draw.choice(
        (
            f"{name}{ending}",
            f"{name}·(中国)官方网站",
            f"{name}(中国)有限公司官网",
            f"{name}{ending}-【{draw.choice(_SEALS)}】",
            f"{name}{ending}|首页(欢迎您)",
            f"{name}—{draw.choice(_UNLISTED)}体育{ending}",
        )
    )


_Change = Callable[[random.Random, list[str]], list[str]]


def _name(token: Callable[[random.Random], str], tail: str = "") -> _Change:
    """Put a token in front of each agency and division."""

    def change(draw: random.Random, lines: list[str]) -> list[str]:
        name = token(draw) + tail
        place = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}?(?=街道办事处|镇人民政府|街道|区人民政府)")
        changed, number = [], 0
        for line in lines:
            line, made = place.subn(_mark(name), line, count=1)
            number += made
            changed.append(line)
        if not number:
            changed[0] = _mark(name) + changed[0]
            changed[-1] = f"{changed[-1]}联系{_mark(name)}街道办事处"
        return changed

    return change


def _word(token: Callable[[random.Random], str]) -> _Change:
    """Put a token in the place of 政府信息公开 in every heading and sentence."""

    def change(draw: random.Random, lines: list[str]) -> list[str]:
        name = token(draw)
        return [line.replace("政府信息公开", _mark(name)) for line in lines]

    return change


def _block(words: Sequence[str], mark: str, most: int) -> _Change:
    def change(draw: random.Random, lines: list[str]) -> list[str]:
        block = mark.join(draw.sample(list(words), min(most, len(words))))
        return [lines[0], _mark(block), *lines[1:]]

    return change


def _banner_before(draw: random.Random, lines: list[str]) -> list[str]:
    banner = "_".join(draw.sample(_FILTH, 6))
    return [lines[0], f"{_mark(banner)} {lines[1]}", *lines[2:]]


def _banner_behind(draw: random.Random, lines: list[str]) -> list[str]:
    return [lines[0] + _mark("_" + "_".join(draw.sample(_FILTH, 6))), *lines[1:]]


def _brands(draw: random.Random, lines: list[str]) -> list[str]:
    brand = draw.choice(_BRANDS)
    block = ",".join(f"{brand}{trade}{ending}" for trade, ending in zip(_TRADES, _ENDINGS, strict=False))
    return [lines[0], _mark(block), *lines[1:]]


def _splice(draw: random.Random, lines: list[str]) -> list[str]:
    return [lines[0], _mark(f"《{draw.choice(_FILTH)}》"), *lines[1:]]


def _pinyin(draw: random.Random, lines: list[str]) -> list[str]:
    def gloss(match: re.Match[str]) -> str:
        number = _SIMPLIFIED.index(match[0])
        return f"{_TRADITIONAL[number]}{_mark(f'({_PINYIN[match[0]]})')}"

    return [re.sub(f"[{_SIMPLIFIED}]", gloss, line) for line in lines]


def _zero_width(draw: random.Random, lines: list[str]) -> list[str]:
    def spread(line: str) -> str:
        return re.sub(
            r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])",
            lambda _: _mark(draw.choice("\u200b\u200c\u200d\ufeff")) if draw.random() < 0.2 else "",
            line,
        )

    return [spread(line) for line in lines]


def _tags(draw: random.Random, lines: list[str]) -> list[str]:
    name = "".join(draw.choice("abcdefhkmnpqrstuvwxyz2345679") for _ in range(5))
    tags = [f'<{tag} id="{name}"></{tag}>' for tag in ("delect", "menuitem", "tfoot", "acronym", "em")]
    places = draw.sample(range(1, len(lines)), min(4, len(lines) - 1))
    return [line + _mark(draw.choice(tags)) if number in places else line for number, line in enumerate(lines)]


def _jammers(draw: random.Random, lines: list[str]) -> list[str]:
    def jammer() -> str:
        signs = [draw.choice("abcdefghXYZ0123456789") + draw.choice("#$&{}^~@!*") for _ in range(7)]
        return f"{draw.randint(0, 9)} {' '.join(signs)} A3 {draw.choice('^$#')}"

    places = draw.sample(range(len(lines)), min(3, len(lines)))
    return [
        line + _mark(jammer()) if number in places and line[-1:] == "。" else line for number, line in enumerate(lines)
    ]


def _host(draw: random.Random, lines: list[str]) -> list[str]:
    name = f"www.{''.join(draw.choice('abcdefghmnprstvz') for _ in range(9))}.com"
    place = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}?(?=街道办事处|街道)")
    return [place.sub(_mark(name), line, count=1) for line in lines]


KINDS: dict[str, _Change] = {
    "name, A-【B】@": _name(bracketed),
    "name, A_B_C": _name(underscored),
    "name, A_B_C made up": _name(made_up),
    "name, no marks": _name(plain),
    "name, A,B": _name(commaed),
    "name, of no list": _name(unlisted),
    "name, colon": _name(lambda draw: f"{draw.choice(_PLAY)}游戏", ":"),
    "word, A-【B】@": _word(bracketed),
    "word, A_B_C": _word(underscored),
    "word, plain": _word(lambda draw: draw.choice(_PLAY)),
    "word, made up": _word(lambda draw: f"{draw.choice(_MADE_UP)}平台"),
    "word, of no list": _word(unlisted),
    "keyword block": _block(_FILTH, "_", 6),
    "keyword block, in line": _banner_before,
    "keyword block, title": _banner_behind,
    "brand list": _brands,
    "title splice": _splice,
    "pinyin": _pinyin,
    "zero width": _zero_width,
    "junk tags": _tags,
    "jammers": _jammers,
    "host": _host,
}


def inject(kind: str, lines: Sequence[str], seed: int) -> Injected:
    """Inject text of a kind into an honest page."""
    return Injected(kind, KINDS[kind](random.Random(f"{kind}-{seed}"), list(lines)))


def scatter(lines: Sequence[str], seed: int) -> list[str]:
    """Strew pieces of a place's name over the clauses, as pages that cannot be had back have it."""
    draw = random.Random(seed)
    pieces = ["江县漳", "漳湖", "湖镇", "望江"]
    body = [re.sub(r"(?<=[，。；])(?=[\u4e00-\u9fff])", lambda _: draw.choice(pieces), line) for line in lines]
    return ["望江县漳湖镇加强信息公开工作", *body, "近年来，县漳抓落实，湖镇有新貌，"]


def shift(lines: Sequence[str], seed: int) -> list[str]:
    """Lose bytes as a broken transcoder does."""
    draw = random.Random(seed)
    damage = ("？ㄒ唬", "?ㄋ模", "，F(xiàn)")
    return [
        re.sub(r"(?<=[，。])(?=[\u4e00-\u9fff])", lambda _: draw.choice(damage) if draw.random() < 0.3 else "", line)
        for line in lines
    ]


def shuffle(lines: Sequence[str], seed: int) -> list[str]:
    """Put the clauses of every sentence in another order, as a rewriter does."""
    draw = random.Random(seed)

    def shuffled(match: re.Match[str]) -> str:
        clauses = match[0][:-1].split("，")
        draw.shuffle(clauses)
        return "，".join(clauses) + match[0][-1]

    return [re.sub(r"[^。；]+[。；]", shuffled, line) for line in lines]
