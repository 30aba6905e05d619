"""Pages show the picture on air to those who may fetch it; others see its title."""

import pytest

from server.accounts.actor import Actor, Grant
from server.accounts.models import Unit
from server.content.models import Asset
from server.publishing.explain.now_playing import Pictures
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset


def reader_over(world: World, unit: int) -> Actor:
    """A venue's contact with his role over a unit."""
    with world.core.config.read() as session:
        path = session.get_one(Unit, unit).path
    return Actor(1, "somebody", unit, (Grant("venue", path),))


@pytest.fixture
def number(world: World) -> int:
    """An asset of the district's office."""
    return make_asset(world, author=sign_in(world, "publicity").user_id)


def test_outside_his_scope_a_reader_gets_no_picture_that_would_be_refused(
    world: World, number: int
) -> None:
    street = make_unit(world, "街道")
    with world.core.config.read() as session:
        asset = session.get_one(Asset, number)
        own = Pictures(session, reader_over(world, asset.unit_id)).address(asset)

        assert own == f"/files/{asset.thumbnail}"
        assert Pictures(session).address(asset) == own
        assert Pictures(session, reader_over(world, street)).address(asset) is None


def test_built_in_pictures_are_shown_to_all(world: World, number: int) -> None:
    with world.core.config.write() as session:
        session.get_one(Asset, number).builtin = True
    street = make_unit(world, "街道")

    with world.core.config.read() as session:
        asset = session.get_one(Asset, number)
        assert Pictures(session, reader_over(world, street)).address(asset) is not None
