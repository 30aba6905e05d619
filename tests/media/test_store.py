"""Files are kept by their content, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.store import FolderStore

HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def a_file(folder: Path, content: bytes = b"hello", name: str = "source") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_file_is_named_by_its_sha256_and_moved(store: FolderStore, tmp_path: Path) -> None:
    source = a_file(tmp_path)

    digest = store.add(source)

    assert digest == HELLO
    assert store.path(digest).read_bytes() == b"hello"
    assert not source.exists()


def test_folders_are_two_levels_deep(store: FolderStore, tmp_path: Path) -> None:
    digest = store.add(a_file(tmp_path))

    assert store.path(digest) == tmp_path / "store" / HELLO[:2] / HELLO[2:4] / HELLO


def test_the_same_content_is_kept_once(store: FolderStore, tmp_path: Path) -> None:
    store.add(a_file(tmp_path))
    second = a_file(tmp_path, name="second")

    assert store.add(second) == HELLO
    assert not second.exists()
    assert [path.name for path in (tmp_path / "store").rglob("*") if path.is_file()] == [HELLO]


def test_size_and_presence_are_told(store: FolderStore, tmp_path: Path) -> None:
    digest = store.add(a_file(tmp_path))

    assert store.has(digest)
    assert store.size(digest) == 5


def test_a_removed_file_is_gone_and_may_be_removed_again(
    store: FolderStore, tmp_path: Path
) -> None:
    digest = store.add(a_file(tmp_path))

    store.remove(digest)
    store.remove(digest)

    assert not store.has(digest)
    with pytest.raises(KeyError):
        store.path(digest)


def test_an_unknown_digest_is_a_key_error(store: FolderStore) -> None:
    assert not store.has(HELLO)
    with pytest.raises(KeyError):
        store.size(HELLO)


@given(name=st.text(max_size=80) | st.sampled_from(["../../etc/passwd", HELLO.upper(), HELLO[:-1]]))
def test_a_name_that_is_no_digest_never_becomes_a_path(name: str) -> None:
    store = FolderStore(Path("/nonexistent"))

    with pytest.raises(KeyError):
        store.path(name)
    with pytest.raises(KeyError):
        store.remove(name)


def test_a_file_from_another_file_system_arrives_whole(tmp_path: Path) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    source = a_file(memory, name=f"anping-test-{tmp_path.name}")
    store = FolderStore(tmp_path / "store")

    digest = store.add(source)

    assert store.path(digest).read_bytes() == b"hello"
    assert not source.exists()
    assert list((tmp_path / "store" / "incoming").iterdir()) == []


def test_a_copy_that_breaks_off_leaves_nothing_in_the_store(tmp_path: Path) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    source = a_file(memory, name=f"anping-test-{tmp_path.name}")
    store = FolderStore(tmp_path / "store")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "incoming").write_text("in the way, so that copying can't begin")

    with pytest.raises(OSError, match="incoming"):
        store.add(source)

    assert source.exists()
    assert not store.has(HELLO)
    source.unlink()
