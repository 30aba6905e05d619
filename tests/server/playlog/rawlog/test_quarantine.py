"""`/quarantine`: plays put aside, and a person's decision on a suspected boot."""

from typing import Any

import pytest

from server.playlog.audit.verifier.verify import verify
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.service import suspect_boot
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme
from tests.support.reporting.reports import totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def listed(client: Any, **query: Any) -> Any:
    answer = client.get("/api/v1/quarantine", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_plays_put_aside_are_listed_newest_first(world: World, screen: BoundScreen) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:4], state=[0, 9, 0, 9]))
    client = sign_in(world, "reviewer").client

    first = listed(client, limit=1)
    second = listed(client, limit=1, cursor=first["next"])

    assert first["items"] == [
        {
            "screen_id": screen.public_id,
            "boot": BOOT,
            "seq": 4,
            "reason": "bad_value",
            "start": "2026-11-24T09:00:30+08:00",
            "received": "2026-11-24T10:00:00+08:00",
        }
    ]
    assert [item["seq"] for item in second["items"]] == [2]
    assert second["next"] is None


def test_a_claim_that_no_calendar_has_is_listed_without_a_time(
    world: World, screen: BoundScreen
) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:2], start_ms=[2**52, 10**30]))
    client = sign_in(world, "reviewer").client

    assert [item["start"] for item in listed(client)["items"]] == [None, None]
    plays = client.get("/api/v1/plays").json["items"]
    assert [(item["seq"], item["start"]) for item in plays] == [(1, None), (2, None)]
    exported = client.get("/api/v1/plays/export")
    assert exported.status_code == 200
    assert verify(exported.data.splitlines()).findings == ()


def test_a_suspected_boot_counts_once_a_person_calls_it_genuine(
    world: World, screen: BoundScreen
) -> None:
    suspect_boot(world.core, playback_of(world.app), screen.id, BOOT)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS))
    publicity = sign_in(world, "publicity")
    before = totals(publicity.client)

    answer = publicity.client.post(
        "/api/v1/quarantine/decide",
        json={"screen_id": screen.public_id, "boot": BOOT, "genuine": True},
    )

    assert answer.status_code == 204
    assert before == {"expected": 240, "missing": 240}
    assert totals(publicity.client) == {"expected": 240, "confirmed": 240}
    assert listed(publicity.client)["items"] == []


def test_a_stranger_decides_nothing_and_sees_nothing(world: World, screen: BoundScreen) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:4], state=9))
    stranger = sign_in(world, "publicity", unit=make_unit(world)).client
    body = {"screen_id": screen.public_id, "boot": BOOT, "genuine": True}

    assert listed(stranger)["items"] == []
    assert stranger.post("/api/v1/quarantine/decide", json=body).status_code == 404


def test_an_unknown_boot_cannot_be_decided(world: World, screen: BoundScreen) -> None:
    client = sign_in(world, "publicity").client
    body = {"screen_id": screen.public_id, "boot": "unheard", "genuine": False}

    assert client.post("/api/v1/quarantine/decide", json=body).status_code == 404
