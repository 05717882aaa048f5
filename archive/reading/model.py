"""What a reading is made of; every part is plain data that can cross a process or be written as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a page besides its bytes: where it came from, and what the crawler saw on the way to it."""

    url: str | None = None
    content_type: str | None = None
    file_name: str | None = None
    division: str | None = None
    """Division code of the site, the context in which an agency's name is resolved."""
    link_text: str | None = None
    link_date: str | None = None
    link_agency: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a statutory table, named by section, item and category (FORMS)."""

    section: str
    item: str
    category: str
    value: int | float | None
    unit: str | None
    printed: str | None


@dataclass(frozen=True, slots=True)
class Removal:
    """A piece of injected text taken out: what, how often, of which kind, and where it stood (title, body)."""

    text: str
    count: int
    kind: str
    where: list[str]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule tried on the figures: whether it holds, and the numbers where it does not."""

    rule: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the reading could not settle, with a documented code."""

    code: str
    detail: str = ""


@dataclass(slots=True)
class Reading:
    """One reading of one document; unknown is None, and nothing is guessed."""

    media_type: str
    charset: str | None = None
    is_report: bool = False
    title: str | None = None
    agency: str | None = None
    agency_id: str | None = None
    division: str | None = None
    level: str | None = None
    year: int | None = None
    published: str | None = None
    form: str | None = None
    text: str = ""
    figures: list[Figure] = field(default_factory=list)
    grids: list[list[list[str | None]]] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)

    def to_json(self, file: str | None = None, url: str | None = None) -> dict[str, Any]:
        """The object that `nianbao read --json` prints, every key present."""
        values = asdict(self)
        values.pop("agency_id")
        grids = values.pop("grids")
        return {"file": file, "url": url, **values, "grids": grids}


class UnreadableError(Exception):
    """The bytes cannot be read as any document; the message says why."""
