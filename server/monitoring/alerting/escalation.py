"""Escalates old incidents: to the venue's contact, the unit and the district.

Defaults: after an hour, a working day and three days. Excused and closed screens wait: nobody is
called at night because a shop went dark just before closing time. An acknowledged incident is not
escalated to the venue's contact.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from playlists.windows import DayCalendar
from server.campaigns.holidays import days as calendar_days
from server.foundation.core import Core
from server.foundation.durations import DAY_MS, MINUTE_MS
from server.inventory.district.alert_thresholds import AlertRules
from server.inventory.district.queries import alert_rules
from server.monitoring.alerting.routing import AlertRouter
from server.monitoring.duty.operating_hours import excused_of, operating_of
from server.monitoring.incidents.affected_units import paths_of
from server.monitoring.incidents.models import Incident
from server.monitoring.notifications.queries import active

LEVELS: Final = ("venue", "unit", "district")


def escalate(core: Core) -> None:
    """Escalate all incidents that have become due since the last run."""
    now_ms, zone = core.clock.now_ms(), core.settings.zone
    with core.config.read() as session:
        calendar, alerts = calendar_days.load(session), alert_rules(session)
        due = [
            row.id
            for row in session.scalars(_candidates(now_ms, alerts))
            if step_at(row.raised_at, now_ms, calendar, zone, alerts) > row.escalated
        ]
    if not due:
        return
    with core.config.write() as session:
        rows = list(session.scalars(select(Incident).where(Incident.id.in_(due))))
        resting = _resting_now(session, rows, now_ms)
        teller = AlertRouter(session, active(session), now_ms, zone)
        for row in rows:
            if row.state != "closed" and row.screen_id not in resting:
                step = step_at(row.raised_at, now_ms, calendar, zone, alerts)
                _escalate(teller, row, step)


def step_at(
    raised_ms: int,
    now_ms: int,
    calendar: DayCalendar,
    zone: ZoneInfo,
    alerts: AlertRules,
) -> int:
    """The escalation step of an incident of that age: 0 to 3."""
    if now_ms - raised_ms >= alerts.escalate_district_days * DAY_MS:
        return 3
    if now_ms >= working_days_on(raised_ms, alerts.escalate_unit_workdays, calendar, zone):
        return 2
    return 1 if now_ms - raised_ms >= alerts.escalate_venue_minutes * MINUTE_MS else 0


def working_days_on(at_ms: int, days: int, calendar: DayCalendar, zone: ZoneInfo) -> int:
    """The same time of day `days` working days later, ms."""
    day = datetime.fromtimestamp(at_ms / 1000, zone)
    for _ in range(days):
        day += timedelta(days=1)
        while not calendar.is_workday(day.date()):
            day += timedelta(days=1)
    return round(day.timestamp() * 1000)


def _candidates(now_ms: int, alerts: AlertRules) -> Select[Incident]:
    return select(Incident).where(
        Incident.state != "closed",
        Incident.escalated < len(LEVELS),
        Incident.raised_at <= now_ms - alerts.escalate_venue_minutes * MINUTE_MS,
    )


def _escalate(teller: AlertRouter, row: Incident, step: int) -> None:
    paths = paths_of(teller.session, row)
    for number in range(row.escalated + 1, step + 1):
        if number > 1 or row.state != "acknowledged":
            teller.escalated(row, paths, LEVELS[number - 1], number)
    row.escalated = max(row.escalated, step)


def _resting_now(session: Session, rows: list[Incident], now_ms: int) -> set[int]:
    """The screens that are currently off duty or excused."""
    screens = {row.screen_id for row in rows if row.screen_id is not None}
    span = now_ms // 1000, now_ms // 1000 + 1
    running = {one for one, spans in operating_of(session, screens, *span).items() if spans}
    return screens - running | set(excused_of(session, screens, *span))
