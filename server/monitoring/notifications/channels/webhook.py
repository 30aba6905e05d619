"""Delivery by webhook: posts a body to exactly one user-supplied address.

No redirects, no proxy of the environment; at most 64 KiB of the answer are read, within 20 s in
all. `outbound_connections` decides on permitted hosts.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import orjson

from server.monitoring.notifications.channels.outbound_connections import (
    STEP_S,
    WHOLE_S,
    address_of,
    cut_after,
)
from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place
from server.monitoring.notifications.channels.webhook_templates import DEFAULT, filled

MOST_BYTES: Final = 64 * 1024
NUMBER_HEADER: Final = "Anping-Message"


def send(place: Place, message: Outgoing) -> None:
    """Post the filled template. Raises NotDelivered."""
    body = filled(place.template or DEFAULT, message)
    headers = {"Content-Type": "application/json", NUMBER_HEADER: message.token, **place.headers}
    post(place.url, body, headers, place.networks)


def post(url: str, body: bytes, headers: Mapping[str, str], networks: Sequence[str] = ()) -> None:
    """One POST to a public address or one of these networks. Raises NotDelivered.

    Any status but 2xx is a failure.
    """
    parts = urlsplit(url)
    try:
        with _connection(parts, networks) as connection:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            _check(answer.status, answer.read(MOST_BYTES))
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotDelivered(_why(error)) from error


@contextmanager
def _connection(
    parts: SplitResult, networks: Sequence[str]
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the checked address, cut at its deadline."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    plain: Any = socket.create_connection((address_of(host, port, networks), port), STEP_S)
    try:
        with cut_after(plain, WHOLE_S):
            if secure:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            connection = http.client.HTTPConnection(host, port)
            connection.default_port = 443 if secure else 80
            connection.sock = plain
            yield connection
    finally:
        plain.close()


def _check(status: int, body: bytes) -> None:
    if 300 <= status < 400:
        raise NotDelivered(f"HTTP {status}: redirects aren't followed", later=False)
    if not 200 <= status < 300:
        raise NotDelivered(f"HTTP {status}", later=status >= 500 or status in (408, 425, 429))
    code = _robot_code(body)
    if code != 0:
        raise NotDelivered(f"HTTP {status}, errcode {code}")


def _robot_code(body: bytes) -> int:
    """The `errcode` with which robots of 企业微信, 政务微信 and 钉钉 refuse in an answer of 200."""
    try:
        reply = orjson.loads(body)
    except orjson.JSONDecodeError:
        return 0
    code = reply.get("errcode", 0) if isinstance(reply, dict) else 0
    return code if isinstance(code, int) else 0


def _why(error: Exception) -> str:
    """The kind of error and its system message, which contains no address."""
    words = getattr(error, "strerror", None) or ("timed out" if "timed" in str(error) else "")
    return f"{type(error).__name__}: {words}".rstrip(": ")
