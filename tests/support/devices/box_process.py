"""The process of a box at a screen: Chromium with its own profile, which can lose its power."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.browser.chromium import FLAGS, OWN_PAGES, program, without
from tests.support.patience import PATIENCE_S, until


@dataclass(frozen=True)
class Surroundings:
    """The browser's environment: flags and variables of its process."""

    flags: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


HEADLESS = Surroundings(("--headless=new", "--window-size=1280,720"))


class BoxProcess:
    """Starts and kills it; `debugging` is the address for connections from outside."""

    def __init__(self, profile: Path, address: str, around: Surroundings = HEADLESS) -> None:
        self._around = around
        self._profile = profile
        self._address = address
        self._process: subprocess.Popen[bytes] | None = None
        self.debugging = ""

    def switch_on(self) -> float:
        """Start the browser at the player's address; answers when its process was started."""
        port_file = self._profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self._profile.mkdir(parents=True, exist_ok=True)
        flags = [*FLAGS, without(*OWN_PAGES), *self._around.flags, "--remote-debugging-port=0"]
        began = time.monotonic()
        self._process = subprocess.Popen(
            [program(), *flags, f"--user-data-dir={self._profile}", self._address],
            env={**os.environ, **self._around.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until("its port", lambda: port_file.exists() and "\n" in port_file.read_text())
        self.debugging = f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}"
        return began

    def cut_power(self) -> None:
        """Kill all of its processes at once."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)
        self._process = None
