"""Attributes of a screen and its venue that decide on its content, for rooms above."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy.orm import aliased

from media.slides.checks.legibility import Viewing
from server.accounts.models import Unit
from server.foundation.db.plain_rows import as_text, shared
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue


class ScreenSpot(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The selection attributes and name of one screen in service; `tags` include its venue's."""

    screen_id: int
    venue_id: int
    venue_kind: str
    unit_id: int
    unit_path: str
    territory_path: str | None
    tags: frozenset[str]
    name: str = ""
    venue_name: str = ""


class ScreenFacts(ScreenSpot, frozen=True, gc=False, kw_only=True):
    """One screen in service: bound to a player, neither revoked nor retired.

    `hours`, `closed_dates` and `extra_hours` in the API's form, in the venue's `timezone`; instants
    are ms since 1970 UTC. `least_sign`: the least legible height of a sign as a share of the
    picture's height; None unless viewing distance, pixel pitch and height in pixels are set.
    `metered` in the API's form.
    """

    territory_id: int | None
    line_id: int | None
    rendition_class: str
    timezone: str
    hours: Mapping[str, Sequence[Sequence[str]]]
    closed_dates: tuple[str, ...]
    extra_hours: Mapping[str, Sequence[Sequence[str]]]
    own_share: float
    takeover_policy: str
    enrolled_at: int | None
    sound: bool
    metered: Mapping[str, Any] | None = None
    least_sign: float | None = None


TERRITORY: Final = aliased(Unit)
SCREEN_COLUMNS: Final = (
    Screen.id, Screen.venue_id, as_text(Screen.tags, "own_tags"), Screen.rendition_class,
    Screen.enrolled_at, Screen.name, Screen.pixel_pitch_mm, Screen.height,
)  # fmt: skip
"""The columns that facts are built from, in this order, besides those of the venue."""
VENUE_COLUMNS: Final = (
    Venue.id, Venue.kind, Venue.unit_id, Unit.path, Venue.territory_unit_id, TERRITORY.path,
    Venue.line_id, as_text(Venue.tags, "venue_tags"), Venue.timezone,
    as_text(Venue.hours, "hours"), as_text(Venue.closed_dates, "closed_dates"),
    as_text(Venue.extra_hours, "extra_hours"), Venue.own_share, Venue.takeover_policy, Venue.sound,
    as_text(Venue.metered, "metered"), Venue.name, Venue.viewing_distance_m,
)  # fmt: skip
"""The columns shared by all screens of a venue, in this order.

JSON in stored form, as most venues have equal values.
"""
SPOT_COLUMNS: Final = (
    Screen.id, Venue.id, Venue.kind, Venue.unit_id, Unit.path, TERRITORY.path, Screen.name,
    Venue.name, as_text(Screen.tags, "own_tags"), as_text(Venue.tags, "venue_tags"),
)  # fmt: skip
"""The columns that a spot is built from; tags as JSON, since most are equal."""


class VenueFacts(NamedTuple):
    """Attributes shared by all screens of a venue: fields of `ScreenFacts`.

    Two further ones are adapted by each screen.
    """

    fields: Mapping[str, Any]
    tags: Sequence[str]
    distance_m: float | None


def as_facts(screen: Screen) -> ScreenFacts:
    """The facts of a row of screens with its venue loaded."""
    venue = screen.venue
    common = of_venue(
        (
            venue.id, venue.kind, venue.unit_id, venue.unit.path, venue.territory_unit_id,
            venue.territory.path if venue.territory else None, venue.line_id, venue.tags,
            venue.timezone, venue.hours, venue.closed_dates, venue.extra_hours, venue.own_share,
            venue.takeover_policy, venue.sound, venue.metered, venue.name,
            venue.viewing_distance_m,
        ),
        read=_as_it_is,
    )  # fmt: skip
    own = (
        screen.id, screen.venue_id, screen.tags, screen.rendition_class, screen.enrolled_at,
        screen.name, screen.pixel_pitch_mm, screen.height,
    )  # fmt: skip
    return put_together(own, common, read=_as_it_is)


def of_venue(row: Sequence[Any], read: Callable[[Any], Any] = shared) -> VenueFacts:
    """The shared attributes of a venue's screens, from `VENUE_COLUMNS`."""
    (
        venue_id, kind, unit_id, unit_path, territory_id, territory_path, line_id, tags, timezone,
        hours, closed_dates, extra_hours, own_share, policy, sound, metered, name, distance_m,
    ) = row  # fmt: skip
    fields = {
        "venue_id": venue_id,
        "venue_kind": kind,
        "unit_id": unit_id,
        "unit_path": unit_path,
        "territory_id": territory_id,
        "territory_path": territory_path,
        "line_id": line_id,
        "timezone": timezone,
        "hours": read(hours),
        "closed_dates": tuple(read(closed_dates)),
        "extra_hours": read(extra_hours),
        "own_share": own_share,
        "takeover_policy": policy,
        "sound": sound,
        "metered": read(metered),
        "venue_name": name,
    }
    return VenueFacts(fields, read(tags), distance_m)


def put_together(
    row: Sequence[Any], venue: VenueFacts, read: Callable[[Any], Any] = shared
) -> ScreenFacts:
    """The facts of a screen from `SCREEN_COLUMNS` and its venue's shared attributes."""
    screen_id, _, tags, rendition_class, enrolled_at, name, pitch_mm, height = row
    return ScreenFacts(
        screen_id=screen_id,
        tags=frozenset((*read(tags), *venue.tags)),
        rendition_class=rendition_class,
        enrolled_at=enrolled_at,
        name=name,
        least_sign=_least_sign(venue.distance_m, pitch_mm, height),
        **venue.fields,
    )


def _as_it_is(value: Any) -> Any:
    return value


def as_spot(row: Sequence[Any]) -> ScreenSpot:
    """A screen's spot from `SPOT_COLUMNS`."""
    screen_id, venue_id, kind, unit_id, path, territory_path, name, venue_name, *tags = row
    return ScreenSpot(
        screen_id=screen_id,
        venue_id=venue_id,
        venue_kind=kind,
        unit_id=unit_id,
        unit_path=path,
        territory_path=territory_path,
        tags=_tags(*tags),
        name=name,
        venue_name=venue_name,
    )


@lru_cache(maxsize=1024)
def _tags(own: str, of_venue: str) -> frozenset[str]:
    return frozenset((*shared(own), *shared(of_venue)))


def _least_sign(
    distance_m: float | None, pitch_mm: float | None, height: int | None
) -> float | None:
    if distance_m is None or pitch_mm is None or height is None:
        return None
    return Viewing(distance_m, pitch_mm).least_px / height
