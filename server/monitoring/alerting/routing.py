"""Routes alerts to targets: once each, grouped, and outside quiet hours."""

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
"""Alerts of one place within two minutes become one message."""
NOTHING: Final = 0
"""Message number of an alert that was cancelled before it was sent."""
DUTY: Final = "duty"
RECOVERED: Final = "recovered"
CONTACT_STEP: Final = 1
"""The first escalation step notifies the venue's contact."""
SHARED: Final = "incident:"


@dataclass(frozen=True)
class AlertRouter:
    """Creates alerts in the transaction of the incidents. `targets`: all active ones."""

    session: Session
    targets: Sequence[NotificationTarget]
    now_ms: int
    zone: ZoneInfo

    def raised(self, incident: Incident, paths: Sequence[str]) -> None:
        """Alert the duty targets of these units and of the units above them."""
        for target in self._concerned(incident, paths, DUTY):
            if "raised" in target.events:
                self._add(target, incident, "raised")

    def escalated(self, incident: Incident, paths: Sequence[str], level: str, step: int) -> None:
        """Alert the targets of a level that the incident has reached an age."""
        for target in self._concerned(incident, paths, level):
            self._add(target, incident, "escalated", step)

    def over(self, incident: Incident, *, notify: bool) -> None:
        """Alert the targets that were notified of the begin; cancel alerts not sent yet."""
        notified: set[int] = set()
        for row in self.session.scalars(select(Alert).where(Alert.incident_id == incident.id)):
            if row.message_id is None:
                row.message_id = NOTHING
            elif row.message_id != NOTHING and row.kind != RECOVERED:
                notified.add(row.target_id)
                self._drop_late(row.message_id)
        for target in self.targets if notify else ():
            if target.id in notified and RECOVERED in target.events:
                self._add(target, incident, RECOVERED)

    def _drop_late(self, message_id: int) -> None:
        """Cancel an undelivered message if all of its incidents are over."""
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
    """Grouping key of an incident: its line, else its venue, else the incident itself."""
    if incident.line_id is not None:
        return f"line:{incident.line_id}"
    if incident.venue_id is not None:
        return f"venue:{incident.venue_id}"
    return f"{SHARED}{incident.id}"
