"""Engine.IO 4 and Socket.IO 5 as text, limited to docs/protocol.md."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from server.simulator.wire.protocol import NAMESPACE

OPEN: Final = "0"
PING: Final = "2"
PONG: Final = "3"
MESSAGE: Final = "4"
CONNECT: Final = "0"
DISCONNECT: Final = "1"
EVENT: Final = "2"
ACK: Final = "3"
CONNECT_ERROR: Final = "4"

_PACKET: Final = re.compile(rf"4(\d){NAMESPACE},(\d*)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Packet:
    """One message in the namespace; `number`: its ack id, None without one."""

    kind: str
    number: int | None
    content: Any


def read(text: str) -> Packet | None:
    """A message of our namespace; None for anything else. Raises ValueError for invalid JSON."""
    found = _PACKET.fullmatch(text)
    if found is None:
        return None
    kind, number, content = found.groups()
    return Packet(kind, int(number) if number else None, json.loads(content) if content else None)


def write(kind: str, content: Any, number: int | None = None) -> str:
    """A message of our namespace."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"{MESSAGE}{kind}{NAMESPACE},{'' if number is None else number}{text}"
