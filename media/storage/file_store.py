"""Stores files by the SHA-256 of their content: atomically, each only once."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """A stored file: its size in bytes, and its time of arrival (ms UTC)."""

    digest: str
    bytes: int
    changed_ms: int


class Store(Protocol):
    """The interface of file stores; names are lower-case SHA-256 in hexadecimal."""

    def add(self, path: Path) -> str:
        """Move the file into the store and return its digest."""

    def path(self, digest: str) -> Path:
        """Return a path to read the file. Raises KeyError if it isn't stored."""

    def has(self, digest: str) -> bool:
        """Whether the whole file is stored."""

    def local(self, digest: str) -> Path | None:
        """Return its path on this machine, None if elsewhere. Raises KeyError if not stored."""

    def at_hand(self, digest: str) -> bool:
        """As `has` without blocking, for use in transactions."""

    def size(self, digest: str) -> int:
        """Return the file's size in bytes. Raises KeyError if it isn't stored."""

    def part(self, digest: str, start: int, length: int) -> bytes:
        """Return `length` bytes from `start` on, fewer at the end. Raises KeyError."""

    def remove(self, digest: str) -> None:
        """Delete the file; no error if it isn't stored."""

    def kept(self) -> Iterator[Kept]:
        """Return all stored files."""

    def measured(self, digest: str) -> str:
        """Return the digest of the stored content. Raises KeyError if it isn't stored."""

    def tidy(self, before_s: float) -> None:
        """Delete local copies that were not used since then (seconds since 1970)."""


class FolderStore:
    """A store in a folder, two levels deep so that no folder grows too long to list."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, path: Path) -> str:
        """Move the file into the store and return its digest; durable on return.

        A second file of the same content is dropped. If killed at any point, either the whole file
        is in the store or the source is still in place.
        """
        with path.open("rb") as source:
            os.fsync(source.fileno())
        digest = digest_of(path)
        target = self._place(digest)
        if target.exists():
            path.unlink()
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        self._move(path, target)
        for folder in (target.parent, target.parent.parent, self._root):
            sync_folder(folder)
        return digest

    def path(self, digest: str) -> Path:
        """Return the file's path. Raises KeyError if it isn't stored."""
        place = self._place(digest)
        if not place.is_file():
            raise KeyError(digest)
        return place

    def has(self, digest: str) -> bool:
        """Whether the whole file is stored."""
        return self._place(digest).is_file()

    def local(self, digest: str) -> Path | None:
        """Return its path on this machine. Raises KeyError if it isn't stored."""
        return self.path(digest)

    def at_hand(self, digest: str) -> bool:
        """As `has` without blocking, for use in transactions."""
        return self.has(digest)

    def size(self, digest: str) -> int:
        """Return the file's size in bytes. Raises KeyError if it isn't stored."""
        return self.path(digest).stat().st_size

    def part(self, digest: str, start: int, length: int) -> bytes:
        """Return `length` bytes from `start` on, fewer at the end. Raises KeyError."""
        with self.path(digest).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def remove(self, digest: str) -> None:
        """Delete the file; no error if it isn't stored."""
        self._place(digest).unlink(missing_ok=True)

    def kept(self) -> Iterator[Kept]:
        """Return all stored files."""
        for path in self._root.glob("??/??/*"):
            if DIGEST.fullmatch(path.name):
                found = path.stat()
                yield Kept(path.name, found.st_size, int(found.st_mtime * 1000))

    def measured(self, digest: str) -> str:
        """Return the digest of the stored content. Raises KeyError if it isn't stored."""
        return digest_of(self.path(digest))

    def tidy(self, before_s: float) -> None:
        """A folder has no copies."""

    def forget_unused(self, before_s: float) -> None:
        """For a folder used as a cache: delete files that were not used since then."""
        for one in list(self.kept()):
            if one.changed_ms < before_s * 1000:
                self.remove(one.digest)

    def _place(self, digest: str) -> Path:
        return self._root / place_of(digest)

    def _move(self, path: Path, target: Path) -> None:
        path.chmod(0o640)
        try:
            path.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy_over(path, target)

    def _copy_over(self, path: Path, target: Path) -> None:
        """From another file system: write a synced copy first, then rename."""
        incoming = self._root / "incoming"
        incoming.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=incoming) as folder:
            copy = Path(folder) / target.name
            _copy_synced(path, copy)
            copy.replace(target)
        path.unlink()


def place_of(digest: str) -> str:
    """The relative path of a digest. Raises KeyError.

    The only way to a path: a name that isn't a digest never reaches a file system or bucket.
    """
    if not DIGEST.fullmatch(digest):
        raise KeyError(digest)
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_synced(path: Path, copy: Path) -> None:
    with path.open("rb") as source, copy.open("xb") as sink:
        shutil.copyfileobj(source, sink, 1024 * 1024)
        sink.flush()
        os.fsync(sink.fileno())
    copy.chmod(0o640)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder, so that they survive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
