"""A restore checks everything first, deletes nothing, and explains each refusal."""

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from server.accounts.models import User
from server.foundation.config import Settings
from server.foundation.db.migrate import current, downgrade, head
from server.foundation.db.session import open_database
from server.foundation.errors import Conflict
from server.foundation.runtime.data_folder_lock import UNFINISHED_NAME
from server.operations.backup.errors import Damaged, NotRestored
from server.operations.backup.restore import Request, Restored, restore
from server.operations.backup.take import Order, back_up
from server.operations.supervisor.claim import claim
from tests.support.app.clock import START_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import make_settings, make_world

ROOT = Path(__file__).parents[4]

pytestmark = [
    pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite; test_on_postgres has its own"),
    pytest.mark.slow,
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A backup of a server with one person and one file."""
    world = make_world(tmp_path / "old")
    sign_in(world, username="wang")
    path = tmp_path / "shown"
    path.write_bytes(b"shown")
    world.core.store.add(path)
    target = tmp_path / "b.tar.gz"
    back_up(world.core.settings, Order(target, "0.1.0", START_MS))
    return target


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """A server that was never started."""
    return make_settings(tmp_path / "new")


def put_back(settings: Settings, archive: Path, *, replace: bool = False) -> Restored:
    return restore(settings, Request(archive, replace, START_MS + 60_000))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the lock that a restore holds."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "serving.lock"
    }


def rewritten(archive: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with other contents of its members; None leaves one out."""
    target = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            source = old.extractfile(info)
            content = change(info.name, source.read() if source else b"")
            if content is not None:
                info.size = len(content)
                new.addfile(info, io.BytesIO(content))
    return target


def people(settings: Settings) -> list[str]:
    database = open_database(settings.config_url)
    with database.read() as session:
        names = list(session.scalars(select(User.username)))
    database.engine.dispose()
    return names


def test_everything_is_back_in_an_empty_folder(archive: Path, fresh: Settings) -> None:
    done = put_back(fresh, archive)

    assert people(fresh) == ["wang"]
    assert done.aside is None
    assert b"shown" in tree(fresh.data / "files").values()
    assert (fresh.data / "keys" / "signing-key.pem").exists()
    assert not (fresh.data / UNFINISHED_NAME).exists()


def test_keys_stay_for_their_owner_alone(archive: Path, fresh: Settings) -> None:
    put_back(fresh, archive)

    for path in (fresh.data / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_occupied_folder_is_refused_and_left_as_it_is(archive: Path, tmp_path: Path) -> None:
    world = make_world(tmp_path / "new")
    sign_in(world, username="li")
    before = tree(world.core.settings.data)

    with pytest.raises(NotRestored, match="--replace"):
        put_back(world.core.settings, archive)

    assert tree(world.core.settings.data) == before


def test_existing_data_is_moved_aside_and_not_deleted(archive: Path, tmp_path: Path) -> None:
    world = make_world(tmp_path / "new")
    sign_in(world, username="li")
    world.close()
    before = tree(world.core.settings.data)

    done = put_back(world.core.settings, archive, replace=True)

    assert done.aside is not None
    assert tree(done.aside) == before
    assert people(world.core.settings) == ["wang"]


def test_a_second_restore_leaves_the_first_ones_former_content_alone(
    archive: Path, tmp_path: Path
) -> None:
    world = make_world(tmp_path / "new")
    world.close()
    first = put_back(world.core.settings, archive, replace=True)
    kept = tree(first.aside or tmp_path)

    restore(world.core.settings, Request(archive, True, START_MS + 120_000))

    assert tree(first.aside or tmp_path) == kept


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(path.read_bytes()[:-9000]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not an archive at all"),
    ],
    ids=["cut in half", "without its end", "empty", "something else"],
)
def test_a_cut_archive_is_refused(
    archive: Path, fresh: Settings, spoil: Callable[[Path], object]
) -> None:
    spoil(archive)

    with pytest.raises(Damaged, match="Nothing was touched"):
        put_back(fresh, archive)
    assert tree(fresh.data) == {}


@pytest.mark.parametrize("part", ["config.db", "plays.db", "keys/signing-key.pem", "files/"])
@pytest.mark.parametrize("how", ["a byte", "gone"])
def test_a_member_that_differs_from_the_manifest_is_refused(
    archive: Path, fresh: Settings, part: str, how: str
) -> None:
    def change(name: str, content: bytes) -> bytes | None:
        if not name.startswith(part):
            return content
        return None if how == "gone" else content[:-1] + bytes([content[-1] ^ 1])

    with pytest.raises(Damaged):
        put_back(fresh, rewritten(archive, change))
    assert tree(fresh.data) == {}


@pytest.mark.parametrize("name", ["../out", "/etc/cron.d/x", "files/ab/cd/short", "keys/.."])
def test_no_member_gets_out_of_the_folder(
    archive: Path, fresh: Settings, tmp_path: Path, name: str
) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))

    with pytest.raises(Damaged, match="doesn't belong"):
        put_back(fresh, tmp_path / "evil.tar.gz")
    assert not (tmp_path / "out").exists()


def test_links_are_refused(fresh: Settings, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("keys/signing-key.pem")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(info)

    with pytest.raises(Damaged, match="doesn't belong"):
        put_back(fresh, tmp_path / "evil.tar.gz")


def test_a_newer_schema_is_refused_with_the_release_to_install(
    tmp_path: Path, fresh: Settings
) -> None:
    world = make_world(tmp_path / "old")
    with world.core.plays.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    back_up(world.core.settings, Order(tmp_path / "b.tar.gz", "7.0.0", START_MS))

    with pytest.raises(NotRestored, match=r"newer release, 7\.0\.0"):
        put_back(fresh, tmp_path / "b.tar.gz")
    assert tree(fresh.data) == {}


def test_an_older_schema_is_migrated_up(tmp_path: Path, fresh: Settings) -> None:
    world = make_world(tmp_path / "old")
    downgrade(world.core.config, "config", "-1")
    back_up(world.core.settings, Order(tmp_path / "b.tar.gz", "0.0.9", START_MS))

    put_back(fresh, tmp_path / "b.tar.gz")

    database = open_database(fresh.config_url)
    assert current(database) == head("config")
    database.engine.dispose()


def test_a_running_server_is_left_alone(archive: Path, tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "new")
    hold = (
        "import sys, pathlib; from server.foundation.runtime.data_folder_lock import mark_serving;"
        "mark_serving(pathlib.Path(sys.argv[1]), leader=True); print('held', flush=True);"
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(settings.data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"

        with pytest.raises(NotRestored, match=f"process {holder.pid}.*[Ss]top it first"):
            put_back(settings, archive, replace=True)
        holder.kill()

    put_back(settings, archive)
    assert people(settings) == ["wang"]


def test_no_server_starts_in_a_folder_that_is_half_restored(archive: Path, fresh: Settings) -> None:
    put_back(fresh, archive)
    (fresh.data / UNFINISHED_NAME).touch()

    with pytest.raises(Conflict, match="interrupted"):
        claim(fresh)

    restore(fresh, Request(archive, True, START_MS + 90_000))
    assert not (fresh.data / UNFINISHED_NAME).exists()


def test_databases_kept_elsewhere_go_back_there(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    settings = make_settings(
        tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'disk' / 'anping.db'}"
    )
    (tmp_path / "disk" / "anping.db").write_text("former")

    with pytest.raises(NotRestored, match="--replace"):
        put_back(settings, archive)
    done = put_back(settings, archive, replace=True)

    assert people(settings) == ["wang"]
    assert (tmp_path / "disk" / "plays.db").exists()
    assert tree(done.aside or tmp_path) == {"anping.db": b"former"}


def test_sessions_of_that_time_have_to_sign_in_again(archive: Path, fresh: Settings) -> None:
    put_back(fresh, archive)

    with closing(sqlite3.connect(fresh.data / "config.db")) as database:
        assert database.execute("SELECT COUNT(*) FROM user_sessions").fetchone() == (0,)


def test_numbers_given_out_since_the_backup_are_not_given_to_something_else(
    archive: Path, tmp_path: Path
) -> None:
    lost = make_unit(make_world(tmp_path / "old"))
    put_back(make_settings(tmp_path / "new"), archive)

    assert make_unit(make_world(tmp_path / "new")) > lost


def test_a_full_disk_changes_nothing(archive: Path, tmp_path: Path, small_disk: Path) -> None:
    settings = make_settings(small_disk)
    settings.data.mkdir()
    (settings.data / "filling").write_bytes(os.urandom(1900 * 1024))

    with pytest.raises(NotRestored, match="isn't enough room"):
        put_back(settings, archive, replace=True)

    assert [path.name for path in settings.data.iterdir() if path.name != "serving.lock"] == [
        "filling"
    ]
