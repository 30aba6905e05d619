"""Gunicorn's worker, with problem documents for errors before there is a request.

Batches of plays, nearly all requests, take the lane: their answer is one piece without a WSGI
environment, which took longer than parsing, judging and packing the plays.
"""

import io
import json
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import gevent
import structlog
from gevent.monkey import get_original
from gunicorn import SERVER, util
from gunicorn.http import errors
from gunicorn.workers.ggevent import GeventWorker

from server.foundation.ip_networks import network_of
from server.foundation.lock_patience import one_request
from server.foundation.rest.limits.body_timeouts import Patience, TooSlow, limited
from server.foundation.rest.limits.unproven_connections import Stranger, Strangers
from server.foundation.rest.problem_texts import code_of, sentence_of
from server.foundation.runtime.time_slices import run_first
from server.foundation.runtime.yielding import wait_for_a_handshake, wait_for_a_turn

log = structlog.get_logger(__name__)

LANE_BYTES: Final = 256 * 1024
# Their body may have another length than declared, or isn't available yet.
SPECIAL: Final = frozenset({"TRANSFER-ENCODING", "EXPECT", "UPGRADE"})
BUFFERED_BYTES: Final = 64 * 1024
LAST_REQUEST_S: Final = 1.0
"""How long a stopping worker waits for the request of a connection that it has just taken."""
PlainSocket: Final = get_original("socket", "socket")
CREDENTIALS: Final = frozenset({"AUTHORIZATION", "COOKIE"})

# Other errors in a request are 400.
STATUSES: Final[Mapping[type[Exception], int]] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.UnsupportedTransferCoding: 501,
    errors.ForbiddenProxyRequest: 403,
}


class Named:
    """A listening socket whose name isn't asked of the kernel for each connection."""

    def __init__(self, listener: Any) -> None:
        self._listener, self._name = listener, listener.getsockname()

    def getsockname(self) -> Any:
        """As socket.getsockname."""
        return self._name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


class ProblemWorker(GeventWorker):  # type: ignore[misc] # gunicorn has no types
    """Serves like gunicorn's own worker, without exposing internal messages."""

    def load_wsgi(self) -> None:
        """Called by gunicorn in the serving process."""
        # Not earlier: gevent must have patched the modules that these use.
        from server.playlog.ingest.flask_extension import lane_of
        from server.playlog.ingest.wsgi_lane import PATH

        super().load_wsgi()
        run_first()  # plays and pushes wait for this thread alone
        self._lane_path, self._lane = PATH, lane_of(self.wsgi)
        self._strangers = Strangers(time.monotonic)
        self._senders: dict[socket.socket, Stranger] = {}
        self._listeners: dict[Any, Named] = {}

    def timeout_ctx(self) -> gevent.Timeout:
        """Called by gunicorn before each request of a connection: how long it may be idle."""
        return gevent.Timeout(self.cfg.keepalive if self.alive else LAST_REQUEST_S, False)

    def close_idle_connections(self) -> None:
        """End the connections that have no request under way, as browsers keep some open.

        Gunicorn would wait for them until `keepalive` is over, and screens for the next worker.
        A request that is already there is still read and answered.
        """
        for client, sender in self._senders.items():
            if sender.waits:
                shut(client, socket.SHUT_RD)

    def handle(self, listener: Any, client: socket.socket, addr: Any) -> None:
        """Called by gunicorn for each connection, until its end."""
        network = network_of(addr[0]) if isinstance(addr, tuple) else ""
        stranger = self._strangers.enter(network, partial(shut, client, socket.SHUT_RDWR))
        self._senders[client] = stranger
        try:
            super().handle(self._named(listener), client, addr)
        finally:
            del self._senders[client]
            stranger.know()

    def _named(self, listener: Any) -> Named:
        found = self._listeners.get(listener)
        if found is None:
            found = self._listeners[listener] = Named(listener)
        return found

    def handle_request(self, listener_name: Any, req: Any, sock: socket.socket, addr: Any) -> None:
        """Called by gunicorn for each request of a connection."""
        stranger = self._senders[sock]
        stranger.waits = False
        patience = Patience(time.monotonic, stranger)
        begin = wait_for_a_turn
        if is_websocket(req):
            begin = wait_for_a_handshake
            stranger.know()  # the WebSocket layer has its own limit on unproven connections
        try:
            with limited(req.unreader, patience), one_request():
                if req.path != self._lane_path or not self._went_by_lane(req, sock):
                    read_short_body(req)
                    begin()
                    super().handle_request(listener_name, req, sock, addr)
                else:
                    stranger.know()
        except TooSlow as error:
            self.handle_error(req, sock, addr, error)
            raise StopIteration from error
        finally:
            stranger.waits = True

    def _went_by_lane(self, req: Any, sock: socket.socket) -> bool:
        """Whether the lane answered the request; otherwise it is untouched."""
        headers = dict(req.headers)
        length = declared_length(headers)
        if (
            req.method != "POST"
            or len(headers) != len(req.headers)
            or not 0 < length <= LANE_BYTES
            or not self.alive
            or req.should_close()
        ):
            return False
        body = req.body.read(length)
        if len(body) != length:
            return False
        text = self._lane.answer(
            body, headers.get("AUTHORIZATION", ""), headers.get("CONTENT-ENCODING", "")
        )
        if text is None:
            req.body = io.BytesIO(body)
            return False
        sock.sendall(lane_answer(text))
        return True

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Called by gunicorn for malformed requests, and errors outside the application."""
        if isinstance(exc, ValueError) and is_websocket(req):
            log.info("socket_message_malformed", reason=repr(exc))
            return
        status = status_of(exc)
        if status >= 500 and not isinstance(exc, errors.ParseException):
            log.error("connection_failed", exc_info=exc)
        try:
            util.write_nonblock(client, answer(status))
        except OSError:  # the client is gone
            log.debug("refusal_unsent", status=status)


def read_short_body(req: Any) -> None:
    """Read a short body without a credential, before the application begins with its request.

    Five hundred whose bodies drip would otherwise take a millisecond of the loop each, at once.
    """
    headers = dict(req.headers)
    length = declared_length(headers)
    if 0 < length <= BUFFERED_BYTES and CREDENTIALS.isdisjoint(headers):
        req.body = io.BytesIO(req.body.read(length))


def declared_length(headers: Mapping[str, str]) -> int:
    """Bytes of a body that is there, or on its way, as declared; 0 where that isn't certain."""
    length = headers.get("CONTENT-LENGTH", "")
    return int(length) if length.isdecimal() and SPECIAL.isdisjoint(headers) else 0


def shut(client: socket.socket, how: int) -> None:
    """Shut a connection, so that a greenlet that waits for it reads its end.

    By the kernel's own call: gevent's would raise an error in that greenlet, which gunicorn logs.
    """
    with suppress(OSError, ValueError):  # it is closed
        plain = PlainSocket(fileno=client.fileno())
        try:
            plain.shutdown(how)
        finally:
            plain.detach()


def is_websocket(req: Any) -> bool:
    """Whether it was a WebSocket request: later data are not requests."""
    headers = dict(req.headers) if req is not None else {}
    return bool(headers.get("UPGRADE", "").lower() == "websocket")


def status_of(error: BaseException) -> int:
    """The HTTP status of an error in gunicorn."""
    if isinstance(error, TooSlow):
        return 408
    if not isinstance(error, errors.ParseException):
        return 500
    return next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 400)


def lane_answer(text: bytes) -> bytes:
    """A complete HTTP answer to a batch of plays; the connection stays open."""
    head = (
        f"HTTP/1.1 200 OK\r\nServer: {SERVER}\r\nDate: {util.http_date()}\r\n"
        "Connection: keep-alive\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
        f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode("latin1") + text


def answer(status: int) -> bytes:
    """A complete HTTP error answer, in both languages, as the client's isn't available."""
    sentence = sentence_of(status)
    code, text = code_of(status), f"{sentence.zh} {sentence.en}"
    problem = {
        "type": f"urn:anping:problem:{code}",
        "title": text,
        "status": status,
        "detail": text,
        "code": code,
        "errors": [],
    }
    body = json.dumps(problem, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode("latin1") + body
