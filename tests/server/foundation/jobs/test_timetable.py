"""What comes round by the clock is put in once each time, also after the server was off."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.jobs import service
from server.foundation.jobs.models import Job
from server.foundation.jobs.recurring import Calendar, Daily, Every, Hourly
from server.operations.jobs_process.timetable import KINDS
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-11-24T03:09", "2026-11-23"),
        ("2026-11-24T03:10", "2026-11-24"),
        ("2026-11-24T23:59", "2026-11-24"),
        ("2026-12-01T00:00", "2026-11-30"),
    ],
)
def test_a_daily_time_is_named_by_the_day_it_last_came_round(now: str, name: str) -> None:
    assert Daily("clean", 3, 10).latest(datetime.fromisoformat(now)) == name


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-11-24T03:04", "2026-11-24T03:00"),
        ("2026-11-24T03:05", "2026-11-24T03:05"),
        ("2026-11-24T00:59", "2026-11-24T00:55"),
    ],
)
def test_a_time_every_few_minutes_is_named_by_its_minute(now: str, name: str) -> None:
    assert Every("look", 5).latest(datetime.fromisoformat(now)) == name


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-11-24T03:11", "2026-11-24T02"),
        ("2026-11-24T03:12", "2026-11-24T03"),
        ("2026-11-24T00:05", "2026-11-23T23"),
    ],
)
def test_a_time_in_each_hour_is_named_by_its_hour(now: str, name: str) -> None:
    assert Hourly("look", 12).latest(datetime.fromisoformat(now)) == name


def test_publishing_waits_for_no_pack_and_no_report(world: World) -> None:
    now_ms = world.clock.now_ms()
    asked = [("make_report", 1), ("make_pack", 1), ("make_pack", 2), ("make_pack", 3)]
    with world.core.config.write() as session:
        for kind, ref in [*asked, ("rebuild_loops", "all")]:
            service.enqueue(session, kind, ref, now_ms)

    order = []
    for _ in range(3):
        job = service.lease_next(world.core, KINDS)
        order.append(None if job is None else job.kind)
    last = service.lease_next(world.core, KINDS)

    assert order == ["rebuild_loops", "make_pack", "make_pack"]
    assert last is None, "two heavy ones at a time, and reports after all others"


def test_a_round_over_incidents_waits_for_no_message_that_may_hang(world: World) -> None:
    """A target that can't be reached takes twenty seconds and more, each time."""
    now_ms = world.clock.now_ms()
    with world.core.config.write() as session:
        for number in range(10):
            service.enqueue(session, "send_message", number, now_ms - 1000)
        service.enqueue(session, "watch_incidents", "now", now_ms)

    job = service.lease_next(world.core, KINDS)

    assert job is not None
    assert job.kind == "watch_incidents"


def refs(core: Core) -> list[str]:
    with core.config.read() as session:
        return list(session.scalars(select(Job.ref).order_by(Job.id)))


def test_each_time_is_put_in_once_even_by_a_worker_that_has_just_started(world: World) -> None:
    lines = [Daily("clean", 3, 10)]
    first = Calendar(lines, SHANGHAI)

    assert first.put_in_due(world.core)
    assert not first.put_in_due(world.core)
    Calendar(lines, SHANGHAI).put_in_due(world.core)
    assert refs(world.core) == ["2026-11-24"]

    world.clock.forward(DAY_MS)
    assert first.put_in_due(world.core)


def test_tonights_jobs_are_put_in_though_a_clock_that_was_ahead_has_done_so(world: World) -> None:
    """Also where the calendar saw nothing of the time between: it was set back at once."""
    calendar = Calendar([Daily("clean", 3, 10)], SHANGHAI)
    world.clock.forward(DAY_MS)
    assert calendar.put_in_due(world.core)
    with world.core.config.write() as session:
        session.scalars(select(Job)).one().state = "done"

    world.clock.forward(-MINUTE_MS)
    assert calendar.put_in_due(world.core)

    assert refs(world.core) == ["2026-11-25", "2026-11-25"]


def test_a_time_that_passed_while_the_server_was_off_is_made_up_for(world: World) -> None:
    Calendar([Daily("clean", 9, 0)], SHANGHAI).put_in_due(world.core)
    with world.core.config.write() as session:
        session.scalars(select(Job)).one().state = "done"

    world.clock.forward(DAY_MS + 5 * HOUR_MS + 3 * MINUTE_MS)
    Calendar([Daily("clean", 9, 0)], SHANGHAI).put_in_due(world.core)

    assert refs(world.core) == ["2026-11-24", "2026-11-25"]
