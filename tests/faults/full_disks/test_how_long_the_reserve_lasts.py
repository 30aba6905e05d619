"""For how many stops the room set aside is enough, each lifted again and received everywhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server.foundation.storage.reserve import MOST, Reserve, urgent
from server.publishing.assignments import acknowledgements
from server.publishing.assignments.acknowledgements import ReceiptNote
from server.publishing.models import Assignment
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, live, open_office
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.jobs import run_jobs
from tests.support.processes.small_disk import fill, small_disk, world_on

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite"),
]

STOPS = 50
"""What `server.foundation.storage.reserve` promises."""


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", request.param) as folder:
        yield folder


def receive(office: Office) -> None:
    """Every screen accepts its newest order."""
    core = office.world.core
    with core.config.read() as session:
        rows = session.execute(select(Assignment.screen_id, Assignment.version)).all()
    now_ms = core.clock.now_ms()
    with urgent():
        acknowledgements.note_receipts(
            core,
            [ReceiptNote(screen, version, "accepted", None, now_ms) for screen, version in rows],
        )


def stop_and_go_on(office: Office, times: int) -> None:
    """Stop all screens and lift it, again and again; each is received everywhere."""
    for _ in range(times):
        stop = call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="black")
        assert stop.status_code == 201, stop.json
        receive(office)
        path = f"/stop/{stop.json['id']}"
        assert call(office.author, "GET", path).json["not_acknowledged"] == []
        lifted = call(office.reviewer, "DELETE", path)
        assert lifted.status_code == 200, lifted.json
        receive(office)
        office.world.clock.forward(1_000)


@pytest.mark.parametrize(
    ("disk", "screens", "times"),
    [(64, 20, 10), pytest.param(512, 2_000, STOPS, marks=pytest.mark.long)],
    indirect=["disk"],
)
def test_so_many_stops_go_out_one_after_the_other(disk: Path, screens: int, times: int) -> None:
    with world_on(disk) as world:
        office = open_office(world)
        for _ in range(screens):
            bank(world)
        live(office)
        run_jobs(world.core)
        room = Reserve(world.core.settings.data)
        assert room.keep()
        assert room.file.stat().st_size == min(MOST, disk_bytes(disk) // 6)
        fill(disk)

        stop_and_go_on(office, times)

        left = disk_bytes(disk, free=True)
        print(f"{times} stops of {screens} screens; {left / 2**20:.1f} MiB of the reserve are left")


def disk_bytes(disk: Path, *, free: bool = False) -> int:
    usage = shutil.disk_usage(disk)
    return usage.free if free else usage.total
