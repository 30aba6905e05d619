"""A file being received: written to disk, measured, hashed, and checked by its head."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from media.errors import MediaRefused
from media.inspection.file_type import HEAD_BYTES, Kind, sniff
from media.limits import Limits
from media.rejection_reasons import refusal
from media.storage.file_store import digest_of
from server.foundation.errors import AnpingError, Invalid, TooLarge
from server.foundation.i18n import Sentence


@dataclass(frozen=True)
class Received:
    """A complete file, accepted so far; `name` is only a label."""

    path: Path
    kind: Kind
    sha256: str
    bytes: int
    name: str

    @classmethod
    def of(cls, path: Path, kind: Kind, name: str) -> Self:
        """A file that was made here."""
        return cls(path, kind, digest_of(path), path.stat().st_size, name)


class Arrival:
    """Receives an upload in chunks; as a context it deletes its file at the end.

    Raises MediaRefused as soon as the file is known to be unacceptable.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._most = limits.max_video_bytes
        self._hash = hashlib.sha256()
        self._kind: Kind | None = None
        self._file: IO[bytes] = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed by __exit__
            dir=folder, prefix="upload-", delete=False
        )
        self.path = Path(self._file.name)
        self.bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> int:
        """Write the next bytes."""
        self._hash.update(chunk)
        self._file.write(chunk)
        self.bytes += len(chunk)
        if self._kind is None and self.bytes >= HEAD_BYTES:
            self._judge()
        if self.bytes > self._most:
            raise refusal("too_large_bytes", limit=self._most // (1024 * 1024))
        return len(chunk)

    def seek(self, _position: int) -> int:
        """Called by a form parser at the end of a file; has no effect."""
        return self.bytes

    def complete(self, name: str) -> Received:
        """The upload is complete."""
        if self._kind is None:
            self._judge()
        self._file.flush()
        if self.bytes > self._most:
            raise refusal("too_large_bytes", limit=self._most // (1024 * 1024))
        kind: Kind = self._kind or "image"
        return Received(self.path, kind, self._hash.hexdigest(), self.bytes, label(name))

    def _judge(self) -> None:
        self._file.flush()
        self._kind = sniff(self.path)
        self._most = self._limits.most_bytes(self._kind)


def as_problem(refused: MediaRefused) -> AnpingError:
    """A rejection as the error answer to an upload."""
    kind = TooLarge if refused.code == "too_large" else Invalid
    return kind(Sentence(refused.detail_zh, refused.detail_en), code=refused.code)


def label(name: str) -> str:
    """A client's file name as a harmless label: no folders, control or direction characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in base if char.isprintable())
    return kept.strip()[:200] or "未命名"
