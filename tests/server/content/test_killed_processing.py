"""A worker that is killed at any instant leaves nothing half: no file, no row, no process."""

from __future__ import annotations

import hashlib
import os
import random
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.content.models import Asset
from server.content.queries import files_of
from server.foundation.jobs.models import Job
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import clip, photo
from tests.support.factories.uploads import upload
from tests.support.processes.jobs_process import processes_of, until, worker

pytestmark = pytest.mark.long

KILLS = int(os.environ.get("ANPING_TEST_KILLS", "0")) // 5 or 3
LONGEST_S = 3.0


def assets(world: World) -> list[Asset]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Asset)))


def is_running(world: World) -> bool:
    with world.core.config.read() as session:
        running = session.scalar(select(Job.id).where(Job.state == "running").limit(1))
    return running is not None or all(one.state != "processing" for one in assets(world))


def check_nothing_is_half(world: World) -> None:
    """Each file's content matches its name, and each asset has all its files or none yet."""
    stored = {path.name: path for path in world.core.settings.data.glob("files/??/??/*")}
    for digest, path in stored.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    for asset in assets(world):
        assert asset.state in ("processing", "ready")
        needed = files_of(asset) - {asset.sha256}
        assert bool(needed) == (asset.state == "ready")
        assert needed <= stored.keys()


def put_back(world: World) -> None:
    """The leases have run out, and these kills count as no attempts."""
    mine = update(Job).where(Job.state == "running")
    with world.core.config.write() as session:
        session.execute(mine.values(lease_until=0, attempts=1))


@pytest.mark.slow
@pytest.mark.faults
def test_a_worker_may_be_killed_at_any_instant(world: World, tmp_path: Path) -> None:
    world.clock.at_ms = time.time_ns() // 1_000_000
    author = sign_in(world)
    for number in range(KILLS):
        source = clip(tmp_path / f"{number}.mp4", seconds=1 + number / 25)
        assert upload(author, source).status_code == 201
    assert upload(author, photo(tmp_path / "photo.jpg")).status_code == 201
    seed = int(os.environ.get("ANPING_TEST_SEED", time.time_ns()))
    print(f"ANPING_TEST_SEED={seed}")
    instants = random.Random(seed)
    for _ in range(KILLS):
        with worker(world):
            until(lambda: is_running(world))
            time.sleep(instants.uniform(0, LONGEST_S))
        until(lambda: processes_of(world) == [])
        check_nothing_is_half(world)
        put_back(world)

    with worker(world):
        until(lambda: all(one.state != "processing" for one in assets(world)))

    check_nothing_is_half(world)
    assert {one.state for one in assets(world)} == {"ready"}
    needed = set().union(*((files_of(one) - {one.sha256}) for one in assets(world)))
    stored = {path.name for path in world.core.settings.data.glob("files/??/??/*")}
    assert stored == needed
    assert list((world.core.settings.data / "work").iterdir()) == []
