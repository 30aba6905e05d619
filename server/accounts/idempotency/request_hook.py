"""The HTTP edge: checks the header before a view runs, and stores the view's answer."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final, cast

import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from server.accounts.actor import Actor
from server.accounts.idempotency import service
from server.accounts.idempotency.sealed_answers import Seal, seal_of
from server.accounts.idempotency.service import Claim
from server.foundation.errors import Busy, Invalid, StorageFull
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.responses import takes_key

log = structlog.get_logger(__name__)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_HEADERS: Final = ("Content-Type", "ETag", "Location")
# Answers of 503 and 507 guarantee that nothing was changed.
NOTHING_DONE: Final = frozenset({503, 507})
_FORM: Final = re.compile(r"[!-~]{8,128}")
WRONG_KEY: Final = Sentence(
    "Idempotency-Key 请使用 8 到 128 个可见 ASCII 字符，例如 UUID。",
    "Give an Idempotency-Key of 8 to 128 visible ASCII characters, such as a UUID.",
)


class Replayed(HTTPException):
    """Carries the stored answer past the view."""


def init_idempotency(app: Flask) -> None:
    """Register the hooks, after those of authentication."""
    app.before_request(begin)
    app.after_request(finish)


def begin() -> None:
    """Claim the key of this request, or replay its answer. Forms are claimed after parsing."""
    g.claim, g.seal = None, None
    key, actor = request.headers.get(HEADER), cast("Actor | None", g.get("actor"))
    view = current_app.view_functions.get(request.endpoint or "")
    if key is None or actor is None or view is None:
        return
    if not takes_key(request.method, request.path, view):
        return
    if not _FORM.fullmatch(key):
        raise Invalid.at(f"/{HEADER}", WRONG_KEY, "idempotency_key_invalid")
    g.seal = seal_of(str(current_app.config["SECRET_KEY"]), actor.user_id, key)
    if request.mimetype != "multipart/form-data":
        _claim(actor.user_id, g.seal, hashlib.sha256(request.get_data()).hexdigest())


def claim_form(file_sha256: str, fields: Mapping[str, str]) -> None:
    """Claim the key of an upload by its content, as multipart boundaries differ in repetitions."""
    seal, actor = cast("Seal | None", g.get("seal")), cast("Actor", g.actor)
    if seal is not None:
        content = json.dumps([file_sha256, sorted(fields.items())])
        _claim(actor.user_id, seal, hashlib.sha256(content.encode()).hexdigest())


def finish(response: Response) -> Response:
    """Store the answer of a success; release the key if nothing was done; else it stays claimed."""
    key_claim = cast("Claim | None", g.get("claim"))
    if key_claim is None:
        return response
    g.claim = None
    try:
        if response.status_code < 300:
            service.keep(core(), key_claim, _packed(response))
        elif response.status_code < 500 or response.status_code in NOTHING_DONE:
            service.release(core(), key_claim)
    except (Busy, StorageFull) as error:
        # The answer is sent in any case; a repetition will get the error `outcome_unknown`.
        log.warning("idempotent_answer_unstored", reason=error.code)
    return response


def _claim(user_id: int, seal: Seal, content: str) -> None:
    request_text = f"{request.method} {request.full_path} {request.mimetype} {content}"
    key_claim = Claim(user_id, seal, hashlib.sha256(request_text.encode()).hexdigest())
    answered = service.claim(core(), key_claim)
    if answered is not None:
        raise Replayed(response=_unpacked(answered))
    g.claim = key_claim


def _packed(response: Response) -> bytes:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return json.dumps([response.status_code, headers, response.get_data(as_text=True)]).encode()


def _unpacked(kept: bytes) -> Response:
    status, headers, text = json.loads(kept)
    response = Response(text, status, headers)
    response.headers[REPLAYED] = "true"
    return response
