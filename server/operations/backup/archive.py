"""Writes an archive atomically: under another name first, synced, then renamed."""

import fcntl
import gzip
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from media.storage.file_store import sync_folder
from server.foundation.i18n import Sentence
from server.operations.backup.errors import NotTaken
from server.operations.backup.manifest import NAME, Contents, Member

# Media are incompressible; a low level is nearly as good for the rest, at little cost.
LEVEL: Final = 3
ARCHIVE: Final = "archive"
MODE: Final = 0o600


class UntilItFails:
    """A file that takes nothing more once a write failed, without a further error.

    A `GzipFile` tries to write the rest of its buffer again when it is closed, and when that fails
    once more as it is collected, which can be in the midst of anything.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._failed = False

    def write(self, data: bytes) -> int:
        """As the file's own. Raises OSError the first time."""
        if self._failed:
            return len(data)
        try:
            return self._file.write(data)
        except OSError:
            self._failed = True
            raise

    def flush(self) -> None:
        """As the file's own."""
        if not self._failed:
            self._file.flush()


class Writer:
    """Adds files to an open archive and records their digests."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, path: Path, name: str) -> None:
        """Add a file under a name; one deleted meanwhile is left out."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        with source:
            size = os.fstat(source.fileno()).st_size
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = size, MODE, int(path.stat().st_mtime)
            hashing = _Hashing(source)
            self._tar.addfile(info, hashing)
        self.members[name] = Member(size, hashing.digest)

    def finish(self, contents: Contents) -> None:
        """Add the manifest, which comes last: a truncated archive has none."""
        text = contents.encoded()
        info = tarfile.TarInfo(NAME)
        info.size, info.mode, info.mtime = len(text), MODE, contents.taken_at // 1000
        self._tar.addfile(info, io.BytesIO(text))


class _Hashing:
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self._hash.update(chunk)
        return chunk


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """A folder beside the target archive; remains of killed attempts are deleted."""
    folder = target.with_name(f".{target.name}.part")
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sweep(folder)
        yield folder
        shutil.rmtree(folder)
    except BlockingIOError:
        raise NotTaken(
            Sentence(
                f"另一个备份正在写入 {target}，请等它完成。",
                f"another backup is being written to {target}: wait for it.",
            )
        ) from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        os.close(lock)


@contextmanager
def writing(folder: Path, target: Path) -> Iterator[Writer]:
    """An archive in a workplace, renamed when the block succeeds. Raises OSError."""
    part = folder / ARCHIVE
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    with os.fdopen(descriptor, "wb") as file:
        with (
            gzip.GzipFile("", "wb", LEVEL, UntilItFails(file), mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            yield Writer(tar)
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)
    sync_folder(target.parent)


def _sweep(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
