"""Bearer tokens: for programs, shown once, ended by their owner, an end date or a new password."""

from datetime import datetime
from typing import Any

import pytest

from server.accounts.models import ApiToken
from tests.support.app.clock import HOUR_MS
from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World

SOON = "2026-11-24T10:00:00+08:00"


def make(person: Person, **body: Any) -> Any:
    return person.client.post("/api/v1/tokens", json={"name": "脚本", **body})


def who(world: World, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return world.visitor().get("/api/v1/me", headers=headers).status_code


def test_a_token_opens_what_its_owner_may_open(world: World) -> None:
    answer = make(sign_in(world))

    assert answer.status_code == 201
    assert who(world, answer.get_json()["token"]) == 200


def test_a_token_is_shown_once_and_stored_as_a_hash(world: World) -> None:
    wang = sign_in(world)
    made = make(wang).get_json()

    listed = wang.client.get("/api/v1/tokens").get_json()["items"]

    assert [(one["id"], one["name"]) for one in listed] == [(made["id"], "脚本")]
    assert "token" not in listed[0]
    with world.core.config.read() as session:
        assert session.query(ApiToken).one().secret_hash not in made["token"]


def test_a_token_ends_at_its_end(world: World) -> None:
    assert datetime.fromisoformat(SOON).timestamp() * 1000 == world.clock.now_ms() + HOUR_MS
    token = make(sign_in(world), expires_at=SOON).get_json()["token"]
    assert who(world, token) == 200

    world.clock.forward(HOUR_MS)

    assert who(world, token) == 401


@pytest.mark.parametrize("end", ["2026-11-24T08:00:00+08:00", "2026-11-24T10:00:00"])
def test_an_end_in_the_past_or_without_an_offset_is_refused(world: World, end: str) -> None:
    answer = make(sign_in(world), expires_at=end)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/expires_at"


def test_a_deleted_token_opens_nothing(world: World) -> None:
    wang = sign_in(world)
    made = make(wang).get_json()

    assert wang.client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204

    assert who(world, made["token"]) == 401


def test_nobody_deletes_the_token_of_another(world: World) -> None:
    wang, stranger = sign_in(world), sign_in(world, "admin")
    made = make(wang).get_json()

    foreign = stranger.client.delete(f"/api/v1/tokens/{made['id']}")
    missing = stranger.client.delete("/api/v1/tokens/o_999")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data
    assert who(world, made["token"]) == 200


def test_an_invented_token_opens_nothing(world: World) -> None:
    assert who(world, "anp_invented") == 401
    assert who(world, "") == 401


@pytest.mark.slow
def test_a_new_password_ends_tokens_and_other_sessions(world: World) -> None:
    wang = sign_in(world, username="wang")
    token = make(wang).get_json()["token"]
    elsewhere = world.visitor()
    elsewhere.post("/api/v1/session", json={"username": "wang", "password": PASSWORD})

    answer = wang.client.patch(
        "/api/v1/me", json={"password": "another-horse-8", "current_password": PASSWORD}
    )

    assert answer.status_code == 200
    assert wang.client.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert who(world, token) == 401


def test_a_new_password_needs_the_current_one(world: World) -> None:
    wang = sign_in(world, username="wang")

    for body in ({}, {"current_password": "wrong-horse-7"}):
        answer = wang.client.patch("/api/v1/me", json={"password": "another-horse-8", **body})
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"] == "/current_password"


def test_people_choose_their_language(world: World) -> None:
    wang = sign_in(world)

    wang.client.patch("/api/v1/me", json={"language": "en"})

    assert wang.client.get("/api/v1/nothing").get_json()["title"].startswith("There is nothing")
