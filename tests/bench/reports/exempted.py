"""A month's report while a hundred screens that went on playing were exempted for nearly all of it.

    python -m tests.bench.reports.exempted [screens] [days played]

Each has four slots a minute for 30 days and played its first days; an exemption runs from 10:30 on
the second day to 16:15 on the last. Prints what one report of the month takes, by its grouping.
"""

import sys
import tempfile
import time
from pathlib import Path

from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import report

FROM_MS = START_MS - 9 * HOUR_MS
"""Midnight; the screens play 30 days from there."""
MONTH = {"from": "2026-11-24", "to": "2026-12-23"}


def main(screens: int = 100, played_days: int = 1) -> None:
    """Make them, then ask for the month by campaign, by day and by hour."""
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        world.clock.at_ms = FROM_MS
        _stage(world, screens, played_days)
        reader = sign_in(world, "reviewer")
        for group in ("campaign", "screen", "day", "hour"):
            began = time.perf_counter()
            found = report(reader.client, group_by=group, **MONTH)
            seconds = time.perf_counter() - began
            excused = found["totals"]["excused"]
            print(f"{group:>8}: {seconds:7.2f} s, {excused:,} plays excused", flush=True)
        world.close()


def _stage(world: World, screens: int, played_days: int) -> None:
    programme = make_programme(FROM_MS, days=30)
    slots = programme.slots(FROM_MS, FROM_MS + played_days * DAY_MS)
    bound = [make_screen(world, enrolled_at=FROM_MS) for _ in range(screens)]
    for screen in bound:
        put_on_air(world, screen, programme, FROM_MS)
    user = sign_in(world, "admin").user_id
    with world.core.config.write() as session:
        row = Exemption(
            unit_id=1, author_id=user, state="approved", selector={}, reach=[],
            from_at=FROM_MS + DAY_MS + 10 * HOUR_MS + 30 * MINUTE_MS,
            until_at=FROM_MS + 29 * DAY_MS + 16 * HOUR_MS + 15 * MINUTE_MS,
            code="refurbishment", note="", file="", created_at=FROM_MS,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            ExemptedScreen(
                exemption_id=row.id, screen_id=one.id, from_at=row.from_at, until_at=row.until_at,
                venue_id=one.venue_id, unit_id=1,
            )
            for one in bound
        )  # fmt: skip
    world.clock.at_ms = FROM_MS + 30 * DAY_MS
    for screen in bound:
        hand_in_all(world, screen, programme, slots)
    keep_house(world)
    world.clock.forward(HOUR_MS)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
