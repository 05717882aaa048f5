"""The window of hours in which sites may be asked, in China's time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.hours import Hours


@pytest.mark.parametrize(
    ("window", "hour_in_london", "are_open"),
    [
        (None, 3, True),
        ("", 15, True),
        ("22-6", 14, True),
        ("22-6", 21, True),
        ("22-6", 22, False),
        ("22-6", 13, False),
        ("1-5", 17, True),
        ("1-5", 21, False),
        ("18-24", 15, True),
        ("18-24", 16, False),
    ],
)
def test_hours_are_those_of_china(window: str | None, hour_in_london: int, are_open: bool) -> None:
    assert Hours.parse(window).are_open(datetime(2024, 1, 15, hour_in_london, 30, tzinfo=UTC)) is are_open


@pytest.mark.parametrize("window", ["22", "22-22", "25-3", "a-b", "22:00-6:00", "1-25"])
def test_what_is_no_window_is_refused_in_plain_words(window: str) -> None:
    with pytest.raises(ValueError, match="no window of hours; write it like 22-6"):
        Hours.parse(window)
