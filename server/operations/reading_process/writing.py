"""Runs heavy writing calls in a process of their own, which may write.

Imports of tables take seconds, and are rare. The process contains the whole server and starts
within seconds; it ends with the answer.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.runtime.turns import Turns
from server.operations.supervisor.parent_death import die_with_parent
from server.web.reading_process.frames import Call, End, Line, ReadingFrame, Refused

SILENCE_S: Final = 150.0
"""Less than the web worker's timeout, s."""
WAITING: Final = 3
MANY_IMPORTS: Final = Sentence(
    "正在导入其他人的表格，请一分钟后重试。",
    "Tables of others are being imported: try again in a minute.",
)


class Writers:
    """Starts them, one at a time."""

    def __init__(self) -> None:
        self._turns = Turns(1, WAITING, SILENCE_S, MANY_IMPORTS)

    def __call__(self, call: Call, send: Callable[[Any], None]) -> None:
        """Run a call, and pass the frames of its answer to `send`. Raises Broken and Busy."""
        with self._turns.turn():
            ours, theirs = socket.socketpair()
            with ours, theirs:
                ours.settimeout(SILENCE_S)
                process = _start(theirs)
                theirs.close()
                try:
                    _relay(Line(ours, ReadingFrame), call, send)
                finally:
                    process.kill()
                    process.wait()


def _start(end: socket.socket) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "server.operations.reading_process.once", str(end.fileno())],
        pass_fds=(end.fileno(),),
        stdin=subprocess.DEVNULL,
        env=os.environ,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - between fork and exec it takes no lock
    )


def _relay(line: Line, call: Call, send: Callable[[Any], None]) -> None:
    line.send(call)
    while True:
        frame = line.next()
        send(frame)
        if isinstance(frame, (End, Refused)):
            return
