"""The real worker process beside a world of a test, and its remains."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.app.world import World
from tests.support.patience import until as waited_until
from tests.support.processes.server import ROOT


@contextmanager
def worker(world: World, *beneath: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker for the length of the block, then killed; `beneath` names a module that runs it."""
    environment = {**os.environ, **world.environment, **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", *beneath, "server.operations.jobs_process.worker"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(happens: Callable[[], bool], seconds: float = 150.0) -> None:
    """Return when it happens; a worker starts and draws or encodes meanwhile."""
    waited_until("what a worker does", happens, patience_s=seconds, every_s=0.05)


def processes_of(world: World) -> list[str]:
    """Command lines that still work in the data folder of this world."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(world.core.settings.data) in command:
            found.append(command)
    return found
