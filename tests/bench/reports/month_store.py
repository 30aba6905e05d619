"""A month of plays for benches: handed in once to a server in a folder, and opened again later.

Each screen has nine batches of 50 plays a day for 29 days, 13,050 plays: a thousand of them have 13
million. Beside them are contacts and evidence of display with an outage of the server; closed days
are folded.
"""

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from playlists.wire.manifest import encode
from server.monitoring.availability import hourly_rollup, rollup_job
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.bench.plays.ingest import BATCH, HOUR_MS, make_batch, make_plan
from tests.bench.plays.lanes import open_lanes, post, rate_of
from tests.bench.reports.uptime_fleet import DAY_S, runs_of
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.plays.plays import Programme, programme_of

PATH: Final = "/api/v1/player/plays"
LANES: Final = 20
DAYS: Final = 29
A_DAY: Final = 9
"""Batches of a screen on a day."""
PAST: Final = DAYS * A_DAY
FEWEST: Final = 20
LATER: Final = 1 << 40
"""Boots of what is handed in beside the past have numbers above this."""
STORE: Final = "store.json"


@dataclass
class MonthStore:
    """A world with screens that have one plan since `from_ms`."""

    world: World
    screens: Sequence[BoundScreen]
    programme: Programme
    from_ms: int
    is_filled: bool = False


def open_store(folder: Path, plays: int) -> MonthStore:
    """The store of a folder; a new one, to be filled, with screens for so many plays."""
    about = folder / STORE
    if about.exists():
        kept = json.loads(about.read_text(encoding="utf-8"))
        screens = [BoundScreen(**one) for one in kept["screens"]]
        return MonthStore(
            make_world(folder), screens, _programme(kept["from_ms"]), kept["from_ms"], True
        )
    if (folder / "data").exists():
        raise SystemExit(f"{folder} was left unfinished: delete it")
    world = make_world(folder)
    from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - DAYS * 24) * HOUR_MS
    programme = _programme(from_ms)
    count = max(FEWEST, round(plays / (PAST * BATCH)))
    return MonthStore(world, screens_on_air(world, count, programme, from_ms), programme, from_ms)


def _programme(from_ms: int) -> Programme:
    return programme_of(encode(make_plan(from_ms)))


def screens_on_air(
    world: World, count: int, programme: Programme, from_ms: int
) -> list[BoundScreen]:
    """So many that have had the plan since then."""
    screens = []
    for _ in range(count):
        screen = make_screen(world, enrolled_at=from_ms)
        put_on_air(world, screen, programme, from_ms)
        screens.append(screen)
    return screens


def fill(store: MonthStore, place: str) -> None:
    """Hand in the past as fast as it goes, to a server at host:port."""
    shares = [list(_past(store, place, share)) for share in range(LANES)]
    print(rate_of(open_lanes(place, shares, counted), BATCH, 1e9).printed(), flush=True)


def _past(store: MonthStore, place: str, share: int) -> Iterator[bytes]:
    plan, digest = store.programme.plan.manifest, store.programme.digest
    for number in range(PAST):
        for screen in store.screens[share::LANES]:
            batch = make_batch(plan, screen.id, quarter_of(number), digest, nth=number)
            yield post(PATH, place, screen.token, batch)


def quarter_of(number: int) -> int:
    """The quarter of an hour, since the beginning, of a screen's nth batch."""
    day, nth = divmod(number, A_DAY)
    return day * 96 + nth * 10


def finish(store: MonthStore, folder: Path) -> None:
    """Fold the past and what is beside it, while nobody serves; the store can be opened then."""
    world, parts = store.world, playback_of(store.world.app)
    world.clock.at_ms = time.time_ns() // 1_000_000
    keep_house(world)
    parts.committer.submit(lambda tx: _add_contacts(tx, store, world.clock.at_ms // 1000))
    rollup_job.keep(world.core, parts)
    while hourly_rollup.sum_hours(world.core, parts):
        pass
    kept = {"from_ms": store.from_ms, "screens": [asdict(one) for one in store.screens]}
    (folder / STORE).write_text(json.dumps(kept), encoding="utf-8")
    store.is_filled = True


def _add_contacts(tx: Tx, store: MonthStore, end_s: int) -> None:
    chance, begin_s = random.Random(8), store.from_ms // 1000
    for screen in store.screens:
        contacts = list(runs_of(chance, screen.id, begin_s, end_s))
        tx.run_many("INSERT INTO contact_runs VALUES (?, ?, ?, ?)", contacts)
        evidence = [row[:3] for row in runs_of(chance, screen.id, begin_s, end_s)]
        tx.run_many("INSERT INTO evidence_runs VALUES (?, ?, ?) ON CONFLICT DO NOTHING", evidence)
    outage_s = begin_s + 9 * DAY_S
    tx.run("DELETE FROM server_runs")
    tx.run_many(
        "INSERT INTO server_runs VALUES (?, ?)", [(begin_s, outage_s - 600), (outage_s, end_s)]
    )


def handed_in_later(store: MonthStore) -> dict[int, int]:
    """By screen, the batches that earlier runs have handed in beside the past."""
    with snapshot(store.world.core.plays) as tx:
        rows = tx.rows("SELECT screen, boot, upto FROM boots")
    return {screen: upto // BATCH for screen, boot, upto in rows if int(boot, 16) >= LATER}


def counted(answer: Any) -> None:
    """Fails unless a whole batch counts."""
    assert answer["quarantined"] == [], answer
