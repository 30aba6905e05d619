"""Queries of targets in a person's scope, and of their messages."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.monitoring.notifications.models import Message, NotificationTarget

ACTION: Final[Action] = "incidents.acknowledge"


def find(session: Session, actor: Actor, text: str) -> NotificationTarget:
    """The target behind a public id. Raises NotFound outside the scope."""
    row = session.get(NotificationTarget, number("notification_target", text))
    if row is None or not actor.sees(row.unit.path):
        raise NotFound
    if not actor.may(ACTION, row.unit.path):
        raise forbidden()
    return row


def in_scope(actor: Actor) -> Select[NotificationTarget]:
    """The targets that the person may change."""
    query = select(NotificationTarget).join(Unit, NotificationTarget.unit_id == Unit.id)
    return query.where(within(Unit.path, actor.roots(ACTION)))


def active(session: Session) -> list[NotificationTarget]:
    """All active targets, by number."""
    query = select(NotificationTarget).where(NotificationTarget.active)
    return list(session.scalars(query.order_by(NotificationTarget.id)))


def last_test(target: NotificationTarget) -> Select[int | None]:
    """Time of a target's last test (ms); None without one."""
    tests = (Message.target_id == target.id, Message.kind == "test")
    return select(func.max(Message.created_at)).where(*tests)


def messages_of(target: NotificationTarget) -> Select[Message]:
    """Messages of a target, sent or waiting."""
    return select(Message).where(Message.target_id == target.id)


def last_messages(session: Session, targets: Collection[int]) -> dict[int, Message]:
    """The newest message of each target that has any, by the target's number."""
    newest = select(func.max(Message.id)).where(Message.target_id.in_(targets))
    rows = session.scalars(
        select(Message).where(Message.id.in_(newest.group_by(Message.target_id)))
    )
    return {row.target_id: row for row in rows}
