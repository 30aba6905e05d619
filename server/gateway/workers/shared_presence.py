"""Presence across several workers: contacts of the others are included.

Messages may be lost, so far sockets count only while workers are connected; a screen that connects
to another worker has its old socket closed, wherever that is.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from socketio.exceptions import TimeoutError as NoAnswer

from server.foundation.workers.relay import NobodyAnswered, Relay
from server.gateway.connection.messages import Beat
from server.gateway.connection.presence import Beats, Clash, Contact, Link, Presence


@dataclass
class FarLink(Link):
    """A socket held by another worker."""

    worker: str = ""
    relay: Relay | None = None
    listed_s: float = field(default_factory=time.monotonic, compare=False)
    """When its worker last listed it (monotonic s)."""
    is_far: ClassVar[bool] = True

    def send(self, event: str, payload: Any) -> None:
        """Send it through its worker, best effort."""
        if self.relay is not None:
            self.relay.publish(
                "send", {"to": self.worker, "sid": self.sid, "event": event, "payload": payload}
            )

    def call(self, event: str, payload: Any, timeout_s: float) -> Any:
        """Send it through its worker and wait for the answer. Raises socketio's TimeoutError."""
        request = {"sid": self.sid, "event": event, "payload": payload, "timeout_s": timeout_s}
        try:
            if self.relay is None:
                raise NobodyAnswered
            return self.relay.ask(self.worker, "call", request, timeout_s)
        except NobodyAnswered as error:
            raise NoAnswer from error


@dataclass
class UnsentNews:
    """This worker's news since the last message to the others."""

    moves: list[dict[str, Any]] = field(default_factory=list)
    """Sockets opened and closed, in order; closed ones have no boot."""
    contacts: dict[int, Contact] = field(default_factory=dict)
    played: set[int] = field(default_factory=set)


class SharedPresence(Presence):
    """All screens in contact with any worker; sockets by id are those of this worker."""

    def __init__(self, relay: Relay) -> None:
        super().__init__()
        self._relay = relay
        self._far: dict[int, FarLink] = {}
        self._near: set[int] = set()
        self.unsent = UnsentNews()
        self.on_replaced: Callable[[str], object] = lambda _sid: None
        """Closes a socket of this worker whose player has connected to another one."""

    def join(self, link: Link) -> list[str]:
        """Add an accepted socket; other workers close the one that it replaces."""
        replaced = super().join(link)
        self.unsent.moves.append(socket_record(link))
        return replaced

    def leave(self, sid: str) -> Link | None:
        """Remove a socket."""
        link = super().leave(sid)
        if link is not None:
            self.unsent.moves.append({"screen": link.screen_id, "sid": sid})
        return link

    def record_beat(self, screen_id: int, at_ms: int, beat: Beat) -> Clash | None:
        """Record a heartbeat to this worker."""
        clash = super().record_beat(screen_id, at_ms, beat)
        contact = self.contact(screen_id)
        if contact is not None and contact.beat is beat:
            self.unsent.contacts[screen_id] = contact
            self._near.add(screen_id)
        return clash

    def holder(self, screen_id: int) -> Link | None:
        """The socket that holds a screen's lease, possibly of another worker."""
        near, far = super().holder(screen_id), self._far.get(screen_id)
        if far is None or not self._relay.is_whole:
            return near
        return far if near is None or near.since_ms < far.since_ms else near

    def forget(self, screen_id: int) -> list[str]:
        """Drop a screen bound to another player; returns this worker's sockets to close."""
        self._far.pop(screen_id, None)
        self._near.discard(screen_id)
        self.unsent.contacts.pop(screen_id, None)
        return super().forget(screen_id)

    def connected(self) -> Collection[int]:
        """The screens that have a socket at any worker."""
        far = self._far.keys() if self._relay.is_whole else ()
        return {*super().connected(), *far}

    def near_contacts(self) -> list[tuple[int, Contact]]:
        """The screens whose last heartbeat came to this worker."""
        found = ((screen, self.contact(screen)) for screen in self._near)
        return [(screen, contact) for screen, contact in found if contact is not None]

    def join_remote(self, link: FarLink) -> None:
        """Add a socket of another worker; those of the same boot here are closed."""
        for near in self.links(link.screen_id):
            if near.boot == link.boot and (near.since_ms, near.sid) < (link.since_ms, link.sid):
                self.leave(near.sid)
                self.on_replaced(near.sid)
        holder, held = self.holder(link.screen_id), self._far.get(link.screen_id)
        if held is None or held.since_ms <= link.since_ms:
            self._far[link.screen_id] = link
        # The order of boots announced late is unknown, so they raise no suspicion.
        if holder is None or holder.since_ms <= link.since_ms:
            self._boots[link.screen_id].meet(link.boot)

    def leave_remote(self, screen_id: int, sid: str) -> None:
        """Remove a socket of another worker."""
        held = self._far.get(screen_id)
        if held is not None and held.sid == sid:
            del self._far[screen_id]

    def record_remote_beat(self, screen_id: int, at_ms: int, beat: Beat) -> bool:
        """Record a heartbeat to another worker; returns whether it is that screen's newest."""
        boots = self._boots[screen_id]
        if beat.boot in boots.order:
            boots.beaten.setdefault(beat.boot, Beats(at_ms))
        contact = self.contact(screen_id)
        if contact is not None and contact.at_ms >= at_ms:
            return False
        self._note(screen_id, Contact(at_ms, beat))
        self._near.discard(screen_id)
        return True

    def refresh(self, seen: Iterable[tuple[int, int]]) -> None:
        """Update last contacts from the store, while workers are disconnected."""
        for screen_id, at_ms in seen:
            contact = self.contact(screen_id)
            if contact is not None and contact.at_ms < at_ms:
                self._note(screen_id, Contact(at_ms, contact.beat))

    def lose_unlisted(self, since_s: float) -> None:
        """Drop far sockets that weren't listed since."""
        if self._relay.is_whole:
            for screen_id in [one for one, link in self._far.items() if link.listed_s < since_s]:
                del self._far[screen_id]

    def lose(self, worker: str) -> None:
        """Drop another worker with all of its sockets."""
        for screen_id in [one for one, link in self._far.items() if link.worker == worker]:
            del self._far[screen_id]


def socket_record(link: Link) -> dict[str, Any]:
    """A socket in the form for other workers."""
    return {
        "screen": link.screen_id,
        "venue": link.screen.venue_id,
        "sid": link.sid,
        "boot": link.boot,
        "since_ms": link.since_ms,
        "player": link.player,
        "version": link.version,
    }
