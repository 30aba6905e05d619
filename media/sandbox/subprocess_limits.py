"""Runs one program with limits on time, memory and output, without a shell, killable as a whole.

Started by posix_spawn and watched through its pidfd, so that it behaves alike in plain threads,
in gevent's greenlets and in gevent's thread pool, where `subprocess` can't wait for children.
"""

from __future__ import annotations

import contextlib
import math
import os
import posix
import selectors
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import media

MIB = 1024 * 1024
STDERR_TAIL_BYTES = 64 * 1024
LONGEST_LINE_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
STACK_BYTES = 2 * MIB  # of each thread
# The shell interprets these words alone, never the arguments. It is needed because under gevent the
# event loop may reap any child of this process before we can get its status.
REPORTING = '"$@" 3>&-; echo $? >&3'
KILLED = 128  # what a shell adds to the number of the signal that ended a program
PASSED_ON = ("PATH", "LD_LIBRARY_PATH")  # nothing else: children must not see our secrets


class ProgramFailed(Exception):
    """A program that did not do its work; `detail` holds the end of what it complained."""

    def __init__(self, program: str, detail: str) -> None:
        super().__init__(f"{program}: {detail}")
        self.program = program
        self.detail = detail


class ProgramMissing(ProgramFailed):
    """The program is not installed."""


class ProgramTimedOut(ProgramFailed):
    """The program was killed because it took longer than it may."""


class ProgramTooLoud(ProgramFailed):
    """The program was killed because it wrote more to its output than it may."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a program may use: wall-clock seconds, memory, output kept, file size.

    Memory is the private pages that may be written, untouched ones too, not what libraries map.
    """

    seconds: float
    memory_bytes: int = 1024 * MIB
    output_bytes: int = 4 * MIB
    file_bytes: int = 16 * 1024 * MIB


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit status and its words.

    The status is negative if it was killed by that signal; one above 128 of its own seems so too.
    """

    returncode: int
    stdout: str
    stderr: str


def run(
    argv: Sequence[str], bounds: Bounds, on_line: Callable[[str], None] | None = None
) -> Finished:
    """Run a program to its end and return how it ended; a non-zero status is no exception.

    With `on_line` each line of standard output is handed over as it comes and none is kept;
    an exception raised by it kills the program and is passed on.
    Raises ProgramMissing, ProgramTimedOut or ProgramTooLoud; nothing is left running then.
    """
    deadline = time.monotonic() + bounds.seconds
    output = _Output(argv[0], bounds, on_line)
    child = _start(argv, bounds)
    try:
        _listen(child, output, deadline)
    finally:
        child.collect()
    return output.finished()


def python_argv(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of ours in a child of its own."""
    return [sys.executable, "-E", "-s", "-W", "ignore", "-m", module, *arguments]


@dataclass(frozen=True, slots=True)
class _Child:
    program: str
    pid: int
    pidfd: int
    out: int
    err: int
    status: int

    def end(self) -> None:
        """Kill the rest of the process group, so that no pipe is held open."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def collect(self) -> None:
        """End and close everything."""
        self.end()
        with contextlib.suppress(ChildProcessError):  # gevent's loop may have been first
            posix.waitpid(self.pid, 0)
        for fd in (self.pidfd, self.out, self.err, self.status):
            os.close(fd)


@dataclass(slots=True)
class _Output:
    program: str
    bounds: Bounds
    on_line: Callable[[str], None] | None
    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)
    status: bytearray = field(default_factory=bytearray)

    def take_out(self, chunk: bytes) -> None:
        self.out += chunk
        if self.on_line is not None:
            *lines, rest = bytes(self.out).split(b"\n")
            self.out = bytearray(rest)
            for line in lines:
                self.on_line(line.decode(errors="replace"))
        most = LONGEST_LINE_BYTES if self.on_line else self.bounds.output_bytes
        if len(self.out) > most:
            raise ProgramTooLoud(self.program, f"wrote more than {most} bytes")

    def take_err(self, chunk: bytes) -> None:
        self.err += chunk
        del self.err[:-STDERR_TAIL_BYTES]

    def take_status(self, chunk: bytes) -> None:
        self.status += chunk

    def finished(self) -> Finished:
        # No status: the whole group was killed.
        status = int(self.status) if self.status else KILLED + signal.SIGKILL
        returncode = KILLED - status if status > KILLED else status
        out, err = (captured.decode(errors="replace") for captured in (self.out, self.err))
        return Finished(returncode, out, err)


def _start(argv: Sequence[str], bounds: Bounds) -> _Child:
    command = _command(argv, bounds)
    pipes = [os.pipe() for _ in range(3)]
    reading, writing = [pipe[0] for pipe in pipes], [pipe[1] for pipe in pipes]
    actions: list[tuple[object, ...]] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    actions += [(os.POSIX_SPAWN_DUP2, fd, place) for place, fd in enumerate(writing, start=1)]
    try:
        # posix's own, not the one in `os`: gevent replaces that by one for its main loop only.
        pid = posix.posix_spawn(
            command[0], command, _environment(), file_actions=actions, setpgroup=0
        )
    except BaseException:
        _close(reading)
        raise
    finally:
        _close(writing)
    out, err, status = reading
    return _Child(argv[0], pid, os.pidfd_open(pid), out, err, status)


def _command(argv: Sequence[str], bounds: Bounds) -> list[str]:
    """Small programs that each set one thing and then become the next one."""
    root = Path(media.__file__).resolve().parent.parent
    # Ends with its parent, even if that is killed; gains no rights from set-user-id programs.
    mortal = [_found("setpriv"), "--pdeathsig", "KILL", "--no-new-privs"]
    return [
        *(_found("env"), f"--chdir={root}", *mortal, _found("nice"), "-n", "10"),
        *(_found("sh"), "-c", REPORTING, "sh", *mortal),
        _found("prlimit"),
        f"--data={bounds.memory_bytes}",
        f"--stack={STACK_BYTES}",
        f"--cpu={math.ceil(bounds.seconds) * 4}",
        f"--fsize={bounds.file_bytes}",
        *("--core=0", "--nofile=256", _found(argv[0]), *argv[1:]),
    ]


def _close(fds: Sequence[int]) -> None:
    for fd in fds:
        os.close(fd)


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise ProgramMissing(program, "is not installed")
    return path


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # Two heaps for all threads, where each would keep one of its own.
    own = {"LC_ALL": "C.UTF-8", "AV_LOG_FORCE_NOCOLOR": "1", "MALLOC_ARENA_MAX": "2"}
    return kept | own


def _listen(child: _Child, output: _Output, deadline: float) -> None:
    """Pass on the program's output until it has ended and both its pipes are drained."""
    waiting: dict[int, Callable[[bytes], None]] = {
        child.out: output.take_out,
        child.err: output.take_err,
        child.status: output.take_status,
        child.pidfd: lambda _nothing: child.end(),
    }
    with selectors.DefaultSelector() as selector:
        for fd in waiting:
            selector.register(fd, selectors.EVENT_READ)
        while waiting:
            left = deadline - time.monotonic()
            ready = selector.select(max(left, 0))
            if left <= 0:
                raise ProgramTimedOut(child.program, "took too long and was killed")
            for fd in [key.fd for key, _ in ready]:
                chunk = b"" if fd == child.pidfd else os.read(fd, CHUNK_BYTES)
                waiting[fd](chunk)
                if not chunk:
                    selector.unregister(fd)
                    del waiting[fd]
