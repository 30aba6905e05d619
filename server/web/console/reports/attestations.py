"""人工上报: reports of venues by hand, a form that takes two minutes, one to be signed off."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accountability.attestations import labels as wording
from server.accountability.attestations import queries, service
from server.accountability.attestations.models import Attestation
from server.accountability.attestations.serializers import attestation, attestation_document
from server.accounts.guards import actor, needs
from server.foundation.errors import Invalid
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words
from server.foundation.rest.resources import district_zone, etag_of
from server.inventory.venues import access
from server.inventory.venues.fields.open_days import DaysOpen
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import find as find_venue
from server.web.helpers import listed, people_names, query_args, today

pages = Blueprint("attestation_pages", __name__)

WEEK = timedelta(days=6)
USUAL_PLAYS = 10


@pages.get("/attestations")
@needs("reports.read")
def attestations_page() -> str:
    """Attestations in scope, newest first; of one venue if the address names it."""
    filters = query_args("state", "venue_id")
    with core().config.read() as session:
        query = queries.in_scope(actor())
        if "state" in filters:
            query = query.where(Attestation.state == filters["state"])
        venue = None
        if "venue_id" in filters:
            venue = queries.venue_of_list(session, actor(), filters["venue_id"])
            query = query.where(Attestation.venue_id == venue.id)
        found = listed(
            session,
            query,
            Attestation.id,
            lambda row: {
                **attestation(session, row, district_zone()),
                "venue": row.venue.name,
            },
        )
        return render_template(
            "attestations/list.html",
            attestations=found["items"],
            **found,
            filters=filters,
            venue=venue.name if venue else None,
            may_write=bool(actor().roots("exemptions.write")),
            month=today().replace(day=1).isoformat(),
            today=today().isoformat(),
            **_words(session),
        )


@pages.get("/attestations/new")
@needs("exemptions.write")
def new_attestation_page() -> str:
    """A form for one venue; without one, which venue (where there is a choice)."""
    filters = query_args("venue_id")
    with core().config.read() as session:
        if "venue_id" in filters:
            venue = find_venue(session, actor(), "exemptions.write", filters["venue_id"])
            return _form(session, venue)
        query = queries.manual_venues(actor())
        venues = session.scalars(query.limit(service.MOST_CHOICES + 1)).all()
        if len(venues) == 1:
            return _form(session, venues[0])
        return render_template(
            "attestations/choose.html",
            venues=[_choice(session, venue) for venue in venues[: service.MOST_CHOICES]],
            more=len(venues) > service.MOST_CHOICES,
        )


@pages.get("/attestations/<attestation_id>")
@needs("reports.read")
def attestation_page(attestation_id: str) -> str:
    """One attestation with its photos, to be approved, rejected or taken back."""
    with core().config.read() as session:
        row = queries.find(session, actor(), queries.READ, attestation_id)
        place = access.place_of(row.venue)
        document = attestation_document(session, row, district_zone())
        waits = row.state == "submitted"
        hands = {document["author_id"], *(photo["user_id"] for photo in document["photos"])}
        own = actor().two_person and public("user", actor().user_id) in hands
        may_write = queries.may_change(actor(), row)
        may_show = access.may(actor(), "exemptions.write", place)
        open_since, approved = service.open_since(core()), row.state == "approved"
        frozen = waits and row.from_on < open_since
        return render_template(
            "attestations/detail.html",
            attestation=document,
            tag=etag_of(document),
            venue=row.venue.name,
            opens_venue=access.may(actor(), "read", place),
            frozen=frozen,
            may_sign=waits and not own and access.may(actor(), "exemptions.approve", place),
            waits_for_another=waits and own and not frozen and bool(document["photos"]),
            room=service.MOST_PHOTOS - len(document["photos"]),
            may_add=waits and may_show and len(document["photos"]) < service.MOST_PHOTOS,
            may_withdraw=may_write and (waits or (approved and row.from_on >= open_since)),
            may_end=may_write and approved and row.from_on < open_since <= row.counts_to,
            open_since=open_since.isoformat(),
            **_words(session),
        )


def _form(session: Session, venue: Venue) -> str:
    if venue.access != "manual":
        raise Invalid.at("/venue_id", wording.NOT_MANUAL)
    last = queries.latest(session, venue.id)
    reported_to = last.counts_to if last else None
    first_day, last_day = usual_days(today(), reported_to, service.open_since(core()))
    hours = DaysOpen(venue.hours, venue.closed_dates, venue.extra_hours)
    return render_template(
        "attestations/form.html",
        venue={"id": public("venue", venue.id), "name": venue.name},
        first=first_day.isoformat(),
        last=last_day.isoformat(),
        today=today().isoformat(),
        weekdays=" ".join(sorted(day for day, ranges in venue.hours.items() if ranges)),
        days=open_days(hours, first_day, last_day) or 1,
        plays_per_day=last.plays_per_day if last else USUAL_PLAYS,
        person=last.person if last and last.author_id == actor().user_id else "",
        reported_to=reported_to.isoformat() if reported_to else None,
        most_photos=service.MOST_PHOTOS,
    )


def usual_days(now: date, reported_to: date | None, open_since: date) -> tuple[date, date]:
    """The days of the next report: since the last one until yesterday, as far as allowed."""
    yesterday = now - timedelta(days=1)
    if reported_to is None:
        return yesterday - WEEK, yesterday
    longest = timedelta(days=service.LONGEST_DAYS - 1)
    first = min(reported_to + timedelta(days=1), now)
    last = max(yesterday, first)
    return max(first, last - longest, open_since), last


def open_days(hours: DaysOpen, first: date, last: date) -> int:
    """The number of days of first..last on which the venue is open."""
    count = (last - first).days + 1
    return sum(hours.on(first + timedelta(days=offset)) for offset in range(count))


def _choice(session: Session, venue: Venue) -> dict[str, Any]:
    last = queries.latest(session, venue.id)
    return {
        "id": public("venue", venue.id),
        "name": venue.name,
        "reported_to": last.counts_to.isoformat() if last else None,
    }


def _words(session: Session) -> dict[str, Any]:
    return {"people": people_names(session), **state_words(wording.STATES)}
