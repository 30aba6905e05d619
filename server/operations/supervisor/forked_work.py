"""Work in a copy of a process: what the work reads into memory goes away with the copy."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from server.operations.supervisor.parent_death import die_with_parent

PAUSE_S = 0.05


@dataclass
class Copy:
    """A copy at work; what `subprocess.Popen` can be asked, it can be asked too."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it works."""
        return self._collect(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status at its end. Raises subprocess.TimeoutExpired if it works on till then."""
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
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _collect(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def start_copy(work: Callable[[], object]) -> Copy:
    """Do the work in a copy, which ends with this process, whatever ends it.

    Only for a process with one thread.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        work()
        sys.exit(0)
    return Copy(pid)


def in_a_copy(work: Callable[[], object]) -> int:
    """Do the work in a copy and wait for its end; answers its exit status."""
    return start_copy(work).wait()


def going_on(first: Callable[[], object], then: Callable[[], object]) -> Copy:
    """Return when a copy has done the first work; it goes on with what follows.

    If the first failed, the copy has ended and its `returncode` says how.
    """
    reading, writing = os.pipe()

    def both() -> None:
        first()
        os.write(writing, b"1")
        os.close(writing)
        then()

    copy = start_copy(both)
    os.close(writing)
    done = os.read(reading, 1)
    os.close(reading)
    if not done:
        copy.wait()
    return copy
