"""`/api/openapi.json`, and `/api/docs` to browse it."""

import orjson
from apiflask import APIFlask
from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from server.accounts.guards import open_to_all
from server.foundation.openapi.document import document

pages = Blueprint("openapi", __name__)


@pages.get("/api/openapi.json")
@open_to_all  # it contains nothing beyond the code
def spec() -> ResponseReturnValue:
    """OpenAPI 3.1."""
    response = Response(_text(), mimetype="application/json")
    response.add_etag()
    return response.make_conditional(request)


@pages.get("/api/docs")
@open_to_all  # as above
def docs() -> str:
    """The description, to browse and try."""
    return render_template("openapi/docs.html")


def _text() -> bytes:
    """Made when it is asked for first; routes don't change while the process lives."""
    kept: dict[str, bytes] = current_app.extensions.setdefault("anping.openapi", {})
    if "text" not in kept:
        app = current_app._get_current_object()  # type: ignore[attr-defined] # Flask's proxy to the app
        assert isinstance(app, APIFlask)  # noqa: S101 - the app is what create_app makes
        kept["text"] = orjson.dumps(document(app, app.config["ANPING_VERSION"]))
    return kept["text"]
