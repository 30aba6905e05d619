"""Checks that holidays are entered for the period of plans."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from playlists.windows import local_date
from server.campaigns.holidays.known_until import first_unknown, years_of
from server.foundation.config import Settings
from server.operations.doctor import stores
from server.operations.doctor.finding import Check, Finding

HOLIDAYS: Final = Check("节假日", "holidays")
# The horizon of plans, and a month to enter missing ones.
AHEAD: Final = timedelta(days=62)


def holidays(settings: Settings, now_ms: int) -> Iterator[Finding]:
    """Until when holidays are entered; nothing without a database."""
    rows = stores.rows(settings, "SELECT day FROM calendar_days WHERE kind = 'holiday'")
    years = years_of(date.fromisoformat(str(row[0])) for row in rows)
    today = local_date(settings.zone, now_ms)
    year = first_unknown(years, today, today + AHEAD)
    if year is None:
        yield HOLIDAYS.ok(f"录入到 {max(years)} 年。", f"known up to {max(years)}.")
        return
    yield HOLIDAYS.warn(
        f"{year} 年的放假和调休尚未录入：在“设置 → 节假日”录入，否则按星期推算。",
        f"those of {year} aren't known: add them in Settings, Holidays, or weekdays count.",
    )
