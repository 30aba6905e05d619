"""Pages of venues: the list, a new one, one venue with its hours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accountability.board.cache import Covered, covered, covered_there
from server.accountability.board.venue_glance import Glance, glances
from server.accountability.coverage.labels import STATES as COVERED
from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.foundation.errors import NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.qr_code import qr_svg
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate, weekdays
from server.foundation.rest.resources import district_zone
from server.gateway.connection.state import live
from server.gateway.status.contact import contact_states
from server.gateway.status.venue import VENUE_STATES, VenueState, in_state
from server.inventory.district.links import site_address
from server.inventory.screens.finding import tags
from server.inventory.screens.labels import BRIEFLY
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import paused_now
from server.inventory.venues import access as scope
from server.inventory.venues import queries
from server.inventory.venues.kinds import KINDS, VEHICLES
from server.inventory.venues.labels import ACCESS, POLICIES
from server.inventory.venues.models import Venue
from server.inventory.venues.request_schemas import VenueFilter
from server.inventory.venues.search.filter_options import line_choices, territory_choices
from server.inventory.venues.search.filters import conditions
from server.inventory.venues.serializers import masked_venue, venue_document
from server.monitoring.duty.today import hours_today
from server.web.addresses import here
from server.web.console.screens.devices import is_bare
from server.web.console.screens.screens import tiles
from server.web.helpers import query_args, query_of, today, unit_choices
from server.web.sorting import Orders, requested_view, sorted_page

pages = Blueprint("venues_pages", __name__)

STATES = {
    "dark": Sentence("有屏断联", "Dark"),
    "unbound": Sentence("未绑定终端", "Not bound yet"),
    "online": Sentence("在线", "Online"),
    "paused": Sentence("暂停", "Paused"),
    "idle": Sentence("非运营时段", "Needn't run now"),
    "manual": ACCESS["manual"],
    "none": ACCESS["none"],
}
TONES: Final = {"dark": "bad", "unbound": "wait", "online": "good"}
UNREGISTERED = Sentence("未登记显示屏", "No screen entered")
NOTHING_DUE = Sentence("无应播", "Nothing owed")
COVERED_DAYS: Final = 7
SHOWN_SCREENS: Final = 12
FILTER_NAMES: Final = (
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


class VenueListFilter(VenueFilter):
    """The filters of the list; `state` is that of `server.gateway.status.venue`."""

    state: VenueState | None = None


@pages.get("/venues")
@needs("read")
def list_page() -> str:
    """Venues in scope, by default newest first."""
    filters = query_args(*FILTER_NAMES)
    asked = query_of(VenueListFilter, filters)
    view = requested_view("list")
    days = _covered_days()
    coverage_by_venue = covered(core(), live().playback, actor(), days) if view == "grid" else {}
    with core().config.read() as session:
        query = queries.in_scope(actor()).where(*conditions(asked, actor()))
        if asked.state is not None:
            paused = paused_now(session, core().clock.now_ms()).keys()
            query = query.where(*in_state(asked.state, contact_states(core(), live()), paused))
        found = sorted_page(
            session, query, Venue.id, ORDERS, lambda rows: [_masked(v) for v in rows]
        )
        units = unit_choices(session, actor())
        return render_template(
            "venues/list.html",
            **found,
            venues=found["items"],
            now=_now(session, found["items"]),
            covered=_covered_of(coverage_by_venue, found["items"]),
            days=days,
            filters=filters,
            filtered=bool(filters),
            view=view,
            view_href=lambda view: here(view=view),
            is_special=any(name in filters for name in SELDOM),
            screen_counts=_screen_counts(session, found["items"]),
            may_write=bool(actor().roots("venues.write")),
            units=units,
            tags=tags.of_venues(session, actor()),
            unit_names=dict(units),
            territories=territory_choices(session, actor()),
            lines=line_choices(session, actor()),
            states=[(state, translate(STATES[state])) for state in VENUE_STATES],
            **_names(),
        )


@pages.get("/venues/new")
@needs("venues.write")
def new_page() -> str:
    """A form for a new venue."""
    with core().config.read() as session:
        units = unit_choices(session, actor(), "venues.write")
        all_tags = tags.of_venues(session, actor())
        lines = line_choices(session, actor())
    return render_template(
        "venues/form.html",
        venue=None,
        moves=False,
        units=units,
        lines=lines,
        tags=all_tags,
        may_write=True,
        hours=KINDS["bank"].usual_hours(),
        weekdays=weekdays(),
        then=_next_page(request.args.get("pair")),
        **_names(),
    )


def _next_page(pairing: str | None) -> str:
    """Where a new venue leads: back to pairing (with a screen's code, if it came with one)."""
    code = f"&code={quote(pairing)}" if pairing else ""
    return "/venues/{id}" if pairing is None else f"/pair?venue_id={{id}}{code}"


@pages.get("/venues/<venue_id>")
@needs("read")
def venue_page(venue_id: str) -> str:
    """One venue: its present state, its data, and its screens' hours."""
    reached = _reached(venue_id)
    with core().config.read() as session:
        venue = queries.find(session, actor(), "read", venue_id)
        place = scope.place_of(venue)
        may_write = scope.may(actor(), "venues.write", place)
        return render_template(
            "venues/form.html",
            venue=_row(venue) if may_write else _masked(venue),
            units=unit_choices(session, actor()),
            may_write=may_write,
            may_pair=scope.may(actor(), "screens.pair", place),
            has_codes=venue.kind not in VEHICLES,
            moves=venue.kind in VEHICLES,
            may_report=scope.may(actor(), "exemptions.write", place),
            weekdays=weekdays(),
            hours=venue.hours,
            expected_hours=_expected_hours(session, venue),
            lines=line_choices(session, actor()),
            **_present_state(session, venue, reached),
            screens=_screen_counts(session, [{"id": venue_id}])[venue_id],
            bare=is_bare(session, venue.id),
            **_report_code(venue),
            tags=tags.of_venues(session, actor()),
            has_pin=venue.pause_pin_hash is not None,
            **_names(),
        )


def _covered_days() -> tuple[date, date]:
    return today() - timedelta(days=COVERED_DAYS - 1), today()


def _reached(venue_id: str) -> Covered | None:
    """Its coverage of the last days, for those who may read its reports."""
    with suppress(NotFound):
        return covered_there(core(), live().playback, actor(), _covered_days(), venue_id)
    return None


def _present_state(session: Session, venue: Venue, reached: Covered | None) -> dict[str, Any]:
    """The present state of a venue: its screens, and its coverage of the last days."""
    shown = {"id": public("venue", venue.id), "access": venue.access}
    rows = session.scalars(
        select(Screen)
        .where(Screen.venue_id == venue.id, Screen.retired_at.is_(None))
        .order_by(Screen.id)
        .limit(SHOWN_SCREENS)
    )
    return {
        "now": _now(session, [shown])[shown["id"]],
        "screens_now": tiles(session, rows.all()),
        "covered": _covered(reached) if reached is not None else None,
        "days": _covered_days(),
    }


def _now(session: Session, shown: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The present states of the venues of a page, in words."""
    access = {number("venue", venue["id"]): venue["access"] for venue in shown}
    found = glances(session, core(), live(), actor(), access)
    return {public("venue", one): _glance(glance) for one, glance in found.items()}


def _glance(glance: Glance) -> dict[str, Any]:
    is_bare = glance.state == "unbound" and not glance.screens
    counts = [(BRIEFLY[state], count) for state, count in glance.screens.items()]
    return {
        "text": translate(UNREGISTERED if is_bare else STATES[glance.state]),
        "tone": TONES.get(glance.state, ""),
        "screens": [(count, translate(name), tone) for (name, tone), count in counts],
    }


def _covered_of(
    coverage_by_venue: Mapping[int, Covered], shown: Sequence[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The coverage of those venues of a page that the person sees reports of."""
    found = {venue["id"]: coverage_by_venue.get(number("venue", venue["id"])) for venue in shown}
    return {venue: _covered(coverage) for venue, coverage in found.items() if coverage is not None}


def _covered(coverage: Covered) -> dict[str, Any]:
    """A venue's coverage in words, with the days that count of those that are judged."""
    name, tone = COVERED[coverage.state]
    if coverage.state == "not_reached" and not coverage.days:
        name, tone = NOTHING_DUE, ""
    return {
        "state": coverage.state,
        "text": translate(name),
        "tone": tone,
        "met": f"{float(coverage.met):g}",
        "days": coverage.days,
    }


def _expected_hours(session: Session, venue: Venue) -> dict[str, Any] | None:
    """The hours by which a vehicle is monitored today, if not its opening hours."""
    found = hours_today(session, venue, core().clock.now_ms()) if venue.kind in VEHICLES else None
    if found is None or found.source == "opening":
        return None
    line = public("line", venue.line_id) if venue.line_id is not None else ""
    return {"text": found.in_words(language()), "differs": found.differs, "line": line}


def _report_code(venue: Venue) -> dict[str, str]:
    """The way to a manual venue's report, for a phone."""
    if venue.access != "manual":
        return {}
    address = f"{site_address()}/attestations/new?venue_id={public('venue', venue.id)}"
    return {"report_address": address, "report_qr": qr_svg(address)}


def _names() -> dict[str, Any]:
    kinds = [(code, translate(kind.name)) for code, kind in KINDS.items()]
    accesses = [(code, translate(name)) for code, name in ACCESS.items()]
    return {
        "kinds": kinds,
        "kind_names": dict(kinds),
        "accesses": accesses,
        "access_names": dict(accesses),
        "policies": [(code, translate(name)) for code, name in POLICIES.items()],
    }


def _row(venue: Venue) -> dict[str, Any]:
    return venue_document(venue, district_zone())


def _masked(venue: Venue) -> dict[str, Any]:
    return masked_venue(_row(venue))


def _screen_counts(session: Session, shown: Sequence[dict[str, Any]]) -> Counter[str]:
    """The number of screens in service of the venues."""
    numbers = [number("venue", venue["id"]) for venue in shown]
    query = select(Screen.venue_id, func.count()).where(
        Screen.retired_at.is_(None), Screen.venue_id.in_(numbers)
    )
    rows = session.execute(query.group_by(Screen.venue_id))
    return Counter({public("venue", venue_id): count for venue_id, count in rows})
