"""Who is on duty at an instant, by weekly and single-date shifts. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
MIDNIGHT: Final = "24:00"


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift; `days` are ISO weekdays, empty if there is a `day`.

    Times are wall-clock, `24:00` is the end of a day; an end that isn't later than the start is on
    the next date.
    """

    unit_id: int
    user_id: int
    days: Sequence[int]
    day: date | None
    begins: str
    ends: str

    def ends_on(self, begun: date) -> tuple[date, str]:
        """The end of a shift that began on this date."""
        if self.ends == MIDNIGHT:
            return begun + DAY, "00:00"
        return (begun, self.ends) if self.ends > self.begins else (begun + DAY, self.ends)


@dataclass(frozen=True, slots=True)
class DutyAssignment:
    """A person's duty for a unit, until then (the district's clock)."""

    unit_id: int
    user_id: int
    until: datetime


def current_duties(shifts: Iterable[Shift], now_ms: int, zone: ZoneInfo) -> list[DutyAssignment]:
    """Everybody on duty now, in the order of shifts; each person once per unit."""
    now = datetime.fromtimestamp(now_ms / 1000, zone).replace(tzinfo=None)
    listed = list(shifts)
    found: dict[tuple[int, int], DutyAssignment] = {}
    for begun in (now.date() - DAY, now.date()):
        for shift in of_date(listed, begun):
            begins = _moment(begun, shift.begins)
            until = _moment(*shift.ends_on(begun))
            key = (shift.unit_id, shift.user_id)
            if begins <= now < until and (key not in found or found[key].until < until):
                found[key] = DutyAssignment(*key, until)
    return list(found.values())


def covered_until(shifts: Sequence[Shift], now_ms: int, zone: ZoneInfo) -> datetime | None:
    """When the current duty ends without a successor (the district's clock).

    None if nobody is on duty now, or somebody is throughout the next day.
    """
    day_ms = int(DAY.total_seconds() * 1000)
    at_ms, until = now_ms, None
    while at_ms < now_ms + day_ms and (found := current_duties(shifts, at_ms, zone)):
        until = max(one.until for one in found)
        at_ms = int(until.replace(tzinfo=zone).timestamp() * 1000)
    return None if at_ms >= now_ms + day_ms else until


def of_date(shifts: Sequence[Shift], begun: date) -> list[Shift]:
    """The shifts that begin on a date; a unit's single-date ones replace its weekly ones."""
    single = [one for one in shifts if one.day == begun]
    ruled = {one.unit_id for one in single}
    weekly = [
        one
        for one in shifts
        if one.day is None and begun.isoweekday() in one.days and one.unit_id not in ruled
    ]
    return single + weekly


def _moment(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}")
