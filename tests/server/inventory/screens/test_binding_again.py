"""A player that was bound before asks again with a nonce: the answer is proof that it can check."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.foundation.errors import Busy
from server.inventory.screens.events import EnrolmentRefused, ScreensBound
from server.inventory.screens.models import EnrolmentKey
from server.simulator.player.verify import is_signed
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow
VECTORS = json.loads(
    (Path(__file__).parents[3] / "contracts" / "binding.json").read_text(encoding="utf-8")
)
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
NONCE = VECTORS["asked"]["nonce"]
ASKED = {"screen": "s_9", "nonce": NONCE}
UNTIL = "2099-12-31T00:00:00+08:00"


def offered(client: FlaskClient, **more: Any) -> Any:
    return client.post("/api/v1/player/pairing", json=more)


def token(client: FlaskClient, grant: dict[str, Any], **more: Any) -> Any:
    return client.post("/api/v1/player/token", json={**grant, **more})


def by_code(world: World) -> dict[str, str]:
    """The grant of a player whose code a person has entered."""
    offer = offered(world.visitor(), rebinding=ASKED).get_json()
    where = {"venue_id": f"v_{make_venue(world)}", "name": "大厅屏"}
    wang = sign_in(world, "publicity")
    wang.client.post("/api/v1/screens/pair", json={"user_code": offer["user_code"], **where})
    return {"grant_type": GRANT, "device_code": offer["device_code"]}


def by_key(world: World) -> dict[str, str]:
    body = {"unit_id": "u_1", "venue_kind": "bus", "uses": 9, "expires_at": UNTIL}
    make_screen(world, serial="SN-7", enrolled_at=None)
    made = sign_in(world, "admin").client.post("/api/v1/enrolment-keys", json=body).get_json()
    return {"grant_type": "enrolment_key", "enrolment_key": made["key"], "serial": "SN-7"}


def signed_by(world: World, binding: dict[str, str]) -> bool:
    """Whether it is signed by the key that the server signs with now."""
    own = world.core.signer.public_keys()[0]
    return binding["kid"] == own["kid"] and is_signed(
        own, binding["signature"], binding["statement"]
    )


@pytest.mark.parametrize("way", [by_code, by_key])
def test_who_asks_with_a_nonce_gets_a_signed_statement_of_the_protocols_shape(
    world: World, way: Any
) -> None:
    answer = token(world.visitor(), way(world), rebinding=ASKED).get_json()

    statement = json.loads(answer["binding"]["statement"])
    assert statement == {
        "format": 1,
        "screen": answer["screen_id"],
        "former": "s_9",
        "nonce": NONCE,
        "keys": world.core.signer.public_keys(),
        "issued_at": world.clock.now_ms(),
    }
    assert set(answer["binding"]) == {"statement", "kid", "signature"}
    assert signed_by(world, answer["binding"])


@pytest.mark.parametrize("way", [by_code, by_key])
def test_who_was_never_bound_gets_none(world: World, way: Any) -> None:
    assert "binding" not in token(world.visitor(), way(world)).get_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"screen": "s_9"},
        {"nonce": NONCE},
        {"screen": "s_9", "nonce": NONCE[:-1]},
        {"screen": "s_9", "nonce": NONCE + "AA"},
        {"screen": "s_9", "nonce": "*" * 43},
        {"screen": "s_9", "nonce": 7},
        {"screen": "s" * 65, "nonce": NONCE},
        {"screen": "", "nonce": NONCE},
        {"screen": "s 9", "nonce": NONCE},
        {"screen": "屏", "nonce": NONCE},
        {**ASKED, "kids": "k1"},
        {**ASKED, "kids": ["../signing-key"] * 9},
        "text",
        [],
    ],
)
def test_an_asking_that_is_none_is_refused_and_nobody_is_bound(world: World, wrong: Any) -> None:
    grant = by_key(world)

    pairing = offered(world.visitor(), rebinding=wrong)
    answer = token(world.visitor(), grant, rebinding=wrong)

    assert pairing.status_code == 422
    assert pairing.get_json()["errors"][0]["pointer"].startswith("/rebinding")
    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})
    assert token(world.visitor(), grant).status_code == 200


def test_fields_of_a_newer_player_are_no_fault(world: World) -> None:
    kids = ["of-another-server", "../../signing-key", "k" * 64]
    asked = {**ASKED, "newer": 1, "kids": kids}

    answer = token(world.visitor(), by_key(world), rebinding=asked)

    assert signed_by(world, answer.get_json()["binding"])


BOX = "A" * 22


def is_good(world: World, answer: Any) -> bool:
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    return world.visitor().get("/api/v1/player/assignment", headers=headers).status_code != 401


@pytest.mark.parametrize("way", [by_code, by_key])
def test_a_box_whose_answer_was_lost_asks_again_and_costs_nothing(world: World, way: Any) -> None:
    grant = way(world)
    notices: list[EnrolmentRefused] = []
    world.core.events.listen(EnrolmentRefused, notices.append)

    lost = token(world.visitor(), grant, box=BOX).get_json()
    again = token(world.visitor(), grant, box=BOX, rebinding=ASKED).get_json()

    assert again["screen_id"] == lost["screen_id"]
    assert (is_good(world, lost), is_good(world, again)) == (False, True)
    assert json.loads(again["binding"]["statement"])["screen"] == lost["screen_id"]
    assert notices == []
    if way is by_key:
        (key,) = sign_in(world, "admin").client.get("/api/v1/enrolment-keys").get_json()["items"]
        assert (key["used"], key["screens"]) == (1, 1)


@pytest.mark.parametrize("way", [by_code, by_key])
@pytest.mark.parametrize("box", ["B" * 22, ""])
def test_another_box_with_the_same_words_is_refused(world: World, way: Any, box: str) -> None:
    grant = way(world)
    first = token(world.visitor(), grant, box=BOX).get_json()

    other = token(world.visitor(), grant, box=box)

    assert other.get_json() == {"error": "expired_token" if way is by_code else "access_denied"}
    assert is_good(world, first)


def test_the_last_use_of_a_key_is_not_lost_with_its_answer(world: World) -> None:
    grant = by_key(world)
    with world.core.config.write() as session:
        session.query(EnrolmentKey).update({"uses": 1})

    answers = [token(world.visitor(), grant, box=BOX).status_code for _ in range(3)]

    assert answers == [200, 200, 200]


def test_a_revoked_box_does_not_come_back_by_its_secret(world: World) -> None:
    grant = by_key(world)
    screen = token(world.visitor(), grant, box=BOX).get_json()["screen_id"]
    sign_in(world, "admin").client.post(f"/api/v1/screens/{screen}/revoke")

    assert token(world.visitor(), grant, box=BOX).get_json() == {"error": "access_denied"}


def test_what_follows_an_enrolment_never_makes_an_error_of_it(world: World) -> None:
    """The database is too busy for the plan: the box is bound, its plan comes with the next's."""
    tries: list[tuple[int, ...]] = []

    def plan(notice: ScreensBound) -> None:
        tries.append(notice.screen_ids)
        if len(tries) == 1:
            raise Busy

    world.core.events.listen(ScreensBound, plan)
    first = token(world.visitor(), by_key(world), box=BOX)
    assert first.status_code == 200
    assert token(world.visitor(), by_code(world), box="C" * 22).status_code == 200

    bound = int(first.get_json()["screen_id"][2:])
    assert tries == [(bound,), (bound, bound + 1)]


@pytest.mark.parametrize("box", ["short", "ä" * 22, "A" * 65, 7])
def test_a_box_that_calls_itself_by_no_secret_is_no_request(world: World, box: Any) -> None:
    answer = token(world.visitor(), by_key(world), box=box)

    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})
