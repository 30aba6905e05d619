"""Queries of targets in a person's scope, and of their messages."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.queries import find_owned, owned_in_scope
from server.accounts.roles import Action
from server.monitoring.notifications.models import Message, NotificationTarget

ACTION: Final[Action] = "incidents.acknowledge"


def find(session: Session, actor: Actor, text: str) -> NotificationTarget:
    """The target behind a public id. Raises NotFound outside the scope."""
    return find_owned(session, actor, ACTION, NotificationTarget, "notification_target", text)


def in_scope(actor: Actor) -> Select[NotificationTarget]:
    """The targets that the person may change."""
    return owned_in_scope(actor, ACTION, NotificationTarget)


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
