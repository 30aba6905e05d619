"""Two units with a screen each that played for an hour."""

from dataclasses import dataclass

import pytest

from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@dataclass(frozen=True)
class Two:
    """Units, their screens, and a publicity officer of each."""

    units: tuple[int, int]
    screens: tuple[BoundScreen, BoundScreen]
    here: Person
    there: Person


@pytest.fixture
def two(world: World) -> Two:
    """At 10:00; 240 plays each."""
    units = make_unit(world, "卫健科"), make_unit(world, "市监分局")
    names = "=cmd|' /C calc'!A0", "建设银行城关支行"
    screens = [
        make_screen(world, venue=make_venue(world, unit=unit, name=name))
        for unit, name in zip(units, names, strict=True)
    ]
    for screen in screens:
        put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    for screen in screens:
        hand_in_all(world, screen, PROGRAMME, SLOTS)
    here, there = (sign_in(world, "publicity", unit=unit) for unit in units)
    return Two(units, (screens[0], screens[1]), here, there)
