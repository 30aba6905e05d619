"""Plays of one boot follow each other, whatever clock each of its batches claims."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from server.foundation.db.session import Database
from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import fresh_plays
from tests.support.plays.plays import Desk, make_batch, make_desk, make_programme

PROGRAMME = make_programme(START_MS, lengths_s=(15, 15, 15, 15))
BOOTED_MS = START_MS - 5_000
SLOTS = PROGRAMME.slots(START_MS + HOUR_MS, START_MS + HOUR_MS + 5 * MINUTE_MS)


@pytest.fixture
def plays(tmp_path: Path) -> Iterator[Database]:
    database = fresh_plays(tmp_path)
    yield database
    database.engine.dispose()


@pytest.fixture
def desk(plays: Database) -> Desk:
    made = make_desk(
        plays, HandClock(START_MS + 8 * DAY_MS), tenures=[Tenure(PROGRAMME.digest, START_MS)]
    )
    made.air(PROGRAMME)
    return made


def unsure(offset_ms: int) -> dict[str, int]:
    return {"offset_ms": offset_ms, "uncertainty_ms": 290_000}


def one(slot: Any, number: int, mono_ms: int, at_ms: int, **other: Any) -> dict[str, Any]:
    """A batch of one play with that begin by both clocks."""
    clock = unsure(at_ms - mono_ms)
    return make_batch(PROGRAMME, [slot], first=number, start_ms=mono_ms, clock=clock, **other)


@pytest.mark.parametrize("step_ms", [0, 1_000, 5_000])
def test_plays_that_follow_each_other_dont_count_at_one_instant_by_other_offsets(
    desk: Desk, step_ms: int
) -> None:
    at_ms = SLOTS[5].start_ms

    for number, slot in enumerate(SLOTS[:11], 1):
        desk.take(one(slot, number, 16_000 * number, at_ms + step_ms * number))

    counted = [play for play in desk.logged().values() if str(play.verdict) == "counted"]
    ends = sorted((play.at_ms or 0) for play in counted)
    assert all(later - former >= 15_000 - 2_100 for former, later in pairwise(ends))
    assert desk.totals()["confirmed"] == len(counted) <= 1 + 10 * step_ms // 12_900
    assert set(desk.reasons()) == {None, "overlap"}


def test_ten_seconds_of_a_boot_arent_shown_on_seven_days(desk: Desk) -> None:
    for day in range(7):
        (slot,) = PROGRAMME.slots(START_MS + day * DAY_MS, START_MS + day * DAY_MS + 15_000)
        desk.take(one(slot, day + 1, 60_000, slot.start_ms))

    assert desk.verdicts() == ["counted", *["quarantined"] * 6]
    assert desk.totals()["confirmed"] == 1


def test_a_boot_doesnt_go_back_by_its_own_clock(desk: Desk) -> None:
    first, second = SLOTS[0], SLOTS[8]
    desk.take(one(first, 1, 600_000, first.start_ms))

    desk.take(one(second, 2, 500_000, second.start_ms))

    assert desk.reasons() == [None, "overlap"]


def test_plays_without_a_clock_overlap_nothing_of_their_boot_either(desk: Desk) -> None:
    times = [10_000, 10_000, 40_000, 20_000]
    desk.take(make_batch(PROGRAMME, SLOTS[:4], clock=None, start_ms=times))
    later = SLOTS[8]

    desk.take(one(later, 5, 100_000, later.start_ms))

    assert desk.reasons() == [None, "overlap", None, "overlap", None]


@pytest.mark.parametrize("corrected_ms", [-1_500, -400, 300, 1_900])
def test_honest_plays_all_count_when_the_clock_is_corrected(desk: Desk, corrected_ms: int) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=BOOTED_MS))
    clock = {"offset_ms": BOOTED_MS + corrected_ms, "uncertainty_ms": 12}

    desk.take(make_batch(PROGRAMME, SLOTS[4:12], first=5, offset_ms=BOOTED_MS, clock=clock))
    desk.take(make_batch(PROGRAMME, SLOTS[12:16], first=13, offset_ms=BOOTED_MS))

    assert desk.verdicts() == ["counted"] * 16


def test_a_bad_value_moves_nothing(desk: Desk) -> None:
    far = make_batch(PROGRAMME, SLOTS[:2], offset_ms=BOOTED_MS)
    far["start_ms"][0] = 2**60

    desk.take(far)
    desk.take(make_batch(PROGRAMME, SLOTS[2:4], first=3, offset_ms=BOOTED_MS))

    assert desk.verdicts() == ["quarantined", *["counted"] * 3]
