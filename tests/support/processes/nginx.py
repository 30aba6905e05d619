"""nginx as deploy/nginx has it, before a server of a test: another folder, other ports."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.foundation.crypto.tls import init_ca, issue
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import ROOT, free_port

DEPLOY = ROOT / "deploy/nginx"
HOST = "localhost"
PROGRAM = shutil.which("nginx") or "/usr/sbin/nginx"


@dataclass
class Nginx:
    """A running nginx, held by its id; `root` is the certificate that its own rests on."""

    folder: Path
    port: int
    plain_port: int
    root: Path
    process: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        """Where screens and people come."""
        return f"https://{HOST}:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """Trusts its certificate."""
        return ssl.create_default_context(cafile=str(self.root))

    def workers(self) -> list[int]:
        """The processes that serve now, also those that are on their way out."""
        own = self.process.pid
        return [int(one) for one in Path(f"/proc/{own}/task/{own}/children").read_text().split()]

    def reload(self) -> None:
        """Reload the files; returns when other workers serve."""
        before = set(self.workers())
        self.process.send_signal(signal.SIGHUP)
        until("other workers of nginx", lambda: bool(set(self.workers()) - before))

    def kill(self) -> None:
        """End all of it at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def start(self) -> None:
        """Once more, after a kill."""
        self.process = _run(self.folder)
        self.is_there()

    def answers(self) -> bool:
        """Whether its port is open."""
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", self.plain_port), PATIENCE_S),
        ):
            return True
        return False

    def opens(self, path: str, **headers: str) -> Any:
        """Read an address. Raises HTTPError."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(self.base + path, headers=named)
        return urllib.request.urlopen(asked, timeout=PATIENCE_S, context=self.trust)

    def is_there(self) -> None:
        """Return when it answers; fail with its log if it ended."""
        until("nginx answers or has ended", lambda: self.answers() or self.process.poll())
        assert self.process.poll() is None, _log_text(self.folder)


@contextmanager
def nginx_before(
    base: str, folder: Path, *, patience: str = "60s", further: Sequence[str] = ()
) -> Iterator[Nginx]:
    """In front of the server at `base`; `patience` is how long former workers go on.

    Screens are shared with `further` servers.
    """
    port, plain_port = free_port(), free_port()
    hosts = [one.removeprefix("http://") for one in (base, *further)]
    root = configured(folder, hosts[0], port, plain_port, patience, hosts[1:])
    made = Nginx(folder, port, plain_port, root, _run(folder))
    try:
        made.is_there()
        yield made
    finally:
        if made.process.poll() is None:
            made.kill()


def configured(
    folder: Path,
    server: str,
    port: int = 4430,
    plain_port: int = 8080,
    patience: str = "60s",
    further: Sequence[str] = (),
) -> Path:
    """Write the files of deploy/nginx for a folder; the root of the certificate that was made."""
    (folder / "cache").mkdir(parents=True)
    root = init_ca(folder / "tls", datetime.now(UTC))
    own = issue(folder / "tls", HOST, datetime.now(UTC))
    more = "".join(f" server {one};" for one in further)
    changes = {
        "least_conn;": f"least_conn;{more}",
        "/etc/anping/tls/anping.example.cn.pem": str(own.certificate),
        "/etc/anping/tls/anping.example.cn-key.pem": str(own.key),
        "server_name anping.example.cn": f"server_name {HOST}",
        "server 127.0.0.1:8000": f"server {server}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen [::]:443 ssl": f"listen [::1]:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        "listen [::]:80": f"listen [::1]:{plain_port}",
        "/opt/anping": str(ROOT),
        "/var/cache/nginx/anping": str(folder / "cache"),
        "/etc/nginx/snippets/anping-proxy.conf": str(DEPLOY / "anping-proxy.conf"),
        "/etc/nginx/sites-enabled/*": str(folder / "anping.conf"),
        "include /etc/nginx/modules-enabled/*.conf;": "daemon off;",
        "include /etc/nginx/conf.d/*.conf;": "",
        "/run/nginx.pid": str(folder / "nginx.pid"),
        "/var/log/nginx": str(folder),
        "worker_shutdown_timeout 60s": f"worker_shutdown_timeout {patience}",
        # The release of a test may be readable for this account alone.
        "user www-data": "user root",
    }
    for name in ("nginx.conf", "anping.conf"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        for was, becomes in changes.items():
            text = text.replace(was, becomes)
        (folder / name).write_text(text, encoding="utf-8")
    return root.certificate


def _log_text(folder: Path) -> str:
    log = folder / "error.log"
    return log.read_text(encoding="utf-8") if log.exists() else "nothing"


def _run(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [PROGRAM, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
