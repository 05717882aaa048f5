"""The places of a report where no word of its own can stand: in its fixed wording, and outside its sentences."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

# The headings and labels of the form of 国办公开办函〔2021〕30号, the law's name, and the report's own.
_WORDINGS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "政府信息公开行政复议和行政诉讼情况",
    "行政复议、行政诉讼情况",
    "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    "因政府信息公开工作被申请行政复议提起行政诉讼情况",
    "存在的主要问题及改进情况",
    "存在的主要问题及改进措施",
    "存在的问题及改进情况",
    "政府信息公开工作存在的主要问题及改进情况",
    "其他需要报告的事项",
    "本年新收政府信息公开申请数量",
    "上年结转政府信息公开申请数量",
    "结转下年度继续办理",
    "其他法律行政法规禁止公开",
    "属于三类内部事务信息",
    "属于四类过程性信息",
    "属于行政执法案卷",
    "属于行政查询事项",
    "本机关不掌握相关政府信息",
    "没有现成信息需要另行制作",
    "信访举报投诉类申请",
    "要求提供公开出版物",
    "无正当理由大量反复申请",
    "要求行政机关确认或重新出具已获取信息",
    "中华人民共和国政府信息公开条例",
    "政府信息公开条例",
    "政府信息公开工作年度报告",
    "政府信息公开年度报告",
    "政府信息公开工作年度报告格式",
)
_KNOWN = frozenset(_WORDINGS)
_BY_END: dict[str, list[str]] = defaultdict(list)
for _wording in _WORDINGS:
    for _end in {_wording[:2], _wording[-2:]}:
        _BY_END[_end].append(_wording)
# The longest word that a replacement may have taken out, and the least that must be left of a wording.
_LONGEST_WORD = 8
_FEWEST_LEFT = 4

_NUMBERING = re.compile(r"(?:第?[一二三四五六七八九十]{1,2}[、.]|\([一二三四五六七八九十]{1,2}\)|\d{1,2}[、.])\s*")
_NUMBERS = frozenset("第(一二三四五六七八九十0123456789")
_TITLE = re.compile(r"《([^《》\n]{6,80})》|20\d\d年度?([^\n《》,。;]{6,80})(?=[\n《》]|\Z)")
_GAP = " \t|"
_EDGE = " \t_|·¥@/:,&+~—–-)."
_STOP = re.compile(r"[!?《》<>“”\"'\x01]")
_LONGEST = 44
# A sentence that begins so has no subject before it.
_OPENER = re.compile(r"(?:近年来|同时|此外|另外|下一步|今后|目前|总体来看|20\d\d年|今年以来|一年来),")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a string stands that is perhaps no word of the page, and what shows it.

    `kind` is the fixed wording that the string stands in, `name` (before the rest of an agency's), `end` (behind the
    last sentence of a line), `opener` (before the opening of a sentence) or `title` (beside the page's title).
    """

    start: int
    end: int
    kind: str


def in_wordings(text: str) -> Iterator[Place]:
    """The pieces in lines, titles of laws and reports of a folded text that are a fixed wording but for one piece."""
    offset = 0
    for line in text.split("\n"):
        if 6 <= len(line) <= 120 and "。" not in line:
            numbering = _NUMBERING.match(line) if line[0] in _NUMBERS else None
            start = numbering.end() if numbering else 0
            yield from _in_wording(text, offset + start, offset + len(line))
        offset += len(line) + 1
    for match in _TITLE.finditer(text):
        yield from _in_wording(text, *match.span(match.lastindex or 0))


def _in_wording(text: str, start: int, end: int) -> Iterator[Place]:
    piece = text[start:end].rstrip(" \t|")
    if piece in _KNOWN or not (piece[:2] in _BY_END or piece[-2:] in _BY_END):
        return
    end = start + len(piece)
    best: tuple[int, int, int, str] | None = None
    for wording in {*_BY_END.get(piece[:2], ()), *_BY_END.get(piece[-2:], ())}:
        before = _common_length(piece, wording)
        after = _common_length(piece[before:][::-1], wording[before:][::-1])
        missing = len(wording) - before - after
        if before + after < _FEWEST_LEFT or missing > _LONGEST_WORD or len(piece) - before - after < 2:
            continue
        best = max(best or (0, 0, 0, ""), (before + after, -missing, before, wording))
    if best:
        first, last = start + best[2], end - (best[0] - best[2])
        hole = text[first:last]
        if not best[1] and ((last == end and hole[0] in _GAP) or (first == start and hole[-1] in _GAP)):
            return  # The figures beside a label, or what numbers it.
        first += len(hole) - len(hole.lstrip(_EDGE))
        last -= len(hole) - len(hole.rstrip(_GAP))
        if last - first > 2 and not _STOP.search(hole):
            yield Place(first, last, best[3])


def _common_length(one: str, other: str) -> int:
    length = 0
    for letter, another in zip(one, other, strict=False):
        if letter != another:
            break
        length += 1
    return length


def outside_sentences(text: str) -> Iterator[Place]:
    """What stands behind the last full stop of a line, behind a title, or between two sentences of a folded text."""
    offset = 0
    for line in text.split("\n"):
        ended = max(line.rfind("。"), line.rfind(";")) + 1 if line[-1:] not in "。;" else len(line)
        if not ended and (title := line.rfind("年度报告")) >= 0:
            ended = title + 4
        if ended and 2 < len(line) - ended <= _LONGEST:
            yield from _outside(text, offset + ended, offset + len(line), "end")
        offset += len(line) + 1
    for match in _OPENER.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in "。;\n") + 1
        if 2 < match.start() - start <= _LONGEST:
            yield from _outside(text, start, match.start(), "opener")


def _outside(text: str, start: int, end: int, kind: str) -> Iterator[Place]:
    # 表格如下:… is the page's own.
    start = text.rfind(":", start, end - 1) + 1 or start
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip(" \t|"))
    if end - start > 2 and not _STOP.search(piece):
        yield Place(start, end, kind)


def beside_titles(text: str) -> Iterator[Place]:
    """What stands before or behind the title in a line of a folded text where another line has the title alone."""
    offset = 0
    lines: list[tuple[int, str]] = []
    for line in text.split("\n"):
        if 10 <= len(line) <= 120 and "。" not in line and ("报告" in line or "年报" in line):
            lines.append((offset, line))
        offset += len(line) + 1
    titles = {line for _, line in lines}
    for start, line in lines:
        for title in titles:
            if len(title) + 2 < len(line):
                if line.endswith(title):
                    yield Place(start, start + len(line) - len(title), "title")
                elif line.startswith(title):
                    yield Place(start + len(title), start + len(line), "title")
