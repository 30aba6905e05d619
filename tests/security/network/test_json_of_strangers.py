"""What somebody sends before he has shown who he is costs the server next to nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.rest.security_headers import STRANGERS_BODY
from server.foundation.rest.strict_json import MOST_LEVELS, BadJson, StrictJson, is_too_deep
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World

OPEN = (
    "/api/v1/session",
    "/api/v1/session/code",
    "/api/v1/player/pairing",
    "/api/v1/player/token",
    "/v/0123456789abcdef/pause",
    "/v/0123456789abcdef/resume",
)
JSON = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("credential", [None, "anp_nobody", "ans_nobody"])
def test_more_than_64_kb_without_a_credential_is_not_read(
    world: World, path: str, credential: str | None
) -> None:
    headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
    body = b"[" + b"[]," * (STRANGERS_BODY // 3) + b"[]]"

    answer = world.visitor().post(path, data=body, content_type="application/json", headers=headers)

    assert answer.status_code == 413, answer.text


def test_every_route_without_a_credential_is_among_those_or_reads_nothing(world: World) -> None:
    """So that a new one is held to the same."""
    body = b'{"a": "' + b"x" * STRANGERS_BODY + b'"}'
    read = []
    for rule in world.app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            path = rule.rule.replace("<", "").replace(">", "").replace("path:", "")
            answer = world.visitor().open(
                path, method=method, data=body, content_type="application/json"
            )
            if answer.status_code not in (303, 401, 403, 404, 405, 413, 415):
                read.append(f"{method} {rule.rule}: {answer.status_code}")

    assert read == []


def test_who_has_a_credential_may_send_more(world: World) -> None:
    many = {"screen_ids": [make_screen(world).public_id] * 12_000, "action": "pause"}
    assert len(json.dumps(many)) > STRANGERS_BODY

    answer = sign_in(world, "admin").client.post("/api/v1/screens/bulk", json=many)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 3_000 + b"]" * 3_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"[" * 101 + b"]" * 101,
        b"[[]," * 101 + b"0" + b"]" * 101,
        b'[{"a": [{}]},' * 98 + b"0" + b"]" * 98,
        b"[" * 3_000,
    ],
)
def test_depth_is_judged_before_anything_is_made_of_it(text: bytes) -> None:
    assert is_too_deep(text)
    with pytest.raises(BadJson, match="levels deep"):
        StrictJson.loads(StrictJson.__new__(StrictJson), text)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100 + b"]" * 100,
        b'["' + b"[" * 500 + b'"]',
        rb'["\"' + b"[" * 500 + b'"]',
        rb'["\\", "' + b"{" * 500 + rb'\""]',
        b"]" * 500,
        b'"' + rb"\"" * 30_000,
        b'"' * 60_001,
        b"[]," * 20_000,
    ],
)
def test_brackets_in_texts_and_beside_each_other_are_not_depth(text: bytes) -> None:
    assert not is_too_deep(text)


@pytest.mark.slow
@given(JSON)
def test_shallow_json_is_not_refused_as_deep(value: object) -> None:
    assert not is_too_deep(json.dumps(value).encode())
    wrapped = b"[" * MOST_LEVELS + json.dumps([value]).encode() + b"]" * MOST_LEVELS
    assert is_too_deep(wrapped)
