"""Sends frames to many connections, with one system call for hundreds where possible.

Uses io_uring, with a second thread for thousands; else writes one by one, at a quarter more cost.
"""

import os
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Final

import structlog
from gevent import monkey
from prometheus_client import Gauge

from server.foundation.runtime.process_figures import registry
from server.foundation.websocket.line import Line
from server.foundation.websocket.ring import SIZE, Ring

log = structlog.get_logger(__name__)

WORTH_IT: Final = 8
"""For fewer connections the ring saves nothing."""
WORTH_TWO: Final = 4 * SIZE
"""For fewer connections the first thread finishes before a second has started."""
RING: Final = Gauge(
    "anping_socket_ring",
    "1 if a message to many goes out by one call for hundreds (io_uring), 0 if one by one.",
    registry=registry,
)


def opened() -> Ring | None:
    """A ring, if the kernel supports sending by one."""
    try:
        ring = Ring()
        _try_out(ring)
    except (OSError, ValueError) as error:
        log.info("fan_out_ring_missing", reason=str(error))
        return None
    return ring


def _try_out(ring: Ring) -> None:
    near, far = socket.socketpair()
    near.setblocking(False)
    took = ring.send([near.fileno()], b"x")
    near.close()
    far.close()
    if took != [1] or not ring.works:
        ring.close()
        raise OSError(-took[0], "io_uring doesn't send here")


class Round:
    """Frames to many connections, one for all or one each; several rings may share it."""

    def __init__(self, lines: Sequence[Line], frames: bytes | Sequence[bytes]) -> None:
        self._lines = lines
        self._frames = frames
        self._left = deque(range(0, len(lines), SIZE))
        self._incomplete: list[tuple[Line, bytes, int]] = []
        self._unknown: list[Line] = []

    @property
    def left(self) -> Iterator[tuple[Line, bytes]]:
        """The connections and frames that no ring has sent."""
        for at in self._left:
            lines = self._lines[at : at + SIZE]
            yield from zip(lines, self._of(at, len(lines)), strict=True)

    def send(self, ring: Ring) -> None:
        """Send until none is left, or the ring fails."""
        while ring.works:
            try:
                at = self._left.popleft()
            except IndexError:
                return
            lines = self._lines[at : at + SIZE]
            try:
                self._send(ring, lines, at)
            except BaseException:
                self._unknown += lines
                raise

    def _send(self, ring: Ring, lines: Sequence[Line], at: int) -> None:
        sockets, frames = [line.number for line in lines], self._frames
        if isinstance(frames, bytes):
            took = ring.send(sockets, frames)
            if took.count(len(frames)) == len(lines):
                return
        else:
            took = ring.send_each(sockets, frames[at : at + SIZE])
        for line, frame, taken in zip(lines, self._of(at, len(lines)), took, strict=True):
            if taken != len(frame):
                self._incomplete.append((line, frame, taken))

    def _of(self, at: int, count: int) -> Sequence[bytes]:
        """The frames of `count` connections from index `at` on."""
        frames = self._frames
        return [frames] * count if isinstance(frames, bytes) else frames[at : at + count]

    def settle(self) -> None:
        """Complete partially sent frames; close connections whose sent bytes are unknown."""
        for line, frame, taken in self._incomplete:
            line.went(frame, taken)
        for line in self._unknown:
            line.lose()


class Second:
    """A thread that sends besides the loop's, which waits for it without switching greenlets.

    Ends with the process, or when its ring fails. Raises RuntimeError if it can't be started.
    """

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        # Unpatched, as gevent's would switch greenlets.
        queue = monkey.get_original("queue", "SimpleQueue")
        self._begun: SimpleQueue[Round] = queue()
        self._ended: SimpleQueue[None] = queue()
        monkey.get_original("_thread", "start_new_thread")(self._serve, ())

    def begin(self, this: Round) -> None:
        """Start sending a round."""
        self._begun.put(this)

    def wait(self) -> None:
        """Wait until it has finished."""
        self._ended.get()

    def _serve(self) -> None:
        while self.ring.works:
            this = self._begun.get()
            try:
                this.send(self.ring)
            except Exception as error:
                # The outermost handler of the thread.
                self.ring.works = False
                log.error("fan_out_thread_failed", exc_info=error)
            finally:
                self._ended.put(None)  # or the loop's thread would wait forever
        self.ring.close()


class FanOut:
    """Sends to many connections at once, for this process."""

    def __init__(self, ring: Ring | None) -> None:
        self._ring = ring
        self._second: Second | None = None
        self._may_have_second = (os.cpu_count() or 1) > 1
        RING.set(ring is not None)

    def write(self, lines: Sequence[Line], frame: bytes, kind: str) -> None:
        """Send one frame to each connection; behind its backlog if it has one."""
        clear = [] if self._ring is None or len(lines) < WORTH_IT else Line.clear(lines)
        if self._ring is not None and clear:
            self._go(self._ring, self._second_for(clear), Round(clear, frame), kind)
        if len(clear) < len(lines):
            done = set(clear)
            for line in lines:
                if line not in done:
                    line.write(frame, kind)

    def write_each(self, pairs: Sequence[tuple[Line, bytes]], kind: str) -> None:
        """Send each connection its own frame; in this order for repeated connections."""
        lines, ring = [line for line, _ in pairs], self._ring
        if ring is None or len(pairs) < WORTH_IT or len(set(lines)) < len(lines):
            for line, frame in pairs:
                line.write(frame, kind)
            return
        clear = set(Line.clear(lines))
        for line, frame in pairs if len(clear) < len(lines) else ():
            if line not in clear:
                line.write(frame, kind)
        first = [line for line in lines if line in clear]
        frames = [frame for line, frame in pairs if line in clear]
        self._go(ring, None, Round(first, frames), kind)

    def _go(self, ring: Ring, second: Second | None, this: Round, kind: str) -> None:
        if second is not None:
            second.begin(this)
        sent = False
        try:
            this.send(ring)
            sent = True
        finally:
            # In any case no connection may be left with half a frame before the next one.
            if second is not None:
                second.wait()
            this.settle()
            if not sent or not ring.works or (second is not None and not second.ring.works):
                self._give_up(ring)
            for line, frame in this.left:
                line.write(frame, kind)

    def _second_for(self, lines: Sequence[Line]) -> Second | None:
        if self._second is None and self._may_have_second and len(lines) >= WORTH_TWO:
            self._second = _started()
            self._may_have_second = self._second is not None
        return self._second if len(lines) >= WORTH_TWO else None

    def _give_up(self, ring: Ring) -> None:
        self._ring = self._second = None
        self._may_have_second = False
        RING.set(0)
        ring.close()
        log.warning("fan_out_ring_failed")


def _started() -> Second | None:
    ring = opened()
    if ring is None:
        return None
    try:
        return Second(ring)
    except RuntimeError as error:
        ring.close()
        log.warning("fan_out_thread_missing", reason=str(error))
        return None
