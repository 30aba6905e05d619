"""Shifts and people on duty in the API's form; phones are masked, as in all lists."""

from datetime import tzinfo
from typing import Any

from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.monitoring.on_call.models import DutyShift
from server.monitoring.on_call.queries import Asked


def shift_document(row: DutyShift, zone: tzinfo) -> dict[str, Any]:
    """One shift."""
    return {
        "id": public("duty_shift", row.id),
        "unit_id": public("unit", row.unit_id),
        "user_id": public("user", row.user_id),
        "name": row.user.name or row.user.username,
        "phone": masked(row.user.phone),
        "days": row.days,
        "date": None if row.day is None else row.day.isoformat(),
        "from": row.begins,
        "until": row.ends,
        "created_at": iso(row.created_at, zone),
    }


def asked_document(one: Asked) -> dict[str, Any]:
    """An approver."""
    return {
        "user_id": public("user", one.user_id),
        "name": one.name,
        "phone": masked(one.phone),
        "unit": one.unit,
        "until": None if one.until is None else one.until.strftime("%Y-%m-%dT%H:%M"),
    }
