"""Receipts of assignments: written as if screens had answered, and read."""

from typing import Any

from sqlalchemy import Select, select

from server.publishing.models import Assignment, AssignmentReceipt
from tests.support.app.world import World


def of_newest() -> Select[Any]:
    """Assignments that were answered, with their receipts."""
    return select(Assignment, AssignmentReceipt).join(
        AssignmentReceipt,
        (AssignmentReceipt.screen_id == Assignment.screen_id)
        & (AssignmentReceipt.version == Assignment.version),
    )


def acknowledged(world: World) -> dict[int, tuple[int, str]]:
    """Version and state of each newest assignment that was answered, by screen."""
    with world.core.config.read() as session:
        receipts = [receipt for _, receipt in session.execute(of_newest())]
        return {one.screen_id: (one.version, one.state) for one in receipts}


def acknowledge(
    world: World, screen: int | None = None, state: str = "accepted", reason: str | None = None
) -> None:
    """The screen, or each, answers its newest assignment."""
    query = select(Assignment)
    if screen is not None:
        query = query.where(Assignment.screen_id == screen)
    with world.core.config.write() as session:
        for row in session.scalars(query):
            given = {"version": row.version, "state": state, "reason": reason, "at": row.issued_at}
            session.merge(AssignmentReceipt(screen_id=row.screen_id, **given))
