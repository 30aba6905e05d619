"""Holidays and make-up workdays: the national list, with the district's changes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import DayCalendar
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.campaigns.events import CampaignsChanged
from server.campaigns.holidays.national import NATIONAL
from server.campaigns.models import CalendarDay
from server.foundation.core import Core
from server.foundation.rest.preconditions import Check, unchecked


def load(session: Session) -> DayCalendar:
    """The calendar that day parts go by."""
    kinds = {day: row["kind"] for day, row in _rows(session).items()}
    return DayCalendar(
        holidays=frozenset(day for day, kind in kinds.items() if kind == "holiday"),
        workdays=frozenset(day for day, kind in kinds.items() if kind == "workday"),
    )


def listed(session: Session) -> list[dict[str, Any]]:
    """Every special day in order; `source` is `national` or `district`."""
    return [{"date": day.isoformat(), **row} for day, row in sorted(_rows(session).items())]


def document(session: Session, day: date) -> dict[str, Any]:
    """One day, also an ordinary one (`source` `weekday`)."""
    plain = {"kind": "ordinary", "name": "", "source": "weekday"}
    return {"date": day.isoformat(), **_rows(session).get(day, plain)}


def put(
    core: Core, actor: Actor, day: date, kind: str, name: str, check: Check = unchecked
) -> None:
    """Set a day: `holiday`, `workday`, or `ordinary` (as its weekday)."""
    with core.config.write() as session:
        check(document(session, day))
        row = session.get(CalendarDay, day) or CalendarDay(day=day)
        row.kind, row.name = kind, name
        session.add(row)
        _note(core, session, actor, "set", day, {"kind": kind, "name": name})
    core.events.publish(CampaignsChanged("calendar"))


def reset(core: Core, actor: Actor, day: date, check: Check = unchecked) -> None:
    """Go back to the national list; a day that wasn't set stays as it is."""
    with core.config.write() as session:
        check(document(session, day))
        row = session.get(CalendarDay, day)
        if row is not None:
            session.delete(row)
            _note(core, session, actor, "reset", day, {})
    core.events.publish(CampaignsChanged("calendar"))


def _rows(session: Session) -> Mapping[date, dict[str, Any]]:
    rows: dict[date, dict[str, Any]] = {
        day: {"kind": special.kind, "name": special.name, "source": "national"}
        for day, special in NATIONAL.items()
    }
    for row in session.scalars(select(CalendarDay)):
        rows[row.day] = {"kind": row.kind, "name": row.name, "source": "district"}
    return rows


def _note(
    core: Core, session: Session, actor: Actor, act: str, day: date, detail: dict[str, Any]
) -> None:
    now_ms = core.clock.now_ms()
    record(session, now_ms, actor.user_id, f"calendar.{act}", day.isoformat(), **detail)
