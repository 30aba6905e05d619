"""When screens should run, when that is excused, and how long a heartbeat counts for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from playlists.windows import Span
from server.inventory.screens.models import ScreenPause
from server.inventory.venues.models import Line
from server.monitoring.duty.operating_hours import excused_of, graces, operating_of
from tests.support.app.inventory import make_screen, make_venue, root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    """Seconds of `24 06:10`, a day of November 2026 and a time on the clock there."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    instant = datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=zone)
    return round(instant.timestamp())


def span(begin: str, end: str, zone: ZoneInfo = SHANGHAI) -> Span:
    return at(begin, zone), at(end, zone)


def operating(
    world: World, screen: int, begin: str = "24 00:00", end: str = "25 00:00"
) -> Sequence[Span]:
    with world.core.config.read() as session:
        return operating_of(session, {screen}, at(begin), at(end))[screen]


def make_line(world: World, first: str | None, last: str | None, *, name: str = "1 路") -> int:
    unit = root_unit(world)
    with world.core.config.write() as session:
        line = Line(unit_id=unit, name=name, first_service=first, last_service=last, created_at=0)
        session.add(line)
        session.flush()
        return line.id


def make_bus(world: World, first: str | None, last: str | None, **fields: Any) -> int:
    line = make_line(world, first, last)
    hours = {str(day): [["05:00", "23:00"]] for day in range(1, 8)}
    venue = make_venue(world, kind="bus", line_id=line, hours=hours, **fields)
    return make_screen(world, venue=venue).id


def test_a_place_runs_in_its_opening_hours_without_its_break(world: World) -> None:
    # 24 November 2026 is a Tuesday.
    hours = {"2": [["08:30", "12:00"], ["13:30", "17:30"]]}
    screen = make_screen(world, venue=make_venue(world, hours=hours)).id

    assert operating(world, screen) == (span("24 08:30", "24 12:00"), span("24 13:30", "24 17:30"))


def test_hours_are_those_of_the_venues_own_zone(world: World) -> None:
    urumqi = ZoneInfo("Asia/Kashgar")
    venue = make_venue(world, hours={"2": [["10:00", "19:00"]]}, timezone="Asia/Kashgar")
    screen = make_screen(world, venue=venue).id

    assert operating(world, screen) == (span("24 10:00", "24 19:00", urumqi),)


def test_a_closed_date_has_none_and_extra_hours_are_added(world: World) -> None:
    venue = make_venue(
        world,
        hours={"2": [["08:00", "20:00"]]},
        closed_dates=["2026-11-24"],
        extra_hours={"2026-11-24": [["19:00", "21:00"]]},
    )
    screen = make_screen(world, venue=venue).id

    assert operating(world, screen) == (span("24 19:00", "24 21:00"),)


def test_hours_past_midnight_are_cut_at_the_windows_edges(world: World) -> None:
    venue = make_venue(world, hours={"1": [["22:00", "02:00"]], "2": [["23:00", "01:00"]]})
    screen = make_screen(world, venue=venue).id

    assert operating(world, screen) == (span("24 00:00", "24 02:00"), span("24 23:00", "25 00:00"))


def test_a_bus_runs_from_its_lines_first_to_its_last_service(world: World) -> None:
    bus = make_bus(world, "06:10", "21:40")

    assert operating(world, bus) == (span("24 06:10", "24 21:40"),)


def test_a_night_line_runs_past_midnight(world: World) -> None:
    bus = make_bus(world, "21:30", "00:30")

    assert operating(world, bus) == (span("24 00:00", "24 00:30"), span("24 21:30", "25 00:00"))


def test_a_bus_in_the_workshop_for_a_day_is_closed(world: World) -> None:
    bus = make_bus(world, "06:10", "21:40", closed_dates=["2026-11-24"])

    assert operating(world, bus) == ()


@pytest.mark.parametrize(("first", "last"), [(None, None), ("06:10", None)])
def test_a_line_without_both_ends_leaves_the_vehicle_its_own_hours(
    world: World, first: str | None, last: str | None
) -> None:
    bus = make_bus(world, first, last)

    assert operating(world, bus) == (span("24 05:00", "24 23:00"),)


def test_a_stop_on_a_line_keeps_its_own_hours(world: World) -> None:
    line = make_line(world, "06:10", "21:40")
    venue = make_venue(world, kind="bus_stop", line_id=line, hours={"2": [["05:00", "23:00"]]})
    screen = make_screen(world, venue=venue).id

    assert operating(world, screen) == (span("24 05:00", "24 23:00"),)


def test_pauses_are_excused_within_the_window(world: World) -> None:
    screen, other = make_screen(world).id, make_screen(world).id
    person = sign_in(world, "admin")
    with world.core.config.write() as session:
        for begin, end in (("23 20:00", "24 01:00"), ("24 00:30", "24 02:00")):
            session.add(
                ScreenPause(
                    screen_id=screen,
                    from_at=at(begin) * 1000,
                    until_at=at(end) * 1000,
                    reason="停电",
                    user_id=person.user_id,
                )
            )
    with world.core.config.read() as session:
        found = excused_of(session, {screen, other}, at("24 00:00"), at("25 00:00"))

    assert found == {screen: (span("24 00:00", "24 02:00"),)}


@pytest.mark.slow
def test_a_beat_counts_90_s_in_a_bank_and_six_hours_on_a_bus(world: World) -> None:
    bank = make_screen(world).id
    bus = make_screen(world, venue=make_venue(world, kind="bus")).id

    with world.core.config.read() as session:
        assert graces(session) == {bank: 90, bus: 21600}
