"""The HTTP edge: errors under /api/ become application/problem+json, others a page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, g, json, render_template, request
from flask_babel import get_locale
from gunicorn.http.errors import ParseException
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from server.foundation.errors import AnpingError, Fault, StorageFull
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problem_texts import code_of, sentence_of
from server.foundation.rest.validation_errors import input_faults
from server.foundation.storage.reserve import is_full

log = structlog.get_logger(__name__)

DEFAULT: Final = "zh_CN"
FOR_PROGRAMS: Final = ("/api/", "/files/", "/manifests/")
# The problem document has its own.
_OF_THE_PAGE: Final = frozenset({"content-type", "content-length"})
Headers = Iterable[tuple[str, str]]


def language() -> str:
    """The language tag of this request, cached, as large pages ask for it thousands of times."""
    try:
        found: str = g.chosen_language
    except AttributeError:
        found = g.chosen_language = str(get_locale() or DEFAULT)
    except RuntimeError:  # outside of any request
        return DEFAULT
    return found


def init_problems(app: APIFlask) -> None:
    """Register the error handlers."""
    app.error_processor(_from_apiflask)
    app.register_error_handler(AnpingError, _from_domain)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(ParseException, _from_broken_body)
    app.register_error_handler(Exception, _from_surprise)


def _from_domain(error: AnpingError) -> Response:
    retry = error.retry_after_s
    headers = () if retry is None else (("Retry-After", str(retry)),)
    return _answer(error.problem(language()), headers)


def _from_apiflask(error: HTTPError) -> Response:
    return _answer(_plain(error.status_code, _faults(error)))


def _from_http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value] # werkzeug gives one for every HTTPException
    kept = [(name, text) for name, text in error.get_headers() if name.lower() not in _OF_THE_PAGE]
    return _answer(_plain(error.code or 500), kept)


def _from_broken_body(_error: ParseException) -> Response:
    """The chunked encoding of a body is malformed."""
    response = _answer(_plain(400))
    response.headers["Connection"] = "close"
    return response


def _from_surprise(error: Exception) -> Response:
    if is_full(getattr(error, "orig", None) or error):
        return _from_domain(StorageFull())
    log.error("request_failed", path=request.path, method=request.method, exc_info=error)
    return _answer(_plain(500))


def _plain(status: int, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    code = code_of(status)
    text = sentence_of(status).in_language(language())
    return {
        "type": f"urn:anping:problem:{code}",
        "title": text,
        "status": status,
        "detail": text,
        "code": code,
        "errors": [one.in_language(language()) for one in faults],
    }


def _faults(error: HTTPError) -> list[Fault]:
    """Validation errors of a body or query as faults."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return []
    location = next(iter(error.detail), "json")
    sent = request.get_json() if location == "json" else request.args.to_dict()
    return input_faults(cause.errors(include_url=False), sent)


def _answer(problem: dict[str, Any], headers: Headers = ()) -> Response:
    status = problem["status"]
    if request.path.startswith(FOR_PROGRAMS):
        response = Response(json.dumps(problem), status, mimetype="application/problem+json")
    else:
        page = render_template(
            "problem.html", problem=problem, actor=g.get("actor"), moment=_moment()
        )
        response = Response(page, status, mimetype="text/html")
    for name, text in headers:
        response.headers[name] = text
    return response


def _moment() -> str:
    """The time of the error by the district's clock, for people to report it by phone."""
    at = datetime.fromtimestamp(core().clock.now_ms() / 1000, core().settings.zone)
    return at.strftime("%Y-%m-%d %H:%M:%S")
