"""`make bench-restore` on a store of forty plays: it counts, compares, and refuses too few."""

from pathlib import Path

import pytest

from tests.bench.plays.restore import main
from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="its store is a folder with files of SQLite"),
    pytest.mark.long,
]


def test_all_is_counted_on_both_sides_and_a_smaller_store_than_asked_for_is_no_proof(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    make_waiting_picture(world)
    screen, programme = make_screen(world), make_programme(START_MS)
    put_on_air(world, screen, programme, START_MS)
    world.clock.forward(10 * MINUTE_MS)
    hand_in_all(world, screen, programme, programme.slots(START_MS, world.clock.now_ms()))
    folder: Path = world.core.settings.data
    world.close()
    before = {one.name for one in folder.parent.iterdir()}

    status = main(str(folder), "41")

    output = capsys.readouterr().out
    assert "40 plays: " in output
    assert "9 counts, 0 differ" in output
    assert status == 1
    assert {one.name for one in folder.parent.iterdir()} == before
    assert main(str(folder / "nothing")) == 1
