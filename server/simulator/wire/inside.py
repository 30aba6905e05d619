"""An in-process server through WSGI: no sockets, no ports, its own clock."""

from werkzeug.test import Client

from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Answer


def inside(wsgi: object) -> PostLink:
    """A link to an application, without cookies."""
    client = Client(wsgi, use_cookies=False)  # type: ignore[arg-type] # any WSGI application

    def serve(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        with client.open(path, method=method, data=body, headers=headers) as answer:
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status_code, answer.get_data(), named)

    return PostLink(serve)
