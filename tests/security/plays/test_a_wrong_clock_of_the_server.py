"""A clock of the server that was wrong for a minute leaves nothing behind, neither plays that
count before their time nor an alarm.
"""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from server.foundation.jobs.models import Job
from server.foundation.jobs.recurring import Calendar
from server.monitoring.notifications.audit_alarm import check_plays
from server.operations.jobs_process.timetable import LINES
from server.playlog import rollups_cli, upkeep
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.tasks import keep_plays, seal_plays, verify_rollups
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import make_batch, make_programme
from tests.support.reporting.reports import check_sums, totals

PROGRAMME = make_programme(START_MS)
NOON_MS = START_MS + HOUR_MS
TODAY = {"from": "2026-11-24", "to": "2026-11-24"}
TOMORROW = {"from": "2026-11-25", "to": "2026-11-25"}
AHEAD = PROGRAMME.slots(NOON_MS + DAY_MS - MINUTE_MS, NOON_MS + DAY_MS)
"""The plays of a player while the server's clock is a day ahead."""


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.at_ms = NOON_MS
    return made


def counted(world: World, day: dict[str, str]) -> int:
    return totals(sign_in(world, "reviewer").client, **day).get("confirmed", 0)


def waits(world: World) -> list[str]:
    listed = sign_in(world, "reviewer").client.get("/api/v1/quarantine?limit=200")
    found: Any = listed.json
    return [one["reason"] for one in found["items"]]


def take(world: World, screen: BoundScreen, slots: Any, **other: Any) -> Any:
    answer = hand_in(world, screen, make_batch(PROGRAMME, slots, **other))
    assert answer.status_code == 200, answer.text
    return answer.json


def a_day_ahead_for_a_minute(world: World, screen: BoundScreen) -> None:
    """The player follows the server's clock, and goes on for a minute after that is right."""
    world.clock.forward(DAY_MS)
    seal_plays(world.core, Job())
    take(world, screen, AHEAD[:2], boot="a", offset_ms=START_MS)
    world.clock.forward(-DAY_MS)
    take(world, screen, AHEAD[2:], boot="a", first=3, offset_ms=START_MS)


def hour(of_ms: int, minutes: int = 10) -> Any:
    return PROGRAMME.slots(of_ms, of_ms + minutes * MINUTE_MS)


def test_plays_ahead_of_the_clock_count_nowhere(world: World, screen: BoundScreen) -> None:
    a_day_ahead_for_a_minute(world, screen)

    assert waits(world) == ["future"] * 4
    world.clock.forward(DAY_MS // 2)
    assert (counted(world, TODAY), counted(world, TOMORROW)) == (0, 0)


def test_a_screen_that_is_silent_since_has_no_plays_ahead_of_the_clock_either(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(DAY_MS)
    take(world, screen, AHEAD, boot="a", offset_ms=START_MS)
    world.clock.forward(-DAY_MS)

    keep_plays(world.core, Job())

    assert waits(world) == ["future"] * 4


@pytest.mark.slow
def test_the_next_days_honest_plays_all_count(world: World, screen: BoundScreen) -> None:
    a_day_ahead_for_a_minute(world, screen)
    today = hour(NOON_MS - 30 * MINUTE_MS)
    tomorrow = hour(NOON_MS + DAY_MS - 5 * MINUTE_MS)
    take(world, screen, today, boot="b")

    world.clock.at_ms = NOON_MS + DAY_MS + 10 * MINUTE_MS
    keep_plays(world.core, Job())
    answer = take(world, screen, tomorrow, boot="c")
    keep_plays(world.core, Job())

    assert answer["quarantined"] == []
    assert counted(world, TODAY) == len(today)
    assert counted(world, TOMORROW) == len(tomorrow)
    assert waits(world) == ["overlap"] * 4
    check_sums(sign_in(world, "reviewer").client, **TOMORROW)


@pytest.mark.slow
@pytest.mark.parametrize("after_ms", [2 * HOUR_MS, 25 * HOUR_MS])
def test_honest_plays_that_came_while_the_clock_was_behind_count_when_their_time_has_come(
    world: World, screen: BoundScreen, after_ms: int
) -> None:
    slots = hour(NOON_MS)
    world.clock.at_ms = NOON_MS + 11 * MINUTE_MS - HOUR_MS
    answer = take(world, screen, slots, offset_ms=START_MS)
    assert {one["reason"] for one in answer["quarantined"]} == {"future"}
    keep_plays(world.core, Job())
    assert counted(world, TODAY) == 0

    world.clock.at_ms = NOON_MS + after_ms
    more = hour(NOON_MS + after_ms - MINUTE_MS, 1) if after_ms < DAY_MS else []
    if more:
        take(world, screen, more, first=len(slots) + 1, offset_ms=START_MS)
    keep_plays(world.core, Job())

    assert waits(world) == []
    assert counted(world, TODAY) == len(slots) + len(more)
    check_sums(sign_in(world, "reviewer").client)


@pytest.mark.slow
@pytest.mark.parametrize("wrong_ms", [DAY_MS, -DAY_MS, 3 * DAY_MS])
def test_no_night_after_it_finds_anything_altered(
    world: World, screen: BoundScreen, wrong_ms: int, capsys: pytest.CaptureFixture[str]
) -> None:
    take(world, screen, hour(NOON_MS - 30 * MINUTE_MS), boot="before")
    world.clock.forward(wrong_ms)
    a_day_ahead_for_a_minute(world, screen)
    world.clock.forward(-wrong_ms)
    capsys.readouterr()

    for day in range(1, 8):
        world.clock.at_ms = NOON_MS + day * DAY_MS
        take(world, screen, hour(world.clock.at_ms - 20 * MINUTE_MS), boot=f"day {day}")
        keep_plays(world.core, Job())
        seal_plays(world.core, Job())
        verify_rollups(world.core, Job())
        assert check_plays(world.core).findings == ()

    keep_house(world)
    verify = partial(upkeep.verify, world.core, playback_of(world.app))
    answer = rollups_cli.rollups_verify(world.core, verify, rebuild=False)
    assert answer.code == 0, answer.lines
    assert "differs" not in (output := capsys.readouterr().out), output
    assert "doesn't fit" not in output


def test_the_coming_night_is_checked_though_a_clock_that_was_ahead_has_done_so(
    world: World,
) -> None:
    night_ms = NOON_MS + DAY_MS - 4 * HOUR_MS
    world.clock.at_ms = NOON_MS
    calendar = Calendar(LINES, world.core.settings.zone)
    for at_ms in (NOON_MS, NOON_MS + DAY_MS, NOON_MS + MINUTE_MS, night_ms, night_ms + MINUTE_MS):
        world.clock.at_ms = at_ms
        calendar.put_in_due(world.core)
        with world.core.config.write() as session:
            session.execute(update(Job).values(state="done"))

    with world.core.config.read() as session:
        query = select(Job.created_at).where(Job.kind == "verify_plays").order_by(Job.id)
        assert session.scalars(query).all() == [NOON_MS, NOON_MS + DAY_MS, night_ms]
