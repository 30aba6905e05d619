"""Uploads that come in parts, as they lie on disk.

Each has a folder of its own, named by a secret: `record.json`, which is replaced whole, and
`content`, whose size is how much has come. So a killed server knows all of it when it is back.
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
    """A whole content, judged and measured; from here on it may be with the originals."""

    sha256: str
    kind: str


class Outcome(msgspec.Struct, frozen=True):
    """What became of it: a public id; `duplicate` if the unit had the same content before.

    `pages` are the ids of a document's pages, of which `asset` is the first.
    """

    asset: str
    duplicate: bool
    pages: list[str] = []


class Record(msgspec.Struct, frozen=True):
    """What its sender said when it began, and how far it is beyond the bytes.

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
    """One upload, as it was read."""

    folder: Path
    record: Record

    @classmethod
    def begin(cls, root: Path, record: Record) -> Self:
        """A new one with nothing in it yet, which outlasts a power cut."""
        made = cls(root / secrets.token_hex(16), record)
        made.folder.mkdir()
        made.content.touch()
        made.write(record)
        sync_folder(root)
        return made

    @classmethod
    def read(cls, root: Path, name: str) -> Self:
        """The one of that name. Raises NotFound."""
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
        """What has come."""
        return self.folder / "content"

    @property
    def offset(self) -> int:
        """How many bytes have come."""
        if self.record.sealed is not None:
            return self.record.length
        return self.content.stat().st_size

    @property
    def is_whole(self) -> bool:
        """Whether all has come."""
        return self.offset == self.record.length

    @property
    def expires_at(self) -> int:
        """Until when it is kept, in ms UTC: a week after something came last."""
        last = max(self.record.begun_at, *(_changed_ms(path) for path in self.folder.iterdir()))
        return last + KEPT_MS

    def write(self, record: Record) -> Self:
        """Replace the record, whole or not at all; answers the upload as it is then."""
        draft = self.folder / "record.new"
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(record))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / "record.json")
        sync_folder(self.folder)
        return type(self)(self.folder, record)

    def append(self, chunks: Iterable[bytes], watch: Callable[[int, int], None]) -> None:
        """Add bytes as they come; those that came stay if it breaks off.

        `watch` is told each offset before and after, and may raise.
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
        """Hold it for the block, and see it as it is now. Raises Locked, NotFound.

        The lock is the kernel's, so it ends with the process that holds it.
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
        """Nothing is left of it; the record goes first, so that it is never half there."""
        (self.folder / "record.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep(root: Path, now_ms: int) -> None:
    """Forget what nobody went on with, and what a kill left before it had a record."""
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
