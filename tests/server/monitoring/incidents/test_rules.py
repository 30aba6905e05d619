"""When silence is an incident, and when it is over."""

import pytest

from server.monitoring.detection.contact_rules import (
    Ground,
    Run,
    back_online,
    impaired_since,
    offline_since,
    well_again,
)
from server.monitoring.incidents.status import LastHeartbeat

DAY = 86_400
MIDNIGHT = 20_000 * DAY
SIX_HOURS = 6 * 3600


def clock(hour: int, minute: int = 0, day: int = 0) -> int:
    return MIDNIGHT + day * DAY + hour * 3600 + minute * 60


def hours(begin: int, end: int) -> list[tuple[int, int]]:
    return [(clock(begin, day=day), clock(end, day=day)) for day in (-1, 0)]


def ground(now_s: int, listening_s: int = 0) -> Ground:
    return Ground(now_s, listening_s, MIDNIGHT)


def test_it_is_offline_ten_minutes_after_the_grace() -> None:
    contact = LastHeartbeat(clock(9))

    assert offline_since(contact, hours(8, 20), (), ground(clock(9) + 689)) is None
    assert offline_since(contact, hours(8, 20), (), ground(clock(9) + 690)) == clock(9)


def test_a_failure_at_night_is_notified_ten_minutes_after_opening() -> None:
    contact = LastHeartbeat(clock(21, day=-1))

    assert offline_since(contact, hours(8, 20), (), ground(clock(8, 9))) is None
    assert offline_since(contact, hours(8, 20), (), ground(clock(8, 10))) == clock(8)


def test_nothing_is_notified_after_closing() -> None:
    assert (
        offline_since(LastHeartbeat(clock(19, 55)), hours(8, 20), (), ground(clock(20, 10))) is None
    )


def test_excused_time_is_counted_from_its_end() -> None:
    excused = [(clock(10), clock(12))]
    contact = LastHeartbeat(clock(9, 55))

    assert offline_since(contact, hours(8, 20), excused, ground(clock(11))) is None
    assert offline_since(contact, hours(8, 20), excused, ground(clock(12, 9))) is None
    assert offline_since(contact, hours(8, 20), excused, ground(clock(12, 10))) == clock(9, 55)


def test_our_own_start_counts_as_a_beat_of_everyone() -> None:
    contact, started = LastHeartbeat(clock(9)), clock(10)

    assert offline_since(contact, hours(8, 20), (), ground(started + 689, started)) is None
    assert offline_since(contact, hours(8, 20), (), ground(started + 690, started)) == clock(9)


def test_it_waits_until_a_fault_upstream_is_ten_minutes_over() -> None:
    contact, over = LastHeartbeat(clock(9)), clock(9, 30)

    assert offline_since(contact, hours(8, 20), (), ground(clock(9, 39)), over) is None
    assert offline_since(contact, hours(8, 20), (), ground(clock(9, 40)), over) == clock(9)


@pytest.mark.parametrize("now_s", [clock(9), clock(14), clock(16), clock(21, 59)])
def test_a_bus_is_never_missed_within_the_service_in_which_it_fell_silent(now_s: int) -> None:
    contact = LastHeartbeat(clock(8), grace_s=SIX_HOURS)

    assert offline_since(contact, hours(6, 22), (), ground(now_s)) is None


def test_a_bus_is_missed_ten_minutes_into_its_next_service() -> None:
    contact = LastHeartbeat(clock(8, day=-1), grace_s=SIX_HOURS)

    assert offline_since(contact, hours(6, 22), (), ground(clock(6, 9))) is None
    assert offline_since(contact, hours(6, 22), (), ground(clock(6, 10))) == clock(6)


def test_a_bus_whose_grace_ends_after_its_service_began_is_given_that_service() -> None:
    contact = LastHeartbeat(clock(1), grace_s=SIX_HOURS)

    assert offline_since(contact, hours(6, 22), (), ground(clock(15))) is None


def test_a_taxi_that_runs_day_and_night_is_checked_each_morning() -> None:
    always = [(clock(0, day=-5), clock(0, day=5))]
    contact = LastHeartbeat(clock(12, day=-1), grace_s=SIX_HOURS)

    assert offline_since(contact, always, (), ground(clock(0, 9))) is None
    assert offline_since(contact, always, (), ground(clock(0, 10))) is not None


def test_a_screen_without_contact_ever_or_out_of_use_is_no_fault() -> None:
    now = ground(clock(12))

    assert offline_since(LastHeartbeat(None), hours(8, 20), (), now) is None
    assert offline_since(LastHeartbeat(0, retired=True), hours(8, 20), (), now) is None


def test_it_is_back_after_five_minutes_without_a_break() -> None:
    now = clock(12)
    steady, broken = [Run(now - 300, now, 0)], [Run(now - 400, now - 200, 0), Run(now - 90, now, 0)]

    assert back_online(steady, 90, ground(now))
    assert not back_online([Run(now - 299, now, 0)], 90, ground(now))
    assert not back_online(broken, 90, ground(now))
    assert back_online([Run(now - 400, now - 180, 0), Run(now - 90, now, 0)], 90, ground(now))


def test_it_is_impaired_when_it_has_reported_so_for_ten_minutes() -> None:
    now = clock(12)

    assert impaired_since(Run(now - 599, now, 1), ground(now)) is None
    assert impaired_since(Run(now - 600, now, 1), ground(now)) == now - 600
    assert impaired_since(Run(now - 900, now - 100, 1), ground(now)) is None
    assert impaired_since(Run(now - 900, now, 0), ground(now)) is None


def test_it_is_well_when_it_has_reported_so_for_five() -> None:
    now = clock(12)

    assert not well_again(Run(now - 299, now, 0), ground(now))
    assert well_again(Run(now - 300, now, 0), ground(now))
    assert not well_again(Run(now - 300, now, 1), ground(now))
