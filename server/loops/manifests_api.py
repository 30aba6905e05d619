"""`/manifests/<digest>`: plans as they are signed, for anyone, for ever."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound as NoSuchAddress

from server.accounts.guards import open_to_all
from server.extensions import core
from server.loops.models import StoredManifest

manifests = Blueprint("manifests", __name__)

A_YEAR_S = 31_536_000


@manifests.get("/manifests/<digest>")
@open_to_all  # immutable, named by what it holds; players fetch it before they trust anything
def get_manifest(digest: str) -> Response:
    """The manifest's text, byte for byte as it was digested."""
    with core().config.read() as session:
        stored = session.get(StoredManifest, digest)
    if stored is None:
        raise NoSuchAddress
    response = Response(stored.body, mimetype="application/json")
    response.set_etag(digest)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    return response
