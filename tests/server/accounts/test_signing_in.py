"""Signing in opens a session that the server ends: by hand, after 30 idle minutes, after 12 h."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.accounts.models import User, UserSession
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World, make_world

pytestmark = pytest.mark.slow


def enter(client: FlaskClient, username: str, password: str = PASSWORD, **more: Any) -> Any:
    body = {"username": username, "password": password}
    return client.post("/api/v1/session", json=body, **more)


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity", username="wang")


def test_the_right_password_gives_a_cookie_and_a_token(world: World, wang: Person) -> None:
    browser = world.visitor()

    answer = enter(browser, "wang")

    assert answer.status_code == 200
    assert answer.get_json()["csrf_token"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("anping_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert browser.get("/api/v1/me").get_json()["username"] == "wang"


def test_over_https_the_cookie_is_secure(world: World, wang: Person) -> None:
    answer = enter(world.visitor(), "wang", base_url="https://localhost")

    assert "Secure" in answer.headers["Set-Cookie"]


def test_only_a_hash_of_the_cookie_is_stored(world: World, wang: Person) -> None:
    browser = world.visitor()
    enter(browser, "wang")
    cookie = browser.get_cookie("anping_session")
    assert cookie is not None

    with world.core.config.read() as session:
        stored = [row.secret_hash for row in session.query(UserSession)]

    assert cookie.value not in stored
    assert all(len(one) == 64 for one in stored)


@pytest.mark.parametrize(
    ("username", "password"), [("wang", "wrong-horse-7"), ("nobody", PASSWORD)]
)
def test_wrong_passwords_and_unknown_people_get_the_same_answer(
    world: World, wang: Person, username: str, password: str
) -> None:
    answer = enter(world.visitor(), username, password)

    assert answer.status_code == 401
    assert answer.get_json()["code"] == "sign_in_failed"
    assert answer.get_json()["detail"].startswith("用户名或密码不正确")


def test_a_disabled_person_cannot_sign_in_and_has_no_session_any_more(
    world: World, wang: Person
) -> None:
    with world.core.config.write() as session:
        session.get_one(User, wang.user_id).disabled = True

    assert enter(world.visitor(), "wang").status_code == 401
    assert wang.client.get("/api/v1/me").status_code == 401


def test_signing_out_ends_the_session_at_the_server(world: World, wang: Person) -> None:
    cookie = wang.client.get_cookie("anping_session")
    assert cookie is not None

    assert wang.client.delete("/api/v1/session").status_code == 204

    thief = world.visitor()
    thief.set_cookie("anping_session", cookie.value)
    assert thief.get("/api/v1/me").status_code == 401


def test_a_session_ends_after_thirty_idle_minutes(world: World, wang: Person) -> None:
    world.clock.forward(29 * MINUTE_MS)
    assert wang.client.get("/api/v1/me").status_code == 200

    world.clock.forward(29 * MINUTE_MS)
    assert wang.client.get("/api/v1/me").status_code == 200

    world.clock.forward(30 * MINUTE_MS)
    assert wang.client.get("/api/v1/me").status_code == 401


def test_a_busy_session_ends_after_twelve_hours(world: World, wang: Person) -> None:
    for _ in range(35):
        world.clock.forward(20 * MINUTE_MS)
        assert wang.client.get("/api/v1/me").status_code == 200

    world.clock.forward(12 * HOUR_MS - 35 * 20 * MINUTE_MS)

    assert wang.client.get("/api/v1/me").status_code == 401


def test_the_time_of_last_use_is_written_at_most_once_a_minute(world: World, wang: Person) -> None:
    start = world.clock.now_ms()
    world.clock.forward(59_000)
    wang.client.get("/api/v1/me")
    assert seen_at(world) == start

    world.clock.forward(1_000)
    wang.client.get("/api/v1/me")
    assert seen_at(world) == start + 60_000


def test_wrong_passwords_wait_longer_and_longer(world: World, wang: Person) -> None:
    browser = world.visitor()
    for _ in range(3):
        assert enter(browser, "wang", "wrong-horse-7").status_code == 401

    refused = enter(browser, "wang")

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "2"
    world.clock.forward(2_000)
    assert enter(browser, "wang", "wrong-horse-7").status_code == 401
    assert enter(browser, "wang").headers["Retry-After"] == "4"
    world.clock.forward(4_000)
    assert enter(browser, "wang").status_code == 200


def test_unknown_names_wait_just_as_long(world: World) -> None:
    browser = world.visitor()
    for _ in range(3):
        enter(browser, "nobody")

    assert enter(browser, "nobody").status_code == 429


def test_wrong_passwords_from_elsewhere_hold_nobody_up(world: World, wang: Person) -> None:
    for _ in range(4):
        enter(world.visitor(), "wang", "wrong-horse-7", environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert enter(world.visitor(), "wang").status_code == 200


def test_a_right_password_forgets_the_wrong_ones_before(world: World, wang: Person) -> None:
    browser = world.visitor()
    for _ in range(2):
        enter(browser, "wang", "wrong-horse-7")
    enter(world.visitor(), "wang")

    for _ in range(3):
        assert enter(world.visitor(), "wang", "wrong-horse-7").status_code == 401


@pytest.mark.usefixtures("full_cost")
def test_an_old_hash_is_renewed_at_sign_in(world: World, wang: Person) -> None:
    enter(world.visitor(), "wang")

    with world.core.config.read() as session:
        stored = session.get_one(User, wang.user_id).password_hash

    assert stored.startswith("$argon2id$v=19$m=65536,")
    assert enter(world.visitor(), "wang").status_code == 200


def test_sessions_survive_a_restart(tmp_path: Any) -> None:
    before = make_world(tmp_path)
    li = sign_in(before, "publicity")
    cookie = li.client.get_cookie("anping_session")
    assert cookie is not None

    after = make_world(tmp_path)
    browser = after.visitor()
    browser.set_cookie("anping_session", cookie.value)

    assert browser.get("/api/v1/me").status_code == 200


def test_the_profile_names_the_roles(world: World, wang: Person) -> None:
    answer = wang.client.get("/api/v1/session").get_json()

    assert answer["user"]["roles"] == [{"role": "publicity", "unit_id": f"u_{wang.unit_id}"}]
    assert answer["csrf_token"]


@pytest.mark.parametrize(
    "body", [{}, {"username": "wang"}, {"username": 1, "password": 2}, [], "x"]
)
def test_a_sign_in_that_is_none_is_explained(world: World, body: Any) -> None:
    answer = world.visitor().post("/api/v1/session", json=body)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def seen_at(world: World) -> int:
    with world.core.config.read() as session:
        return session.query(UserSession).one().seen_at
