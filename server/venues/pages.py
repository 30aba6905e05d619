"""Pages of venues: the list, a new one, one venue with its hours."""

from collections import Counter
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.extensions import core
from server.ids import public
from server.screens.models import Screen
from server.texts import Sentence
from server.venues import queries
from server.venues.kinds import KINDS
from server.venues.models import Venue
from server.web.reading import listed, say, unit_choices, weekdays

pages = Blueprint("venues_pages", __name__)

ACCESS = {
    "player": Sentence("联网播放", "Player"),
    "manual": Sentence("人工上报", "Reported by hand"),
    "none": Sentence("无屏", "No screen"),
}


@pages.get("/venues")
@needs("read")
def list_page() -> str:
    """Venues in scope, newest first."""
    with core().config.read() as session:
        found = listed(session, queries.in_scope(actor()), Venue.id, _row)
        return render_template(
            "venues/list.html",
            venues=found["items"],
            next=found["next"],
            more_href=found["more_href"],
            screen_counts=_screen_counts(session),
            may_write=bool(actor().roots("venues.write")),
            unit_names=dict(unit_choices(session, actor())),
            **_names(),
        )


@pages.get("/venues/new")
@needs("venues.write")
def new_page() -> str:
    """A form for a new venue."""
    with core().config.read() as session:
        units = unit_choices(session, actor(), "venues.write")
    return render_template("venues/form.html", venue=None, units=units, may_write=True, **_names())


@pages.get("/venues/<venue_id>")
@needs("read")
def venue_page(venue_id: str) -> str:
    """One venue: who and where it is, when its screens are on."""
    with core().config.read() as session:
        venue = queries.find(session, actor(), "read", venue_id)
        return render_template(
            "venues/form.html",
            venue=_row(venue),
            units=unit_choices(session, actor()),
            may_write=actor().may("venues.write", venue.unit.path),
            weekdays=weekdays(),
            first_hours={day: _first(venue.hours, day) for day in range(1, 8)},
            hours_text=_hours_text(venue.hours),
            **_names(),
        )


def _names() -> dict[str, Any]:
    kinds = [(code, say(kind.name)) for code, kind in KINDS.items()]
    accesses = [(code, say(name)) for code, name in ACCESS.items()]
    return {
        "kinds": kinds,
        "kind_names": dict(kinds),
        "accesses": accesses,
        "access_names": dict(accesses),
    }


def _row(venue: Venue) -> dict[str, Any]:
    return {
        "id": public("venue", venue.id),
        "name": venue.name,
        "kind": venue.kind,
        "unit_id": public("unit", venue.unit_id),
        "access": venue.access,
        "address": venue.address,
        "contact": {"name": venue.contact_name, "phone": venue.contact_phone},
    }


def _screen_counts(session: Session) -> Counter[str]:
    query = select(Screen.venue_id, func.count()).where(Screen.retired_at.is_(None))
    rows = session.execute(query.group_by(Screen.venue_id))
    return Counter({public("venue", venue_id): count for venue_id, count in rows})


def _first(hours: dict[str, Any], day: int) -> tuple[str, str]:
    spans = hours.get(str(day)) or [["", ""]]
    return spans[0][0], spans[0][1]


def _hours_text(hours: dict[str, Any]) -> str:
    names = dict(weekdays())
    days = [
        f"{names[int(day)]} " + "、".join("–".join(span) for span in spans)
        for day, spans in sorted(hours.items())
        if spans
    ]
    return "；".join(days)
