"""A spot check that asks for a photo gets it from a person at the screen."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.reporting.spot_checks import make_check, move, stored
from tests.support.reporting.venue_page import Door, open_door

ASK = "请拍一张显示屏的照片"


def wanted(world: World, door: Door, **fields: Any) -> int:
    """A check that asks for a photo within ten minutes."""
    due = world.clock.now_ms() + 10 * MINUTE_MS
    return make_check(
        world, door.screen, **{"kind": "photo", "state": "asked", "due_at": due, **fields}
    )


def hand_in(door: Door, folder: Path) -> Any:
    file = photo(folder / "IMG_1.jpg")
    return door.upload("photo", file.read_bytes(), file.name)


def test_the_page_asks_for_it_with_the_camera_while_there_is_time(world: World) -> None:
    door = open_door(world)
    assert ASK not in door.page().text

    wanted(world, door)
    page = door.page().text
    assert ASK in page
    assert 'capture="environment"' in page
    assert "09:10" in page

    world.clock.forward(10 * MINUTE_MS)
    assert ASK not in door.page().text


@pytest.mark.slow
def test_the_photo_is_the_checks_answer_by_nobody_with_an_account(
    world: World, tmp_path: Path
) -> None:
    door, reviewer = open_door(world), sign_in(world, "reviewer")
    number = wanted(world, door)

    sent = hand_in(door, tmp_path)

    assert (sent.status_code, sent.headers["Location"]) == (303, f"{door.path}?done=photo")
    row = stored(world, number)
    assert (row.state, row.late, row.answered_by) == ("answered", False, None)
    with world.core.config.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "spot_check.photo")
        entry = session.scalars(query).one()
    assert (entry.user_id, entry.detail["by"]) == (None, "venue_code")
    assert ASK not in door.page().text
    assert "点位人员（扫码）" in reviewer.client.get(f"/spot-checks/z_{number}").text
    response = reviewer.client.post(
        f"/api/v1/spot-checks/z_{number}/verdict", json={"verdict": "good"}
    )
    assert response.json["verdict"] == "good", "who reviews remains"


@pytest.mark.slow
def test_none_is_taken_that_nobody_asks_for(world: World, tmp_path: Path) -> None:
    door = open_door(world)
    make_check(world, door.screen, kind="screenshot", state="asked")
    assert hand_in(door, tmp_path).status_code == 409

    late = wanted(world, door)
    world.clock.forward(11 * MINUTE_MS)
    assert hand_in(door, tmp_path).status_code == 409
    assert stored(world, late).answered_at is None


@pytest.mark.slow
def test_one_drawn_where_the_screen_hung_before_isnt_for_these_people(
    world: World, tmp_path: Path
) -> None:
    door = open_door(world)
    wanted(world, door)
    move(world, door.screen, make_venue(world, name="另一处"))

    assert ASK not in door.page().text
    assert hand_in(door, tmp_path).status_code == 409


@pytest.mark.slow
def test_an_invalid_photo_leaves_the_check_open(world: World) -> None:
    door = open_door(world)
    number = wanted(world, door)

    empty = door.upload("photo", b"", "")
    text = door.upload("photo", b"not a picture" * 50, "a.jpg")

    assert (empty.status_code, text.status_code) == (422, 422)
    assert stored(world, number).state == "asked"
