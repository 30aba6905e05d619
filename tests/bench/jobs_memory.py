"""What the jobs process holds: `python -m tests.bench.jobs_memory [screens] [rounds]`.

The process with its workers, beside a district of so many screens with one plan. In each round
each kind of job that comes round by the clock every few minutes, or every hour, is ready once.
Prints anonymous memory of each process and of all (Pss_Anon: a page that is shared counts once)
when they have come up, and after every third round.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue, wake
from tests.support.app.world import World, make_world
from tests.support.factories.one_plan import one_plan
from tests.support.processes.jobs_process import until, worker
from tests.support.processes.server import ROOT
from tests.support.speed.memory import anonymous_bytes, tree

LIGHT: Final = (
    "watch_incidents", "advance_campaigns", "keep_uptime", "tie_plays", "keep_plays",
    "extend_plans", "order_reports", "forget_answers", "measure_spot_checks", "plan_renditions",
    "watch_floors",
)  # fmt: skip
MIB: Final = 1024 * 1024
UP_S: Final = 6.0
REPORT_EVERY: Final = 3


def main(screens: int = 500, rounds: int = 24) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        world = make_world(Path(folder))
        one_plan(world, screens)
        with worker(world) as jobs:
            time.sleep(UP_S)
            report("come up", jobs)
            for number in range(1, rounds + 1):
                work(world, number)
                if number % REPORT_EVERY == 0:
                    report(f"after {number} rounds", jobs)
        world.close()


def work(world: World, number: int) -> None:
    """One round, until all of it is done."""
    now_ms = time.time_ns() // 1_000_000
    with world.core.config.write() as session:
        for kind in LIGHT:
            enqueue(session, kind, f"{number} {kind}", now_ms)
    wake(world.core)
    until(lambda: not _open(world))


def _open(world: World) -> int:
    with world.core.config.read() as session:
        query = select(func.count()).where(Job.state.in_(("queued", "running")))
        return int(session.scalar(query) or 0)


def report(when: str, jobs: subprocess.Popen[bytes]) -> None:
    """A line with the memory of each process, and of all."""
    held = [anonymous_bytes(one) / MIB for one in sorted(tree(jobs.pid))]
    each = ", ".join(f"{one:.1f}" for one in held)
    print(f"{when}: {sum(held):.1f} MiB ({each})", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
