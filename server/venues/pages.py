"""Pages of venues: the list, a new one, one venue with its hours."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.extensions import core
from server.ids import number, public
from server.realtime.live import live
from server.realtime.standings import standings
from server.realtime.venue_states import VENUE_STATES, VenueState, in_state
from server.rest import district_zone
from server.screens import tags
from server.screens.boxes_pages import is_bare
from server.screens.models import Screen
from server.screens.qr import qr_svg
from server.screens.queries import paused_now
from server.texts import Sentence
from server.venues import queries, scope
from server.venues.bodies import VenueFilter
from server.venues.choices import line_choices, territory_choices
from server.venues.documents import masked_venue, venue_document
from server.venues.filters import conditions
from server.venues.kinds import KINDS
from server.venues.models import Venue
from server.venues.words import ACCESS, POLICIES
from server.web.reading import query_of, say, site_address, unit_choices, weekdays, wished
from server.web.sorting import Orders, here, sorted_page, view_wished

pages = Blueprint("venues_pages", __name__)

STATES = {
    "dark": Sentence("有屏无信号", "Dark"),
    "unbound": Sentence("未绑定终端", "Not bound yet"),
    "online": Sentence("在线", "Online"),
    "idle": Sentence("非运营时段", "Needn't run now"),
    "manual": ACCESS["manual"],
    "none": ACCESS["none"],
}
TONES: Final = {"dark": "bad", "unbound": "wait", "online": "good"}
WISHES: Final = (
    "state",
    "kind",
    "unit_id",
    "access",
    "territory_unit_id",
    "line_id",
    "tag",
    "located",
    "q",
)
SELDOM: Final = ("territory_unit_id", "line_id", "tag", "located")
ORDERS: Final[Orders] = {
    "name": (Venue.name,),
    "kind": (Venue.kind, Venue.name),
    "unit": (Unit.path, Venue.name),
    "access": (Venue.access, Venue.name),
    "contact": (Venue.contact_name, Venue.name),
}


class VenueWish(VenueFilter):
    """What the list is narrowed to; `state` is that of `server.realtime.venue_states`."""

    state: VenueState | None = None


@pages.get("/venues")
@needs("read")
def list_page() -> str:
    """Venues in scope, newest first unless told otherwise."""
    wish = wished(*WISHES)
    asked = query_of(VenueWish, wish)
    with core().config.read() as session:
        query = queries.in_scope(actor()).where(*conditions(asked))
        if asked.state is not None:
            paused = paused_now(session, core().clock.now_ms()).keys()
            query = query.where(*in_state(asked.state, standings(core(), live()), paused))
        found = sorted_page(
            session, query, Venue.id, ORDERS, lambda rows: [_masked(v) for v in rows]
        )
        units = unit_choices(session, actor())
        return render_template(
            "venues/list.html",
            **found,
            venues=found["items"],
            wish=wish,
            filtered=bool(wish),
            view=view_wished("list"),
            view_href=lambda view: here(view=view),
            is_special=any(name in wish for name in SELDOM),
            screen_counts=_screen_counts(session, found["items"]),
            may_write=bool(actor().roots("venues.write")),
            units=units,
            tags=tags.of_venues(session, actor()),
            unit_names=dict(units),
            territories=territory_choices(session, actor()),
            lines=line_choices(session, actor()),
            states=[(state, say(STATES[state])) for state in VENUE_STATES],
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
        may_write = actor().may("venues.write", path)
        return render_template(
            "venues/form.html",
            venue=_row(venue) if may_write else _masked(venue),
            units=unit_choices(session, actor()),
            may_write=may_write,
            may_pair=actor().may("screens.pair", path),
            may_report=scope.may(actor(), "exemptions.write", scope.place_of(venue)),
            weekdays=weekdays(),
            hours=venue.hours,
            screens=_screen_counts(session, [{"id": venue_id}])[venue_id],
            bare=is_bare(session, venue.id),
            **_report_code(venue),
            tags=tags.of_venues(session, actor()),
            has_pin=venue.pause_pin_hash is not None,
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


def _row(venue: Venue) -> dict[str, Any]:
    return venue_document(venue, district_zone())


def _masked(venue: Venue) -> dict[str, Any]:
    return masked_venue(_row(venue))


def _screen_counts(session: Session, shown: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many screens in service the venues have."""
    numbers = [number("venue", venue["id"]) for venue in shown]
    query = select(Screen.venue_id, func.count()).where(
        Screen.retired_at.is_(None), Screen.venue_id.in_(numbers)
    )
    rows = session.execute(query.group_by(Screen.venue_id))
    return Counter({public("venue", venue_id): count for venue_id, count in rows})
