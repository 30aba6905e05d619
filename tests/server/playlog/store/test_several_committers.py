"""Two committers on one store, as of two workers, or of a worker and a job: each sees what the
other has written.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.foundation.db.session import Database
from server.playlog.model.screen_context import Place
from server.playlog.store.group_commit import Committer
from server.playlog.store.last_contact import AHEAD_MS, Contact, Contacts
from server.playlog.store.placements import placements_of
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.databases import fresh_plays
from tests.support.plays.plays import make_committer

SCREEN = 9


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = fresh_plays(tmp_path)
    yield made
    made.engine.dispose()


def place(venue: int) -> Place:
    return Place(venue=venue, unit=1, territory=1, venue_kind="bank", line=0)


def placed_at(committer: Committer, venue: int, at_ms: int) -> list[int]:
    """Book a screen's plays at a venue; the committer's list of its venues so far."""

    def book(tx: Tx) -> list[int]:
        found = placements_of(tx, SCREEN, place(venue), at_ms)
        return [found.at(0).venue, *(found.at(edge).venue for edge in found.edges())]

    return committer.submit(book)


def test_a_move_that_another_process_has_booked_is_read(database: Database) -> None:
    one = make_committer(database)
    other = make_committer(database)

    placed_at(one, 1, 0)
    placed_at(other, 2, 1_000)

    assert placed_at(one, 1, 2_000) == [1, 2, 1]


def test_a_name_has_one_number_from_any_committer(database: Database) -> None:
    committers = [make_committer(database) for _ in range(2)]

    found = [one.submit(lambda tx: tx.names.text(tx, "digest")) for one in committers]

    assert found[0] == found[1]


def contact_after(database: Database, *contacts: Contact) -> list[tuple[int, str, int, int]]:
    """What the store has of a screen after each of its contacts was written by another worker."""
    for contact in contacts:
        committer, gathered = make_committer(database), Contacts()
        committer.accompany(gathered)
        gathered.note(contact)
        committer.write_companions()
    with snapshot(database) as tx:
        return tx.rows("SELECT at_ms, boot, backlog, clear_at FROM contacts")


def test_a_sign_of_life_that_is_written_late_takes_nothing_from_a_newer_one(
    database: Database,
) -> None:
    older, newer = Contact(SCREEN, 90_000, "old", 0, 1), Contact(SCREEN, 100_000, "new", 7, 2)

    assert contact_after(database, newer, older) == [(100_000, "new", 7, 90_000)]


def test_a_clock_that_has_gone_back_is_trusted_again_at_once(database: Database) -> None:
    ahead = Contact(SCREEN, 100_000 + AHEAD_MS, "a", 0, 1)
    back = Contact(SCREEN, 99_999, "a", 3, 1)

    (at_ms, _, backlog, _), *_ = contact_after(database, ahead, back)

    assert (at_ms, backlog) == (99_999, 3)
