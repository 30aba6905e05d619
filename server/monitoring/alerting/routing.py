"""Whom an incident is told to: each target hears of it once, gathered, out of its quiet hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.monitoring.incidents.models import Alert, Incident
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.quiet_hours import loud_for

GATHER_MS: Final = 120_000
"""What happens at one place within two minutes is one message."""
NOTHING: Final = 0
"""In place of a message's number: there was nothing to tell any more."""
DUTY: Final = "duty"
RECOVERED: Final = "recovered"
CONTACT_STEP: Final = 1
"""By age, the venue's contact is told first."""
SHARED: Final = "incident:"


@dataclass(frozen=True)
class AlertRouter:
    """Puts in alerts, in the transaction of what they tell. `targets`: all that are active."""

    session: Session
    targets: Sequence[NotificationTarget]
    now_ms: int
    zone: ZoneInfo

    def raised(self, incident: Incident, paths: Sequence[str]) -> None:
        """Have those on duty told who look after one of the units, or one above it."""
        for target in self._concerned(incident, paths, DUTY):
            if "raised" in target.events:
                self._add(target, incident, "raised")

    def escalated(self, incident: Incident, paths: Sequence[str], level: str, step: int) -> None:
        """Have those of a level told that it has lasted for so long."""
        for target in self._concerned(incident, paths, level):
            self._add(target, incident, "escalated", step)

    def over(self, incident: Incident, *, told: bool) -> None:
        """Have those told who heard of it; who hasn't yet hears nothing of it at all."""
        heard: set[int] = set()
        for row in self.session.scalars(select(Alert).where(Alert.incident_id == incident.id)):
            if row.message_id is None:
                row.message_id = NOTHING
            elif row.message_id != NOTHING and row.kind != RECOVERED:
                heard.add(row.target_id)
                self._drop_late(row.message_id)
        for target in self.targets if told else ():
            if target.id in heard and RECOVERED in target.events:
                self._add(target, incident, RECOVERED)

    def _drop_late(self, message_id: int) -> None:
        """What couldn't be delivered so far, and is over altogether, isn't tried any longer."""
        message = self.session.get(Message, message_id)
        if message is None or message.state != "waiting" or message.attempts == 0:
            return
        lasting = (
            select(Alert.id)
            .join(Incident, Alert.incident_id == Incident.id)
            .where(Alert.message_id == message_id, Incident.state != "closed")
        )
        if self.session.scalar(lasting.limit(1)) is None:
            message.state = "dropped"

    def _concerned(
        self, incident: Incident, paths: Sequence[str], level: str
    ) -> list[NotificationTarget]:
        return [
            one
            for one in self.targets
            if one.level == level
            and (not one.codes or incident.code in one.codes)
            and any(path.startswith(one.unit.path) for path in paths)
        ]

    def _add(
        self, target: NotificationTarget, incident: Incident, kind: str, step: int = 0
    ) -> None:
        ready_ms = self.now_ms + GATHER_MS
        alert = Alert(
            target_id=target.id,
            incident_id=incident.id,
            kind=kind,
            step=step,
            place=place_of(incident),
            due_at=loud_for(target, ready_ms, self.zone),
        )
        self.session.add(alert)


def place_of(incident: Incident) -> str:
    """What is told together: a line, else a venue, else a shared cause."""
    if incident.line_id is not None:
        return f"line:{incident.line_id}"
    if incident.venue_id is not None:
        return f"venue:{incident.venue_id}"
    return f"{SHARED}{incident.id}"
