"""What the page of a report shows: its tables as the form prints them, checks, removals, versions, text, original."""

from __future__ import annotations

import difflib
import sqlite3
from dataclasses import dataclass
from typing import Any

from archive.publishing.coverage import printable
from archive.publishing.site import records
from archive.publishing.site.details import detail_in_words
from archive.publishing.site.printed import Printed
from archive.publishing.site.statutory import Figures, figure_label, known_figures, lay_out
from archive.publishing.site.words import host_in_words, rule_in_words

_CONTEXT_LINES = 1


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that two documents print differently."""

    label: str
    here: str
    there: str


class ReportPage:
    """Everything the template shows of one document; `against` names another one to tell the differences from."""

    def __init__(
        self, connection: sqlite3.Connection, document: dict[str, Any], against: int | None, language: str
    ) -> None:
        self.document = document
        identifier = document["id"]
        self.agency = records.agency(connection, document["agency_id"]) if document["agency_id"] else None
        self.printed = Printed(document["text"], records.grids(connection, identifier))
        figures = records.figures(connection, identifier, self.printed)
        self.tables = lay_out(figures, document["form"])
        self.recognized = any(figure.method == "ocr" for figure in figures.values())
        self.checks = [
            {
                **row,
                "words": rule_in_words(row["rule"], language),
                "detail": detail_in_words(row["detail"] or "", language),
            }
            for row in records.rows(
                connection, "select * from checks where document = ? order by holds is null, holds, rule", (identifier,)
            )
        ]
        self.removals = records.rows(connection, "select * from removals where document = ?", (identifier,))
        self.versions = (
            records.versions(connection, document["agency_id"], document["year"]) if document["year"] else []
        )
        self.chosen = next((row for row in self.versions if row["chosen"] and row["id"] != identifier), None)
        self.title = printable(document["title"] or document["url"])
        state = document.get("host_state")
        self.host = host_in_words(state, language) if state else None
        self.framed = document["media_type"] == "text/html"
        self.other = records.document(connection, against) if against not in (None, identifier) else None
        self.figure_differences: list[Difference] = []
        self.text_differences: list[str] = []
        if self.other:
            self.figure_differences = _differences(figures, records.figures(connection, self.other["id"]))
            self.text_differences = _changed_lines(self.other["text"], document["text"])

    @classmethod
    def load(
        cls, connection: sqlite3.Connection, identifier: int, against: int | None, language: str
    ) -> ReportPage | None:
        """The page of a document, or None where there is no such document."""
        document = records.document(connection, identifier)
        return cls(connection, document, against, language) if document else None


def _differences(here: Figures, there: Figures) -> list[Difference]:
    found = []
    for key in (key for key in known_figures() if key in here or key in there):
        shown = ["–" if figure is None else figure.shown for figure in (here.get(key), there.get(key))]
        if shown[0] != shown[1]:
            found.append(Difference(figure_label(*key), *shown))
    return found


def _changed_lines(there: str, here: str) -> list[str]:
    """The lines that differ, with a mark before each (- there, + here) and a line of context."""
    lines = difflib.unified_diff(there.split("\n"), here.split("\n"), lineterm="", n=_CONTEXT_LINES)
    return [line for line in lines if not line.startswith(("---", "+++"))]
