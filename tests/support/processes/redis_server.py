"""A private Redis in a folder of its own, reached by a socket there."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError

from tests.support.patience import PATIENCE_S, until

PROGRAM: Final = shutil.which("redis-server") or "/usr/bin/redis-server"
USER: Final = "anping"
WORD: Final = "a-word-for-redis"
MAY: Final = f"{USER} on >{WORD} &anping:* +publish +subscribe +unsubscribe +ping"
"""What docs/operations.md asks for; the tests themselves may everything."""


@dataclass
class RedisServer:
    """The process, held by its id."""

    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        """The setting."""
        return f"unix://{USER}:{WORD}@{self.folder / 'redis.sock'}"

    def client(self) -> Any:
        """A client of its own beside the product."""
        url = f"unix://:{WORD}@{self.folder / 'redis.sock'}"
        return Redis.from_url(url, socket_timeout=PATIENCE_S)

    def start(self) -> None:
        """Start, and return when it answers."""
        self.process = subprocess.Popen(
            [
                *(PROGRAM, "--port", "0", "--unixsocket", str(self.folder / "redis.sock")),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
                *("--requirepass", WORD, "--user", *MAY.split()),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until("Redis is ready (make setup-tests)", self._answers)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Let it take connections, and answer nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except (RedisError, OSError):
            return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A ready one for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="anping-redis-"))
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
