"""A client's socket on gevent's loop: read by a watcher, written directly.

Nothing here blocks. Bytes that the kernel doesn't accept go to a backlog with its own watcher.
"""

import _socket
import errno
from collections.abc import Callable
from typing import Any, Final

import structlog

from server.foundation.websocket.backlog import EVENT, Backlog
from server.foundation.websocket.read_size import FIRST_BYTES, MOST_BYTES, is_flood, next_size

log = structlog.get_logger(__name__)

READ: Final = 1
WRITE: Final = 2
PAUSE_S: Final = 0.01
"""How long a client isn't read that sends nothing but the smallest frames."""

FULL: Final = (-errno.EAGAIN, -errno.EINTR)
"""Nothing was accepted, without an error."""

# A shared read buffer; data is copied out before the next read.
_INTO: Final = bytearray(MOST_BYTES)
_READ: Final = memoryview(_INTO)


class Pipe:
    """Bytes in both directions, until either side closes."""

    __slots__ = (
        "_backlog",
        "_is_read",
        "_loop",
        "_pause",
        "_read_bytes",
        "_reader",
        "_socket",
        "_writer",
        "direct",
        "dropped",
        "number",
    )
    direct: Callable[[bytes], int] | None
    """The socket's own send while there is no backlog; raises OSError."""

    def __init__(self, loop: Any, own: _socket.socket) -> None:
        self._loop = loop
        self._socket: _socket.socket | None = own
        self._reader: Any = loop.io(own.fileno(), READ)
        self._writer: Any = None
        self._backlog: Backlog | None = None
        self._pause: Any = None
        self._is_read = False
        self._read_bytes = FIRST_BYTES
        self.direct = own.send
        self.dropped = 0
        self.number = own.fileno()

    # Callbacks for the subclass.

    def on_bytes(self, data: bytes) -> int:
        """Bytes were received; returns the number of frames that they completed."""
        raise NotImplementedError

    def on_sent(self) -> None:
        """The backlog is empty."""

    def on_lost(self) -> None:
        """The other side is gone, or reads too slowly; the socket is closed already."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether the socket is open."""
        return self._socket is not None

    @property
    def held(self) -> int:
        """Bytes in the backlog."""
        return 0 if self._backlog is None else len(self._backlog)

    def write(self, frame: bytes, kind: str = EVENT) -> None:
        """Send a complete frame; the rest goes to the backlog."""
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
        """Account for a frame sent elsewhere: the bytes the kernel accepted, or -errno."""
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
        """Start reading, after a pause that isn't over."""
        if not self._is_read and self._socket is not None:
            self._is_read = True
            if self._pause is None:
                self._reader.start(self._on_readable)

    def read_not(self) -> None:
        """Stop reading; the kernel buffers."""
        if self._is_read:
            self._is_read = False
            self._reader.stop()

    def _pause_reading(self) -> None:
        self._reader.stop()
        self._pause = self._loop.timer(PAUSE_S)
        self._pause.start(self._resume_reading)

    def _resume_reading(self) -> None:
        self._drop_pause()
        if self._is_read:
            self._reader.start(self._on_readable)

    def end_writing(self) -> None:
        """Shut down this side's half; still reads."""
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
        """Release the socket; returns whether there was one."""
        own, self._socket = self._socket, None
        if own is None:
            return False
        self.read_not()
        self._drop_writer()
        self._drop_pause()
        self._reader.close()
        self._reader = self._backlog = self.direct = None
        own.close()
        return True

    def _on_readable(self) -> None:
        if self._socket is None:
            return
        try:
            size = self._socket.recv_into(_INTO, self._read_bytes)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            size = 0
        if not size:
            self.lose()
            return
        try:
            frames = self.on_bytes(bytes(_READ[:size]))
        except Exception as error:
            # The outermost handler on the loop: no caller would get the exception.
            log.error("socket_read_failed", exc_info=error)
            self.lose()
            return
        asked, self._read_bytes = self._read_bytes, next_size(self._read_bytes, size, frames)
        if is_flood(asked, frames) and self.is_open:
            self._pause_reading()

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

    def _drop_pause(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause.close()
            self._pause = None
