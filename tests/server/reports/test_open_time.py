"""Open time of measured days, held against a sum of every day by itself."""

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from playlists.windows import opening_spans, total_ms
from server.playback.civil import Civil
from server.reports.open_time import OpenTime, VenueKeys, VenueTimes
from tests.support.clock import DAY_MS, START_MS

CIVIL = Civil(ZoneInfo("Asia/Shanghai"))
FIRST = CIVIL.day_of(START_MS)
DAYS = range(FIRST, FIRST + 9)
# A break at noon, nothing on Sunday, past midnight on Friday, and a day that is closed.
HOURS = {
    **{str(day): [["08:00", "12:00"], ["13:30", "20:00"]] for day in (1, 2, 3, 4, 6)},
    "5": [["18:00", "02:00"]],
}
VENUE = VenueTimes("Asia/Shanghai", HOURS, ["2026-11-26"], {"2026-11-29": [["10:00", "11:00"]]})
INSTANTS = st.integers(START_MS - 2 * DAY_MS, START_MS + 11 * DAY_MS)


def by_day(bits: int, low_ms: int, high_ms: int) -> int:
    """Each day by itself."""
    total = 0
    for number, day in enumerate(DAYS):
        begin, end = max(low_ms, CIVIL.start_of(day)), min(high_ms, CIVIL.start_of(day + 1))
        if bits >> number & 1 and begin < end:
            total += total_ms(opening_spans(VenueKeys({1: VENUE}).hours[KEY], begin, end))
    return total


KEY = VenueKeys({1: VENUE}).of[1]


@given(st.lists(st.tuples(st.integers(0, 2 ** len(DAYS) - 1), INSTANTS, INSTANTS), max_size=5))
def test_open_time_is_that_of_each_measured_day_within_the_bounds(
    asked: list[tuple[int, int, int]],
) -> None:
    open_time = OpenTime(VenueKeys({1: VENUE}), CIVIL, DAYS)

    for bits, low_ms, high_ms in asked:
        assert open_time.within(1, bits, low_ms, high_ms) == by_day(bits, low_ms, high_ms)


def test_a_venue_that_is_gone_has_none() -> None:
    assert OpenTime(VenueKeys({}), CIVIL, DAYS).within(1, 511, 0, 2**53) == 0
