"""The people around a campaign."""

import pytest

from tests.support.app.campaigns import Office, open_office
from tests.support.app.world import World


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)
