"""`/uploads`: tus 1.0.0, so that large uploads can be resumed."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from apiflask import APIBlueprint
from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from gevent import Timeout, monkey
from werkzeug.exceptions import UnsupportedMediaType

from server.accounts.guards import actor, needs, open_to_all
from server.content import messages
from server.content.uploads import resumable, tus
from server.content.uploads.multipart import drain
from server.content.uploads.upload_store import Pending
from server.foundation.errors import AnpingError, Busy, NotFound, TooLarge
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.responses import answers, refuses

bp = APIBlueprint("uploads", __name__, url_prefix="/api/v1/uploads", tag="Assets 素材")

CHUNK: Final = 128 * 1024
# A client that vanished must not prevent its upload from being resumed.
LONGEST_SILENCE_S: Final = 20.0
OF_EVERY_ANSWER: Final = ("Tus-Resumable",)


@bp.after_request
def add_version_headers(response: Response) -> Response:
    """Every answer has the tus version, refusals too."""
    response.headers["Tus-Resumable"] = response.headers["Tus-Version"] = tus.VERSION
    return response


# Open, because clients ask before they have an account; it only describes limits.
@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@open_to_all
def describe_uploads() -> Response:
    """The tus version, extensions and limits of this server."""
    response = Response(status=204)
    response.headers["Tus-Extension"] = tus.EXTENSIONS
    response.headers["Tus-Max-Size"] = str(resumable.largest(core()))
    return response


@bp.post("")
@needs("content.write")
@answers(None, 201, "It may begin", headers=(*OF_EVERY_ANSWER, "Location", "Upload-Expires"))
@refuses(412, 422, 429, 507)
def begin_upload() -> Response:
    """Begin an upload in parts (tus 1.0.0); its bytes go to `Location`.

    `Upload-Metadata` may have `filename`, `name`, `unit_id`, `fit` (`whole` or `crop`), `ai` (the
    author's declaration on AI-made content), and `replaces`: the asset to be replaced.
    """
    tus.check_version(request.headers.get("Tus-Resumable"))
    length = tus.count_in("Upload-Length", request.headers.get("Upload-Length"))
    metadata = tus.metadata_in(request.headers.get("Upload-Metadata"))
    begun = resumable.begin(core(), actor(), length, metadata)
    response = _answer(begun, 201)
    response.headers["Location"] = url_for("uploads.append_to_upload", upload=begun.name)
    return response


@bp.route("/<upload>", methods=["HEAD"])
@needs("content.write")
@answers(
    None,
    200,
    "How much has come",
    headers=(*OF_EVERY_ANSWER, "Upload-Offset", "Upload-Length", "Upload-Expires", "Cache-Control"),
)
@refuses(412, 413, 422, 423, 507)
def look_at_upload(upload: str) -> Response:
    """The received bytes of an upload (`Upload-Offset`); with `Anping-Asset` once complete."""
    tus.check_version(request.headers.get("Tus-Resumable"))
    found = resumable.find(core(), actor(), upload)
    response = _answer(resumable.finish(core(), actor(), found), 200)
    if found.record.metadata:
        response.headers["Upload-Metadata"] = tus.metadata_header(found.record.metadata)
    response.headers["Upload-Length"] = str(found.record.length)
    return response


@bp.patch("/<upload>")
@needs("content.write")
@answers(None, 204, "They are kept", headers=(*OF_EVERY_ANSWER, "Upload-Offset", "Upload-Expires"))
@refuses(412, 415, 422, 423, 507)
def append_to_upload(upload: str) -> Response:
    """Append bytes at `Upload-Offset`; the last ones are answered with `Anping-Asset`.

    `Anping-Duplicate: true`: it is the unit's existing asset of the same content.
    """
    tus.check_version(request.headers.get("Tus-Resumable"))
    found = resumable.find(core(), actor(), upload)
    if request.mimetype != tus.CONTENT_TYPE:
        raise UnsupportedMediaType
    offset = tus.count_in("Upload-Offset", request.headers.get("Upload-Offset"))
    if offset + (request.content_length or 0) > found.record.length:
        raise TooLarge(messages.MORE_THAN_ANNOUNCED)
    try:
        resumable.append(core(), found, offset, _chunks())
    except Busy:
        raise
    except AnpingError:
        with suppress(Busy):
            drain(_chunks())
        raise
    return _answer(resumable.finish(core(), actor(), found), 204)


@bp.delete("/<upload>")
@needs("content.write")
@answers(None, 204, headers=OF_EVERY_ANSWER)
@refuses(412)
def forget_upload(upload: str) -> Response:
    """Abort an upload; an asset that was created from it stays."""
    tus.check_version(request.headers.get("Tus-Resumable"))
    resumable.find(core(), actor(), upload).forget()
    return Response(status=204)


@bp.errorhandler(FileNotFoundError)
def handle_gone(_error: FileNotFoundError) -> ResponseReturnValue:
    """It was aborted while another request worked on it."""
    return current_app.handle_user_exception(NotFound())


def _answer(upload: Pending, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(upload.offset)
    response.headers["Upload-Expires"] = tus.http_date(upload.expires_at)
    response.headers["Cache-Control"] = "no-store"
    outcome = upload.record.outcome
    if outcome is not None:
        response.headers["Anping-Asset"] = outcome.asset
        if outcome.pages:
            response.headers["Anping-Pages"] = ", ".join(outcome.pages)
        if outcome.duplicate:
            response.headers["Anping-Duplicate"] = "true"
    return response


def _chunks() -> Iterator[bytes]:
    """The body as it arrives. Raises Busy if nothing arrives for long."""
    while True:
        with Timeout(LONGEST_SILENCE_S if monkey.is_module_patched("socket") else None, Busy()):
            chunk = request.stream.read(CHUNK)
        if not chunk:
            return
        yield chunk
