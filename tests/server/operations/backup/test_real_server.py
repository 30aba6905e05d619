"""A real server is killed, its folder is lost, and it comes back out of a backup: the drill."""

import json
import shutil
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.app.databases import ON_POSTGRES
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import RunningServer, command, free_port, start_server

PASSWORD = "correct-horse-7"
DRILL_S = 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(
        ON_POSTGRES, reason="loses a folder that holds the databases; test_on_postgres has its own"
    ),
    pytest.mark.long,
]


@dataclass
class Caller:
    """A client of the server's JSON API."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer; a body is posted."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Origin": self.base, **self.headers}
        request = urllib.request.Request(self.base + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                cookie = answer.headers.get("Set-Cookie")
                if cookie and "Authorization" not in headers:
                    self.headers["Cookie"] = cookie.split(";")[0]
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")


def administrator(server: RunningServer) -> Caller:
    caller = Caller(server.base)
    status, body = caller.ask("/api/v1/session", {"username": "admin", "password": PASSWORD})
    assert status == 200, body
    caller.headers["X-CSRF-Token"] = body["csrf_token"]
    return caller


def paired(server: RunningServer, admin: Caller) -> Caller:
    """A player bound to a screen in a new venue."""
    player = Caller(server.base)
    _, code = player.ask(
        "/api/v1/player/pairing", {"size": {"width": 1920, "height": 1080}, "player": "1.0.0"}
    )
    _, units = admin.ask("/api/v1/units")
    venue = {"name": "城关支行", "kind": "bank", "unit_id": units["items"][0]["id"]}
    status, made = admin.ask("/api/v1/venues", venue)
    assert status == 201, made
    wanted = {"user_code": code["user_code"], "venue_id": made["id"], "name": "大厅屏"}
    status, screen = admin.ask("/api/v1/screens/pair", wanted)
    assert status in {200, 201}, screen
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    status, token = player.ask(
        "/api/v1/player/token", {"grant_type": grant, "device_code": code["device_code"]}
    )
    assert status == 200, token
    player.headers = {"Authorization": f"Bearer {token['access_token']}"}
    return player


def assigned(player: Caller) -> dict[str, Any]:
    """The newest order of the player's screen, once there is one."""

    def found() -> dict[str, Any] | None:
        status, body = player.ask("/api/v1/player/assignment")
        assert status in (200, 404), body
        return json.loads(body["assignment"]) if status == 200 else None

    order = until("an assignment", found, patience_s=2 * PATIENCE_S, every_s=0.3)
    assert order is not None
    return order


def lost_and_restored(tmp_path: Path) -> float:
    """The drill; seconds from the loss of the folder until the player has its order again."""
    folder, archive, port = tmp_path / "server", tmp_path / "b.tar.gz", free_port()
    server = start_server(folder, port, admin_password=PASSWORD)
    try:
        server.wait_until_ready()
        player = paired(server, administrator(server))
        before = assigned(player)
        taken = command(folder, "backup", str(archive))
        refused = command(folder, "restore", str(archive), "--replace")
        server.kill()
        shutil.rmtree(folder / "data")

        began = time.monotonic()
        done = command(folder, "restore", str(archive))
        server = start_server(folder, port, admin_password=PASSWORD)
        server.wait_until_ready()
        after = assigned(player)
        took_s = time.monotonic() - began
        status, answer = player.ask(
            "/api/v1/player/beat", {"boot": "b1", "state": "playing", "version": 40}
        )
        unwell = command(folder, "doctor")
        administrator(server)
    finally:
        server.stop()

    assert taken.returncode == 0, taken.stderr
    assert "recovery key is still on the server" in taken.stdout
    assert refused.returncode == 1
    assert f"process {server_pid(refused.stderr)}" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert "every digest fits" in done.stdout
    assert after["version"] >= before["version"]
    assert after["manifest"] == before["manifest"]
    assert (status, answer["version"]) == (200, 41)
    assert "whole, at revision" in unwell.stdout
    assert "the jobs process works" in unwell.stdout
    print(f"restored and serving in {took_s:.1f} s")
    return took_s


def test_a_killed_server_is_restored_and_its_player_goes_on(tmp_path: Path) -> None:
    lost_and_restored(tmp_path)


@pytest.mark.timed
def test_a_killed_server_is_restored_within_minutes_and_its_player_goes_on(tmp_path: Path) -> None:
    assert lost_and_restored(tmp_path) < DRILL_S


def server_pid(message: str) -> str:
    """The number that the refusal names."""
    return message.partition("(process ")[2].partition(")")[0]
