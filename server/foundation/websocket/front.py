"""The outermost part of the application: requests for sockets go to the engine, all others on."""

from collections.abc import Callable, Iterable
from typing import Any


class Front:
    """In place of Flask-SocketIO's middleware, which makes a class and a copy for each request."""

    def __init__(self, middleware: Any) -> None:
        self._app = middleware.flask_app
        self._path = middleware.engineio_path
        self._sockets = middleware.engineio_app
        self._others = middleware.wsgi_app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Called by the server for each request (PEP 3333)."""
        environ["flask.app"] = self._app  # handlers of events find it there
        takes = self._others
        if environ["PATH_INFO"].startswith(self._path):
            takes = self._sockets.handle_request
        answer: Iterable[bytes] = takes(environ, start_response)
        return answer
