"""Pages whose text cannot be had back: scattered titles, bytes shifted by a transcoder, made-up documents."""

from __future__ import annotations

import re

from archive.reading.spam.page import Page, Span

# A transcoder that lost a byte leaves phonetic letters and question marks between characters, or F( for
# the character that it ate.
_SHIFTED = re.compile(
    r"[??][\u4e00-\u9fff。,，]{0,3}[\u3105-\u312f]|[\u3105-\u312f][\u4e00-\u9fff。,，]{0,3}[??]|[\u4e00-\u9fff][\u3105-\u312f][\u4e00-\u9fff]|[,，。;；]F\([a-zà-ǜ]{1,6}\)"
)
_PROMPT = re.compile(
    r"[(（]\s*(?:关键词|关键字|主题词)\s*[::]\s*[“\"']?[^()（）\n]{1,30}[”\"']?\s*(?:频率|密度|出现)[^()（）\n]{0,12}[)）]"
)
# What a made-up page on lottery tips speaks of: the tips, and the games.
_TIPS = re.compile(r"一肖一码|一码一肖|[三四六]肖|特码|精准资料|免费资料|正版资料|资料大全|今晚开奖|开奖结果|必中")
_GAMES = re.compile(r"一肖一码|一码一肖|管家婆|新澳|澳彩|天天彩|好彩|特码|[香澳][港门](?:彩票|六合彩)|六合彩|王中王")
_WARNING = re.compile(r"打击|严禁|查处|赌博|违法|非法|诈骗|公益金")
_SEARCH_JARGON = re.compile(r"(?<=[\u4e00-\u9fff::])\s?SEO(?: [A-Za-z]+){1,4}(?=[\u4e00-\u9fff])")
_PLACE = re.compile(r"([\u4e00-\u9fff]{1,2}[县区市旗])([\u4e00-\u9fff]{2,3}?)(镇|乡|街道)")
_START = r"(?:^|[,，。;；、::!！?？的了在和\s])"


def may_stand(text: str) -> bool:
    """Whether a page's joined text may be damaged; quick."""
    return _SUSPICIOUS.search(text) is not None or _is_scattered(text)


_SUSPICIOUS = re.compile(r"[\u3105-\u312f]|SEO|频率|密度|F\(|肖|特码|资料|管家婆|新澳|澳彩|天天彩|六合彩|好彩|王中王")


def is_scattered(page: Page) -> bool:
    """Whether pieces of the title were strewn over the clauses of the text."""
    return len(_SEARCH_JARGON.findall(page.text)) > 1 or _is_scattered(page.text)


def _is_scattered(text: str) -> bool:
    """Whether clauses begin with pairs of characters cut across the joints of a place's name (县漳, 湖镇)."""
    for match in _PLACE.finditer(text, 0, 400):
        upper, name, suffix = match.groups()
        if len(name) != 2:
            continue
        head = upper[-1] + name[0]
        tail = name[1] + suffix[0]
        if re.search(rf"{_START}{head}(?!{name[1]})", text) and re.search(rf"{_START}{tail}", text):
            return True
    return False


def is_shifted(page: Page) -> bool:
    """Whether a transcoder shifted bytes: characters that are gone, wherever such a place stands."""
    return _SHIFTED.search(page.text) is not None


def prompts(page: Page) -> list[Span]:
    """The instruction to a text generator (关键词 … 频率5%) that was published with what it made."""
    return [Span(match.start(), match.end(), "generated", "generator_prompt") for match in _PROMPT.finditer(page.text)]


def is_generated(page: Page) -> bool:
    """Whether the page was made up: it carries its generator's instruction, or preaches lottery tips."""
    if _PROMPT.search(page.text):
        return True
    tips, games = set(_TIPS.findall(page.text)), set(_GAMES.findall(page.text))
    return bool(tips and games) and len(tips | games) > 2 and not _WARNING.search(page.text)
