"""Virtual players on real sockets of a real server process, in real time."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.app.world import World
from tests.support.devices.hall import Hall, acked, furnish_hall, living
from tests.support.factories.assets import make_asset
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import web_worker

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def hall(world: World) -> Iterator[Hall]:
    office, screens = furnish_hall(world)
    with web_worker(world) as worker, living(world, office, screens, worker) as made:
        yield made


def test_a_crowd_plays_comes_back_from_a_cut_cable_obeys_a_takeover_and_answers(
    hall: Hall, world: World
) -> None:
    hall.see(lambda: all(acked(hall.box(one)) >= 2 for one in range(3)), PATIENCE_S)

    hall.box(1).cable.unplug(True)
    assert not hall.box(1).cable.up
    before = acked(hall.box(1))
    hall.box(1).cable.unplug(False)
    hall.see(lambda: hall.box(1).cable.up and acked(hall.box(1)) > before, PATIENCE_S)
    assert hall.box(1).disk.incidents == []

    asset = f"a_{make_asset(world)}"
    body = {"asset_id": asset, "selector": {"all": True}, "label": "预警"}
    takeover = hall.post(hall.office.publicity, "takeovers", **body)["id"]
    hall.post(hall.office.reviewer, f"takeovers/{takeover}/approve")
    hall.see(lambda: {player(hall, one).word() for one in range(3)} == {"takeover"}, PATIENCE_S)

    screen = hall.screens[0].public_id
    asked = f"screens/{screen}/commands"
    answer = hall.post(hall.office.publicity, asked, name="log")
    assert answer["ok"] is True
    assert answer["result"]["state"] == "takeover"
    assert answer["result"]["lines"][-1][1].startswith("takeover:")


def player(hall: Hall, place: int) -> Any:
    return hall.box(place).player
