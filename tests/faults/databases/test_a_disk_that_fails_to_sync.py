"""A disk that accepts writes and fails to sync them: nothing is acknowledged."""

import pytest

from server.foundation.db.session import Database
from tests.support.app.databases import ON_POSTGRES, url_of
from tests.support.plays.intake import ALL, Player, recount, taking_in
from tests.support.processes.strace import failing_to_sync

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL syncs in a process of its own"),
    pytest.mark.long,
]


@pytest.fixture
def store(plays: Database) -> str:
    return url_of(plays)


@pytest.mark.parametrize("since", [1, 4, 12])
def test_nothing_is_acknowledged_that_was_not_synced(store: str, since: int) -> None:
    player = Player()

    with taking_in(store, under=failing_to_sync(since)) as process:
        player.hand_in(process)

    assert player.upto < ALL, "it acknowledged everything though the disk failed"
    assert recount(store)["logged"] >= player.upto
    with taking_in(store) as process:  # the disk is well again
        player.hand_in(process)
    assert recount(store)["confirmed"] == ALL
