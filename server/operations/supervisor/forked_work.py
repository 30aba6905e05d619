"""Runs work in a forked process, so that its memory is released afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from server.operations.supervisor.parent_death import die_with_parent

PAUSE_S = 0.05
MOST_BYTES = 4096
"""The longest text that is passed; a pipe keeps one write of it in one piece."""


@dataclass
class Copy:
    """A forked process, with the interface of `subprocess.Popen`."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._collect(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status at its end. Raises subprocess.TimeoutExpired if it runs longer."""
        if timeout is None:
            return self._collect(0) or 0
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"copy {self.pid}", timeout)
            time.sleep(PAUSE_S)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def _collect(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def start_copy(work: Callable[[], object]) -> Copy:
    """Run work in a forked process, which ends with this one in any case.

    Only for a process with one thread.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        work()
        sys.exit(0)
    return Copy(pid)


Confirm = Callable[[str], None]
"""Passes a text to the parent, and returns when the parent has shown it."""


@dataclass
class Prepared:
    """A forked process that goes on; `text` is what it wants shown, empty if nothing."""

    copy: Copy
    text: str
    answering: int

    def confirm(self) -> None:
        """Let the process go on, as its text was shown; once, without effect if it has ended."""
        with suppress(BrokenPipeError):
            os.write(self.answering, b"1")
        os.close(self.answering)


def going_on(first: Callable[[Confirm], object], then: Callable[[], object]) -> Prepared:
    """Return once a forked process has done the first work; it continues with the second.

    Or once the first work has passed a text to its argument: it waits there until that is
    confirmed, and ends if the parent does so before. If it failed, the process has ended with its
    `returncode`.
    """
    reading, writing = os.pipe()
    waiting, answering = os.pipe()

    def confirm(text: str) -> None:
        os.write(writing, text.encode() + b"\n")
        if not os.read(waiting, 1):
            os._exit(0)

    def both() -> None:
        os.close(answering)
        first(confirm)
        with suppress(BrokenPipeError):  # a text was passed, and nobody waits for more
            os.write(writing, b"\n")
        os.close(writing)
        then()

    copy = start_copy(both)
    os.close(writing)
    os.close(waiting)
    line = os.read(reading, MOST_BYTES)
    os.close(reading)
    if not line:
        copy.wait()
    return Prepared(copy, line.decode().strip(), answering)
