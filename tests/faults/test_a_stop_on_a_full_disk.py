"""A disk without a free block: sign-in, stop and takeover go on from the room set aside.

The server's data lies on a small tmpfs that is filled to the last byte.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server import reserve
from server.loops.models import Assignment
from tests.support.campaigns import EVERYWHERE, Office, bank, call, live, open_office, picture
from tests.support.jobs import run_jobs
from tests.support.people import PASSWORD
from tests.support.small_disk import fill, small_disk, world_on
from tests.support.world import World

pytestmark = [pytest.mark.faults, pytest.mark.slow]

DISK_MB, SET_ASIDE = 64, 12 * 1024 * 1024
SCREENS = 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_MB) as folder:
        yield folder


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    with world_on(disk) as made:
        yield made


@pytest.fixture
def office(world: World) -> Office:
    made = open_office(world)
    for _ in range(SCREENS):
        bank(world)
    live(made)
    run_jobs(world.core)
    return made


def told(office: Office) -> list[str]:
    """What screens were told to show over their plan, by the newest assignment of each."""
    with office.world.core.config.read() as session:
        rows = session.scalars(select(Assignment.takeover))
        return [row["id"] for row in rows if row]


def acts(office: Office, subject: str) -> list[str]:
    found = call(office.reviewer, "GET", "/audit").json["items"]
    return [one["action"] for one in reversed(found) if one["object"] == subject]


def test_a_stop_is_in_force_and_on_record_without_a_free_block(office: Office, disk: Path) -> None:
    data = office.world.core.settings.data
    assert reserve.keep(data, SET_ASIDE)
    waiting = call(office.author, "POST", "/takeovers", asset_id=picture(office),
                   selector=EVERYWHERE).json["id"]  # fmt: skip
    taken = fill(disk)

    stop = call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="black")

    assert stop.status_code == 201, stop.json
    assert told(office) == [stop.json["id"]] * SCREENS
    assert acts(office, stop.json["id"]) == ["stop.start"]
    body = {"username": office.reviewer.username, "password": PASSWORD}
    assert office.world.visitor().post("/api/v1/session", json=body).status_code == 200
    lifted = call(office.reviewer, "DELETE", f"/stop/{stop.json['id']}")
    assert lifted.status_code == 200, lifted.json
    approved = call(office.reviewer, "POST", f"/takeovers/{waiting}/approve")
    assert (approved.status_code, told(office)) == (200, [waiting] * SCREENS)
    assert acts(office, stop.json["id"]) == ["stop.start", "stop.lift"]

    assert not (data / reserve.NAME).exists()
    assert not reserve.keep(data, SET_ASIDE)
    taken.unlink()
    assert reserve.keep(data, SET_ASIDE)


@pytest.mark.long
def test_without_the_room_set_aside_it_would_fail(office: Office, disk: Path) -> None:
    fill(disk)
    while call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="safe").status_code == 201:
        pass  # what was written over before still has its blocks

    assert not (office.world.core.settings.data / reserve.NAME).exists()
