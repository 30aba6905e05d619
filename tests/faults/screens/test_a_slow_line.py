"""Screens behind a line that is far, slow and loses a fifth: they play on and count once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.hall import SLOT_S, Hall, acked, furnish_hall, living
from tests.support.network.slow_line import Line, slow_line
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

LINES = {
    "a fifth is lost": Line(latency_s=0.05, lost=0.2),
    "three seconds away": Line(latency_s=1.5),
    "256 kbit/s": Line(latency_s=0.05, bytes_per_s=32_000),
}
PLAYS = 4


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("far"))


@pytest.fixture
def hall(world: World, request: pytest.FixtureRequest) -> Iterator[Hall]:
    office, screens = furnish_hall(world)
    with (
        web_worker(world) as worker,
        slow_line(worker.base, LINES[request.param]) as base,
        living(world, office, screens, worker, base) as made,
    ):
        yield made


def numbers(world: World, worker: WebWorker, screen: str) -> list[int]:
    """The numbers of a screen's plays that the server holds, in the log's order."""
    assert worker.process.poll() is None
    reader = sign_in(world, "reviewer").client
    hour = timedelta(hours=1)
    span = {"from": datetime.now(UTC) - hour, "to": datetime.now(UTC) + hour}
    query = {"screen_id": screen, "limit": 200, **{k: v.isoformat() for k, v in span.items()}}
    answer = reader.get("/api/v1/plays", query_string=query)
    assert answer.status_code == 200, answer.text
    return sorted(one["seq"] for one in answer.get_json()["items"])


@pytest.mark.parametrize("hall", LINES, indirect=True)
def test_each_play_is_handed_in_once_and_in_order(world: World, hall: Hall) -> None:
    began = time.monotonic()
    hall.see(lambda: all(acked(hall.box(one)) >= PLAYS for one in range(3)), PATIENCE_S)
    took_s = time.monotonic() - began

    for place, screen in enumerate(hall.screens):
        held = numbers(world, hall.worker, screen.public_id)
        assert held == list(range(1, len(held) + 1))
        assert len(held) >= acked(hall.box(place)) >= PLAYS
    print(f"{PLAYS} plays of {SLOT_S} s each were acknowledged on all after {took_s:.1f} s")
