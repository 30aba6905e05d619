"""Places of screens: the selectors' conditions without hours, and each person's scope."""

import pytest

from server.accounts.actor import Actor, Grant
from server.inventory.screens import queries
from server.inventory.screens.facts import ScreenSpot
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.world import World

EVERYBODY = Actor(0, "", 1, (Grant("viewer", "/1/"),))
FIELDS = ScreenSpot.__struct_fields__


@pytest.fixture
def street(world: World) -> int:
    return make_unit(world, "城关街道")


def test_a_spot_agrees_with_the_facts(world: World, street: int) -> None:
    venue = make_venue(world, unit=street, territory_unit_id=street, tags=["窗口", "夜间"])
    make_screen(world, venue=venue, tags=["夜间", "双面"], name="门头屏")
    make_screen(world, venue=make_venue(world, kind="school", name="实验小学"))

    with world.core.config.read() as session:
        spots, _ = queries.spots(session, EVERYBODY)
        facts = queries.facts(session)

    expected = [[getattr(one, field) for field in FIELDS] for one in facts]
    assert [[getattr(one, field) for field in FIELDS] for one in spots] == expected
    assert spots[0].tags == {"窗口", "夜间", "双面"}


@pytest.mark.parametrize("field", ["retired_at", "revoked_at"])
def test_a_screen_that_plays_no_more_has_no_spot(world: World, field: str) -> None:
    make_screen(world, **{field: 5})
    make_screen(world, enrolled_at=None)

    with world.core.config.read() as session:
        assert queries.spots(session, EVERYBODY) == ([], frozenset())


def test_all_spots_are_returned_with_those_in_scope_marked(world: World, street: int) -> None:
    here = make_screen(world, venue=make_venue(world, unit=street))
    there = make_screen(world)

    with world.core.config.read() as session:
        near = Actor(0, "", street, (Grant("viewer", f"/1/{street}/"),))
        spots, mine = queries.spots(session, near)
        _, of_nobody = queries.spots(session, Actor(0, "", street, ()))

    assert {one.screen_id for one in spots} == {here.id, there.id}
    assert mine == {here.id}
    assert of_nobody == frozenset()
