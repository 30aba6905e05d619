"""A page of another site can't make a signed-in browser change anything here."""

from typing import Any

import pytest

from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World

FOREIGN = "https://elsewhere.example"


@pytest.fixture
def send(world: World) -> Any:
    """Posts as a signed-in person, with any headers."""
    wang = sign_in(world, "admin", username="wang")
    environment = wang.client.environ_base
    token = environment.pop("HTTP_X_CSRF_TOKEN")
    environment.pop("HTTP_ORIGIN")

    def post(path: str = "/api/v1/units", right_token: bool = True, **headers: str) -> Any:
        sent = {"X-CSRF-Token": token} if right_token else {}
        return wang.client.post(path, json={"name": "新单位"}, headers={**sent, **headers})

    return post


def test_with_the_token_and_our_own_origin_it_works(send: Any) -> None:
    assert send(Origin="http://localhost").status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/units", "/api/v1/nowhere", "/api/v1/users/p_999"])
def test_without_the_token_it_is_refused_before_anything_else(send: Any, path: str) -> None:
    answer = send(path, right_token=False, Origin="http://localhost")

    assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf")


def test_a_wrong_token_is_refused(send: Any) -> None:
    headers = {"X-CSRF-Token": "guessed", "Origin": "http://localhost"}

    assert send(right_token=False, **headers).status_code == 403


@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://localhost.evil.example", "http://["])
def test_a_wrong_origin_is_refused(send: Any, origin: str) -> None:
    assert send(Origin=origin).status_code == 403


def test_a_missing_origin_is_refused(send: Any) -> None:
    assert send().status_code == 403


def test_reading_needs_neither(world: World) -> None:
    wang = sign_in(world, "admin")
    wang.client.environ_base.clear()

    assert wang.client.get("/api/v1/units", base_url="http://localhost").status_code == 200


def test_a_bearer_token_needs_neither(world: World) -> None:
    wang = sign_in(world, "admin")
    token = wang.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()["token"]

    answer = world.visitor().post(
        "/api/v1/units", json={"name": "新单位"}, headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 201


def test_a_session_that_has_ended_still_needs_a_token_and_our_origin(world: World) -> None:
    browser = world.visitor()
    browser.set_cookie("anping_session", "long-gone")

    assert browser.post("/api/v1/units", json={}).status_code == 403
    with_both = {"X-CSRF-Token": "old", "Origin": "http://localhost"}
    assert browser.post("/api/v1/units", json={}, headers=with_both).status_code == 401


@pytest.mark.slow
@pytest.mark.parametrize("cookie", ["ended", "live"])
def test_signing_in_again_needs_no_token(world: World, cookie: str) -> None:
    sign_in(world, username="wang")
    browser = sign_in(world, username="li").client if cookie == "live" else world.visitor()
    if cookie == "ended":
        browser.set_cookie("anping_session", "long-gone")
    browser.environ_base.pop("HTTP_X_CSRF_TOKEN", None)
    browser.environ_base.pop("HTTP_ORIGIN", None)

    answer = browser.post("/api/v1/session", json={"username": "wang", "password": PASSWORD})

    assert answer.status_code == 200
    assert browser.get("/api/v1/me").get_json()["username"] == "wang"


def test_a_foreign_page_cannot_sign_a_browser_in(world: World) -> None:
    sign_in(world, username="wang")

    answer = world.visitor().post(
        "/api/v1/session",
        json={"username": "wang", "password": PASSWORD},
        headers={"Origin": FOREIGN},
    )

    assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf")


def test_a_foreign_page_cannot_sign_a_browser_out(world: World) -> None:
    wang = sign_in(world)
    wang.client.environ_base.pop("HTTP_X_CSRF_TOKEN")

    assert wang.client.delete("/api/v1/session").status_code == 403
    assert wang.client.get("/api/v1/me").status_code == 200


def test_a_player_in_a_browser_that_is_signed_in_asks_for_its_code_like_any_other(
    world: World,
) -> None:
    wang = sign_in(world, "publicity")
    wang.client.environ_base.clear()

    asked = wang.client.post("/api/v1/player/pairing", json={}, headers={"Origin": FOREIGN})
    polled = wang.client.post(
        "/api/v1/player/token",
        json={
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": asked.json["device_code"],
        },
    )

    assert (asked.status_code, asked.json["user_code"][4]) == (201, "-")
    assert (polled.status_code, polled.json["error"]) == (400, "authorization_pending")
