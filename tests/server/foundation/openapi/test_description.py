"""The API's description is generated from the routes, complete and with their docstrings."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from server.foundation.openapi.routes import METHODS
from server.foundation.rest.validation_messages import PATTERNS
from tests.support.app.world import World

pytestmark = pytest.mark.slow

# Files and texts for machines; everything else is JSON with a schema.
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {"*/*", "image/png", "image/*", "text/csv", "application/x-ndjson", "application/zip"}
WITHOUT_SCHEMA = FILES | {WORKBOOK}
FOR_MACHINES = {"^[0-9a-f]{64}$"}


@pytest.fixture
def spec(world: World) -> dict[str, Any]:
    answer = world.visitor().get("/api/openapi.json")
    found: dict[str, Any] = answer.get_json()
    return found


def operations(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_of_the_api_is_described(world: World, spec: dict[str, Any]) -> None:
    routes = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(("/api/v1/", "/files/", "/manifests/")) and method in METHODS
        if method != "HEAD" or "GET" not in (rule.methods or ())
    }

    assert set(operations(spec)) == routes


def test_every_default_is_a_value_that_may_be_sent(spec: dict[str, Any]) -> None:
    """As OpenAPI 3.1 wants it of each schema object (JSON Schema 2020-12)."""
    impossible, checked = [], 0
    for path, schema in _schemas_with_default(spec):
        checked += 1
        rest = {name: value for name, value in schema.items() if name != "default"}
        whole = {**rest, "components": spec["components"]}
        if not jsonschema_rs.Draft202012Validator(whole).is_valid(schema["default"]):
            impossible.append(f"{path}: {schema['default']!r}")

    assert impossible == [], "\n".join(impossible)
    assert checked > 300


def test_every_schema_is_one_of_json_schema(spec: dict[str, Any]) -> None:
    for name, schema in spec["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name


def _schemas_with_default(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if "default" in node and not path.endswith("/properties"):
            yield path, node
        for name, value in node.items():
            yield from _schemas_with_default(value, f"{path}/{name}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _schemas_with_default(value, f"{path}/{place}")


def test_every_operation_describes_its_answers(spec: dict[str, Any]) -> None:
    silent = []
    for name, operation in operations(spec).items():
        good = {status: one for status, one in operation["responses"].items() if status < "300"}
        described = all(
            status == "204"
            or _in_headers(name, one)
            or _bodies(one) & WITHOUT_SCHEMA
            or _schema(one)
            for status, one in good.items()
        )
        if not good or not described:
            silent.append(name)

    assert [one for one in silent if "xlsx" not in one and "manifests" not in one] == []


def _in_headers(name: str, response: dict[str, Any]) -> bool:
    """The resumable uploads answer by headers alone."""
    of_uploads = name in {"POST /api/v1/uploads", "HEAD /api/v1/uploads/{upload}"}
    return of_uploads and "Upload-Expires" in response["headers"] and not _bodies(response)


def _bodies(response: dict[str, Any]) -> set[str]:
    return set(response.get("content", {}))


def _schema(response: dict[str, Any]) -> Any:
    return response["content"].get("application/json", {}).get("schema")


def test_every_operation_has_a_name_of_its_own_and_a_summary(spec: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(spec).values()]

    assert len(names) == len(set(names))
    assert all(operation["summary"] for operation in operations(spec).values())


def test_every_refusal_is_a_problem_document(spec: dict[str, Any]) -> None:
    others = [
        f"{name} {status}"
        for name, operation in operations(spec).items()
        for status, one in operation["responses"].items()
        if status >= "400" and "$ref" not in one
    ]

    assert others == ["POST /api/v1/player/token 400"]
    for response in spec["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("deed", ["confirm", "recovery-codes", "turn-off"])
def test_the_wait_after_wrong_codes_is_described(spec: dict[str, Any], deed: str) -> None:
    assert "429" in operations(spec)[f"POST /api/v1/me/second-factor/{deed}"]["responses"]


def test_people_sign_in_with_a_token_or_a_cookie_and_its_token_against_forgery(
    spec: dict[str, Any],
) -> None:
    reading = spec["paths"]["/api/v1/units"]["get"]["security"]
    writing = spec["paths"]["/api/v1/units"]["post"]["security"]

    assert reading == [{"token": []}, {"session": []}]
    assert writing == [{"token": []}, {"session": [], "csrf": []}]
    assert spec["paths"]["/api/v1/player/beat"]["post"]["security"] == [{"screen": []}]
    assert spec["paths"]["/api/v1/session"]["post"]["security"] == []


def test_no_two_schemas_share_a_name(spec: dict[str, Any]) -> None:
    assert [name for name in spec["components"]["schemas"] if "__" in name] == []


def test_bodies_are_strict_and_answers_leave_room(spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]

    assert schemas["UnitBody"]["additionalProperties"] is False
    assert schemas["TargetBody"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["Unit"]


def test_every_pattern_has_a_sentence_for_people(spec: dict[str, Any]) -> None:
    components = spec["components"]["schemas"].items()
    bodies = [one for name, one in components if name.endswith(("Body", "Changes"))]
    parameters = [
        one
        for operation in operations(spec).values()
        for one in operation["parameters"]
        if one.get("in") == "query"
    ]

    assert set(_patterns([bodies, parameters])) - FOR_MACHINES - set(PATTERNS) == set()


def _patterns(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
        return own + [one for part in value.values() for one in _patterns(part)]
    return [one for part in value for one in _patterns(part)] if isinstance(value, list) else []


def test_it_is_there_for_anyone_and_only_sent_when_it_changed(world: World) -> None:
    first = world.visitor().get("/api/openapi.json")

    again = world.visitor().get(
        "/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (first.get_json()["openapi"], again.status_code) == ("3.1.0", 304)
