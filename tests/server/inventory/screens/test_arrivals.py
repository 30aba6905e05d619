"""Boxes enrolled by a key wait in a list until a person enters their venue."""

from typing import Any

import pytest

from server.inventory.devices.serials import UNPLACED
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

UNTIL = "2026-12-01T00:00:00+08:00"


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity")


@pytest.fixture
def stray(world: World) -> dict[str, Any]:
    """A screen whose box has a serial in no roster."""
    admin = sign_in(world, "admin")
    body = {"unit_id": "u_1", "venue_kind": "bus", "uses": 9, "expires_at": UNTIL}
    key = admin.client.post("/api/v1/enrolment-keys", json=body).get_json()["key"]
    body = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": "SN-9"}
    issued = world.visitor().post("/api/v1/player/token", json=body).get_json()
    screen: dict[str, Any] = admin.client.get(f"/api/v1/screens/{issued['screen_id']}").get_json()
    return screen


def place(person: Person, screen: dict[str, Any], **body: Any) -> Any:
    return person.client.post(f"/api/v1/screens/{screen['id']}/place", json=body)


@pytest.mark.slow
def test_it_is_listed_as_unplaced_with_the_keys_unit_and_kind(
    wang: Person, stray: dict[str, Any]
) -> None:
    (listed,) = wang.client.get(f"/api/v1/screens?tag={UNPLACED}").get_json()["items"]
    page = wang.client.get("/screens/arrivals").text

    assert listed["id"] == stray["id"]
    assert "SN-9" in page
    assert "公交车" in page
    assert "/screens/arrivals" in wang.client.get("/screens").text


@pytest.mark.slow
def test_its_own_venue_is_named_and_the_tag_is_gone(wang: Person, stray: dict[str, Any]) -> None:
    answer = place(wang, stray, venue_name="1 路 0417", address="东站", name="车内屏")

    assert answer.get_json()["name"] == "车内屏"
    venue = wang.client.get(f"/api/v1/venues/{stray['venue_id']}").get_json()
    assert (venue["name"], venue["address"], venue["tags"]) == ("1 路 0417", "东站", [])
    assert "SN-9" not in wang.client.get("/screens/arrivals").text


@pytest.mark.slow
def test_at_a_venue_that_is_there_it_is_one_more_screen(
    world: World, wang: Person, stray: dict[str, Any]
) -> None:
    bank = make_venue(world)

    answer = place(wang, stray, venue_id=f"v_{bank}", name="门口屏")

    assert answer.get_json()["venue_id"] == f"v_{bank}"
    assert wang.client.get(f"/api/v1/venues/{stray['venue_id']}").status_code == 404


@pytest.mark.slow
def test_a_screen_that_is_moved_by_its_record_leaves_no_empty_venue(
    world: World, wang: Person, stray: dict[str, Any]
) -> None:
    bank = make_venue(world)

    wang.client.patch(f"/api/v1/screens/{stray['id']}", json={"venue_id": f"v_{bank}"})

    assert wang.client.get(f"/api/v1/venues/{stray['venue_id']}").status_code == 404


@pytest.mark.slow
def test_a_unit_and_a_kind_can_be_given_with_it(
    world: World, wang: Person, stray: dict[str, Any]
) -> None:
    unit = make_unit(world, "公交公司")

    place(wang, stray, venue_name="候车厅", unit_id=f"u_{unit}", kind="coach_station")

    venue = wang.client.get(f"/api/v1/venues/{stray['venue_id']}").get_json()
    assert (venue["unit_id"], venue["kind"]) == (f"u_{unit}", "coach_station")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/venue_name"), ({"venue_name": "站", "kind": "castle"}, "/kind")],
)
def test_an_empty_place_is_refused(
    wang: Person, stray: dict[str, Any], body: Any, pointer: str
) -> None:
    answer = place(wang, stray, **body)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer


def test_people_elsewhere_place_nothing_here(world: World, stray: dict[str, Any]) -> None:
    stranger = sign_in(world, "publicity", make_unit(world, "开发区"))

    assert place(stranger, stray, venue_name="我的").status_code == 404
    assert "SN-9" not in stranger.client.get("/screens/arrivals").text


def test_a_screen_moves_to_a_venue_only_where_one_may_bind(
    world: World, stray: dict[str, Any]
) -> None:
    here = make_unit(world, "城关街道")
    foreign = make_venue(world)
    local = sign_in(world, "publicity", here)
    mine = make_screen(world, venue=make_venue(world, unit=here))

    answer = place(local, {"id": mine.public_id}, venue_id=f"v_{foreign}")

    assert answer.status_code == 404


def test_an_empty_list_shows_that_nothing_waits(wang: Person) -> None:
    assert "没有待指定点位的终端" in wang.client.get("/screens/arrivals").text
