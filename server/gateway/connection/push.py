"""Pushes new assignments to connected players, and records their receipts.

Delivery is best effort: lost messages are repaired with the next heartbeat.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.db.commit_watch import CommitWatch
from server.foundation.errors import AnpingError
from server.gateway.connection import handlers
from server.gateway.connection.presence import Link
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.publishing import queries
from server.publishing.events import OrdersWritten
from server.publishing.manifests import store as manifests
from server.publishing.queries import Outgoing
from server.publishing.service import end_due_takeovers

log = structlog.get_logger(__name__)

LARGEST_MANIFEST: Final = 64 * 1024
AT_ONCE: Final = 512
BACK_WITHIN_MS: Final = 5_000
MOST_KEPT: Final = 20
"""Outbox rounds of up to a thousand assignments kept in memory until they are sent."""


class Pump:
    """Follows the outbox from its newest serial at the start."""

    def __init__(self, core: Core, live: Live, players: Players) -> None:
        self._core = core
        self._live = live
        self._players = players
        self._serial = 0
        self._commits = CommitWatch(core.config)
        self._outbox = queries.OutboxState()
        self._written: list[OrdersWritten] = []

    def begin(self) -> None:
        """Start to cache versions and to batch writes."""
        self._core.events.listen(OrdersWritten, self._keep)
        with self._core.config.read() as session:
            for row in queries.outbox(session, 0):
                self._live.versions.note(row)
                self._serial = max(self._serial, row.serial)
        self._live.versions.following = True
        self._live.notebook.gathering = True

    def tick(self, pause: Callable[[], None] = lambda: None, *, writes: bool = True) -> None:
        """Write receipts, end due takeovers, push new assignments; `pause` yields to others."""
        if writes:
            self._live.notebook.write(self._core, pause)
        with self._commits.news() as is_news:
            written, serial = self._at_hand()
            if is_news:
                self._outbox = queries.outbox_state(self._core)
            is_over = self._outbox.is_over(self._core.clock.now_ms())
            has_ended = is_over and self._core.lead.is_mine and end_due_takeovers(self._core) > 0
            if self._outbox.serial > serial or has_ended:
                self.push_new()
            else:
                self._follow(written)

    def push_new(self) -> None:
        """Push all rows since the last call."""
        with self._core.config.read() as session:
            rows = queries.outbox(session, self._serial)
        self._follow(rows)

    def _follow(self, rows: Sequence[Outgoing]) -> None:
        for row in rows:
            self._live.versions.note(row)
            self._serial = max(self._serial, row.serial)
        self.send(rows)

    def _keep(self, notice: OrdersWritten) -> None:
        """Keep assignments written by this process, so that they needn't be read again."""
        if len(self._written) >= MOST_KEPT:
            self._written.clear()  # they are read from the outbox then
        self._written.append(notice)

    def _at_hand(self) -> tuple[list[Outgoing], int]:
        """Rows by this process without other writers' rows in between, and their last serial.

        Only the newest of each screen, as in the outbox: superseded ones are never sent.
        """
        kept, self._written, kid = self._written, [], self._core.signer.kid
        newest: dict[int, Outgoing] = {}
        serial = self._serial
        for one in kept:
            if one.serial == serial + 1:
                serial = one.serial
                for row in one.rows:
                    ends = one.ends.get(row.screen_id, ())
                    newest[row.screen_id] = queries.outgoing(row, ends, kid)
        return list(newest.values()), serial

    def send(self, rows: Iterable[Outgoing]) -> None:
        """Send assignments to connected screens, manifests first."""
        presence = self._live.presence
        sends = [
            (self._next(row, link), link)
            for row in rows
            for link in presence.links(row.screen_id)
            if link.version != row.version
        ]
        lacking: dict[str, list[Link]] = defaultdict(list)
        for row, link in sends:
            if row.manifest not in link.manifests:
                link.manifests.add(row.manifest)
                lacking[row.manifest].append(link)
        for digest, links in lacking.items():
            self._send_manifest(digest, links)
        # In chunks, since their bodies stay in memory until sent.
        for at in range(0, len(sends), AT_ONCE):
            assign(self._core, self._live, self._players, sends[at : at + AT_ONCE])

    def _next(self, row: Outgoing, link: Link) -> Outgoing:
        """A row, or the hand-over that must precede it."""
        if not row.waits:
            return row
        has = max(link.version or 0, self._live.version_of(row.screen_id))
        with self._core.config.read() as session:
            found = queries.orders(session, row.screen_id, has, self._core.clock.now_ms())
        return found[0] if found else row

    def _send_manifest(self, digest: str, links: list[Link]) -> None:
        with self._core.config.read() as session:
            body = manifests.text(session, digest)
        if len(body.encode()) <= LARGEST_MANIFEST:
            self._live.tally.manifests += len(links)
            self._players.send("manifest", {"digest": digest, "body": body}, links)

    def announce_restart(self, pause: Callable[[float], None]) -> None:
        """Announce the restart to all players, then close their connections."""
        presence = self._live.presence
        links = [link for link in map(presence.link, presence.sids()) if link is not None]
        self._players.send("restarting", {"back_within_ms": BACK_WITHIN_MS}, links)
        pause(0.3)
        for link in links:
            self._players.close(link.sid)
        self._live.notebook.write(self._core)


def assign(
    core: Core, live: Live, players: Players, sends: Iterable[tuple[Outgoing, Link]]
) -> None:
    """Send assignments, each to its socket, and handle their receipts."""
    crew, sent_s = (core, live, players), time.monotonic()
    orders = [(row, link, Receipts(*crew, row, link, sent_s)) for row, link in sends]
    live.tally.assignments += len(orders)
    players.assign(orders)


@dataclass(slots=True, eq=False)
class Receipts:
    """Handles the receipt of one assignment from one socket.

    A hand-over is followed by the assignment signed with the new key. An unaccepted one (corrupted
    on the way, for instance) is requested again by the next heartbeat.
    """

    _core: Core
    _live: Live
    _players: Players
    _row: Outgoing
    _link: Link
    _sent_s: float

    def __call__(self, *args: object) -> None:
        """The normal path; may block."""
        core, live, row, link = self._core, self._live, self._row, self._link
        answer = args[0] if args else None
        took = handlers.take_receipt(core, live, link.screen_id, row.version, answer, row)
        live.tally.acknowledged(time.monotonic() - self._sent_s, accepted=took)
        if took and row.introduces:
            link.version = max(link.version or 0, row.version)
            send_pending(core, live, self._players, link)

    def at_once(self, body: bytes) -> bool:
        """On the loop without blocking; False for anything but a plain acceptance."""
        if self._row.introduces:
            return False
        took = handlers.took_at_once(self._core, self._live, self._row, body)
        if took:
            self._live.tally.acknowledged(time.monotonic() - self._sent_s, accepted=True)
        return took


def send_pending(core: Core, live: Live, players: Players, link: Link) -> None:
    """After a handshake: send the newest assignment if the player doesn't have it.

    Without its manifest, which the player has or fetches itself: after a restart all players would
    be sent one.
    """
    try:
        row = _pending(core, live, link)
    except (SQLAlchemyError, AnpingError) as error:
        log.warning("handshake_push_failed", screen=link.screen_id, error=str(error))
        return
    if row is not None:
        assign(core, live, players, [(row, link)])


def _pending(core: Core, live: Live, link: Link) -> Outgoing | None:
    newest = handlers.newest_for(core, live, link.screen_id, link.version)
    link.manifests.add(newest.manifest)
    if newest.next_after(link.version) in (link.version, 0):
        return None
    has = link.version or 0
    with core.config.read() as session:
        found = queries.orders(session, link.screen_id, has, core.clock.now_ms())
    return found[0] if found else None
