"""The play log's background work; each is harmless twice and writes in short transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from server.core import Core
from server.jobs.models import Job
from server.playback import keeping
from server.playback.civil import Civil
from server.playback.parts import Playback, make_playback

log = structlog.get_logger(__name__)

CHECKED_DAYS = 2


def keep_plays(core: Core, _job: Job) -> None:
    """Follow changed tenures and places, and fold the expected plays of days that are over."""
    with _parts(core) as parts:
        keeping.follow_changes(core, parts)
        keeping.fold(core, parts)


def seal_plays(core: Core, _job: Job) -> None:
    """Add the days that are over to the server-wide chain."""
    with _parts(core) as parts:
        keeping.seal(core, parts)


def verify_rollups(core: Core, _job: Job) -> None:
    """Hold the roll-ups of the last days against the plays, and say so loudly if they differ."""
    today = Civil(core.settings.zone).day_of(core.clock.now_ms())
    with _parts(core) as parts:
        for one in keeping.verify(core, parts, range(today - CHECKED_DAYS, today)):
            log.error(
                "a roll-up differs from the plays",
                table=one.table,
                key=one.key,
                booked=one.booked,
                counted=one.counted,
            )


@contextmanager
def _parts(core: Core) -> Iterator[Playback]:
    parts = make_playback(core)
    try:
        yield parts
    finally:
        parts.committer.close()
