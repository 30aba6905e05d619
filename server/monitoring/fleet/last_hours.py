"""The last 24 hours of some screens, from the stored figures of today and the day before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.foundation.durations import HOUR_MS, HOUR_S
from server.monitoring.availability.day_store import DayRow, mark, stored_rows
from server.monitoring.availability.packed_records import NOTHING, Record, unpacked_hours
from server.monitoring.fleet.queries import ahead_s
from server.playlog.store.snapshot import snapshot

HOURS: Final = 24


class LastHours(NamedTuple):
    """When each hour begins (s since 1970 UTC), and by screen a record for each.

    The last one is the present hour up to now. A screen without any figures isn't among them.
    """

    begins: Sequence[int]
    by_screen: Mapping[int, Sequence[Record]]


def last_hours(core: Core, screens: Collection[int]) -> LastHours:
    """By three statements, however many screens."""
    civil, wanted = Civil(core.settings.zone), sorted(screens)
    with snapshot(core.plays) as tx:
        as_of_s = mark(tx, "as_of")
        if not as_of_s:
            return LastHours((), {})
        today = civil.day_of(as_of_s * 1000)
        before, now = (stored_rows(tx, day, wanted) for day in (today - 1, today))
    starts = [civil.start_of(day) for day in (today - 1, today)]
    into_s = as_of_s - starts[1] // 1000
    begins = range(starts[0] // 1000, as_of_s, HOUR_S)
    yesterdays = (starts[1] - starts[0]) // HOUR_MS
    return LastHours(
        begins[-HOURS:],
        {
            screen: [
                *_hours(before.get(screen), yesterdays),
                *_until(now.get(screen), into_s),
            ][-HOURS:]
            for screen in wanted
            if screen in before or screen in now
        },
    )


def _hours(row: DayRow | None, count: int) -> Sequence[Record]:
    return [NOTHING] * count if row is None else unpacked_hours(row.hours)[:count]


def _until(row: DayRow | None, into_s: int) -> Iterator[Record]:
    """The hours of the day that have begun, the present one up to now."""
    count = -(-into_s // HOUR_S)
    hours = _hours(row, count)
    yield from hours[: count - 1]
    for present in hours[count - 1 :]:
        open_hours = b"" if row is None else row.operating
        ahead = ahead_s(open_hours, into_s) - ahead_s(open_hours, count * HOUR_S)
        yield present._replace(operating=max(present.operating - ahead, present.monitored))
