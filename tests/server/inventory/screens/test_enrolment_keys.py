"""Enrolment keys bind many players without a code each, within what the key is good for."""

from typing import Any

import pytest

from server.foundation.errors import Unauthorized
from server.inventory.screens.events import EnrolmentRefused, ScreenPaired
from server.inventory.screens.models import Screen
from server.inventory.screens.service import authenticate
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World

UNTIL = "2026-12-01T00:00:00+08:00"


@pytest.fixture
def admin(world: World) -> Person:
    return sign_in(world, "admin")


def make_key(person: Person, unit: int = 1, **fields: Any) -> Any:
    body = {"unit_id": f"u_{unit}", "venue_kind": "bus", "uses": 2, "expires_at": UNTIL, **fields}
    return person.client.post("/api/v1/enrolment-keys", json=body)


def word_for(world: World, token: str) -> str:
    with pytest.raises(Unauthorized) as refused:
        authenticate(world.core, token)
    return refused.value.code


def enrol(world: World, key: str, serial: str = "SN-1") -> Any:
    body = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": serial}
    return world.visitor().post("/api/v1/player/token", json=body)


@pytest.mark.slow
def test_an_unknown_serial_gets_a_venue_of_the_keys_kind_and_unit(
    world: World, admin: Person
) -> None:
    depot = make_unit(world, "公交公司")
    notices: list[ScreenPaired] = []
    world.core.events.listen(ScreenPaired, notices.append)
    key = make_key(admin, depot).get_json()["key"]

    answer = enrol(world, key, "SN-7")

    assert answer.status_code == 200
    token = answer.get_json()
    assert set(token) == {"access_token", "token_type", "screen_id", "keys"}
    screen = admin.client.get(f"/api/v1/screens/{token['screen_id']}").get_json()
    assert (screen["serial"], screen["name"]) == ("SN-7", "SN-7")
    venue = admin.client.get(f"/api/v1/venues/{screen['venue_id']}").get_json()
    assert (venue["name"], venue["kind"], venue["unit_id"]) == ("SN-7", "bus", f"u_{depot}")
    assert notices == [ScreenPaired(1)]


def test_a_serial_of_the_roster_is_bound_to_its_screen(world: World, admin: Person) -> None:
    venue = make_venue(world, kind="bus")
    registered = admin.client.post(
        "/api/v1/screens", json={"venue_id": f"v_{venue}", "name": "车内屏", "serial": "SN-7"}
    ).get_json()
    assert registered["state"] == "never_seen"

    answer = enrol(world, make_key(admin).get_json()["key"], "SN-7")

    assert answer.get_json()["screen_id"] == registered["id"]


def test_a_key_is_used_up(world: World, admin: Person) -> None:
    made = make_key(admin, uses=2).get_json()
    answers = [enrol(world, made["key"], f"SN-{number}") for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert answers[2].get_json() == {"error": "access_denied"}
    assert admin.client.get(f"/api/v1/enrolment-keys/{made['id']}").get_json()["used"] == 2


def test_a_key_ends_at_its_end(world: World, admin: Person) -> None:
    key = make_key(admin).get_json()["key"]
    world.clock.forward(7 * DAY_MS)

    assert enrol(world, key).get_json() == {"error": "access_denied"}


def test_a_revoked_key_opens_nothing_more_and_its_screens_stay(world: World, admin: Person) -> None:
    made = make_key(admin).get_json()
    token = enrol(world, made["key"]).get_json()["access_token"]

    assert admin.client.delete(f"/api/v1/enrolment-keys/{made['id']}").status_code == 204

    assert enrol(world, made["key"], "SN-2").get_json() == {"error": "access_denied"}
    assert still_good(world, token)


def test_the_serial_of_a_live_screen_is_refused_and_reported(world: World, admin: Person) -> None:
    live = make_screen(world, serial="SN-7")
    notices: list[EnrolmentRefused] = []
    world.core.events.listen(EnrolmentRefused, notices.append)

    answer = enrol(world, make_key(admin).get_json()["key"], "SN-7")

    assert (answer.status_code, answer.get_json()) == (400, {"error": "access_denied"})
    assert notices == [EnrolmentRefused(live.id, "SN-7")]
    assert still_good(world, live.token)


@pytest.mark.slow
def test_a_revoked_box_stays_out_until_a_person_allows_the_next(
    world: World, admin: Person
) -> None:
    old = make_screen(world, serial="SN-7")
    key = make_key(admin).get_json()["key"]
    admin.client.post(f"/api/v1/screens/{old.public_id}/revoke")
    notices: list[EnrolmentRefused] = []
    world.core.events.listen(EnrolmentRefused, notices.append)

    assert enrol(world, key, "SN-7").get_json() == {"error": "access_denied"}
    assert notices == [EnrolmentRefused(old.id, "SN-7")]
    (refusal,) = admin.client.get("/api/v1/enrolment-refusals").get_json()["items"]
    assert (refusal["serial"], refusal["screen_id"]) == ("SN-7", old.public_id)
    assert "允许接入" in admin.client.get("/screens/arrivals").text
    assert word_for(world, old.token) == "revoked"

    admin.client.post(f"/api/v1/screens/{old.public_id}/replace", json={"serial": "SN-7"})

    assert word_for(world, old.token) == "moved", "its box comes by itself"
    answer = enrol(world, key, "SN-7").get_json()
    assert answer["screen_id"] == old.public_id
    assert still_good(world, answer["access_token"])
    assert admin.client.get("/api/v1/enrolment-refusals").get_json()["items"] == []


@pytest.mark.parametrize("after", ["retire", "another serial"])
def test_a_revoked_box_stays_out_whatever_became_of_its_screen(
    world: World, admin: Person, after: str
) -> None:
    old = make_screen(world, serial="SN-7")
    admin.client.post(f"/api/v1/screens/{old.public_id}/revoke")
    if after == "retire":
        admin.client.post(f"/api/v1/screens/{old.public_id}/retire")
    else:
        path = f"/api/v1/screens/{old.public_id}"
        etag = admin.client.get(path).headers["ETag"]
        changed = admin.client.patch(path, json={"serial": "SN-8"}, headers={"If-Match": etag})
        assert changed.status_code == 200

    key = make_key(admin).get_json()["key"]

    assert enrol(world, key, "SN-7").get_json() == {"error": "access_denied"}
    assert admin.client.get("/screens/arrivals").status_code == 200
    if after == "another serial":
        assert enrol(world, key, "SN-8").get_json()["screen_id"] == old.public_id


def test_a_revoked_box_may_come_to_the_record_that_a_person_gives_its_serial(
    world: World, admin: Person
) -> None:
    old, other = make_screen(world, serial="SN-7"), make_screen(world, serial="SN-8")
    admin.client.post(f"/api/v1/screens/{old.public_id}/revoke")
    admin.client.post(f"/api/v1/screens/{old.public_id}/retire")

    path = f"/api/v1/screens/{other.public_id}/replace"
    assert admin.client.post(path, json={"serial": "SN-7"}).status_code == 200

    answer = enrol(world, make_key(admin).get_json()["key"], "SN-7").get_json()
    assert answer["screen_id"] == other.public_id
    assert word_for(world, old.token) == "moved"


def test_the_serial_of_a_retired_screen_makes_a_new_one(world: World, admin: Person) -> None:
    old = make_screen(world, serial="SN-7")
    admin.client.post(f"/api/v1/screens/{old.public_id}/retire")

    answer = enrol(world, make_key(admin).get_json()["key"], "SN-7").get_json()

    assert answer["screen_id"] != old.public_id


def test_a_key_does_not_take_a_screen_of_a_foreign_roster(world: World, admin: Person) -> None:
    here, elsewhere = make_unit(world, "公交公司"), make_unit(world, "出租公司")
    make_screen(world, venue=make_venue(world, unit=elsewhere), serial="SN-7", enrolled_at=None)

    answer = enrol(world, make_key(admin, here).get_json()["key"], "SN-7")

    assert answer.get_json() == {"error": "access_denied"}


@pytest.mark.parametrize("body", [{"enrolment_key": "ane_x"}, {"serial": "SN"}, {}])
def test_a_key_without_a_serial_is_no_request(world: World, body: Any) -> None:
    answer = world.visitor().post(
        "/api/v1/player/token", json={"grant_type": "enrolment_key", **body}
    )

    assert answer.get_json() == {"error": "invalid_request"}


def test_an_invented_key_opens_nothing(world: World) -> None:
    assert enrol(world, "ane_invented").get_json() == {"error": "access_denied"}
    with world.core.config.read() as session:
        assert session.query(Screen).count() == 0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"venue_kind": "castle"}, "/venue_kind"),
        ({"uses": 0}, "/uses"),
        ({"expires_at": "2026-01-01T00:00:00+08:00"}, "/expires_at"),
        ({"expires_at": "2026-12-01T00:00:00"}, "/expires_at"),
    ],
)
def test_a_key_that_cannot_be_good_for_anything_is_explained(
    admin: Person, world: World, fields: Any, pointer: str
) -> None:
    answer = make_key(admin, **fields)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer


def test_the_key_itself_is_shown_once(world: World, admin: Person) -> None:
    made = make_key(admin).get_json()

    listed = admin.client.get("/api/v1/enrolment-keys")

    assert made["key"] not in listed.text
    assert listed.get_json()["items"][0]["id"] == made["id"]


def test_keys_are_made_and_seen_by_administrators_of_the_unit_only(
    world: World, admin: Person
) -> None:
    here, elsewhere = make_unit(world, "公交公司"), make_unit(world, "开发区")
    key = make_key(admin, here).get_json()["id"]
    stranger = sign_in(world, "admin", elsewhere)

    assert make_key(stranger, here).status_code == 404
    foreign = stranger.client.get(f"/api/v1/enrolment-keys/{key}")
    assert foreign.data == stranger.client.get("/api/v1/enrolment-keys/e_99").data
    assert stranger.client.delete(f"/api/v1/enrolment-keys/{key}").status_code == 404
    assert stranger.client.get("/api/v1/enrolment-keys").get_json()["items"] == []
    assert make_key(sign_in(world, "publicity")).status_code == 403


@pytest.mark.slow
def test_a_key_shows_its_author_its_use_and_its_screens(world: World, admin: Person) -> None:
    made = make_key(admin, uses=1).get_json()
    assert (made["state"], made["screens"], made["made_by"]) == ("usable", 0, admin.public_id)
    assert made["player_address"] == "http://localhost/player/"
    issued = enrol(world, made["key"], "SN-7").get_json()

    key = admin.client.get(f"/api/v1/enrolment-keys/{made['id']}").get_json()
    came = admin.client.get(f"/api/v1/screens?key_id={made['id']}").get_json()["items"]
    assert (key["state"], key["screens"]) == ("used_up", 1)
    assert [one["id"] for one in came] == [issued["screen_id"]]


@pytest.mark.parametrize(("end", "state"), [("over", "over"), ("revoked", "revoked")])
def test_a_key_that_opens_nothing_shows_the_reason(
    world: World, admin: Person, end: str, state: str
) -> None:
    made = make_key(admin).get_json()
    if end == "over":
        world.clock.forward(7 * DAY_MS)
        sign_in_again(world, admin)
    else:
        admin.client.delete(f"/api/v1/enrolment-keys/{made['id']}")

    assert admin.client.get(f"/api/v1/enrolment-keys/{made['id']}").get_json()["state"] == state


@pytest.mark.slow
def test_the_page_shows_keys_and_what_a_box_needs(world: World, admin: Person) -> None:
    made = make_key(admin, uses=3).get_json()
    enrol(world, made["key"], "SN-7")

    page = admin.client.get("/settings/enrolment-keys").text

    assert made["key"] not in page
    assert "2 / 3" in page
    assert f'href="/screens?key_id={made["id"]}"' in page
    assert "ANPING_ENROL_KEY={KEY}" in page
    assert "/settings/enrolment-keys" in admin.client.get("/settings").text
    assert sign_in(world, "publicity").client.get("/settings/enrolment-keys").status_code == 403


def test_cards_to_print_name_the_rosters_screens(world: World, admin: Person) -> None:
    make_screen(world, serial="SN 7", enrolled_at=None)
    made = make_key(admin).get_json()
    path = f"/api/v1/enrolment-keys/{made['id']}/cards"

    body = {"key": made["key"], "serials": ["SN 7", "SN-8"]}
    registered, unknown = admin.client.post(path, json=body).get_json()["items"]

    assert registered["screen"] == "建设银行城关支行 · 大厅屏"
    address = f"http://localhost/player/#enrol={made['key']}&serial=SN%207"
    assert registered["address"] == address
    assert registered["qr_svg"].startswith("<svg")
    assert unknown["screen"] is None
    other = admin.client.post(path, json={**body, "key": "ane_other"})
    assert (other.status_code, other.get_json()["errors"][0]["pointer"]) == (422, "/key")


@pytest.mark.slow
def test_what_the_player_is_and_its_own_key_are_kept(world: World, admin: Person) -> None:
    own = {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "B" * 43}
    body = {"grant_type": "enrolment_key", "serial": "SN-7", "player": "2.1.0", "key": own}
    body["enrolment_key"] = make_key(admin).get_json()["key"]

    assert world.visitor().post("/api/v1/player/token", json=body).status_code == 200

    with world.core.config.read() as session:
        screen = session.get_one(Screen, 1)
    assert (screen.player, screen.public_key) == ("2.1.0", own)


def still_good(world: World, token: str) -> bool:
    try:
        authenticate(world.core, token)
    except Unauthorized:
        return False
    return True
