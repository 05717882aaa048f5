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
    site: str | None = None
    """Registry URL of the site that the page was reached from; None for what came otherwise."""
    pictures: tuple[tuple[str, bytes], ...] = ()
    """The pictures of a page that are at hand, each with its address."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a statutory table, named by section, item and category (FORMS)."""

    section: str
    item: str
    category: str
    value: int | float | None
    unit: str | None
    printed: str | None
    method: str | None = None
    """How the cell was read where it is not the document's own text: `ocr`."""
    confidence: float | None = None
    """Of a cell read from a picture, 0 to 1."""
    note: str | None = None
    """What the cell says besides its number: a remark in parentheses, a footnote mark."""
    grid: int | None = None
    """The table it stands in, counted from 0 as in `Reading.grids`; None in a line of text."""
    row: int | None = None
    column: int | None = None
    line: int | None = None
    """Line of the text it stands on, counted from 1; None in a table."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A piece of injected text taken out: what, how often, of which kind, and where it stood.

    `where`: title, body, metadata (meta tags), attribute (alt, title and the like). `rule` is the one that took it.
    `suggestion` is the word that stood there before, where the statutory heading or the agency says so; it is never
    put back into the text.
    """

    text: str
    count: int
    kind: str
    where: list[str]
    rule: str = ""
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule tried on the figures: whether it holds (None where that cannot be said), and the numbers or the reason."""

    rule: str
    holds: bool | None
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
    host_state: str | None = None
    """Whose host the page came from: own, government, other, clone; None where it has no address."""
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
