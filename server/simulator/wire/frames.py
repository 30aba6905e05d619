"""Client-side frames of RFC 6455, without I/O."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

TEXT: Final = 1
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
CONTINUATION: Final = 0
LARGEST: Final = 4 * 1024 * 1024


class BadFrame(Exception):
    """The other side violates RFC 6455."""


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole masked frame."""
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | opcode, 0x80 | length))
    elif length < 65_536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + length.to_bytes(8, "big")
    mask = os.urandom(4)
    return head + mask + masked(payload, mask)


def masked(payload: bytes, mask: bytes) -> bytes:
    """The payload under its mask, all bytes at once."""
    length = len(payload)
    pattern = (mask * (length // 4 + 1))[:length]
    both = int.from_bytes(payload, "big") ^ int.from_bytes(pattern, "big")
    return both.to_bytes(length, "big")


@dataclass
class Reader:
    """Parses received bytes to complete messages: opcode and payload."""

    _buffer: bytearray = field(default_factory=bytearray)
    _parts: list[bytes] = field(default_factory=list)

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The messages completed so far. Raises BadFrame."""
        self._buffer += data
        while (found := self._next()) is not None:
            final, opcode, payload = found
            if opcode in (TEXT, CONTINUATION):
                self._parts.append(payload)
                if final:
                    yield TEXT, b"".join(self._parts)
                    self._parts.clear()
            else:
                yield opcode, payload

    def _next(self) -> tuple[bool, int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        if buffer[0] & 0x70 or buffer[1] & 0x80:
            raise BadFrame
        length, start = buffer[1] & 0x7F, 2
        if length >= 126:
            width = 2 if length == 126 else 8
            if len(buffer) < 2 + width:
                return None
            length, start = int.from_bytes(buffer[2 : 2 + width], "big"), 2 + width
        if length > LARGEST:
            raise BadFrame
        if len(buffer) < start + length:
            return None
        payload = bytes(buffer[start : start + length])
        final, opcode = bool(buffer[0] & 0x80), buffer[0] & 0x0F
        del buffer[: start + length]
        return final, opcode, payload
