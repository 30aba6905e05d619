"""Runs the operator's commands as he does: in a process of their own, on a world's data."""

import atexit
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from tests.support.app.world import World

ROOT = Path(__file__).parents[3]
ENDED_S = 60.0


def run(world: World, *words: str, typed: str | bytes = "") -> subprocess.CompletedProcess[str]:
    """`python -m server.cli WORDS` on a world's data, and what became of it."""
    return operate(*words, typed=typed, **world.environment)


def operate(
    *words: str, typed: str | bytes = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """The same with no other settings than these; `typed` is what standard input has."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
    return run_with({**inherited, **settings}, *words, typed=typed)


def run_with(
    environment: Mapping[str, str], *words: str, typed: str | bytes = ""
) -> subprocess.CompletedProcess[str]:
    """The same with exactly this environment."""
    sent = typed.encode() if isinstance(typed, str) else typed
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(sent)
        stdin.seek(0)
        status = _interpreter().run(words, environment, (stdin, stdout, stderr))
        return subprocess.CompletedProcess(words, status, _text(stdout), _text(stderr))


def run_in_new_process(
    environment: Mapping[str, str], *words: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """The same in an interpreter that nothing was read into before."""
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        cwd=ROOT,
        input=typed,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


class _Interpreter:
    """The interpreter that is forked; it ends with this process, when its pipe closes."""

    def __init__(self) -> None:
        self.line, other = socket.socketpair()
        with other:
            words = [
                sys.executable,
                "-m",
                "tests.support.speed.forked_interpreter",
                str(other.fileno()),
            ]
            clean = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, pass_fds=[other.fileno()]
            )

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], files: Sequence[IO[bytes]]
    ) -> int:
        """The exit status of a command with these files as its standard ones."""
        order = json.dumps({"words": words, "environment": dict(environment)}).encode()
        socket.send_fds(self.line, [order], [file.fileno() for file in files])
        (status,) = struct.unpack("!i", self.line.recv(4, socket.MSG_WAITALL))
        return int(status)

    def end(self) -> None:
        """Close the pipe, and wait for its end."""
        self.line.close()
        self.process.wait(ENDED_S)


@cache
def _interpreter() -> _Interpreter:
    made = _Interpreter()
    atexit.register(made.end)
    return made
