"""Node's server beside ours: a script that is given its port."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.push.load import is_up
from tests.support.processes.server import ROOT, free_port


@contextmanager
def node_server(script: Path) -> Iterator[tuple[str, int]]:
    """Its address and process, for the length of the block."""
    port = free_port()
    process = subprocess.Popen(
        ["node", str(script), str(port)], cwd=ROOT, stdout=sys.stderr, start_new_session=True
    )
    try:
        while not is_up(f"http://127.0.0.1:{port}"):
            assert process.poll() is None, "it didn't start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
