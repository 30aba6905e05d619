"""Makes messages of the alerts that are due: one for each target, place and kind."""

from dataclasses import replace
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import Core
from server.district.queries import alert_rules
from server.incidents.models import Alert
from server.incidents.named import named
from server.incidents.words import Reader, write_message
from server.notifications import sending
from server.notifications.models import NotificationTarget

Group = tuple[int, str, int, str]


def gather(core: Core) -> int:
    """Put in the messages that are due, in one transaction with what they tell; how many.

    What waits for the same target, place and kind goes along, so that a place is told of once.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        due = select(Alert.id).where(Alert.message_id.is_(None), Alert.due_at <= now_ms).limit(1)
        if session.scalar(due) is None:
            return 0
    with core.config.write() as session:
        rows = list(session.scalars(select(Alert).where(Alert.message_id.is_(None))))
        rows.sort(key=lambda row: (_group(row), row.id))
        groups = [(group, list(found)) for group, found in groupby(rows, _group)]
        return sum(
            _tell(core, session, group, alerts, now_ms)
            for group, alerts in groups
            if any(one.due_at <= now_ms for one in alerts)
        )


def reader_of(core: Core, target: NotificationTarget) -> Reader:
    """How a target's messages are written."""
    return Reader(target.language, core.settings.zone, core.settings.public_url)


def _group(row: Alert) -> Group:
    return row.target_id, row.kind, row.step, row.place


def _tell(core: Core, session: Session, group: Group, alerts: list[Alert], now_ms: int) -> int:
    target = session.get_one(NotificationTarget, group[0])
    reader = replace(reader_of(core, target), alerts=alert_rules(session))
    rows = named(session, [one.incident_id for one in alerts])
    message = None
    if rows and target.active:
        written = write_message(reader, group[1], group[2], rows)
        message = sending.put(
            session,
            target,
            group[1],
            f"alert:{alerts[0].id}",
            now_ms,
            title=written.title,
            text=written.text,
            fields=written.fields,
        )
    for one in alerts:
        one.message_id = message.id if message is not None else 0
    return int(message is not None)
