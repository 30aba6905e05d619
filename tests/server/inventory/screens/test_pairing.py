"""A player shows a code; a person enters it; the player gets its token."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.foundation.errors import Unauthorized
from server.inventory.enrolment.pairing_codes import ALPHABET
from server.inventory.screens.service import authenticate
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.processes.reading_process import read_by_another

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SIZE = {"width": 1080, "height": 1920}


def ask(client: FlaskClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/player/pairing", json={"size": SIZE, "player": "1.0.0", **more})
    assert answer.status_code == 201
    return answer.get_json()


def poll(client: FlaskClient, device_code: str) -> Any:
    return client.post(
        "/api/v1/player/token", json={"grant_type": GRANT, "device_code": device_code}
    )


def enter(person: Person, code: str, **where: Any) -> Any:
    return person.client.post("/api/v1/screens/pair", json={"user_code": code, **where})


def test_the_answer_has_the_shape_of_the_protocol(world: World) -> None:
    offer = ask(world.visitor())

    code = offer["user_code"]
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code.replace("-", "")) <= set(ALPHABET)
    assert len(set(ALPHABET)) == 32
    assert offer["verification_uri"] == "http://localhost/pair"
    assert offer["verification_uri_complete"] == f"http://localhost/pair?code={code}"
    assert offer["qr_svg"].startswith("<svg")
    assert (offer["expires_in"], offer["interval"]) == (600, 3)


def test_a_code_that_was_entered_gives_the_player_its_token_and_keys(world: World) -> None:
    wang = sign_in(world, "publicity")
    player = world.visitor()
    offer = ask(player)
    assert poll(player, offer["device_code"]).get_json() == {"error": "authorization_pending"}

    made = enter(wang, offer["user_code"], venue_id=f"v_{make_venue(world)}", name="大厅屏")
    answer = poll(player, offer["device_code"])

    assert made.status_code == 201
    screen = made.get_json()
    assert (screen["name"], screen["rendition_class"]) == ("大厅屏", "portrait-1080p")
    assert answer.status_code == 200
    token = answer.get_json()
    assert token["token_type"] == "Bearer"
    assert token["screen_id"] == screen["id"]
    assert token["keys"] == world.core.signer.public_keys()
    cookie = answer.headers["Set-Cookie"]
    assert "anping_files=" in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/files/"))


def test_a_screens_page_opens_with_its_sticker_as_soon_as_it_is_paired(world: World) -> None:
    """Where pages are read by a process that writes nothing, no code can be created later."""
    wang = sign_in(world, "publicity")
    code = ask(world.visitor())["user_code"]
    screen = enter(wang, code, venue_id=f"v_{make_venue(world)}", name="大厅屏").get_json()["id"]
    read_by_another(world)

    page = wang.client.get(f"/screens/{screen}")

    assert page.status_code == 200
    assert f'href="/labels?screen_id={screen}"' in page.text


def test_codes_are_taken_in_lower_case_and_without_the_dash(world: World) -> None:
    wang = sign_in(world)
    offer = ask(world.visitor())

    typed = f" {offer['user_code'].replace('-', '').lower()} "

    assert enter(wang, typed, venue_id=f"v_{make_venue(world)}", name="屏").status_code == 201


def test_a_code_works_once(world: World) -> None:
    wang = sign_in(world)
    venue = f"v_{make_venue(world)}"
    offer = ask(world.visitor())
    enter(wang, offer["user_code"], venue_id=venue, name="一")

    again = enter(wang, offer["user_code"], venue_id=venue, name="二")

    assert (again.status_code, again.get_json()["code"]) == (422, "wrong_code")


def test_a_token_is_handed_over_once(world: World) -> None:
    wang = sign_in(world)
    player = world.visitor()
    offer = ask(player)
    enter(wang, offer["user_code"], venue_id=f"v_{make_venue(world)}", name="屏")
    assert poll(player, offer["device_code"]).status_code == 200

    again = poll(player, offer["device_code"])

    assert (again.status_code, again.get_json()) == (400, {"error": "expired_token"})


def test_after_ten_minutes_neither_code_is_good(world: World) -> None:
    wang = sign_in(world)
    player = world.visitor()
    offer = ask(player)
    world.clock.forward(10 * MINUTE_MS)

    entered = enter(wang, offer["user_code"], venue_id=f"v_{make_venue(world)}", name="屏")

    assert entered.status_code == 422
    assert poll(player, offer["device_code"]).get_json() == {"error": "expired_token"}


def test_a_hasty_player_is_asked_to_slow_down(world: World) -> None:
    player = world.visitor()
    offer = ask(player)
    poll(player, offer["device_code"])

    hurried = poll(player, offer["device_code"]).get_json()
    world.clock.forward(3_000)
    patient = poll(player, offer["device_code"]).get_json()

    assert hurried == {"error": "slow_down"}
    assert patient == {"error": "authorization_pending"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"grant_type": GRANT, "device_code": "nobody-has-this"}, "expired_token"),
        ({"grant_type": GRANT}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": 7}, "invalid_request"),
        ([], "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_an_error_of_the_rfc(world: World, body: Any, error: str) -> None:
    answer = world.visitor().post("/api/v1/player/token", json=body)

    assert (answer.status_code, answer.get_json()) == (400, {"error": error})


@pytest.mark.parametrize("how", ["json", "data"])
@pytest.mark.parametrize("field", ["grant_type", "device_code", "enrolment_key", "serial"])
def test_a_token_request_with_nul_is_an_error_of_the_rfc(
    world: World, field: str, how: str
) -> None:
    asked = {"grant_type": "enrolment_key", "enrolment_key": "k", "serial": "s", field: "a\0b"}

    answer = world.visitor().post("/api/v1/player/token", **{how: asked})

    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})


def test_a_token_request_that_is_no_json_is_an_error_of_the_rfc(world: World) -> None:
    answer = world.visitor().post(
        "/api/v1/player/token", data=b"{", content_type="application/json"
    )

    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})


def test_a_form_is_taken_as_the_rfc_has_it(world: World) -> None:
    player = world.visitor()
    offer = ask(player)

    answer = player.post(
        "/api/v1/player/token", data={"grant_type": GRANT, "device_code": offer["device_code"]}
    )

    assert answer.get_json() == {"error": "authorization_pending"}


def test_fields_that_a_newer_player_sends_are_ignored(world: World) -> None:
    assert ask(world.visitor(), newer="field")["user_code"]


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "n": "AA", "e": "AQAB"},
        "text",
    ],
)
def test_a_key_that_cannot_be_one_is_refused(world: World, key: Any) -> None:
    answer = world.visitor().post("/api/v1/player/pairing", json={"size": SIZE, "key": key})

    assert answer.status_code == 422


def test_replacing_a_box_voids_the_old_ones_token(world: World) -> None:
    wang = sign_in(world)
    old = make_screen(world)
    player = world.visitor()
    offer = ask(player)

    answer = enter(wang, offer["user_code"], screen_id=old.public_id)
    token = poll(player, offer["device_code"]).get_json()

    assert answer.status_code == 200
    assert (token["screen_id"], answer.get_json()["id"]) == (old.public_id, old.public_id)
    assert code_of(world, old) == "revoked"


def test_a_retired_screen_is_not_bound_again(world: World) -> None:
    wang = sign_in(world)
    screen = make_screen(world)
    wang.client.post(f"/api/v1/screens/{screen.public_id}/retire")

    answer = enter(wang, ask(world.visitor())["user_code"], screen_id=screen.public_id)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "retired")


def test_a_code_without_a_venue_or_screen_is_explained(world: World) -> None:
    answer = enter(sign_in(world), ask(world.visitor())["user_code"])

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/venue_id"


def test_a_stranger_cannot_bind_a_screen_to_a_foreign_venue(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    stranger = sign_in(world, "publicity", elsewhere)
    offer = ask(world.visitor())

    foreign = enter(stranger, offer["user_code"], venue_id=f"v_{make_venue(world, unit=here)}")
    missing = enter(stranger, offer["user_code"], venue_id="v_999")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data


def test_a_viewer_cannot_bind_screens(world: World) -> None:
    answer = enter(sign_in(world, "viewer"), "7K3M-9QXA", venue_id="v_1")

    assert answer.status_code == 403


def test_transport_people_bind_screens_of_vehicles_and_stops_only(world: World) -> None:
    transport = sign_in(world, "transport")
    bus, bank = make_venue(world, kind="bus"), make_venue(world, kind="bank")
    code = ask(world.visitor())["user_code"]

    assert enter(transport, code, venue_id=f"v_{bank}", name="屏").status_code == 403
    assert enter(transport, code, venue_id=f"v_{bus}", name="屏").status_code == 201


def code_of(world: World, screen: BoundScreen) -> str:
    with pytest.raises(Unauthorized) as refused:
        authenticate(world.core, screen.token)
    return refused.value.code
