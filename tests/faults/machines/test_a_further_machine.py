"""A further machine beside the first: screens go to both, jobs and people's files to the first.

Each has a data folder of its own. Keys are copied, all else is in PostgreSQL and the bucket.
"""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from server.operations.supervisor.serve import JOBS, READING, WEB
from server.publishing.service import rebuild
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.office_api import Office, open_office
from tests.support.devices.real_player import RealPlayer
from tests.support.devices.socket_player import beat
from tests.support.factories.sample_files import photo
from tests.support.many import Park, children, park
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.furnished_district import program_token
from tests.support.processes.server import RunningServer, free_port, start_server
from tests.support.processes.two_workers import ask

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.long]

MADE_S = 120.0
BEATS = 30
WEB_READING_JOBS = {WEB[2], READING[2], JOBS[2]}


@dataclass
class Machines:
    """The first with all its services, the further one, and people."""

    park: Park
    further: RunningServer
    office: Office
    token: str
    screen: BoundScreen
    asked: list[int] = field(default_factory=list)

    def api(self, base: str, path: str, **content: Any) -> Any:
        """What a program of the publicity officer is answered by one of them."""
        answer = requests.request(
            "POST" if content else "GET",
            f"{base}/api/v1/{path}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=PATIENCE_S,
            **content,
        )
        assert answer.ok, answer.text
        return answer

    def ready(self, path: str) -> Any:
        """Something that a job makes, once it is ready."""

        def read() -> Any:
            return self.api(self.park.server.base, path).json()

        until(path, lambda: read()["state"] == "ready", patience_s=MADE_S)
        return read()

    def beats(self) -> int:
        """By POST through nginx, as from a screen; the status."""
        answer = requests.post(
            f"{self.park.nginx.base}/api/v1/player/beat",
            json.dumps(beat()),
            headers={**self.screen.headers, "Content-Type": "application/json"},
            verify=str(self.park.nginx.root),
            timeout=PATIENCE_S,
        )
        return answer.status_code


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder, port = tmp_path_factory.mktemp("machines"), free_port()
    with park(folder, further=[f"127.0.0.1:{port}"]) as first:
        settings = first.world.core.settings
        shutil.copytree(settings.data / "keys", folder / "further/data/keys")
        further = start_server(
            folder / "further",
            port,
            first_run=True,
            jobs="false",
            database_url=str(settings.database_url),
            storage_url=str(settings.storage_url),
            redis_url=first.redis.url,
            trusted_proxies="1",
        )
        try:
            further.wait_until_ready()
            office, screen = open_office(first.world), make_screen(first.world)
            rebuild(first.world.core)
            token = program_token(first.world, office.publicity.user_id)
            yield Machines(first, further, office, token, screen)
        finally:
            if further.process.poll() is None:
                further.stop()


def test_it_does_no_jobs(machines: Machines) -> None:
    run = [
        Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        for pid in children(machines.further.process.pid)
    ]

    assert sorted(module for words in run for module in words if module in WEB_READING_JOBS) == [
        WEB[2],
        READING[2],
    ]


def test_an_upload_at_the_first_is_processed_there_and_served_by_both(
    machines: Machines, tmp_path: Path
) -> None:
    first = machines.park.server.base
    with photo(tmp_path / "photo.jpg").open("rb") as file:
        asset = machines.api(first, "assets", files={"file": file}).json()["id"]
    digest = machines.ready(f"assets/{asset}")["renditions"][0]["digest"]

    given = [
        requests.get(
            f"{base}/files/{digest}",
            headers={"Authorization": f"Bearer {machines.token}"},
            timeout=PATIENCE_S,
        )
        for base in (first, machines.further.base)
    ]

    assert [one.status_code for one in given] == [200, 200]
    assert given[0].content == given[1].content


def test_a_file_that_was_ordered_at_the_further_one_is_there_at_the_first(
    machines: Machines,
) -> None:
    today = time.strftime("%Y-%m-%d", time.gmtime())
    query = {"from": today, "to": today, "form": "csv"}
    order = machines.api(machines.further.base, "plays/exports", json=query).json()["id"]

    machines.ready(f"plays/exports/{order}")
    file = machines.api(machines.park.server.base, f"plays/exports/{order}/file")

    assert file.content


def test_orders_of_the_first_reach_a_screen_of_the_further_one_signed_with_the_same_key(
    machines: Machines,
) -> None:
    player = RealPlayer(machines.further.base, machines.screen).connect()
    player.wait_for("assignment")
    query = {"selector": {"screen_ids": [machines.screen.public_id]}}

    ask(machines.park.server.base, machines.office.publicity, "POST", "stop", mode="safe", **query)
    stopped = player.wait_for("assignment", 2)[-1]

    assert stopped["kid"] == machines.park.world.core.signer.kid
    player.disconnect()


def test_when_it_is_gone_screens_are_served_by_the_first(machines: Machines) -> None:
    before = [machines.beats() for _ in range(BEATS)]

    machines.further.kill()

    assert before == [200] * BEATS
    assert [machines.beats() for _ in range(BEATS)] == [200] * BEATS
    again = RealPlayer(machines.park.server.base, machines.screen).connect()
    assert again.is_connected
    again.disconnect()
