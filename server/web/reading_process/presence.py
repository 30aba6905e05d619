"""Presence in the reading process: the web worker, which holds the sockets, is asked for it."""

from collections.abc import Callable, Collection
from operator import itemgetter
from typing import Final

from msgspec import structs

from server.gateway.connection.presence import Contact, Presence
from server.web.reading_process.frames import ContactsAnswer, ContactsQuery

SLACK_MS: Final = 2_000
"""A beat is noted a moment after its instant."""
MOST: Final = 2_000
"""Beats in one answer."""


class AskedPresence(Presence):
    """Contacts and sockets as the worker has them: fetched once in each call that needs them.

    `fetch` gives the worker's answer, with heartbeats since an instant, once in a call, then None.
    Sockets themselves are the worker's: there is no link here.
    """

    def __init__(self, fetch: Callable[[int], ContactsAnswer | None]) -> None:
        super().__init__()
        self._fetch = fetch
        self._newest_ms = 0
        self._connected: frozenset[int] = frozenset()

    def contact(self, screen_id: int) -> Contact | None:
        """The last beat of a screen."""
        self._refresh()
        return super().contact(screen_id)

    def contacts(self) -> list[tuple[int, Contact]]:
        """Every screen with any contact, with its last heartbeat."""
        self._refresh()
        return super().contacts()

    def connected(self) -> Collection[int]:
        """The screens that have a socket now."""
        self._refresh()
        return self._connected

    def _refresh(self) -> None:
        answer = self._fetch(max(0, self._newest_ms - SLACK_MS))
        if answer is None:
            return
        merged = {**self._contacts, **dict(answer.contacts)}
        self._contacts = {one: merged[one] for one in answer.screens if one in merged}
        self._connected = frozenset(answer.connected)
        self._newest_ms = max((one.at_ms for one in self._contacts.values()), default=0)


def contacts_answer(presence: Presence, asked: ContactsQuery, now_ms: int) -> ContactsAnswer:
    """The worker's answer; takes some 4 ms of its loop with 10,000 screens."""
    contacts = presence.contacts()
    # After a clock was set back, new heartbeats have instants already sent before.
    since_ms = asked.since_ms if asked.since_ms <= now_ms else 0
    new = [one for one in contacts if one[1].at_ms >= since_ms and one[0] >= asked.first]
    new.sort(key=itemgetter(0))
    return ContactsAnswer(
        list(presence.connected()),
        [screen for screen, _ in contacts],
        new[:MOST],
        new[MOST][0] if len(new) > MOST else None,
    )


def fetch_all_contacts(
    ask: Callable[[ContactsQuery], ContactsAnswer], since_ms: int
) -> ContactsAnswer:
    """All of the worker's answer, fetched piece by piece."""
    reply = ask(ContactsQuery(since_ms))
    contacts = [*reply.contacts]
    while reply.then is not None:
        reply = ask(ContactsQuery(since_ms, reply.then))
        contacts += reply.contacts
    return structs.replace(reply, contacts=contacts)
