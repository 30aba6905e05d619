"""Receipts of orders that this process has sent are written without reading what they are for."""

from typing import Any

import pytest
from sqlalchemy import select, text, update

from server.campaigns.models import TakeoverReceipt
from server.publishing.assignments.acknowledgements import ReceiptNote, note_receipts
from server.publishing.assignments.issuer import DesiredState, Issuing
from server.publishing.assignments.rows import load
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.assignments.takeover_windows import MANY, Windows
from server.publishing.models import Assignment
from server.publishing.queries import UNRESOLVED, outgoing, takeover_windows
from tests.server.publishing.loops.test_issuing import takeover
from tests.support.app.clock import START_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements
from tests.support.factories.assignment_receipts import acknowledged
from tests.support.factories.manifests import assign, issue


@pytest.fixture
def screens(world: World) -> list[int]:
    """Three with a plan and a takeover over it."""
    made = [make_screen(world).id for _ in range(3)]
    for one in made:
        assign(world, one, "first")
        issue(world, one, DesiredState(takeover=takeover()))
    return made


def accepted(
    screen: int,
    version: int = 2,
    takeover: str | None = "t_1",
    at: int = 0,
    ends: tuple[int, ...] = (),
) -> ReceiptNote:
    return ReceiptNote(screen, version, "accepted", None, START_MS + 5 + at, takeover, ends)


def acked(world: World) -> dict[int, int]:
    return {screen: version for screen, (version, _) in acknowledged(world).items()}


def issued(world: World, screen: int, shown: dict[str, Any] | None) -> tuple[int, ...]:
    """Write a newer order; the windows that end with its receipt."""
    with world.core.config.write() as session:
        issuing = Issuing(session, Keyring(world.core), world.clock.now_ms(), [screen])
        issuing.issue(screen, DesiredState(takeover=shown))
        issuing.finish()
    return issuing.ends.get(screen, ())


def window_end(world: World, screen: int) -> int:
    with world.core.config.read() as session:
        ((_, _, until),) = takeover_windows(session, screen)
    return until - START_MS


def first_receipts(world: World) -> dict[int, int]:
    with world.core.config.read() as session:
        rows = session.scalars(select(TakeoverReceipt).where(TakeoverReceipt.object == "t_1"))
        return {row.screen_id: row.at - START_MS for row in rows}


def test_no_order_is_read(world: World, screens: list[int]) -> None:
    with statements(world) as asked:
        note_receipts(world.core, [accepted(one, at=one) for one in screens])

    assert not [one for one in asked if "SELECT" in one and "FROM assignments" in one]
    assert acked(world) == dict.fromkeys(screens, 2)
    assert first_receipts(world) == {one: 5 + one for one in screens}


def test_the_first_receipt_counts(world: World, screens: list[int]) -> None:
    for at in (0, 7):
        note_receipts(world.core, [accepted(one, at=at) for one in screens])

    assert first_receipts(world) == dict.fromkeys(screens, 5)


def test_a_screen_that_accepted_a_former_order_has_not_answered_the_newest(
    world: World, screens: list[int]
) -> None:
    issue(world, screens[0], DesiredState(takeover=None))

    note_receipts(world.core, [accepted(one) for one in screens])

    assert acked(world) == dict.fromkeys(screens[1:], 2)
    # It has shown the takeover all the same.
    assert first_receipts(world) == dict.fromkeys(screens, 5)


def test_a_receipt_that_comes_later_for_a_former_order_hides_none_of_the_newest(
    world: World, screens: list[int]
) -> None:
    issue(world, screens[0], DesiredState(takeover=takeover(START_MS + 9_000)))

    note_receipts(world.core, [accepted(screens[0], version=3)])
    note_receipts(world.core, [accepted(screens[0])])

    assert acked(world) == {screens[0]: 3}


def test_those_at_hand_and_others_are_written_together(world: World, screens: list[int]) -> None:
    unsure = ReceiptNote(screens[2], 2, "accepted", None, START_MS + 9)

    note_receipts(world.core, [accepted(screens[0]), accepted(screens[1]), unsure])

    assert acked(world) == dict.fromkeys(screens, 2)
    assert first_receipts(world) == {screens[0]: 5, screens[1]: 5, screens[2]: 9}


@pytest.mark.parametrize("name", ["t_1", UNRESOLVED])
def test_a_late_receipt_of_an_older_version_hides_none_of_the_newest(
    world: World, screens: list[int], name: str
) -> None:
    issue(world, screens[0], DesiredState(takeover=takeover(START_MS + 9_000)))
    late = ReceiptNote(screens[0], 2, "refused", "old_version", START_MS + 6, name)

    note_receipts(world.core, [accepted(screens[0], version=3, takeover=name), late])

    assert acked(world) == {screens[0]: 3}
    assert first_receipts(world) == {screens[0]: 5}


def test_one_that_is_refused_shows_nothing(world: World, screens: list[int]) -> None:
    refused = ReceiptNote(screens[0], 2, "refused", "bad_signature", START_MS + 5, "t_1")

    note_receipts(world.core, [refused, accepted(screens[1])])

    assert acked(world) == dict.fromkeys(screens[:2], 2)
    assert first_receipts(world) == {screens[1]: 5}


@pytest.mark.parametrize("name", [None, UNRESOLVED])
def test_who_shows_no_takeover_any_more_has_none_that_goes_on(
    world: World, screens: list[int], name: str | None
) -> None:
    ends = issued(world, screens[0], None)

    note_receipts(world.core, [accepted(screens[0], version=3, takeover=name, ends=ends)])

    assert window_end(world, screens[0]) == 5


def test_a_takeover_that_goes_on_does_not_end_with_its_receipt(
    world: World, screens: list[int]
) -> None:
    assert issued(world, screens[0], takeover(START_MS + 9_000)) == ()


def test_a_takeover_that_is_shown_again_by_a_newer_order_does_not_end_with_the_former(
    world: World, screens: list[int]
) -> None:
    ends = issued(world, screens[0], None)
    assert len(ends) == 1
    issued(world, screens[0], takeover(START_MS + 9_000))

    note_receipts(world.core, [accepted(screens[0], version=3, takeover=None, ends=ends)])

    assert window_end(world, screens[0]) == 9_000


def test_a_takeover_that_is_over_is_not_made_longer_by_a_late_receipt(
    world: World, screens: list[int]
) -> None:
    before = window_end(world, screens[0])
    ends = issued(world, screens[0], None)

    late = accepted(screens[0], version=3, takeover=None, at=before, ends=ends)
    note_receipts(world.core, [late])

    assert window_end(world, screens[0]) == before


def test_trust_is_noted_as_ever(world: World, screens: list[int]) -> None:
    with world.core.config.write() as session:
        mine = update(Assignment).where(Assignment.screen_id == screens[0])
        session.execute(mine.values(pinned="former"))

    note_receipts(world.core, [accepted(one, takeover=UNRESOLVED) for one in screens])

    with world.core.config.read() as session:
        pins = set(session.scalars(select(Assignment.pinned)))
    assert pins == {world.core.signer.kid}
    assert acked(world) == dict.fromkeys(screens, 2)
    assert first_receipts(world) == dict.fromkeys(screens, 5)


def test_a_receipt_that_may_change_trust_is_checked(world: World, screens: list[int]) -> None:
    kid = world.core.signer.kid
    with world.core.config.read() as session:
        row = load(session, screens)[screens[0]]

    assert outgoing(row, (), kid).takeover == "t_1"
    assert outgoing(row, (), "another").takeover == UNRESOLVED


@pytest.mark.skipif(ON_POSTGRES, reason="its planner goes by the numbers of rows")
@pytest.mark.parametrize(
    ("screens", "index"),
    [(1, "ix_assigned_takeovers_screen_id"), (MANY, "ix_assigned_takeovers_until_ms")],
)
def test_windows_of_many_screens_are_found_by_their_ends(
    world: World, screens: int, index: str
) -> None:
    with world.core.config.read() as session:
        with statements(world) as asked:
            Windows(session, range(1, screens + 1), now_ms=0)
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {asked[-1].replace('?', '1')}")).all()

    assert index in str(plan)
