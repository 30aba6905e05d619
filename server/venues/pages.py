"""Pages of venues: the list, a new one, one venue with its hours."""

from collections import Counter
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.extensions import core
from server.ids import number, public
from server.rest import district_zone
from server.screens import tags
from server.screens.boxes_pages import is_bare
from server.screens.models import Screen
from server.screens.qr import qr_svg
from server.tags import has_tag
from server.texts import Sentence
from server.venues import queries, scope
from server.venues.documents import venue_document
from server.venues.kinds import KINDS
from server.venues.models import Venue
from server.web.reading import listed, say, site_address, unit_choices, weekdays, wished

pages = Blueprint("venues_pages", __name__)

ACCESS = {
    "player": Sentence("联网播放", "Player"),
    "manual": Sentence("人工上报", "Reported by hand"),
    "none": Sentence("无屏", "No screen"),
}
POLICIES = {
    "always": Sentence("全部接受", "Always"),
    "emergency": Sentence("只接受紧急情况", "Emergencies only"),
    "never": Sentence("不接受", "Never"),
}


@pages.get("/venues")
@needs("read")
def list_page() -> str:
    """Venues in scope, newest first."""
    wish = wished("kind", "unit_id", "access", "tag", "q")
    with core().config.read() as session:
        found = listed(session, _narrowed(queries.in_scope(actor()), wish), Venue.id, _row)
        units = unit_choices(session, actor())
        return render_template(
            "venues/list.html",
            venues=found["items"],
            next=found["next"],
            more_href=found["more_href"],
            wish=wish,
            filtered=bool(wish),
            screen_counts=_screen_counts(session),
            may_write=bool(actor().roots("venues.write")),
            units=units,
            tags=tags.of_venues(session, actor()),
            unit_names=dict(units),
            **_names(),
        )


@pages.get("/venues/new")
@needs("venues.write")
def new_page() -> str:
    """A form for a new venue."""
    with core().config.read() as session:
        units = unit_choices(session, actor(), "venues.write")
        known = tags.of_venues(session, actor())
    return render_template(
        "venues/form.html",
        venue=None,
        units=units,
        tags=known,
        may_write=True,
        hours=KINDS["bank"].usual_hours(),
        weekdays=weekdays(),
        **_names(),
    )


@pages.get("/venues/<venue_id>")
@needs("read")
def venue_page(venue_id: str) -> str:
    """One venue: who and where it is, when its screens are on."""
    with core().config.read() as session:
        venue = queries.find(session, actor(), "read", venue_id)
        path = venue.unit.path
        return render_template(
            "venues/form.html",
            venue=_row(venue),
            units=unit_choices(session, actor()),
            may_write=actor().may("venues.write", path),
            may_pair=actor().may("screens.pair", path),
            may_report=scope.may(actor(), "exemptions.write", scope.place_of(venue)),
            weekdays=weekdays(),
            hours=venue.hours,
            screens=_screen_counts(session)[venue_id],
            bare=is_bare(session, venue.id),
            **_report_code(venue),
            tags=tags.of_venues(session, actor()),
            **_names(),
        )


def _report_code(venue: Venue) -> dict[str, str]:
    """The way to a manual venue's report, for a phone."""
    if venue.access != "manual":
        return {}
    address = f"{site_address()}/attestations/new?venue_id={public('venue', venue.id)}"
    return {"report_address": address, "report_qr": qr_svg(address)}


def _names() -> dict[str, Any]:
    kinds = [(code, say(kind.name)) for code, kind in KINDS.items()]
    accesses = [(code, say(name)) for code, name in ACCESS.items()]
    return {
        "kinds": kinds,
        "kind_names": dict(kinds),
        "accesses": accesses,
        "access_names": dict(accesses),
        "policies": [(code, say(name)) for code, name in POLICIES.items()],
    }


def _narrowed(query: Select[Venue], wish: dict[str, str]) -> Select[Venue]:
    if "kind" in wish:
        query = query.where(Venue.kind == wish["kind"])
    if "access" in wish:
        query = query.where(Venue.access == wish["access"])
    if "unit_id" in wish:
        query = query.where(Unit.path.contains(f"/{number('unit', wish['unit_id'])}/"))
    if "tag" in wish:
        query = query.where(has_tag(Venue.tags, wish["tag"]))
    if "q" in wish:
        words = (Venue.name, Venue.address, Venue.vehicle)
        query = query.where(or_(*(one.icontains(wish["q"], autoescape=True) for one in words)))
    return query


def _row(venue: Venue) -> dict[str, Any]:
    return venue_document(venue, district_zone())


def _screen_counts(session: Session) -> Counter[str]:
    query = select(Screen.venue_id, func.count()).where(Screen.retired_at.is_(None))
    rows = session.execute(query.group_by(Screen.venue_id))
    return Counter({public("venue", venue_id): count for venue_id, count in rows})
