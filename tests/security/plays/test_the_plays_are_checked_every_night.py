"""A change in the log of a past day is found by the next morning, and reported."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from server.foundation.jobs.recurring import Daily
from server.monitoring.notifications.audit_alarm import check_plays
from server.operations.jobs_process.timetable import KINDS, LINES
from server.playlog import upkeep
from server.playlog.ingest.flask_extension import playback_of
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme

PROGRAMME = make_programme(START_MS)
TARGETS = "/api/v1/notification-targets"


@pytest.fixture
def sink(world: World) -> Iterator[WebhookSink]:
    """The district's duty, who subscribed to incidents alone; two days are sealed."""
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(DAY_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS))
    world.clock.forward(2 * DAY_MS)
    upkeep.seal(world.core, playback_of(world.app))
    with webhook_sink() as opened:
        target = {"name": "值班", "kind": "webhook", "url": opened.url, "events": ["raised"]}
        assert sign_in(world, "admin").client.post(TARGETS, json=target).status_code == 201
        yield opened


def test_it_is_checked_every_night() -> None:
    assert "verify_plays" in KINDS
    assert [one for one in LINES if one.kind == "verify_plays" and isinstance(one, Daily)]


def test_an_intact_log_is_reported_to_nobody(world: World, sink: WebhookSink) -> None:
    assert check_plays(world.core).findings == ()
    run_jobs(world.core)

    assert sink.bodies == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batches SET received_at = received_at + 86400000",
        "DELETE FROM batches WHERE id = (SELECT MAX(id) FROM batches)",
        "UPDATE day_seals SET boots = boots + 1",
    ],
)
def test_an_altered_day_is_reported_to_the_districts_duty_once(
    world: World, sink: WebhookSink, statement: str
) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.execute(text(statement))

    for _ in range(2):
        assert check_plays(world.core).findings
        run_jobs(world.core)

    assert sink.titles == ["【安屏】播放记录与封存不符"]
