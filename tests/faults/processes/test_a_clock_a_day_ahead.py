"""A whole server whose machine is a day ahead for a while: the quick twin moves a clock by hand
(tests/security/plays/test_a_wrong_clock_of_the_server.py).
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from server.foundation.jobs.models import Job
from server.operations.doctor import audit_trail
from server.operations.doctor.finding import State
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink
from tests.support.patience import PATIENCE_S, until
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import CIVIL, Programme, make_batch, make_programme
from tests.support.processes import jobs_process
from tests.support.processes.moved_clock import MovedClock
from tests.support.processes.web_worker import WebWorker, web_worker
from tests.support.reporting.reports import check_sums, totals

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

BENEATH = "tests.support.processes.moved_clock"
CHECKS = ("seal_plays", "verify_rollups", "verify_trail", "verify_plays")


@dataclass
class Town:
    """A server with its jobs on a machine whose clock the test moves, and one screen's player."""

    world: World
    machine: MovedClock
    web: WebWorker
    screen: BoundScreen
    programme: Programme
    noon_ms: int
    sink: WebhookSink

    def is_now(self, at_ms: int) -> None:
        """Set the clock of the machine, and of the test's own half of the server."""
        self.machine.move(at_ms - time.time_ns() // 1_000_000)
        self.world.clock.at_ms = at_ms

    def plays(self, boot: str, from_ms: int, minutes: int, first: int = 1) -> Any:
        """Hand in the plays of that time, as the player does; the answer."""
        slots = self.programme.slots(from_ms, from_ms + minutes * MINUTE_MS)
        offset_ms = self.noon_ms - HOUR_MS
        batch = make_batch(self.programme, slots, boot=boot, first=first, offset_ms=offset_ms)
        answer = requests.post(
            f"{self.web.base}/api/v1/player/plays",
            json=batch,
            headers=self.screen.headers,
            timeout=PATIENCE_S,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["quarantined"]

    def passes_its_checks(self, at_ms: int) -> None:
        """Wait until the jobs of the night before that instant are done."""
        ref = datetime.fromtimestamp(at_ms / 1000, CIVIL.zone).date().isoformat()
        query = select(Job.kind).where(
            Job.kind.in_(CHECKS), Job.ref == ref, Job.created_at <= at_ms + HOUR_MS,
            Job.finished_at >= at_ms, Job.state == "done",
        )  # fmt: skip

        def done() -> bool:
            with self.world.core.config.read() as session:
                return set(session.scalars(query)) == set(CHECKS)

        until(f"the checks of {ref} are done", done, patience_s=3 * PATIENCE_S, every_s=0.2)

    def confirmed(self, of_ms: int) -> int:
        """Plays that the report of that day counts."""
        day = datetime.fromtimestamp(of_ms / 1000, CIVIL.zone).date().isoformat()
        client = sign_in(self.world, "reviewer").client
        check_sums(client, **{"from": day, "to": day})
        return totals(client, **{"from": day, "to": day}).get("confirmed", 0)

    def waiting(self) -> list[str]:
        """Why plays are put aside."""
        listed: Any = sign_in(self.world, "reviewer").client.get("/api/v1/quarantine?limit=200")
        return [one["reason"] for one in listed.json["items"]]


@pytest.fixture
def town(world: World, tmp_path: Path) -> Iterator[Town]:
    today = datetime.now(CIVIL.zone).replace(hour=12, minute=0, second=0, microsecond=0)
    noon_ms = int((today + timedelta(days=1)).timestamp() * 1000)
    machine = MovedClock(tmp_path / "clock")
    screen = make_screen(world, enrolled_at=noon_ms - 2 * HOUR_MS)
    programme = make_programme(noon_ms - 2 * HOUR_MS)
    put_on_air(world, screen, programme, noon_ms - 2 * HOUR_MS)
    with ExitStack() as stack:
        sink = stack.enter_context(webhook_sink())
        target = {"name": "值班", "kind": "webhook", "url": sink.url, "events": ["raised"]}
        made = sign_in(world, "admin").client.post("/api/v1/notification-targets", json=target)
        assert made.status_code == 201
        machine.move(noon_ms - time.time_ns() // 1_000_000)
        web = stack.enter_context(web_worker(world, beneath=[BENEATH], **machine.environment))
        made_town = Town(world, machine, web, screen, programme, noon_ms, sink)
        made_town.is_now(noon_ms)
        stack.enter_context(jobs_process.worker(world, BENEATH, **machine.environment))
        yield made_town


def test_a_minute_a_day_ahead_leaves_no_alarm_and_no_play_counted_or_lost(town: Town) -> None:
    noon_ms = town.noon_ms
    town.passes_its_checks(noon_ms)
    assert town.plays("a", noon_ms - 30 * MINUTE_MS, 10) == []

    ahead_ms = noon_ms + DAY_MS
    town.is_now(ahead_ms)
    # While it lasts the server judges by its own clock, and seals what it takes to be yesterday.
    town.plays("ahead", ahead_ms - 2 * MINUTE_MS, 1)
    town.passes_its_checks(ahead_ms)
    town.is_now(noon_ms + MINUTE_MS)
    aside = town.plays("ahead", ahead_ms - MINUTE_MS, 1, first=5)
    until("its plays of tomorrow wait", lambda: town.waiting() == ["future"] * 8)

    assert {one["reason"] for one in aside} == {"future"}
    assert town.plays("b", noon_ms - 15 * MINUTE_MS, 10) == []
    assert (town.confirmed(noon_ms), town.confirmed(ahead_ms)) == (80, 0)

    for day in (1, 2, 3):
        night_ms = noon_ms + day * DAY_MS - 8 * HOUR_MS
        town.is_now(night_ms)
        town.passes_its_checks(night_ms)
        town.is_now(noon_ms + day * DAY_MS + 10 * MINUTE_MS)
        assert town.plays(f"day {day}", noon_ms + day * DAY_MS - 5 * MINUTE_MS, 10) == []

    until("what waited is judged", lambda: "future" not in town.waiting())
    assert town.confirmed(ahead_ms) == 40
    assert set(town.waiting()) == {"overlap"}
    assert town.sink.titles == []
    found = [
        audit_trail.trail(town.world.core.settings),
        *audit_trail.plays(town.world.core.settings),
    ]
    assert [one.state for one in found] == [State.OK, State.OK], [one.text() for one in found]
