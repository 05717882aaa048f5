"""The divisions of China and the agencies that govern them, from two packaged files."""

from archive.gazetteer.divisions import Division, GazetteerError, Level, Parents
from archive.gazetteer.resolver import Agency, AgencyLevel, Gazetteer, agency_id, gazetteer
from archive.gazetteer.spotting import find_agencies, looks_like_agency

__all__ = [
    "Agency",
    "AgencyLevel",
    "Division",
    "Gazetteer",
    "GazetteerError",
    "Level",
    "Parents",
    "agency_id",
    "find_agencies",
    "gazetteer",
    "looks_like_agency",
]
