"""Ties a store's batches together without waiting for their day to be sealed."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from server.playlog.ingest import bundling
from server.playlog.model.ingest_context import IngestContext
from server.playlog.rawlog import reader as rawlog
from server.playlog.rawlog.reader import FOREVER_MS
from server.playlog.rollups.compare import Difference, differences
from server.playlog.rollups.posting import RollupPoster
from server.playlog.rollups.recount_runs import Day, NeedsFullRecount, Runs
from server.playlog.rollups.recount_totals import Totals
from server.playlog.store import batches as store
from server.playlog.store import boots
from server.playlog.store.packing.stored_batch import StoredBatch
from server.playlog.store.placements import stored_placements
from server.playlog.store.transaction import Tx
from tests.support.app.clock import START_MS
from tests.support.plays.plays import CIVIL, Desk, work_with_plans

TODAY = CIVIL.day_of(START_MS)
DAY = Day(TODAY, CIVIL.start_of(TODAY), CIVIL.start_of(TODAY + 1))
NEVER_SEALED_MS = 2**52
ROLLED_UP = ("rollup_screen", "rollup_hour", "rollup_day", "rollup_late")


class Killed(Exception):
    """The bundling process dies before the commit."""


def tie(desk: Desk, from_ms: int = 0, until_ms: int = NEVER_SEALED_MS) -> int:
    """Tie all of a screen that may be tied; how many batches were."""
    screen, tied = desk.screen_context.screen, 0
    while True:
        page = page_of(desk, from_ms, until_ms)
        tied += desk.committer.submit(lambda tx, page=page: bundling.write(tx, page))  # type: ignore[misc] # mypy can't infer a lambda with a default
        if page.is_last:
            return tied
        assert page.mark_ms > from_ms, f"screen {screen} is never done"
        from_ms = page.mark_ms


def tie_and_die(desk: Desk) -> None:
    """Write a page of sheaves, and come to nothing."""
    page = page_of(desk, 0, NEVER_SEALED_MS)

    def die(tx: Tx) -> None:
        bundling.write(tx, page)
        raise Killed

    try:
        desk.committer.submit(die)
    except Killed:
        return


def page_of(desk: Desk, from_ms: int, until_ms: int) -> bundling.Page:
    """The next page to be bundled."""
    screen = desk.screen_context.screen
    return desk.committer.submit(lambda tx: bundling.page_of(tx, CIVIL, screen, from_ms, until_ms))


def batches(desk: Desk) -> list[StoredBatch]:
    """All stored fields of the screen's batches, by number."""

    def read(tx: Tx) -> list[StoredBatch]:
        names = tx.rows("SELECT boot FROM boots WHERE screen = ?", (desk.screen_context.screen,))
        found = [boots.find_boot(tx, desk.screen_context.screen, name) for (name,) in names]
        return [
            row
            for boot in found
            if boot is not None
            for row in store.of_boot(tx, boot, 1, FOREVER_MS)
        ]

    return sorted(desk.committer.submit(read), key=lambda row: row.id)


def near_by(desk: Desk, from_ms: int, until_ms: int) -> list[StoredBatch]:
    """The batches read for a time, however far other batches reach."""
    screen = desk.screen_context.screen
    return desk.committer.submit(lambda tx: rawlog.batches_between(tx, screen, from_ms, until_ms))


def recounted(desk: Desk, before_ms: int) -> Any:
    """What the first day comes to by runs of what came before an instant; None if unsure."""

    def work(tx: Tx, context: IngestContext) -> Any:
        screen, runs, totals = context.screen_context.screen, Runs(tx, context.plans), Totals()
        placements = stored_placements(tx, screen)
        try:
            found = runs.find(screen, placements, DAY, before_ms)
        except NeedsFullRecount:
            return None
        totals.add_runs(found.runs, runs.items)
        totals.add_ledger(RollupPoster(tx, CIVIL, placements, now_ms=0).sum_of(found.others))
        return totals.tables

    return work_with_plans(desk, work)


def wrong(desk: Desk) -> list[Difference]:
    """Roll-ups of the tests' first day that aren't what the plays come to."""
    return work_with_plans(
        desk, lambda tx, context: list(differences(tx, CIVIL, context.plans, DAY.number))
    )  # type: ignore[no-any-return] # it gives what work gives


def rows(desk: Desk) -> int:
    """How many rows batches take."""
    return int(desk.sql("SELECT COUNT(*) FROM batches")[0][0])


def everything(desk: Desk) -> dict[str, Sequence[Any]]:
    """What a store holds, whether tied or not; numbers of quarantine rows aside."""
    tables = {name: sorted(desk.sql(f"SELECT * FROM {name}")) for name in ROLLED_UP}  # noqa: S608 - own names
    return {
        **tables,
        "boots": sorted(desk.sql("SELECT * FROM boots"), key=repr),
        "lost": sorted(desk.sql("SELECT * FROM lost_ranges"), key=repr),
        "evidence": sorted(desk.sql("SELECT * FROM evidence_runs")),
        "aside": sorted(
            desk.sql("SELECT boot, seq, batch, reason, at_ms, received_at FROM quarantine"),
            key=repr,
        ),
        "log": desk.sql(
            "SELECT screen, played_until, slots_until, told_until, manifest, before_until, "
            "flagged_at, flag_reason FROM logs"
        ),
        "batches": [dataclasses.astuple(row)[:-1] for row in batches(desk)],
    }
