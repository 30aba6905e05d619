"""The security headers of every answer."""

from contextlib import closing

import pytest

from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World, make_world

PATHS = ("/login", "/", "/player/", "/api/v1/me", "/api/openapi.json", "/nowhere", "/healthz")
STRICT = {"default-src", "script-src", "style-src", "connect-src", "frame-ancestors"}


def policy(text: str) -> dict[str, set[str]]:
    parts = [part.split() for part in text.split(";")]
    return {name: set(values) for name, *values in parts}


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_no_page_runs_what_isnt_a_file_of_ours(world: World, path: str) -> None:
    with closing(sign_in(world, "admin").client.get(path)) as answer:
        headers = answer.headers

    directives = policy(headers["Content-Security-Policy"])
    assert directives.keys() >= STRICT
    assert (
        directives["default-src"]
        == directives["script-src"]
        == directives["style-src"]
        == {"'self'"}
    )
    assert directives["frame-ancestors"] == {"'self'"}
    assert (directives["object-src"], directives["base-uri"]) == ({"'none'"}, {"'none'"})
    assert directives["connect-src"] == {"'self'", "ws://localhost", "wss://localhost"}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set().union(
        *directives.values()
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_behind_tls_browsers_get_hsts(world: World) -> None:
    visitor = world.visitor()

    over_tls = visitor.get("/login", base_url="https://localhost").headers
    plain = visitor.get("/login", base_url="http://localhost").headers

    assert over_tls["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain


def test_a_proxy_is_trusted_only_where_the_operator_has_set_one(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    behind = make_world(tmp_path_factory.mktemp("behind"), trusted_proxies=1)

    assert "Strict-Transport-Security" in behind.visitor().get("/login", headers=forwarded).headers
    assert (
        "Strict-Transport-Security" not in world.visitor().get("/login", headers=forwarded).headers
    )


def test_what_the_api_answers_is_kept_by_nobody(world: World) -> None:
    assert sign_in(world).client.get("/api/v1/me").headers["Cache-Control"] == "no-store"


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    sign_in(world, "admin", username="wang")
    body = {"username": "wang", "password": PASSWORD}

    answer = world.visitor().post("/api/v1/session", json=body, base_url="https://localhost")

    cookies = answer.headers.getlist("Set-Cookie")
    assert [one.partition("=")[0] for one in cookies] == ["anping_session"]
    assert {"HttpOnly", "Secure", "SameSite=Strict"} <= set(cookies[0].split("; "))
