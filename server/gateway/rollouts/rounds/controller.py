"""Roll-out rounds: collect the state of all screens, apply rules, write, notify."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.db.commit_watch import CommitWatch
from server.foundation.jobs.service import wake
from server.foundation.public_ids import public
from server.foundation.runtime.blocking import run_blocking
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.gateway.rollouts import queries, service
from server.gateway.rollouts.models import PlayerRelease, ReleaseScreen
from server.gateway.rollouts.rounds.fleet_snapshot import (
    LONGEST,
    Eyes,
    Place,
    hearing_of,
    read_places,
)
from server.gateway.rollouts.rounds.health_rules import ScreenProgress, Seen
from server.gateway.rollouts.rounds.steps import Course, Step, is_past_bound, step
from server.gateway.rollouts.rounds.telemetry import Notes
from server.gateway.rollouts.service import Halt
from server.inventory.screens.models import Screen

log = structlog.get_logger(__name__)


REREAD: Final = 10
FRESH_MS: Final = 30_000
"""Lifetime of cached places and hours of screens, ms."""
AT_ONCE: Final = 500


@dataclass
class Rounds:
    """The rounds, in the process that holds the sockets."""

    core: Core
    live: Live
    notes: Notes
    players: Players
    _to_push: list[tuple[int, str]] = field(default_factory=list)
    _stored: dict[int, tuple[str, str]] = field(default_factory=dict)
    _unnamed: dict[int, tuple[str, str]] = field(default_factory=dict)
    _changed: set[int] = field(init=False)
    _commits: CommitWatch = field(init=False)
    _is_due: bool = False
    _is_behind: bool = False
    _places: Sequence[Place] = ()
    _read_ms: int = 0
    _stamp: object = None
    _rounds: int = 0

    def __post_init__(self) -> None:
        self._changed = self.live.presence.follow()
        self._commits = CommitWatch(self.core.config)

    def run_round(self) -> None:
        """Run one round."""
        self._note_contacts()
        self._store_names()
        with self._commits.news() as is_news:
            if self.core.lead.is_mine and (is_news or self._is_due):
                self._roll_out()
            self._reload_builds(is_news=is_news)
        for screen, player in self._to_push:
            self._push(screen, player)
        self._to_push.clear()

    def _roll_out(self) -> None:
        self._is_due = queries.is_any_due(self.core)
        if not self._is_due:
            return
        service.start_by_itself(self.core)
        with self.core.config.read() as session:
            row = queries.active(session)
        if row is not None:
            self._step(row)

    def _reload_builds(self, *, is_news: bool) -> None:
        """Reload the desired builds after a decision at once, after any commit a few rounds later.

        Screens' progress, which the leading worker writes, is no decision.
        """
        self._rounds += 1
        self._is_behind |= is_news
        stamp = queries.stamp(self.core) if is_news else self._stamp
        is_turn = self._is_behind and self._rounds % REREAD == 0
        if stamp == self._stamp and not self._to_push and not is_turn:
            return
        with self.core.config.read() as session:
            self.live.desired_builds.usual, self.live.desired_builds.special = (
                queries.desired_builds(session)
            )
        self._stamp, self._is_behind = stamp, False

    def _push(self, screen: int, player: str) -> None:
        """Push the build at once; if that is lost, the next heartbeat's answer has it."""
        link = self.live.presence.holder(screen)
        if link is not None and self.live.desired_builds.build_to_send(
            screen, player, self.core.clock.now_ms()
        ):
            order = {"id": "release", "name": "reload", "args": {"player": player}}
            self.players.send("command", order, [link])

    def _note_contacts(self) -> None:
        """Go through the heartbeats since the last round."""
        contacts = [(one, self.live.presence.contact(one)) for one in self._changed]
        self._changed.clear()
        for screen, contact in contacts:
            if contact is None:
                continue
            self.notes.on_contact(screen, contact)
            called = (contact.beat.boot, contact.beat.player[:LONGEST])
            if called[1] and self._stored.get(screen) != called:
                self._unnamed[screen] = called

    def _store_names(self) -> None:
        """Store the names of screens' players for offline times: `AT_ONCE` of those that are new.

        Stored again for each boot, since another worker may have stored another name. Those that
        can't be written wait for the next round.
        """
        batch = dict(islice(self._unnamed.items(), AT_ONCE))
        if not batch:
            return
        with self.core.config.read() as session:
            query = select(Screen.id, Screen.player).where(Screen.id.in_(batch))
            stored = dict(session.execute(query).all())
        changed = {one: player for one, (_, player) in batch.items() if stored.get(one) != player}
        if changed:
            with self.core.config.write() as session:
                for screen, player in changed.items():
                    session.execute(update(Screen).where(Screen.id == screen).values(player=player))
        self._stored |= batch
        self._unnamed = {
            screen: called
            for screen, called in self._unnamed.items()
            if batch.get(screen) != called
        }

    def _see(
        self, row: PlayerRelease, before: Mapping[int, ScreenProgress], now_ms: int
    ) -> list[Seen]:
        if now_ms - self._read_ms >= FRESH_MS:
            self._places = run_blocking(lambda: read_places(self.core, now_ms))
            self._read_ms = now_ms
        return Eyes(self.live, self.notes, row.name, before, now_ms).see(self._places)

    def _step(self, row: PlayerRelease) -> None:
        hearing = hearing_of(self.core, self.notes.since_ms)
        if hearing is None:
            return
        now_ms = self.core.clock.now_ms()
        with self.core.config.read() as session:
            before = queries.progress_by_screen(session, row.id)
        seen = self._see(row, before, now_ms)
        course = queries.course_of(row)
        done = step(course, before, seen, hearing, now_ms)
        if done.course == course and done.progress == before:
            return
        with self.core.config.write() as session:
            fresh = queries.active(session)
            if fresh is not None and service.record_of(fresh) == service.record_of(row):
                self._write(session, fresh, before, done)
        if done.halted_ring is not None:
            wake(self.core)

    def _write(
        self, session: Session, row: PlayerRelease, before: Mapping[int, ScreenProgress], done: Step
    ) -> None:
        gone = before.keys() - done.progress.keys()
        changed = [one for key, one in done.progress.items() if before.get(key) != one]
        stale = {*gone, *(one.screen for one in changed)}
        mine = ReleaseScreen.release_id == row.id
        session.execute(delete(ReleaseScreen).where(mine, ReleaseScreen.screen_id.in_(stale)))
        session.add_all(_row(row.id, one) for one in changed)
        self._to_push += [(one.screen, row.name) for one in changed if one.state == "asked"]
        row.ring = done.course.ring
        if done.course.state == "complete":
            service.complete(self.core, session, row)
            self._record(session, row, "complete")
        elif done.halted_ring is not None:
            self._halt(session, row, done, done.halted_ring)

    def _halt(self, session: Session, row: PlayerRelease, done: Step, ring: int) -> None:
        screens = tuple(_failed(done.course, done.progress.values(), ring))
        why = Halt("failures", self.core.clock.now_ms(), ring, screens)
        service.halt_now(self.core, session, row, why)
        named = [public("screen", one) for one in screens]
        self._record(session, row, "halt", ring=ring, screens=named)
        log.warning("rollout_halted", release=row.name, screens=named)

    def _record(self, session: Session, row: PlayerRelease, verb: str, **detail: object) -> None:
        subject = public("player_release", row.id)
        now_ms = self.core.clock.now_ms()
        record(session, now_ms, None, f"release.{verb}", subject, name=row.name, **detail)


def _failed(course: Course, progress: Iterable[ScreenProgress], ring: int) -> list[int]:
    """The screens of a ring that caused its halt."""
    members = [one for one in progress if one.ring == ring]
    assert is_past_bound(course.rules, members, course.resumed_ms)  # noqa: S101 - the condition of this step
    failed = (one for one in members if one.state == "failed")
    return [one.screen for one in failed if one.failed_ms > course.resumed_ms]


def _row(release: int, one: ScreenProgress) -> ReleaseScreen:
    return ReleaseScreen(
        release_id=release,
        screen_id=one.screen,
        ring=one.ring,
        state=one.state,
        told_at=one.sent_ms,
        updated_at=one.updated_ms,
        failed_at=one.failed_ms,
        reason=one.reason,
        before=one.before,
    )
