"""The days on which a venue is open at all, by its own opening hours."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

WEEKDAYS: Final = ("", "1", "2", "3", "4", "5", "6", "7")


@dataclass(frozen=True, slots=True)
class DaysOpen:
    """Opening hours in stored form: hours by ISO weekday, closed dates, hours of dates."""

    hours: Mapping[str, Any]
    closed: Collection[str] = ()
    extra: Mapping[str, Any] | None = None

    def on(self, day: date) -> bool:
        """Whether an opening period begins on that day."""
        if self.extra and self.extra.get(day.isoformat()):
            return True
        if self.closed and day.isoformat() in self.closed:
            return False
        return bool(self.hours.get(WEEKDAYS[day.isoweekday()]))
