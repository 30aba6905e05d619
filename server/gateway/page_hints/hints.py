"""Tells open pages that something of a topic has changed where their people may look.

A hint is a topic's name. It says neither what has changed nor where; who may not see the place
gets none. One query a look finds where things are, however many pages are open.
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
    """An open page: whose it is, by which session, and what it follows."""

    secret_hash: str
    listener: Listener
    topics: frozenset[str] = frozenset()


@dataclass
class Hints:
    """All open pages of this process, and what has changed since they were told last."""

    pages: dict[str, Page] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)
    told_s: dict[str, float] = field(default_factory=dict)
    people_changed: bool = False
    checked_s: float = 0.0

    def take(self, written: Written) -> None:
        """Something was written, by this process or another. Costs nothing while nobody looks."""
        if not self.pages:
            return
        self.gathered.take(written)
        # A session's row is written at each use; it is ended by a statement, which has no places.
        if any(table in written for table in PEOPLE) or written.get(SESSIONS) == {}:
            self.people_changed = True

    def changed(self, topic: str, kind: str, numbers: Collection[int]) -> None:
        """Something that stands in no table has changed: a sign of life, plays."""
        if self.pages:
            self.gathered.add(topic, {(kind, number) for number in numbers})

    def open(self, sid: str, page: Page) -> bool:
        """A page opened its socket; whether its person may have one more."""
        mine = page.listener.actor.user_id
        others = sum(one.listener.actor.user_id == mine for one in self.pages.values())
        if others >= MOST_OF_A_PERSON:
            return False
        self.pages[sid] = page
        return True

    def close(self, sid: str) -> None:
        """A page is gone."""
        self.pages.pop(sid, None)
        if not self.pages:
            self.gathered.places.clear()

    def watch(self, sid: str, names: object) -> list[str]:
        """Follow topics from now on instead of those before; those that there are."""
        page = self.pages.get(sid)
        if page is None or not isinstance(names, list):
            return []
        page.topics = frozenset(one for one in names if isinstance(one, str) and one in TOPICS)
        return sorted(page.topics)

    def tell(self, core: Core, now_s: float, send: Send) -> None:
        """Send what is due: each topic at most once in its time. Raises Busy."""
        due = self._due(now_s)
        if not due:
            return
        wanted = {place for places in due.values() for place in places}
        with core.config.read() as session:
            at = whereabouts(session, wanted)
        for topic, places in due.items():
            self.told_s[topic] = now_s
            if sids := self._who(topic, places, at):
                send("hint", {"topic": topic}, sids)

    def over(self, core: Core, now_s: float) -> list[str]:
        """The sockets of sessions that have ended; the others' rights are read anew. Raises Busy.

        Looked for when people were changed, and now and then for sessions that ran out, and for
        what another worker wrote of people and nobody heard.
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
        """What is taken from the gathered now; of a great many places the rest waits."""
        followed = {topic for page in self.pages.values() for topic in page.topics}
        due: dict[str, set[Place]] = {}
        for topic, places in list(self.gathered.places.items()):
            if topic not in followed:
                del self.gathered.places[topic]
            elif now_s - self.told_s.get(topic, -TOPICS[topic].every_s) >= TOPICS[topic].every_s:
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
                or page.listener.hears(TOPICS[topic].actions, found)
            )
        ]


def listener(core: Core, actor: Actor) -> Listener:
    """A person with the venues that name him as a contact, if that is his role."""
    if not any(grant.role == "venue" for grant in actor.grants):
        return Listener(actor)
    with core.config.read() as session:
        return Listener(actor, frozenset(own_venue_ids(session, actor.user_id)))
