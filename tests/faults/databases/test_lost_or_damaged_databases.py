"""A lost or damaged database is reported; an empty one never takes its place."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from server.foundation.errors import Conflict
from server.operations.supervisor.sqlite_check import refuse_lost_or_damaged
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.people import sign_in
from tests.support.app.world import make_settings, make_world
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import command, free_port, start_server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite"),
]

PAGE = 4096


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a district that has been at work, its server stopped."""
    folder = tmp_path_factory.mktemp("district")
    world = make_world(folder)
    sign_in(world, "admin")
    (world.core.settings.data / "files" / "ab").mkdir(parents=True)
    (world.core.settings.data / "files" / "ab" / "abcd").write_bytes(b"a picture")
    world.close()
    return folder


@pytest.fixture
def folder(served: Path, tmp_path: Path) -> Path:
    """One of one's own to do harm to."""
    return Path(shutil.copytree(served, tmp_path / "district"))


def refusal(folder: Path) -> str:
    with pytest.raises(Conflict) as refused:
        refuse_lost_or_damaged(make_settings(folder))
    assert refused.value.detail.zh.startswith(str(folder))
    return refused.value.detail.en


def spoil(path: Path, first: int, pages: int) -> None:
    """Write over some pages what isn't theirs."""
    content = bytearray(path.read_bytes())
    content[first * PAGE : (first + pages) * PAGE] = os.urandom(pages * PAGE)
    path.write_bytes(content)


def middle(path: Path) -> None:
    spoil(path, 20, 8)


def head(path: Path) -> None:
    path.write_bytes(b"no database at all " * 1000)


def half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 // PAGE * PAGE])


def test_a_district_that_is_whole_starts(folder: Path) -> None:
    refuse_lost_or_damaged(make_settings(folder))


def test_a_folder_in_which_nothing_has_ever_been_starts(tmp_path: Path) -> None:
    refuse_lost_or_damaged(make_settings(tmp_path))


@pytest.mark.parametrize("name", ["config.db", "plays.db"])
@pytest.mark.parametrize("harm", [head, half, middle])
def test_a_damaged_file_is_named_and_left_as_it_is(
    folder: Path, name: str, harm: Callable[[Path], None]
) -> None:
    path = folder / "data" / name
    harm(path)
    before = path.read_bytes()

    assert f"{path} is damaged (" in refusal(folder)
    assert "restore FILE --replace" in refusal(folder)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["config.db", "plays.db"])
@pytest.mark.parametrize("how", ["gone", "emptied"])
def test_a_lost_one_is_named_and_not_recreated(folder: Path, name: str, how: str) -> None:
    path = folder / "data" / name
    path.unlink() if how == "gone" else path.write_bytes(b"")

    assert f"{path} is gone" in refusal(folder)
    assert not path.exists() or path.stat().st_size == 0


def test_media_without_any_database_are_no_new_installation(folder: Path) -> None:
    for name in ("config.db", "plays.db"):
        (folder / "data" / name).unlink()

    assert "files of media and no databases" in refusal(folder)


def test_a_first_start_that_was_killed_half_way_starts_again(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data" / "config.db")) as connection:
        connection.execute("DELETE FROM users")
        connection.commit()
    (folder / "data" / "plays.db").unlink()

    refuse_lost_or_damaged(make_settings(folder))


def test_one_that_somebody_is_at_work_on_is_not_called_damaged(folder: Path) -> None:
    path = folder / "data" / "config.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        refuse_lost_or_damaged(make_settings(folder))


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(("name", "harm"), [("config.db", half), ("plays.db", Path.unlink)])
def test_the_server_ends_with_one_sentence_and_no_traceback(
    folder: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(folder / "data" / name)
    server = start_server(folder, free_port())

    try:
        status = server.process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(server.process.pid, signal.SIGKILL)
        raise

    lines = (folder / "err.txt").read_text(encoding="utf-8").splitlines()
    assert status == 1
    assert len(lines) == 2, lines  # one sentence, in two languages
    assert str(folder / "data" / name) in lines[0]


@pytest.mark.slow
def test_migrating_makes_no_empty_one_either(folder: Path) -> None:
    (folder / "data" / "plays.db").unlink()

    done = command(folder, "migrate")

    assert done.returncode == 1
    assert "plays.db is gone" in done.stderr
    assert not (folder / "data" / "plays.db").exists()
