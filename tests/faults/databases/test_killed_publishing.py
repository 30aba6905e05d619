"""What publishes dies at a write: each screen has its old or its new order, whole."""

import hashlib
import os
import subprocess
import sys
import time

import pytest
from sqlalchemy import update

from server.foundation.jobs.models import Job
from server.foundation.jobs.runner import sweep
from server.operations.jobs_process.timetable import KINDS
from server.publishing import queries
from server.publishing.manifests import store as manifests
from server.simulator.player.verify import TrustState, judge
from tests.support.app.campaigns import Office, bank, live, open_office
from tests.support.app.clock import HOUR_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World
from tests.support.processes.server import ROOT
from tests.support.processes.strace import killing_at

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL writes in a process of its own"),
    pytest.mark.long,
]

SCREENS = 20
AT = (20, 40, 60)


@pytest.fixture
def office(world: World) -> Office:
    """Orders are out; it is now, as the process beside has the machine's clock."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    make_waiting_picture(world)
    return open_office(world)


def take_back(world: World) -> None:
    """What a killed process had begun is begun again, once its lease has run out."""
    with world.core.config.write() as session:
        session.execute(update(Job).where(Job.state == "running").values(lease_until=0))
    assert sweep(world.core, KINDS)
    world.clock.forward(HOUR_MS)
    run_jobs(world.core)


def dies_publishing(world: World, nth: int) -> int:
    """The exit status of a process that runs due jobs and is killed at its nth write."""
    done = subprocess.run(
        [*killing_at(nth), sys.executable, "-m", "tests.support.processes.publishing"],
        cwd=ROOT,
        env={**os.environ, **world.environment},
        capture_output=True,
        check=False,
    )
    return done.returncode


def orders(world: World, screens: list[BoundScreen]) -> dict[int, str]:
    """The manifest ordered for each screen, by an order that its player would follow."""
    digests = {}
    keys = world.core.signer.public_keys()
    with world.core.config.read() as session:
        for screen in screens:
            row = queries.newest(session, screen.id)
            assert row is not None, screen.public_id
            believer = TrustState(screen.public_id, None, keys, world.clock.now_ms())
            assert judge(row.message(), believer).reason is None
            body = manifests.text(session, row.manifest)
            assert hashlib.sha256(body.encode()).hexdigest() == row.manifest
            digests[screen.id] = row.manifest
    return digests


@pytest.mark.parametrize("nth", AT)
def test_each_screen_has_the_old_or_the_new_order_whole(
    world: World, office: Office, nth: int
) -> None:
    screens = [bank(world) for _ in range(SCREENS)]
    live(office)
    run_jobs(world.core)
    old = orders(world, screens)
    live(office, target={"kind": "plays_per_hour", "value": 30})

    assert dies_publishing(world, nth) != 0, "it never died"
    between = orders(world, screens)
    take_back(world)
    new = orders(world, screens)

    print(f"at write {nth}: {sum(between[one] != old[one] for one in old)} had the new one")
    assert len(set(old.values())) == len(set(new.values())) == 1
    assert set(old.values()) != set(new.values())
    assert all(between[one] in {old[one], new[one]} for one in old)
