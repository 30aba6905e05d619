"""WebSocket frames (RFC 6455) of a server: unmasked and unfragmented."""

import struct
from typing import Final

CONTINUATION: Final = 0
TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10

LAST: Final = 0x80
COMPRESSED: Final = 0x40
MOST_IN_CONTROL: Final = 125

# Close codes (RFC 6455, 7.4.1, and the registry of IANA that it began).
NORMAL: Final = 1000
BROKEN: Final = 1002
NOT_TAKEN: Final = 1003
NOT_UTF8: Final = 1007
REFUSED: Final = 1008
TOO_LARGE: Final = 1009
FAULT: Final = 1011
RESTARTING: Final = 1012
TRY_LATER: Final = 1013


_SHORT_TEXT: Final = [bytes((LAST | TEXT, size)) for size in range(126)]


def frame(opcode: int, payload: bytes, *, compressed: bool = False) -> bytes:
    """A complete message or control frame."""
    first = LAST | opcode | (COMPRESSED if compressed else 0)
    size = len(payload)
    if size < 126:
        return (_SHORT_TEXT[size] if first == LAST | TEXT else bytes((first, size))) + payload
    if size < 1 << 16:
        return struct.pack(">BBH", first, 126, size) + payload
    return struct.pack(">BBQ", first, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; a long reason is cut."""
    truncated = reason.encode()[: MOST_IN_CONTROL - 2].decode(errors="ignore").encode()
    return frame(CLOSE, code.to_bytes(2, "big") + truncated)
