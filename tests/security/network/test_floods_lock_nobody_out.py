"""A flood of sign-ins, PINs or pairings blocks only its own sender."""

from contextlib import ExitStack
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.accounts.auth.passwords import MOST_AT_ALL, MOST_NETWORKS, MOST_OF_ONE, places
from server.foundation.errors import Busy
from server.foundation.ip_networks import network_of
from server.inventory.enrolment import pairing
from tests.support.app.inventory import make_screen, make_venue, root_unit
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.reporting.venue_page import code_of

GREEDY, HONEST = "10.0.0.9", "10.0.0.7"


def _signs_in(world: World, username: str, address: str, password: str = PASSWORD) -> TestResponse:
    body = {"username": username, "password": password}
    return world.visitor().post("/api/v1/session", json=body, environ_base={"REMOTE_ADDR": address})


def _flood(flood: ExitStack, *addresses: str) -> None:
    """So many tries wait for their hash, of each address."""
    for address in addresses:
        for _ in range(MOST_OF_ONE):
            flood.enter_context(places().taken(address))


def test_a_flood_of_sign_ins_keeps_nobody_out_who_comes_from_elsewhere(world: World) -> None:
    name = sign_in(world, "viewer").username
    with ExitStack() as flood:
        _flood(flood, *(f"10.1.0.{one}" for one in range(MOST_AT_ALL // MOST_OF_ONE)))

        assert _signs_in(world, name, HONEST).status_code == 200


def test_a_try_that_ended_busy_is_not_a_wrong_one(world: World) -> None:
    """One behind the same address gets 503, and his right password is accepted then."""
    name = sign_in(world, "viewer").username
    with ExitStack() as flood:
        _flood(flood, GREEDY)
        answers = {_signs_in(world, name, GREEDY).status_code for _ in range(130)}

    assert answers == {503}
    assert _signs_in(world, name, GREEDY).status_code == 200


def test_wrong_ones_still_wait_longer_and_longer(world: World) -> None:
    name = sign_in(world, "viewer").username
    for _ in range(3):
        assert _signs_in(world, name, GREEDY, "wrong").status_code == 401

    assert _signs_in(world, name, GREEDY).status_code == 429
    assert _signs_in(world, name, HONEST).status_code == 200


def test_one_line_s_addresses_are_one(world: World) -> None:
    """IPv6 gives a line 2^64 of them: wrong passwords from each are counted together."""
    name = sign_in(world, "viewer").username
    for one in range(3):
        _signs_in(world, name, f"2001:db8:1:2::{one}", "wrong")

    assert _signs_in(world, name, "2001:db8:1:2:ffff::9").status_code == 429
    assert _signs_in(world, name, "2001:db8:1:3::9").status_code == 200


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.9", "10.0.0.9"),
        ("::ffff:10.0.0.9", "10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_network_is_what_one_line_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_all_together_are_bounded() -> None:
    with ExitStack() as flood:
        for one in range(MOST_NETWORKS):
            flood.enter_context(places().taken(f"10.2.0.{one}"))
        with pytest.raises(Busy), places().taken(HONEST):
            pass

    with places().taken(HONEST):
        pass


def test_five_busy_tries_lock_no_pin(world: World) -> None:
    contact = sign_in(world, "admin")
    venue = make_venue(world)
    screen = make_screen(world, venue=venue)
    contact.client.patch(f"/api/v1/venues/v_{venue}", json={"pause_pin": "48151623"})
    code = code_of(world, screen)

    def tries(address: str, pin: str) -> TestResponse:
        return world.visitor().post(
            f"/v/{code}/pause",
            json={"pin": pin, "reason": "维修"},
            environ_base={"REMOTE_ADDR": address},
            headers={"Origin": "http://localhost"},
        )

    with ExitStack() as flood:
        _flood(flood, GREEDY)
        busy = [tries(GREEDY, "00000000").status_code for _ in range(5)]

    assert busy == [503] * 5
    assert tries(HONEST, "48151623").status_code == 201


def test_the_current_password_is_guessed_no_faster_with_a_session(world: World) -> None:
    person = sign_in(world, "viewer")

    def guess(password: str) -> int:
        body = {"current_password": password, "password": "another-long-one-7"}
        return person.client.patch("/api/v1/me", json=body).status_code

    assert [guess(f"wrong-{one}") for one in range(5)] == [422, 422, 422, 429, 429]
    assert guess(PASSWORD) == 429
    world.clock.forward(10_000)
    assert guess(PASSWORD) == 200


def _asks(world: World, address: str) -> dict[str, Any]:
    answer = world.visitor().post(
        "/api/v1/player/pairing", json={}, environ_base={"REMOTE_ADDR": address}
    )
    assert answer.status_code == 201, answer.text[:200]
    found: dict[str, Any] = answer.json
    return found


def _pairs(world: World, asked: dict[str, Any]) -> int:
    admin = sign_in(world, "admin", root_unit(world))
    body = {"user_code": asked["user_code"], "venue_id": f"v_{make_venue(world)}"}
    return admin.client.post("/api/v1/screens/pair", json=body).status_code


@pytest.mark.slow
def test_a_flood_of_pairings_blocks_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten greedy lines the oldest go; who waited before them, and who comes after, is paired."""
    monkeypatch.setattr(pairing, "MOST_WAITING", 40)
    before = _asks(world, HONEST)
    for one in range(200):
        _asks(world, f"2001:db8:0:{one % 10}::{one}")
    after = _asks(world, "10.0.0.8")

    assert (_pairs(world, before), _pairs(world, after)) == (201, 201)


@pytest.mark.slow
def test_a_line_that_asks_too_often_loses_its_own_oldest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "MOST_WAITING_FROM_ONE_NETWORK", 5)
    asked = [_asks(world, f"2001:db8::{one}") for one in range(8)]

    assert _pairs(world, asked[0]) == 422
    assert _pairs(world, asked[-1]) == 201
