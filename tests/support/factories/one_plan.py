"""A district in which so many screens have the same plan: one picture all day."""

import time

from tests.support.app.campaigns import Office, live, make_playlist, open_office, picture
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World

TO_A_VENUE = 10


def one_plan(world: World, count: int) -> tuple[Office, str, list[BoundScreen]]:
    """Its people, the picture, the screens; the clock is set to now."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    make_waiting_picture(world)
    office = open_office(world)
    venues = [make_venue(world) for _ in range(count // TO_A_VENUE)]
    screens = [make_screen(world, venue=venues[n // TO_A_VENUE]) for n in range(count)]
    office.again()
    asset = picture(office)
    live(
        office,
        playlist_id=make_playlist(office, asset, duration_s=15),
        starts_on=time.strftime("%Y-%m-%d"),
        ends_on="2099-12-31",
        target={"kind": "filler", "value": None},
    )
    run_jobs(world.core)
    return office, asset, screens
