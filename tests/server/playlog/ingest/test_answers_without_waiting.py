"""`take_in_later`: for callers that can't wait, such as a socket's read callback."""

import queue
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.foundation.errors import Busy
from server.inventory.enrolment.credentials import ScreenIdentity
from server.playlog.ingest import service
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model.events import SeqReused
from server.playlog.model.ingest_context import IngestContext
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import (
    BOOT,
    held_at_work,
    make_batch,
    make_committer,
    make_programme,
)

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def identity(world: World) -> ScreenIdentity:
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return ScreenIdentity(screen.id, screen.venue_id)


@pytest.fixture
def parts(world: World) -> Iterator[PlaylogRuntime]:
    found = playback_of(world.app)
    found.committer.start()
    yield found
    found.committer.stop()


def answered(world: World, parts: PlaylogRuntime, screen: ScreenIdentity, payload: Any) -> Any:
    answers: queue.Queue[dict[str, Any]] = queue.Queue()
    service.take_in_later(world.core, parts, screen, payload, answers.put)
    return answers.get(timeout=PATIENCE_S)


def test_the_answer_comes_after_the_commit(
    world: World, parts: PlaylogRuntime, identity: ScreenIdentity
) -> None:
    answer = answered(world, parts, identity, make_batch(PROGRAMME, SLOTS[:50]))

    assert answer == {"boot": BOOT, "upto": 50, "quarantined": []}


def test_a_malformed_batch_is_answered_with_its_boot(
    world: World, parts: PlaylogRuntime, identity: ScreenIdentity
) -> None:
    answer = answered(world, parts, identity, make_batch(PROGRAMME, SLOTS[:5], first=0))

    assert answer["boot"] == BOOT
    assert answer["error"]["code"] == "malformed"


def test_a_full_queue_is_answered_with_when_to_come_again(
    world: World, identity: ScreenIdentity
) -> None:
    parts = playback_of(world.app)
    narrow = PlaylogRuntime(make_committer(world.core.plays, queue_limit=1), parts.knowledge)
    narrow.committer.start()
    answers: list[dict[str, Any]] = []
    batch = make_batch(PROGRAMME, SLOTS[:5])

    with held_at_work(narrow.committer):
        for _ in range(3):
            service.take_in_later(world.core, narrow, identity, batch, answers.append)
        busy = list(answers)
    narrow.committer.stop()

    assert busy == [{"error": {"code": "busy", "retry_after_ms": 2000}}] * 2
    assert answers[2:] == [{"boot": BOOT, "upto": 5, "quarantined": []}]


class Away(PlaylogRuntime):
    """The database goes away when another plan has to be read."""

    def with_plan(self, context: IngestContext, digest: str) -> IngestContext:
        raise Busy


class Unreadable:
    """The disk gives nothing of a screen."""

    def ingest_context(self, _screen_id: int, _manifest: str | None) -> IngestContext:
        raise OperationalError("SELECT", {}, OSError("disk I/O error"))


class Brief:
    """Has the screen cached, and not the plan of its batch."""

    def __init__(self, parts: PlaylogRuntime) -> None:
        self._all = parts.knowledge

    def ingest_context(self, screen_id: int, _manifest: str | None) -> IngestContext | None:
        return self._all.ingest_context(screen_id)


@pytest.mark.slow
def test_what_cannot_be_read_is_answered_with_when_to_come_again(
    world: World, parts: PlaylogRuntime, identity: ScreenIdentity
) -> None:
    batch = make_batch(PROGRAMME, SLOTS[:5])
    brief: Any = Brief(parts)
    unreadable: Any = Unreadable()

    answers = [
        answered(world, one, identity, batch)
        for one in (Away(parts.committer, brief), PlaylogRuntime(parts.committer, unreadable))
    ]

    assert answers == [{"error": {"code": "busy", "retry_after_ms": 2000}}] * 2


def test_subscribers_are_notified_of_a_number_used_twice(
    world: World, parts: PlaylogRuntime, identity: ScreenIdentity
) -> None:
    notices: list[SeqReused] = []
    world.core.events.listen(SeqReused, notices.append)
    answered(world, parts, identity, make_batch(PROGRAMME, SLOTS[:5]))

    answered(world, parts, identity, make_batch(PROGRAMME, SLOTS[5:9]))

    assert notices == [SeqReused(identity.screen_id, BOOT, world.clock.now_ms())]
