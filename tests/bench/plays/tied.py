"""What tying small batches together saves and costs: `python -m tests.bench.plays.tied [SCREENS]`.

Screens hand in four hours of plays one by one, as players in a quiet district do: each some five
seconds after its end, by a clock that is corrected now and then, in turn with the others. Bytes a
play takes on SQLite and on PostgreSQL, before and after, with signatures and without; processor
time of who ties (and of PostgreSQL's) for each play. Sizes are those of the rewritten tables
(VACUUM): what is freed is used again by the next day's plays, and no file gets smaller by itself.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from playlists.wire.model import Manifest
from server.foundation.civil_time import Civil
from server.foundation.db.migrate import upgrade
from server.foundation.db.session import Database, open_database
from server.playlog.ingest import bundling
from server.playlog.ingest.receive import receive
from server.playlog.model.batch import Batch, read_batch
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import Place, ScreenContext, Tenure
from server.playlog.store.group_commit import Committer
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.bench.plays.ingest import BASE64URL, DIGEST, FROM_MS, HOUR_MS, make_plan
from tests.support.app.postgres import start_postgres
from tests.support.speed.cpu import used_ms

SCREENS: Final = 30
HOURS: Final = 4
GROUP: Final = 250
CIVIL: Final = Civil(ZoneInfo("Asia/Shanghai"))
RESYNC_MS: Final = 300_000
_ON_SQLITE: Final = (
    "SELECT SUM(pgsize) FROM dbstat WHERE name IN ('batches', 'ix_batches_screen_t0')"
)
_ON_POSTGRES: Final = "SELECT pg_total_relation_size('batches')"
_ALL_ON_SQLITE: Final = "SELECT SUM(pgsize) FROM dbstat"
_ALL_ON_POSTGRES: Final = (
    "SELECT SUM(pg_total_relation_size(oid)) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


class Handed(NamedTuple):
    """A batch of one play, of which screen, and when it comes in."""

    at_ms: int
    screen: int
    batch: Batch


class Figures(NamedTuple):
    """Of one store: bytes a play before and after, and `beside` of all other tables; rows after;
    processor time for each play tied.
    """

    plays: int
    rows: int
    before: float
    after: float
    beside: float
    ours_us: float
    theirs_us: float


def main(screens: str = str(SCREENS)) -> int:
    """Print all of it."""
    for signed in (False, True):
        batches = day_of_ones(int(screens), signed=signed)
        with tempfile.TemporaryDirectory() as folder:
            _print("SQLite", on_sqlite(Path(folder), batches), signed=signed)
        _print("PostgreSQL", on_postgres(batches), signed=signed)
    return 0


def _print(name: str, found: Figures, *, signed: bool) -> None:
    print(
        f"{name}{', signed' if signed else ''}: {found.plays:,} batches of one play, "
        f"{found.before:.1f} bytes a play; in {found.rows:,} rows {found.after:.1f}, beside "
        f"{found.beside:.1f} of all other tables; "
        f"{found.ours_us:.0f} us of who ties, {found.ours_us + found.theirs_us:.0f} us in all"
    )


def on_sqlite(folder: Path, batches: list[Handed]) -> Figures:
    """In a file of its own."""
    path = folder / "plays.db"
    return measured(open_database(f"sqlite:///{path}"), batches)


def on_postgres(batches: list[Handed]) -> Figures:
    """In a server of its own."""
    server = start_postgres(options=())
    try:
        server.create("plays")
        return measured(open_database(server.url("plays"), "plays"), batches, server.process.pid)
    finally:
        server.stop()


def measured(database: Database, batches: list[Handed], root: int = 0) -> Figures:
    """Before, while and after they are tied."""
    upgrade(database, "plays")
    committer = Committer(database)
    hand_in(committer, batches)
    before = room(database)
    began, theirs_ms = time.process_time(), used_ms(root) if root else 0.0
    tied = tie(database, committer, sorted({one.screen for one in batches}))
    ours_s = time.process_time() - began
    theirs_ms = (used_ms(root) if root else 0.0) - theirs_ms
    committer.close()
    after, plays = room(database), len(batches)
    found = Figures(
        plays=plays,
        rows=rows(database),
        before=before / plays,
        after=after / plays,
        beside=(all_room(database) - after) / plays,
        ours_us=1e6 * ours_s / tied,
        theirs_us=1e3 * theirs_ms / tied,
    )
    database.engine.dispose()
    return found


def hand_in(committer: Committer, batches: list[Handed]) -> None:
    """All of them, in commits of many."""
    plan = Plans({DIGEST: Plan(make_plan())})

    def take(tx: Tx, one: Handed) -> None:
        place = Place(one.screen, one.screen % 20, one.screen % 50, "bank", 0)
        screen_context = ScreenContext(
            one.screen, FROM_MS - HOUR_MS, place, (Tenure(DIGEST, FROM_MS),)
        )
        receive(tx, IngestContext(screen_context, plan, CIVIL, one.at_ms), one.batch)

    for start in range(0, len(batches), GROUP):
        group = batches[start : start + GROUP]
        committer.submit(lambda tx, group=group: [take(tx, one) for one in group])  # type: ignore[misc] # mypy can't infer a lambda with a default


def tie(database: Database, committer: Committer, screens: list[int]) -> int:
    """All that can be; how many batches were."""
    tied = 0
    for screen in screens:
        page = bundling.Page(screen, (), 0, 0, is_last=False)
        while not page.is_last:
            with snapshot(database) as tx:
                page = bundling.page_of(tx, CIVIL, screen, page.mark_ms, 2**52)
            tied += committer.submit(lambda tx, page=page: bundling.write(tx, page))  # type: ignore[misc] # mypy can't infer a lambda with a default
    return tied


def room(database: Database) -> int:
    """The bytes of batches and their index, after a rewrite."""
    if database.is_sqlite:
        return _number(database, "VACUUM", _ON_SQLITE)
    return _number(database, "VACUUM FULL", _ON_POSTGRES)


def all_room(database: Database) -> int:
    """The bytes of all tables of plays and their indexes."""
    return _number(database, _ALL_ON_SQLITE if database.is_sqlite else _ALL_ON_POSTGRES)


def _number(database: Database, *statements: str) -> int:
    connection = database.engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        found = [driver.execute(one) for one in statements]
        return int(found[-1].fetchone()[0])
    finally:
        connection.close()


def rows(database: Database) -> int:
    """Of batches."""
    return _number(database, "SELECT COUNT(*) FROM batches")


def day_of_ones(screens: int, hours: int = HOURS, *, signed: bool = False) -> list[Handed]:
    """What so many screens hand in within some hours, in the order in which it comes."""
    plan, dice = make_plan(), random.Random(5)
    found = [
        one
        for screen in range(1, screens + 1)
        for one in _of_screen(plan, screen, hours, random.Random(dice.random()), signed=signed)
    ]
    return sorted(found, key=lambda one: (one.at_ms, one.screen))


def _of_screen(
    plan: Manifest, screen: int, hours: int, dice: random.Random, *, signed: bool
) -> Iterator[Handed]:
    loop, seq, wrong_ms = plan.loops["L"], 0, dice.randint(-90_000, 90_000)
    mono_ms, offset, synced_ms, trip_ms = dice.randint(5_000, 10**9), 0.0, 0, 0.0
    for cycle in range(hours):
        for number, slot in enumerate(loop.slots):
            seq += 1
            at_ms = FROM_MS + cycle * loop.period_ms + slot.start_ms + dice.randint(0, 17)
            if at_ms - synced_ms > RESYNC_MS:
                synced_ms, trip_ms = at_ms, dice.uniform(2, 30)
                offset = FROM_MS - mono_ms + dice.gauss(0, 4)
            start_ms = round(at_ms - offset)
            shown_ms = slot.duration_ms - dice.randint(0, 8)
            batch = {
                **_batch(screen, seq, (cycle, number), (start_ms, shown_ms)),
                "assets": [plan.assets[slot.asset].digest],
                "clock": {
                    "offset_ms": offset,
                    "uncertainty_ms": int(trip_ms + (at_ms - synced_ms) / 10_000) + 1,
                },
                "wall_ms": at_ms + wrong_ms,
                "signature": "".join(dice.choices(BASE64URL, k=85)) + "A" if signed else None,
            }
            came_ms = at_ms + shown_ms + 5_000 + round(dice.expovariate(1 / 40))
            yield Handed(came_ms, screen, read_batch(batch))


def _batch(screen: int, seq: int, slot: tuple[int, int], shown: tuple[int, int]) -> dict[str, Any]:
    return {
        "boot": f"{screen:016x}",
        "first": seq,
        "manifest": DIGEST,
        "segment": [0],
        "cycle": [slot[0]],
        "slot": [slot[1]],
        "asset": [0],
        "start_ms": [shown[0]],
        "shown_ms": [shown[1]],
        "state": [0],
        "cause": [0],
        "error": [None],
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
