"""All files of a pack as one zip, the same bytes each time it is fetched."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime


def zipped(files: Iterable[tuple[str, bytes]], at: datetime) -> Iterator[bytes]:
    """A zip of names and contents, all dated `at`, in pieces; xlsx and pdf are packed already.

    Each file is let go before the next one is asked for.
    """
    window = _Window()
    with zipfile.ZipFile(window, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_STORED)
            yield window.taken()
    yield window.taken()


class _Window(io.BytesIO):
    """The end of a file, by places in the whole of it: an entry's head is written once more when
    its sum is known, so that readers of streams need no other form of zip.
    """

    def __init__(self) -> None:
        super().__init__()
        self._gone = 0

    def tell(self) -> int:
        return self._gone + super().tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        inner = offset - self._gone if whence == io.SEEK_SET else offset
        return self._gone + super().seek(inner, whence)

    def taken(self) -> bytes:
        """The bytes written since the last call; the buffer is emptied."""
        piece = self.getvalue()
        self._gone += len(piece)
        super().seek(0)
        self.truncate(0)
        return piece
