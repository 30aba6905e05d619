"""Links to a server: over the network, or in-process through WSGI."""

import http.client
import json
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from server.simulator.wire.protocol import ANSWER_S, Answer, Json, Listener, NoNetwork, Refused
from server.simulator.wire.sockets import Socket

Serve = Callable[[str, str, bytes | None, dict[str, str]], Answer]


class PostLink:
    """HTTP only: a player without a socket polls and posts."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.unplugged = False

    @property
    def up(self) -> bool:
        """There never is a socket."""
        return False

    def connect(self, auth: Json, listener: Listener) -> bool:
        """There is none."""
        del auth, listener
        if self.unplugged:
            raise NoNetwork
        return False

    def close(self) -> None:
        """Nothing is open."""

    def unplug(self, unplugged: bool) -> None:
        """Unplug the cable, or plug it in again."""
        self.unplugged = unplugged
        if unplugged:
            self.close()

    def send(self, token: str, event: str, payload: Json) -> Any:
        """By POST. Raises NoNetwork and Refused."""
        answer = self.ask("POST", f"/api/v1/player/{event}", payload, token)
        body = read_json(answer)
        if answer.status != 200:
            wait_ms = float(answer.headers.get("retry-after", 0)) * 1000
            code = str(body.get("code", "")) if isinstance(body, dict) else ""
            raise Refused(answer.status, code, wait_ms)
        return without_error(body)

    def ask(
        self, method: str, path: str, body: Json | None = None, token: str = "", etag: str = ""
    ) -> Answer:
        """One request. Raises NoNetwork."""
        if self.unplugged:
            raise NoNetwork
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if etag:
            headers["If-None-Match"] = etag
        content = None
        if body is not None:
            content = json.dumps(body, separators=(",", ":")).encode()
            headers["Content-Type"] = "application/json"
        return self.serve(method, path, content, headers)


class NetLink(PostLink):
    """A socket while it is connected, else HTTP."""

    def __init__(self, base: str, *, sockets: bool = True, answer_s: float = ANSWER_S) -> None:
        super().__init__(lambda *asked: request(base, *asked, answer_s=answer_s))
        self._base = base
        self._sockets = sockets
        self._socket: Socket | None = None

    @property
    def up(self) -> bool:
        """Whether the socket is connected."""
        return self._socket is not None and self._socket.up

    def connect(self, auth: Json, listener: Listener) -> bool:
        """Open the socket. Raises NoNetwork and Refused."""
        if self.unplugged:
            raise NoNetwork
        if not self._sockets:
            return False
        self.close()
        self._socket = Socket(self._base, auth, listener)
        self._socket.open()
        return True

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, token: str, event: str, payload: Json) -> Any:
        """Over the socket, else by POST. Raises NoNetwork and Refused."""
        socket = self._socket
        if socket is None or not socket.up or self.unplugged:
            return super().send(token, event, payload)
        return without_error(socket.send(event, payload))


def request(
    base: str,
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
    *,
    answer_s: float = ANSWER_S,
) -> Answer:
    """One request on its own connection. Raises NoNetwork, after `answer_s` at the latest."""
    place = urlsplit(base)
    host = place.netloc
    connection: http.client.HTTPConnection
    if place.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, timeout=answer_s, context=context)
    else:
        connection = http.client.HTTPConnection(host, timeout=answer_s)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, answer.read(), named)
    except (OSError, http.client.HTTPException) as error:
        raise NoNetwork(str(error)) from error
    finally:
        connection.close()


def without_error(answer: Any) -> Any:
    """The answer unless it is an error; raises Refused with the equivalent HTTP status."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return answer
    busy = error.get("code") == "busy"
    status = 503 if busy else 400
    raise Refused(status, str(error.get("code")), float(error.get("retry_after_ms") or 0))


def read_json(answer: Answer) -> Any:
    """The JSON of an answer. Raises Refused."""
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise Refused(answer.status, "bad_answer") from error
