"""The demo as `make demo` runs it: 200 venues, 300 screens, in real time, and what it costs."""

import os
import re
import time
from pathlib import Path

import pytest

from tests.support.processes.server import serving_demo

pytestmark = pytest.mark.soak

MEASURED_S = 120.0


def cpu_s(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def players_of(parent: int) -> int:
    """The process of the virtual screens that a server has started."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            above = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if above == parent and b"server.operations.demo" in command:
            return int(entry.name)
    text = "no virtual screens"
    raise AssertionError(text)


def test_three_hundred_screens_cost_less_than_a_third_of_a_core(tmp_path: Path) -> None:
    with serving_demo(tmp_path / "data", "--days", "0") as served:
        players = players_of(served.process.pid)
        time.sleep(30)
        before, began = cpu_s(players), time.monotonic()
        time.sleep(MEASURED_S)
        share = (cpu_s(players) - before) / (time.monotonic() - began)
        printed = served.printed
        status = served.stop()

    sys_out = f"virtual screens: {100 * share:.1f} % of a core\n"
    os.write(1, sys_out.encode())
    assert share < 0.30
    assert re.search(r"First play counted: [\d.]+", printed)
    assert status == 0
