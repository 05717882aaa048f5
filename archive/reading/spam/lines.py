"""Lines that are nothing but search words, and works of such a name spliced between a title and its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.reading.spam import tokens, vocabulary
from archive.reading.spam.page import Page, Span

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"[\s•●▪*·-]*")
_SEPARATOR = re.compile(r"\s*[_,、|]\s*| - |\s{1,4}")
_GOVERNMENT = re.compile(r"政府|公开|信息|工作|行政|条例|街道|[市县区镇乡]人民|公益金")
_WORK = re.compile(r"《([^《》\n]{2,30})》(?:\s*《\1》)*[,,]?")


def find(page: Page) -> list[Span]:
    """The lines of search words and the spliced titles of a page."""
    return [*_blocks(page), *_splices(page)]


def _blocks(page: Page) -> Iterator[Span]:
    for line in _LINE.finditer(page.masked):
        bullet = _BULLET.match(page.folded, line.start(), line.end())
        start = bullet.end() if bullet else line.start()
        end = line.start() + len(line[0].rstrip())
        content = page.masked[start:end]
        if "。" in content or len(content) < 12:
            continue
        pieces = [piece for piece in _SEPARATOR.split(content) if re.search(r"\w", piece)]
        if len(pieces) < 3:
            continue
        weights = [tokens.weight(piece) for piece in pieces]
        telling = sum(1 for weight in weights if weight >= 2)
        # Innocent lists (六合彩、百家乐) name the things; a banner's phrases pile up words.
        if telling < 3 or telling < 0.5 * len(pieces) or sum(weights) < (3 if "_" in content else 3.4) * telling:
            continue
        if sum(1 for piece in pieces if _GOVERNMENT.search(piece)) > 0.1 * len(pieces):
            continue
        if "_" not in content and vocabulary.FIGHTING.search(content) and sum(weights) < 24:
            continue
        kind = "keyword_block" if tokens.is_porn(content) else "brand_list"
        yield Span(start, end, kind)


def _splices(page: Page) -> Iterator[Span]:
    for work in _WORK.finditer(page.folded):
        inside = page.masked[work.start(1) : work.end(1)]
        if tokens.weight(inside) >= tokens.THRESHOLD and not vocabulary.GENUINE.search(inside):
            line_start = page.folded.rfind("\n", 0, work.start()) + 1
            line_end = page.folded.find("\n", work.end())
            if not vocabulary.FIGHTING.search(page.folded, line_start, line_end if line_end >= 0 else len(page.folded)):
                yield Span(work.start(), work.end(), "title_splice")
