"""What the search page shows: the reports that hold every word, their passages, and facets to narrow by."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from archive import search
from archive.publishing.coverage import CoverageRow, printable
from archive.publishing.site.coverage_page import number
from archive.publishing.site.overview import FACETS, Overview
from archive.publishing.site.words import LEVELS
from archive.reading.script import has_traditional, simplify

REPORTS_A_PAGE = 20
# Ranking reads the statistics of every match; where nearly everything matches, rank says little and the year more.
MOST_RANKED = 2_000
_PASSAGES = 2
_AROUND = 45
_MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one facet: value, label, how many reports, and the query that chooses or drops it."""

    name: str
    chosen: str
    values: list[tuple[str, str, int, str]]
    drop: str


@dataclass(frozen=True, slots=True)
class Found:
    """A report that matches, with its title and passages marked."""

    document: int
    row: CoverageRow
    title: Markup
    passages: list[Markup]
    url: str


class SearchPage:
    """Everything the template shows for the words and facets of a query string."""

    def __init__(
        self, connection: sqlite3.Connection, overview: Overview, value: Callable[[str], str | None], language: str
    ) -> None:
        self.words = (value("q") or "").strip()
        self._chosen = {name: (value(name) or "").strip() for name in FACETS}
        self._language = language
        query = search.match_query(self.words)
        self.asked = query not in ("", '""')
        matches = self._matches(connection, query, overview) if self.asked else []
        # Year, level and province of all matches, counted together: a few hundred combinations of thousands of reports.
        counted = Counter(map(overview.facets.__getitem__, matches))
        together = Counter({overview.combinations[number]: count for number, count in counted.items()})
        if any(self._chosen.values()):
            wanted = {number for number in counted if self._keeps(overview.combinations[number], None)}
            kept = [document for document in matches if overview.facets[document] in wanted]
        else:
            kept = matches
        self.ranked = len(matches) <= MOST_RANKED
        self.total = len(kept)
        self.facets = [self._facet(position, together) for position in range(len(FACETS))]
        self.pages = max(-(-len(kept) // REPORTS_A_PAGE), 1)
        self.page = min(max(number(value("page")) or 1, 1), self.pages)
        shown = kept[(self.page - 1) * REPORTS_A_PAGE : self.page * REPORTS_A_PAGE]
        self.found = [self._found(connection, document, overview) for document in shown]
        self.previous = self._query(page=self.page - 1) if self.page > 1 else None
        self.next = self._query(page=self.page + 1) if self.page < self.pages else None

    def _matches(self, connection: sqlite3.Connection, query: str, overview: Overview) -> list[int]:
        """The best documents of agency-years that match: by rank, or the newest year first where they are many."""
        sql = "select rowid from documents_search where documents_search match ?"
        found = {document for (document,) in connection.execute(sql, (query,))}
        if len(found) <= MOST_RANKED:
            ranked = connection.execute(f"{sql} order by rank", (query,))
            return [document for (document,) in ranked if document in overview.reports]
        return [document for document in overview.newest if document in found]

    def _keeps(self, values: tuple[int | str | None, ...], without: int | None) -> bool:
        return all(
            position == without or not chosen or chosen == str(value)
            for position, (value, chosen) in enumerate(zip(values, self._chosen.values(), strict=True))
        )

    def _facet(self, position: int, together: Counter[tuple[int, str, str | None]]) -> Facet:
        name = FACETS[position]
        counts: Counter[str] = Counter()
        for values, count in together.items():
            if values[position] is not None and self._keeps(values, position):
                counts[str(values[position])] += count
        ordered = sorted(counts.items(), key=lambda pair: (-int(pair[0]),) if name == "year" else (-pair[1], pair[0]))
        values_shown = [
            (value, self._label(name, value), count, self._query(**{name: value}))
            for value, count in ordered[:_MOST_VALUES]
        ]
        return Facet(name, self._chosen[name], values_shown, self._query(**{name: ""}))

    def _label(self, name: str, value: str) -> str:
        return LEVELS[value][self._language == "zh"] if name == "level" and value in LEVELS else printable(value)

    def _query(self, **changed: str | int) -> str:
        values: dict[str, str | int] = {"q": self.words, **self._chosen, **changed}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def _found(self, connection: sqlite3.Connection, document: int, overview: Overview) -> Found:
        title, text, url = connection.execute(
            """select documents.title, documents.text, captures.url
               from documents join captures on captures.id = documents.capture where documents.id = ?""",
            (document,),
        ).fetchone()
        row = overview.reports[document]
        return Found(document, row, marked(printable(title or url), self.words), passages(text, self.words), url)


def passages(text: str, words: str) -> list[Markup]:
    """The passages of a text around the words, marked, prose before rows of tables; its beginning where none is."""
    pattern = _pattern(words)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found: list[Markup] = []
    for line in sorted(lines, key=lambda line: " | " in line) if pattern else ():
        end = 0
        for match in pattern.finditer(_comparable(line)) if pattern else ():
            if match.start() < end:
                continue
            start, end = max(match.start() - _AROUND, 0), min(match.end() + _AROUND, len(line))
            shown = marked(line[start:end], words)
            found.append(Markup("{}{}{}").format("…" if start else "", shown, "…" if end < len(line) else ""))
            if len(found) == _PASSAGES:
                return found
    whole = " ".join(lines)
    return found or [Markup("{}{}").format(whole[: 2 * _AROUND], "…" if len(whole) > 2 * _AROUND else "")]


def marked(text: str, words: str) -> Markup:
    """The text, escaped, with every occurrence of the words marked."""
    pattern = _pattern(words)
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(_comparable(text)) if pattern else ():
        parts += [
            escape(text[end : match.start()]),
            Markup("<mark>{}</mark>").format(text[match.start() : match.end()]),
        ]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _pattern(words: str) -> re.Pattern[str] | None:
    wanted = sorted(set(re.findall(r"\w+", _comparable(words))), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE) if wanted else None


def _comparable(text: str) -> str:
    """The text in Simplified script, character by character, so that places stay the same."""
    if not has_traditional(text):
        return text
    simple = (simplify(character) if ord(character) > 0x3000 else character for character in text)
    return "".join(one if len(one) == 1 else original for one, original in zip(simple, text, strict=True))
