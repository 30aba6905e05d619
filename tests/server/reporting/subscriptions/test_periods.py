"""Days, weeks from Monday, months of the calendar, and when the report of each is due."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from server.reporting.subscriptions.periods import Period, after, due_ms, due_since, period_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("daily", "2026-11-24", "2026-11-24", "2026-11-24"),
        ("weekly", "2026-11-24", "2026-11-23", "2026-11-29"),
        ("weekly", "2026-11-23", "2026-11-23", "2026-11-29"),
        ("weekly", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("weekly", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("monthly", "2026-11-24", "2026-11-01", "2026-11-30"),
        ("monthly", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("monthly", "2028-02-29", "2028-02-01", "2028-02-29"),
    ],
)
def test_a_day_is_in_a_period(kind: str, day: str, first: str, last: str) -> None:
    expected = Period(date.fromisoformat(first), date.fromisoformat(last))

    assert period_of(kind, date.fromisoformat(day)) == expected


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_periods_follow_each_other_without_a_hole(kind: str) -> None:
    period = period_of(kind, date(2026, 11, 24))
    for _ in range(60):
        following = after(kind, period)
        assert (following.first - period.last).days == 1
        period = following


def test_a_report_is_due_at_its_hour_of_the_day_after() -> None:
    month = period_of("monthly", date(2026, 11, 24))

    due = datetime.fromtimestamp(due_ms(month, 8, SHANGHAI) / 1000, SHANGHAI)

    assert due.isoformat() == "2026-12-01T08:00:00+08:00"


def test_an_hour_is_one_of_the_district_s_clock_also_where_clocks_change() -> None:
    before, since = period_of("daily", date(2026, 3, 27)), period_of("daily", date(2026, 3, 28))

    assert due_ms(since, 8, BERLIN) - due_ms(before, 8, BERLIN) == 23 * 3_600_000


def test_due_reports_end_with_the_last_period_whose_hour_has_come() -> None:
    now = datetime(2026, 11, 27, 7, 59, tzinfo=SHANGHAI)

    def due(at: datetime) -> list[str]:
        found = due_since("daily", date(2026, 11, 24), 8, SHANGHAI, round(at.timestamp() * 1000))
        return [period.first.isoformat() for period in found]

    assert due(now) == ["2026-11-24", "2026-11-25"]
    assert due(now.replace(hour=8, minute=0)) == ["2026-11-24", "2026-11-25", "2026-11-26"]
