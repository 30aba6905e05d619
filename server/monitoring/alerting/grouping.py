"""Groups due alerts into messages: one for each target, place and kind."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.inventory.district.public_address import public_url
from server.inventory.district.queries import alert_rules
from server.monitoring.alerting.routing import CONTACT_STEP, NOTHING, RECOVERED, SHARED
from server.monitoring.incidents.messages import Reader, write_message
from server.monitoring.incidents.models import Alert
from server.monitoring.incidents.with_names import Named, named
from server.monitoring.notifications import sender
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.quiet_hours import loud_for

Group = tuple[int, str, int, str]
"""Target, kind, step and place."""
MANY_PLACES: Final = 10
"""Beyond this number of places one message covers them all, as on the evening of a storm."""
EVERYWHERE: Final = ""


def gather(core: Core) -> int:
    """Create the due messages in one transaction with their alerts; returns how many.

    Alerts that wait for the same target, place and kind join the message.
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
        due_now = [one for one in groups if any(row.due_at <= now_ms for row in one[1])]
        return sum(_create_message(core, session, *one, now_ms) for one in _thronged(due_now))


def reader_of(core: Core, target: NotificationTarget) -> Reader:
    """Language, zone and thresholds of a target's messages."""
    return Reader(target.language, core.settings.zone, public_url(core))


def _group(row: Alert) -> Group:
    return row.target_id, row.kind, row.step, row.place


def _thronged(
    groups: Sequence[tuple[Group, list[Alert]]],
) -> Iterable[tuple[Group, list[Alert]]]:
    """The groups; those of one target and kind are merged if there are too many."""
    places = Counter(group[:3] for group, _ in groups if not group[3].startswith(SHARED))
    found: dict[Group, list[Alert]] = {}
    for group, alerts in groups:
        throng = places[group[:3]] > MANY_PLACES and not group[3].startswith(SHARED)
        key = (*group[:3], EVERYWHERE) if throng else group
        found.setdefault(key, []).extend(alerts)
    return found.items()


def _create_message(
    core: Core, session: Session, group: Group, alerts: list[Alert], now_ms: int
) -> int:
    target = session.get_one(NotificationTarget, group[0])
    loud_ms = loud_for(target, now_ms, core.settings.zone)
    if target.active and loud_ms > now_ms:
        # Its quiet hours have changed since the alerts were created.
        for one in alerts:
            one.due_at = loud_ms
        return 0
    if group[1] == RECOVERED:
        alerts = _deliverable_recoveries(session, target, alerts)
    found = named(session, [one.incident_id for one in alerts])
    rows = [one for one in found if _is_news(group, one)]
    reader = replace(reader_of(core, target), alerts=alert_rules(session))
    message = None
    if rows and target.active:
        content = asdict(write_message(reader, group[1], group[2], rows))
        message = sender.put(session, target, group[1], f"alert:{alerts[0].id}", now_ms, **content)
    reported = {one.incident.id for one in rows}
    for one in alerts:
        is_reported = message is not None and one.incident_id in reported
        one.message_id = message.id if is_reported and message is not None else NOTHING
    return int(message is not None)


def _is_news(group: Group, one: Named) -> bool:
    """Whether the message is still needed: acknowledged incidents skip the venue's contact."""
    return group[2] != CONTACT_STEP or one.incident.state != "acknowledged"


def _deliverable_recoveries(
    session: Session, target: NotificationTarget, alerts: list[Alert]
) -> list[Alert]:
    """Recoveries of incidents whose first message was delivered; others are dropped or wait."""
    earlier = select(Alert.incident_id, Message.state).join(
        Message, Alert.message_id == Message.id
    ).where(
        Alert.target_id == target.id,
        Alert.kind != RECOVERED,
        Alert.incident_id.in_([one.incident_id for one in alerts]),
    )  # fmt: skip
    states: dict[int, set[str]] = {}
    for incident, state in session.execute(earlier):
        states.setdefault(incident, set()).add(state)
    deliverable = []
    for one in alerts:
        message_states = states.get(one.incident_id, {"sent"})
        if "sent" in message_states:
            deliverable.append(one)
        elif "waiting" not in message_states:
            one.message_id = NOTHING
    return deliverable
