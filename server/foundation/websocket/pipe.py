"""A client's socket on gevent's loop: read by a watcher, written to where the writer is.

Nothing here waits. Only what the kernel doesn't take goes to a back-log, with a watcher of its own
until that is gone.
"""

import _socket
import errno
from collections.abc import Callable
from typing import Any, Final

import structlog

from server.foundation.websocket.backlog import EVENT, Backlog

log = structlog.get_logger(__name__)

READ: Final = 1
WRITE: Final = 2
READ_BYTES: Final = 16 * 1024
"""At most so much of one client in a turn of the loop."""

FULL: Final = (-errno.EAGAIN, -errno.EINTR)
"""Nothing was taken, and nothing is wrong."""

# What a callback reads is copied out before the next one reads.
_INTO: Final = bytearray(READ_BYTES)
_READ: Final = memoryview(_INTO)


class Pipe:
    """Bytes both ways, until either side ends it."""

    __slots__ = (
        "_backlog",
        "_is_read",
        "_loop",
        "_reader",
        "_socket",
        "_writer",
        "direct",
        "dropped",
        "number",
    )
    direct: Callable[[bytes], int] | None
    """The kernel's own way in, as long as nothing is held up; raises OSError."""

    def __init__(self, loop: Any, own: _socket.socket) -> None:
        self._loop = loop
        self._socket: _socket.socket | None = own
        self._reader: Any = loop.io(own.fileno(), READ)
        self._writer: Any = None
        self._backlog: Backlog | None = None
        self._is_read = False
        self.direct = own.send
        self.dropped = 0
        self.number = own.fileno()

    # What becomes of it is for the class above to say.

    def on_bytes(self, data: bytes) -> None:
        """Something has come."""
        raise NotImplementedError

    def on_sent(self) -> None:
        """What was held up has gone out."""

    def on_lost(self) -> None:
        """The other side is gone, or takes too little; the socket is closed already."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether there is still a socket."""
        return self._socket is not None

    @property
    def held(self) -> int:
        """Bytes that the kernel hasn't taken yet."""
        return 0 if self._backlog is None else len(self._backlog)

    def write(self, frame: bytes, kind: str = EVENT) -> None:
        """Send a whole frame now, or as far as the kernel takes it."""
        if self.direct is not None:
            try:
                took = self.direct(frame)
            except OSError as error:
                took = -(error.errno or errno.EIO)
            if took != len(frame):
                self.went(frame, took)
        elif self._backlog is not None and not self._keep(self._backlog, frame, kind):
            self.lose()

    def went(self, frame: bytes, took: int) -> None:
        """A frame went out in part, or not at all: of how many bytes the kernel took, or -errno."""
        if self._socket is None:
            return
        if took < 0 and took not in FULL:
            self.lose()
            return
        self.direct = None
        self._backlog = Backlog(frame[max(took, 0) :])
        self._writer = self._loop.io(self._socket.fileno(), WRITE)
        self._writer.start(self._on_writable)

    def _keep(self, backlog: Backlog, frame: bytes, kind: str) -> bool:
        before = backlog.dropped
        fits = backlog.add(frame, kind)
        self.dropped += backlog.dropped - before
        return fits

    def read(self) -> None:
        """Have it read from now on."""
        if not self._is_read and self._socket is not None:
            self._is_read = True
            self._reader.start(self._on_readable)

    def read_not(self) -> None:
        """Let the kernel hold what comes for now."""
        if self._is_read:
            self._is_read = False
            self._reader.stop()

    def say_no_more(self) -> None:
        """End this side's half; what comes is still read."""
        if self._socket is not None:
            try:
                self._socket.shutdown(_socket.SHUT_WR)
            except OSError:
                self.lose()

    def lose(self) -> None:
        """The other side is gone."""
        if self.end():
            self.on_lost()

    def end(self) -> bool:
        """Give the socket back; whether there was one."""
        own, self._socket = self._socket, None
        if own is None:
            return False
        self.read_not()
        self._drop_writer()
        self._reader.close()
        self._reader = self._backlog = self.direct = None
        own.close()
        return True

    def _on_readable(self) -> None:
        if self._socket is None:
            return
        try:
            size = self._socket.recv_into(_INTO)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            size = 0
        if not size:
            self.lose()
            return
        try:
            self.on_bytes(bytes(_READ[:size]))
        except Exception as error:
            # The edge of the loop: nobody above would hear of it.
            log.error("what came by a socket broke something", exc_info=error)
            self.lose()

    def _on_writable(self) -> None:
        if self._socket is None or self._backlog is None:
            return
        try:
            is_done = self._backlog.flush(self._socket.send)
        except OSError:
            self.lose()
            return
        if is_done:
            self._backlog = None
            self.direct = self._socket.send
            self._drop_writer()
            self.on_sent()

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.stop()
            self._writer.close()
            self._writer = None
