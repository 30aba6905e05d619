"""JSON documents of bulk actions, and texts of their outcomes."""

from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.errors import NotFound, existing
from server.foundation.public_ids import number
from server.foundation.rest.documents import document
from server.foundation.rest.problems import language
from server.gateway import schemas
from server.gateway.bulk.former_state import WITHIN_MS, undo_until
from server.gateway.commands.labels import outcome_text
from server.gateway.commands.serializers import OVERDUE_MS
from server.gateway.models import BulkAct, BulkOutcome
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope

FAILED: Final = ("refused", "no_answer", "offline")
STATES: Final = ("waiting", "sent", "done", "answered", *FAILED)


def find(session: Session, actor: Actor, text: str) -> BulkAct:
    """The person's own bulk action, or one on a screen in scope. Raises NotFound."""
    row = existing(session.get(BulkAct, number("bulk_act", text)))
    is_seen = session.scalar(in_state(row, actor, None, 0).limit(1)) is not None
    if row.user_id != actor.user_id and not is_seen:
        raise NotFound
    return row


def in_state(row: BulkAct, actor: Actor, state: str | None, now_ms: int) -> Select[BulkOutcome]:
    """The outcomes on screens in the person's scope."""
    mine = in_scope(actor).with_only_columns(Screen.id)
    query = select(BulkOutcome).where(
        BulkOutcome.bulk_id == row.id, BulkOutcome.screen_id.in_(mine)
    )
    if state is None:
        return query
    return query.where(_shown_state(now_ms).in_(FAILED if state == "failed" else (state,)))


def bulk_document(
    session: Session, actor: Actor, row: BulkAct, now_ms: int, zone: tzinfo
) -> dict[str, Any]:
    """A bulk action with its totals."""
    state = _shown_state(now_ms).label("shown_state")
    query = in_state(row, actor, None, now_ms).with_only_columns(state, func.count())
    counted = dict(session.execute(query.group_by("shown_state")).all())
    totals = {state: counted.get(state, 0) for state in STATES}
    counts = {**totals, "screens": sum(totals.values())}
    counts["failed"] = sum(totals[state] for state in FAILED)
    until_ms = undo_until(row, now_ms)
    return document(schemas.BulkAct, row, zone, undo_until=until_ms, **counts)


def undoable(session: Session, actor: Actor, now_ms: int) -> list[BulkAct]:
    """The person's own acts that can still be taken back, the newest first."""
    own = select(BulkAct).where(
        BulkAct.user_id == actor.user_id, BulkAct.created_at > now_ms - WITHIN_MS
    )
    rows = session.scalars(own.order_by(BulkAct.id.desc()))
    return [row for row in rows if undo_until(row, now_ms) is not None]


def outcome_document(
    session: Session, one: BulkOutcome, now_ms: int, zone: tzinfo
) -> dict[str, Any]:
    """The outcome on one screen."""
    screen = session.get_one(Screen, one.screen_id)
    # A server that was stopped meanwhile never records an answer.
    is_overdue = one.state == "sent" and now_ms - (one.at or 0) > OVERDUE_MS
    state = "no_answer" if is_overdue else one.state
    return document(
        schemas.BulkOutcome,
        one,
        zone,
        name=screen.name,
        venue=screen.venue.name,
        state=state,
        text=outcome_text(state, one.error).in_language(language()),
    )


def _shown_state(now_ms: int) -> ColumnElement[str]:
    overdue = and_(BulkOutcome.state == "sent", BulkOutcome.at < now_ms - OVERDUE_MS)
    return case((overdue, "no_answer"), else_=BulkOutcome.state)
