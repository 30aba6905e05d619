"""Resumable uploads on disk.

Each has a folder named by a secret: `record.json`, which is replaced atomically, and `content`,
whose size is the offset. So a killed server loses nothing.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

import msgspec

from media.storage.file_store import sync_folder
from server.content import messages
from server.foundation.errors import Locked, NotFound
from server.foundation.runtime.blocking import run_blocking

NAME: Final = re.compile(r"[0-9a-f]{32}")
KEPT_MS: Final = 7 * 24 * 3_600_000


class Sealed(msgspec.Struct, frozen=True):
    """Complete content, checked and hashed; from here on it may be among the originals."""

    sha256: str
    kind: str


class Outcome(msgspec.Struct, frozen=True):
    """The result: a public id; `duplicate` if the unit had the same content before.

    `pages`: the ids of a document's pages, of which `asset` is the first.
    """

    asset: str
    duplicate: bool
    pages: list[str] = []


class Record(msgspec.Struct, frozen=True):
    """The sender's metadata, and the progress besides the bytes.

    `length` is in bytes, `unit` and `replaces` are public ids, `begun_at` is in ms UTC.
    """

    user_id: int
    length: int
    metadata: dict[str, str]
    begun_at: int
    sealed: Sealed | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Pending:
    """One upload, as loaded from disk."""

    folder: Path
    record: Record

    @classmethod
    def begin(cls, root: Path, record: Record) -> Self:
        """Create an empty upload, durably."""
        made = cls(root / secrets.token_hex(16), record)
        made.folder.mkdir()
        made.content.touch()
        made.write(record)
        sync_folder(root)
        return made

    @classmethod
    def read(cls, root: Path, name: str) -> Self:
        """The upload of that name. Raises NotFound."""
        if not NAME.fullmatch(name):
            raise NotFound
        try:
            text = (root / name / "record.json").read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error
        return cls(root / name, msgspec.json.decode(text, type=Record))

    @property
    def name(self) -> str:
        """The last part of its address."""
        return self.folder.name

    @property
    def content(self) -> Path:
        """The path of the received bytes."""
        return self.folder / "content"

    @property
    def offset(self) -> int:
        """Number of received bytes."""
        if self.record.sealed is not None:
            return self.record.length
        return self.content.stat().st_size

    @property
    def is_whole(self) -> bool:
        """Whether it is complete."""
        return self.offset == self.record.length

    @property
    def expires_at(self) -> int:
        """Its expiry in ms UTC: a week after the last bytes."""
        last = max(self.record.begun_at, *(_changed_ms(path) for path in self.folder.iterdir()))
        return last + KEPT_MS

    def write(self, record: Record) -> Self:
        """Replace the record atomically; returns the new state."""
        draft = self.folder / "record.new"
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(record))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / "record.json")
        sync_folder(self.folder)
        return type(self)(self.folder, record)

    def append(self, chunks: Iterable[bytes], watch: Callable[[int, int], None]) -> None:
        """Append bytes as they arrive; they are kept if the transfer breaks off.

        `watch` gets each offset before and after, and may raise.
        """
        with self.content.open("ab", buffering=0) as sink:
            offset = sink.tell()
            try:
                for chunk in chunks:
                    run_blocking(partial(_write_all, sink.fileno(), chunk))
                    offset, before = offset + len(chunk), offset
                    watch(before, offset)
            finally:
                run_blocking(partial(os.fdatasync, sink.fileno()))

    @contextmanager
    def alone(self) -> Iterator[Self]:
        """Lock it for the block, and reload it. Raises Locked, NotFound.

        The lock is the kernel's, so it ends with its process.
        """
        try:
            fd = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError as error:
            raise NotFound from error
        try:
            _lock(fd)
            yield self.read(self.folder.parent, self.name)
        finally:
            os.close(fd)

    def forget(self) -> None:
        """Delete it; the record goes first, so that it is never half there."""
        (self.folder / "record.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep(root: Path, now_ms: int) -> None:
    """Delete expired uploads, and remains of kills without a record."""
    for folder in root.iterdir():
        try:
            over = Pending.read(root, folder.name).expires_at < now_ms
        except NotFound:
            over = _changed_ms(folder) + KEPT_MS < now_ms
        if over:
            shutil.rmtree(folder, ignore_errors=True)


def _lock(fd: int) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Locked(messages.STILL_COMING, retry_after_s=2) from error


def _changed_ms(path: Path) -> int:
    return int(path.stat().st_mtime * 1000)


def _write_all(fd: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(fd, left) :]
