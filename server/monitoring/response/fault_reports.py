"""Fault reports by people at a venue: one open incident per screen collects them.

They need no account, so reports are rate-limited per screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.durations import HOUR_MS
from server.foundation.errors import Conflict, TooMany
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.screens.models import Screen
from server.monitoring.alerting.routing import AlertRouter
from server.monitoring.detection.apply_changes import begin
from server.monitoring.detection.changes import Opened
from server.monitoring.detection.open_incidents import open_key
from server.monitoring.detection.watched_screens import Watched
from server.monitoring.incidents.models import FaultPhoto, FaultReport, Incident
from server.monitoring.notifications.queries import active

CODE: Final = "reported"
AN_HOUR: Final = 3
A_DAY: Final = 10
LONGEST_NUMBER: Final = 15
NEWEST: Final = 5
"""Newest reports of an incident that are copied to its facts."""
NOT_IN_SERVICE: Final = Sentence(
    "这块屏还没有绑定播放终端，或已吊销；请直接联系责任单位。",
    "This screen has no player, or a revoked one: call the unit that is responsible for it.",
)
ENOUGH: Final = Sentence(
    "这块屏刚刚已多次报修，责任单位已收到；请 {} 分钟后再报，急事请打电话。",
    "This screen was reported several times already, and the unit has it: report again in {} "
    "minutes, or call if it is urgent.",
)


@dataclass(frozen=True)
class ReportDraft:
    """A report: a kind, a short text, and a JPEG of at most 300,000 bytes."""

    kind: str
    text: str = ""
    photo: bytes | None = None


def report(core: Core, screen_id: int, draft: ReportDraft) -> FaultReport:
    """Store a report; the first one of an incident alerts the targets.

    Raises TooMany beyond three an hour or ten a day for a screen, and Conflict for one out of
    service.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = session.get_one(Screen, screen_id)
        check(session, screen, now_ms)
        incident = _incident(core, session, screen, now_ms)
        row = FaultReport(
            incident_id=incident.id,
            screen_id=screen.id,
            kind=draft.kind,
            text=draft.text,
            at=now_ms,
        )
        session.add(row)
        session.flush()
        if draft.photo is not None:
            session.add(FaultPhoto(report_id=row.id, content=draft.photo))
        incident.facts = _updated_facts(incident, row, has_photo=draft.photo is not None)
        detail = {"kind": draft.kind, "incident": public("incident", incident.id)}
        record(session, now_ms, None, "screen.fault", public("screen", screen.id), **detail)
    return row


def check(session: Session, screen: Screen, now_ms: int) -> None:
    """Check whether the screen accepts a report now. Raises TooMany, Conflict."""
    if screen.enrolled_at is None or screen.revoked_at is not None:
        raise Conflict(NOT_IN_SERVICE, code="not_in_service")
    for most, span_ms in ((AN_HOUR, HOUR_MS), (A_DAY, 24 * HOUR_MS)):
        lately = _times(session, screen.id, now_ms - span_ms, most)
        if len(lately) >= most:
            wait_s = max(1, -(-(lately[-1] + span_ms - now_ms) // 1000))
            minutes = str(-(-wait_s // 60))
            message = ENOUGH.filled(minutes)
            raise TooMany(message, code="reported_enough", retry_after_s=wait_s)


def last_of(session: Session, screen_id: int, count: int) -> Sequence[tuple[FaultReport, str]]:
    """The newest reports of a screen, each with the state of its incident."""
    query = (
        select(FaultReport, Incident.state)
        .join(Incident, FaultReport.incident_id == Incident.id)
        .where(FaultReport.screen_id == screen_id)
        .order_by(FaultReport.id.desc())
        .limit(count)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def photo(session: Session, incident_id: int, text: str) -> bytes | None:
    """The photo of one of an incident's reports by its number; None without one."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        return None
    query = select(FaultPhoto.content).join(FaultReport, FaultPhoto.report_id == FaultReport.id)
    return session.scalar(
        query.where(FaultReport.incident_id == incident_id, FaultReport.id == int(text))
    )


def _times(session: Session, screen_id: int, after_ms: int, most: int) -> Sequence[int]:
    """Times (ms) of the newest reports of a screen, at most `most`."""
    query = select(FaultReport.at).where(
        FaultReport.screen_id == screen_id, FaultReport.at > after_ms
    )
    return session.scalars(query.order_by(FaultReport.at.desc()).limit(most)).all()


def _incident(core: Core, session: Session, screen: Screen, now_ms: int) -> Incident:
    """The screen's open incident of reports, created with its first report."""
    venue = screen.venue
    place = Watched(screen.id, venue.id, venue.line_id, venue.unit_id, venue.unit.path, 0, False)
    router = AlertRouter(session, active(session), now_ms, core.settings.zone)
    begin(router, [Opened(CODE, place, now_ms, {"count": 0})])
    key = open_key(CODE, screen.id, {})
    return session.scalars(select(Incident).where(Incident.open_key == key)).one()


def _updated_facts(incident: Incident, row: FaultReport, *, has_photo: bool) -> dict[str, Any]:
    """The facts with one more report, newest first."""
    entry = {"id": row.id, "at_ms": row.at, "kind": row.kind, "text": row.text, "photo": has_photo}
    before = incident.facts.get("reports", [])
    return {
        "count": int(incident.facts.get("count", 0)) + 1,
        "last_ms": row.at,
        "detail": row.text,
        "reports": [entry, *before][:NEWEST],
    }
