"""The people around a campaign."""

import pytest

from tests.support.campaigns import Office, open_office
from tests.support.world import World


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)
