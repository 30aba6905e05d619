"""Corrects roll-ups that differ from the plays; frozen months stay as frozen."""

from typing import Final

from server.foundation.civil_time import LATE_DAYS, Civil
from server.playlog.model.slot_states import PlanOf
from server.playlog.rollups.compare import (
    LATE,
    SUMMED,
    Rows,
    Tables,
    added,
    booked,
    compared,
    projected,
    recount_day,
)
from server.playlog.rollups.posting import RollupPoster
from server.playlog.rollups.recount import Stretch, states_of
from server.playlog.store.booked_tenures import booked_tenures
from server.playlog.store.placements import stored_placements
from server.playlog.store.rollup_deltas import (
    FIGURES,
    KEYS,
    NEW_VERSION,
    Ledger,
    RollupKey,
    rows_of,
)
from server.playlog.store.transaction import Tx

NOTHING: Final = [0] * len(FIGURES)


def rebuild_day(tx: Tx, civil: Civil, plan_of: PlanOf, day: int) -> int:
    """Correct the roll-up rows of a day; returns how many were wrong.

    If only one table differs, the adjustments are right: that table becomes the recomputed sums
    less the adjustments. Otherwise the adjustments are recomputed too, from plays received after
    the freeze.
    """
    kept, counted = booked(tx, day), recount_day(tx, civil, plan_of, day)
    wrong = list(compared(kept, counted))
    if not wrong:
        return 0
    late = kept[LATE]
    if len({one.table for one in wrong}) > 1:
        late = handed_in_late(tx, civil, plan_of, day)
    right = {table: added(counted[table], projected(late, table), -1) for table in SUMMED}
    _write(tx, kept, {**right, LATE: late})
    tx.run(NEW_VERSION, (day,))
    return len(wrong)


def handed_in_late(tx: Tx, civil: Civil, plan_of: PlanOf, day: int) -> Rows:
    """The adjustments of a day by stored verdicts: sums of plays received after the freeze."""
    frozen_ms = civil.frozen_from(day, LATE_DAYS)
    from_ms, until_ms = civil.start_of(day), civil.start_of(day + 1)
    ledger = Ledger()
    screens = tx.rows("SELECT DISTINCT screen FROM batches WHERE received_at >= ?", (frozen_ms,))
    for (screen,) in screens:
        tenures = booked_tenures(tx, screen)
        in_time, all_of_it = (
            states_of(tx, screen, tenures, plan_of, Stretch(from_ms, until_ms, *before))
            for before in ([frozen_ms], [])
        )
        booking = RollupPoster(tx, civil, stored_placements(tx, screen), now_ms=frozen_ms)
        ledger.merge(booking.book(in_time, all_of_it))
    size = len(KEYS[LATE])
    return {row[:size]: list(row[size:]) for row in rows_of([ledger])[LATE]}


def _write(tx: Tx, kept: Tables, right: Tables) -> None:
    for table in KEYS:
        for key in {*kept[table], *right[table]}:
            figures = right[table].get(key, NOTHING)
            if figures != kept[table].get(key, NOTHING):
                _replace(tx, table, key, figures)


def _replace(tx: Tx, table: str, key: RollupKey, figures: list[int]) -> None:
    where = " AND ".join(f"{column} = ?" for column in KEYS[table])
    tx.run(f"DELETE FROM {table} WHERE {where}", key)  # noqa: S608 - names written in this package, never from a request
    if any(figures):
        columns = (*KEYS[table], *FIGURES)
        marks = ", ".join("?" for _ in columns)
        tx.run(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names written in this package, never from a request
            (*key, *figures),
        )
