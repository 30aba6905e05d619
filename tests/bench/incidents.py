"""How long a round of the incidents takes in a district of 10,000 screens."""

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert, text

from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.monitoring.detection import detector as rounds
from server.monitoring.detection.apply_changes import write_verdict
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import ROUND_THE_CLOCK, make_unit
from tests.support.app.world import World, make_world

SCREENS = 10_000
RUNS_A_DAY, DAYS = 5, 30
KINDS = (
    ("shop", {str(day): [["09:00", "21:00"]] for day in range(1, 8)}),
    ("bank", {str(day): [["08:30", "17:30"]] for day in range(1, 6)}),
    ("hotel", ROUND_THE_CLOCK),
    ("bus", {str(day): [["06:00", "21:30"]] for day in range(1, 8)}),
)


def furnish(world: World, screens: int = SCREENS, days: int = DAYS) -> None:
    """Venues of several kinds with a screen each, and runs of beats for so many days."""
    unit, now_ms = make_unit(world), world.clock.now_ms()
    now_s = now_ms // 1000
    with world.core.config.write() as session:
        session.execute(
            insert(Venue),
            [
                {
                    "id": number, "unit_id": unit, "kind": KINDS[number % 4][0],
                    "name": f"点位 {number}", "timezone": "Asia/Shanghai",
                    "hours": KINDS[number % 4][1], "created_at": now_ms,
                }
                for number in range(1, screens + 1)
            ],
        )  # fmt: skip
        session.execute(
            insert(Screen),
            [
                {
                    "id": number, "venue_id": number, "name": "屏", "rendition_class": "x",
                    "created_at": now_ms, "enrolled_at": now_ms - 30 * DAY_MS,
                }
                for number in range(1, screens + 1)
            ],
        )  # fmt: skip
    with world.core.plays.write() as session:
        session.execute(text("INSERT INTO server_runs VALUES (:a, :b)"), {"a": 0, "b": now_s})
        for day in range(days, -1, -1):
            rows = [
                {"s": number, "f": now_s - day * 86_400 + part * 4_000 - 20_000 + number % 60}
                for number in range(1, screens + 1)
                for part in range(RUNS_A_DAY if day else RUNS_A_DAY + 1)
            ]
            session.execute(text("INSERT INTO contact_runs VALUES (:s, :f, :f + 3800, 0)"), rows)
        session.execute(
            text("UPDATE contact_runs SET last_s = :now WHERE last_s > :now"), {"now": now_s}
        )


def seconds(world: World) -> tuple[float, int]:
    """What a round takes of a processor from reading to verdict, and how many incidents begin."""
    began = time.process_time()
    verdict = rounds.judge(world.core)
    spent = time.process_time() - began
    assert verdict is not None
    return spent, len(verdict.begun)


def main() -> None:
    """Print a round with all well, one in the night with all silent, one with a thousand gone."""
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        furnish(world)
        spent, begun = seconds(world)
        print(f"all well: {spent:.3f} s, {begun} begin")
        world.clock.forward(3_600_000)
        listen_on(world)
        spent, begun = seconds(world)
        print(f"all silent for an hour: {spent:.3f} s, {begun} begin")
        verdict = rounds.judge(world.core)
        began = time.process_time()
        assert verdict is not None
        write_verdict(world.core, verdict)
        print(f"writing them: {time.process_time() - began:.3f} s")
        world.close()


def listen_on(world: World) -> None:
    """The server's heartbeats go on, without any contact."""
    with world.core.plays.write() as session:
        session.execute(
            text("UPDATE server_runs SET last_s = :now"), {"now": world.clock.now_ms() // 1000}
        )


if __name__ == "__main__":
    sys.exit(main())
