"""Reports of players are written in time, and wait while the database can't be written to."""

import threading

import pytest

from server.foundation.errors import Busy
from server.gateway.connection.write_batcher import GROUP, WriteBatcher
from server.publishing.assignments import acknowledgements
from server.publishing.assignments.acknowledgements import ReceiptNote, SwitchNote
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.world import World
from tests.support.factories.assignment_receipts import acknowledged
from tests.support.factories.manifests import assign, assign_all
from tests.support.patience import PATIENCE_S, until


@pytest.fixture
def notebook() -> WriteBatcher:
    made = WriteBatcher()
    made.gathering = True
    return made


class Away:
    """The database is away for the second group of receipts, once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        self._write = acknowledgements.note_receipts
        monkeypatch.setattr(acknowledgements, "note_receipts", self)

    def __call__(self, *given: object) -> None:
        self.calls += 1
        if self.calls == 2:
            raise Busy
        self._write(*given)  # type: ignore[arg-type] # as it was called


def acked(world: World) -> int:
    return list(acknowledged(world).values()).count((1, "accepted"))


@pytest.mark.long
@pytest.mark.slow
def test_receipts_that_could_not_be_written_wait_for_the_next_time(
    world: World, notebook: WriteBatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = make_venue(world)
    screens = [make_screen(world, venue=venue) for _ in range(GROUP + 20)]
    assign_all(world, [screen.id for screen in screens], "first")
    for screen in screens:
        notebook.receipt(world.core, ReceiptNote(screen.id, 1, "accepted", None, 5))
    Away(monkeypatch)
    with pytest.raises(Busy):
        notebook.write(world.core)
    assert acked(world) == GROUP
    notebook.write(world.core)
    assert acked(world) == len(screens)


def test_receipts_are_no_hurry_until_there_are_enough_for_a_transaction(
    world: World, notebook: WriteBatcher
) -> None:
    assert not notebook.waits
    for _ in range(GROUP - 1):
        notebook.receipt(world.core, ReceiptNote(1, 1, "accepted", None, 5))

    assert notebook.waits
    assert not notebook.is_urgent
    notebook.receipt(world.core, ReceiptNote(1, 1, "accepted", None, 5))
    assert notebook.is_urgent


def test_somebody_who_waits_for_his_switch_is_a_hurry(world: World, notebook: WriteBatcher) -> None:
    note = SwitchNote(make_screen(world).id, "f" * 64, 5)
    waits = threading.Thread(target=notebook.switched, args=(world.core, note))
    waits.start()
    until("somebody who waits", lambda: notebook.waits, every_s=0.001)

    assert notebook.is_urgent
    notebook.write(world.core)
    waits.join(PATIENCE_S)
    assert not notebook.waits


def test_a_switch_is_answered_when_it_is_written_and_not_before(
    world: World, notebook: WriteBatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = make_screen(world)
    digest = assign(world, screen.id, "first").manifest
    for _ in range(GROUP + 1):
        notebook.receipt(world.core, ReceiptNote(screen.id, 1, "accepted", None, 5))
    note = SwitchNote(screen.id, digest, 5)
    waits = threading.Thread(target=notebook.switched, args=(world.core, note))
    waits.start()
    until("a switch", lambda: notebook._page.switches, every_s=0.001)
    Away(monkeypatch)
    with pytest.raises(Busy):
        notebook.write(world.core)
    assert waits.is_alive()
    notebook.write(world.core)
    waits.join(PATIENCE_S)
    assert not waits.is_alive()
