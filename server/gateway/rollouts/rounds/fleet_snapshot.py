"""The state of all screens, as input of a roll-out step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.foundation.durations import DAY_S
from server.gateway.connection.desired_builds import names_build
from server.gateway.connection.state import Live
from server.gateway.rollouts.builds import release_of
from server.gateway.rollouts.rounds.health_rules import Hearing, ScreenProgress, Seen
from server.gateway.rollouts.rounds.telemetry import Notes
from server.inventory.screens.models import Screen
from server.inventory.screens.status import OFFLINE_AFTER_MS
from server.inventory.venues.models import Venue
from server.monitoring.detection.telemetry import read_evidence
from server.monitoring.duty.operating_hours import graces, operating_of

STARVED_MS: Final = 40_000
SHORTEST_GRACE_S: Final = 90
LONGEST: Final = 40
"""Characters kept of a player's name."""


def hearing_of(core: Core, since_ms: int) -> Hearing | None:
    """How silence is judged by a process that runs since an instant; None if it can't be yet."""
    evidence = read_evidence(core, ())
    if evidence is None:
        return None
    ended = [1000 * one.until_s for one in evidence.upstream if one.until_s is not None]
    lasts = any(one.until_s is None for one in evidence.upstream)
    starved = core.clock.now_ms() - 1000 * evidence.now_s > STARVED_MS
    return Hearing(
        max(1000 * evidence.listening_s, since_ms, *ended),
        deaf=evidence.doubted or lasts or starved,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Slowly changing attributes of a screen in service: place and operating hours.

    `player`: the last reported player, for screens without contact.
    """

    screen: int
    player: str
    venue: int
    unit: int
    kind: str
    tags: frozenset[str]
    grace_s: int
    on_duty_since_ms: int | None


def read_places(core: Core, now_ms: int) -> Sequence[Place]:
    """All screens in service; slow with thousands."""
    with core.config.read() as session:
        rows = session.execute(
            select(
                Screen.id,
                Screen.player,
                Venue.id,
                Venue.unit_id,
                Venue.kind,
                Screen.tags,
                Venue.tags,
            )
            .join(Venue, Screen.venue_id == Venue.id)
            .where(
                Screen.enrolled_at.is_not(None),
                Screen.revoked_at.is_(None),
                Screen.retired_at.is_(None),
            )
            .order_by(Screen.id)
        ).all()
        grace = graces(session)
        on_duty_since = _on_duty_since(session, [row[0] for row in rows], now_ms)
    return [
        Place(
            screen,
            player,
            venue,
            unit,
            kind,
            frozenset((*own, *shared)),
            grace.get(screen, SHORTEST_GRACE_S),
            on_duty_since.get(screen),
        )
        for screen, player, venue, unit, kind, own, shared in rows
    ]


@dataclass(frozen=True)
class Eyes:
    """Observes screens for the roll-out of the player `target`."""

    live: Live
    notes: Notes
    target: str
    progress: Mapping[int, ScreenProgress]
    now_ms: int

    def see(self, places: Iterable[Place]) -> list[Seen]:
        """The screens whose players can be updated."""
        found = (self._one(place) for place in places)
        return [one for one in found if names_build(one.player)]

    def _one(self, place: Place) -> Seen:
        screen, contact = place.screen, self.live.presence.contact(place.screen)
        progress = self.progress.get(screen)
        sent_ms = self.live.desired_builds.sent_since(screen, self.target)
        took_ms = progress.updated_ms if progress is not None else 0
        from_ms = max(took_ms, self.notes.since_ms)
        beat = contact.beat if contact is not None else None
        last_contact_ms = contact.at_ms if contact is not None else 0
        return Seen(
            screen=screen,
            venue=place.venue,
            unit=place.unit,
            kind=place.kind,
            tags=place.tags,
            online=contact is not None and self.now_ms - last_contact_ms < OFFLINE_AFTER_MS,
            player=(beat.player[:LONGEST] if beat is not None else "") or place.player,
            last_contact_ms=last_contact_ms,
            sent_ms=sent_ms,
            gave_up=beat is not None and beat.gave_up == release_of(self.target),
            ill_ms=self.notes.ill_since(screen),
            before=self.notes.rate(screen, sent_ms) if sent_ms else 0,
            troubles=self.notes.troubles(screen, from_ms) if took_ms else 0,
            troubles_from_ms=from_ms,
            on_duty_since_ms=place.on_duty_since_ms,
            grace_s=place.grace_s,
        )


def _on_duty_since(session: Session, screens: Sequence[int], now_ms: int) -> Mapping[int, int]:
    """By screen on duty, since when (ms)."""
    now_s = now_ms // 1000
    found = operating_of(session, screens, now_s - DAY_S, now_s + 1)
    return {
        screen: 1000 * begin
        for screen, spans in found.items()
        for begin, end in spans
        if begin <= now_s < end
    }
