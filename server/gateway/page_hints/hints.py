"""Hints open pages that a topic has changed within their user's scope.

A hint is only a topic's name, not the change or its place; users without access get none. One query
per round locates all changes, however many pages are open.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from server.accounts.actor import Actor
from server.accounts.auth.sessions import still_open
from server.foundation.core import Core
from server.foundation.db.change_tracking import Written
from server.gateway.page_hints.audience import MOST_AT_ONCE, Listener, Where, whereabouts
from server.gateway.page_hints.topics import PEOPLE, SESSIONS, TOPICS, Gathered, Place
from server.inventory.venues.queries import own_venue_ids

CHECK_EVERY_S: Final = 30.0
MOST_OF_A_PERSON: Final = 50
Send = Callable[[str, Mapping[str, Any], list[str]], None]


@dataclass
class Page:
    """An open page: its user, session, and topics."""

    secret_hash: str
    listener: Listener
    topics: frozenset[str] = frozenset()


@dataclass
class Hints:
    """The open pages of this process, and the changes since the last hints."""

    pages: dict[str, Page] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)
    sent_s: dict[str, float] = field(default_factory=dict)
    people_changed: bool = False
    checked_s: float = 0.0

    def take(self, written: Written) -> None:
        """Record writes by this or another process. Free while no page is open."""
        if not self.pages:
            return
        self.gathered.take(written)
        # Session rows are written at each use; a sign-out is a statement without places.
        if any(table in written for table in PEOPLE) or written.get(SESSIONS) == {}:
            self.people_changed = True

    def changed(self, topic: str, kind: str, numbers: Collection[int]) -> None:
        """Record a change that is in no table: contact, plays."""
        if self.pages:
            self.gathered.add(topic, {(kind, number) for number in numbers})

    def open(self, sid: str, page: Page) -> bool:
        """A page opened its socket; returns whether its user may have one more."""
        mine = page.listener.actor.user_id
        others = sum(one.listener.actor.user_id == mine for one in self.pages.values())
        if others >= MOST_OF_A_PERSON:
            return False
        self.pages[sid] = page
        return True

    def close(self, sid: str) -> None:
        """Remove a page."""
        self.pages.pop(sid, None)
        if not self.pages:
            self.gathered.places.clear()

    def watch(self, sid: str, names: object) -> list[str]:
        """Replace the page's topics; returns the existing ones."""
        page = self.pages.get(sid)
        if page is None or not isinstance(names, list):
            return []
        page.topics = frozenset(one for one in names if isinstance(one, str) and one in TOPICS)
        return sorted(page.topics)

    def send_due(self, core: Core, now_s: float, send: Send) -> None:
        """Send due hints: each topic at most once per interval. Raises Busy."""
        due = self._due(now_s)
        if not due:
            return
        wanted = {place for places in due.values() for place in places}
        with core.config.read() as session:
            at = whereabouts(session, wanted)
        for topic, places in due.items():
            self.sent_s[topic] = now_s
            if sids := self._who(topic, places, at):
                send("hint", {"topic": topic}, sids)

    def over(self, core: Core, now_s: float) -> list[str]:
        """The sockets of ended sessions; reloads the grants of the others. Raises Busy.

        Runs after changes of users, and at intervals for expired sessions and lost notices.
        """
        if not self.pages or (not self.people_changed and now_s - self.checked_s < CHECK_EVERY_S):
            return []
        were_changed, self.people_changed, self.checked_s = self.people_changed, False, now_s
        still = still_open(core, {page.secret_hash for page in self.pages.values()})
        gone = [sid for sid, page in self.pages.items() if page.secret_hash not in still]
        for page in self.pages.values():
            actor = still.get(page.secret_hash)
            if actor is not None and (were_changed or actor != page.listener.actor):
                page.listener = listener(core, actor)
        return gone

    def _due(self, now_s: float) -> dict[str, set[Place]]:
        """Removes due places from the collected ones; beyond a limit the rest waits."""
        followed = {topic for page in self.pages.values() for topic in page.topics}
        due: dict[str, set[Place]] = {}
        for topic, places in list(self.gathered.places.items()):
            if topic not in followed:
                del self.gathered.places[topic]
            elif now_s - self.sent_s.get(topic, -TOPICS[topic].every_s) >= TOPICS[topic].every_s:
                due[topic] = {places.pop() for _ in range(min(len(places), MOST_AT_ONCE))}
                if not places:
                    del self.gathered.places[topic]
        return due

    def _who(self, topic: str, places: set[Place], at: Mapping[Place, Where]) -> list[str]:
        found = {at[place] for place in places if place in at}
        return [
            sid
            for sid, page in self.pages.items()
            if topic in page.topics
            and (
                ("person", page.listener.actor.user_id) in places
                or page.listener.may_receive(TOPICS[topic].actions, found)
            )
        ]


def listener(core: Core, actor: Actor) -> Listener:
    """A user, with the venues that have him as a contact if that is his role."""
    if not any(grant.role == "venue" for grant in actor.grants):
        return Listener(actor)
    with core.config.read() as session:
        return Listener(actor, frozenset(own_venue_ids(session, actor.user_id)))
