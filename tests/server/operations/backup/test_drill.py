"""The restore drill as one command: what it proves, what it leaves alone, and when it fails."""

import hashlib
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.databases import ON_POSTGRES, fresh_database
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.plays.restore import backed_up
from tests.support.processes.cli import run

pytestmark = [pytest.mark.slow, pytest.mark.faults]

PROGRAMME = make_programme(START_MS)
STEPS = ("restored and every digest", "counted", "roll-ups and seals", "served its pages")


@pytest.fixture
def archive(world: World, tmp_path: Path) -> Path:
    """A backup of a server with ten minutes of plays of one screen."""
    make_waiting_picture(world)
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(10 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, world.clock.now_ms()))
    return backed_up(world, tmp_path / "anping.tar.gz")


def drilled(world: World, archive: Path, place: Path) -> tuple[int, str]:
    """What becomes of it beside a server that is at work."""
    place.mkdir(exist_ok=True)
    more = ("--database-url", fresh_database(migrated=False)) if ON_POSTGRES else ()
    done = run(world, "drill", str(archive), "--in", str(place), *more)
    return done.returncode, done.stdout + done.stderr


def counts(archive: Path) -> dict[str, int]:
    """The counts in the backup's manifest."""
    with tarfile.open(archive) as opened:
        member = opened.extractfile("manifest.json")
        assert member is not None
        found: dict[str, int] = json.load(member)["counts"]
    return found


def snapshot(folder: Path) -> dict[str, int]:
    """Every file with its size."""
    return {str(one): one.stat().st_size for one in folder.rglob("*") if one.is_file()}


def without_a_batch(archive: Path, folder: Path) -> Path:
    """The same, but that plays are missing in it as if a later release had lost them."""
    inside, less = folder / "inside", folder / "less.tar.gz"
    with tarfile.open(archive) as opened:
        names = opened.getnames()
        opened.extractall(inside, filter="data")
    with closing(sqlite3.connect(inside / "plays.db")) as store:
        store.execute("DELETE FROM batches")
        store.commit()
    manifest = json.loads((inside / "manifest.json").read_bytes())
    content = (inside / "plays.db").read_bytes()
    manifest["members"]["plays.db"] = {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    (inside / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(less, "w:gz") as packed:
        for name in names:
            packed.add(inside / name, name)
    return less


@pytest.mark.long
def test_a_good_backup_becomes_a_server_and_the_time_is_printed(
    world: World, archive: Path, tmp_path: Path
) -> None:
    before = snapshot(world.core.settings.data)

    status, output = drilled(world, archive, tmp_path / "place")

    assert status == 0, output
    assert all(step in output for step in STEPS), output
    assert "The drill went well: " in output
    assert counts(archive)["plays"] == 40
    assert list((tmp_path / "place").iterdir()) == []
    assert snapshot(world.core.settings.data) == before


@pytest.mark.long
def test_a_backup_that_lost_plays_fails_with_the_numbers(
    world: World, archive: Path, tmp_path: Path
) -> None:
    if ON_POSTGRES:
        pytest.skip("takes a play out of a file of SQLite")
    less = without_a_batch(archive, tmp_path)

    status, output = drilled(world, less, tmp_path / "place")

    assert status == 1
    assert "differs: plays 40 != 0" in output
    assert "served its pages" not in output
    assert list((tmp_path / "place").iterdir()) == []


def test_a_damaged_archive_fails_with_a_sentence(
    world: World, archive: Path, tmp_path: Path
) -> None:
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content)

    status, output = drilled(world, archive, tmp_path / "place")

    assert status == 1
    assert "Traceback" not in output
    assert list((tmp_path / "place").iterdir()) == []
