"""Queues screens whose plans may have changed, for the job that rebuilds them.

The entries are rows, so that a killed job loses none; the job is only enqueued once for all.
"""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import delete, select

from server.foundation.core import Core
from server.foundation.jobs.service import enqueue, wake
from server.inventory.screens.models import Screen
from server.publishing.models import Assignment, StaleScreen

REF: Final = "stale"
# In place of a screen's number: all screens.
ALL: Final = 0


def request_rebuild(core: Core, screen_ids: Collection[int] | None = None) -> None:
    """Request a rebuild of these screens' plans (None: all), outside the request."""
    wanted = {ALL} if screen_ids is None else set(screen_ids)
    if not wanted:
        return
    with core.config.write() as session:
        query = select(StaleScreen).where(StaleScreen.screen_id.in_(wanted))
        queued = {row.screen_id: row for row in session.scalars(query)}
        for row in queued.values():
            row.mark += 1
        session.add_all(StaleScreen(screen_id=one, mark=0) for one in wanted - queued.keys())
        enqueue(session, "rebuild_loops", REF, core.clock.now_ms())
    wake(core)


def rebuild_unassigned(core: Core) -> None:
    """Request a rebuild for screens in service without an assignment.

    A server killed just after binding them would leave them so.
    """
    query = (
        select(Screen.id)
        .outerjoin(Assignment, Assignment.screen_id == Screen.id)
        .where(Screen.enrolled_at.is_not(None), Assignment.screen_id.is_(None))
        .where(Screen.revoked_at.is_(None), Screen.retired_at.is_(None))
    )
    with core.config.read() as session:
        screen_ids = session.scalars(query).all()
    request_rebuild(core, screen_ids)


def pending(core: Core) -> dict[int, int]:
    """The queued screens (`ALL` for all of them), with their marks."""
    with core.config.read() as session:
        return {row.screen_id: row.mark for row in session.scalars(select(StaleScreen))}


def mark_done(core: Core, done: Mapping[int, int]) -> None:
    """Take back the notes that were dealt with; those made meanwhile stay."""
    with core.config.write() as session:
        for screen_id, mark in done.items():
            mine = (StaleScreen.screen_id == screen_id, StaleScreen.mark == mark)
            session.execute(delete(StaleScreen).where(*mine))
