"""The jobs of plans: rebuild changed ones, extend by a day, delete old loops."""

from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select

from playlists.windows import day_span
from server.content.assets import rendition_backfill
from server.content.assets.tasks import wanted_classes
from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.publishing import service
from server.publishing.manifests import (
    file_retention,
    loop_cache,
    rebuild_queue,
)
from server.publishing.models import Assignment
from server.publishing.queries import shown_assets

log = structlog.get_logger(__name__)

# Plans get their next day in the hour from here on, each screen at a minute of its own.
FIRST_HOUR: Final = 3
MINUTES: Final = 60


def rebuild_loops(core: Core, _job: Job) -> None:
    """Rebuild queued plans until the queue is empty."""
    while notes := rebuild_queue.pending(core):
        service.rebuild(core, None if rebuild_queue.ALL in notes else set(notes))
        rebuild_queue.mark_done(core, notes)


def extend_plans(core: Core, _job: Job) -> None:
    """Extend the plans of the screens due in this minute; a missed one comes later."""
    now_ms = core.clock.now_ms()
    midnight_ms = day_span(core.settings.zone, now_ms)[0]
    with core.config.read() as session:
        query = select(Assignment.screen_id).where(Assignment.built_at < midnight_ms)
        waiting = list(session.scalars(query))
    minute = minutes_of_day(core, now_ms) - FIRST_HOUR * 60
    due = [screen_id for screen_id in waiting if screen_id % MINUTES <= minute]
    if due:
        service.rebuild(core, due, extend=True)


def plan_renditions(core: Core, _job: Job) -> None:
    """Enqueue renditions that current screens lack, content on screen first."""
    rendition_backfill.put_in_next(core, wanted_classes, shown_assets())


def forget_loops(core: Core, _job: Job) -> None:
    """Delete loops unused for a long time."""
    loop_cache.forget_unused(core)


def sweep_files(core: Core, _job: Job) -> None:
    """Delete files that nothing has needed in a long time."""
    swept = file_retention.sweep(core)
    log.info("files_swept", files=swept)


def minutes_of_day(core: Core, at_ms: int) -> int:
    """Minutes since midnight by the district's clock."""
    local = datetime.fromtimestamp(at_ms / 1000, core.settings.zone)
    return local.hour * 60 + local.minute
