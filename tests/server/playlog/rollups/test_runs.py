"""Counting again by whole runs gives the same as counting play by play."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.screen_context import TakeoverWindow, Tenure
from server.playlog.rollups.posting import RollupPoster
from server.playlog.rollups.recount import Stretch, states_of
from server.playlog.rollups.recount_runs import Day, NeedsFullRecount, Runs
from server.playlog.rollups.recount_totals import Totals
from server.playlog.store.placements import stored_placements
from server.playlog.store.rollup_deltas import FIGURES, RollupKey
from server.playlog.store.transaction import Tx
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import ON_POSTGRES, fresh_plays
from tests.support.plays.device_logs import OFFSET_MS, PROGRAMME, SLOTS, logs
from tests.support.plays.plays import (
    CIVIL,
    Desk,
    in_batches,
    make_batch,
    make_desk,
    make_programme,
    takeover_batch,
    work_with_plans,
)

Tables = Mapping[str, Mapping[RollupKey, list[int]]]
TENURE = Tenure(PROGRAMME.digest, START_MS)
ASSET = "f" * 64
TODAY = CIVIL.day_of(START_MS)


def day(number: int = TODAY) -> Day:
    return Day(number, CIVIL.start_of(number), CIVIL.start_of(number + 1))


def desk_in(folder: Path, tenure: Tenure = TENURE) -> Desk:
    desk = make_desk(fresh_plays(folder), HandClock(START_MS + HOUR_MS), tenures=[tenure])
    desk.air(PROGRAMME)
    return desk


def by_runs(desk: Desk, number: int = TODAY) -> Tables:
    def work(tx: Tx, context: IngestContext) -> Tables:
        screen, runs, totals = context.screen_context.screen, Runs(tx, context.plans), Totals()
        placements = stored_placements(tx, screen)
        found = runs.find(screen, placements, day(number))
        totals.add_runs(found.runs, runs.items)
        totals.add_ledger(RollupPoster(tx, CIVIL, placements, now_ms=0).sum_of(found.others))
        return totals.tables

    return work_with_plans(desk, work)  # type: ignore[no-any-return] # it gives what work gives


def by_plays(desk: Desk, number: int = TODAY) -> Tables:
    def work(tx: Tx, context: IngestContext) -> Tables:
        screen, tenures, totals = (
            context.screen_context.screen,
            context.screen_context.tenures,
            Totals(),
        )
        booking = RollupPoster(tx, CIVIL, stored_placements(tx, screen), now_ms=0)
        span = day(number)
        states = states_of(tx, screen, tenures, context.plans, Stretch(span.from_ms, span.until_ms))
        totals.add_ledger(booking.book({}, states))
        return totals.tables

    return work_with_plans(desk, work)  # type: ignore[no-any-return] # it gives what work gives


def confirmed(tables: Tables) -> int:
    return sum(figures[FIGURES.index("confirmed")] for figures in tables["rollup_hour"].values())


@pytest.mark.slow
@given(logs(), st.integers(0, 3), st.none() | st.integers(0, 40))
@settings(
    max_examples=8 if ON_POSTGRES else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_runs_give_the_same_counts_or_ask_for_a_full_recount(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[dict[str, Any]],
    begins: int,
    moved: int | None,
) -> None:
    tenure = Tenure(PROGRAMME.digest, START_MS + begins * 25_000)
    desk = desk_in(tmp_path_factory.mktemp("runs"), tenure)
    for batch in batches:
        desk.take(batch)
    if moved is not None:
        desk.sql(
            "INSERT INTO placements (screen, from_ms, venue, cell) "
            "SELECT screen, ?, venue + 1, cell FROM placements WHERE from_ms = 0 RETURNING id",
            START_MS + moved * 15_000,
        )

    try:
        found = by_runs(desk)
    except NeedsFullRecount:
        found = by_plays(desk)

    assert found == by_plays(desk)
    desk.committer.close()


def test_the_hours_around_midnight_count_in_their_days(tmp_path: Path) -> None:
    midnight_ms = CIVIL.start_of(TODAY + 1)
    desk = desk_in(tmp_path)
    desk.clock.forward(DAY_MS)
    slots = PROGRAMME.slots(midnight_ms - HOUR_MS // 2, midnight_ms + HOUR_MS)
    for batch in in_batches(PROGRAMME, slots, 50):
        desk.take(batch)

    tables = [by_runs(desk, number) for number in (TODAY, TODAY + 1)]

    assert tables == [by_plays(desk, number) for number in (TODAY, TODAY + 1)]
    assert [confirmed(one) for one in tables] == [120, 240]


def test_an_hour_is_counted_by_runs_with_partial_and_failed_plays(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    for batch in in_batches(PROGRAMME, SLOTS, 50):
        batch["shown_ms"] = [ms - index % 5 for index, ms in enumerate(batch["shown_ms"])]
        batch["state"][7], batch["shown_ms"][7] = 1, 1_000
        batch["state"][20], batch["shown_ms"][20], batch["error"][20] = 2, 0, "decode_error"
        desk.take(batch)

    found = by_runs(desk)

    assert found == by_plays(desk)
    figures = [sum(column) for column in zip(*found["rollup_screen"].values(), strict=True)]
    assert figures[:5] == [0, 230, 5, 5, 0]


def test_a_takeover_is_left_to_a_full_recount(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    desk.update_context(TENURE, takeovers=(TakeoverWindow(ASSET, START_MS, START_MS + HOUR_MS),))
    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=OFFSET_MS))
    desk.take(takeover_batch(ASSET, START_MS + MINUTE_MS, 20_000, first=5, offset_ms=OFFSET_MS))

    with pytest.raises(NeedsFullRecount):
        by_runs(desk)


def test_a_slot_that_was_counted_twice_is_never_taken_for_two(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    desk.take(make_batch(PROGRAMME, SLOTS[:8], offset_ms=OFFSET_MS))
    again = make_batch(PROGRAMME, SLOTS[4:8], boot="00000000000000b2", offset_ms=OFFSET_MS)
    desk.take(again)
    desk.sql("UPDATE batches SET verdicts = NULL RETURNING id")

    with pytest.raises(NeedsFullRecount):
        by_runs(desk)
    assert by_plays(desk)["rollup_hour"]


def test_a_stored_item_that_isn_t_the_plan_s_is_not_trusted(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    desk.take(make_batch(PROGRAMME, SLOTS[:8], offset_ms=OFFSET_MS))
    desk.plans[PROGRAMME.digest] = make_programme(START_MS, names=("k_5", "k_6")).plan

    with pytest.raises(NeedsFullRecount):
        by_runs(desk)
