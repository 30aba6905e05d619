"""Compares roll-ups with sums recomputed from the plays.

Plays that came in after their month was frozen are kept apart as adjustments. Those plus the other
tables must equal the recomputed sums, in whatever order things happened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.foundation.civil_time import Civil
from server.playlog.model.expected import settled
from server.playlog.model.slot_states import PlanOf
from server.playlog.rollups.daily_close import fold_of, reach_of
from server.playlog.rollups.expected_by_day import ExpectedDay
from server.playlog.rollups.posting import RollupPoster
from server.playlog.rollups.recount import REACH_MS, Stretch, states_of
from server.playlog.rollups.recount_runs import Day, NeedsFullRecount, Runs
from server.playlog.rollups.recount_totals import Totals
from server.playlog.store.booked_tenures import booked_tenures
from server.playlog.store.placements import stored_placements
from server.playlog.store.rollup_deltas import FIGURES, KEYS, Ledger, RollupKey, add_figures
from server.playlog.store.transaction import Tx

LATE: Final = "rollup_late"
SUMMED: Final = tuple(table for table in KEYS if table != LATE)
Rows = Mapping[RollupKey, list[int]]
Tables = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Difference:
    """A roll-up row that differs from the recomputed one; figures by name."""

    table: str
    key: RollupKey
    booked: Mapping[str, int]
    counted: Mapping[str, int]


def days_to_check(tx: Tx, civil: Civil) -> list[int]:
    """Days that have or should have a row: in roll-ups, in plays, or closed."""
    days = {day for table in KEYS for day in _days_of(tx, table)}
    for span in (_days_of_plays(tx, civil), _folded(tx)):
        days.update(span)
    return sorted(days)


def _days_of(tx: Tx, table: str) -> Iterator[int]:
    """Days with rows in a table, found by skipping along the key rather than scanning."""
    query = f"SELECT MIN(day) FROM {table} WHERE day > ?"  # noqa: S608 - names written in this package, never from a request
    row = tx.row(query, (0,))
    while row is not None and row[0] is not None:
        yield row[0]
        row = tx.row(query, (row[0],))


def _days_of_plays(tx: Tx, civil: Civil) -> range:
    """Days that may hold plays, from the index over screens and times."""
    row = tx.row(
        "SELECT MIN(first_ms), MAX(last_ms) FROM (SELECT "
        "(SELECT MIN(t0) FROM batches WHERE screen = s.screen) AS first_ms, "
        "(SELECT MAX(t0) FROM batches WHERE screen = s.screen) + s.widest_ms AS last_ms "
        "FROM logs s) AS found"
    )
    if row is None or row[0] is None:
        return range(0)
    return range(civil.day_of(row[0] - REACH_MS), civil.day_of(row[1] + REACH_MS) + 1)


def _folded(tx: Tx) -> range:
    row = tx.row("SELECT MIN(first_day), MAX(until_day) FROM folds")
    return range(*row) if row is not None and row[0] is not None else range(0)


def recount_day(tx: Tx, civil: Civil, plan_of: PlanOf, number: int) -> Tables:
    """The rows that a day's roll-ups should have, from plays and tenures alone."""
    totals, runs = Totals(), Runs(tx, plan_of)
    day = Day(number, civil.start_of(number), civil.start_of(number + 1))
    expected = ExpectedDay(civil, plan_of, number)
    for (screen,) in tx.rows("SELECT DISTINCT screen FROM placements ORDER BY screen"):
        placements = stored_placements(tx, screen)
        booking = RollupPoster(tx, civil, placements, now_ms=0)
        try:
            found = runs.find(screen, placements, day)
        except NeedsFullRecount:
            totals.add_ledger(_each_play(tx, screen, booking, plan_of, day))
        else:
            totals.add_runs(found.runs, runs.items)
            totals.add_ledger(booking.sum_of(found.others))
        fold = fold_of(tx, screen)
        if fold is not None and fold.first_day <= number < fold.until_day:
            tenures = list(settled(booked_tenures(tx, screen), reach_of(tx, screen)))
            totals.add_expected(number, expected.of(tenures, placements.edges()), placements)
    return totals.tables


def _each_play(tx: Tx, screen: int, booking: RollupPoster, plan_of: PlanOf, day: Day) -> Ledger:
    tenures = booked_tenures(tx, screen)
    states = states_of(tx, screen, tenures, plan_of, Stretch(day.from_ms, day.until_ms))
    return booking.sum_of(states.values())


def differences(tx: Tx, civil: Civil, plan_of: PlanOf, day: int) -> Iterator[Difference]:
    """The rows of a day that differ from the recount, each with the adjustments to it."""
    yield from compared(booked(tx, day), recount_day(tx, civil, plan_of, day))


def compared(kept: Tables, counted: Tables) -> Iterator[Difference]:
    """Rows whose booked value, adjustments included, differs from the recomputed one."""
    for table in SUMMED:
        ours = added(kept[table], projected(kept[LATE], table), 1)
        for key in sorted({*ours, *counted[table]}):
            mine, right = ours.get(key, _NOTHING), counted[table].get(key, _NOTHING)
            if list(mine) != list(right):
                yield Difference(table, key, _named(mine), _named(right))


def projected(late: Rows, table: str) -> Rows:
    """Adjustments, added up by the keys of another table."""
    places = [KEYS[LATE].index(key) for key in KEYS[table]]
    sums: dict[RollupKey, list[int]] = {}
    for key, figures in late.items():
        part = tuple(key[place] for place in places)
        add_figures(sums, part, figures)
    return sums


def added(rows: Rows, more: Rows, sign: int) -> Rows:
    """The sum (or difference) of two sets of rows, key by key."""
    if not more:
        return rows
    return {
        key: [
            a + sign * b
            for a, b in zip(rows.get(key, _NOTHING), more.get(key, _NOTHING), strict=True)
        ]
        for key in {*rows, *more}
    }


def booked(tx: Tx, day: int) -> Tables:
    """The stored rows of a day."""
    found: dict[str, dict[RollupKey, list[int]]] = {}
    for table, keys in KEYS.items():
        columns = ", ".join((*keys, *FIGURES))
        rows = tx.rows(f"SELECT {columns} FROM {table} WHERE day = ?", (day,))  # noqa: S608 - names written in this package, never from a request
        size = len(keys)
        found[table] = {row[:size]: list(row[size:]) for row in rows}
    return found


_NOTHING: Final = (0,) * len(FIGURES)


def _named(figures: Sequence[int]) -> dict[str, int]:
    return dict(zip(FIGURES, figures, strict=True))
