"""Serves the player's page, its service worker and its settings from the requested release.

Each service worker requests the files of its own release by name; without a name (a box that opens
the page for the first time) the live release is served.
"""

import re
from typing import Any, Final

from flask import Blueprint, Response, abort, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.http import generate_etag

from server.accounts import queries as account_queries
from server.accounts.guards import open_to_all
from server.foundation.rest.flask_extensions import core
from server.gateway.rollouts import queries
from server.gateway.rollouts.builds import DIST, PAGE, WORKER

player_page = Blueprint("player_page", __name__, url_prefix="/player")

# Names with a digest; the page and the service worker have fixed names across releases.
LASTING: Final = 31_536_000
CHANGING: Final = frozenset({PAGE, WORKER})
RELEASE: Final = re.compile("[0-9a-f]{10}")
TYPES: Final = {"html": "text/html", "js": "text/javascript", "css": "text/css"}


@player_page.get("")
@open_to_all  # a kiosk opens the page before it has a credential
def without_slash() -> ResponseReturnValue:
    """The page's scope ends with a slash."""
    return redirect("/player/")


@player_page.get("/")
@open_to_all  # as above
def page() -> Response:
    """The page that runs on a screen."""
    return _file(PAGE)


@player_page.get("/config.json")
@open_to_all  # as above; nothing here is secret
def config() -> tuple[dict[str, Any], dict[str, str]]:
    """Settings for the page before pairing, and its required security."""
    with core().config.read() as session:
        district = account_queries.root_unit(session)
        release = queries.live(session)
    answer = {
        "name": district.name if district is not None else "",
        "allow_insecure": core().settings.allow_insecure_players,
        "timezone": core().settings.timezone,
        "player": release.name if release is not None else "",
    }
    return answer, {"Cache-Control": "no-cache"}


@player_page.get("/<path:name>")
@open_to_all  # as above
def file(name: str) -> Response:
    """A file of the build."""
    return _file(name)


def _file(name: str) -> Response:
    requested = request.args.get("release", "")
    if requested and not RELEASE.fullmatch(requested):
        abort(404)
    with core().config.read() as session:
        release = queries.by_digest(session, requested) if requested else queries.live(session)
        content = queries.content(session, name, release)
        # An unknown release is refused: its worker can't run with the files of another one.
        is_unknown = requested and release is None and queries.live(session) is not None
    if is_unknown and name in CHANGING:
        abort(404)
    if content is None:
        response = send_from_directory(DIST, name, max_age=0 if name in CHANGING else LASTING)
    else:
        response = _kept(name, content)
    if name in CHANGING:
        response.headers["Cache-Control"] = "no-cache"
    if name == WORKER:
        response.headers["Service-Worker-Allowed"] = "/player/"
    return response


def _kept(name: str, content: bytes) -> Response:
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    response = Response(content, mimetype=kind)
    response.set_etag(generate_etag(content))
    response.cache_control.public = True
    response.cache_control.max_age = LASTING
    response.make_conditional(request)
    return response
