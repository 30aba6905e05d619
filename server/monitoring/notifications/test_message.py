"""Tests targets from the command line."""

from dataclasses import dataclass

from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.public_ids import public
from server.monitoring.notifications import sender, service
from server.monitoring.notifications.models import Message, NotificationTarget


@dataclass(frozen=True)
class Result:
    """Whether the test message of one target arrived, and why not."""

    id: str
    name: str
    arrived: bool
    why: str


def try_all(core: Core, only: str | None = None) -> list[Result]:
    """Send a test message to each target, or to the one with that public id."""
    with core.config.read() as session:
        rows = list(session.scalars(select(NotificationTarget).order_by(NotificationTarget.id)))
    return [
        _try(core, row) for row in rows if only in (None, public("notification_target", row.id))
    ]


def _try(core: Core, row: NotificationTarget) -> Result:
    with core.config.write() as session:
        message_id = service.put_test(core, session, row)
    sender.send(core, message_id)
    with core.config.read() as session:
        sent = session.get_one(Message, message_id)
    return Result(public("notification_target", row.id), row.name, sent.state == "sent", sent.error)
