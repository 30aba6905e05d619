"""A backup without media still has the evidence; checks open when it was taken end."""

from pathlib import Path

import pytest

from server.reporting.spot_checks.capture import settle
from tests.support.app.clock import DAY_MS
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.restore import backed_up, restored_elsewhere
from tests.support.reporting.spot_checks import (
    PICTURE,
    make_check,
    screen_on_air,
    set_plan,
    stored,
    stored_plan,
)

pytestmark = pytest.mark.slow


def test_checks_pictures_and_settings_come_back(world: World, tmp_path: Path) -> None:
    screen = screen_on_air(world)
    set_plan(world, per_day=33)
    judged = make_check(world, screen, verdict="bad", note="黑屏")
    under_way = make_check(world, screen, state="asked")
    archive = backed_up(world, tmp_path / "b.tar.gz")

    later = restored_elsewhere(tmp_path / "again", archive, world.clock.now_ms() + DAY_MS)

    reader = sign_in(later, "viewer").client
    assert reader.get(f"/api/v1/spot-checks/z_{judged}").json["note"] == "黑屏"
    assert reader.get(f"/api/v1/spot-checks/z_{judged}/picture").data == PICTURE
    assert stored_plan(later).per_day == 33
    assert settle(later.core) == 1
    assert stored(later, under_way).state == "no_answer"
