"""The complete document: OpenAPI 3.1."""

from collections import Counter
from typing import Any, Final

from apiflask import APIFlask

from server.foundation.openapi import error_schemas
from server.foundation.openapi.operation import operation
from server.foundation.openapi.routes import Route, models_of, routes_of
from server.foundation.openapi.schemas import Schemas

ABOUT: Final = """JSON in UTF-8. Times are ISO 8601 with offset, ids a letter and an integer.
Lists answer `items` and `next`, the cursor of the next page. Refusals are problem documents
(RFC 9457) in the reader's language: `?lang=zh|en`, else Accept-Language. docs/api.md tells more."""


def _bearer(description: str) -> dict[str, str]:
    return {"type": "http", "scheme": "bearer", "description": description}


def _key(place: str, name: str, description: str) -> dict[str, str]:
    return {"type": "apiKey", "in": place, "name": name, "description": description}


SCHEMES: Final = {
    "token": _bearer("A person's token: `POST /api/v1/tokens`"),
    "session": _key("cookie", "anping_session", "The cookie of `POST /api/v1/session`"),
    "csrf": _key(
        "header", "X-CSRF-Token", "With the cookie, on every change: `csrf_token` of the session"
    ),
    "screen": _bearer("A player's token: `POST /api/v1/player/token`"),
    "files": _key(
        "cookie",
        "anping_files",
        "The cookie that a player's token comes with; it opens files alone",
    ),
}
PARAMETERS: Final[dict[str, Any]] = {
    "IdempotencyKey": {
        "in": "header",
        "name": "Idempotency-Key",
        "schema": {"type": "string", "pattern": "^[!-~]{8,128}$"},
        "description": "Sent again with the same body within 24 hours, the first answer comes "
        "again and nothing is done twice",
        "example": "5f0c1c1e-3a57-4b1c-9a44-0d2d3a0f7b1d",
    },
    "IfMatch": {
        "in": "header",
        "name": "If-Match",
        "schema": {"type": "string"},
        "description": "The ETag of what was read; 412 if somebody changed it since",
    },
    "Read": {
        "in": "header",
        "name": "If-Match",
        "required": True,
        "schema": {"type": "string"},
        "description": "The ETag of what was read, which the verdict is on; 428 without one, 412 "
        "if it is another by now",
    },
    "IfNoneMatch": {
        "in": "header",
        "name": "If-None-Match",
        "schema": {"type": "string"},
        "description": "The ETag that the reader has; 304 if it is still so",
    },
}
RETRY_AFTER: Final = {"schema": {"type": "integer"}, "description": "seconds to wait"}


def document(app: APIFlask, version: str) -> dict[str, Any]:
    """The description of all routes of an app."""
    routes = routes_of(app)
    schemas = Schemas(models_of(routes))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Anping 安屏", "version": version, "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in sorted({route.tag for route in routes})],
        "paths": _paths(routes, schemas),
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": error_schemas.components(),
            "parameters": PARAMETERS,
            "headers": {"Retry-After": RETRY_AFTER},
            "securitySchemes": SCHEMES,
        },
    }


def _paths(routes: list[Route], schemas: Schemas) -> dict[str, Any]:
    often = Counter(route.name for route in routes)
    paths: dict[str, Any] = {}
    for route in routes:
        name = route.name if often[route.name] == 1 else f"{route.name}_{_ending(route)}"
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route, name, schemas)
    return paths


def _ending(route: Route) -> str:
    last = route.path.rpartition("/")[2].partition(".")[0]
    return f"{route.method.lower()}_{last}"
