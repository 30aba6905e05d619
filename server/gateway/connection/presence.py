"""Screens in contact, by leases: sockets, boots, last heartbeats.

Kept in memory by the process that holds the sockets, and rebuilt by heartbeats after a restart. A
screen's lease belongs to its newest connection, so an old socket that closes late never marks a
connected screen offline.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from server.gateway.connection.messages import Beat
from server.inventory.enrolment.credentials import ScreenIdentity

MOST_BOOTS = 16
BESIDE_MS = 60_000
"""The gap between a boot's last plays and the next boot's first heartbeat is shorter (ms).

Two players overlap for longer.
"""


@dataclass
class Link:
    """One socket of a screen; `sid`: its connection id, `manifests`: those sent to it.

    `version`: its player's version at the handshake.
    """

    sid: str
    screen: ScreenIdentity
    boot: str
    since_ms: int
    player: str = ""
    version: int | None = None
    manifests: set[str] = field(default_factory=set)
    is_far: ClassVar[bool] = False
    """Whether another worker holds it."""

    @property
    def screen_id(self) -> int:
        """The screen's number."""
        return self.screen.screen_id


class Contact(msgspec.Struct, frozen=True, gc=False):
    """The last beat of a screen and when it came."""

    at_ms: int
    beat: Beat


@dataclass(frozen=True)
class Clash:
    """An older boot sent a heartbeat after a newer one: two players share a credential."""

    older: str
    newer: str


@dataclass
class Beats:
    """Since when a boot has sent heartbeats (ms), and how many."""

    first_ms: int
    count: int = 1


@dataclass
class _Boots:
    """Boots of one screen in order of appearance, and those with heartbeats.

    `claims`: for boots without heartbeats, until when they claim to have shown something (least,
    most).
    """

    order: list[str] = field(default_factory=list)
    beaten: dict[str, Beats] = field(default_factory=dict)
    claims: dict[str, tuple[int, int]] = field(default_factory=dict)

    def meet(self, boot: str) -> None:
        """Add a boot; beyond the limit the one with the fewest heartbeats is dropped."""
        if boot in self.order:
            return
        self.order.append(boot)
        if len(self.order) > MOST_BOOTS:
            gone = min(self.order[:-1], key=self._beats_of)
            self.order.remove(gone)
            self.beaten.pop(gone, None)

    def _beats_of(self, boot: str) -> int:
        return self.beaten[boot].count if boot in self.beaten else 0

    def beat(self, boot: str, at_ms: int) -> Clash | None:
        beats = self.beaten.get(boot)
        if beats is None:
            self.beaten[boot] = Beats(at_ms)
        else:
            beats.count += 1
        self.claims.pop(boot, None)
        if not self.order or self.order[-1] != boot:
            self.meet(boot)
            newer = self.order[self.order.index(boot) + 1 :]
            spoken = [other for other in newer if other in self.beaten]
            if spoken:
                return Clash(boot, spoken[-1])
        return self._beside(boot, at_ms) if self.claims else None

    def _beside(self, boot: str, at_ms: int) -> Clash | None:
        """Whether a boot without heartbeats claims plays while this one was on."""
        first_ms = self.beaten[boot].first_ms
        for other, (least_ms, most_ms) in self.claims.items():
            if first_ms < least_ms and most_ms < at_ms:
                del self.claims[other]
                return Clash(boot, other)
        return None

    def played(self, boot: str, until_ms: int, unsure_ms: int) -> None:
        """A boot claims plays until then."""
        if boot in self.beaten:
            return
        self.claims[boot] = (until_ms - unsure_ms, until_ms + unsure_ms)
        if len(self.claims) > MOST_BOOTS:
            del self.claims[next(iter(self.claims))]


class Presence:
    """All screens in contact with this process."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}
        self._sids: dict[int, list[str]] = defaultdict(list)
        self._contacts: dict[int, Contact] = {}
        self._boots: dict[int, _Boots] = defaultdict(_Boots)
        self._followers: list[set[int]] = []

    def join(self, link: Link) -> list[str]:
        """Add an accepted socket, which takes the lease; returns replaced sockets of that boot."""
        replaced = [sid for sid in self._sids[link.screen_id] if self._links[sid].boot == link.boot]
        for sid in replaced:
            self.leave(sid)
        self._links[link.sid] = link
        self._sids[link.screen_id].append(link.sid)
        self._boots[link.screen_id].meet(link.boot)
        return replaced

    def leave(self, sid: str) -> Link | None:
        """Remove a socket; None if it had been replaced before."""
        link = self._links.pop(sid, None)
        if link is not None:
            self._sids[link.screen_id].remove(sid)
            if not self._sids[link.screen_id]:
                del self._sids[link.screen_id]
        return link

    def record_beat(self, screen_id: int, at_ms: int, beat: Beat) -> Clash | None:
        """Record a heartbeat (socket or POST); returns a clash if two players share the screen."""
        clash = self._boots[screen_id].beat(beat.boot, at_ms)
        holder = self.holder(screen_id)
        if clash is None or (holder is not None and holder.boot == beat.boot):
            self._note(screen_id, Contact(at_ms, beat))
        return clash

    def _note(self, screen_id: int, contact: Contact) -> None:
        self._contacts[screen_id] = contact
        for changed in self._followers:
            changed.add(screen_id)

    def follow(self) -> set[int]:
        """Screens with a new heartbeat, filled until the end of the process; all at first.

        The caller empties it. With thousands of screens this costs less than going through all.
        """
        changed = set(self._contacts)
        self._followers.append(changed)
        return changed

    def played(self, screen_id: int, boot: str, until_ms: int, unsure_ms: int) -> None:
        """Record plays of a boot (socket or POST), the last of which ended about then."""
        self._boots[screen_id].played(boot, until_ms, max(unsure_ms, BESIDE_MS))

    def forget(self, screen_id: int) -> list[str]:
        """Drop a screen bound to another player or revoked; returns the sockets to close."""
        self._contacts.pop(screen_id, None)
        self._boots.pop(screen_id, None)
        sids = list(self._sids.get(screen_id, ()))
        for sid in sids:
            self.leave(sid)
        return sids

    def link(self, sid: str) -> Link | None:
        """The link of a socket."""
        return self._links.get(sid)

    def links(self, screen_id: int) -> list[Link]:
        """All sockets of a screen, the holder of the lease last."""
        return [self._links[sid] for sid in self._sids.get(screen_id, ())]

    def holder(self, screen_id: int) -> Link | None:
        """The socket that holds a screen's lease."""
        sids = self._sids.get(screen_id)
        return self._links[sids[-1]] if sids else None

    def contact(self, screen_id: int) -> Contact | None:
        """The last heartbeat of a screen."""
        return self._contacts.get(screen_id)

    def contacts(self) -> list[tuple[int, Contact]]:
        """All screens with a heartbeat, with the last one."""
        return list(self._contacts.items())

    def connected(self) -> Collection[int]:
        """The screens that have a socket now."""
        return self._sids.keys()

    def sids(self) -> list[str]:
        """All sockets."""
        return list(self._links)
