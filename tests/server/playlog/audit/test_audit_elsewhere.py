"""An export is checked where no server is: another machine, an environment of its own, one file."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow

NEEDED = ("click", "cryptography", "msgspec", "orjson", "cffi")
PROGRAMME = make_programme(START_MS)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has what the check needs, and nothing of a server's."""
    folder = tmp_path_factory.mktemp("auditor")
    venv.create(folder, with_pip=False, symlinks=True)
    ours = Path(sysconfig.get_path("purelib"))
    theirs = next(folder.glob("lib/python*/site-packages"))
    for one in ours.iterdir():
        if one.name in NEEDED or one.name.startswith("_cffi_backend"):
            (theirs / one.name).symlink_to(one)
    return folder / "bin/python"


@pytest.fixture
def export(world: World, tmp_path: Path) -> Path:
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS)[:40])
    answer = sign_in(world, "auditor").client.get("/api/v1/plays/export")
    path = tmp_path / "export.ndjson"
    path.write_bytes(answer.data)
    return path


def check(python: Path, export: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", "server.cli", "audit", "verify", export],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_is_no_server_there(elsewhere: Path) -> None:
    script = "from importlib.util import find_spec as f; print(f('flask'), f('sqlalchemy'))"
    found = subprocess.run([elsewhere, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "None None"
    assert sys.prefix != str(elsewhere.parents[1])


def test_a_valid_export_is_reported_as_valid(elsewhere: Path, export: Path) -> None:
    answer = check(elsewhere, export)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("完整，未发现改动。")
    assert " 40" in answer.stdout


Lines = list[bytes]


def _one_byte(lines: Lines) -> Lines:
    return [*lines[:7], lines[7].replace(b'"shown_ms":', b'"shown_ms":1', 1), *lines[8:]]


def _one_gone(lines: Lines) -> Lines:
    return [*lines[:7], *lines[8:]]


def _two_swapped(lines: Lines) -> Lines:
    return [*lines[:7], lines[8], lines[7], *lines[9:]]


@pytest.mark.parametrize(
    ("spoil", "word", "named"),
    [
        (_one_byte, "changed", "(s_1 {} 8)"),
        (_one_gone, "missing", "lines 8 to 8 are not there"),
        (_two_swapped, "moved", "(s_1 {} 8)"),
    ],
)
def test_changes_to_it_are_found_and_named(
    elsewhere: Path, export: Path, spoil: Callable[[Lines], Lines], word: str, named: str
) -> None:
    lines = export.read_bytes().splitlines(keepends=True)
    events = [line for line in lines if "seq" in json.loads(line)]
    spoilt = spoil(lines)
    assert spoilt != lines
    export.write_bytes(b"".join(spoilt))

    answer = check(elsewhere, export)

    assert answer.returncode == 1
    assert word in answer.stdout
    assert named.format(json.loads(events[0])["boot"]) in answer.stdout
