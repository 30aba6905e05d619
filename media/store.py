"""Keeps files by the SHA-256 of their content: whole or not at all, each only once."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Protocol

DIGEST = re.compile(r"[0-9a-f]{64}")


class Store(Protocol):
    """What any place for files must offer; names are lower-case SHA-256 in hexadecimal."""

    def add(self, path: Path) -> str:
        """Take the file over (it is gone from where it was) and return its digest."""

    def path(self, digest: str) -> Path:
        """Return where the file can be read. Raises KeyError if it is not here."""

    def has(self, digest: str) -> bool:
        """Say whether the whole file is here."""

    def size(self, digest: str) -> int:
        """Return the file's bytes. Raises KeyError if it is not here."""

    def remove(self, digest: str) -> None:
        """Forget the file; no error if it is not here."""


class FolderStore:
    """A store in a folder, two levels deep so that no folder grows too long to list."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, path: Path) -> str:
        """Take the file over and return its digest; after the return it survives a power cut.

        A second file of the same content is dropped. Killed at any point, either the whole
        file is in the store or the source is still where it was.
        """
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            os.fsync(source.fileno())
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
        """Return where the file is. Raises KeyError if it is not here."""
        place = self._place(digest)
        if not place.is_file():
            raise KeyError(digest)
        return place

    def has(self, digest: str) -> bool:
        """Say whether the whole file is here."""
        return self._place(digest).is_file()

    def size(self, digest: str) -> int:
        """Return the file's bytes. Raises KeyError if it is not here."""
        return self.path(digest).stat().st_size

    def remove(self, digest: str) -> None:
        """Forget the file; no error if it is not here."""
        self._place(digest).unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        # The only way to a path: a name that is no digest never reaches the file system.
        if not DIGEST.fullmatch(digest):
            raise KeyError(digest)
        return self._root / digest[:2] / digest[2:4] / digest

    def _move(self, path: Path, target: Path) -> None:
        path.chmod(0o640)
        try:
            path.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy_over(path, target)

    def _copy_over(self, path: Path, target: Path) -> None:
        """From another file system: a whole synced copy first, then the name."""
        incoming = self._root / "incoming"
        incoming.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=incoming) as folder:
            copy = Path(folder) / target.name
            _copy_synced(path, copy)
            copy.replace(target)
        path.unlink()


def _copy_synced(path: Path, copy: Path) -> None:
    with path.open("rb") as source, copy.open("xb") as sink:
        shutil.copyfileobj(source, sink, 1024 * 1024)
        sink.flush()
        os.fsync(sink.fileno())
    copy.chmod(0o640)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
