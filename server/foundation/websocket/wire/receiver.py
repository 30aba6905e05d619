"""Parses received bytes to complete messages (RFC 6455), without any I/O.

Control frames may come between fragments of a message. A protocol violation closes the connection
with its code; buffered data never exceeds the message limit.
"""

from typing import Final

from server.foundation.websocket.wire import frames
from server.foundation.websocket.wire.deflate import NotDeflated, TooMuch, inflated
from server.foundation.websocket.wire.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT

Message = tuple[int, bytes]
"""An opcode and the complete unmasked payload; text is valid UTF-8, a CLOSE is well-formed."""

OPCODES: Final = frozenset({CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})
RESERVED_BITS: Final = 0x30
MASKED: Final = 0x80
# Codes permitted in a frame; the others are reserved for local use.
CODES: Final = frozenset({*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)})
WHOLE_TEXT: Final = frames.LAST | TEXT
SHORT: Final = 125
"""The longest payload whose length is in the second byte."""
UNMASKED: Final = bytes(4)
AT_ONCE: Final = 4
"""Limit of the unpacked size of one read, as a multiple of the message limit."""


class Violation(Exception):
    """A protocol violation; the connection is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Receiver:
    """Parser state of a connection; messages have at most `limit` bytes.

    `deflate`: they may be compressed.
    """

    __slots__ = ("_deflate", "_given", "_is_small", "_kind", "_need", "_parts", "_rest", "limit")

    def __init__(self, limit: int, *, deflate: bool = False) -> None:
        self.limit = limit
        self._deflate = deflate
        self._is_small = False
        self._kind = CONTINUATION
        self._parts: bytearray | None = None
        self._rest: bytearray | None = None
        self._need = 0
        self._given = 0

    def feed(self, data: bytes, found: list[Message]) -> int:
        """Append the messages completed by these bytes to `found`; returns the number of frames.

        Raises Violation, with the messages before it in `found`.
        """
        self._given = 0
        if self._rest is not None:
            self._rest += data
            if len(self._rest) < self._need:
                return 0
            data, self._rest = bytes(self._rest), None
        at, size, count = 0, len(data), 0
        while at < size:
            count += 1
            if data[at] == WHOLE_TEXT and self._parts is None and at + 6 <= size:
                # The common case: short, complete, uncompressed.
                end = at + 6 + data[at + 1] - MASKED
                if at + 6 <= end <= min(size, at + 6 + SHORT):
                    payload = _unmasked(data[at + 6 : end], data[at + 2 : at + 6])
                    _check_text(payload)
                    found.append((TEXT, payload))
                    at = end
                    continue
            body, length = self._head(data, at)
            if len(data) < body + length:
                self._rest, self._need = bytearray(data[at:]), body + length - at
                return count
            payload = _unmasked(data[body : body + length], data[body - 4 : body])
            self._take(data[at], payload, found)
            at = body + length
        return count

    def _head(self, data: bytes, at: int) -> tuple[int, int]:
        """Start and length of the payload; beyond the data if the header is incomplete."""
        if len(data) < at + 2:
            return at + 2, 0
        first, second = data[at], data[at + 1]
        length, body = second & 0x7F, at + 6
        if not second & MASKED:
            raise Violation(frames.BROKEN, "frames of clients are masked")
        if length >= 126:
            wide = 2 if length == 126 else 8
            body += wide
            if len(data) < at + 2 + wide:
                return body, 0
            length = int.from_bytes(data[at + 2 : at + 2 + wide], "big")
        self._check(first, second & 0x7F, length)
        return body, length

    def _check(self, first: int, short: int, length: int) -> None:
        opcode = first & 0x0F
        is_small = bool(first & frames.COMPRESSED)
        may_be = self._deflate and opcode in (TEXT, BINARY)
        if first & RESERVED_BITS or opcode not in OPCODES or (is_small and not may_be):
            raise Violation(frames.BROKEN, "reserved bits or opcode")
        if opcode >= CLOSE:
            if short > frames.MOST_IN_CONTROL or not first & frames.LAST:
                raise Violation(frames.BROKEN, "control frames are short and whole")
            return
        if (opcode == CONTINUATION) == (self._parts is None):
            raise Violation(frames.BROKEN, "pieces out of order")
        if length + len(self._parts or b"") > self.limit:
            raise Violation(frames.TOO_LARGE, "message too large")

    def _take(self, first: int, payload: bytes, found: list[Message]) -> None:
        opcode = first & 0x0F
        if opcode >= CLOSE:
            if opcode == CLOSE:
                _check_close(payload)
            found.append((opcode, payload))
            return
        if opcode != CONTINUATION:
            self._kind, self._is_small = opcode, bool(first & frames.COMPRESSED)
        if self._parts is not None:
            self._parts += payload
        elif not first & frames.LAST:
            self._parts = bytearray(payload)
        if not first & frames.LAST:
            return
        if self._parts is not None:
            payload, self._parts = bytes(self._parts), None
        found.append((self._kind, self._whole(payload)))

    def _whole(self, payload: bytes) -> bytes:
        """The decoded message."""
        if self._is_small:
            try:
                payload = inflated(payload, self.limit)
            except NotDeflated:
                raise Violation(frames.NOT_UTF8, "not deflated") from None
            except TooMuch:
                raise Violation(frames.TOO_LARGE, "message too large") from None
            self._given += len(payload)
            if self._given > AT_ONCE * self.limit:
                raise Violation(frames.TOO_LARGE, "too much at once")
        if self._kind == TEXT:
            _check_text(payload)
        return payload


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    if not size or mask == UNMASKED:
        return payload
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")).to_bytes(
        size, "little"
    )


def _check_text(payload: bytes) -> None:
    if payload.isascii():
        return
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise Violation(frames.NOT_UTF8, "not UTF-8") from None


def _check_close(payload: bytes) -> None:
    if not payload:
        return
    if len(payload) == 1 or int.from_bytes(payload[:2], "big") not in CODES:
        raise Violation(frames.BROKEN, "no such code")
    _check_text(payload[2:])
