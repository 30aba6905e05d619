"""One operation of the description."""

from typing import Any, Final

from server.foundation.openapi.body_examples import FORMS, HEADERS
from server.foundation.openapi.error_schemas import problem_content, refused
from server.foundation.openapi.examples import EXAMPLES
from server.foundation.openapi.routes import BY_HAND, UPLOADS, Route
from server.foundation.openapi.schemas import Schemas
from server.foundation.public_ids import LETTERS
from server.foundation.rest.responses import ResponseSpec

Security = list[dict[str, list[str]]]

PERSON: Final[Security] = [{"token": []}, {"session": []}]
PERSON_WRITING: Final[Security] = [{"token": []}, {"session": [], "csrf": []}]
SCREEN: Final[Security] = [{"screen": []}]
ID_KINDS: Final = {f"{kind}_id": kind for kind in LETTERS} | {"key_id": "enrolment_key"}
OTHER_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "day": {"type": "string", "format": "date", "examples": ["2026-12-24"]},
    "upload": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "boot": {"type": "string", "minLength": 1, "maxLength": 64},
}


def operation(route: Route, name: str, schemas: Schemas) -> dict[str, Any]:
    """The operation object."""
    summary, description = route.words
    found: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "tags": [route.tag],
        "parameters": _parameters(route, schemas),
        "responses": _responses(route, schemas),
        "security": _security(route),
    }
    if description:
        found["description"] = description
    body = _body(route, schemas)
    if body is not None:
        found["requestBody"] = body
    return found


def _security(route: Route) -> Security:
    if route.name == "get_file":
        return [*PERSON, *SCREEN, {"files": []}]
    if route.guard == "open":
        return []
    if route.guard == "screen_only":
        return SCREEN
    return PERSON if route.method in {"GET", "HEAD"} else PERSON_WRITING


def _parameters(route: Route, schemas: Schemas) -> list[dict[str, Any]]:
    found = [_in_path(name) for name in route.parameters]
    for model in route.query:
        found += schemas.parameters(model)
    found += HEADERS.get(route.name, [])
    if route.takes_key:
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if route.takes_if_match:
        name = "Read" if route.needs_if_match else "IfMatch"
        found.append({"$ref": f"#/components/parameters/{name}"})
    if _is_tagged(route):
        found.append({"$ref": "#/components/parameters/IfNoneMatch"})
    return found


def _in_path(name: str) -> dict[str, Any]:
    kind = ID_KINDS.get(name)
    schema = OTHER_PARAMETERS.get(name) or {
        "type": "string",
        "pattern": f"^{LETTERS[kind or 'unit']}_[0-9]{{1,15}}$",
        "examples": [f"{LETTERS[kind or 'unit']}_1"],
    }
    return {"in": "path", "name": name, "required": True, "schema": schema}


def _body(route: Route, schemas: Schemas) -> dict[str, Any] | None:
    if route.name in FORMS:
        return {"required": True, "content": FORMS[route.name]}
    if route.body is None:
        return None
    content: dict[str, Any] = {"schema": schemas.of(route.body)}
    if route.name in EXAMPLES:
        content["example"] = EXAMPLES[route.name]
    needs = any(field.is_required() for field in route.body.model_fields.values())
    return {"required": needs, "content": {"application/json": content}}


def _responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    found = {
        str(response.status): _answer(route, response, schemas) for response in route.responses
    }
    if _is_tagged(route):
        found["304"] = {"description": "It is as the reader knows it (If-None-Match)"}
    if route.name in BY_HAND:
        # 400 is a response of its own there; a malformed Host has a problem document.
        found["400"]["content"] |= problem_content()
    for status in sorted(_refusals(route)):
        found.setdefault(str(status), refused(status))
    return dict(sorted(found.items()))


def _answer(route: Route, response: ResponseSpec, schemas: Schemas) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": response.description or _word(response)}
    if response.model is not None:
        answer["content"] = {response.media_type: {"schema": schemas.of(response.model)}}
    elif response.status in {200, 206} and route.method != "HEAD":
        answer["content"] = {response.media_type: {"schema": {}}}
    headers = dict.fromkeys(response.headers)
    if response.model is not None and (_is_tagged(route) or route.takes_if_match):
        headers["ETag"] = None
    if headers:
        answer["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return answer


def _word(response: ResponseSpec) -> str:
    if response.model is None:
        return "Done"
    return (response.model.__doc__ or "Done").partition("\n")[0].rstrip(".")


def _is_tagged(route: Route) -> bool:
    """Whether its JSON answers carry an ETag and may be 304."""
    return route.method == "GET" and any(response.model is not None for response in route.responses)


def _refusals(route: Route) -> set[int]:
    found = {400, 500, 503, *route.also_refuses}
    if route.guard != "open" or route.name == "get_file":
        found.add(401)
    if route.guard == "screen_only":
        found.add(429)
    if route.for_people:
        found.add(403)
    if route.name in {"sign_in", "sign_in_by_code"}:
        found |= {401, 403, 429}
    if route.parameters or (route.for_people and (route.body or route.query)):
        found.add(404)  # also for ids outside the scope in a body or query
    if route.body or route.query or route.name in UPLOADS:
        found.add(422)
    if route.method not in {"GET", "HEAD"}:
        found |= {413}
    if route.body and route.guard != "screen_only":
        found |= {415}
    return found | _by_state(route)


def _by_state(route: Route) -> set[int]:
    """The statuses that depend on the object's state."""
    found = set()
    if route.for_people and (route.writes or route.name in {"seat", "explain", "now"}):
        found.add(409)
    if route.name in {"check_campaign", "check_fields", "get_picture", "preview_slide"}:
        found |= {409, 422}
    if route.takes_if_match:
        found.add(412)
    if route.needs_if_match:
        found.add(428)
    if route.takes_key:
        found.add(422)
    return found
