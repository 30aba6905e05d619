"""The process that takes plays in dies at a write to the disk, whichever: nothing is half."""

from pathlib import Path

import pytest

from tests.support.app.databases import ON_POSTGRES, fresh_plays, url_of
from tests.support.plays.intake import ALL, Player, recount, taking_in
from tests.support.processes.strace import killing_at

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL writes in a process of its own"),
    pytest.mark.long,
]

SOME = (1, 60, 83, 131, 310)
ALL_OF_THEM = range(1, 201)


def dies_at(nth: int, folder: Path) -> int:
    """How many plays were acknowledged before; all are there, and afterwards everything is."""
    plays = fresh_plays(folder)
    store, player = url_of(plays), Player()
    plays.engine.dispose()

    with taking_in(store, under=killing_at(nth)) as process:
        player.hand_in(process)
    acknowledged, held = player.upto, recount(store)
    assert held["logged"] == held["confirmed"] >= acknowledged

    with taking_in(store) as process:
        player.hand_in(process)
    assert (player.upto, recount(store)["confirmed"]) == (ALL, ALL)
    return acknowledged


@pytest.mark.parametrize("nth", SOME)
def test_at_whatever_write_it_dies_what_it_acknowledged_is_held(nth: int, tmp_path: Path) -> None:
    assert dies_at(nth, tmp_path) < ALL, "it never died"


@pytest.mark.soak
def test_at_each_of_the_first_two_hundred_writes(tmp_path: Path) -> None:
    acknowledged = [dies_at(nth, tmp_path) for nth in ALL_OF_THEM]

    print(f"acknowledged before the kill: {acknowledged}")
    assert min(acknowledged) < max(acknowledged)
