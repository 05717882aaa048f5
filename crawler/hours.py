"""An optional window of hours, in China's time, outside of which no site is asked for anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_CHINA = timedelta(hours=8)
_WINDOW = re.compile(r"^(\d{1,2})-(\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Hours:
    """From the hour `start` to the hour `end`; over midnight where the end is the smaller."""

    start: int = 0
    end: int = 24

    @classmethod
    def parse(cls, text: str | None) -> Hours:
        """Hours as 22-6; every hour where there is no text. Raises ValueError where it is no such window."""
        if not text:
            return cls()
        match = _WINDOW.match(text.strip())
        if match is None or not (0 <= int(match[1]) <= 23 and 0 <= int(match[2]) <= 24) or match[1] == match[2]:
            raise ValueError(f"{text!r} is no window of hours; write it like 22-6 (China's time)")
        return cls(int(match[1]), int(match[2]))

    def are_open(self, moment: datetime | None = None) -> bool:
        """Whether sites may be asked now."""
        hour = ((moment or datetime.now(UTC)).astimezone(UTC) + _CHINA).hour
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end
