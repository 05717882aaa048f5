"""What a spider says besides the pages to get; the crawler writes it down with the page it was said on."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.page import Page


@dataclass(frozen=True, slots=True)
class FamilyDetected:
    """The family (CMS) a site was recognised as; `site` is its registry URL."""

    site: str
    family: str
    certain: bool = True
    """Whether a list of reports was read with it; a home page alone may be of another make than the lists."""


@dataclass(frozen=True, slots=True)
class NotWanted:
    """A link in a report column that is no report: recorded with its reason, never fetched."""

    page: Page
    reason: str


@dataclass(frozen=True, slots=True)
class Trap:
    """A link that leads nowhere new (calendar, session in the path, budget spent): recorded, never fetched."""

    page: Page
    reason: str


@dataclass(frozen=True, slots=True)
class PartlyRead:
    """The page is too long to be searched whole: recorded with it."""

    reason: str


Note = FamilyDetected | NotWanted | Trap | PartlyRead
