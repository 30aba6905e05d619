"""A broken box is replaced: the screen stays what it is, the old box is out, the new one is in."""

from typing import Any

import pytest

from server.foundation.errors import Unauthorized
from server.inventory.devices.serials import UNPLACED
from server.inventory.screens.events import ScreenRevoked
from server.inventory.screens.models import Screen
from server.inventory.screens.service import authenticate
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow
UNTIL = "2026-12-01T00:00:00+08:00"


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity")


@pytest.fixture
def key(world: World) -> str:
    body = {"unit_id": "u_1", "venue_kind": "bus", "uses": 9, "expires_at": UNTIL}
    made = sign_in(world, "admin").client.post("/api/v1/enrolment-keys", json=body)
    secret: str = made.get_json()["key"]
    return secret


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world, venue=make_venue(world, kind="bus"), serial="OLD", name="车内屏")


def enrol(world: World, key: str, serial: str) -> Any:
    body = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": serial}
    return world.visitor().post("/api/v1/player/token", json=body)


def code_of_a_new_box(world: World) -> tuple[str, str]:
    asked = world.visitor().post("/api/v1/player/pairing", json={"player": "2.0.0"}).get_json()
    return asked["user_code"], asked["device_code"]


def token_of(world: World, device_code: str) -> Any:
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    body = {"grant_type": grant, "device_code": device_code}
    return world.visitor().post("/api/v1/player/token", json=body)


def replace(person: Person, screen: BoundScreen, **body: str) -> Any:
    return person.client.post(f"/api/v1/screens/{screen.public_id}/replace", json=body)


def boxes(person: Person, screen: BoundScreen) -> list[dict[str, Any]]:
    found = person.client.get(f"/api/v1/screens/{screen.public_id}/boxes").get_json()
    items: list[dict[str, Any]] = found["items"]
    return items


def refusal_of(world: World, token: str) -> str:
    with pytest.raises(Unauthorized) as refused:
        authenticate(world.core, token)
    return refused.value.code


def test_by_code_the_new_box_is_the_screens_in_one_act(
    world: World, wang: Person, screen: BoundScreen
) -> None:
    notices: list[ScreenRevoked] = []
    world.core.events.listen(ScreenRevoked, notices.append)
    before = wang.client.get(f"/api/v1/screens/{screen.public_id}").get_json()
    user_code, device_code = code_of_a_new_box(world)
    world.clock.forward(60_000)

    answer = replace(wang, screen, user_code=user_code, serial="NEW")

    assert answer.status_code == 200
    after = answer.get_json()
    kept = ("id", "venue_id", "name", "enrolled_at", "tags")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["serial"] == "NEW"
    assert refusal_of(world, screen.token) == "revoked"
    assert notices == [ScreenRevoked(screen.id)]
    issued = token_of(world, device_code).get_json()
    assert issued["screen_id"] == screen.public_id
    assert authenticate(world.core, issued["access_token"]).screen_id == screen.id


def test_the_history_of_boxes_has_serial_time_and_person(
    world: World, wang: Person, screen: BoundScreen
) -> None:
    user_code, _ = code_of_a_new_box(world)
    world.clock.forward(60_000)
    replace(wang, screen, user_code=user_code, serial="NEW")

    new, old = boxes(wang, screen)
    assert (old["serial"], old["ended"], old["ended_by"]) == ("OLD", "replaced", wang.public_id)
    assert (new["serial"], new["how"], new["user_id"]) == ("NEW", "code", wang.public_id)
    assert (new["player"], new["until"]) == ("2.0.0", None)
    assert old["until"] == new["from"] > old["from"]


def test_a_serial_that_nobody_names_is_none(
    world: World, wang: Person, screen: BoundScreen
) -> None:
    user_code, _ = code_of_a_new_box(world)

    assert replace(wang, screen, user_code=user_code).get_json()["serial"] is None
    assert [box["serial"] for box in boxes(wang, screen)] == [None, "OLD"]


def test_a_wrong_code_changes_nothing(world: World, wang: Person, screen: BoundScreen) -> None:
    answer = replace(wang, screen, user_code="AAAA-AAAA", serial="NEW")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "wrong_code")
    assert wang.client.get(f"/api/v1/screens/{screen.public_id}").get_json()["serial"] == "OLD"
    assert authenticate(world.core, screen.token).screen_id == screen.id


def test_neither_code_nor_serial_is_no_replacement(wang: Person, screen: BoundScreen) -> None:
    assert replace(wang, screen).status_code == 422


def test_by_serial_the_old_box_is_out_at_once_and_the_new_one_binds_when_it_comes(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    waits = replace(wang, screen, serial="NEW").get_json()

    assert refusal_of(world, screen.token) == "revoked"
    assert (waits["serial"], waits["awaited_since"] is not None) == ("NEW", True)
    assert waits["revoked_at"] is None, "a screen without its box is down, not out of use"

    issued = enrol(world, key, "NEW").get_json()
    assert issued["screen_id"] == screen.public_id
    there = wang.client.get(f"/api/v1/screens/{screen.public_id}").get_json()
    assert there["awaited_since"] is None
    assert [box["how"] for box in boxes(wang, screen)] == ["key", "earlier"]


def test_a_box_that_came_before_its_screen_was_named_moves_there(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    early = enrol(world, key, "NEW").get_json()
    stray = wang.client.get(f"/api/v1/screens/{early['screen_id']}").get_json()

    answer = replace(wang, screen, serial="NEW")

    assert answer.status_code == 200
    assert refusal_of(world, early["access_token"]) == "moved"
    assert enrol(world, key, "NEW").get_json()["screen_id"] == screen.public_id
    merged = wang.client.get(f"/api/v1/screens/{early['screen_id']}").get_json()
    assert (merged["state"], merged["venue_id"]) == ("retired", f"v_{screen.venue_id}")
    assert wang.client.get(f"/api/v1/venues/{stray['venue_id']}").status_code == 404


def test_a_box_that_moves_costs_its_key_one_use(
    world: World, wang: Person, screen: BoundScreen
) -> None:
    admin = sign_in(world, "admin")
    body = {"unit_id": "u_1", "venue_kind": "bus", "uses": 1, "expires_at": UNTIL}
    made = admin.client.post("/api/v1/enrolment-keys", json=body).get_json()
    enrol(world, made["key"], "NEW")

    replace(wang, screen, serial="NEW")

    assert enrol(world, made["key"], "NEW").get_json()["screen_id"] == screen.public_id
    key = admin.client.get(f"/api/v1/enrolment-keys/{made['id']}").get_json()
    assert (key["used"], key["state"]) == (1, "used_up")


def test_a_box_that_was_refused_and_is_bound_by_its_code_wants_no_decision_any_more(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    enrol(world, key, "OLD")
    user_code, _ = code_of_a_new_box(world)

    assert replace(wang, screen, user_code=user_code, serial="OLD").status_code == 200

    assert wang.client.get("/api/v1/enrolment-refusals").get_json()["items"] == []


def test_a_record_that_a_person_tagged_gives_up_its_serial_too(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    make_screen(world, venue=make_venue(world, name="?", tags=[UNPLACED]), serial="NEW")

    assert replace(wang, screen, serial="NEW").status_code == 200
    assert enrol(world, key, "NEW").get_json()["screen_id"] == screen.public_id


def test_the_serial_of_a_screen_that_was_placed_is_not_taken_from_it(
    world: World, wang: Person, screen: BoundScreen
) -> None:
    make_screen(world, venue=make_venue(world, name="2 路"), serial="TAKEN", name="车内屏")

    answer = replace(wang, screen, serial="TAKEN")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "serial_taken")
    assert "2 路" in answer.get_json()["detail"]
    assert authenticate(world.core, screen.token).screen_id == screen.id


def test_the_box_that_was_taken_out_does_not_come_back_by_itself(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    replace(wang, screen, serial="NEW")
    enrol(world, key, "NEW")

    assert enrol(world, key, "OLD").get_json() == {"error": "access_denied"}
    (refusal,) = wang.client.get("/api/v1/enrolment-refusals").get_json()["items"]
    assert (refusal["serial"], refusal["screen_id"]) == ("OLD", screen.public_id)


def test_a_removed_box_is_free_once_its_screen_is_retired(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    replace(wang, screen, serial="NEW")
    wang.client.post(f"/api/v1/screens/{screen.public_id}/retire")

    issued = enrol(world, key, "OLD").get_json()

    assert issued["screen_id"] != screen.public_id


def test_a_refused_box_is_let_in_by_one_act(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    for _ in range(2):
        enrol(world, key, "OLD")
        world.clock.forward(20_000)
    (refusal,) = wang.client.get("/api/v1/enrolment-refusals").get_json()["items"]
    assert (refusal["serial"], refusal["tries"]) == ("OLD", 2)
    assert (refusal["address"], refusal["enrolment_key_id"]) == ("127.0.0.1", "e_1")

    assert replace(wang, screen, serial="OLD").status_code == 200

    assert enrol(world, key, "OLD").get_json()["screen_id"] == screen.public_id
    assert wang.client.get("/api/v1/enrolment-refusals").get_json()["items"] == []


def test_a_retired_screen_has_nothing_to_decide_any_more(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    enrol(world, key, "OLD")

    wang.client.post(f"/api/v1/screens/{screen.public_id}/retire")

    assert wang.client.get("/api/v1/enrolment-refusals").get_json()["items"] == []


def test_a_settled_refusal_is_reported_again_only_if_the_box_comes_again(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    enrol(world, key, "OLD")
    settle = f"/api/v1/screens/{screen.public_id}/settle-refusals"

    assert wang.client.post(settle).status_code == 204
    assert wang.client.get("/api/v1/enrolment-refusals").get_json()["items"] == []

    enrol(world, key, "OLD")
    (again,) = wang.client.get("/api/v1/enrolment-refusals").get_json()["items"]
    assert again["tries"] == 1


def test_refusals_are_seen_where_one_may_bind_only(
    world: World, key: str, screen: BoundScreen
) -> None:
    enrol(world, key, "OLD")
    stranger = sign_in(world, "publicity", make_unit(world, "开发区"))

    assert stranger.client.get("/api/v1/enrolment-refusals").get_json()["items"] == []
    assert replace(stranger, screen, serial="NEW").status_code == 404


def test_a_retired_screen_takes_no_box(world: World, wang: Person, screen: BoundScreen) -> None:
    wang.client.post(f"/api/v1/screens/{screen.public_id}/retire")

    answer = replace(wang, screen, serial="NEW")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "retired")
    assert [box["ended"] for box in boxes(wang, screen)] == ["retired"]


def test_a_serial_put_right_is_that_of_the_box_that_is_there(
    world: World, wang: Person, screen: BoundScreen
) -> None:
    user_code, _ = code_of_a_new_box(world)
    replace(wang, screen, user_code=user_code)

    wang.client.patch(f"/api/v1/screens/{screen.public_id}", json={"serial": "RIGHT"})

    assert [box["serial"] for box in boxes(wang, screen)] == ["RIGHT", "OLD"]


def test_the_new_box_signs_with_its_own_key_or_not_at_all(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    with world.core.config.write() as session:
        old = {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "B" * 43}
        session.get_one(Screen, screen.id).public_key = old
    replace(wang, screen, serial="NEW")

    enrol(world, key, "NEW")

    with world.core.config.read() as session:
        assert session.get_one(Screen, screen.id).public_key is None


def test_the_page_offers_both_ways_and_explains_the_fate_of_pending_plays(
    wang: Person, screen: BoundScreen
) -> None:
    page = wang.client.get(f"/screens/{screen.public_id}").text

    assert "更换终端" in page
    assert 'name="user_code"' in page
    assert 'id="f-replace-serial-2"' in page
    assert "满 30 天转为漏播" in page


def test_the_page_lists_the_boxes_and_who_wants_in(
    world: World, wang: Person, key: str, screen: BoundScreen
) -> None:
    replace(wang, screen, serial="NEW")
    assert "正在等新终端接入：序列号 NEW" in wang.client.get(f"/screens/{screen.public_id}").text
    enrol(world, key, "NEW")
    enrol(world, key, "OLD")

    page = wang.client.get(f"/screens/{screen.public_id}").text
    assert "终端更换记录" in page
    assert "另一台终端想用序列号 OLD 接入" in page
    arrivals = wang.client.get("/screens/arrivals").text
    assert "这台终端是从这块屏上换下来的" in arrivals
    assert UNPLACED not in page
