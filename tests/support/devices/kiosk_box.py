"""A box beside a screen: deploy/kiosk installed below a folder, its wrapper under Xvfb."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from tests.support.browser.chromium import FLAGS

KIOSK = Path(__file__).parents[3] / "deploy" / "kiosk"
PAGE = b"""<!doctype html><title>p</title><body data-state="playing"><script>
const boot = Math.random(), call = () => fetch("/alive?boot=" + boot).catch(() => {});
setInterval(call, 100); call();
</script>"""


def install(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the installer below a folder."""
    command = [str(KIOSK / "install.sh"), "--root", str(root), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


class Door:
    """A page in the player's place, which sends a sign of life ten times a second."""

    def __init__(self) -> None:
        self.contacts: dict[str, list[float]] = {}
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                if asked.path == "/alive":
                    boot = parse_qs(asked.query)["boot"][0]
                    door.contacts.setdefault(boot, []).append(time.monotonic())
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(PAGE if asked.path == "/player/" else b"")

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/player/"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def newest(self) -> str:
        """The boot of the last sign of life; '' before the first."""
        return max(self.contacts, key=lambda boot: self.contacts[boot][-1], default="")

    def lives_s(self) -> float:
        """How long the newest page has sent signs of life."""
        times = self.contacts.get(self.newest(), [0.0])
        return times[-1] - times[0]

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()


@dataclass(frozen=True)
class Box:
    """A running wrapper."""

    wrapper: subprocess.Popen[bytes]

    def renderers(self) -> list[int]:
        """The process ids of the page's renderers."""
        return [pid for pid in descendants(self.wrapper.pid) if b"--type=renderer" in cmdline(pid)]

    def browser(self) -> int:
        """The process id of the browser itself."""
        kinds = {pid: cmdline(pid) for pid in descendants(self.wrapper.pid)}
        return next(p for p, c in kinds.items() if b"--kiosk" in c and b"--type=" not in c)


@contextmanager
def box(root: Path, address: str) -> Iterator[Box]:
    """The installed wrapper with Chromium, on a display of its own."""
    with display() as name:
        environ = os.environ | {
            "DISPLAY": name,
            "PYTHONPATH": str(root / "opt/anping-kiosk"),
            "ANPING_URL": address,
            "ANPING_PROFILE": str(root / "profile"),
            "ANPING_BROWSER_FLAGS": " ".join(FLAGS),
        }
        wrapper = subprocess.Popen([sys.executable, "-m", "anping_kiosk"], env=environ, cwd=root)
        try:
            yield Box(wrapper)
        finally:
            wrapper.send_signal(signal.SIGTERM)
            wrapper.wait(30)


@contextmanager
def display() -> Iterator[str]:
    """A screen without glass (Xvfb); its name."""
    reads, writes = os.pipe()
    command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writes], stderr=subprocess.DEVNULL)
    os.close(writes)
    try:
        with os.fdopen(reads) as output:
            yield f":{output.readline().strip()}"
    finally:
        server.terminate()
        server.wait(30)


def descendants(pid: int) -> list[int]:
    """All processes below one."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        own = [int(text) for text in children.read_text().split()]
    except OSError:
        return []
    return [*own, *(deeper for child in own for deeper in descendants(child))]


def cmdline(pid: int) -> bytes:
    """How a process was called; nothing if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
