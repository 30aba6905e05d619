"""How long a round over floors takes, by screen: with all floors kept, and with all missed.

`python -m tests.bench.reports.floors [SCREENS]`; both grow with the number of screens, the first
by the
day's report alone, the second by two hours of plays of each.
"""

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from server.playlog.ingest.runtime import parts_of_job
from server.reporting.control.floor_check import check_floors
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.office_api import open_office
from tests.support.app.world import World, make_world
from tests.support.factories.assets import make_asset
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme

SCREENS = 300


def furnish(world: World, screens: int, *, missed: bool) -> None:
    """Screens with two hours of plays of a campaign with a floor, or without them."""
    programme = make_programme(START_MS)
    slots = programme.slots(START_MS, START_MS + 2 * HOUR_MS)
    kept = [one for one in slots if not missed or one.campaign != "k_1"]
    target = {"kind": "plays_per_hour", "value": 60}
    open_office(world).publish(make_asset(world), target=target, floor=60)
    made = [make_screen(world) for _ in range(screens)]
    for screen in made:
        put_on_air(world, screen, programme, START_MS)
    world.clock.forward(2 * HOUR_MS)
    for screen in made:
        hand_in_all(world, screen, programme, kept)
    _online(world, made)


def _online(world: World, screens: list[BoundScreen]) -> None:
    span = {"f": START_MS // 1000, "u": world.clock.at_ms // 1000}
    with world.core.plays.write() as session:
        session.execute(
            text("INSERT INTO contact_runs VALUES (:s, :f, :u, 0)"),
            [{"s": screen.id, **span} for screen in screens],
        )


def seconds(world: World) -> tuple[float, int]:
    """What a round takes of a processor, and how many incidents begin."""
    world.clock.forward(12 * MINUTE_MS)
    with parts_of_job(world.core) as parts:
        began = time.process_time()
        verdict = check_floors(world.core, parts)
        return time.process_time() - began, len(verdict.begun)


def main() -> None:
    """Print both."""
    screens = int(sys.argv[1]) if len(sys.argv) > 1 else SCREENS
    for missed in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            world = make_world(Path(folder))
            furnish(world, screens, missed=missed)
            spent, begun = seconds(world)
            each = 1000 * spent / screens
            name = "all missed" if missed else "all kept"
            print(f"{name}: {spent:.3f} s, {each:.2f} ms a screen, {begun} begin")
            world.close()


if __name__ == "__main__":
    main()
