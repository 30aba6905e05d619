"""`plays hand-in`: a clear report, and an exit status for programs."""

import subprocess

import pytest

from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.protocol_player import WirePlayer
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import make_programme
from tests.support.processes.cli import run

PROGRAMME = make_programme(START_MS)
pytestmark = pytest.mark.slow


@pytest.fixture
def export(world: World) -> bytes:
    """The log of ten minutes of a screen."""
    player = WirePlayer(make_screen(world), PROGRAMME)
    put_on_air(world, player.screen, PROGRAMME, START_MS)
    world.clock.forward(10 * MINUTE_MS)
    player.play(START_MS, world.clock.now_ms())
    player.hand_in(world)
    client = sign_in(world, "auditor").client
    query = {"from": "2026-11-24T08:00:00+08:00"}
    found: bytes = client.get("/api/v1/plays/export", query_string=query).data
    return found


def hand_in(world: World, sent: bytes) -> subprocess.CompletedProcess[str]:
    return run(world, "plays", "hand-in", "-", typed=sent)


@pytest.mark.long
def test_plays_already_stored_are_reported(world: World, export: bytes) -> None:
    done = hand_in(world, export)

    assert done.returncode == 0, done.stderr
    assert "40 events: 40 were held already, 0 added" in done.stdout


@pytest.mark.parametrize("sent", [b"no export\n", b'{"line": 1}\n', b"[1]\n"])
def test_other_files_are_refused_without_a_traceback(world: World, sent: bytes) -> None:
    done = hand_in(world, sent)

    assert done.returncode == 1
    assert "nothing was added" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_export_is_refused(world: World, export: bytes) -> None:
    done = hand_in(world, export.replace(b'"shown_ms":30000', b'"shown_ms":30001', 1))

    assert done.returncode == 1
    assert "changed: line" in done.stderr
