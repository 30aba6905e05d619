"""The problem documents of each kind of route, independent of its view."""

from typing import Any, Final

from server.foundation.rest.problem_texts import code_of, sentence_of

PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
NAMES: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "TooLarge",
    415: "UnsupportedMediaType",
    416: "RangeNotSatisfiable",
    422: "Invalid",
    423: "Locked",
    428: "PreconditionRequired",
    429: "TooMany",
    500: "Internal",
    503: "Busy",
    507: "StorageFull",
}
MEANINGS: Final = {
    409: "The object's state doesn't allow it; `detail` says what to do instead.",
    412: "Somebody changed it since it was read (If-Match): read it again.",
    428: "No If-Match: a verdict is on what was read, so read it and send its ETag.",
    500: "Something broke on the server, and was logged.",
    503: "The server can't do it right now; nothing was changed: come again.",
    507: "There is no room on the disk.",
}
WAITS: Final = frozenset({423, 429, 503})


def components() -> dict[str, Any]:
    """All of them, to be referenced."""
    return {NAMES[status]: _response(status) for status in sorted(NAMES)}


def refused(status: int) -> dict[str, Any]:
    """A reference to one."""
    return {"$ref": f"#/components/responses/{NAMES[status]}"}


def problem_content() -> dict[str, Any]:
    """The content of a problem document."""
    return {"application/problem+json": {"schema": PROBLEM}}


def _response(status: int) -> dict[str, Any]:
    meaning = MEANINGS.get(status) or sentence_of(status).en
    text = sentence_of(status).zh
    example = {
        "type": f"urn:anping:problem:{code_of(status)}",
        "title": text,
        "status": status,
        "detail": text,
        "code": code_of(status),
        "errors": [],
    }
    content = {"schema": PROBLEM} if status in MEANINGS else {"schema": PROBLEM, "example": example}
    answer: dict[str, Any] = {
        "description": meaning,
        "content": {"application/problem+json": content},
    }
    if status in WAITS:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    if status == 405:
        answer["headers"] = {"Allow": {"schema": {"type": "string"}}}
    return answer
