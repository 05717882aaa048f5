"""The family of each site as this run sees it, beside the one an earlier run saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archive.store import Archive
from crawler.site import SiteEntry


class Families:
    """Families detected in a run, for the sites whose family the registry leaves open."""

    def __init__(self, archive: Archive, sites: Iterable[SiteEntry]) -> None:
        self._archive = archive
        known = {row["url"]: row["family"] for row in archive.rows("select url, family from sites")}
        self._earlier = {site.url: known.get(site.url) for site in sites}
        self._seen: dict[str, Counter[str]] = {}

    def note(self, site: str, family: str, *, certain: bool) -> None:
        """Keep a family detected: that of most lists, or the first one seen where no list has been read."""
        if site not in self._earlier:
            return
        if certain:
            seen = self._seen.setdefault(site, Counter())
            seen[family] += 1
            self._archive.note_site(site, family=seen.most_common(1)[0][0])
        elif site not in self._seen and self._earlier[site] is None:
            self._archive.note_site(site, family=family)

    def changed(self) -> list[tuple[str, str, str]]:
        """Sites none of whose lists is of the family any more that they were of: URL, family before, family now."""
        found = []
        for site, seen in sorted(self._seen.items()):
            earlier = self._earlier[site]
            if earlier and earlier not in seen:
                found.append((site, earlier, seen.most_common(1)[0][0]))
        return found
