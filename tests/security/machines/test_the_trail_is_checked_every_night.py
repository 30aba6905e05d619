"""A change in the audit trail is found by the next morning, and reported."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, text

from server.accounts.models import AuditEntry
from server.foundation.jobs.recurring import Daily
from server.monitoring.notifications.audit_alarm import check_trail
from server.operations.jobs_process.timetable import KINDS, LINES
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink

PATH = "/api/v1/notification-targets"


@pytest.fixture
def sink(world: World) -> Iterator[WebhookSink]:
    """The district's duty, who subscribed to incidents alone."""
    with webhook_sink() as opened:
        target = {"name": "值班", "kind": "webhook", "url": opened.url, "events": ["raised"]}
        assert sign_in(world, "admin").client.post(PATH, json=target).status_code == 201
        yield opened


def _entries(world: World) -> list[int]:
    with world.core.config.read() as session:
        return [row.id for row in session.query(AuditEntry).order_by(AuditEntry.id)]


def _write_entries(world: World) -> list[int]:
    admin = sign_in(world, "admin").client
    for name in ("甲", "乙", "丙"):
        assert admin.post("/api/v1/units", json={"name": name}).status_code == 201
    return _entries(world)


def test_it_is_checked_every_night() -> None:
    assert "verify_trail" in KINDS
    assert [one for one in LINES if one.kind == "verify_trail" and isinstance(one, Daily)]


def test_an_intact_trail_is_reported_to_nobody(world: World, sink: WebhookSink) -> None:
    _write_entries(world)

    assert check_trail(world.core) is None
    run_jobs(world.core)
    assert sink.bodies == []


@pytest.mark.parametrize("how", ["changed", "taken out", "its hash too"])
def test_an_altered_entry_is_reported_to_the_districts_duty_once(
    world: World, sink: WebhookSink, how: str
) -> None:
    numbers = _write_entries(world)
    with world.core.config.write() as session:
        if how == "taken out":
            session.execute(delete(AuditEntry).where(AuditEntry.id == numbers[1]))
        else:
            entry = session.get_one(AuditEntry, numbers[1])
            entry.action = "unit.change"
            entry.hash = "0" * 64 if how == "its hash too" else entry.hash
    broken = numbers[2] if how == "taken out" else numbers[1]

    for _ in range(2):
        assert check_trail(world.core) == broken
        run_jobs(world.core)

    assert [title for title in sink.titles if f"第 {broken} 条" in title] == sink.titles
    assert len(sink.titles) == 1


@pytest.mark.slow
def test_an_entry_put_between_by_plain_sql_is_found(world: World, sink: WebhookSink) -> None:
    _write_entries(world)
    with world.core.config.write() as session:
        session.execute(text("UPDATE audit_entries SET user_id = NULL WHERE id = 2"))

    assert check_trail(world.core) == 2
