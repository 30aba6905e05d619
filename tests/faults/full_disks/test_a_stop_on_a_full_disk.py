"""A disk without a free block: an emergency goes out from the reserved space, and nothing else.

The server's data is on a small tmpfs that is filled to the last byte; with PostgreSQL the databases
are elsewhere, but files, queue and log are there.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.foundation.jobs.runner import run_ready
from server.foundation.jobs.service import enqueue
from server.foundation.storage import reserve
from server.foundation.storage.reserve import Reserve
from server.monitoring.notifications.models import Message
from server.operations.doctor.audit_trail import trail
from server.operations.doctor.finding import State
from server.operations.jobs_process.timetable import KINDS
from server.publishing.models import Assignment
from tests.support.app import people
from tests.support.app.authenticator import enrol
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, live, open_office, picture
from tests.support.app.clock import MINUTE_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import BoundScreen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import PASSWORD, Person
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT, beat
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink
from tests.support.processes.server import ROOT
from tests.support.processes.small_disk import fill, small_disk, world_on
from tests.support.processes.web_worker import inherited_environment

pytestmark = [pytest.mark.faults, pytest.mark.slow]

DISK_MB = 64
SCREENS = 20
PLAY = {
    "boot": BOOT, "first": 1, "manifest": None, "clock": None, "assets": ["f" * 64],
    "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [0], "start_ms": [1], "shown_ms": [500],
    "state": [0], "cause": [4], "error": [None],
}  # fmt: skip


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_MB) as folder:
        yield folder


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    with world_on(disk) as made:
        yield made


@pytest.fixture
def screens(world: World) -> list[BoundScreen]:
    return [bank(world) for _ in range(SCREENS)]


@pytest.fixture
def office(world: World, screens: list[BoundScreen]) -> Office:
    made = open_office(world)
    live(made)
    run_jobs(world.core)
    assert Reserve(world.core.settings.data).keep()
    return made


def overrides(office: Office) -> list[str]:
    """The overrides of screens' plans, by the newest assignment of each."""
    with office.world.core.config.read() as session:
        rows = session.scalars(select(Assignment.takeover))
        return [row["id"] for row in rows if row]


def acts(office: Office, subject: str) -> list[str]:
    found = call(office.reviewer, "GET", "/audit").json["items"]
    return [one["action"] for one in reversed(found) if one["object"] == subject]


def sign_in(world: World, person: Person) -> TestResponse:
    body = {"username": person.username, "password": PASSWORD}
    return world.visitor().post("/api/v1/session", json=body)


def hand_in(world: World, screen: BoundScreen) -> TestResponse:
    return world.visitor().post("/api/v1/player/plays", json=PLAY, headers=screen.headers)


def test_a_stop_is_in_force_lifted_and_on_record_without_a_free_block(
    office: Office, disk: Path
) -> None:
    fill(disk)

    stop = call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="black")

    assert stop.status_code == 201, stop.json
    assert overrides(office) == [stop.json["id"]] * SCREENS
    assert acts(office, stop.json["id"]) == ["stop.start"]
    lifted = call(office.reviewer, "DELETE", f"/stop/{stop.json['id']}")
    assert lifted.status_code == 200, lifted.json
    assert overrides(office) == []
    assert acts(office, stop.json["id"]) == ["stop.start", "stop.lift"]


def test_people_sign_in_with_and_without_a_second_factor(office: Office, disk: Path) -> None:
    phone = enrol(office.world, office.reviewer)
    fill(disk)

    assert sign_in(office.world, office.author).status_code == 200
    assert phone.second(phone.next_code()).status_code == 200
    assert phone.password(code=phone.next_code()).status_code == 200
    assert phone.second(phone.codes[0]).status_code == 200
    page = {"username": office.author.username, "password": PASSWORD}
    assert office.world.visitor().post("/login", data=page).status_code == 303


def test_a_takeover_of_a_ready_picture_is_drafted_approved_and_its_receipts_are_kept(
    office: Office, screens: list[BoundScreen], disk: Path
) -> None:
    ready = picture(office, state="ready")
    fill(disk)

    drafted = call(office.author, "POST", "/takeovers", asset_id=ready, selector=EVERYWHERE)
    assert drafted.status_code == 201, drafted.json
    takeover = drafted.json["id"]
    approved = call(office.reviewer, "POST", f"/takeovers/{takeover}/approve")
    assert (approved.status_code, overrides(office)) == (200, [takeover] * SCREENS), approved.json
    for screen in screens:
        player = office.world.visitor()
        order = player.get("/api/v1/player/assignment", headers=screen.headers).json
        has = json.loads(order["assignment"])["version"]
        body = beat(version=has, size={"width": 1280, "height": 720})
        answer = player.post("/api/v1/player/beat", json=body, headers=screen.headers)
        assert answer.status_code == 200, answer.json

    document = call(office.author, "GET", f"/takeovers/{takeover}").json
    assert document["not_acknowledged"] == []
    assert acts(office, takeover) == ["takeover.start", "takeover.approve"]
    assert call(office.author, "DELETE", f"/takeovers/{takeover}").status_code == 200
    assert trail(office.world.core.settings).state is State.OK


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with webhook_sink() as made:
        yield made


def asks_to_approve(office: Office) -> str:
    """A takeover of a ready picture that waits for its second person, who is notified."""
    ready = picture(office, state="ready")
    fill(office.world.core.settings.data.parent)
    drafted = call(office.author, "POST", "/takeovers", asset_id=ready, selector=EVERYWHERE)
    assert drafted.status_code == 201, drafted.json
    return str(drafted.json["id"])


def is_notified_at(office: Office, sink: WebhookSink) -> None:
    """The street's people are notified at an address of theirs of a pending approval."""
    body = {"name": "群", "kind": "webhook", "url": sink.url, "events": ["approval"]}
    made = call(people.sign_in(office.world, "admin"), "POST", "/notification-targets", **body)
    assert made.status_code == 201, made.json


def messages(office: Office) -> list[tuple[str, int]]:
    with office.world.core.config.read() as session:
        return [(row.state, row.attempts) for row in session.scalars(select(Message))]


def test_who_has_to_approve_is_notified_while_other_work_waits(
    office: Office, sink: WebhookSink
) -> None:
    is_notified_at(office, sink)
    with office.world.core.config.write() as session:
        enqueue(session, "forget_jobs", "tonight", office.world.clock.at_ms)
    asks_to_approve(office)

    ran = run_ready(office.world.core, KINDS)

    assert [title.partition("：")[0] for title in sink.titles] == ["【安屏】待审批"]
    assert (ran.count("send_message"), messages(office)) == (1, [("sent", 1)])
    assert ("forget_jobs" in ran) == ON_POSTGRES
    assert run_jobs(office.world.core) == 0


def test_who_isnt_reached_is_notified_when_it_is_time_to_try_again(
    office: Office, sink: WebhookSink
) -> None:
    is_notified_at(office, sink)
    sink.statuses = [503]
    asks_to_approve(office)
    run_jobs(office.world.core)
    assert (sink.titles, messages(office)) == ([], [("waiting", 1)])

    office.world.clock.forward(MINUTE_MS)
    run_jobs(office.world.core)

    assert (len(sink.titles), messages(office)) == (1, [("sent", 2)])


@pytest.mark.skipif(ON_POSTGRES, reason="plays have room where the database is")
def test_plays_stay_in_the_player_until_there_is_room_and_the_reserve_is_made_again(
    office: Office, screens: list[BoundScreen], disk: Path
) -> None:
    room = Reserve(office.world.core.settings.data)
    taken = fill(disk)
    stop = call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="safe").json["id"]
    assert not room.file.exists()

    refused = hand_in(office.world, screens[0])
    venue = call(office.author, "POST", "/venues", name="新点位", kind="bank")

    assert (refused.status_code, refused.json["code"]) == (503, "busy"), refused.json
    assert int(refused.headers["Retry-After"]) >= 1
    assert (venue.status_code, venue.json["code"]) == (507, "storage_full"), venue.json
    assert "磁盘" in venue.json["detail"]
    assert not room.keep()

    taken.unlink()
    assert hand_in(office.world, screens[0]).json["upto"] == 1
    assert call(office.author, "POST", "/venues", name="新点位", kind="bank").status_code == 201
    assert room.keep()
    assert overrides(office) == [stop] * SCREENS


def test_a_server_that_starts_claims_its_folder_without_a_free_block(
    office: Office, disk: Path
) -> None:
    """The number of its process, which is there for people to read, has no room then."""
    data = office.world.core.settings.data
    fill(disk)
    program = (
        "import pathlib, sys; from server.foundation.runtime.data_folder_lock import *;"
        "data = pathlib.Path(sys.argv[1]); mark_serving(data, leader=True); print(is_served(data))"
    )

    claimed = subprocess.run(
        [sys.executable, "-c", program, str(data)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (claimed.stdout, claimed.returncode) == ("True\n", 0), claimed.stderr


def test_a_server_that_was_stopped_starts_again_without_a_free_block(
    office: Office, disk: Path
) -> None:
    """Its databases have to be opened again, which takes some of the reserve."""
    settings = office.world.core.settings
    office.world.close()
    fill(disk)
    program = (
        "from server.cli import _prepare; from server.foundation.config import read_settings;"
        "_prepare(read_settings(), print)"
    )
    wanted = {"ANPING_DATA": str(settings.data)}
    if settings.database_url is not None:
        wanted["ANPING_DATABASE_URL"] = settings.database_url

    prepared = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=inherited_environment() | wanted,
    )  # fmt: skip

    assert prepared.returncode == 0, prepared.stderr
    assert "disk_reserve_released" in prepared.stdout


@pytest.mark.long
@pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite")
def test_without_the_room_set_aside_it_would_fail(office: Office, disk: Path) -> None:
    Reserve(office.world.core.settings.data).file.unlink()
    fill(disk)
    while call(office.author, "POST", "/stop", selector=EVERYWHERE, mode="safe").status_code == 201:
        pass  # overwritten files still have their blocks

    assert not (office.world.core.settings.data / reserve.NAME).exists()
