"""A round over 10,000 screens takes less than a second of a processor, whatever they do."""

from pathlib import Path

import pytest

from tests.bench.incidents import furnish, listen_on, seconds
from tests.support.clock import HOUR_MS
from tests.support.databases import LONG_ON_POSTGRES
from tests.support.world import make_world

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


def test_a_round_is_short_when_all_is_well_and_when_all_are_silent(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    furnish(world, days=2)

    well_s, begun = seconds(world)
    assert begun == 0
    assert well_s < 1

    world.clock.forward(HOUR_MS)
    listen_on(world)
    silent_s, begun = seconds(world)
    assert begun == 7_500, "all but the buses, which may be in tunnels"
    assert silent_s < 1
