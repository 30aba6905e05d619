"""Quiet hours are those of the district's clock, over midnight too."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from server.monitoring.notifications.quiet_hours import at_clock, loud_at

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "loud"),
    [
        ("2026-11-24T21:59", "2026-11-24T21:59"),
        ("2026-11-24T22:00", "2026-11-25T06:30"),
        ("2026-11-25T00:10", "2026-11-25T06:30"),
        ("2026-11-25T06:29", "2026-11-25T06:30"),
        ("2026-11-25T06:30", "2026-11-25T06:30"),
    ],
)
def test_over_midnight(now: str, loud: str) -> None:
    assert loud_at(at(now), "22:00", "06:30", ZONE) == at(loud)


@pytest.mark.parametrize(
    ("now", "loud"),
    [
        ("2026-11-24T11:59", "2026-11-24T11:59"),
        ("2026-11-24T12:30", "2026-11-24T14:00"),
        ("2026-11-24T14:00", "2026-11-24T14:00"),
    ],
)
def test_within_a_day(now: str, loud: str) -> None:
    assert loud_at(at(now), "12:00", "14:00", ZONE) == at(loud)


def test_none_at_all() -> None:
    assert loud_at(5, None, None, ZONE) == 5
    assert loud_at(5, "08:00", "08:00", ZONE) == 5


def test_midnight_is_the_end_of_a_day() -> None:
    assert at_clock("2026-11-24", "24:00", ZONE) == at("2026-11-25T00:00")
