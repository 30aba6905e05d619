"""A disk that accepts writes and fails to sync them: nothing is acknowledged."""

import pytest

from server.foundation.db.session import Database
from tests.support.app.databases import ON_POSTGRES, url_of
from tests.support.plays.intake import ALL, Player, recount, taking_in
from tests.support.processes.strace import failing_to_sync, killing_before_sync

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL syncs in a process of its own"),
]
IN_GATE = 4


@pytest.fixture
def store(plays: Database) -> str:
    return url_of(plays)


@pytest.mark.parametrize(
    "since",
    [
        pytest.param(one, marks=() if one == IN_GATE else pytest.mark.long)
        for one in (1, IN_GATE, 12)
    ],
)
def test_nothing_is_acknowledged_that_was_not_synced(store: str, since: int) -> None:
    player = Player()

    with taking_in(store, under=failing_to_sync(since)) as process:
        player.hand_in(process)

    assert player.upto < ALL, "it acknowledged everything though the disk failed"
    assert recount(store)["logged"] >= player.upto
    with taking_in(store) as process:  # the disk is well again
        player.hand_in(process)
    assert recount(store)["confirmed"] == ALL


@pytest.mark.long
@pytest.mark.parametrize("nth", [5, 9])
def test_what_a_killed_process_left_unsynced_is_synced_before_it_is_acknowledged(
    store: str, nth: int
) -> None:
    player = Player()
    with taking_in(store, under=killing_before_sync(nth)) as process:
        player.hand_in(process)
    acknowledged = player.upto

    with taking_in(store, under=failing_to_sync(1)) as process:
        player.hand_in(process)

    assert player.upto == acknowledged
    with taking_in(store) as process:  # the disk is well again
        player.hand_in(process)
    assert recount(store)["confirmed"] == ALL
