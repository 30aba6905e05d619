"""What a page that plays holds, by the words of its browser, and how fast that grows."""

import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.devtools.session import Session


@dataclass(frozen=True)
class Sample:
    """What the page held at an instant (s): bytes of its heap, nodes, listeners."""

    at_s: float
    heap: float
    nodes: float
    listeners: float


def sample(session: Session) -> Sample:
    """One sample, after a garbage collection."""
    session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    metrics = {one["name"]: one["value"] for one in found}
    return Sample(
        time.monotonic(), metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"]
    )


def bytes_an_hour(samples: list[Sample]) -> float:
    """The slope of the straight line through the heap's sizes."""
    line = statistics.linear_regression(
        [one.at_s for one in samples], [one.heap for one in samples]
    )
    return line.slope * 3600


def grown(counts: list[float]) -> float:
    """The least of the last third minus the least of the first third.

    A sample during a swap includes objects freed a moment later; a leak is in each sample.
    """
    third = len(counts) // 3
    return min(counts[-third:]) - min(counts[:third])


def private_bytes(profile: Path) -> int:
    """What the page's own process alone has in memory."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            rollup = (entry / "smaps_rollup").read_text() if b"--type=renderer" in command else ""
        except OSError:
            continue
        if str(profile).encode() in command and b"--extension-process" not in command and rollup:
            kinds = re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", rollup, re.MULTILINE)
            return sum(int(one) for one in kinds) * 1024
    text = "no renderer"
    raise AssertionError(text)
