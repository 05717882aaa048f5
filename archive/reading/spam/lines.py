"""Lines that are nothing but search words, and works of such a name spliced between a title and its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.reading.spam import names, vocabulary
from archive.reading.spam.page import MASK, Page, Span
from archive.reading.spam.tokens import THRESHOLD

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"[\s•●▪*·-]*")
_SEPARATOR = re.compile(r"\s{0,4}[_,、|]\s{0,4}| - |(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff\d])|\s{1,4}")
_JOINED = re.compile(r"[^\s_。]{2,40}(?:_[^\s_。]{2,40}){3,}(?=\s|\Z)")
_GOVERNMENT = re.compile(
    r"政府|公开|信息|工作|行政|条例|街道|办事处|委员会|报告|年报|年度|[市县区镇乡]人民|公益金"
    r"|情况|申请|总体|收到|新收|结转|答复|处理|主动|数量|机关"
)
# A numbered heading, or a page's number at its end: the line is the page's own, whatever stands in it.
_OWN_LINE = re.compile(r"^[一二三四五六七八九十]{1,3}[、.]|^[(][一二三四五六七八九十]{1,3}[)]|-\s*\d+\s*-\s*$")
_ITEM = re.compile(r"[^\s,、|_]+")
_FEWEST_ITEMS = 4
_FOUGHT = re.compile(r"赌|打击|查处|取缔|诈骗|违法|非法|犯罪|禁止|严禁|抵制|拒绝|远离|彩票|体彩")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORK = re.compile(r"《([^《》\n]{2,30})》(?:\s*《\1》)*[,,]?")


def find(page: Page) -> list[Span]:
    """The lines of search words and the spliced titles of a page."""
    return [*_blocks(page), *_lists(page), *_splices(page)]


def _blocks(page: Page) -> Iterator[Span]:
    for line in _LINE.finditer(page.masked):
        if len(line[0]) < 12 or not names.SUSPECT.search(line[0]):
            continue
        bullet = _BULLET.match(page.folded, line.start(), line.end())
        start = bullet.end() if bullet else line.start()
        end = line.start() + len(line[0].rstrip())
        joined = _JOINED.match(page.masked, start, end)
        if joined and page.masked[joined.end() : end].strip(" ?"):
            # A banner joined by marks, and behind a blank the page's own text.
            end = joined.end()
        if joined:
            start = _after_own(page.masked, start, end)
        content = page.masked[start:end]
        if "。" in content or len(content) < 12 or _OWN_LINE.search(page.folded[start:end]):
            continue
        pieces = [piece for piece in _SEPARATOR.split(content) if re.search(r"\w", piece)]
        if len(pieces) < 3:
            continue
        blatant = sum(1 for piece in pieces if names.is_blatant(piece))
        if not blatant:
            continue
        # Innocent lists (六合彩、百家乐) name the things; a banner's phrases pile up words.
        weights = [names.weight(piece) for piece in pieces]
        telling = [weight for weight in weights if weight >= 2]
        if len(telling) < (2 if blatant > 1 else 3) or len(telling) < 0.5 * len(pieces):
            continue
        if sum(telling) < (2.6 if "_" in content else 3) * len(telling):
            continue
        if sum(1 for piece in pieces if _GOVERNMENT.search(piece)) > 0.1 * len(pieces):
            continue
        if "_" not in content and vocabulary.FIGHTING.search(content) and sum(telling) < 24:
            continue
        if len(pieces) < 8 and _has_own_ends(pieces):
            continue
        # No banner sets its names apart as a sentence does; such a list names places and shops that sound like them.
        if "、" in content and sum(1 for piece in pieces if _HAN.search(names.ends(piece)[1])) > 0.5 * len(pieces):
            continue
        kind = "keyword_block" if names.is_porn(content) else "brand_list"
        yield Span(start, end, kind, "line_of_search_words")


def _lists(page: Page) -> Iterator[Span]:
    """Names one after the other at a line's beginning, joined to the page's own first sentence."""
    for line in _LINE.finditer(page.masked):
        if len(line[0]) < 40 or not names.SUSPECT.search(line[0], 0, 40):
            continue
        end, telling, blatant, number = line.start(), 0, 0, 0
        for piece in _ITEM.finditer(page.masked, line.start(), line.end()):
            words = _words_alone(piece[0])
            if not words:
                break
            number += 1
            weight = names.weight(words)
            blatant += names.is_blatant(words)
            if weight >= 2:
                telling += 1
                end = piece.start() + len(words)
            if words != piece[0]:
                break
        if number < _FEWEST_ITEMS or telling < 0.6 * number or not blatant:
            continue
        if vocabulary.FIGHTING.search(page.folded, line.start(), end) or _FOUGHT.search(page.folded, end, end + 40):
            continue
        yield Span(line.start(), end, "brand_list", "list_before_text")


def _words_alone(piece: str) -> str:
    """A piece of a list as far as its words are advertising; nothing where they are not."""
    blotted = names.blotted(piece)
    end = blotted.rfind(MASK) + 1
    own = vocabulary.GENUINE.search(blotted)
    return "" if MASK in piece or (own and own.start() < end) else piece[:end]


def _after_own(text: str, start: int, end: int) -> int:
    """Where a banner begins that was joined to the page's own words, a title say: behind those, at the mark."""
    mark = text.find("_", start, end)
    first = text[start:mark]
    return mark if mark > 0 and _GOVERNMENT.search(first) and not names.STRONG.search(first) else start


def _has_own_ends(pieces: list[str]) -> bool:
    """Whether words of the page stand before the first advertising word of a line or after the last one."""
    first, last = names.ends(pieces[0])[0], names.ends(pieces[-1])[1]
    # 一区 and 二区 are the rooms of a film site.
    last = re.sub(r"[一二三四五]区", "", last)
    return bool(vocabulary.GENUINE.search(first) or vocabulary.GENUINE.search(last))


def _splices(page: Page) -> Iterator[Span]:
    for work in _WORK.finditer(page.folded):
        start = page.folded.rfind("\n", 0, work.start()) + 1
        end = page.folded.find("\n", work.end())
        end = end if end >= 0 else len(page.folded)
        inside = page.masked[work.start(1) : work.end(1)]
        alone = not (page.folded[start : work.start()] + page.folded[work.end() : end]).strip()
        threshold = 2 if alone and names.is_porn(inside) else THRESHOLD
        if names.weight(inside) < threshold or vocabulary.GENUINE.search(inside):
            continue
        if not vocabulary.FIGHTING.search(page.folded, start, end):
            yield Span(work.start(), work.end(), "title_splice", "work_in_title_marks")
