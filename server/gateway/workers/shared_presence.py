"""Presence where screens are spread over several workers: what the others hear is known here too.

What they tell may be lost, so far sockets are believed only while workers hear each other, and a
screen that comes to another worker ends its old socket wherever that is.
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
    """A socket that another worker holds."""

    worker: str = ""
    relay: Relay | None = None
    told_s: float = field(default_factory=time.monotonic, compare=False)
    """When its worker named it last."""
    is_far: ClassVar[bool] = True

    def send(self, event: str, payload: Any) -> None:
        """Have it sent there, maybe."""
        if self.relay is not None:
            self.relay.tell(
                "send", {"to": self.worker, "sid": self.sid, "event": event, "payload": payload}
            )

    def call(self, event: str, payload: Any, timeout_s: float) -> Any:
        """Have it sent there, and the answer told. Raises socketio's TimeoutError."""
        said = {"sid": self.sid, "event": event, "payload": payload, "timeout_s": timeout_s}
        try:
            if self.relay is None:
                raise NobodyAnswered
            return self.relay.ask(self.worker, "call", said, timeout_s)
        except NobodyAnswered as error:
            raise NoAnswer from error


@dataclass
class Heard:
    """What this worker heard since it told the others last."""

    moves: list[dict[str, Any]] = field(default_factory=list)
    """Sockets that came and went, in order; those that went have no boot."""
    contacts: dict[int, Contact] = field(default_factory=dict)
    played: set[int] = field(default_factory=set)


class SharedPresence(Presence):
    """All screens in contact with any worker; sockets by their numbers are those of this one."""

    def __init__(self, relay: Relay) -> None:
        super().__init__()
        self._relay = relay
        self._far: dict[int, FarLink] = {}
        self._near: set[int] = set()
        self.heard = Heard()
        self.on_replaced: Callable[[str], object] = lambda _sid: None
        """Ends a socket of this worker whose player has come to another one."""

    def join(self, link: Link) -> list[str]:
        """A socket was accepted; the others end the one that it replaces."""
        replaced = super().join(link)
        self.heard.moves.append(told(link))
        return replaced

    def leave(self, sid: str) -> Link | None:
        """A socket is gone."""
        link = super().leave(sid)
        if link is not None:
            self.heard.moves.append({"screen": link.screen_id, "sid": sid})
        return link

    def hear(self, screen_id: int, at_ms: int, beat: Beat) -> Clash | None:
        """A beat came to this worker."""
        clash = super().hear(screen_id, at_ms, beat)
        contact = self.contact(screen_id)
        if contact is not None and contact.beat is beat:
            self.heard.contacts[screen_id] = contact
            self._near.add(screen_id)
        return clash

    def holder(self, screen_id: int) -> Link | None:
        """The socket that holds a screen's lease, which may be far."""
        near, far = super().holder(screen_id), self._far.get(screen_id)
        if far is None or not self._relay.is_whole:
            return near
        return far if near is None or near.since_ms < far.since_ms else near

    def forget(self, screen_id: int) -> list[str]:
        """Another player was bound: the sockets of this worker to close."""
        self._far.pop(screen_id, None)
        self._near.discard(screen_id)
        self.heard.contacts.pop(screen_id, None)
        return super().forget(screen_id)

    def connected(self) -> Collection[int]:
        """The screens that have a socket at any worker."""
        far = self._far.keys() if self._relay.is_whole else ()
        return {*super().connected(), *far}

    def near_contacts(self) -> list[tuple[int, Contact]]:
        """The screens that were heard by this worker last."""
        found = ((screen, self.contact(screen)) for screen in self._near)
        return [(screen, contact) for screen, contact in found if contact is not None]

    def join_afar(self, link: FarLink) -> None:
        """A socket was accepted by another worker: those of the same boot here are over."""
        for near in self.links(link.screen_id):
            if near.boot == link.boot and (near.since_ms, near.sid) < (link.since_ms, link.sid):
                self.leave(near.sid)
                self.on_replaced(near.sid)
        holder, known = self.holder(link.screen_id), self._far.get(link.screen_id)
        if known is None or known.since_ms <= link.since_ms:
            self._far[link.screen_id] = link
        # Of boots that are told late nobody knows which was first: that accuses no one.
        if holder is None or holder.since_ms <= link.since_ms:
            self._boots[link.screen_id].meet(link.boot)

    def leave_afar(self, screen_id: int, sid: str) -> None:
        """A socket of another worker is gone."""
        known = self._far.get(screen_id)
        if known is not None and known.sid == sid:
            del self._far[screen_id]

    def hear_afar(self, screen_id: int, at_ms: int, beat: Beat) -> bool:
        """A beat came to another worker; whether it is the newest of that screen."""
        boots = self._boots[screen_id]
        if beat.boot in boots.order:
            boots.beaten.setdefault(beat.boot, Beats(at_ms))
        contact = self.contact(screen_id)
        if contact is not None and contact.at_ms >= at_ms:
            return False
        self._contacts[screen_id] = Contact(at_ms, beat)
        self._near.discard(screen_id)
        return True

    def refresh(self, seen: Iterable[tuple[int, int]]) -> None:
        """When screens spoke last, as the store has it: for when workers can't tell each other."""
        for screen_id, at_ms in seen:
            contact = self.contact(screen_id)
            if contact is not None and contact.at_ms < at_ms:
                self._contacts[screen_id] = Contact(at_ms, contact.beat)

    def lose_untold(self, since_s: float) -> None:
        """Forget the far sockets that weren't named since."""
        if self._relay.is_whole:
            for screen_id in [one for one, link in self._far.items() if link.told_s < since_s]:
                del self._far[screen_id]

    def lose(self, worker: str) -> None:
        """Another worker is gone, and all of its sockets."""
        for screen_id in [one for one, link in self._far.items() if link.worker == worker]:
            del self._far[screen_id]


def told(link: Link) -> dict[str, Any]:
    """A socket, as the others are told of it."""
    return {
        "screen": link.screen_id,
        "venue": link.screen.venue_id,
        "sid": link.sid,
        "boot": link.boot,
        "since_ms": link.since_ms,
        "player": link.player,
        "version": link.version,
    }
