"""Verdicts follow the tenures, even if the screen reports a switch late."""

import pytest

from server.foundation.db.session import Database
from server.playlog.ingest.reconcile import first_differences, follow
from server.playlog.model.screen_context import Tenure
from server.playlog.store.booked_tenures import booked_tenures
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, HandClock
from tests.support.app.clock import START_MS as F_MS
from tests.support.plays.plays import (
    Desk,
    in_batches,
    make_batch,
    make_desk,
    make_programme,
    work_with_plans,
)

OLD = make_programme(F_MS)
NEW = make_programme(F_MS, lengths_s=(20, 40), campaigns=(0, 1), salt=1)
OFFSET_MS = F_MS - 5_000


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock)
    made.air(OLD, NEW)
    clock.forward(HOUR_MS)
    return made


def follow_now(desk: Desk) -> None:
    work_with_plans(desk, follow)


def provisional(at_ms: int) -> tuple[Tenure, ...]:
    return Tenure(OLD.digest, F_MS, at_ms), Tenure(NEW.digest, at_ms, None, reported=False)


def reported(at_ms: int) -> tuple[Tenure, ...]:
    return Tenure(OLD.digest, F_MS, at_ms), Tenure(NEW.digest, at_ms, None)


def test_plays_before_the_word_that_the_screen_switched_are_judged_again_by_it(desk: Desk) -> None:
    activate_ms, switched_ms = F_MS + 10 * MINUTE_MS, F_MS + 12 * MINUTE_MS
    desk.update_context(*provisional(activate_ms))
    old = OLD.slots(F_MS, switched_ms)
    new = NEW.slots(switched_ms, switched_ms + 10 * MINUTE_MS)
    desk.take(make_batch(OLD, old, offset_ms=OFFSET_MS))
    desk.take(make_batch(NEW, new, first=len(old) + 1, offset_ms=OFFSET_MS))

    desk.update_context(*reported(switched_ms))
    follow_now(desk)

    assert desk.totals()["confirmed"] == len(old) + len(new)


def test_a_switch_in_the_middle_of_a_slot_takes_that_slot_out_of_the_figures(desk: Desk) -> None:
    activate_ms = F_MS + 10 * MINUTE_MS
    desk.update_context(*provisional(activate_ms))
    new = NEW.slots(activate_ms, activate_ms + 5 * MINUTE_MS)
    joined = {
        "cause": [2] + [0] * 9,
        "state": [1] + [0] * 9,
        "shown_ms": [7_000, *(slot.duration_ms for slot in new[1:])],
    }
    starts = [slot.start_ms - OFFSET_MS for slot in new]
    starts[0] += 13_000
    desk.take(make_batch(NEW, new, start_ms=starts, offset_ms=OFFSET_MS, **joined))
    before = desk.totals()

    desk.update_context(*reported(activate_ms + 13_000))
    desk.take(make_batch(NEW, new, start_ms=starts, offset_ms=OFFSET_MS, **joined))

    assert (before["confirmed"], before["partial"]) == (9, 1)
    assert (desk.totals()["confirmed"], desk.totals()["partial"]) == (9, 0)
    assert desk.verdicts()[0] == "partial"


def test_plays_of_a_plan_that_the_server_learns_of_later_count_after_all(desk: Desk) -> None:
    desk.plans.pop(NEW.digest)
    desk.update_context(Tenure(OLD.digest, F_MS))
    slots = NEW.slots(F_MS, F_MS + 5 * MINUTE_MS)
    desk.take(make_batch(NEW, slots))
    before = desk.reasons()

    desk.air(NEW)
    desk.update_context(Tenure(NEW.digest, F_MS))
    follow_now(desk)

    assert before == ["unknown_manifest"] * 10
    assert set(desk.verdicts()) == {"counted"}
    assert desk.totals()["confirmed"] == 10
    assert desk.sql("SELECT COUNT(*) FROM quarantine") == [(0,)]


def test_plays_after_the_switch_that_name_the_former_plan_lose_their_count(desk: Desk) -> None:
    desk.update_context(Tenure(OLD.digest, F_MS))
    for batch in in_batches(OLD, OLD.slots(F_MS, F_MS + 20 * MINUTE_MS), 20):
        desk.take(batch)

    desk.update_context(*reported(F_MS + 10 * MINUTE_MS))
    follow_now(desk)

    assert desk.totals()["confirmed"] == 40
    assert desk.reasons()[40:] == ["not_on_air"] * 40


def test_plans_that_never_were_on_air_cost_no_second_check(desk: Desk) -> None:
    unseen = [Tenure(f"{n:064x}", F_MS + n * DAY_MS, None, reported=False) for n in range(1, 9)]
    old = (Tenure(OLD.digest, F_MS), *unseen)
    desk.clock.at_ms = F_MS + 9 * DAY_MS
    switched_ms = F_MS + 9 * DAY_MS
    new = (Tenure(OLD.digest, F_MS, switched_ms), Tenure(NEW.digest, switched_ms))

    found = first_differences(old, new)

    assert found[OLD.digest] == switched_ms
    assert found[NEW.digest] == switched_ms
    assert all(found[one.manifest] == one.from_ms for one in unseen)


def test_following_twice_changes_nothing(desk: Desk) -> None:
    desk.update_context(*reported(F_MS + MINUTE_MS))

    first = work_with_plans(desk, follow)
    again = work_with_plans(desk, follow)

    assert (first, again) == (True, False)
    assert desk.committer.submit(lambda tx: booked_tenures(tx, 9)) == desk.screen_context.tenures
