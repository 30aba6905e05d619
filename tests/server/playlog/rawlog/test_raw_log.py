"""`GET /api/v1/plays`: each play as it was handed in, with its verdict."""

from typing import Any

import pytest

from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, move, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
MORNING = {"from": "2026-11-24T09:00:00+08:00", "to": "2026-11-24T10:00:00+08:00"}


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def listed(client: Any, **query: Any) -> Any:
    answer = client.get("/api/v1/plays", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_play_is_shown_with_its_slot_its_time_and_its_verdict(
    world: World, screen: BoundScreen
) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:4], state=[0, 9, 0, 1]))
    auditor = sign_in(world, "auditor")

    items = listed(auditor.client, screen_id=screen.public_id, **MORNING)["items"]

    assert [item["verdict"] for item in items] == ["counted", "quarantined", "counted", "partial"]
    assert items[0] == {
        "screen_id": screen.public_id,
        "boot": BOOT,
        "seq": 1,
        "verdict": "counted",
        "reason": None,
        "manifest": PROGRAMME.digest,
        "segment": 0,
        "cycle": 0,
        "slot": 0,
        "asset": SLOTS[0].asset,
        "campaign_id": "k_1",
        "start": "2026-11-24T09:00:00+08:00",
        "shown_ms": 10_000,
        "state": 0,
        "cause": 0,
        "error": None,
    }
    assert items[1]["reason"] == "bad_value"
    assert items[2]["campaign_id"] is None


def test_a_long_list_comes_in_pages(world: World, screen: BoundScreen) -> None:
    hand_in_all(world, screen, PROGRAMME, SLOTS)
    other = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, other, PROGRAMME, START_MS)
    hand_in_all(world, other, PROGRAMME, SLOTS[:30])
    client = sign_in(world, "reviewer").client

    seen: list[tuple[str, int]] = []
    cursor = None
    while True:
        page = listed(client, limit=97, **MORNING, **({"cursor": cursor} if cursor else {}))
        seen += [(item["screen_id"], item["seq"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == [
        *((screen.public_id, seq) for seq in range(1, 241)),
        *((other.public_id, seq) for seq in range(1, 31)),
    ]


def test_only_plays_of_the_time_asked_for_are_listed(world: World, screen: BoundScreen) -> None:
    hand_in_all(world, screen, PROGRAMME, SLOTS)
    query = {"from": "2026-11-24T09:10:00+08:00", "to": "2026-11-24T09:11:00+08:00"}

    items = listed(sign_in(world, "reviewer").client, **query)["items"]

    assert [item["seq"] for item in items] == [41, 42, 43, 44]


def test_plays_put_aside_are_found_by_the_time_they_claim_and_by_their_receipt(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(HOUR_MS)
    wrong = make_batch(PROGRAMME, SLOTS[:1], start_ms=[5_000 + 30 * MINUTE_MS])
    hand_in(world, screen, wrong)
    client = sign_in(world, "reviewer").client
    claimed = {"from": "2026-11-24T09:29:00+08:00", "to": "2026-11-24T09:31:00+08:00"}
    received = {"from": "2026-11-24T10:59:00+08:00", "to": "2026-11-24T11:01:00+08:00"}
    neither = {"from": "2026-11-24T10:00:00+08:00", "to": "2026-11-24T10:59:00+08:00"}

    found = [len(listed(client, **query)["items"]) for query in (claimed, received, neither)]

    assert found == [1, 1, 0]


def test_plays_without_a_time_are_listed_by_their_receipt(
    world: World, screen: BoundScreen
) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:2], clock=None))

    items = listed(sign_in(world, "reviewer").client)["items"]

    assert [(item["verdict"], item["start"]) for item in items] == [("unsynced", None)] * 2


def test_an_instant_without_its_offset_is_refused(world: World, screen: BoundScreen) -> None:
    client = sign_in(world, "reviewer").client

    answer = client.get(
        "/api/v1/plays", query_string={"screen_id": screen.public_id, "from": "2026-11-24T09:00"}
    )

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/from"  # type: ignore[index] # every answer here is JSON


def test_a_stranger_sees_no_foreign_screen(world: World, screen: BoundScreen) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:2]))
    stranger = sign_in(world, "publicity", unit=make_unit(world)).client

    foreign = stranger.get("/api/v1/plays", query_string={"screen_id": screen.public_id})
    missing = stranger.get("/api/v1/plays", query_string={"screen_id": "s_999"})

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json == missing.json
    assert listed(stranger)["items"] == []


def test_a_venue_contact_sees_the_screens_of_his_own_venue(world: World) -> None:
    contact = sign_in(world, "venue")
    mine = make_screen(world, venue=make_venue(world, contacts=(contact.user_id,)))
    other = make_screen(world)
    for one in (mine, other):
        put_on_air(world, one, PROGRAMME, START_MS)
    world.clock.forward(10 * MINUTE_MS)
    for one in (mine, other):
        hand_in(world, one, make_batch(PROGRAMME, SLOTS[:2]))

    items = listed(contact.client)["items"]

    assert {item["screen_id"] for item in items} == {mine.public_id}


def test_plays_stay_with_the_unit_of_the_screens_venue_at_the_time(world: World) -> None:
    units = make_unit(world, "城关街道"), make_unit(world, "东湖街道")
    venues = [make_venue(world, unit=unit) for unit in units]
    screen = make_screen(world, venue=venues[0])
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(30 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:100])
    move(world, screen, venues[1])
    world.clock.forward(30 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS)
    hand_in(world, screen, {"boot": BOOT, "lost": [[241, 245, "storage_full"]]})
    before, after = (sign_in(world, "publicity", unit=unit).client for unit in units)

    seen = [listed(one, limit=200, screen_id=screen.public_id) for one in (before, after)]

    assert [[item["seq"] for item in one["items"]] for one in seen] == [
        [*range(1, 121)],
        [*range(121, 241)],
    ]
    assert [len(one["lost"]) for one in seen] == [0, 1]


def test_nobody_reads_the_log_without_an_account(world: World, screen: BoundScreen) -> None:
    assert world.visitor().get("/api/v1/plays").status_code == 401
    assert world.visitor().get("/api/v1/plays/export").status_code == 401
