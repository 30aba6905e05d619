"""A restore drill: an archive becomes a separate server in its own folder, beside the live one.

Only that server's web worker runs, on a random port: jobs would send messages to people and delete
files of a bucket.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.foundation.config import PREFIX, Settings, read_settings
from server.foundation.i18n import Sentence
from server.foundation.paths import ROOT
from server.operations.backup.errors import NotRestored
from server.operations.backup.restore import Request, restore
from server.operations.backup.row_counts import counts_of
from server.operations.supervisor.parent_death import die_with_parent
from server.operations.supervisor.serve import WEB, opens

READY_S: Final = 120.0
STOP_S: Final = 20.0
POLL_INTERVAL_S: Final = 0.1
PAGES: Final = ("/readyz", "/player/", "/login")
LOG: Final = "drill.log"


@dataclass
class Drill:
    """One archive, the settings of the restored server, and the duration of each step."""

    archive: Path
    settings: Settings
    now_ms: int
    took_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        began = time.monotonic()
        yield
        self.took_s[name] = time.monotonic() - began

    @property
    def whole_s(self) -> float:
        """The total time in s."""
        return sum(self.took_s.values())


@dataclass(frozen=True)
class Difference:
    """A row count in the archive, and after the restore."""

    what: str
    then: int
    now: int


def settings_of(folder: Path, database_url: str | None) -> Settings:
    """Settings of the drill's server: from the live one only the bucket and the zone."""
    return read_settings(
        data=folder,
        bind=f"127.0.0.1:{_free_port()}",
        database_url=database_url,
        signing_key_file=None,
        public_url=None,
    )


def put_back(drill: Drill) -> list[Difference]:
    """Restore and count; returns the differences. Raises NotRestored, Damaged."""
    with drill.step("restore"):
        done = restore(drill.settings, Request(drill.archive, replace=False, now_ms=drill.now_ms))
    with drill.step("count"):
        now = counts_of(drill.settings)
    then = done.contents.counts
    return [Difference(one, then[one], now[one]) for one in then if then[one] != now.get(one)]


def serve(drill: Drill) -> None:
    """Start the web worker and load its pages. Raises NotRestored with the end of its log."""
    with drill.step("serve"):
        log = drill.settings.data / LOG
        with log.open("wb") as written:
            process = subprocess.Popen(
                WEB,
                cwd=ROOT,
                env=_environment(drill.settings),
                stdout=written,
                stderr=written,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - this command has one thread
            )
        try:
            _open_pages(drill.settings, process, time.monotonic() + READY_S)
        except TimeoutError as error:
            raise NotRestored(_never_served(log)) from error
        finally:
            _end(process)


def _open_pages(settings: Settings, process: "subprocess.Popen[bytes]", until_s: float) -> None:
    for page in PAGES:
        while not opens(settings.bind, page, timeout_s=10):
            if process.poll() is not None or time.monotonic() > until_s:
                raise TimeoutError
            time.sleep(POLL_INTERVAL_S)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    """This process's environment, with the drill's settings instead of the server's."""
    own = {
        "DATA": str(settings.data),
        "BIND": settings.bind,
        "DATABASE_URL": settings.database_url,
    }
    left_out = ("DATABASE_URL_FILE", "SIGNING_KEY_FILE", "PUBLIC_URL", *own)
    kept = {k: v for k, v in os.environ.items() if k not in {PREFIX + one for one in left_out}}
    return kept | {PREFIX + name: value for name, value in own.items() if value is not None}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _never_served(log: Path) -> Sentence:
    end = log.read_text(encoding="utf-8", errors="replace")[-600:].strip()
    return Sentence(f"恢复后的服务没有启动：{end}", f"the restored server didn't start: {end}")
