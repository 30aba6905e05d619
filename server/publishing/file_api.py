"""`/files`: renditions, for people and for the screens that show them."""

from apiflask import APIBlueprint
from flask import Response, g, request

from server.accounts.auth.request_identity import bearer_token
from server.accounts.guards import open_to_all
from server.content import queries
from server.content.assets.file_responses import send_made_file
from server.foundation.errors import NotFound, Unauthorized
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.responses import answers, refuses
from server.inventory.enrolment.credentials import authenticate, authenticate_files
from server.inventory.enrolment.device_auth_api import FILES_COOKIE
from server.publishing.queries import may_fetch

files = APIBlueprint("files", __name__, tag="Assets 素材")

NO_CREDENTIAL = Sentence("请先登录或绑定显示屏。", "Sign in, or pair the screen, first.")


# Open, because the reader may be a person or a player; the view itself asks which.
@files.get("/files/<digest>")
@open_to_all
@answers(
    None, 200, "The file", media_type="*/*", headers=("ETag", "Cache-Control", "Accept-Ranges")
)
@answers(None, 206, "A part of the file", media_type="*/*", headers=("Content-Range",))
@answers(None, 304, "The reader has it")
@refuses(416)
def get_file(digest: str) -> Response:
    """A made file, for people whose scope has it and screens whose manifests name it."""
    if not _may_fetch(digest):
        raise NotFound
    return send_made_file(core(), digest)


def _may_fetch(digest: str) -> bool:
    token, secret = bearer_token(), request.cookies.get(FILES_COOKIE)
    with core().config.read() as session:
        if g.actor is not None:
            return queries.person_may_fetch(session, g.actor, digest)
    if token is not None:
        screen = authenticate(core(), token)
    elif secret is not None:
        screen = authenticate_files(core(), secret)
    else:
        raise Unauthorized(NO_CREDENTIAL)
    with core().config.read() as session:
        return may_fetch(session, screen.screen_id, digest, core().clock.now_ms())
