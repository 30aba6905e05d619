"""Files are kept by their content, whole or not at all."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.storage.bucket_url import Bucket, StoreAway
from media.storage.file_store import FolderStore, Store
from media.storage.s3_store import S3Store
from tests.support.network.s3 import S3Server, s3_credentials, s3_server
from tests.support.processes.server import free_port

pytestmark = pytest.mark.slow

NUMBERS = itertools.count()
HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    server: S3Server = request.getfixturevalue("s3")
    bucket = Bucket.of(server.url(f"bucket-{next(NUMBERS)}"))
    return S3Store(bucket, "files", tmp_path / "cache")


def a_file(folder: Path, content: bytes = b"hello", name: str = "source") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_file_is_named_by_its_sha256_and_moved(store: Store, tmp_path: Path) -> None:
    source = a_file(tmp_path)

    digest = store.add(source)

    assert digest == HELLO
    assert store.path(digest).read_bytes() == b"hello"
    assert not source.exists()


def test_the_same_content_is_kept_once(store: Store, tmp_path: Path) -> None:
    store.add(a_file(tmp_path))
    second = a_file(tmp_path, name="second")

    assert store.add(second) == HELLO
    assert not second.exists()
    assert [one.digest for one in store.kept()] == [HELLO]


def test_size_and_presence_are_returned(store: Store, tmp_path: Path) -> None:
    digest = store.add(a_file(tmp_path))

    assert store.has(digest)
    assert store.size(digest) == 5


def test_a_part_is_read_without_the_rest(store: Store, tmp_path: Path) -> None:
    digest = store.add(a_file(tmp_path, b"0123456789"))

    assert [store.part(digest, start, 4) for start in (0, 3, 8)] == [b"0123", b"3456", b"89"]
    with pytest.raises(KeyError):
        store.part(HELLO, 0, 1)


def test_everything_that_is_kept_is_listed_with_size_and_time(store: Store, tmp_path: Path) -> None:
    digests = {store.add(a_file(tmp_path, bytes([number]) * 3)) for number in range(5)}

    kept = {one.digest: one for one in store.kept()}

    assert kept.keys() == digests
    assert {one.bytes for one in kept.values()} == {3}
    assert all(abs(one.changed_ms / 1000 - time.time()) < 60 for one in kept.values())


def test_a_changed_file_is_measured_again(store: Store, tmp_path: Path) -> None:
    digest = store.add(a_file(tmp_path))

    assert store.measured(digest) == digest
    with pytest.raises(KeyError):
        store.measured("0" * 64)


def test_a_removed_file_is_gone_and_may_be_removed_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    digest = store.add(a_file(tmp_path))

    store.remove(digest)
    store.remove(digest)

    assert not store.has(digest)
    with pytest.raises(KeyError):
        store.path(digest)


def test_an_unknown_digest_is_a_key_error(store: Store) -> None:
    assert not store.has(HELLO)
    with pytest.raises(KeyError):
        store.size(HELLO)


NO_DIGEST = ["../../etc/passwd", HELLO.upper(), HELLO[:-1], "", f"{HELLO}/x"]


@pytest.mark.long
@pytest.mark.parametrize("name", NO_DIGEST)
def test_a_name_that_is_no_digest_is_never_asked_for(store: Store, name: str) -> None:
    for use in (store.path, store.size, store.measured):
        with pytest.raises(KeyError):
            use(name)


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


def test_folders_are_two_levels_deep(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")

    digest = store.add(a_file(tmp_path))

    assert store.path(digest) == tmp_path / "store" / HELLO[:2] / HELLO[2:4] / HELLO


def bucket_of(s3: S3Server, cache: Path) -> tuple[S3Store, Any, str]:
    name = f"bucket-{next(NUMBERS)}"
    return S3Store(Bucket.of(s3.url(name, "区/一")), "files", cache), s3.client(), name


def test_an_object_is_named_by_its_digest_below_the_prefix(s3: S3Server, tmp_path: Path) -> None:
    store, client, bucket = bucket_of(s3, tmp_path / "cache")

    store.add(a_file(tmp_path))

    found = client.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in found] == [f"区/一/files/{HELLO[:2]}/{HELLO[2:4]}/{HELLO}"]
    assert client.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read() == b"hello"


def test_what_came_lately_is_not_removed_from_a_bucket(s3: S3Server, tmp_path: Path) -> None:
    """Its uploader is about to name it in a transaction, which can't ask over a network."""
    store, _, _ = bucket_of(s3, tmp_path / "cache")
    digest = store.add(a_file(tmp_path))

    store.remove(digest)

    assert store.has(digest)
    store.remove("0" * 64)


def test_an_old_object_is_removed_with_its_copy(s3: S3Server, tmp_path: Path) -> None:
    bucket = Bucket.of(s3.url(f"bucket-{next(NUMBERS)}"))
    store = S3Store(bucket, "files", tmp_path / "cache", recent_s=0)
    digest = store.add(a_file(tmp_path))
    copy = store.path(digest)

    store.remove(digest)

    assert not store.has(digest)
    assert not copy.exists()


def test_a_copy_is_whole_and_goes_when_nobody_uses_it(s3: S3Server, tmp_path: Path) -> None:
    store, _, _ = bucket_of(s3, tmp_path / "cache")
    digest = store.add(a_file(tmp_path))

    copy = store.path(digest)
    assert copy.read_bytes() == b"hello"
    assert store.path(digest) == copy
    store.tidy(time.time() - 60)
    assert copy.exists()
    store.tidy(time.time() + 60)
    assert not copy.exists()
    assert list((tmp_path / "cache/incoming").iterdir()) == []


def test_an_altered_object_is_never_handed_out(s3: S3Server, tmp_path: Path) -> None:
    store, client, bucket = bucket_of(s3, tmp_path / "cache")
    digest = store.add(a_file(tmp_path))
    key = client.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    client.put_object(Bucket=bucket, Key=key, Body=b"hellO")

    assert store.measured(digest) != digest
    with pytest.raises(StoreAway, match="altered"):
        store.path(digest)
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_an_unreachable_bucket_is_reported(tmp_path: Path) -> None:
    bucket = Bucket.of(f"s3://gone/x?endpoint_url=http://127.0.0.1:{free_port()}")
    store = S3Store(bucket, "files", tmp_path / "cache")
    source = a_file(tmp_path)

    with s3_credentials(), pytest.raises(StoreAway):
        store.add(source)

    assert source.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://bucket/x",
        "s3:///x",
        "s3://bucket/x?endpoint=http://h",
        "s3://bucket?endpoint_url=ftp://h",
        "s3://bucket?addressing_style=odd",
    ],
)
def test_an_invalid_address_of_a_bucket_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(s3|http):"):
        Bucket.of(url)
