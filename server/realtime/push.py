"""Carries new assignments to the players that are connected, and writes what they answer.

Nothing here must arrive: whatever is lost heals with the next beat.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.core import Core
from server.errors import AnpingError
from server.loops import manifests, queries
from server.loops.queries import Outgoing
from server.loops.service import end_due_takeovers
from server.realtime import service
from server.realtime.live import Live
from server.realtime.players import Players
from server.realtime.presence import Link

log = structlog.get_logger(__name__)

LARGEST_MANIFEST: Final = 64 * 1024
BACK_WITHIN_MS: Final = 5_000


class Pump:
    """Follows the outbox from the serial that was the newest when it began."""

    def __init__(self, core: Core, live: Live, players: Players) -> None:
        self._core = core
        self._live = live
        self._players = players
        self._serial = 0

    def begin(self) -> None:
        """From now on versions are known without a query, and small facts are gathered."""
        with self._core.config.read() as session:
            for row in queries.outbox(session, 0):
                self._live.versions.note(row)
                self._serial = max(self._serial, row.serial)
        self._live.versions.following = True
        self._live.notebook.gathering = True

    def tick(self, pause: Callable[[], None] = lambda: None) -> None:
        """Write what players told, end what is over, send what is new; `pause` lets others run."""
        self._live.notebook.write(self._core, pause)
        end_due_takeovers(self._core)
        self.look()

    def look(self) -> None:
        """Send what is new since the last look."""
        with self._core.config.read() as session:
            rows = queries.outbox(session, self._serial)
        for row in rows:
            self._live.versions.note(row)
            self._serial = max(self._serial, row.serial)
        self.send(rows)

    def send(self, rows: Iterable[Outgoing]) -> None:
        """Send assignments to those of their screens that are connected, manifests first."""
        presence = self._live.presence
        sends = [
            (row, link)
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
        for row, link in sends:
            assign(self._core, self._live, self._players, row, link)

    def _send_manifest(self, digest: str, links: list[Link]) -> None:
        with self._core.config.read() as session:
            body = manifests.text(session, digest)
        if len(body.encode()) <= LARGEST_MANIFEST:
            self._players.send("manifest", {"digest": digest, "body": body}, links)

    def say_goodbye(self, pause: Callable[[float], None]) -> None:
        """Tell all players that the server comes back, then end their connections."""
        presence = self._live.presence
        links = [link for link in map(presence.link, presence.sids()) if link is not None]
        self._players.send("restarting", {"back_within_ms": BACK_WITHIN_MS}, links)
        pause(0.3)
        for link in links:
            self._players.close(link.sid)
        self._live.notebook.write(self._core)


def assign(core: Core, live: Live, players: Players, row: Outgoing, link: Link) -> None:
    """Send an assignment to one socket and take its receipt when it comes."""

    def receipt(*said: object) -> None:
        service.take_receipt(core, live, link.screen_id, row.version, said[0] if said else None)

    players.assign(row, link, receipt)


def send_owed(core: Core, live: Live, players: Players, link: Link) -> None:
    """After a handshake: send the newest assignment if the player hasn't got it.

    Its manifest the player has, or fetches by itself: after a restart all would be sent one.
    """
    try:
        row = _owed(core, live, link)
    except (SQLAlchemyError, AnpingError) as error:
        log.warning("nothing sent after a handshake", screen=link.screen_id, error=str(error))
        return
    if row is not None:
        assign(core, live, players, row, link)


def _owed(core: Core, live: Live, link: Link) -> Outgoing | None:
    newest = service.newest_for(core, live, link.screen_id, link.version)
    link.manifests.add(newest.manifest)
    if newest.version in (link.version, 0):
        return None
    with core.config.read() as session:
        return queries.newest(session, link.screen_id)
