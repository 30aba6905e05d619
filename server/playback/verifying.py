"""Roll-ups against what they are the sums of: counted again from the plays, and put right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.playback.booking import Booking
from server.playback.civil import Civil
from server.playback.driver import Tx
from server.playback.expected_days import ExpectedDay
from server.playback.expecting import settled
from server.playback.folding import fold_of, reach_of
from server.playback.ledger import FIGURES, KEYS, Ledger, RollupKey
from server.playback.placements import stored_placements
from server.playback.recount import states_between
from server.playback.runs import Day, Runs, Unsure
from server.playback.slots import PlanOf
from server.playback.tenures import booked_tenures
from server.playback.totals import Totals

Tables = Mapping[str, Mapping[RollupKey, list[int]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A roll-up row that isn't what the plays come to; figures by name."""

    table: str
    key: RollupKey
    booked: Mapping[str, int]
    counted: Mapping[str, int]


def days_with_plays(tx: Tx) -> list[int]:
    """The days that have any row in the roll-ups."""
    rows = tx.rows(
        "SELECT day FROM rollup_day UNION SELECT day FROM rollup_screen "
        "UNION SELECT day FROM rollup_late ORDER BY 1"
    )
    return [row[0] for row in rows]


def recount_day(tx: Tx, civil: Civil, plan_of: PlanOf, number: int) -> Tables:
    """What the roll-ups of a day should hold, from plays and tenures alone."""
    totals, runs = Totals(), Runs(tx, plan_of)
    day = Day(number, civil.start_of(number), civil.start_of(number + 1))
    expected = ExpectedDay(civil, plan_of, number)
    for (screen,) in tx.rows("SELECT DISTINCT screen FROM placements ORDER BY screen"):
        placements = stored_placements(tx, screen)
        booking = Booking(tx, civil, placements, now_ms=0)
        try:
            found = runs.find(screen, placements, day)
        except Unsure:
            totals.add_ledger(_each_play(tx, screen, booking, plan_of, day))
        else:
            totals.add_runs(found.runs, runs.items)
            totals.add_ledger(booking.sum_of(found.others))
        fold = fold_of(tx, screen)
        if fold is not None and fold.first_day <= number < fold.until_day:
            tenures = list(settled(booked_tenures(tx, screen), reach_of(tx, screen)))
            totals.add_expected(number, expected.of(tenures, placements.edges()), placements)
    return totals.tables


def _each_play(tx: Tx, screen: int, booking: Booking, plan_of: PlanOf, day: Day) -> Ledger:
    tenures = booked_tenures(tx, screen)
    states = states_between(tx, screen, tenures, plan_of, day.from_ms, day.until_ms)
    return booking.sum_of(states.values())


def differences(tx: Tx, civil: Civil, plan_of: PlanOf, day: int) -> Iterator[Difference]:
    """The rows of a day that differ from the recount.

    Adjustments are kept by screen and not by hour: on a day that has any, hours aren't compared.
    """
    counted = recount_day(tx, civil, plan_of, day)
    booked = _booked(tx, day)
    late = booked.pop("rollup_late")
    for table, rows in booked.items():
        if late and table != "rollup_screen":
            continue
        added = _sum(rows, late) if table == "rollup_screen" else rows
        for key in sorted({*added, *counted[table]}):
            ours, theirs = added.get(key, _NOTHING), counted[table].get(key, _NOTHING)
            if list(ours) != list(theirs):
                yield Difference(table, key, _named(ours), _named(theirs))


def rebuild_day(tx: Tx, civil: Civil, plan_of: PlanOf, day: int) -> int:
    """Put the rows of a day right; how many were wrong. Adjustments stay what they are."""
    wrong = list(differences(tx, civil, plan_of, day))
    for one in wrong:
        where = " AND ".join(f"{column} = ?" for column in KEYS[one.table])
        tx.run(f"DELETE FROM {one.table} WHERE {where}", one.key)  # noqa: S608 - own names
        columns = (*KEYS[one.table], *FIGURES)
        marks = ", ".join("?" for _ in columns)
        tx.run(
            f"INSERT INTO {one.table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names written in this package, never from a request
            (*one.key, *(one.counted[figure] for figure in FIGURES)),
        )
    if wrong:
        tx.run("UPDATE rollup_versions SET version = version + 1 WHERE day = ?", (day,))
    return len(wrong)


_NOTHING = (0,) * len(FIGURES)


def _booked(tx: Tx, day: int) -> dict[str, dict[RollupKey, list[int]]]:
    found: dict[str, dict[RollupKey, list[int]]] = {}
    for table, keys in KEYS.items():
        columns = ", ".join((*keys, *FIGURES))
        rows = tx.rows(f"SELECT {columns} FROM {table} WHERE day = ?", (day,))  # noqa: S608 - names written in this package, never from a request
        size = len(keys)
        found[table] = {row[:size]: list(row[size:]) for row in rows}
    return found


def _sum(
    rows: Mapping[RollupKey, list[int]], more: Mapping[RollupKey, list[int]]
) -> dict[RollupKey, list[int]]:
    return {
        key: [a + b for a, b in zip(rows.get(key, _NOTHING), more.get(key, _NOTHING), strict=True)]
        for key in {*rows, *more}
    }


def _named(figures: list[int] | tuple[int, ...]) -> dict[str, int]:
    return dict(zip(FIGURES, figures, strict=True))
