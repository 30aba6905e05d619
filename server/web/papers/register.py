"""The register of screens: a row for each that isn't retired, with its place and its dates."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from media.screen_classes import is_strip
from playlists.windows import local_date
from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.phone_masking import masked
from server.foundation.pinyin import by_name
from server.foundation.public_ids import number, public
from server.foundation.rest.resources import iso
from server.inventory.screens import queries
from server.inventory.screens.finding.filters import ScreenFilter, conditions
from server.inventory.screens.models import Screen, ScreenBox
from server.inventory.screens.rendition_classes import shape_of
from server.inventory.venues.models import Venue
from server.monitoring.duty.models import MaintainedScreen, Maintenance
from server.monitoring.incidents.models import Incident

MOST_SCREENS: Final = 5_000
TOO_MANY: Final = Sentence(
    "共 {n} 块屏，超过一份台账的上限 5,000 块，请按责任单位分别生成。",
    "These are {n} screens; a register has 5,000 at most: take one unit at a time.",
)
FILTER_NAMES: Final = ("unit_id", "territory_id", "venue_kind", "venue_id", "screen_id")
"""The parameters of a register's address."""
Days = Mapping[int, date]


class RegisterFilter(BaseModel):
    """Which screens; a unit or territory includes everything below it."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None


def wanted_screens(actor: Actor, filters: RegisterFilter) -> Select[Screen]:
    """The screens of a register that the person may read. Raises NotFound for a strange id."""
    places = ScreenFilter(**filters.model_dump(exclude={"screen_id"}))
    query = queries.in_scope(actor).where(*conditions(places, {}, ()))
    if filters.screen_id is not None:
        query = query.where(Screen.id == number("screen", filters.screen_id))
    return query


class Place(NamedTuple):
    """A row of the register before it is read in full."""

    screen_id: int
    venue_id: int
    unit_id: int


def places_in_order(session: Session, query: Select[Screen]) -> list[Place]:
    """All rows of the register: units in the order of the tree, then venues and screens by name.

    Columns only: mapped objects of 5,000 screens take a quarter of a second to make.
    """
    columns = (Screen.id, Venue.id, Unit.id, Unit.path, Venue.name, Screen.name)
    rows = session.execute(query.with_only_columns(*columns)).all()
    return [Place(*row[:3]) for row in sorted(rows, key=_order)]


def _order(row: Sequence[Any]) -> tuple[Any, ...]:
    screen, venue, unit, path, venue_name, name = row
    return path, unit, by_name(venue_name), venue, by_name(name), screen


def register_of(core: Core, session: Session, query: Select[Screen]) -> dict[str, Any]:
    """The document of `schemas.ScreenRegister`. Raises Invalid for more than 5,000 screens."""
    places = places_in_order(session, query)
    if len(places) > MOST_SCREENS:
        raise Invalid(TOO_MANY.filled(n=f"{len(places):,}"))
    return part_of_register(core, session, query, places, slice(None))


def part_of_register(
    core: Core, session: Session, query: Select[Screen], places: Sequence[Place], part: slice
) -> dict[str, Any]:
    """The same with `items` of these places alone; the counts are of all `places`."""
    now_ms, zone = core.clock.now_ms(), core.settings.zone
    installed = _installed(session, query, zone)
    maintained = _maintained(session, query, now_ms, zone)
    screens = Counter(place.unit_id for place in places)
    venues = Counter(unit for unit, _ in {(place.unit_id, place.venue_id) for place in places})
    units = [
        {
            "unit_id": public("unit", unit_id),
            "unit": rows[0].venue.unit.name,
            "screens": screens[unit_id],
            "venues": venues[unit_id],
            "items": [_row(row, installed.get(row.id), maintained.get(row.id)) for row in rows],
        }
        for unit_id, rows in _rows_by_unit(session, query, places[part])
    ]
    totals = {
        "units": len(screens),
        "venues": venues.total(),
        "screens": len(places),
        "installed": sum(place.screen_id in installed for place in places),
    }
    return {"as_of": iso(now_ms, zone), "units": units, "totals": totals}


def _rows_by_unit(
    session: Session, query: Select[Screen], places: Sequence[Place]
) -> Iterable[tuple[int, list[Screen]]]:
    """The screens of these places, in their order."""
    found = query.where(Screen.id.in_([place.screen_id for place in places]))
    rows = {row.id: row for row in session.scalars(found).unique()}
    for unit_id, group in groupby(places, key=attrgetter("unit_id")):
        yield unit_id, [rows[place.screen_id] for place in group]


def _installed(session: Session, query: Select[Screen], zone: ZoneInfo) -> Days:
    """When the first box of each was bound."""
    wanted = query.with_only_columns(Screen.id)
    first = select(ScreenBox.screen_id, func.min(ScreenBox.from_at)).group_by(ScreenBox.screen_id)
    bound = query.with_only_columns(Screen.id, Screen.enrolled_at)
    dates = {row[0]: row[1] for row in session.execute(bound) if row[1] is not None}
    dates |= dict(_pairs(session, first.where(ScreenBox.screen_id.in_(wanted))))
    return {screen: local_date(zone, at_ms) for screen, at_ms in dates.items()}


def _maintained(session: Session, query: Select[Screen], now_ms: int, zone: ZoneInfo) -> Days:
    """When work on each ended last: planned work that began, or a repair that was ordered."""
    wanted = query.with_only_columns(Screen.id)
    planned = (
        select(MaintainedScreen.screen_id, func.max(Maintenance.until_at))
        .join(Maintenance, Maintenance.id == MaintainedScreen.maintenance_id)
        .where(MaintainedScreen.screen_id.in_(wanted))
        # Work that was cancelled before it began has no length.
        .where(Maintenance.until_at <= now_ms, Maintenance.until_at > Maintenance.from_at)
        .group_by(MaintainedScreen.screen_id)
    )
    repaired = (
        select(Incident.screen_id, func.max(Incident.closed_at))
        .where(Incident.screen_id.in_(wanted))
        .where(Incident.dispatched_at.is_not(None), Incident.closed_at.is_not(None))
        .group_by(Incident.screen_id)
    )
    last: dict[int, int] = {}
    for screen, at_ms in (*_pairs(session, planned), *_pairs(session, repaired)):
        last[screen] = max(at_ms, last.get(screen, at_ms))
    return {screen: local_date(zone, at_ms) for screen, at_ms in last.items()}


def _pairs(session: Session, query: Select[*tuple[Any, ...]]) -> Iterable[tuple[int, int]]:
    return [(row[0], row[1]) for row in session.execute(query)]


def _row(row: Screen, installed: date | None, maintained: date | None) -> dict[str, Any]:
    venue = row.venue
    return {
        "screen_id": public("screen", row.id),
        "name": row.name,
        "serial": row.serial,
        "venue_id": public("venue", venue.id),
        "venue_name": venue.name,
        "venue_code": venue.code,
        "venue_kind": venue.kind,
        "vehicle": venue.vehicle,
        "address": venue.address,
        "lat": venue.lat,
        "lon": venue.lon,
        "hours": venue.hours,
        "territory": venue.territory.name if venue.territory else None,
        **_size(row),
        "contact_name": venue.contact_name,
        "contact_phone": masked(venue.contact_phone),
        "installed_on": installed.isoformat() if installed else None,
        "maintained_on": maintained.isoformat() if maintained else None,
    }


def _size(row: Screen) -> dict[str, Any]:
    width, height = shape_of(row.width, row.height, row.rendition_class)
    upright = "portrait" if height > width else "landscape"
    return {
        "shape": "strip" if is_strip(width, height) else upright,
        "rendition_class": row.rendition_class,
        "width": row.width,
        "height": row.height,
        "pixel_pitch_mm": row.pixel_pitch_mm,
        "width_m": _metres(row.width, row.pixel_pitch_mm),
        "height_m": _metres(row.height, row.pixel_pitch_mm),
    }


def _metres(pixels: int | None, pitch_mm: float | None) -> float | None:
    return round(pixels * pitch_mm / 1000, 2) if pixels and pitch_mm else None
