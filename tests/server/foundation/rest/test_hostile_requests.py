"""Requests that no client of ours would send are refused with a 4xx, never a 5xx."""

from typing import Any

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World

DEEP = b"[" * 200_000
DEEP_HOURS = b'{"name":"a","kind":"bank","hours":' + b'{"1":' * 100_000 + b"1" + b"}" * 100_001


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("units", DEEP),
        ("venues", DEEP_HOURS),
        ("units", b'{"name":"\\ud800"}'),
        ("units", b'{"name":"a\\u0000b"}'),
        ("units", b'{"name":"\xff"}'),
        ("units", b'{"name":' + b"9" * 5_000 + b"}"),
        ("units", b'{"name":"a","parent_id":"u_99999999999999999999"}'),
        ("venues", b'{"name":"a","kind":"bank","lat":NaN,"lon":1e999,"own_share":NaN}'),
        ("tokens", b'{"name":"a","expires_at":"9999-12-31T23:59:59Z"}'),
        ("tokens", b'{"name":"a","expires_at":"0001-01-01T00:00:00+14:00"}'),
        ("tokens", b'{"name":"a","expires_at":99999999999}'),
        ("session", DEEP),
        ("session", b'{"username":"' + b"x" * 100_000 + b'","password":"y"}'),
        ("player/pairing", DEEP),
        ("player/pairing", b'{"size":{"width":1e400,"height":-1}}'),
        ("player/token", DEEP),
    ],
)
def test_bodies(world: World, path: str, body: bytes) -> None:
    admin = sign_in(world, "admin")

    answer = admin.client.post(f"/api/v1/{path}", data=body, content_type="application/json")

    assert 400 <= answer.status_code < 500


def test_a_backslash_before_u0000_is_no_nul(world: World) -> None:
    admin = sign_in(world, "admin")

    answer = admin.client.post("/api/v1/units", json={"name": "a\\u0000"})

    assert answer.get_json()["name"] == "a\\u0000"


@pytest.mark.parametrize("path", ["units", "session", "player/token", "nowhere"])
def test_a_body_too_large_is_not_read(world: World, path: str) -> None:
    answer = sign_in(world, "admin").client.post(
        f"/api/v1/{path}", data=b" " * (4 * 1024 * 1024 + 1), content_type="application/json"
    )

    assert answer.status_code in {400, 404, 413}
    assert answer.status_code != 400 or path == "player/token"


@pytest.mark.parametrize(
    "path",
    ["units?q=%00", "units?q=%ff", "units/u_%00", "units/%ff", "units?cursor=-1", "units?limit=0"],
)
def test_addresses(world: World, path: str) -> None:
    answer = sign_in(world, "admin").client.get(f"/api/v1/{path}")

    assert answer.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer anp_\xff"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic eDp5"},
        {"Cookie": "anping_session=\xff"},
        {"Cookie": "anping_session=" + "x" * 5_000},
        {"If-Match": "\xff"},
    ],
)
def test_headers(world: World, headers: Any) -> None:
    assert world.visitor().get("/api/v1/me", headers=headers).status_code == 401


def test_a_form_with_nul_is_refused_in_words(world: World) -> None:
    answer = world.visitor().post("/login", data={"username": "a\0b", "password": "x"})

    assert 400 <= answer.status_code < 500
