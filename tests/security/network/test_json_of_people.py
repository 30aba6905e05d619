"""What somebody sends with a credential holds up nobody either: how much is read is the route's
affair, and what it costs is judged on bytes before anything is made of it.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from werkzeug.routing import Rule

from server.foundation.rest import strict_json
from server.foundation.rest.resources import Body
from server.foundation.rest.security_headers import LONG_JSON, SHORT_JSON
from server.foundation.rest.strict_json import APART_BYTES, MOST_PARTS, BadJson, StrictJson
from server.foundation.rest.validation_errors import input_faults
from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
BRACKETS = b"[" + b"[]," * 1_400_000 + b"[]]"
WITHOUT_BODY = {
    "DELETE /api/v1/session", "POST /api/v1/me/second-factor", "POST /api/v1/starter/submit",
    "POST /api/v1/campaigns/starter",
}  # fmt: skip
"""Routes whose body is ignored."""
NO_ROOM_MS = 5.0
"""Longer than that nothing of people's may hold the loop (security.md 27)."""


def of_people(world: World) -> Iterator[tuple[Rule, str, bool]]:
    """Routes that change something: rule, method, whether it takes a long body."""
    views = world.app.view_functions
    for rule in world.app.url_map.iter_rules():
        view = views[rule.endpoint]
        # Uploads are written to disk as they come, batches and beats have limits of their own.
        if "/uploads" in rule.rule or getattr(view, "guard", "") == "screen_only":
            continue
        for method in sorted((rule.methods or set()) & WRITING):
            yield rule, method, hasattr(view, "long_body")


def answered(world: World, rule: Rule, method: str, size: int) -> int:
    path = rule.rule.replace("<", "").replace(">", "").replace("path:", "")
    body = b'{"a": "' + b"x" * size + b'"}'
    client = sign_in(world, "admin").client
    return client.open(path, method=method, data=body, content_type="application/json").status_code


def test_each_route_reads_64_kb_and_those_that_name_thousands_256(world: World) -> None:
    """By the url_map, so that a new one is held to the same."""
    read, unread = [], []
    for rule, method, is_long in of_people(world):
        if f"{method} {rule.rule}" in WITHOUT_BODY:
            continue
        most = LONG_JSON if is_long else SHORT_JSON
        status = answered(world, rule, method, most + 1_000)
        # Some have no such object or no body at all, and answer without reading it.
        if status not in (303, 401, 403, 404, 405, 413, 415, 428):
            read.append(f"{method} {rule.rule}: {status}")
        if is_long and answered(world, rule, method, most - 1_000) == 413:
            unread.append(f"{method} {rule.rule}")

    assert read == [], "\n".join(read)
    assert unread == []
    assert sum(is_long for _, _, is_long in of_people(world)) >= 15


def test_four_megabytes_of_brackets_are_not_read_with_a_session_either(world: World) -> None:
    client = sign_in(world, "admin").client

    for path in ("/api/v1/units", "/api/v1/campaigns", "/api/v1/me"):
        method = "PATCH" if path.endswith("me") else "POST"
        answer = client.open(path, method=method, data=BRACKETS, content_type="application/json")
        assert answer.status_code == 413, (path, answer.status_code)


@pytest.mark.parametrize("part", [b"[],", b"{},", b"0,", b'"",'])
def test_more_parts_than_any_body_has_are_refused_before_anything_is_made_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch, part: bytes
) -> None:
    client = sign_in(world, "admin").client
    text = b"[" + part * (MOST_PARTS + 1) + b"0]"
    assert len(text) < LONG_JSON

    def made(*_: Any, **__: Any) -> None:
        raise AssertionError("something was made of it")

    monkeypatch.setattr(strict_json, "_read", made)
    answer = client.post("/api/v1/campaigns", data=text, content_type="application/json")

    assert (answer.status_code, b"bad_json" in answer.data) == (400, True)


def test_long_bodies_are_read_outside_the_loop_and_short_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apart = []

    def noted(work: Callable[[], Any]) -> Any:
        apart.append(True)
        return work()

    monkeypatch.setattr(strict_json, "run_blocking", noted)
    assert read(b'{"a": 1}') == {"a": 1}
    assert apart == []
    assert len(read(json.dumps(["s_1"] * APART_BYTES).encode())) == APART_BYTES
    assert apart == [True]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/screens/bulk", {"action": "pause", "screen_ids": [1] * 20_000}),
        ("/api/v1/campaigns", {"selector": {"screen_ids": [1] * 5_000, "tags": [1] * 5_000}}),
        ("/api/v1/maintenance", {"until": 1, "venue_ids": [[]] * 5_000}),
        ("/api/v1/units", {f"a{number}": 1 for number in range(4_000)}),
        ("/api/v1/venues", {"extra_hours": {f"{number}": 1 for number in range(900)}}),
        ("/api/v1/lines", {"name": "1", "vehicles": [1] * 900}),
        ("/api/v1/playlists", {"name": "1", "items": [{"a": 1}] * 500}),
    ],
)
def test_of_thousands_of_wrong_values_a_hundred_are_reported_at_most(
    world: World, path: str, body: Any
) -> None:
    """To make a sentence of each would hold up everybody for half a second."""
    answer = sign_in(world, "admin").client.post(path, json=body)

    assert answer.status_code == 422
    assert 1 <= len(answer.get_json()["errors"]) <= 100


WRONG = {"numbers": 1, "lists": [], "objects": {"a": 1, "b": 2}}
MOST_WRONG = 100
"""Errors of pydantic's that are made of one field: of each, some microseconds."""
SIZES = (90, 450, 900, 6_000)


def bodies() -> Iterator[type[Body]]:
    """All forms of bodies that there are."""
    found = [*Body.__subclasses__()]
    while found:
        one = found.pop()
        found += one.__subclasses__()
        if one.__module__.startswith("server."):  # others are of tests
            yield one


def wrong_fields() -> Iterator[tuple[type[Body], dict[str, Any]]]:
    """Each form with one field of up to thousands of wrong values, in a list and by name."""
    values = [[one] * size for one in WRONG.values() for size in SIZES]
    named = [
        {f"{number}": one for number in range(size)} for one in WRONG.values() for size in SIZES
    ]
    for form in bodies():
        for name, field_info in form.model_fields.items():
            yield from ((form, {field_info.alias or name: one}) for one in (*values, *named))


def test_no_field_of_any_body_makes_thousands_of_errors(world: World) -> None:
    """To make them takes pydantic 20 ms, in which nobody else has a turn."""
    many = []
    for form, sent in wrong_fields():
        try:
            form.model_validate(sent)
        except ValidationError as error:
            if error.error_count() > MOST_WRONG:
                many.append(f"{form.__name__}.{next(iter(sent))}: {error.error_count()}")

    assert set(many) == set()


def test_a_duplicate_name_is_still_found() -> None:
    for text in (b'{"a":1,"a":2}', b'[{"b":{"a":1,"c":":","a":2}}]'):
        with pytest.raises(BadJson, match="twice"):
            read(text)


SHAPES = {
    "brackets": b"[]",
    "objects": b"{}",
    "texts": b'""',
    "numbers": b"0",
    "pairs": b'{"a":0}',
    "texts of brackets": b'"[{"',
    "escapes": rb'"\"\\"',
}


@pytest.mark.timed
@pytest.mark.parametrize("shape", SHAPES)
def test_no_body_that_is_read_on_the_loop_takes_five_milliseconds(shape: str) -> None:
    """The largest one, at the depth that is allowed; the best of five, without the collector."""
    deep, one = b"[" * 98, SHAPES[shape] + b","
    text = deep + b"[" + (one * ((APART_BYTES - 200) // len(one))).rstrip(b",") + b"]" + b"]" * 98
    assert len(text) <= APART_BYTES
    took = []
    gc.disable()
    for _ in range(5):
        begun = time.perf_counter()
        read(text)
        took.append(1000 * (time.perf_counter() - begun))
    gc.enable()

    print(f"{shape}: {min(took):.1f} ms")
    assert min(took) < NO_ROOM_MS


@pytest.mark.timed
def test_no_field_of_wrong_values_takes_five_milliseconds(world: World) -> None:
    """The time to find and report the errors; the best of three."""
    slowest: tuple[float, str] = (0.0, "")
    gc.disable()
    for form, sent in wrong_fields():
        took = min(_refusal_ms(form, sent) for _ in range(3))
        slowest = max(slowest, (took, f"{form.__name__}.{next(iter(sent))}"))
    gc.enable()

    print(f"{slowest[1]}: {slowest[0]:.1f} ms")
    assert slowest[0] < NO_ROOM_MS


def _refusal_ms(form: type[Body], sent: dict[str, Any]) -> float:
    begun = time.perf_counter()
    try:
        form.model_validate(sent)
    except ValidationError as error:
        error.errors()  # as the framework asks for them
        input_faults(error.errors(include_url=False), sent)
    return 1000 * (time.perf_counter() - begun)


def read(text: bytes) -> Any:
    return StrictJson.loads(StrictJson.__new__(StrictJson), text)
