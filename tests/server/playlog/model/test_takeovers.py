"""Slots that a takeover covered are pre-empted, in whichever order the plays come in."""

from itertools import permutations
from typing import Any

import pytest

from server.foundation.db.session import Database
from server.playlog.model.screen_context import TakeoverWindow, Tenure
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.plays.plays import Desk, make_batch, make_desk, make_programme, takeover_batch

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
ASSET = "f" * 64
FROM_MS = START_MS + 2 * MINUTE_MS + 3_000
SHOWN_MS = 2 * MINUTE_MS


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS, None)])
    made.air(PROGRAMME)
    made.update_context(
        *made.screen_context.tenures,
        takeovers=(TakeoverWindow(ASSET, FROM_MS, FROM_MS + SHOWN_MS),),
    )
    clock.forward(HOUR_MS)
    return made


def evening() -> list[dict[str, Any]]:
    """Two minutes of the plan and a slot cut after 3 s, the takeover, the rest of the plan."""
    before = make_batch(
        PROGRAMME,
        SLOTS[:9],
        shown_ms=[*(slot.duration_ms for slot in SLOTS[:8]), 3_000],
        state=[0] * 8 + [1],
        boot="a",
    )
    during = takeover_batch(ASSET, FROM_MS, SHOWN_MS, boot="b")
    after = make_batch(PROGRAMME, SLOTS[17:], boot="c")
    return [before, during, after]


def test_slots_under_a_takeover_are_pre_empted(desk: Desk) -> None:
    for batch in evening():
        desk.take(batch)

    totals = desk.totals()
    assert totals["pre_empted"] == 9
    assert (totals["confirmed"], totals["partial"]) == (8 + len(SLOTS[17:]), 0)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_order_in_which_the_plays_come_in_makes_no_difference(
    desk: Desk, order: tuple[int, ...]
) -> None:
    batches = evening()

    for index in order:
        desk.take(batches[index])

    assert desk.totals()["pre_empted"] == 9
    assert desk.totals()["partial"] == 0
    assert desk.sql("SELECT SUM(pre_empted) FROM rollup_hour") == [(9,)]


def test_a_slot_that_was_confirmed_before_the_takeover_stays_confirmed(desk: Desk) -> None:
    slot = SLOTS[7]
    desk.take(make_batch(PROGRAMME, [slot], shown_ms=29_200, boot="a"))
    start_ms = slot.start_ms + 29_200
    desk.update_context(
        *desk.screen_context.tenures, takeovers=(TakeoverWindow(ASSET, start_ms, start_ms + 9_000),)
    )

    desk.take(takeover_batch(ASSET, start_ms, 9_000, boot="b"))

    assert desk.totals()["confirmed"] == 1
    assert desk.totals()["pre_empted"] == 1


def test_a_takeover_that_nobody_ordered_pre_empts_nothing(desk: Desk) -> None:
    desk.take(takeover_batch("e" * 64, FROM_MS, SHOWN_MS, boot="b"))

    assert desk.verdicts("b") == ["quarantined"]
    assert desk.totals()["pre_empted"] == 0
