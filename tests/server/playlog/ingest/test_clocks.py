"""Plays of machines whose clock was unknown, unsure or moved."""

from functools import partial

import pytest

from server.foundation.db.session import Database
from server.playlog.ingest.future_plays import judge_due
from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.plays.plays import (
    BOOT,
    Desk,
    make_batch,
    make_desk,
    make_programme,
    work_with_plans,
)

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OFFSET_MS = START_MS - 5_000


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS, None)])
    made.air(PROGRAMME)
    clock.forward(HOUR_MS)
    return made


def test_plays_before_the_first_exchange_count_once_the_boot_is_synced(desk: Desk) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:30], clock=None, offset_ms=OFFSET_MS))
    desk.take(make_batch(PROGRAMME, SLOTS[30:50], clock=None, offset_ms=OFFSET_MS, first=31))
    before = desk.totals()["confirmed"]

    desk.take(make_batch(PROGRAMME, SLOTS[50:60], offset_ms=OFFSET_MS, first=51))

    assert before == 0
    assert desk.totals()["confirmed"] == 60
    assert set(desk.verdicts()) == {"counted"}


def test_a_boot_that_ends_unsynced_stays_listed_and_uncounted(desk: Desk) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:3], clock=None))
    other = make_batch(PROGRAMME, SLOTS[3:9], boot="00000000000000b2")

    desk.take(other)

    assert desk.verdicts() == ["unsynced"] * 3
    assert desk.totals()["confirmed"] == 6


def test_plays_before_a_suspend_don_t_fit_and_stay_unsynced(desk: Desk) -> None:
    asleep_ms = 10 * MINUTE_MS
    desk.take(make_batch(PROGRAMME, SLOTS[:4], clock=None, offset_ms=OFFSET_MS))
    awake = make_batch(PROGRAMME, SLOTS[60:64], first=5, offset_ms=OFFSET_MS + asleep_ms)

    desk.take(awake)

    assert desk.verdicts() == ["unsynced"] * 4 + ["counted"] * 4
    assert desk.totals()["confirmed"] == 4


def test_plays_wrong_at_any_time_are_quarantined_at_once(desk: Desk) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:2], clock=None, shown_ms=[10_000, 20]))

    assert desk.verdicts() == ["unsynced", "quarantined"]
    assert desk.reasons() == [None, "too_short"]


def test_a_stored_offset_counts_by_slot(desk: Desk) -> None:
    clock = {"offset_ms": OFFSET_MS + 40_000, "uncertainty_ms": 90_000, "source": "stored"}
    starts = [slot.start_ms - OFFSET_MS for slot in SLOTS[:8]]

    desk.take(make_batch(PROGRAMME, SLOTS[:8], start_ms=starts, clock=clock))

    assert desk.totals()["confirmed"] == 8
    assert desk.sql("SELECT source FROM batches") == [(2,)]


def test_plays_of_28_days_offline_count_on_the_days_on_which_they_were_shown(desk: Desk) -> None:
    desk.clock.at_ms = START_MS + 28 * DAY_MS
    late = PROGRAMME.slots(START_MS + 3 * DAY_MS, START_MS + 3 * DAY_MS + HOUR_MS)

    desk.take(make_batch(PROGRAMME, SLOTS, offset_ms=OFFSET_MS))
    desk.take(make_batch(PROGRAMME, late, first=len(SLOTS) + 1, offset_ms=OFFSET_MS))

    days = desk.sql("SELECT day, SUM(confirmed) FROM rollup_day GROUP BY day ORDER BY day")
    assert [plays for _, plays in days] == [240, 240]
    assert days[1][0] - days[0][0] == 3


def test_after_a_jump_of_the_servers_clock_plays_that_were_valid_still_count(desk: Desk) -> None:
    desk.clock.at_ms = START_MS + DAY_MS + HOUR_MS
    ahead = PROGRAMME.slots(START_MS + DAY_MS, START_MS + DAY_MS + HOUR_MS)
    desk.take(make_batch(PROGRAMME, ahead[:200], offset_ms=OFFSET_MS))

    desk.clock.at_ms = START_MS + HOUR_MS
    desk.take(make_batch(PROGRAMME, ahead[200:], first=201, offset_ms=OFFSET_MS))
    meanwhile = desk.totals()["confirmed"]
    desk.clock.at_ms = START_MS + 2 * DAY_MS
    waited = work_with_plans(desk, partial(judge_due, watermark_ms=desk.clock.at_ms))

    assert (meanwhile, waited, desk.totals()["confirmed"]) == (0, 240, 240)
    assert set(desk.verdicts()) == {"counted"}


def test_a_corrected_offset_that_makes_plays_of_a_boot_seem_to_overlap_harms_none(
    desk: Desk,
) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=OFFSET_MS))
    starts = [slot.start_ms - OFFSET_MS + 400 for slot in SLOTS[4:8]]

    desk.take(
        make_batch(PROGRAMME, SLOTS[4:8], first=5, start_ms=starts, offset_ms=OFFSET_MS - 700)
    )

    assert desk.verdicts() == ["counted"] * 8


def test_a_clock_of_1970_puts_the_plays_aside(desk: Desk) -> None:
    desk.update_context(*desk.screen_context.tenures, enrolled_ms=START_MS)

    desk.take(make_batch(PROGRAMME, SLOTS[:2], start_ms=[5_000, 15_000], offset_ms=0))

    assert desk.reasons(BOOT) == ["before_enrolment"] * 2
    assert desk.totals()["confirmed"] == 0
