"""Background jobs of the play log; idempotent, in short transactions."""

import structlog

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.playlog import upkeep
from server.playlog.ingest import bundling
from server.playlog.ingest.runtime import parts_of_job

log = structlog.get_logger(__name__)

CHECKED_DAYS = 2


def keep_plays(core: Core, _job: Job) -> None:
    """Reconcile tenures and places, judge waiting plays, and close days that are over."""
    with parts_of_job(core) as parts:
        upkeep.follow_changes(core, parts)
        upkeep.judge_waiting(core, parts)
        upkeep.fold(core, parts)


def seal_plays(core: Core, _job: Job) -> None:
    """Add the days that are over to the server-wide chain."""
    with parts_of_job(core) as parts:
        upkeep.seal(core, parts)


def tie_plays(core: Core, _job: Job) -> None:
    """Bundle small batches of sealed days; the remainder is left for the next run."""
    with parts_of_job(core) as parts:
        bundling.tie_plays(core, parts)


def verify_rollups(core: Core, _job: Job) -> None:
    """Verify the roll-ups of the last days against the plays; log an error per difference."""
    today = Civil(core.settings.zone).day_of(core.clock.now_ms())
    with parts_of_job(core) as parts:
        for one in upkeep.verify(core, parts, range(today - CHECKED_DAYS, today)):
            log.error(
                "rollup_mismatch_found",
                table=one.table,
                key=one.key,
                booked=one.booked,
                counted=one.counted,
            )
