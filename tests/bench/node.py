"""What a screen costs its node: `python -m tests.bench.node [SCREENS]`, for docs/capacity.md.

Batches of one play and of fifty through the committer, on SQLite and on PostgreSQL: the processor
of this process and of the database's for each batch, which is also how long it keeps others from
writing, as both take turns. Bytes that a play takes by ones. A signature. The memory of the web
worker for each of so many screens that are connected. Processor time and no clock, so that other
work on the machine matters little; each is the least of three.
"""

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import Signer
from server.foundation.db.migrate import upgrade
from server.foundation.db.session import Database, open_database
from server.playlog.store.group_commit import Committer
from tests.bench.plays import ingest
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.postgres import start_postgres
from tests.support.app.world import make_world
from tests.support.devices.reconnect_storm import Storm
from tests.support.processes.server import RunningServer, free_port, start_server
from tests.support.speed.cpu import used_ms
from tests.support.speed.memory import tree

SECONDS: Final = 4.0
ROUNDS: Final = 3
SIGNATURES: Final = 2_000


class Cost(NamedTuple):
    """For a batch: processor of this process and of the database's, microseconds."""

    ours_us: float
    theirs_us: float

    @property
    def both_us(self) -> float:
        """Who waits for the other computes nothing meanwhile."""
        return self.ours_us + self.theirs_us


def main(screens: str = "4000") -> int:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as folder:
        for size in (1, 50):
            cost, room = _on_sqlite(Path(folder), size)
            print(f"SQLite, batches of {size}: {cost.ours_us:.0f} us, {room:.1f} bytes a play")
    for size in (1, 50):
        cost = _on_postgres(size)
        print(
            f"PostgreSQL, batches of {size}: {cost.ours_us:.0f} us of ours, "
            f"{cost.both_us:.0f} us in all"
        )
    print(f"a signature: {_signature_us():.1f} us")
    print(f"a screen: {_screen_kib(int(screens)):.1f} KiB of the web worker")
    return 0


def _on_sqlite(folder: Path, size: int) -> tuple[Cost, float]:
    path = folder / f"plays-{size}.db"
    database = open_database(f"sqlite:///{path}")
    cost = min(_cost(database, size, number, 0) for number in range(ROUNDS))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        plays = connection.exec_driver_sql("SELECT SUM(n) FROM batches").scalar_one()
    database.engine.dispose()
    return cost, path.stat().st_size / plays


def _on_postgres(size: int) -> Cost:
    server = start_postgres(options=())
    try:
        server.create("plays")
        database = open_database(server.url("plays"), "plays")
        found = [_cost(database, size, one, server.process.pid) for one in range(ROUNDS)]
        database.engine.dispose()
        return min(found, key=lambda one: one.both_us)
    finally:
        server.stop()


def _cost(database: Database, size: int, number: int, root: int) -> Cost:
    upgrade(database, "plays")
    ingest.BATCH = size
    committer = Committer(database)
    committer.start()
    load = ingest.Load(committer, ingest.make_plan(), SECONDS, first_screen=1 + 1_000 * number)
    began, theirs_ms = time.process_time(), used_ms(root) if root else 0.0
    load.run(threads=200)
    ours_s = time.process_time() - began
    theirs_ms = (used_ms(root) if root else 0.0) - theirs_ms
    committer.stop()
    batches = len(load.waits_ms)
    return Cost(1e6 * ours_s / batches, 1e3 * theirs_ms / batches)


def _signature_us() -> float:
    signer, found = Signer(ec.generate_private_key(ec.SECP256R1())), []
    for _ in range(ROUNDS):
        began = time.process_time()
        for number in range(SIGNATURES):
            signer.sign(f"{number:400}")
        found.append(time.process_time() - began)
    return 1e6 * min(found) / SIGNATURES


def _screen_kib(screens: int) -> float:
    """Of the last nine tenths, so that what the first need once isn't counted."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ending:
        world = make_world(Path(folder))
        make_waiting_picture(world)
        make_venue(world)
        bound = [make_screen(world, venue=1) for _ in range(screens)]
        port = free_port()
        server = start_server(world.core.settings.data.parent, port)
        ending.callback(server.stop)
        server.wait_until_ready()
        first = ending.enter_context(_connected(port, bound[: screens // 10]))
        before = _private_kib(server)
        ending.enter_context(_connected(port, bound[screens // 10 :]))
        after = _private_kib(server)
        world.close()
        return (after - before) / (screens - len(first.players))


@contextlib.contextmanager
def _connected(port: int, screens: list[BoundScreen]) -> Iterator[Storm]:
    storm = Storm.of(port, screens)
    assert storm.run(storm.all_back, 300), "they didn't come in"
    time.sleep(2)
    yield storm
    storm.close()


def _private_kib(server: RunningServer) -> int:
    """Of gunicorn and its worker."""
    found = 0
    for pid in tree(server.process.pid):
        place = Path(f"/proc/{pid}")
        if b"gunicorn" in (place / "cmdline").read_bytes():
            lines = (place / "smaps_rollup").read_text().splitlines()
            found += sum(int(one.split()[1]) for one in lines if one.startswith("Private_Dirty"))
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
