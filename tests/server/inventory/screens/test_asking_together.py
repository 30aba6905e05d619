"""Players that ask for a code at once are written together, and each gets a code of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from server.inventory.enrolment.pairing import PlayerInfo, ask
from tests.support.app.transactions import counted_writes
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S, until

PLAYERS = 6


def test_players_that_ask_while_one_is_written_share_a_transaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = counted_writes(monkeypatch)
    group_writer = world.core.group_writer

    with ThreadPoolExecutor(PLAYERS) as pool:
        with group_writer._turn:
            asked = [
                pool.submit(ask, world.core, PlayerInfo(player="1.0.0"), f"10.0.0.{number}")
                for number in range(PLAYERS)
            ]
            until("all wait", lambda: len(group_writer._waiting) == PLAYERS)
        offers = [one.result(PATIENCE_S) for one in asked]

    assert len(begun) == 1
    assert len({one.user_code for one in offers} | {one.device_code for one in offers}) == 12
