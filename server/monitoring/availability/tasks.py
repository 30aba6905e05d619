"""Background jobs for uptime figures; idempotent, in short transactions."""

import time
from typing import Final

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.monitoring.availability import hourly_rollup, rollup_job
from server.monitoring.availability.day_store import mark, set_marks
from server.playlog.ingest.runtime import parts_of_job
from server.playlog.store.snapshot import snapshot

SHARE: Final = 20
"""A pass over a large fleet may take up at most 1 / SHARE of the time."""


def keep_uptime(core: Core, _job: Job) -> None:
    """Close days that are over, recompute changed ones, and refresh today's figures."""
    with snapshot(core.plays) as tx:
        since_ms, took_ms = core.clock.now_ms() - 1000 * mark(tx, "as_of"), mark(tx, "took_ms")
    if since_ms < SHARE * took_ms:
        return
    began = time.perf_counter()
    with parts_of_job(core) as parts:
        rollup_job.keep(core, parts)
        hourly_rollup.sum_hours(core, parts)
        took = {"took_ms": round(1000 * (time.perf_counter() - began))}
        parts.committer.submit(lambda tx: set_marks(tx, took))


def sweep_uptime(core: Core, _job: Job) -> None:
    """Recompute all days that may still change."""
    with parts_of_job(core) as parts:
        rollup_job.sweep(core, parts)
