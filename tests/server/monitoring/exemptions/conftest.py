"""The street of these tests."""

import pytest

from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.reporting.exemptions import PROGRAMME, SLOTS, Street


@pytest.fixture
def street(world: World) -> Street:
    dark, lit = make_screen(world, name="前台"), make_screen(world, name="营业厅")
    for screen in (dark, lit):
        put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, dark, PROGRAMME, SLOTS[:120])
    hand_in_all(world, lit, PROGRAMME, SLOTS)
    return Street(world, dark, lit, sign_in(world, "publicity"), sign_in(world, "reviewer"))
