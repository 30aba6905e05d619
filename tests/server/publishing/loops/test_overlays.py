"""Takeovers, stops and withdrawals reach screens at once, without any job."""

import json
from typing import Any

import pytest

from server.publishing.assignments.acknowledgements import ReceiptNote, note_receipts
from server.publishing.assignments.rows import load
from server.publishing.queries import takeover_windows
from server.publishing.service import end_due_takeovers, rebuild
from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World, office: Office) -> BoundScreen:
    made = make_screen(world)
    office.publish(make_asset(world))
    run_jobs(world.core)
    return made


def assignment(world: World, screen: BoundScreen) -> dict[str, Any]:
    """The text of the screen's newest assignment."""
    with world.core.config.read() as session:
        text = load(session, [screen.id])[screen.id].text
    read: dict[str, Any] = json.loads(text)
    return read


def acknowledge(world: World, screen: BoundScreen) -> None:
    version = assignment(world, screen)["version"]
    now_ms = world.clock.now_ms()
    note_receipts(world.core, [ReceiptNote(screen.id, version, "accepted", None, now_ms)])


def test_a_takeover_is_sent_as_soon_as_it_is_approved(
    world: World, office: Office, screen: BoundScreen
) -> None:
    before = assignment(world, screen)
    takeover = office.take_over(make_asset(world))

    after = assignment(world, screen)
    assert after["takeover"]["id"] == takeover
    assert after["takeover"]["label"] == "紧急预警"
    assert after["takeover"]["from"] == START_MS
    assert after["takeover"]["until"] == START_MS + 10 * MINUTE_MS
    assert after["takeover"]["drill"] is False
    assert after["takeover"]["asset"]["kind"] == "image"
    assert after["manifest"] == before["manifest"]


def test_when_a_takeover_ends_the_older_one_comes_back_if_it_is_still_live(
    world: World, office: Office, screen: BoundScreen
) -> None:
    older = office.take_over(make_asset(world))
    world.clock.forward(MINUTE_MS)
    newer = office.take_over(make_asset(world))
    assert assignment(world, screen)["takeover"]["id"] == newer

    office.publicity.client.delete(f"/api/v1/takeovers/{newer}")

    assert assignment(world, screen)["takeover"]["id"] == older


def test_a_takeover_whose_time_is_over_is_taken_back(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.take_over(make_asset(world))
    world.clock.forward(10 * MINUTE_MS - 1)
    assert end_due_takeovers(world.core) == 0
    world.clock.forward(1)

    assert end_due_takeovers(world.core) == 1
    assert end_due_takeovers(world.core) == 0

    assert assignment(world, screen)["takeover"] is None


def test_a_venue_that_takes_no_takeovers_is_left_alone(world: World, office: Office) -> None:
    venue = make_venue(world, takeover_policy="never")
    quiet = make_screen(world, venue=venue)
    rebuild(world.core)

    office.take_over(make_asset(world))

    assert assignment(world, quiet)["takeover"] is None


def test_a_stop_comes_before_any_takeover_and_lasts_as_long_as_the_assignment(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.take_over(make_asset(world))
    stop = office.stop("safe")

    stopped = assignment(world, screen)

    assert stopped["takeover"]["id"] == stop
    assert stopped["takeover"]["until"] == stopped["expires_at"]


def test_a_stop_to_black_names_a_black_picture_that_the_screen_may_fetch(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.stop("black")

    asset = assignment(world, screen)["takeover"]["asset"]
    with world.visitor().get(f"/files/{asset['digest']}", headers=screen.headers) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == asset["type"]
        assert len(answer.data) == asset["bytes"]


def test_lifting_a_stop_restores_the_content(
    world: World, office: Office, screen: BoundScreen
) -> None:
    takeover = office.take_over(make_asset(world))
    stop = office.stop()

    answer = office.reviewer.client.delete(f"/api/v1/stop/{stop}")
    assert answer.status_code < 300, answer.json

    assert assignment(world, screen)["takeover"]["id"] == takeover


def test_a_withdrawn_asset_is_revoked_at_once_and_then_planned_away(
    world: World, office: Office, screen: BoundScreen
) -> None:
    doomed = make_asset(world)
    office.publish(doomed)
    run_jobs(world.core)
    before = assignment(world, screen)

    office.post(office.publicity, f"/assets/a_{doomed}/withdraw")

    at_once = assignment(world, screen)
    assert at_once["manifest"] == before["manifest"]
    assert len(at_once["revoked"]) == 1
    run_jobs(world.core)
    planned = assignment(world, screen)
    assert planned["manifest"] != before["manifest"]
    assert planned["revoked"] == at_once["revoked"]


def test_a_screen_that_never_had_the_withdrawn_asset_gets_no_order(
    world: World, office: Office, screen: BoundScreen
) -> None:
    before = assignment(world, screen)

    office.post(office.publicity, f"/assets/a_{make_asset(world)}/withdraw")
    run_jobs(world.core)

    assert assignment(world, screen) == before


def test_a_takeover_that_was_sent_is_kept_until_its_end(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.take_over(make_asset(world))
    asset = assignment(world, screen)["takeover"]["asset"]["digest"]

    assert windows(world, screen) == [(asset, 0, 10 * MINUTE_MS)]


def test_its_time_ends_when_the_screen_acknowledges_that_it_is_over(
    world: World, office: Office, screen: BoundScreen
) -> None:
    takeover = office.take_over(make_asset(world))
    acknowledge(world, screen)
    world.clock.forward(MINUTE_MS)
    office.publicity.client.delete(f"/api/v1/takeovers/{takeover}")
    assert windows(world, screen)[0][2] == 10 * MINUTE_MS

    world.clock.forward(MINUTE_MS)
    acknowledge(world, screen)

    assert windows(world, screen)[0][2] == 2 * MINUTE_MS


def test_a_newer_takeover_that_is_acknowledged_ends_the_older_ones_time_and_no_others(
    world: World, office: Office, screen: BoundScreen
) -> None:
    other = make_screen(world, venue=1)
    rebuild(world.core, [other.id])
    office.take_over(make_asset(world))
    for one in (screen, other):
        acknowledge(world, one)
    world.clock.forward(MINUTE_MS)
    office.take_over(make_asset(world))

    acknowledge(world, screen)
    acknowledge(world, screen)

    assert [until for _, _, until in windows(world, screen)] == [MINUTE_MS, 11 * MINUTE_MS]
    assert [until for _, _, until in windows(world, other)] == [10 * MINUTE_MS, 11 * MINUTE_MS]


def windows(world: World, screen: BoundScreen) -> list[tuple[str, int, int]]:
    """From and until since the start."""
    with world.core.config.read() as session:
        found = takeover_windows(session, screen.id)
    return [(asset, from_ms - START_MS, until_ms - START_MS) for asset, from_ms, until_ms in found]


def test_the_office_sees_which_screens_have_acknowledged(
    world: World, office: Office, screen: BoundScreen
) -> None:
    takeover = office.take_over(make_asset(world))
    address = f"/api/v1/takeovers/{takeover}"
    missing = office.publicity.client.get(address).json
    acknowledge(world, screen)
    acknowledge(world, screen)

    after = office.publicity.client.get(address).json

    assert missing is not None
    assert after is not None
    assert missing["not_acknowledged"] == [screen.public_id]
    assert after["not_acknowledged"] == []


def test_a_screen_bound_during_a_takeover_has_it_from_the_first_assignment(
    world: World, office: Office
) -> None:
    takeover = office.take_over(make_asset(world))
    late = make_screen(world)

    rebuild(world.core)

    assert assignment(world, late)["takeover"]["id"] == takeover
