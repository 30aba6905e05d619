"""What is known of all screens, for one step of a roll-out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import Core
from server.incidents.evidence import read_evidence
from server.realtime.live import Live
from server.realtime.wishes import names_build
from server.releases.builds import release_of
from server.releases.notes import Notes
from server.releases.verdicts import Hearing, Seen, Standing
from server.screens.facts import ScreenFacts
from server.screens.models import Screen
from server.screens.queries import facts
from server.screens.states import OFFLINE_AFTER_MS
from server.uptime.hours import graces, operating_of

DAY_S: Final = 86_400
STARVED_MS: Final = 40_000
SHORTEST_GRACE_S: Final = 90


def hearing_of(core: Core, since_ms: int) -> Hearing | None:
    """What silence is worth to a process that listens since an instant; None if nothing yet."""
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


@dataclass(frozen=True)
class Eyes:
    """Looks at screens for the roll-out of the player `target`."""

    live: Live
    notes: Notes
    target: str
    standings: Mapping[int, Standing]
    now_ms: int

    def see(self, session: Session) -> list[Seen]:
        """All screens in service whose players can be told to become another."""
        players = dict(session.execute(select(Screen.id, Screen.player)).all())
        found = [one for one in facts(session) if names_build(players[one.screen_id])]
        grace = graces(session)
        meant = _meant(session, [one.screen_id for one in found], self.now_ms)
        return [
            self._one(
                one,
                players[one.screen_id],
                meant.get(one.screen_id),
                grace.get(one.screen_id, SHORTEST_GRACE_S),
            )
            for one in found
        ]

    def _one(self, one: ScreenFacts, player: str, meant_ms: int | None, grace_s: int) -> Seen:
        screen, contact = one.screen_id, self.live.presence.contact(one.screen_id)
        standing = self.standings.get(screen)
        told_ms = self.live.wishes.told_since(screen, self.target)
        took_ms = standing.updated_ms if standing is not None else 0
        from_ms = max(took_ms, self.notes.since_ms)
        beat = contact.beat if contact is not None else None
        heard_ms = contact.at_ms if contact is not None else 0
        return Seen(
            screen=screen,
            venue=one.venue_id,
            unit=one.unit_id,
            kind=one.venue_kind,
            tags=one.tags,
            online=contact is not None and self.now_ms - heard_ms < OFFLINE_AFTER_MS,
            player=beat.player[:40] if beat is not None else player,
            heard_ms=heard_ms,
            told_ms=told_ms,
            gave_up=beat is not None and beat.gave_up == release_of(self.target),
            ill_ms=self.notes.ill_since(screen),
            before=self.notes.rate(screen, told_ms) if told_ms else 0,
            troubles=self.notes.troubles(screen, from_ms) if took_ms else 0,
            troubles_from_ms=from_ms,
            meant_ms=meant_ms,
            grace_s=grace_s,
        )


def _meant(session: Session, screens: Sequence[int], now_ms: int) -> Mapping[int, int]:
    """By screen that is meant to run now, since when (ms)."""
    now_s = now_ms // 1000
    found = operating_of(session, screens, now_s - DAY_S, now_s + 1)
    return {
        screen: 1000 * begin
        for screen, spans in found.items()
        for begin, end in spans
        if begin <= now_s < end
    }
