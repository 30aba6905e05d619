"""设置 → 值班表: who is on duty in the week ahead, and forms for the plan and its exceptions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.foundation.phone_masking import masked
from server.foundation.public_ids import number, public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import weekdays
from server.foundation.rest.resources import district_zone, etag_of
from server.monitoring.on_call import queries
from server.monitoring.on_call.models import DutyShift
from server.monitoring.on_call.queries import ACTION, as_shift
from server.monitoring.on_call.roster import covered_until, of_date
from server.monitoring.on_call.serializers import shift_document
from server.web.helpers import today, unit_choices

pages = Blueprint("duty_pages", __name__)

DAYS_AHEAD: Final = 7
Document = dict[str, Any]


@pages.get("/settings/on-duty")
@needs(ACTION)
def list_page() -> str:
    """A unit's week, day by day; its shifts, and a form for one more."""
    with core().config.read() as session:
        units = unit_choices(session, actor(), ACTION)
        chosen = _chosen([unit for unit, _ in units])
        unit = session.get_one(Unit, number("unit", chosen))
        over = queries.over(session, unit.path)
        rows = list(session.scalars(queries.in_scope(actor()).order_by(DutyShift.id)))
        mine = [row for row in rows if public("unit", row.unit_id) == chosen]
        requested = request.args.get("shift")
        changed = next((row for row in mine if public("duty_shift", row.id) == requested), None)
        document = None if changed is None else shift_document(changed, district_zone())
        return render_template(
            "notifications/on-duty.html",
            units=units,
            chosen=chosen,
            week=_week(over, unit),
            shifts=[
                shift_document(row, district_zone())
                for row in mine
                if row.day is None or row.day >= today()
            ],
            changed=document,
            tag="" if document is None else etag_of(document),
            people=_people(session),
            now_on=queries.on_duty(session, unit.path, core().clock.now_ms(), core().settings.zone),
            **_gap(over),
            weekdays=weekdays(),
            today=today().isoformat(),
        )


def _chosen(units: Sequence[str]) -> str:
    """The unit whose list is shown: the one in the address, one's own, or the first."""
    requested = request.args.get("unit") or public("unit", actor().unit_id)
    return requested if requested in units else units[0]


def _week(rows: Sequence[DutyShift], unit: Unit) -> list[Document]:
    """The days ahead, each with who is on duty, by the lists of units above too."""
    units = {row.unit_id: row.unit.name for row in rows}
    people = {row.user_id: row.user for row in rows}
    days = []
    for ahead in range(DAYS_AHEAD):
        day = today() + timedelta(days=ahead)
        shifts = sorted(of_date([as_shift(row) for row in rows], day), key=lambda one: one.begins)
        days.append(
            {
                "date": day.strftime("%m-%d"),
                "weekday": day.isoweekday(),
                "is_today": ahead == 0,
                "people": [
                    {
                        "name": people[one.user_id].name or people[one.user_id].username,
                        "phone": masked(people[one.user_id].phone),
                        "from": one.begins,
                        "until": one.ends,
                        "single": one.day is not None,
                        "unit": "" if one.unit_id == unit.id else units[one.unit_id],
                    }
                    for one in shifts
                ],
            }
        )
    return days


def _people(session: Session) -> list[tuple[str, str]]:
    found = queries.choices(session, actor(), two_person=core().settings.two_person)
    return [
        (public("user", one.id), f"{one.name or one.username}（{one.unit.name}）") for one in found
    ]


def _gap(rows: Sequence[DutyShift]) -> Document:
    """When duty ends without a successor, if that is within a day."""
    shifts = [as_shift(row) for row in rows if not row.user.disabled]
    found = covered_until(shifts, core().clock.now_ms(), core().settings.zone)
    return {"gap": found, "gap_is_tomorrow": found is not None and found.date() > today()}
