"""What features above need to know of a screen and its venue to decide what it plays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from media.legibility import Viewing
from server.screens.models import Screen


@dataclass(frozen=True)
class ScreenFacts:
    """One screen that plays: bound to a player, neither revoked nor retired.

    `tags` are the screen's and its venue's. `hours`, `closed_dates` and `extra_hours` are as the
    API has them, in the venue's `timezone`; instants are milliseconds since 1970 UTC. `least_sign`
    is how high a sign has to be to be read from where people stand, as a share of the picture's
    height; None unless viewing distance, pixel pitch and height in pixels are known. `metered` is
    as the API has it.
    """

    screen_id: int
    venue_id: int
    venue_kind: str
    unit_id: int
    unit_path: str
    territory_id: int | None
    territory_path: str | None
    line_id: int | None
    tags: frozenset[str]
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
    name: str = ""
    venue_name: str = ""
    least_sign: float | None = None


def _least_sign(screen: Screen) -> float | None:
    distance_m, pitch_mm, height = (
        screen.venue.viewing_distance_m,
        screen.pixel_pitch_mm,
        screen.height,
    )
    if distance_m is None or pitch_mm is None or height is None:
        return None
    return Viewing(distance_m, pitch_mm).least_px / height


def as_facts(screen: Screen) -> ScreenFacts:
    """The facts of a row of screens with its venue loaded."""
    venue = screen.venue
    return ScreenFacts(
        screen_id=screen.id,
        venue_id=venue.id,
        venue_kind=venue.kind,
        unit_id=venue.unit_id,
        unit_path=venue.unit.path,
        territory_id=venue.territory_unit_id,
        territory_path=venue.territory.path if venue.territory else None,
        line_id=venue.line_id,
        tags=frozenset((*screen.tags, *venue.tags)),
        rendition_class=screen.rendition_class,
        timezone=venue.timezone,
        hours=venue.hours,
        closed_dates=tuple(venue.closed_dates),
        extra_hours=venue.extra_hours,
        own_share=venue.own_share,
        takeover_policy=venue.takeover_policy,
        enrolled_at=screen.enrolled_at,
        sound=venue.sound,
        metered=venue.metered,
        name=screen.name,
        venue_name=venue.name,
        least_sign=_least_sign(screen),
    )
