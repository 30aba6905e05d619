"""The player's page: what `npm run build` made, its service worker, and its settings."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, send_from_directory
from flask.typing import ResponseReturnValue

from server.accounts import queries as account_queries
from server.accounts.guards import open_to_all
from server.extensions import core

player_page = Blueprint("player_page", __name__, url_prefix="/player")

DIST = Path(__file__).resolve().parents[2] / "player" / "dist"
# Names with a digest in them; the page and the service worker keep theirs through releases.
LASTING = 31_536_000
CHANGING = frozenset({"index.html", "sw.js"})


@player_page.get("")
@open_to_all  # a kiosk opens the page before it has a credential
def without_slash() -> ResponseReturnValue:
    """The page's scope ends with a slash."""
    return redirect("/player/")


@player_page.get("/")
@open_to_all  # as above
def page() -> Response:
    """The page that runs on a screen."""
    return _file("index.html")


@player_page.get("/config.json")
@open_to_all  # as above; nothing here is secret
def config() -> tuple[dict[str, Any], dict[str, str]]:
    """What the page shows while it is being paired, and how strict it must be."""
    with core().config.read() as session:
        district = account_queries.root_unit(session)
    answer = {
        "name": district.name if district is not None else "",
        "allow_insecure": core().settings.allow_insecure_players,
        "timezone": core().settings.timezone,
    }
    return answer, {"Cache-Control": "no-cache"}


@player_page.get("/<path:name>")
@open_to_all  # as above
def file(name: str) -> Response:
    """A file of the build."""
    return _file(name)


def _file(name: str) -> Response:
    response = send_from_directory(DIST, name, max_age=0 if name in CHANGING else LASTING)
    if name in CHANGING:
        response.headers["Cache-Control"] = "no-cache"
    if name == "sw.js":
        response.headers["Service-Worker-Allowed"] = "/player/"
    return response
