"""Shifts and people on duty in the API's form; phones are masked, as in all lists."""

from datetime import tzinfo
from typing import Any

from server.foundation.phone_masking import masked
from server.foundation.rest.documents import document
from server.monitoring.on_call import schemas
from server.monitoring.on_call.models import DutyShift
from server.monitoring.on_call.queries import Asked


def shift_document(row: DutyShift, zone: tzinfo) -> dict[str, Any]:
    """One shift."""
    return document(
        schemas.DutyShift,
        row,
        zone,
        name=row.user.name or row.user.username,
        phone=masked(row.user.phone),
        date=None if row.day is None else row.day.isoformat(),
        from_=row.begins,
        until=row.ends,
    )


def asked_document(one: Asked) -> dict[str, Any]:
    """An approver."""
    until = None if one.until is None else one.until.strftime("%Y-%m-%dT%H:%M")
    return document(schemas.OnDuty, one, phone=masked(one.phone), until=until)
