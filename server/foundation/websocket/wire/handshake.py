"""The opening handshake (RFC 6455, 4.2): request validation and response."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from server.foundation.websocket.wire import deflate

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
VERSION: Final = "13"
KEY_BYTES: Final = 16


class NotAccepted(Exception):
    """Not a valid handshake; `status` and `headers` of the HTTP response."""

    def __init__(self, status: str, reason: str, *headers: tuple[str, str]) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class Accepted(NamedTuple):
    """The response that opens the connection, and whether messages may be compressed."""

    answer: bytes
    deflate: bool


def accepted(environ: Mapping[str, Any]) -> Accepted:
    """The response to a request. Raises NotAccepted."""
    _check(environ)
    key = str(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")).strip()
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        is_key = False
    if not is_key:
        raise NotAccepted("400 BAD REQUEST", "Sec-WebSocket-Key isn't 16 bytes in base64")
    digest = hashlib.sha1(key.encode("latin1") + GUID, usedforsecurity=False).digest()
    is_small = deflate.agrees(str(environ.get("HTTP_SEC_WEBSOCKET_EXTENSIONS", "")))
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}",
        *([f"Sec-WebSocket-Extensions: {deflate.AGREED}"] if is_small else ()),
    ]
    return Accepted("\r\n".join((*lines, "", "")).encode(), is_small)


def _check(environ: Mapping[str, Any]) -> None:
    connection = str(environ.get("HTTP_CONNECTION", "")).lower().split(",")
    if "upgrade" not in map(str.strip, connection):
        raise NotAccepted("400 BAD REQUEST", "Connection must be Upgrade")
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        wanted = ("Sec-WebSocket-Version", VERSION)
        raise NotAccepted("426 UPGRADE REQUIRED", "only version 13 is spoken", wanted)
    has_body = environ.get("CONTENT_LENGTH") not in (None, "", "0")
    if has_body or "HTTP_TRANSFER_ENCODING" in environ:
        raise NotAccepted("400 BAD REQUEST", "a handshake has no body")
