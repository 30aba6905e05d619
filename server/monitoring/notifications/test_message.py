"""Tests targets from the command line."""

from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.public_ids import public
from server.monitoring.notifications import sender, service
from server.monitoring.notifications.models import Message, NotificationTarget


def try_all(core: Core, only: str | None = None) -> list[tuple[NotificationTarget, Message]]:
    """Send a test message to each target, or to the one with that public id; with its outcome."""
    with core.config.read() as session:
        rows = list(session.scalars(select(NotificationTarget).order_by(NotificationTarget.id)))
    wanted = [row for row in rows if only in (None, public("notification_target", row.id))]
    return [(row, _tried(core, row)) for row in wanted]


def _tried(core: Core, row: NotificationTarget) -> Message:
    with core.config.write() as session:
        message_id = service.put_test(core, session, row)
    sender.send(core, message_id)
    with core.config.read() as session:
        return session.get_one(Message, message_id)
