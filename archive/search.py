"""Chinese full-text search by overlapping pairs of characters, in either script, so that words of two are found."""

from __future__ import annotations

import re
from operator import add

from archive.reading.script import simplify

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇]+|[a-zA-Z0-9]+")


def bigrams(text: str) -> str:
    """Turn text into index terms: runs of Chinese, in Simplified script, as overlapping pairs; other words stay."""
    terms: list[str] = []
    for run in _RUN.findall(simplify(text)):
        if run[0].isascii() or len(run) == 1:
            terms.append(run)
        else:
            terms.extend(map(add, run, run[1:]))
    return " ".join(terms)


def match_query(words: str) -> str:
    """Turn words a person typed into an FTS5 query: every word must occur, its characters in order.

    Operators and quotes in the input have no meaning; input without a word matches nothing.
    """
    phrases: list[str] = []
    for run in _RUN.findall(simplify(words)):
        suffix = "*" if len(run) == 1 and not run.isascii() else ""
        phrases.append(f'"{bigrams(run)}"{suffix}')
    return " ".join(phrases) or '""'
