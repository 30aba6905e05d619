"""The play log's background work; each is harmless twice and writes in short transactions."""

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
    """Follow changed tenures and places, judge what waited, and fold the expected plays of days
    that are over.
    """
    with parts_of_job(core) as parts:
        upkeep.follow_changes(core, parts)
        upkeep.judge_waiting(core, parts)
        upkeep.fold(core, parts)


def seal_plays(core: Core, _job: Job) -> None:
    """Add the days that are over to the server-wide chain."""
    with parts_of_job(core) as parts:
        upkeep.seal(core, parts)


def tie_plays(core: Core, _job: Job) -> None:
    """Tie small batches of sealed days together; what is left is for the next time."""
    with parts_of_job(core) as parts:
        bundling.tie_plays(core, parts)


def verify_rollups(core: Core, _job: Job) -> None:
    """Hold the roll-ups of the last days against the plays; say so loudly if they differ."""
    today = Civil(core.settings.zone).day_of(core.clock.now_ms())
    with parts_of_job(core) as parts:
        for one in upkeep.verify(core, parts, range(today - CHECKED_DAYS, today)):
            log.error(
                "a roll-up differs from the plays",
                table=one.table,
                key=one.key,
                booked=one.booked,
                counted=one.counted,
            )
