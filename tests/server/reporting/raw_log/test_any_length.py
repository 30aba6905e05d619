"""An export takes the same memory whatever its length, and holds up nobody while it goes on."""

import threading
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from server.accounts.auth.one_time_secrets import PERSON_PREFIX, hashed, new_secret
from server.accounts.models import ApiToken
from server.playlog.audit.verifier.verify import verify
from server.playlog.rawlog.reader import Span
from server.playlog.rawlog.stream import stream_log
from server.playlog.store.snapshot import snapshot
from server.reporting.raw_log.file_writer import write_file
from tests.bench.plays.export import MONTH_MS, fill
from tests.bench.plays.ingest import FROM_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker

# Memory and patience are those of the forms: once in the short form, on PostgreSQL in the long one.
pytestmark = [pytest.mark.slow, *([pytest.mark.soak] if ON_POSTGRES else [])]

FEW, MANY = 1_600, 9_600
MOST_KEPT = {"ndjson": 25, "csv": 13, "xlsx": 16}
"""Bytes for each play more: whatever object is kept of a play takes more."""
FROM = {"from": "2026-11-01T00:00:00+08:00", "to": "2026-12-31T00:00:00+08:00"}


def span(screens: int, from_ms: int = FROM_MS, until_ms: int = FROM_MS + MONTH_MS) -> Span:
    return Span(tuple(range(1, screens + 1)), from_ms, until_ms)


def most_memory(world: World, form: str, wanted: Span, path: Path) -> int:
    """The most bytes that making a file held at a time."""
    tracemalloc.start()
    for _ in write_file(world.core, wanted, form, "zh_CN", path):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.long
@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_six_times_the_plays_of_one_boot_take_no_more_memory(
    world: World, tmp_path: Path, form: str
) -> None:
    fill(world.core.plays, MANY, screens=1)
    hours = FEW // 200
    few = span(1, until_ms=FROM_MS + hours * 3_600_000)
    most_memory(world, form, span(1, until_ms=FROM_MS + 3_600_000), tmp_path / "warm")

    small = most_memory(world, form, few, tmp_path / "few")
    large = most_memory(world, form, span(1), tmp_path / "many")

    assert (tmp_path / "many").stat().st_size > 4 * (tmp_path / "few").stat().st_size
    assert large - small < MOST_KEPT[form] * (MANY - FEW), (small, large)


def test_no_snapshot_is_held_while_a_reader_takes_his_time(world: World) -> None:
    fill(world.core.plays, FEW, screens=2)
    pieces = stream_log(world.core.plays, span(2))
    next(pieces)

    if world.core.plays.is_sqlite:
        with snapshot(world.core.plays) as tx:
            tx.run("ROLLBACK")
            busy, _, _ = tx.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0]
            tx.run("BEGIN")
        assert busy == 0
    else:
        with snapshot(world.core.plays) as tx:
            idle = tx.number(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND state = 'idle in transaction'"
            )
        assert idle == 0
    assert sum(len(piece.passages) for piece in pieces) > 0


@pytest.fixture
def token(world: World) -> str:
    """A bearer token of somebody who reads the whole district."""
    secret, person = new_secret(PERSON_PREFIX), sign_in(world, "auditor")
    with world.core.config.write() as session:
        row = ApiToken(name="x", secret_hash=hashed(secret), user_id=person.user_id, created_at=0)
        session.add(row)
    return f"Bearer {secret}"


def exported(worker: WebWorker, token: str, form: str) -> bytes:
    answer = requests.get(
        f"{worker.base}/api/v1/plays/export{form}",
        params=FROM,
        headers={"Authorization": token},
        timeout=120,
    )
    assert answer.status_code == 200
    return answer.content


def waits_beside(worker: WebWorker, export: threading.Thread) -> list[float]:
    """How long each of the others waited (s), one after the other, until an export was there."""
    waits = []
    export.start()
    while export.is_alive():
        began = time.monotonic()
        assert requests.get(f"{worker.base}/healthz", timeout=PATIENCE_S).ok
        waits.append(time.monotonic() - began)
        time.sleep(0.01)
    export.join()
    return sorted(waits)


@dataclass(frozen=True)
class Beside:
    """An export: what came, how long it took (s), and how long others waited meanwhile."""

    content: bytes
    took_s: float
    waits: list[float]


def exported_beside_others(world: World, token: str) -> dict[str, Beside]:
    """One export in each form."""
    make_screen(world)
    fill(world.core.plays, 20_000, screens=1)
    found: dict[str, bytes] = {}
    beside: dict[str, Beside] = {}

    def fetch(form: str) -> None:
        found[form] = exported(worker, token, form)

    with web_worker(world) as worker:
        for form in ("", ".csv", ".xlsx"):
            started = time.monotonic()
            waits = waits_beside(worker, threading.Thread(target=fetch, args=(form,)))
            beside[form] = Beside(found[form], time.monotonic() - started, waits)
            print(f"{form or 'ndjson'}: {len(waits)} answers to others meanwhile")
            assert len(found[form]) > 800_000
    return beside


@pytest.mark.long
def test_others_are_answered_while_an_export_goes_on(world: World, token: str) -> None:
    beside = exported_beside_others(world, token)

    # One that computes where everybody is served would let in one or two.
    assert {form: len(one.waits) >= 10 for form, one in beside.items()} == dict.fromkeys(
        beside, True
    )
    assert verify(beside[""].content.splitlines()).findings == ()


@pytest.mark.timed
def test_others_are_answered_at_once_while_an_export_goes_on(world: World, token: str) -> None:
    for form, one in exported_beside_others(world, token).items():
        # One that computes where everybody is served holds each up for much of its time.
        assert one.waits[int(0.95 * len(one.waits))] < one.took_s / 5, (form, one)
        assert len(one.waits) >= 10, f"{form} was over too soon to tell"
