"""The files that an auditor has of a pack: given one by one, or in a zip."""

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 500_000_000
UNREADABLE: Final = (
    zipfile.BadZipFile, RuntimeError, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError,
)  # fmt: skip
Named = tuple[str, bytes]


class Unread(StrEnum):
    """Why a file of a ZIP was not read."""

    TOO_LARGE = "too_large"
    BROKEN = "broken"


@dataclass(frozen=True)
class Found:
    """A file with its name and content; `unread` is the reason if the content is missing."""

    name: str
    content: bytes | None
    zipped: bool = False
    unread: Unread | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hex."""
        return hashlib.sha256(self.content or b"").hexdigest()


def opened(given: Iterable[Named]) -> Iterator[Found]:
    """The files; a ZIP is replaced by its members."""
    for name, content in given:
        if name.endswith(".zip") and zipfile.is_zipfile(io.BytesIO(content)):
            yield from _unzipped(name, content)
        else:
            yield Found(name, content)


def _unzipped(name: str, content: bytes) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except UNREADABLE:
        yield Found(name, None, zipped=True, unread=Unread.BROKEN)
        return
    with archive:
        for entry in archive.infolist():
            yield _entry(archive, entry)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Found:
    if entry.file_size > MOST_BYTES:
        return Found(entry.filename, None, zipped=True, unread=Unread.TOO_LARGE)
    try:
        return Found(entry.filename, archive.read(entry), zipped=True)
    except UNREADABLE:
        return Found(entry.filename, None, zipped=True, unread=Unread.BROKEN)
