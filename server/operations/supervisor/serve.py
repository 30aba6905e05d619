"""Starts gunicorn, the reading process and jobs, restarts them, and forwards signals."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from server.foundation.config import Settings, environment_of
from server.foundation.paths import ROOT
from server.foundation.runtime.malloc_thresholds import VARIABLES
from server.operations.supervisor.forked_work import Copy, Prepared
from server.operations.supervisor.listening_socket import HANDED_ON
from server.operations.supervisor.parent_death import die_with_parent

log = structlog.get_logger(__name__)

GRACE_S = 15.0
READY_S = 60.0
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)

WEB = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "server.wsgi:make_app()"]
READING = [sys.executable, "-m", "server.operations.reading_process.process"]
JOBS = [sys.executable, "-m", "server.operations.jobs_process.worker"]
ONCE = "一次性密码只显示这一次，登录后请改掉 Shown only this once, change it after signing in:"
READING_PROCESS = "READING_PROCESS"
"""The variable that informs the web server of a reading process."""


@dataclass
class Child:
    """A supervised process; `door`: the socket that it serves.

    `extra_environment`: variables besides the settings.
    """

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | Copy | None = None
    door: socket.socket | None = None
    extra_environment: Mapping[str, str] = field(default_factory=dict)
    deaths: int = 0
    start_after: float = 0.0

    def keep_running(self, now: float, environment: Mapping[str, str]) -> None:
        """Start it if it isn't running, with a back-off after each death."""
        if self.process is None and now >= self.start_after:
            self.process = self._start({**environment, **self.extra_environment})
        elif self.process is not None and self.process.poll() is not None:
            pause = PAUSES_S[min(self.deaths, len(PAUSES_S) - 1)]
            log.error("process_ended", process=self.name, status=self.process.returncode)
            self.process, self.deaths, self.start_after = None, self.deaths + 1, now + pause

    def _start(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        handed_on: tuple[int, ...] = ()
        if self.door is not None:
            handed_on = (self.door.fileno(),)
            environment[HANDED_ON] = str(self.door.fileno())
        return subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment,
            pass_fds=handed_on,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this parent has one thread
        )


def serving(door: socket.socket) -> list[Child]:
    """The web server for a socket, and the reading process."""
    return [
        Child("web", WEB, door=door, extra_environment={READING_PROCESS: "1"}),
        Child("reading", READING),
    ]


@dataclass
class Supervisor:
    """The parent's loop; its children get its settings through the environment.

    `prepared`: its text, account and one-time password, is shown when the server is ready.
    """

    settings: Settings
    write_line: Callable[[str], None]
    children: list[Child]
    prepared: Prepared | None = None
    stopping: bool = False
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {**VARIABLES, **environment_of(self.settings)}

    def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; the exit status is 0 for an orderly end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        announce_by = time.monotonic() + READY_S
        announced = False
        while not self.stopping:
            for child in self.children:
                child.keep_running(time.monotonic(), self.environment)
            if not announced:
                is_late = time.monotonic() >= announce_by
                announced = is_late or is_ready(self.settings)
                if announced:
                    self._announce(is_late=is_late)
            time.sleep(0.2)
        self._end_children()
        return 0

    def _announce(self, *, is_late: bool) -> None:
        """Print the addresses; a one-time password even if the server isn't ready in time."""
        first_sign_in = self.prepared.text if self.prepared is not None else ""
        if first_sign_in or not is_late:
            announce(self.settings, self.write_line, first_sign_in)
        if first_sign_in and self.prepared is not None:
            self.prepared.confirm()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _end_children(self) -> None:
        for child in self.children:
            if child.door is not None:
                child.door.close()
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def is_ready(settings: Settings) -> bool:
    """Whether the server responds."""
    return opens(local_address(settings), "/readyz", timeout_s=1)


def opens(address: str, page: str, timeout_s: float) -> bool:
    """Whether the server at a host and port answers a page with 200."""
    try:
        with urllib.request.urlopen(f"http://{address}{page}", timeout=timeout_s) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def announce(
    settings: Settings, write_line: Callable[[str], None], first_sign_in: str = ""
) -> None:
    """Print the addresses for screens and people; account and one-time password last."""
    base = settings.public_url or f"http://{local_address(settings)}"
    write_line(f"播放终端 Player:   {base}/player/")
    write_line("按 Ctrl-C 停止 Press Ctrl-C to stop")
    if first_sign_in:
        write_line(f"\n{ONCE}")
    write_line(f"管理后台 Console:  {base}/")
    if first_sign_in:
        write_line(f"首次登录 First sign-in:  {first_sign_in}")


def local_address(settings: Settings) -> str:
    """Host and port of this machine's own server."""
    host, _, port = settings.bind.rpartition(":")
    return f"{'127.0.0.1' if host in {'0.0.0.0', '', '[::]'} else host}:{port}"  # noqa: S104 - compared, not bound


def print_line(text: str) -> None:
    """Print a line on standard output, flushed."""
    os.write(1, (text + "\n").encode())
