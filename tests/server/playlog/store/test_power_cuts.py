"""A server that dies at any instant has acknowledged no plays that it doesn't hold."""

import random
import threading

import pytest

from server.foundation.db.session import Database
from tests.support.app.databases import url_of
from tests.support.plays.intake import ALL, Player, recount, taking_in

pytestmark = pytest.mark.faults


@pytest.fixture
def store(plays: Database) -> str:
    return url_of(plays)


@pytest.mark.long
def test_plays_whose_answer_was_lost_with_the_server_count_once(store: str) -> None:
    player = Player()
    for nth in ("1", "3", "2"):
        with taking_in(store, nth) as process:
            player.hand_in(process)

    with taking_in(store) as process:
        player.hand_in(process)

    assert player.upto == ALL
    assert recount(store)["confirmed"] == ALL
    assert recount(store)["logged"] == ALL


def test_whenever_the_server_is_killed_totals_hold_all_acknowledged_plays(store: str) -> None:
    player, chance = Player(), random.Random(3)
    for _ in range(4):
        with taking_in(store) as process:
            cut = threading.Timer(0.4 + chance.random() / 2, process.kill)
            cut.start()
            player.hand_in(process)
            cut.cancel()
        held = recount(store)
        assert held["logged"] == held["confirmed"] >= player.upto

    with taking_in(store) as process:
        player.hand_in(process)

    assert recount(store)["confirmed"] == ALL
