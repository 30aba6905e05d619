"""Each play counts once, whatever is sent twice, late, out of order or not at all."""

import random
from typing import Any

import pytest

from server.foundation.db.session import Database
from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.plays.plays import (
    BOOT,
    UPTIME_MS,
    Desk,
    in_batches,
    make_batch,
    make_desk,
    make_programme,
)

PROGRAMME = make_programme(START_MS)
OTHER_BOOT = "00000000000000b2"


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS, None)])
    made.air(PROGRAMME)
    clock.forward(HOUR_MS)
    return made


def hour_of_batches(size: int = 40, **other: Any) -> list[dict[str, Any]]:
    return in_batches(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS), size, **other)


@pytest.mark.slow
def test_an_hour_in_order_counts_each_slot_once(desk: Desk) -> None:
    answers = [desk.take(batch) for batch in hour_of_batches()]

    assert answers[-1].upto == 240
    assert desk.totals()["confirmed"] == 240
    assert desk.totals()["shown_ms"] == HOUR_MS


def test_the_same_batch_ten_times_changes_nothing(desk: Desk) -> None:
    batch = hour_of_batches()[0]
    first = desk.take(batch)
    before = desk.totals()

    again = [desk.take(batch) for _ in range(10)]

    assert again == [first] * 10
    assert desk.totals() == before
    assert desk.sql("SELECT COUNT(*) FROM batches") == [(1,)]


def test_a_batch_that_overlaps_stored_plays_adds_only_the_rest(desk: Desk) -> None:
    slots = PROGRAMME.slots(START_MS, START_MS + 10 * MINUTE_MS)
    desk.take(make_batch(PROGRAMME, slots[:10]))

    answer = desk.take(make_batch(PROGRAMME, slots[:15]))

    assert answer.upto == 15
    assert answer.reused is False
    assert desk.totals()["confirmed"] == 15


def test_batches_in_any_order_and_number_come_to_the_same_totals(desk: Desk) -> None:
    batches = hour_of_batches(size=17)
    chance = random.Random(7)
    upto = 0
    while upto < 240:
        batch = chance.choice(batches)
        upto = desk.take(batch).upto

    assert desk.totals()["confirmed"] == 240
    assert len(desk.verdicts()) == 240


def test_after_a_hole_nothing_is_stored_and_the_answer_has_the_next_number(desk: Desk) -> None:
    first, _, third, *_ = hour_of_batches()
    desk.take(first)

    answer = desk.take(third)

    assert answer.upto == 40
    assert len(desk.verdicts()) == 40


def test_a_declared_gap_counts_as_received(desk: Desk) -> None:
    first, _, third, *_ = hour_of_batches()
    desk.take(first)

    assert desk.take({"boot": BOOT, "lost": [[41, 80, "storage"]]}).upto == 80
    assert desk.take({"boot": BOOT, "lost": [[41, 80, "storage"]]}).upto == 80
    assert desk.take(third).upto == 120
    assert desk.totals()["confirmed"] == 80


def test_a_gap_beyond_a_hole_is_not_taken(desk: Desk) -> None:
    desk.take(hour_of_batches()[0])

    assert desk.take({"boot": BOOT, "lost": [[50, 60, "storage"], [41, 45, "x"]]}).upto == 40


def test_plays_of_a_gap_that_come_after_all_are_dropped(desk: Desk) -> None:
    first, second, *_ = hour_of_batches()
    desk.take(first)
    desk.take({"boot": BOOT, "lost": [[41, 80, "storage"]]})

    answer = desk.take(second)

    assert (answer.upto, answer.reused) == (80, False)
    assert desk.totals()["confirmed"] == 40


def test_a_number_that_comes_again_with_other_content_flags_the_screen(desk: Desk) -> None:
    slots = PROGRAMME.slots(START_MS, START_MS + 10 * MINUTE_MS)
    desk.take(make_batch(PROGRAMME, slots[:10]))

    answer = desk.take(make_batch(PROGRAMME, slots[20:24], first=5))

    assert (answer.upto, answer.reused) == (10, True)
    assert desk.totals()["confirmed"] == 10
    assert desk.sql("SELECT flag_reason FROM logs") == [("seq_reused",)]


def test_a_second_boot_cannot_confirm_the_same_slots(desk: Desk) -> None:
    mine, other = hour_of_batches()[0], hour_of_batches(boot=OTHER_BOOT)[0]
    desk.take(mine)

    answer = desk.take(other)

    assert answer.upto == 40
    assert len(answer.quarantined) == 40
    assert desk.totals()["confirmed"] == 40


def test_an_older_boots_log_that_comes_late_fills_the_gap(desk: Desk) -> None:
    slots = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
    desk.take(make_batch(PROGRAMME, slots[120:], boot=OTHER_BOOT))

    desk.take(make_batch(PROGRAMME, slots[:120]))

    assert desk.totals()["confirmed"] == 240
    assert desk.verdicts().count("counted") == 120


def test_a_better_play_of_the_same_slot_takes_the_place_of_a_partial_one(desk: Desk) -> None:
    slot = PROGRAMME.slots(START_MS, START_MS + MINUTE_MS)[3]
    cut = make_batch(PROGRAMME, [slot], shown_ms=500, state=1)
    whole = make_batch(
        PROGRAMME, [slot], boot=OTHER_BOOT, start_ms=UPTIME_MS + 600, shown_ms=29_400
    )

    desk.take(cut)
    partial = desk.totals()
    desk.take(whole)

    assert (partial["partial"], partial["confirmed"]) == (1, 0)
    assert (desk.totals()["partial"], desk.totals()["confirmed"]) == (0, 1)
