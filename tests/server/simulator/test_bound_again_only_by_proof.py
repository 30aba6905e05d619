"""Whatever a network sends, a virtual player with pins is bound again by proof alone."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import Signer, public_jwk
from server.inventory.screens.models import Screen, ScreenToken
from server.simulator.player.binding import Enrolment
from server.simulator.player.disk import Credential
from server.simulator.wire.inside import inside
from server.simulator.wire.protocol import Answer, Json
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.virtual_screens import VirtualScreen, virtual_screen
from tests.support.factories.assets import make_asset
from tests.support.network.forging_link import LyingLink

pytestmark = pytest.mark.slow

UNTIL = "2099-12-31T00:00:00+08:00"
TOKEN, PAIRING = "/api/v1/player/token", "/api/v1/player/pairing"
ASKED = tuple(f"/api/v1/player/{name}" for name in ("assignment", "beat", "clock", "plays"))
EVIL = Signer(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def key(world: World) -> str:
    body = {"unit_id": "u_1", "venue_kind": "bank", "uses": 9, "expires_at": UNTIL}
    made = sign_in(world, "admin").client.post("/api/v1/enrolment-keys", json=body).get_json()
    return str(made["key"])


@pytest.fixture
def link(world: World) -> LyingLink:
    return LyingLink(inside(world.app))


@pytest.fixture
def screen(world: World, office: Office, link: LyingLink, key: str) -> VirtualScreen:
    bound = make_screen(world, serial="BOX-1")
    office.publish(make_asset(world), target={"kind": "filler"})
    run_jobs(world.core)
    made = virtual_screen(world, bound)
    made.box.cable = link
    made.box.fittings = replace(made.box.fittings, enrolment=Enrolment(key, "BOX-1"))
    keys: list[Json] = list(world.core.signer.public_keys())
    made.box.disk.credential = Credential(bound.token, bound.public_id, keys)
    made.live(2 * MINUTE_MS)
    return made


def answer(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body).encode())


def forge(link: LyingLink, word: str, binding: Any) -> None:
    """401 for whatever is asked, and a credential with keys of the attacker's own."""
    link.forged |= dict.fromkeys(ASKED, answer(401, {"code": word}))
    keys = [public_jwk(EVIL.key.public_key())]
    more = {} if binding is None else {"binding": binding}
    credential = {
        "access_token": "t",
        "screen_id": "s_1",
        "keys": keys,
        "token_type": "Bearer",
        **more,
    }
    link.forged[TOKEN] = answer(200, credential)


def own_statement(screen: str) -> dict[str, str]:
    text = json.dumps(
        {
            "format": 1, "screen": "s_1", "former": screen, "nonce": "A" * 43,
            "keys": [public_jwk(EVIL.key.public_key())], "issued_at": 1,
        }
    )  # fmt: skip
    return {"statement": text, "kid": EVIL.kid, "signature": EVIL.sign(text)}


@pytest.mark.parametrize("word", ["moved", "unauthorized", "revoked"])
@pytest.mark.parametrize("doubt", ["no_statement", "unknown_key", "bad_signature"])
def test_forged_messages_and_foreign_keys_change_nothing_and_are_reported(
    world: World, screen: VirtualScreen, link: LyingLink, word: str, doubt: str
) -> None:
    held = screen.box.disk.credential
    assert held is not None
    before = replace(held)
    statement = own_statement(before.screen)
    if doubt == "bad_signature":
        statement["kid"] = world.core.signer.kid
    forge(link, word, None if doubt == "no_statement" else statement)

    screen.live(12 * MINUTE_MS)
    screen.box.cut()
    screen.live(12 * MINUTE_MS)

    assert screen.box.disk.credential == before
    assert screen.box.player is not None
    assert screen.box.player.word() == "playing"
    link.forged.clear()
    screen.live(MINUTE_MS)
    assert ("binding_refused", doubt) in link.incidents()
    assert screen.box.player.rebinder.code == ""


def test_every_asking_has_its_own_nonce_and_the_polls_of_one_code_share_it(
    screen: VirtualScreen, link: LyingLink
) -> None:
    forge(link, "moved", None)
    link.forged[TOKEN] = answer(400, {"error": "authorization_pending"})

    screen.live(MINUTE_MS)

    pairings = [body["rebinding"]["nonce"] for path, body in link.asked if path == PAIRING]
    polls = [body for path, body in link.asked if path == TOKEN]
    by_code = {one["rebinding"]["nonce"] for one in polls if "device_code" in one}
    by_key = [one["rebinding"]["nonce"] for one in polls if "serial" in one]
    assert by_code == set(pairings)
    assert len(pairings) == 1
    assert len(set(by_key)) == len(by_key) > 1
    assert not by_code & set(by_key)


def test_a_box_that_was_given_to_another_screen_goes_there_by_itself(
    world: World, link: LyingLink, screen: VirtualScreen
) -> None:
    there = make_screen(world, serial="BOX-9")
    with world.core.config.write() as session:
        session.query(ScreenToken).filter_by(screen_id=screen.bound.id).update(
            {"revoked_at": world.clock.now_ms(), "moved_to": there.id}
        )
        for number, serial in ((screen.bound.id, None), (there.id, "BOX-1")):
            session.get_one(Screen, number).serial = serial
        session.get_one(Screen, there.id).awaited_since = world.clock.now_ms()

    screen.live(2 * MINUTE_MS)

    credential = screen.box.disk.credential
    assert credential is not None
    assert (credential.screen, credential.keys) == (
        there.public_id,
        world.core.signer.public_keys(),
    )
    run_jobs(world.core)
    screen.live(2 * MINUTE_MS)
    assert screen.box.player is not None
    assert (screen.box.player.screen, screen.box.player.word()) == (there.public_id, "playing")
    assert not any(code == "binding_refused" for code, _ in link.incidents())


def test_a_server_that_has_lost_the_binding_binds_it_again_without_a_visit(
    world: World, link: LyingLink, screen: VirtualScreen
) -> None:
    version = screen.box.player.plans.version if screen.box.player is not None else None
    with world.core.config.write() as session:
        session.query(ScreenToken).filter_by(screen_id=screen.bound.id).delete()
        session.get_one(Screen, screen.bound.id).enrolled_at = None

    screen.live(12 * MINUTE_MS)

    player = screen.box.player
    assert player is not None
    assert (player.screen, player.word()) == (screen.bound.public_id, "playing")
    assert player.token != screen.bound.token
    assert (player.plans.version or 0) >= (version or 0), "older orders can't be played back"
    assert not any(code == "binding_refused" for code, _ in link.incidents())


def test_by_its_code_it_is_bound_again_by_a_person(
    world: World, link: LyingLink, screen: VirtualScreen
) -> None:
    screen.box.fittings.enrolment = None
    screen.box.cut()
    with world.core.config.write() as session:
        session.query(ScreenToken).filter_by(screen_id=screen.bound.id).delete()
    screen.live(11 * MINUTE_MS)
    assert screen.box.player is not None
    code = screen.box.player.rebinder.code
    assert code

    body = {"user_code": code, "screen_id": screen.bound.public_id}
    sign_in(world, "publicity").client.post("/api/v1/screens/pair", json=body)
    screen.live(MINUTE_MS)

    assert screen.box.player.rebinder.code == ""
    assert screen.box.player.word() == "playing"
    assert screen.box.player.token != screen.bound.token
