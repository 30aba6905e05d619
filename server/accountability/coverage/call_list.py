"""Whom to call about venues in one state: a table for the office, with masked phone numbers."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accountability.attestations.models import Attestation
from server.accountability.coverage.labels import CALLING, CALLING_SHEET, STATES
from server.accountability.coverage.serializers import days_met
from server.accountability.coverage.venue_status import VenueStatus
from server.accounts.models import Unit
from server.foundation.phone_masking import masked
from server.foundation.spreadsheets.writer import Column, Table, Value
from server.inventory.venues.models import Venue
from server.reporting.delivery.queries import in_parts


def calling_table(session: Session, statuses: Sequence[VenueStatus], language: str) -> Table:
    """A row for each venue: name, unit, state, contact, days met, and the last day reported."""
    columns = [Column(one.in_language(language)) for one in CALLING]
    rows: list[list[Value]] = []
    contacts = _contacts(session, [one.venue.id for one in statuses])
    for one in statuses:
        name, unit, contact, phone, last = contacts[one.venue.id]
        state = STATES[one.state][0].in_language(language)
        met = f"{days_met(one):g} / {one.days}"
        last_reported = last.isoformat() if last else ""
        rows.append([name, unit, state, contact, masked(phone), met, last_reported])
    return Table(CALLING_SHEET.in_language(language), columns, rows)


def _contacts(
    session: Session, numbers: Sequence[int]
) -> dict[int, tuple[str, str, str, str, date | None]]:
    reported = (
        select(Attestation.venue_id, func.max(Attestation.counts_to).label("last"))
        .where(Attestation.state == "approved")
        .group_by(Attestation.venue_id)
        .subquery()
    )
    query = (
        select(
            Venue.id,
            Venue.name,
            Unit.name,
            Venue.contact_name,
            Venue.contact_phone,
            reported.c.last,
        )
        .join(Unit, Venue.unit_id == Unit.id)
        .outerjoin(reported, reported.c.venue_id == Venue.id)
    )
    return {
        number: tuple(rest)
        for some in in_parts(numbers)
        for number, *rest in session.execute(query.where(Venue.id.in_(some)))
    }
