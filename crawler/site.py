"""A site to crawl, as the registry (sites.csv) names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One row of sites.csv."""

    url: str
    """Entry page: the site's home, its 政府信息公开 page, or its report column."""
    name: str
    """Agency that owns the site, as it calls itself."""
    division: str | None = None
    """6-digit (district) or 9-digit (street, town) division code of the owner."""
    family: str | None = None
    """Name of the site family; None where it is to be detected."""
    since: int | None = None
    """First report year wanted; None where every year is."""
