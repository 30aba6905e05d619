"""What a backup holds, and that it is whole or isn't there."""

import gc
import gzip
import io
import json
import sqlite3
import tarfile
from contextlib import closing, suppress
from pathlib import Path

import pytest

from media.file_digest import digests_of
from server.operations.backup.archive import UntilItFails
from server.operations.backup.errors import NotTaken
from server.operations.backup.take import Order, back_up
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite; test_on_postgres has its own")


def order(target: Path, world: World, *, with_media: bool = True) -> Order:
    return Order(target, "0.1.0", world.clock.now_ms(), with_media)


def with_files(world: World, folder: Path) -> World:
    for store, content in ((world.core.store, b"shown"), (world.core.originals, b"uploaded")):
        path = folder / content.decode()
        path.write_bytes(content)
        store.add(path)
    return world


def names_in(archive: Path) -> list[str]:
    with tarfile.open(archive) as tar:
        return tar.getnames()


def test_a_backup_holds_databases_keys_and_files_with_their_digests(
    world: World, tmp_path: Path
) -> None:
    with_files(world, tmp_path)

    contents = back_up(world.core.settings, order(tmp_path / "b.tar.gz", world))

    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        tar.extractall(tmp_path / "out", filter="data")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {name.split("/")[0] for name in manifest["members"]} == {
        "config.db",
        "plays.db",
        "keys",
        "files",
        "originals",
    }
    for name, member in manifest["members"].items():
        assert digests_of(tmp_path / "out" / name).digest == member["sha256"], name
    assert manifest["taken_at"] == world.clock.now_ms()
    assert contents.schemas.keys() == {"config", "plays"}


def test_only_its_owner_may_read_it(world: World, tmp_path: Path) -> None:
    back_up(world.core.settings, order(tmp_path / "b.tar.gz", world))

    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600


def test_media_can_be_left_out(world: World, tmp_path: Path) -> None:
    with_files(world, tmp_path)

    back_up(world.core.settings, order(tmp_path / "b.tar.gz", world, with_media=False))

    assert not [n for n in names_in(tmp_path / "b.tar.gz") if n.startswith(("files", "originals"))]


def test_the_recovery_key_is_in_it_only_if_it_is_still_there(world: World, tmp_path: Path) -> None:
    first = back_up(world.core.settings, order(tmp_path / "1.tar.gz", world))
    (world.core.settings.data / "keys" / "recovery-key.pem").unlink()
    second = back_up(world.core.settings, order(tmp_path / "2.tar.gz", world))

    assert (first.has_recovery_key, second.has_recovery_key) == (True, False)
    assert "keys/recovery-key.pub.pem" in names_in(tmp_path / "2.tar.gz")


def test_a_signing_key_kept_elsewhere_is_in_it_and_its_neighbours_are_not(
    world: World, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "secrets"
    elsewhere.mkdir()
    (elsewhere / "tls.pem").write_text("not ours")
    (elsewhere / "ours.pem").write_text("signing")
    settings = world.core.settings.model_copy(update={"signing_key_file": elsewhere / "ours.pem"})

    back_up(settings, order(tmp_path / "b.tar.gz", world))

    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        signing = tar.extractfile("keys/signing-key.pem")
        assert signing is not None
        assert signing.read() == b"signing"
        assert not [name for name in tar.getnames() if "tls" in name]


def test_a_writer_goes_on_meanwhile_and_the_copy_is_of_one_instant(
    world: World, tmp_path: Path
) -> None:
    sign_in(world, username="before")
    database = sqlite3.connect(world.core.settings.data / "config.db", isolation_level=None)
    with closing(database):
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE users SET username = 'half-done'")

        back_up(world.core.settings, order(tmp_path / "b.tar.gz", world))

        database.execute("COMMIT")
    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        tar.extract("config.db", tmp_path / "out", filter="data")
    with closing(sqlite3.connect(tmp_path / "out" / "config.db")) as copy:
        assert copy.execute("SELECT username FROM users").fetchall() == [("before",)]


def test_an_archive_that_is_there_is_never_written_over(world: World, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_text("last night's")

    with pytest.raises(NotTaken, match="choose another name"):
        back_up(world.core.settings, order(tmp_path / "b.tar.gz", world))

    assert (tmp_path / "b.tar.gz").read_text() == "last night's"


def test_a_folder_that_isn_t_there_is_named(world: World, tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match="make it first"):
        back_up(world.core.settings, order(tmp_path / "no" / "b.tar.gz", world))


def test_a_folder_without_databases_isn_t_backed_up_as_an_empty_one(
    world: World, tmp_path: Path
) -> None:
    (world.core.settings.data / "plays.db").unlink()

    with pytest.raises(NotTaken, match="nothing to back up"):
        back_up(world.core.settings, order(tmp_path / "b.tar.gz", world))
    assert not (world.core.settings.data / "plays.db").exists()


def test_what_a_killed_backup_has_left_is_swept_out_by_the_next(
    world: World, tmp_path: Path
) -> None:
    left = tmp_path / ".b.tar.gz.part"
    left.mkdir()
    (left / "config.db").write_text("half")

    back_up(world.core.settings, order(tmp_path / "b.tar.gz", world))

    assert not left.exists()


@pytest.mark.faults
def test_a_full_disk_leaves_no_archive_and_is_reported(
    world: World, tmp_path: Path, small_disk: Path
) -> None:
    (world.core.settings.data / "keys" / "noise").write_bytes(noise(4 * 1024 * 1024))

    with pytest.raises(NotTaken, match="isn't enough room"):
        back_up(world.core.settings, order(small_disk / "b.tar.gz", world))

    assert list(small_disk.iterdir()) == []


@pytest.mark.slow
def test_after_a_failed_write_nothing_else_fails_while_an_archive_is_collected() -> None:
    """By the file itself a `GzipFile` raises where nobody can catch it: the test would fail."""

    def pack() -> None:
        large = tarfile.TarInfo("large")
        large.size = 4 * 1024 * 1024
        with (
            suppress(OSError),
            Path("/dev/full").open("wb") as full,
            gzip.GzipFile("", "wb", fileobj=UntilItFails(full)) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            tar.addfile(large, io.BytesIO(noise(large.size)))

    pack()
    gc.collect()


def test_a_failed_write_is_reported_once() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        file = UntilItFails(full)

        with pytest.raises(OSError, match="No space left"):
            file.write(b"first")
        assert file.write(b"second") == len(b"second")


def noise(size: int) -> bytes:
    """Bytes that no compression makes fewer."""
    import hashlib

    return b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(size // 32))
