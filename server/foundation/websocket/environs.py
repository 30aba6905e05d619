"""A compact copy of connections' WSGI environments: a tuple each.

Flask-SocketIO builds a Flask request from it for each event; the original environment would keep
the socket, its buffers and the request alive for the whole connection.
"""

import io
import sys
from collections.abc import Iterator, MutableMapping
from typing import Any, Final

KEPT: Final = (
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "REMOTE_ADDR",
    "wsgi.url_scheme",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_ORIGIN",
    "HTTP_USER_AGENT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "flask.app",
)

Environ = dict[str, Any]


class Environs(MutableMapping[str, Environ]):
    """Environments by connection id; each lookup returns a new dict."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, ...]] = {}

    def __setitem__(self, sid: str, environ: Environ) -> None:
        self._kept[sid] = tuple(_shared(environ.get(name)) for name in KEPT)

    def __getitem__(self, sid: str) -> Environ:
        kept = zip(KEPT, self._kept[sid], strict=True)
        return {
            "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{name: value for name, value in kept if value is not None},
        }

    def __delitem__(self, sid: str) -> None:
        del self._kept[sid]

    def __contains__(self, sid: object) -> bool:
        return sid in self._kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def _shared(value: Any) -> Any:
    """Most clients send equal headers: equal values share one object."""
    return sys.intern(value) if type(value) is str else value
