"""Websocket frames (RFC 6455), one at a time: enough to read and to alter what passes."""

import secrets
import struct
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Final

TEXT: Final = 1
LONGEST: Final = 1 << 20


@dataclass(frozen=True)
class Frame:
    """One frame, unmasked; messages of the socket's protocol are never split."""

    opcode: int
    payload: bytes

    def packed(self, *, masked: bool) -> bytes:
        """As it goes over the wire; a client's frames are masked."""
        size, bit = len(self.payload), 0x80 if masked else 0
        if size < 126:
            head = bytes([0x80 | self.opcode, bit | size])
        elif size < 1 << 16:
            head = struct.pack(">BBH", 0x80 | self.opcode, bit | 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | self.opcode, bit | 127, size)
        if not masked:
            return head + self.payload
        mask = secrets.token_bytes(4)
        return head + mask + _masked(self.payload, mask)


def read_frame(stream: BufferedIOBase) -> Frame | None:
    """The next frame, or None at the end of the connection."""
    head = stream.read(2)
    if len(head) < 2:
        return None
    size = head[1] & 0x7F
    if size >= 126:
        wide = stream.read(2 if size == 126 else 8)
        size = int.from_bytes(wide, "big")
    assert size <= LONGEST, "a frame longer than any that player or server may send"
    mask = stream.read(4) if head[1] & 0x80 else b""
    payload = stream.read(size)
    if len(payload) < size:
        return None
    return Frame(head[0] & 0x0F, _masked(payload, mask) if mask else payload)


def _masked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
