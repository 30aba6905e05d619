"""The protocol of web worker and reading process: frames with their length.

The worker calls, with a request whose person it has authenticated. The answer comes as a head and
pieces; before its head the reading process may ask the worker for data that only the worker has.
"""

import os
import socket
import struct
from pathlib import Path
from typing import Any, Final

import msgspec

from server.accounts.actor import Actor
from server.foundation.errors import Busy
from server.foundation.i18n import Sentence
from server.foundation.runtime.local_sockets import local_address
from server.gateway.connection.presence import Contact
from server.monitoring.fleet.status import State

SOCKET_NAME: Final = "reading.sock"
LARGEST: Final = 64 * 1024 * 1024
PIECE_BYTES: Final = 256 * 1024
_LENGTH: Final = struct.Struct("!I")
_ACCOUNT: Final = struct.Struct("3i")


class Call(msgspec.Struct, frozen=True, tag="call"):
    """A request: its WSGI environment (texts alone), its body, who sends it, and whether it may
    change something."""

    environ: dict[str, str]
    body: bytes
    actor: Actor | None
    language: str | None
    csrf_token: str
    writes: bool = False


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Is it there, and how is it?"""


class Health(msgspec.Struct, frozen=True, tag="health"):
    """Answers a ping: resident memory (bytes), calls at work, pid."""

    memory_bytes: int
    calls: int
    pid: int


class StatesQuery(msgspec.Struct, frozen=True, tag="look"):
    """Asks for the states of all screens."""


class States(msgspec.Struct, frozen=True, tag="states"):
    """The answer to `StatesQuery`: the state of each screen in service, some seconds old."""

    states: dict[int, State]


class Head(msgspec.Struct, frozen=True, tag="head"):
    """Status line and headers of an answer."""

    status: str
    headers: list[tuple[str, str]]

    @property
    def length(self) -> int | None:
        """Of the body, bytes; None if it is delimited by the end frame alone."""
        lengths = [text for name, text in self.headers if name.lower() == "content-length"]
        return int(lengths[0]) if lengths else None


class Piece(msgspec.Struct, frozen=True, tag="piece"):
    """A part of its body."""

    content: bytes


class End(msgspec.Struct, frozen=True, tag="end"):
    """The answer is complete."""


class Follow(msgspec.Struct, frozen=True, tag="follow"):
    """Asks to bring the bookings of these screens in line with their stamps.

    The answer is `Done` or `Refused`.
    """

    stamps: dict[int, str]


class ContactsQuery(msgspec.Struct, frozen=True, tag="hear"):
    """Asks for the screens with a socket, those with any contact, and heartbeats since an instant.

    Heartbeats are of screens from number `first` on.
    """

    since_ms: int
    first: int = 0


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The change is durable."""


class ContactsAnswer(msgspec.Struct, frozen=True, tag="heard"):
    """Screens with a socket, all with any contact, and the last heartbeats of some of them.

    `then`: the screen from which on there are more.
    """

    connected: list[int]
    screens: list[int]
    contacts: list[tuple[int, Contact]]
    then: int | None = None


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The change can't be made now; nothing was changed."""

    zh: str
    en: str
    retry_after_s: int

    @classmethod
    def of(cls, error: Busy) -> "Refused":
        """The frame for an error."""
        return cls(error.detail.zh, error.detail.en, error.retry_after_s or 2)

    def error(self) -> Busy:
        """The same, to be raised."""
        return Busy(Sentence(self.zh, self.en), retry_after_s=self.retry_after_s)


Question = Follow | ContactsQuery
Asked = Call | Ping | StatesQuery | Done | ContactsAnswer | Refused
"""Frames sent by the web worker."""
ReadingFrame = Head | Piece | End | Health | States | Refused | Follow | ContactsQuery
"""Frames sent by the reading process."""


class Broken(ConnectionError):
    """The other side is gone, or sent an invalid frame."""


class Line:
    """One connection, read by one side as frames of a kind."""

    def __init__(self, connection: socket.socket, kind: Any) -> None:
        self._socket = connection
        self._decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(kind)

    def send(self, frame: msgspec.Struct) -> None:
        """Send one. Raises Broken."""
        content = msgspec.msgpack.encode(frame)
        try:
            self._socket.sendall(_LENGTH.pack(len(content)) + content)
        except OSError as error:
            raise Broken(*error.args) from error

    def next(self) -> Any:
        """The next one. Raises Broken, also where none came in time."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > LARGEST:
            raise Broken
        try:
            return self._decoder.decode(self._read(length))
        except msgspec.MsgspecError as error:
            raise Broken from error

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _read(self, length: int) -> bytearray:
        found = bytearray(length)
        view, got = memoryview(found), 0
        while got < length:
            try:
                more = self._socket.recv_into(view[got:])
            except OSError as error:
                raise Broken(*error.args) from error
            if more == 0:
                raise Broken
            got += more
        return found


def address(data: Path) -> str:
    """Where the reading process of a data folder listens."""
    return local_address(data, SOCKET_NAME)


def is_ours(connection: socket.socket) -> bool:
    """Whether the other side runs under this account: an abstract name is anybody's to use."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _ACCOUNT.size)
    _pid, uid, _gid = _ACCOUNT.unpack(credentials)
    return bool(uid == os.getuid())
