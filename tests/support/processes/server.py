"""A real server: `server.cli serve` with its own folder on a free port, as in production."""

import atexit
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.app.databases import fresh_urls
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.world import make_world
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]
START_S = 180.0
STOP_S = PATIENCE_S
PORTS = (12_000, 32_000)
"""Below the ephemeral ports of Linux."""
_claims = ExitStack()
atexit.register(_claims.close)


@dataclass
class RunningServer:
    """The process held by its id, its address and what it printed."""

    process: subprocess.Popen[bytes]
    base: str
    folder: Path

    @property
    def printed(self) -> str:
        """Standard output so far."""
        return (self.folder / "out.txt").read_text(encoding="utf-8")

    def wait_until_ready(self, within_s: float = START_S) -> None:
        """Return when the server answers; fail with its log if it doesn't."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.base + "/readyz", timeout=PATIENCE_S):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
        log = (self.folder / "err.txt").read_text(encoding="utf-8")[-4000:]
        text = f"the server didn't get ready:\n{log}"
        raise AssertionError(text)

    def stop(self) -> int:
        """End it in order; answers the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_S)

    def kill(self) -> None:
        """Power cut for the whole family of processes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_S)

    def kill_if_running(self) -> None:
        """For what is called whether or not the test came as far as stopping it."""
        if self.process.poll() is None:
            self.kill()


def free_port() -> int:
    """A free port on the loopback address, given to no other test.

    The kernel may give one of its own to another process before our server binds it, so ports are
    chosen outside that range; a name that ends with this process reserves one.
    """
    while True:
        port = random.randrange(*PORTS)
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0anping-tests-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            _claims.enter_context(claim)
            return port


def start_server(
    folder: Path,
    port: int,
    *,
    first_run: bool = False,
    kept: socket.socket | None = None,
    within: Sequence[str] = (),
    release: Path = ROOT,
    **settings: str,
) -> RunningServer:
    """Start serving from `folder`; keyword arguments are settings (`admin_password="..."`).

    A folder without data is furnished with tables and a waiting picture, unless the `first_run` is
    to do that: it makes the starter pack too, half a minute of a processor. A `kept` socket is
    handed over as systemd does; `within` are words before the command. The code is this tree's, or
    that of another `release` in its folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not first_run and not (folder / "data").exists():
        _furnish(folder, **settings)
    settings = {**fresh_urls(folder / "data", migrated=False), **settings}
    wanted = {f"ANPING_{name.upper()}": value for name, value in settings.items()}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
    with (folder / "out.txt").open("ab") as out, (folder / "err.txt").open("ab") as err:
        process = subprocess.Popen(
            [*within, *handing_over(kept), sys.executable, "-m", "server.cli", "serve"],
            cwd=release,
            env={
                **inherited,
                "ANPING_BIND": f"127.0.0.1:{port}",
                "ANPING_DATA": str(folder / "data"),
                **wanted,
            },
            stdout=out,
            stderr=err,
            pass_fds=[] if kept is None else [kept.fileno()],
            start_new_session=True,
        )
    return RunningServer(process, f"http://127.0.0.1:{port}", folder)


def handing_over(kept: socket.socket | None) -> list[str]:
    """Words before a command that hand it a socket by the protocol of sd_listen_fds(3)."""
    if kept is None:
        return []
    number = kept.fileno()
    return ["bash", "-c", f'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&{number}', "bash"]


def _furnish(folder: Path, **settings: str) -> None:
    """Make the data of a server that was started once before."""
    world = make_world(folder, **settings)
    make_waiting_picture(world)
    world.close()


def command(
    folder: Path, *words: str, release: Path = ROOT, **settings: str
) -> subprocess.CompletedProcess[str]:
    """What an operator types beside the server of a folder: `command(folder, "backup", FILE)`.

    The code is this tree's, or that of another release in its folder.
    """
    wanted = {f"ANPING_{name.upper()}": value for name, value in settings.items()}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        cwd=release,
        env={
            **inherited,
            "ANPING_DATA": str(folder / "data"),
            "ANPING_BIND": "127.0.0.1:1",
            **wanted,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def serving(folder: Path, *, first_run: bool = False, **settings: str) -> Iterator[RunningServer]:
    """A ready server for the length of the block."""
    server = start_server(folder, free_port(), first_run=first_run, **settings)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@contextmanager
def serving_demo(data: Path, *words: str) -> Iterator[RunningServer]:
    """`server.cli demo --serve` on a data folder, ready, for the length of the block."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
    port, folder = free_port(), data.parent
    settings = {"ANPING_BIND": f"127.0.0.1:{port}", "ANPING_DATA": str(data)}
    with (folder / "out.txt").open("ab") as out, (folder / "err.txt").open("ab") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "demo", "--serve", *words],
            cwd=ROOT,
            env={**inherited, **settings},
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    server = RunningServer(process, f"http://127.0.0.1:{port}", folder)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
