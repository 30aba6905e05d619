"""Who is in contact is asked of the process with the sockets: once a call, and of what is new."""

import pytest

from server.gateway.connection.messages import Beat
from server.gateway.connection.presence import Link, Presence
from server.inventory.enrolment.credentials import ScreenIdentity
from server.web.reading_process import presence as presence_elsewhere
from server.web.reading_process.frames import ContactsAnswer, ContactsQuery
from server.web.reading_process.presence import AskedPresence, contacts_answer, fetch_all_contacts

NOW_MS = 1_000_000


class Worker:
    """A process with sockets; a call's first query is let through, as on its line."""

    def __init__(self) -> None:
        self.presence = Presence()
        self.now_ms = NOW_MS
        self.answers: list[ContactsAnswer] = []
        self.has_asked = True

    def begins_a_call(self) -> None:
        self.has_asked = False

    def ask(self, since_ms: int) -> ContactsAnswer | None:
        if self.has_asked:
            return None
        self.has_asked = True
        return fetch_all_contacts(self.answer, since_ms)

    def answer(self, asked: ContactsQuery) -> ContactsAnswer:
        self.answers.append(contacts_answer(self.presence, asked, self.now_ms))
        return self.answers[-1]

    def beats(self, screen: int, boot: str = "b1") -> None:
        self.presence.record_beat(screen, self.now_ms, Beat(boot=boot, state="playing", version=3))

    def connects(self, screen: int) -> None:
        identity = ScreenIdentity(screen_id=screen, venue_id=1)
        self.presence.join(Link(f"sid{screen}", identity, "b1", self.now_ms))


def test_a_call_sees_sockets_and_beats_as_of_its_first_use() -> None:
    worker = Worker()
    seen = AskedPresence(worker.ask)
    worker.beats(1)
    worker.connects(2)
    assert (seen.contacts(), set(seen.connected())) == ([], set())

    worker.begins_a_call()

    assert [screen for screen, _ in seen.contacts()] == [1]
    contact = seen.contact(1)
    assert contact is not None
    assert (contact.at_ms, contact.beat.version) == (NOW_MS, 3)
    assert set(seen.connected()) == {2}
    assert len(worker.answers) == 1


def test_a_later_call_gets_new_contacts_and_drops_lost_ones() -> None:
    worker = Worker()
    seen = AskedPresence(worker.ask)
    for screen in (1, 2, 3):
        worker.beats(screen)
    worker.begins_a_call()
    seen.contacts()

    worker.now_ms += 30_000
    worker.beats(2)
    worker.presence.forget(3)
    worker.begins_a_call()

    assert {screen: contact.at_ms - NOW_MS for screen, contact in seen.contacts()} == {
        1: 0,
        2: 30_000,
    }
    worker.begins_a_call()
    assert len(seen.contacts()) == 2
    assert [screen for screen, _ in worker.answers[-1].contacts] == [2]


def test_beats_by_a_clock_that_went_back_are_sent() -> None:
    worker = Worker()
    seen = AskedPresence(worker.ask)
    worker.beats(1)
    worker.begins_a_call()
    seen.contacts()

    worker.now_ms -= 600_000
    worker.beats(1)
    worker.begins_a_call()

    contact = seen.contact(1)
    assert contact is not None
    assert contact.at_ms == NOW_MS - 600_000


def test_a_restarted_process_gets_all() -> None:
    worker = Worker()
    for screen in (1, 2):
        worker.beats(screen)
    worker.now_ms += 3_600_000

    fresh = AskedPresence(worker.ask)
    worker.begins_a_call()

    assert sorted(screen for screen, _ in fresh.contacts()) == [1, 2]


def test_thousands_are_sent_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence_elsewhere, "MOST", 3)
    worker = Worker()
    for screen in (5, 3, 8, 1, 9, 2, 7):
        worker.beats(screen)

    fresh = AskedPresence(worker.ask)
    worker.begins_a_call()

    assert sorted(screen for screen, _ in fresh.contacts()) == [1, 2, 3, 5, 7, 8, 9]
    assert [len(one.contacts) for one in worker.answers] == [3, 3, 1]
