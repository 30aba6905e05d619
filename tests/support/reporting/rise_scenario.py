"""A screen on which plays an hour rise threefold with a campaign's first day."""

from dataclasses import dataclass
from typing import Any

from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import Programme, make_programme

# Open two hours a day from when the world's clock begins (Tuesday 09:00).
HOURS = {str(day): [["09:00", "11:00"]] for day in range(1, 8)}
MIDNIGHT = START_MS - 9 * HOUR_MS
# Each minute a play of another campaign; then besides two of k_1.
BEFORE = make_programme(
    MIDNIGHT, lengths_s=(30, 30), campaigns=(0, -1), names=("k_9",), hours=(9, 11)
)
SINCE = make_programme(
    MIDNIGHT,
    lengths_s=(20, 20, 10, 10),
    campaigns=(0, 1, 1, -1),
    names=("k_9", "k_1"),
    salt=1,
    hours=(9, 11),
)


@dataclass
class District:
    """A campaign that begins on Thursday, and screens that play two hours a day."""

    world: World
    office: Office
    asset: int
    boots: int = 0

    def publish(self, **fields: Any) -> str:
        dates = {"starts_on": "2026-11-26", "ends_on": "2026-12-31"}
        return self.office.publish(self.asset, **{**dates, **fields})

    def screen(self, kind: str = "bank", **fields: Any) -> BoundScreen:
        made = make_venue(self.world, **{"kind": kind, "hours": HOURS, **fields})
        return make_screen(self.world, venue=made)

    def play(self, screen: BoundScreen, programme: Programme, day: int, **other: Any) -> None:
        """Two hours of a day (0 is the first), from a boot of their own."""
        begin = START_MS + day * DAY_MS
        self.world.clock.at_ms = max(self.world.clock.at_ms, begin + 3 * HOUR_MS)
        self.boots += 1
        slots = programme.slots(begin, begin + 2 * HOUR_MS)
        hand_in_all(self.world, screen, programme, slots, boot=f"{self.boots:016x}", **other)


def open_district(world: World) -> District:
    """Two people and a picture."""
    office = open_office(world)
    return District(world, office, make_asset(world, author=office.publicity.user_id))


def make_rise(district: District, screen: BoundScreen) -> None:
    """Two days before the campaign, one since."""
    put_on_air(district.world, screen, BEFORE, MIDNIGHT)
    put_on_air(district.world, screen, SINCE, MIDNIGHT + 2 * DAY_MS, version=2)
    district.play(screen, BEFORE, 0)
    district.play(screen, BEFORE, 1)
    district.play(screen, SINCE, 2)
