"""The register of screens: a row for each that isn't retired, with its place and its dates."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from media.screen_classes import is_strip
from server.accounts.actor import Actor
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
from server.monitoring.duty.models import MaintainedScreen, Maintenance
from server.monitoring.incidents.models import Incident

MOST_SCREENS: Final = 5_000
TOO_MANY: Final = Sentence(
    "共 {n} 块屏，超过一份台账的上限 5,000 块，请按责任单位分别生成。",
    "These are {n} screens; a register has 5,000 at most: take one unit at a time.",
)
WISHES: Final = ("unit_id", "territory_id", "venue_kind", "venue_id", "screen_id")
"""The parameters of a register's address."""
Days = Mapping[int, date]


class RegisterWish(BaseModel):
    """Which screens; a unit or territory includes everything below it."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None


def wanted_screens(actor: Actor, wish: RegisterWish) -> Select[Screen]:
    """The screens of a register that the person may read. Raises NotFound for a strange id."""
    places = ScreenFilter(**wish.model_dump(exclude={"screen_id"}))
    query = queries.in_scope(actor).where(*conditions(places, {}, ()))
    if wish.screen_id is not None:
        query = query.where(Screen.id == number("screen", wish.screen_id))
    return query


def count_of(session: Session, query: Select[Screen]) -> int:
    """How many screens a register would have."""
    return session.scalar(query.with_only_columns(func.count(Screen.id))) or 0


def register_of(
    session: Session, query: Select[Screen], now_ms: int, zone: tzinfo
) -> dict[str, Any]:
    """The document of `schemas.ScreenRegister`. Raises Invalid for more than 5,000 screens."""
    if (found := count_of(session, query)) > MOST_SCREENS:
        text = TOO_MANY
        raise Invalid(Sentence(text.zh.format(n=f"{found:,}"), text.en.format(n=f"{found:,}")))
    installed = _installed(session, query, zone)
    maintained = _maintained(session, query, now_ms, zone)
    rows = sorted(session.scalars(query).unique(), key=_order)
    units = [
        _unit(list(group), installed, maintained)
        for _, group in groupby(rows, key=lambda row: row.venue.unit_id)
    ]
    totals = {
        "units": len(units),
        "venues": sum(one["venues"] for one in units),
        "screens": len(rows),
        "installed": sum(row.id in installed for row in rows),
    }
    return {"as_of": iso(now_ms, zone), "units": units, "totals": totals}


def _order(row: Screen) -> tuple[Any, ...]:
    venue = row.venue
    return venue.unit.path, venue.unit_id, by_name(venue.name), venue.id, by_name(row.name), row.id


def _installed(session: Session, query: Select[Screen], zone: tzinfo) -> Days:
    """When the first box of each was bound."""
    wanted = query.with_only_columns(Screen.id)
    first = select(ScreenBox.screen_id, func.min(ScreenBox.from_at)).group_by(ScreenBox.screen_id)
    bound = query.with_only_columns(Screen.id, Screen.enrolled_at)
    dates = {row[0]: row[1] for row in session.execute(bound) if row[1] is not None}
    dates |= dict(_pairs(session, first.where(ScreenBox.screen_id.in_(wanted))))
    return {screen: _day(at_ms, zone) for screen, at_ms in dates.items()}


def _maintained(session: Session, query: Select[Screen], now_ms: int, zone: tzinfo) -> Days:
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
    return {screen: _day(at_ms, zone) for screen, at_ms in last.items()}


def _pairs(session: Session, query: Select[*tuple[Any, ...]]) -> Iterable[tuple[int, int]]:
    return [(row[0], row[1]) for row in session.execute(query)]


def _day(at_ms: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, zone).date()


def _unit(rows: list[Screen], installed: Days, maintained: Days) -> dict[str, Any]:
    unit = rows[0].venue.unit
    return {
        "unit_id": public("unit", unit.id),
        "unit": unit.name,
        "screens": len(rows),
        "venues": len({row.venue_id for row in rows}),
        "items": [_row(row, installed.get(row.id), maintained.get(row.id)) for row in rows],
    }


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
