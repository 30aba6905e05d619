"""Connects the live parts of this worker to those of others: messages sent and received.

Delivery is best effort. Assignments are rows that each worker reads; revoked credentials and
ruled-out boots are also read from the database; pages reload at intervals.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.db.change_tracking import CommitListener, Written
from server.foundation.workers.relay import NobodyAnswered, Relay
from server.gateway.connection.boot_check import is_ruled_out, newest_entry, ruled_out_since
from server.gateway.connection.messages import Beat
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.gateway.events import RemoteHeartbeat
from server.gateway.page_hints.from_other_processes import plain, read_written
from server.gateway.page_hints.hints import Hints
from server.gateway.workers.shared_presence import FarLink, SharedPresence, socket_record
from server.inventory.enrolment.credentials import ScreenIdentity
from server.inventory.screens.models import ScreenToken
from server.playlog.store.snapshot import snapshot

SEND_INTERVAL_S: Final = 0.25
CHECK_INTERVAL_S: Final = 5.0
PORTION: Final = 200
ALL_AT_LEAST_S: Final = 2.0
"""Minimum interval of full updates, so that ten workers starting at once get one, not ten."""
ALL_EVERY_S: Final = 60.0
"""Interval of full updates, which repair losses."""
MARGIN_MS: Final = 15_000
"""Overlap when reading revoked credentials: transactions take time to commit."""
DONE_WITHIN_MS: Final = 15_000
"""Time between the audit entry of a ruled-out boot and the act."""
SKEW_MS: Final = 2_000
UNLISTED_S: Final = 3 * ALL_EVERY_S
"""A far socket that its worker hasn't listed for so long is gone, and its notice was lost."""


@dataclass
class RelayEvents:
    """The ties of this worker to the others."""

    core: Core
    relay: Relay
    live: Live
    presence: SharedPresence
    hints: Hints
    players: Players
    _checked_ms: int = field(init=False, default=0)
    _entry: int = field(init=False, default=0)
    _noted: list[tuple[int, int, str]] = field(init=False, default_factory=list)
    _is_asked: bool = field(init=False, default=False)
    _all_sent_s: float = field(init=False, default=0.0)

    def tie(self) -> None:
        """Register the handlers; messages arrive once the relay starts."""
        self.presence.on_replaced = self.players.close
        self._checked_ms, self._entry = self.core.clock.now_ms(), newest_entry(self.core)
        handlers: Mapping[str, Callable[[str, Any], None]] = {
            "moves": self._moves,
            "beats": self._beats,
            "played": lambda _, payload: self.hints.changed("plays", "screen", payload),
            "lost": lambda worker, _: self.presence.lose(worker),
            "whole": lambda _worker, _payload: self._whole(),
            "hello": lambda _worker, _payload: self._ask_for_all(),
            "send": self._send,
            "drop": lambda _, payload: self.drop(payload["screen"]),
            "rule_out": lambda _, payload: self.close_boot(payload["screen"], payload["boot"]),
            "written": lambda _, payload: self.hints.take(read_written(payload)),
        }
        for kind, handler in handlers.items():
            self.relay.listen(kind, handler)
        self.relay.answer("call", self._call)

    def send_news(self) -> None:
        """Send the news since the last call; everything on request, and at intervals."""
        if self._is_all_due(time.monotonic()):
            self.queue_all()
        unsent = self.presence.unsent
        moves, unsent.moves = unsent.moves, []
        contacts, unsent.contacts = unsent.contacts, {}
        played, unsent.played = unsent.played, set()
        beats = [[one, c.at_ms, msgspec.to_builtins(c.beat)] for one, c in contacts.items()]
        self._in_portions("moves", moves)
        self._in_portions("beats", beats)
        if played:
            self.relay.publish("played", sorted(played))

    def queue_all(self) -> None:
        """Let the next message list this worker's sockets and contacts."""
        self._is_asked, self._all_sent_s = False, time.monotonic()
        for sid in self.presence.sids():
            link = self.presence.link(sid)
            if link is not None:
                self.presence.unsent.moves.append(socket_record(link))
        for screen_id, contact in self.presence.near_contacts():
            self.presence.unsent.contacts.setdefault(screen_id, contact)

    def check(self) -> None:
        """Check everything that must not depend on messages. Raises Busy."""
        self._drop_void()
        self._close_ruled_out()
        self.presence.lose_unlisted(time.monotonic() - UNLISTED_S)
        if not self.relay.is_whole:
            since_ms = self.core.clock.now_ms() - MARGIN_MS
            with snapshot(self.core.plays) as tx:
                query = "SELECT screen, at_ms FROM contacts WHERE at_ms >= ?"
                seen = [(int(row[0]), int(row[1])) for row in tx.rows(query, (since_ms,))]
            self.presence.refresh(seen)

    def drop(self, screen_id: int) -> None:
        """A screen was revoked, or bound to another player."""
        for sid in self.presence.forget(screen_id):
            self.players.close(sid)
        self.live.watch.forget(screen_id)

    def close_boot(self, screen_id: int, boot: str) -> None:
        """A boot was ruled out by a person."""
        for link in self.presence.links(screen_id):
            if link.boot == boot:
                self.players.close(link.sid)

    def _drop_void(self) -> None:
        since_ms, now_ms = self._checked_ms - MARGIN_MS, self.core.clock.now_ms()
        with self.core.config.read() as session:
            query = select(ScreenToken.screen_id, ScreenToken.revoked_at)
            void = session.execute(query.where(ScreenToken.revoked_at >= since_ms)).all()
        self._checked_ms = now_ms
        for screen_id, at_ms in void:
            links = self.presence.links(screen_id)
            # A socket opened just after is closed as well; it reconnects within a second.
            if at_ms is not None and any(one.since_ms <= at_ms + SKEW_MS for one in links):
                self.drop(screen_id)

    def _close_ruled_out(self) -> None:
        self._entry, found = ruled_out_since(self.core, self._entry)
        now_ms = self.core.clock.now_ms()
        self._noted += [(now_ms, screen_id, boot) for screen_id, boot in found]
        for _, screen_id, boot in self._noted:
            is_here = any(one.boot == boot for one in self.presence.links(screen_id))
            if is_here and is_ruled_out(self.core, screen_id, boot):
                self.close_boot(screen_id, boot)
        self._noted = [one for one in self._noted if now_ms - one[0] < DONE_WITHIN_MS]

    def _whole(self) -> None:
        self.relay.publish("hello")
        self._ask_for_all()

    def _ask_for_all(self) -> None:
        """A worker started, or its connection was restored."""
        self._is_asked = True

    def _is_all_due(self, now_s: float) -> bool:
        least_s = ALL_AT_LEAST_S if self._is_asked else ALL_EVERY_S
        return now_s - self._all_sent_s >= least_s

    def _in_portions(self, kind: str, items: Sequence[Any]) -> None:
        for start in range(0, len(items), PORTION):
            self.relay.publish(kind, items[start : start + PORTION])

    def _moves(self, worker: str, moves: list[Mapping[str, Any]]) -> None:
        for one in moves:
            if "boot" in one:
                self._joined(worker, one)
            else:
                self.presence.leave_remote(one["screen"], one["sid"])

    def _joined(self, worker: str, move: Mapping[str, Any]) -> None:
        self.presence.join_remote(
            FarLink(
                move["sid"],
                ScreenIdentity(move["screen"], move["venue"]),
                move["boot"],
                move["since_ms"],
                move["player"],
                move["version"],
                worker=worker,
                relay=self.relay,
            )
        )

    def _beats(self, _worker: str, beats: list[list[Any]]) -> None:
        now_ms = self.core.clock.now_ms()
        for screen_id, reported_ms, body in beats:
            at_ms = min(reported_ms, now_ms)  # another machine's clock may be ahead
            beat = msgspec.convert(body, Beat)
            self.live.watch.receive_remote(screen_id, at_ms // 1000)
            if self.presence.record_remote_beat(screen_id, at_ms, beat):
                self.live.desired_builds.build_to_send(screen_id, beat.player, at_ms)
                self.core.events.publish(RemoteHeartbeat(screen_id, beat, at_ms))

    def _send(self, _worker: str, message: Mapping[str, Any]) -> None:
        link = self.presence.link(message["sid"]) if message["to"] == self.relay.name else None
        if link is not None:
            self.players.send(message["event"], message["payload"], [link])

    def _call(self, request: Mapping[str, Any]) -> Any:
        """Send a request to a player of this worker for another one. Raises NobodyAnswered."""
        link = self.presence.link(request["sid"])
        if link is None:
            raise NobodyAnswered
        try:
            return self.players.call(
                request["event"], request["payload"], link, request["timeout_s"]
            )
        except NoAnswer as error:
            raise NobodyAnswered from error


def sender(relay: Relay, tables: Collection[str]) -> CommitListener:
    """A function that sends writes to these tables to all workers; never fails."""

    def send(written: Written) -> None:
        kept = plain(written, tables)
        if kept:
            relay.publish("written", kept)

    return send
