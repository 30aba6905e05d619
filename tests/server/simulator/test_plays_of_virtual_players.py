"""What virtual players hand in is what the plan promises, whatever happens to them."""

from collections import Counter
from typing import Any

import pytest

from playlists.wire.compliance import ExpectedSlot
from server.simulator.fleet.script import Episode
from server.simulator.player.playlog import DURABLE_WITHIN_MS
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in_again
from tests.support.app.world import World
from tests.support.devices.virtual_screens import LossyLink, VirtualScreen, virtual_screen
from tests.support.factories.assets import make_asset
from tests.support.plays.on_air import keep_house
from tests.support.reporting.reports import check_sums

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

CUT_EVERY_MS, DARK_MS = 7 * MINUTE_MS, 20_000


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World, office: Office) -> BoundScreen:
    bound = make_screen(world)
    office.publish(make_asset(world), make_asset(world), target={"kind": "filler"})
    run_jobs(world.core)
    return bound


def plays(office: Office, screen: VirtualScreen) -> list[dict[str, Any]]:
    """All that the server holds of a screen."""
    for person in (office.publicity, office.reviewer):
        sign_in_again(office.world, person)
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        asked = {"screen_id": screen.bound.public_id, "from": "2026-11-24T00:00:00+08:00"}
        query = {**asked, "to": "2026-11-25T00:00:00+08:00", "limit": 200, "cursor": cursor}
        kept = {name: value for name, value in query.items() if value}
        page = office.publicity.client.get("/api/v1/plays", query_string=kept).get_json()
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return found


def slot_of(play: dict[str, Any]) -> tuple[Any, ...]:
    return (play["manifest"], play["segment"], play["cycle"], play["slot"])


def is_cut(slot: ExpectedSlot) -> bool:
    """Whether the power was off in it, or went within the last moments of its record's writing."""
    since_ms = (slot.start_ms - START_MS) % CUT_EVERY_MS
    ends_ms = since_ms + slot.duration_ms
    dark_until_ms = DARK_MS if slot.start_ms >= START_MS + CUT_EVERY_MS else 0
    return since_ms < dark_until_ms + 1_000 or ends_ms > CUT_EVERY_MS - DURABLE_WITHIN_MS


def test_a_quiet_hour_counts_what_arithmetic_promises(
    world: World, office: Office, screen: BoundScreen
) -> None:
    player = virtual_screen(world, screen)

    player.live(HOUR_MS)
    now_ms = world.clock.now_ms()
    player.live(2 * MINUTE_MS)

    promised = player.slots(now_ms)
    counted = [one for one in plays(office, player) if one["verdict"] == "counted"]
    held = {(one["segment"], one["cycle"], one["slot"]) for one in counted}
    assert len(promised) > 300
    assert {(one.segment, one.cycle, one.slot) for one in promised} <= held
    assert Counter(map(slot_of, counted)).most_common(1)[0][1] == 1


@pytest.mark.long
def test_crashes_lost_answers_and_a_lost_network_cost_no_completed_play_and_double_none(
    world: World, office: Office, screen: BoundScreen
) -> None:
    script = [
        Episode("crash", START_MS + CUT_EVERY_MS, DARK_MS, every_ms=CUT_EVERY_MS),
        Episode("offline", START_MS + 20 * MINUTE_MS, 15 * MINUTE_MS),
        Episode("clock", START_MS, amount=-86_400_000),
    ]
    player = virtual_screen(world, screen, script, lose_every=3)

    player.live(HOUR_MS)
    now_ms = world.clock.now_ms()
    player.come_home()
    keep_house(world)

    held = plays(office, player)
    counted = Counter(slot_of(one) for one in held if one["verdict"] == "counted")
    assert isinstance(player.box.cable, LossyLink)
    assert player.box.cable.lost > 10
    assert set(counted.values()) == {1}
    assert [one for one in held if one["verdict"] == "quarantined"] == []
    promised = [one for one in player.slots(now_ms) if not is_cut(one)]
    assert len(promised) > 300
    assert {(one.segment, one.cycle, one.slot) for one in promised} <= {
        (segment, cycle, slot) for _, segment, cycle, slot in counted
    }
    totals = check_sums(office.reviewer.client)
    assert totals["confirmed"] == len(counted)


def test_a_takeover_is_shown_and_acknowledged_and_the_slots_beneath_are_pre_empted(
    world: World, office: Office, screen: BoundScreen
) -> None:
    player = virtual_screen(world, screen)
    player.live(10 * MINUTE_MS)

    takeover = office.take_over(make_asset(world))
    player.live(12 * MINUTE_MS)
    keep_house(world)

    held = plays(office, player)
    shown = [one for one in held if one["manifest"] is None]
    assert len(shown) >= 9
    assert {one["verdict"] for one in shown} == {"counted"}
    totals = check_sums(office.reviewer.client)
    assert totals["pre_empted"] >= 55
    status = office.reviewer.client.get(f"/api/v1/takeovers/{takeover}").get_json()
    assert player.bound.public_id in str(status)


def test_a_takeover_whose_picture_is_here_is_shown_with_its_order(
    world: World, office: Office
) -> None:
    """Before any errand, of which one may wait for an answer; another picture has to come first."""
    screen, local, foreign = make_screen(world), make_asset(world), make_asset(world)
    office.publish(local, target={"kind": "filler"})
    run_jobs(world.core)
    player = virtual_screen(world, screen)
    player.live(MINUTE_MS)
    on_air = player.box.player
    assert on_air is not None

    words = []
    for asset in (local, foreign):
        takeover = office.take_over(asset)
        assert on_air.obey(newest_order(world, screen))["state"] == "accepted"
        words.append(on_air.word())
        office.publicity.client.delete(f"/api/v1/takeovers/{takeover}")
        on_air.obey(newest_order(world, screen))

    assert words == ["takeover", "playing"]


def newest_order(world: World, screen: BoundScreen) -> Any:
    return world.visitor().get("/api/v1/player/assignment", headers=screen.headers).get_json()


def test_an_order_whose_signature_was_changed_is_refused_and_reported(
    world: World, office: Office, screen: BoundScreen
) -> None:
    player = virtual_screen(world, screen)
    player.live(MINUTE_MS)
    on_air = player.box.player
    assert on_air is not None
    order = newest_order(world, screen)
    changed = {**order, "assignment": order["assignment"].replace('"version":', '"version":1')}

    receipt = on_air.obey(changed)

    assert receipt["state"] == "refused"
    assert receipt["reason"] == "bad_signature"
    assert on_air.beat()["incidents"][0]["code"] == "assignment_refused"
    assert on_air.word() == "playing"
