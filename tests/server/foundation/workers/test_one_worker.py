"""A server of one process doesn't use Redis."""

import pytest

from server.foundation.workers.leader_lock import ALONE
from tests.support.app.world import World
from tests.support.processes.read_at_start import read_at_start

pytestmark = pytest.mark.slow


@pytest.mark.long
def test_nothing_that_talks_to_redis_is_loaded() -> None:
    read = read_at_start()

    assert "server.foundation.workers.leader_lock" in read
    assert (
        read & {"server.foundation.workers.relay", "server.gateway.workers.relay_events"} == set()
    )


def test_it_sends_nothing_and_does_all_rounds(world: World) -> None:
    assert world.core.relay is None
    assert world.core.lead is ALONE
    assert world.core.lead.is_mine
